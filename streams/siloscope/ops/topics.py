"""The Kafka topics of `schemas/topics.yml`: made where they are missing, checked where they are there."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Literal

import msgspec
from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    TopicAlreadyExistsError,
)
from rich.table import Table

from ..core.parameters import spelled, to_duration
from ..errors import Unusable
from ..settings import Settings
from ..shipped import shipped
from .brokers import why_no_broker
from .console import output

_SECONDS_TO_CONNECT: Final = 10


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic as `topics.yml` has it; `keep` is how long a record stays after it was written, `largest` its bytes.

    `partitions` is how many it has, where that is not for the settings to say.
    """

    about: str
    key: str
    schema: str | None = None
    together: bool = False
    partitions: int | None = None
    compacted: bool = False
    keep: str | None = None
    largest: int | None = None

    @property
    def configuration(self) -> dict[str, str]:
        """The topic's settings in the broker's words."""
        # Event times may be years back; what is kept, and for how long, must not hang on them.
        written = {"message.timestamp.type": "LogAppendTime"}
        if self.largest:
            written |= {"max.message.bytes": str(self.largest)}
        if self.compacted:
            # Small segments: the open one is never compacted, and every start reads it whole.
            small = {"segment.bytes": str(64 << 20), "segment.ms": "3600000", "min.cleanable.dirty.ratio": "0.3"}
            return written | {"cleanup.policy": "compact"} | small
        return written | {"cleanup.policy": "delete", "retention.ms": str(to_duration(self.keep))}


class Found(msgspec.Struct, frozen=True):
    """What the broker has under a topic's name: `wrong` stops the work, `note` only differs from `topics.yml`."""

    name: str
    state: Literal["made", "there", "missing"]
    partitions: int | None = None
    wrong: str | None = None
    note: str | None = None


@cache
def topics() -> Mapping[str, Topic]:
    """The topics by name, in the order of `topics.yml`."""
    return msgspec.yaml.decode(shipped("schemas/topics.yml").read_bytes(), type=dict[str, Topic])


def create(settings: Settings, replication: int = -1) -> list[Found]:
    """Make what is missing, mend a wrong cleanup policy, and say what is there then; doing it again changes nothing.

    `replication` -1 is the broker's default. Raises Unusable where the broker cannot be reached or does not allow it.
    """
    with _administration(settings) as admin:
        missing = [found.name for found in _look(admin, settings) if found.state == "missing"]
        _make(admin, missing, settings.partitions, replication)
        _mend(admin, [name for name in topics() if name not in missing])
        now = _look(admin, settings)
    return [msgspec.structs.replace(each, state="made") if each.name in missing else each for each in now]


def check(settings: Settings, names: Collection[str] | None = None) -> list[Found]:
    """What is there (None: of all topics), changing nothing; raises Unusable where the broker cannot be reached."""
    with _administration(settings) as admin:
        return _look(admin, settings, names)


def refuse_wrong(found: Iterable[Found]) -> None:
    """Raise Unusable with the first thing that is wrong, if any."""
    wrong = next((each for each in found if each.wrong), None)
    if wrong:
        raise Unusable(f"topic {wrong.name}: {wrong.wrong}")


def main(settings: Settings, *, make: bool = False) -> None:
    """Show the topics as a table, having made the missing ones if asked; raises Unusable if one is wrong."""
    found = create(settings) if make else check(settings)
    table = Table("topic", "partitions", "kept", "state", "what it is for")
    for each in found:
        topic = topics()[each.name]
        state = each.wrong or each.note or each.state
        table.add_row(each.name, str(each.partitions or "–"), topic.keep or "newest of each key", state, topic.about)
    output().print(table)
    refuse_wrong(found)


@contextmanager
def _administration(settings: Settings) -> Iterator[KafkaAdminClient]:
    # It would tell the user in ten lines of log what the one line below says.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        admin = KafkaAdminClient(**connection(settings))
        try:
            yield admin
        finally:
            admin.close()
    except SaslAuthenticationFailedError:
        raise Unusable(f"{settings.bootstrap_servers} refuses this user: set security.username and .password") from None
    except AuthorizationError as error:
        raise Unusable(
            f"{settings.bootstrap_servers} does not allow this user to administer topics ({type(error).__name__}): "
            "ask for the right, or have them made as schemas/topics.yml says"
        ) from None
    except (KafkaError, OSError, ValueError) as error:
        if isinstance(error, KafkaTimeoutError | KafkaConnectionError | OSError):
            raise Unusable(why_no_broker(settings).text) from None
        raise Unusable(f"the brokers at {settings.bootstrap_servers} cannot be used: {str(error)[:200]}") from None


def connection(settings: Settings) -> dict[str, Any]:
    """The connection part of a kafka-python configuration."""
    security = settings.security
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "bootstrap_timeout_ms": _SECONDS_TO_CONNECT * 1000,
        "security_protocol": security.protocol.upper(),
        "ssl_cafile": security.ca_file and str(security.ca_file),
        "ssl_certfile": security.cert_file and str(security.cert_file),
        "ssl_keyfile": security.key_file and str(security.key_file),
        "ssl_password": security.key_password and security.key_password.get_secret_value(),
    }
    if security.protocol.startswith("sasl") and security.password is not None:
        options["sasl_mechanism"] = security.mechanism
        options["sasl_plain_username"] = security.username
        options["sasl_plain_password"] = security.password.get_secret_value()
    return options


def _look(admin: KafkaAdminClient, settings: Settings, names: Collection[str] | None = None) -> list[Found]:
    wanted = {name: topic for name, topic in topics().items() if names is None or name in names}
    present = set(admin.list_topics()) & set(wanted)
    described = (
        {each["name"]: len(each["partitions"]) for each in admin.describe_topics(sorted(present))} if present else {}
    )
    configured = _configurations(admin, present)
    return [
        _judge(name, topic, described[name], configured[name], settings.partitions)
        if name in present
        else Found(name, "missing", wrong="is missing: siloscope topics --create makes it")
        for name, topic in wanted.items()
    ]


def _judge(name: str, topic: Topic, partitions: int, configured: Mapping[str, str], wanted: int) -> Found:
    wrong = note = None
    expected = topic.configuration
    if topic.partitions is not None and partitions != topic.partitions:
        wrong = f"has {partitions} partitions, needs {topic.partitions}: delete it and run siloscope topics --create"
    elif topic.together and partitions != wanted:
        wrong = (
            f"has {partitions} partitions, the settings say {wanted}: set partitions: {partitions}, "
            "or make new topics and fill them by replay"
        )
    elif not configured:
        note = "its settings cannot be seen by this user"
    elif configured["cleanup.policy"] != expected["cleanup.policy"]:
        wrong = (
            f"has cleanup.policy {configured['cleanup.policy']}, needs {expected['cleanup.policy']}: "
            "siloscope topics --create sets it"
        )
    elif not topic.compacted and configured["retention.ms"] != expected["retention.ms"]:
        kept = int(configured["retention.ms"])
        note = f"kept {'for ever' if kept < 0 else spelled('duration', kept)} on this broker"
    return Found(name, "there", partitions, wrong, note)


def _configurations(admin: KafkaAdminClient, names: Iterable[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource("topic", name) for name in names]
    if not resources:
        return {}
    answer = admin.describe_configs(resources, config_filter="all")["topic"]
    return {name: {key: str(each["value"]) for key, each in values.items()} for name, values in answer.items()}


def _make(admin: KafkaAdminClient, names: Iterable[str], partitions: int, replication: int) -> None:
    wanted = {
        name: {
            "num_partitions": topics()[name].partitions or partitions,
            "replication_factor": replication,
            "configs": topics()[name].configuration,
        }
        for name in names
    }
    if wanted:
        try:
            admin.create_topics(wanted, wait_for_metadata=True)
        except TopicAlreadyExistsError:  # another process was quicker
            pass


def _mend(admin: KafkaAdminClient, names: Iterable[str]) -> None:
    """Give topics that others made the cleanup policy they need; how long they keep is the operator's choice."""
    deadline = time.monotonic() + _SECONDS_TO_CONNECT
    while (needed := _needed_policies(admin, names)) and time.monotonic() < deadline:
        admin.alter_configs(
            [ConfigResource("topic", name, configs={"cleanup.policy": policy}) for name, policy in needed.items()]
        )
        time.sleep(0.2)  # the broker shows the change a moment after it has confirmed it


def _needed_policies(admin: KafkaAdminClient, names: Iterable[str]) -> dict[str, str]:
    wanted = {name: topics()[name].configuration["cleanup.policy"] for name in names}
    there = _configurations(admin, names)
    return {name: policy for name, policy in wanted.items() if there[name]["cleanup.policy"] != policy}
