"""What a process must be allowed on the brokers, and what is missing of it; the brokers themselves are asked."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation

from ..agents.telling import ALERTS, DEAD_LETTERS, INCIDENTS, ROUTED, STATE, TOUCHPOINTS, WARNINGS
from ..settings import Settings
from ..stores.kinds import KINDS
from ..stores.member import group_of
from .brokers import SECONDS, administration

READ, WRITE = AclOperation.READ, AclOperation.WRITE
BOTH: Final = (READ, WRITE)

# What a process does with which topic. Each allows to describe it as well; each group is only read.
NEEDED: Final[Mapping[str, Mapping[str, tuple[AclOperation, ...]]]] = {
    "worker": {
        TOUCHPOINTS: (READ,),
        ROUTED: BOTH,
        STATE: BOTH,
        **dict.fromkeys((ALERTS, WARNINGS, INCIDENTS, DEAD_LETTERS), (WRITE,)),
    },
    "writer": dict.fromkeys(KINDS, (READ,)) | {DEAD_LETTERS: BOTH},
}


def missing(settings: Settings, process: str) -> list[str]:
    """What this user lacks to run `process`, like `write siloscope.alerts`; a topic that is not there lacks nothing.

    Raises KafkaException where the brokers do not say.
    """
    client = administration(settings, [])
    needed, group = NEEDED[process], {"worker": settings.group_id, "writer": group_of(settings)}[process]
    topics = client.describe_topics(
        TopicCollection(list(needed)), include_authorized_operations=True, request_timeout=SECONDS
    )
    groups = client.describe_consumer_groups([group], include_authorized_operations=True, request_timeout=SECONDS)
    lacking = [
        f"{operation.name.lower()} topic {topic}"
        for topic, operations in needed.items()
        for operation in operations
        if not _allows(topics[topic], operation)
    ]
    return lacking + ([] if _allows(groups[group], READ) else [f"read group {group}"])


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
    return operations is None or operation in operations
