"""A simulated company in an embedded store: what the tests of views, dashboards and the cookbook ask.

Four weeks of an invented company go through the real detection, with latecomers, redeliveries and reused ids, and every
telling into the store as the writer puts it there. Fixtures: `company` (made once a session), `company_store` (settings
of a directory with all of it in, closed) and `warehouse` (that store, open for one test module).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace

from siloscope import wire
from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.core.partition import Partition
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import DAY, HOUR, Touchpoint
from siloscope.ops.simulate import Plan, simulate
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.migrations import bring_up
from siloscope.stores.rows import Row
from siloscope.symptoms import detection

START: Final = 1_772_409_600_000  # 2026-03-02T00:00:00Z, a Monday: four whole weeks follow
PLAN: Final = Plan(seed=5, customers=60, start=START, days=28)
BATCH: Final = 10_000  # rows of an insert
DRAINED: Final = 100  # touchpoints between two tellings
USEFUL, FALSE = "useful", "false"  # verdicts of feedback


@dataclass
class Company:
    """What happened, what arrived of it in which order, and everything that was told, as it left the worker."""

    arrivals: list[Touchpoint] = field(default_factory=list)  # with latecomers, redeliveries and reused ids
    touchpoints: dict[str, Touchpoint] = field(default_factory=dict)  # by id, those that stand
    alerts: list[Alert] = field(default_factory=list)  # every telling, in order
    warnings: list[Warning] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    dead_letters: list[dict[str, Any]] = field(default_factory=list)
    now: int = 0  # epoch ms of the newest touchpoint

    @property
    def current(self) -> list[Alert]:
        """Each alert as it stands, the retracted too, by id."""
        return [told for _, told in sorted({alert.alert_id: alert for alert in self.alerts}.items())]

    @property
    def standing(self) -> list[Alert]:
        """Each alert that is not retracted."""
        return [alert for alert in self.current if alert.status != "retracted"]


@cache
def made_company() -> Company:
    """The same in every run."""
    made = Company()
    happened = list(simulate(PLAN))
    made.touchpoints = {touchpoint.touchpoint_id: touchpoint for touchpoint in happened}
    made.arrivals = _delivered(happened)
    made.now = max(map(_moment, happened))
    _detect(made)
    made.actions = list(_done_about(made.standing))
    return made


def _delivered(happened: list[Touchpoint]) -> list[Touchpoint]:
    """One in fifty comes hours to days late, one in fifty twice, and some with an id that was used before."""
    chance = random.Random(7)
    arriving: list[tuple[int, int, Touchpoint]] = []
    for number, touchpoint in enumerate(happened):
        at = _moment(touchpoint)
        late = chance.randrange(2 * DAY) if chance.random() < 0.02 else 0
        arriving.append((at + late, number, touchpoint))
        if chance.random() < 0.02:
            arriving.append((at + late + chance.randrange(HOUR), number, touchpoint))
        if chance.random() < 0.0005:
            other = replace(touchpoint, occurred_at=at + HOUR, text="The id was used before")
            arriving.append((at + DAY, number, other))
    return [touchpoint for _, _, touchpoint in sorted(arriving, key=lambda each: each[:2])]


def _moment(touchpoint: Touchpoint) -> int:
    at: int = touchpoint.occurred_at  # type: ignore[assignment]
    return at


def _detect(made: Company) -> None:
    partition = Partition(detection(), stateful=False)
    for number, touchpoint in enumerate(made.arrivals, 1):
        refused = partition.take(touchpoint, ("", number))
        if refused is not None:
            value = msgspec.json.encode(touchpoint)
            made.dead_letters.append(_letter(number, value, _moment(touchpoint), refused, partition.latest))
        if number % DRAINED == 0:
            _tell(made, partition)
    partition.tick(made.now)
    _tell(made, partition)
    while partition.busy:
        _tell(made, partition)


def _tell(made: Company, partition: Partition) -> None:
    changes = partition.drain()
    at = partition.latest
    made.alerts += [replace(alert, detected_at=max(at, alert.updated_at) + 1_500) for alert in changes.alerts]
    made.warnings += changes.warnings
    made.incidents += changes.incidents
    for entry, refused in changes.refused:
        made.dead_letters.append(_letter(-len(made.dead_letters), msgspec.json.encode(entry), entry.at, refused, at))


def _letter(offset: int, value: bytes, happened: int, refused: Rejected, at: int) -> dict[str, Any]:
    return {
        "dead_letter_id": f"touchpoints/0/{offset}", "topic": "touchpoints", "partition": 0, "offset": offset,
        "timestamp": happened, "key": None, "value": value, "headers": [], "reason": refused.reason,
        "field": refused.field, "message": refused.message, "detected_at": at,
    }  # fmt: skip


def _done_about(alerts: Sequence[Alert]) -> Iterator[dict[str, Any]]:
    """What staff did: a verdict on every third alert, one in five that it was false; some think again; some act."""
    chance = random.Random(11)
    for number, alert in enumerate(alerts):
        at, kind = alert.updated_at + HOUR, "feedback"
        value: str | None = FALSE if chance.random() < 0.2 else USEFUL
        if number % 3 == 1:
            kind, value = chance.choice([("accept", None), ("resolve", None), ("note", None), ("hand_on", "support")])
        elif number % 3 == 2:
            continue
        yield _action(number, at, kind, alert.alert_id, value)
        if kind == "feedback" and number % 30 == 0:
            yield _action(number, at + HOUR, kind, alert.alert_id, USEFUL if value == FALSE else FALSE, again=True)


def _action(number: int, at: int, kind: str, subject: str, value: str | None, *, again: bool = False) -> dict[str, Any]:
    return {
        "action_id": f"board:{number}{'-again' if again else ''}", "occurred_at": at, "actor": f"s-{number % 7}",
        "kind": kind, "subject": subject, "value": value, "reason": None,
    }  # fmt: skip


def records_of(made: Company) -> Mapping[str, Sequence[bytes]]:
    """By topic, everything as it stands in Kafka, in order."""
    return {
        "touchpoints": [wire.encode("touchpoint", each) for each in made.arrivals],
        "siloscope.alerts": [wire.encode("alert", each) for each in made.alerts],
        "siloscope.warnings": [wire.encode("warning", each) for each in made.warnings],
        "siloscope.incidents": [wire.encode("incident", each) for each in made.incidents],
        "siloscope.actions": [wire.encode("action", each) for each in made.actions],
        "siloscope.dead-letters": [wire.encode("dead_letter", each) for each in made.dead_letters],
    }


def fill(client: Any, records: Mapping[str, Sequence[bytes]]) -> None:
    """Put records into an open, migrated store as the writer does, without Kafka: one partition, offsets from 0."""
    tables = Tables(client, [kind.table for kind in KINDS.values()])
    for topic, values in records.items():
        if topic not in KINDS:
            continue
        kind = KINDS[topic]
        for first in range(0, len(values), BATCH):
            batch = enumerate(values[first : first + BATCH], first)
            rows = [Row(kind.decode(value), 0, offset) for offset, value in batch]
            tables.insert(kind.table, kind.parts(rows), uuid4().hex)  # whatever is put in again is no repetition


class Warehouse:
    """The store, open; `company` is what is in it."""

    def __init__(self, client: Any, settings: Settings, company: Company) -> None:
        self.client = client
        self.settings = settings
        self.company = company

    def ask(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """The answer's rows by column name, times with their zone."""
        return list(self.client.query(sql, parameters=parameters).named_results())


@pytest.fixture(scope="session")
def company() -> Company:
    """The simulated company; not to be changed."""
    return made_company()


@pytest.fixture(scope="session")
def company_store(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an embedded store that holds the company; closed: a process opens one directory at a time."""
    pytest.importorskip("chdb")
    path = tmp_path_factory.mktemp("company") / "store"
    settings = load(None, store={"path": path}, rates=[{"hour": 30, "currency": "EUR"}])
    with opened(settings) as client:
        bring_up(client, settings)
        client.command("SYSTEM STOP MERGES")  # they would tidy up what came twice, and with it what a view forgets
        fill(client, records_of(company))
    return settings


@pytest.fixture(scope="module")
def warehouse(company_store: Settings, company: Company) -> Iterator[Warehouse]:
    """The company's store, open for this module's tests; only to be read."""
    with opened(company_store) as client:
        client.command("SYSTEM STOP MERGES")
        yield Warehouse(client, company_store, company)
