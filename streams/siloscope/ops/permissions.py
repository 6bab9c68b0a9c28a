"""What a process must be allowed on the brokers, and what is missing of it; the brokers themselves are asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation

from ..agents.telling import (
    ACTIONS,
    ALERTS,
    AUDIT,
    DEAD_LETTERS,
    DELIVERIES,
    INCIDENTS,
    ROUTED,
    STATE,
    TOUCHPOINTS,
    WARNINGS,
)
from ..errors import Unusable
from ..settings import Settings
from ..stores.kinds import KINDS
from ..stores.member import group_of
from .brokers import SECONDS, administration, why_no_broker
from .processes import Process
from .topics import topics

READ, WRITE = AclOperation.READ, AclOperation.WRITE
BOTH: Final = (READ, WRITE)
PATIENCE_SECONDS: Final = 20.0
TRY_SECONDS: Final = 4.0  # for one question about a group: a broker that makes a place for groups does not hear it

# A broker that has just started, or a group that nobody has used yet, has no coordinator at first.
_SOON: Final = (
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError._TIMED_OUT,
)

_OF_WORKER: Final = {
    TOUCHPOINTS: (READ,),
    ROUTED: BOTH,
    STATE: BOTH,
    **dict.fromkeys((ALERTS, WARNINGS, INCIDENTS, DEAD_LETTERS), (WRITE,)),
}

_TOLD: Final = dict.fromkeys((ALERTS, WARNINGS, INCIDENTS, ACTIONS), (READ,))

# What a process does with which topic. Each allows to describe it as well; each group is only read.
NEEDED: Final[Mapping[Process, Mapping[str, tuple[AclOperation, ...]]]] = {
    # A worker begins by looking whether the topics are what they should be, all of them.
    "worker": {
        name: (*_OF_WORKER.get(name, (AclOperation.DESCRIBE,)), AclOperation.DESCRIBE_CONFIGS) for name in topics()
    },
    "writer": dict.fromkeys(KINDS, (READ,)) | {DEAD_LETTERS: BOTH},
    "deliver": _TOLD | {DELIVERIES: BOTH},
    "board": _TOLD | {STATE: (READ,), ACTIONS: BOTH, AUDIT: (WRITE,)},
    "preflight": {STATE: (READ, AclOperation.DESCRIBE_CONFIGS)},  # it must have the partitions that workers have
}
# The group it is a member of; the others read all there is and are in none.
GROUPS: Final[Mapping[Process, Callable[[Settings], str]]] = {
    "worker": lambda settings: settings.group_id, "writer": group_of,
    "deliver": lambda settings: f"{settings.group_id}-deliver",
}  # fmt: skip


def refuse(settings: Settings, process: Process) -> None:
    """Raise Unusable where brokers refuse us, or say that this user may not do what `process` does.

    Without this Kafka's clients would wait, some of them without a word. Brokers that are away, or do not say, are left
    to whoever needs them next.
    """
    try:
        lacking = missing(settings, process)
    except KafkaException:
        if (trouble := why_no_broker(settings)).lasting:
            raise Unusable(trouble.text) from None
        return
    if lacking:
        raise Unusable(sentence(settings, lacking, process))


def sentence(settings: Settings, lacking: list[str], process: Process) -> str:
    """What is missing, and where it stands what else is needed."""
    user, said = settings.security.username or "this client", ", ".join(lacking)
    return f"{user} lacks {said}: allow it (docs/deploy.md has the list; siloscope doctor {process} looks)"


def missing(settings: Settings, process: Process) -> list[str]:
    """What this user lacks to run `process`, like `write of topic siloscope.alerts`. Topics need not be there.

    Raises KafkaException where the brokers do not say.
    """
    client = administration(settings, [])
    needed = NEEDED[process]
    described = client.describe_topics(
        TopicCollection(list(needed)), include_authorized_operations=True, request_timeout=SECONDS
    )
    lacking = [
        f"{operation.name.lower().replace('_', ' ')} of topic {topic}"
        for topic, operations in needed.items()
        for operation in operations
        if not _allows(described[topic], operation)
    ]
    group = GROUPS[process](settings) if process in GROUPS else None
    return lacking if group is None or _may_read(client, group) else [*lacking, f"read of group {group}"]


def _may_read(client: Any, group: str) -> bool:
    """Whether the group may be read; brokers that have never seen any make a place for groups first."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = client.describe_consumer_groups(
            [group], include_authorized_operations=True, request_timeout=TRY_SECONDS
        )
        try:
            return _allows(found[group], READ)
        except KafkaException as error:
            if error.args[0].code() not in _SOON or time.monotonic() > until:
                raise
            time.sleep(0.3)


def _allows(answer: Future[Any], operation: AclOperation) -> bool:
    try:
        operations = answer.result().authorized_operations
    except KafkaException as error:
        code = error.args[0].code()
        if code in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.GROUP_ID_NOT_FOUND):
            return True
        if code in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED):
            return False
        raise
    return not operations or operation in operations  # none at all: these brokers do not say
