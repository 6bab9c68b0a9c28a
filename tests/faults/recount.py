"""What the store must show, counted again from the topics: in plain Python, and by a store that met no fault.

The Python count shares only the reading of records with the writer. The other store is filled straight from the topics,
each record once, and then every view there is must answer the same in both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from siloscope.agents.telling import ACTIONS, ALERTS, DEAD_LETTERS, INCIDENTS, TOUCHPOINTS, WARNINGS
from siloscope.core.touchpoint import HOUR, Touchpoint, content_of
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS, Skipped
from siloscope.stores.rows import Row

BATCH: Final = 10_000
# These speak of the store itself: when rows came in, what columns there are.
OF_THE_STORE: Final = frozenset({"v_freshness", "v_dictionary"})

Counts = Mapping[str, Any]


class Read(NamedTuple):
    """A record as it stands in a topic."""

    topic: str
    partition: int
    offset: int
    value: bytes


# -- in Python


def recount(records: Sequence[Read]) -> dict[str, Counts]:
    """By question of `QUESTIONS`, the answer that the topics give."""
    decoded = [(each, _decoded(each)) for each in records]
    of = {topic: [(read, record) for read, record in decoded if read.topic == topic and record] for topic in KINDS}
    touchpoints = _standing_touchpoints(record for _, record in of[TOUCHPOINTS])
    alerts = _last(of[ALERTS], "alert_id")
    standing = [told for told in alerts.values() if told["status"] != "retracted" and told["mode"] != "shadow"]
    warnings, incidents = _last(of[WARNINGS], "warning_id"), _last(of[INCIDENTS], "incident_id")
    return {
        "touchpoints": {
            name: (each.occurred_at, each.department, each.text or "") for name, each in touchpoints.items()
        },
        "touchpoints by hour": _hourly(touchpoints.values()),
        "alerts": {name: _of_alert(told) for name, told in alerts.items()},
        "tellings": Counter((told["alert_id"], told["revision"]) for told in _different(of[ALERTS])),
        "alerts by hour": _by_hour(standing),
        "warnings": {name: (told["revision"], told["status"]) for name, told in warnings.items()},
        "incidents": {name: (told["status"], told["customers"]) for name, told in incidents.items()},
        "actions": {told["action_id"]: told["kind"] for _, told in of[ACTIONS]},
        "verdicts": _verdicts([told for _, told in of[ACTIONS] if told["kind"] == "feedback"]),
        "dead letters": {told["dead_letter_id"]: told["reason"] for _, told in of[DEAD_LETTERS]},
    }


QUESTIONS: Final = {
    "touchpoints": "SELECT touchpoint_id, toUnixTimestamp64Milli(occurred_at), department, text FROM v_touchpoints",
    "touchpoints by hour": """SELECT toUnixTimestamp(hour) * 1000, department, channel, direction, sum(touchpoints)
        FROM v_touchpoints_hourly GROUP BY 1, 2, 3, 4""",
    "alerts": "SELECT alert_id, revision, status, severity, arraySort(evidence.touchpoint_id) FROM v_alerts",
    "tellings": "SELECT alert_id, revision, count() FROM v_alert_revisions GROUP BY 1, 2",
    "alerts by hour": "SELECT toUnixTimestamp(hour) * 1000, symptom, department, channel, sum(alerts) "
    "FROM v_symptoms_hourly GROUP BY 1, 2, 3, 4",
    "warnings": "SELECT warning_id, revision, status FROM v_warnings",
    "incidents": "SELECT incident_id, status, customers FROM v_incidents",
    "actions": "SELECT action_id, kind FROM v_actions",
    "verdicts": "SELECT alert_id, actor, verdict FROM v_feedback",
    "dead letters": "SELECT dead_letter_id, reason FROM v_dead_letters",
}
_KEYS: Final = {"tellings": 2, "alerts by hour": 4, "touchpoints by hour": 4, "verdicts": 2}  # leading columns; else 1


def asked(client: Any, views: Iterable[str]) -> dict[str, Counts]:
    """The store's answers to those questions whose view there is."""
    there = set(views)
    return {
        name: _keyed(client.query(sql).result_rows, _KEYS.get(name, 1))
        for name, sql in QUESTIONS.items()
        if sql.split("FROM ")[1].split()[0] in there
    }


def _keyed(rows: Sequence[Sequence[Any]], keys: int) -> Counts:
    def several(values: Sequence[Any]) -> Any:
        return values[0] if len(values) == 1 else tuple(values)

    return {several(row[:keys]): several(row[keys:]) for row in rows}


def _decoded(read: Read) -> Any:
    decoded = KINDS[read.topic].decode(read.value)
    return None if isinstance(decoded, Skipped) or not isinstance(decoded, dict | Touchpoint) else decoded


def _standing_touchpoints(all_of_them: Iterable[Touchpoint]) -> dict[str, Touchpoint]:
    """Of those with one id the smallest (occurred_at, content)."""
    standing: dict[str, Touchpoint] = {}
    for each in all_of_them:
        known = standing.setdefault(each.touchpoint_id, each)
        if (each.occurred_at, content_of(each)) < (known.occurred_at, content_of(known)):
            standing[each.touchpoint_id] = each
    return standing


def _last(told: Iterable[tuple[Read, Any]], name: str) -> dict[str, Any]:
    """Of the tellings of one thing the one with the highest (revision, offset)."""
    last: dict[str, tuple[tuple[int, int], Any]] = {}
    for read, record in told:
        at = record.get("revision", 0), read.offset
        if record[name] not in last or at > last[record[name]][0]:
            last[record[name]] = at, record
    return {key: record for key, (_, record) in last.items()}


def _different(told: Iterable[tuple[Read, Any]]) -> list[dict[str, Any]]:
    """Tellings that differ in more than the wall clock of the detection."""
    return list({repr(sorted((record | {"detected_at": 0}).items())): record for _, record in told}.values())


def _of_alert(told: Mapping[str, Any]) -> tuple[Any, ...]:
    evidence = sorted(each["touchpoint_id"] for each in told["evidence"])
    return told["revision"], told["status"], told["severity"], evidence


def _hourly(touchpoints: Iterable[Touchpoint]) -> Counts:
    counted: Counter[Any] = Counter()
    for each in touchpoints:
        counted[int(each.occurred_at) // HOUR * HOUR, each.department, each.channel, each.direction] += 1
    return counted


def _by_hour(alerts: Iterable[Mapping[str, Any]]) -> Counts:
    counted: Counter[Any] = Counter()
    for told in alerts:
        hour = told["opened_at"] // HOUR * HOUR
        for department in told["departments"] or [""]:
            for channel in told["channels"] or [""]:
                counted[hour, told["symptom"], department, channel] += 1
    return counted


def _verdicts(feedback: Iterable[Mapping[str, Any]]) -> Counts:
    """What each person thinks of each alert: the last she said."""
    last: dict[Any, Any] = {}
    for told in sorted(feedback, key=lambda each: (each["occurred_at"], each["action_id"])):
        last[told["subject"], told["actor"]] = told["value"]
    return last


# -- by a store that met no fault


def fill(client: Any, records: Sequence[Read]) -> None:
    """Put what the topics hold into the open, migrated, empty store of `client`."""
    tables = Tables(client, [kind.table for kind in KINDS.values()])
    for topic, kind in KINDS.items():
        decoded = [(each, _decoded(each)) for each in records if each.topic == topic]
        rows = [Row(record, each.partition, each.offset) for each, record in decoded if record]
        for first in range(0, len(rows), BATCH):
            tables.insert(kind.table, kind.parts(rows[first : first + BATCH]), f"{topic} {first}")


def views_of(client: Any) -> list[str]:
    """All views for readers."""
    rows = client.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'v\\_%'")
    return sorted(row[0] for row in rows.result_rows)


def tables_of(client: Any) -> list[str]:
    """The tables whose rows say which record of Kafka they are."""
    rows = client.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
                        " AND create_table_query LIKE '%kafka_offset%'")  # fmt: skip
    return sorted(row[0] for row in rows.result_rows)


# Two writers may refuse one record, each at its time; either letter may stand.
_WALL_CLOCK: Final = {"v_dead_letters": "(ingested_at, detected_at)"}


def rows_of(client: Any, view: str) -> Counter[bytes]:
    """Everything that `view` answers, but the wall clock of the store and of refusals."""
    said: bytes = client.raw_query(
        f"SELECT * EXCEPT {_WALL_CLOCK.get(view, 'ingested_at')} FROM {view}", fmt="JSONEachRow"
    )
    return Counter(said.splitlines())


def twice(client: Any) -> dict[str, int]:
    """Table -> how many records of Kafka stand in it more than once; where none does it is not named."""
    found = {}
    for table in tables_of(client):
        places = f"SELECT 1 FROM {table} GROUP BY kafka_partition, kafka_offset HAVING count() > 1"
        found[table] = int(client.command(f"SELECT count() FROM ({places})"))
    return {table: count for table, count in found.items() if count}


# -- the verdict


@dataclass
class Verdict:
    """What is wrong, in words that fit a failed test; empty when all is right."""

    wrong: list[str] = field(default_factory=list)
    views: int = 0  # compared
    questions: int = 0  # recounted in Python
    rows: int = 0  # of the views

    @property
    def right(self) -> bool:
        return not self.wrong

    def compare(self, name: str, wanted: Counts, found: Counts) -> None:
        """Two answers by key."""
        missing, foreign = wanted.keys() - found.keys(), found.keys() - wanted.keys()
        different = [key for key in wanted.keys() & found.keys() if wanted[key] != found[key]]
        for what, keys in (("missing", missing), ("foreign", foreign), ("different", different)):
            if keys:
                example = min(keys, key=repr)
                self.wrong.append(
                    f"{name}: {len(keys)} {what}, e.g. {example}: {wanted.get(example)} -> {found.get(example)}"
                )


def judge(client: Any, clean: Mapping[str, Counter[bytes]], records: Sequence[Read]) -> Verdict:
    """The store of `client` against the topics' `records` and the `clean` store's views."""
    verdict, views = Verdict(), views_of(client)
    for name, count in twice(client).items():
        verdict.wrong.append(f"table {name}: {count} records stand in it twice")
    wanted, found = recount(records), asked(client, views)
    for name in found:
        verdict.compare(name, wanted[name], found[name])
    for view in clean:
        rows = rows_of(client, view)
        if rows != clean[view]:
            verdict.compare(f"view {view}", _rounded(clean[view]), _rounded(rows))
        verdict.rows += sum(rows.values())
    verdict.views, verdict.questions = len(clean), len(found)
    return verdict


def _rounded(rows: Counter[bytes]) -> Counts:
    """Sums of fractions depend on the order in their last digits. Dead letters hold bytes that are no text."""
    rounded: defaultdict[str, int] = defaultdict(int)
    for row, count in rows.items():
        rounded[repr(_round(msgspec.json.decode(row.decode("latin-1"))))] += count
    return rounded


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {key: _round(each) for key, each in value.items()}
    return [_round(each) for each in value] if isinstance(value, list) else value
