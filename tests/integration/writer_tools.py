"""What the writer's tests share: events made from numbers, a store, a way to fill topics and to wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from siloscope import wire
from siloscope.core.touchpoint import Identifier, Touchpoint
from siloscope.ops import topics
from siloscope.settings import Settings

START = 1_767_225_600_000  # 2026-01-01, in milliseconds


def touchpoint(number: int, text: str = "") -> Touchpoint:
    """The same number is the same touchpoint."""
    return Touchpoint(
        f"test:{number:07d}",
        START + number * 60_000,
        "message",
        "support" if number % 3 else "sales",
        "email",
        "outbound",
        [Identifier("customer_id", f"customer-{number % 50}")],
        case_ref=f"case:{number % 20}",
        text=text or f"This is number {number}.",
        claims={"price.pro": f"{number} EUR"} if number % 4 == 0 else None,
        amount=f"{number}.50" if number % 5 == 0 else None,
    )


def alert(number: int, revision: int = 1) -> dict[str, Any]:
    """Alert `number` in its `revision`."""
    return {
        "alert_id": f"2026-{1 + number % 3:02d}-{number:06d}",
        "symptom": "unanswered",
        "status": "resolved" if revision > 2 else "open",
        "revision": revision,
        "severity": "warning",
        "confidence": "confirmed",
        "customer_id": f"customer-{number % 50}",
        "key": f"key-{number}",
        "departments": ["sales", "support"],
        "channels": ["email"],
        "opened_at": START + number,
        "updated_at": START + number + revision,
        "mode": "live",
        "title": f"Alert {number} told for the {revision}. time",
        "explanation": "Because.",
        "evidence": [
            {
                "touchpoint_id": f"test:{number:07d}",
                "occurred_at": START,
                "department": "sales",
                "channel": "email",
                "role": "asked",
                "excerpt": None,
            }
        ],
        "suggested_action": "Answer.",
        "owner_department": "sales",
        "detector_version": "1",
    }


def warning(number: int, revision: int = 1) -> dict[str, Any]:
    """Handoff warning `number` in its `revision`."""
    return {
        "warning_id": f"w-{number}",
        "status": "pending" if revision == 1 else "accepted",
        "customer_id": f"customer-{number % 50}",
        "from_department": "sales",
        "to_department": "support",
        "implied": number % 2 == 0,
        "urgency": "normal",
        "handed_at": START,
        "due_at": START + 3_600_000,
        "accepted_at": START + 60_000 if revision > 1 else None,
        "revision": revision,
        "evidence": [f"test:{number:07d}"],
        "brief": {"summary": "Much.", "phase": "use", "open_cases": ["case:1"]},
    }


def action(number: int) -> dict[str, Any]:
    """What somebody of the staff thinks of alert `number`."""
    return {
        "action_id": f"a-{number}",
        "occurred_at": START,
        "actor": "s-1",
        "kind": "feedback",
        "subject": alert(number)["alert_id"],
        "value": "useful",
        "reason": None,
    }


def dead_letter(offset: int) -> dict[str, Any]:
    """The dead letter of a record that was no touchpoint, at `offset`."""
    return {
        "dead_letter_id": f"touchpoints/0/{offset}",
        "topic": "touchpoints",
        "partition": 0,
        "offset": offset,
        "timestamp": START,
        "key": b"k\xff",
        "value": b"\x00\xff",
        "headers": [{"name": "h", "value": b"\xfe"}],
        "reason": "undecodable",
        "field": None,
        "message": "the value is no touchpoint",
        "detected_at": START,
    }


def produce(address: str, topic: str, values: Iterable[bytes], partitions: int = 2) -> None:
    """Write `values` to the topic, in turn over its partitions, and wait until they are there."""
    producer = Producer(
        {
            "bootstrap.servers": address,
            "enable.idempotence": True,
            "linger.ms": 5,
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    for number, value in enumerate(values):
        producer.produce(topic, value, b"key", number % partitions)
        producer.poll(0)
    assert producer.flush(30) == 0


def held(address: str, topic: str, partition: int) -> list[Message]:
    """What a partition holds, to its end."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "reader", "enable.partition.eof": True})
    consumer.assign([TopicPartition(topic, partition, 0)])
    found, at_end = [], False
    while not at_end:
        (message,) = consumer.consume(1, 60)
        error = message.error()
        at_end = error is not None and error.code() == KafkaError._PARTITION_EOF
        if error is None:
            found.append(message)
    consumer.close()
    return found


def touchpoints(address: str, numbers: Iterable[int]) -> None:
    """Write the touchpoints of these numbers."""
    produce(address, "touchpoints", (wire.encode("touchpoint", touchpoint(number)) for number in numbers))


def fresh_topics(settings: Settings) -> None:
    """The topics, without anything of the test before."""
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    there = [name for name in admin.list_topics(timeout=10).topics if name in topics.topics()]
    for gone in admin.delete_topics(there).values() if there else ():
        gone.result(30)
    wait_until(lambda: not set(there) & set(admin.list_topics(timeout=10).topics))
    topics.create(settings, replication=1)


def wait_until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Return when `done`; fails after `seconds`."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
