"""What the store's fault tests feed: a part of the simulated company, with what comes twice, late or wrongly."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

from tests.warehouse import made_company

from siloscope import wire
from siloscope.agents.telling import ACTIONS, ALERTS, DEAD_LETTERS, INCIDENTS, TOUCHPOINTS, WARNINGS
from siloscope.core.touchpoint import Touchpoint, customer_of

PARTITIONS: Final = 2
SHARE: Final = 10  # one customer in so many
UNREADABLE: Final = b"no alert"


UNREADABLE_ALERTS: Final = 4


class Fed(NamedTuple):
    """One record as it goes to Kafka."""

    topic: str
    partition: int
    value: bytes


@cache
def records() -> list[Fed]:
    """About 8,000, always the same: a tenth of the customers with all that was told of them, in order.

    One in ten comes again some time later, so that old tellings follow newer ones; among the alerts there is what
    cannot be read, among the touchpoints what makes no row.
    """
    made = made_company()
    of_customers = sorted({customer_of(each) for each in made.arrivals})[::SHARE]
    kept = set(of_customers) - {""}
    alerts = [each for each in made.alerts if each.customer_id in kept]
    subjects = {each.alert_id for each in alerts}
    done = [each for each in made.actions if each["subject"] in subjects]
    lanes = [
        [_touchpoint(each) for each in made.arrivals if customer_of(each) in kept],
        [_told(ALERTS, "alert", each.alert_id, each) for each in alerts],
        [_told(WARNINGS, "warning", each.warning_id, each) for each in made.warnings if each.customer_id in kept],
        [_told(INCIDENTS, "incident", each.incident_id, each) for each in made.incidents],
        [_told(ACTIONS, "action", each["action_id"], each) for each in done],
        [_told(DEAD_LETTERS, "dead_letter", each["dead_letter_id"], each) for each in made.dead_letters],
        [Fed(ALERTS, number % PARTITIONS, UNREADABLE + b"%d" % number) for number in range(UNREADABLE_ALERTS)],
        [Fed(TOUCHPOINTS, number % PARTITIONS, b'{"clock": 1772409600000}') for number in range(20)],
    ]
    return list(_again(_woven(lanes)))


def _woven(lanes: Sequence[Sequence[Fed]]) -> list[Fed]:
    """Each lane in its order, all of them from beginning to end."""
    places = [(number / len(lane), each) for lane in lanes for number, each in enumerate(lane)]
    return [each for _, each in sorted(places, key=lambda place: place[0])]


def _again(once: Sequence[Fed]) -> Iterator[Fed]:
    chance = random.Random(3)
    later: list[Fed] = []
    for each in once:
        yield each
        if chance.random() < 0.1:
            later.append(each)
        if len(later) > 200:
            yield later.pop(chance.randrange(len(later)))
    yield from later


def _touchpoint(touchpoint: Touchpoint) -> Fed:
    return Fed(TOUCHPOINTS, _partition(customer_of(touchpoint)), wire.encode("touchpoint", touchpoint))


def _told(topic: str, kind: str, name: str, record: object) -> Fed:
    """All tellings of one thing go to one partition."""
    return Fed(topic, _partition(name), wire.encode(kind, record))


def _partition(key: str) -> int:
    return crc32(key.encode()) % PARTITIONS


def letters() -> int:
    """How many dead letters there must be at the end: those that were fed, and the writer's own."""
    fed = records()
    unreadable = sum(each.topic == ALERTS and each.value.startswith(UNREADABLE) for each in fed)
    return sum(each.topic == DEAD_LETTERS for each in fed) + unreadable
