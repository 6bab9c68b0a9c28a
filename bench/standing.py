"""What stands at the end, from a replay and from the store, in one form that compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from siloscope.core.touchpoint import Touchpoint
from siloscope.ops.replay import Replay
from siloscope.settings import Settings
from siloscope.stores.client import opened

# Two runs promise nothing about these; `contract.md`, "What two runs agree on".
_OF_A_RUN: Final = frozenset({"revision", "detected_at", "brief", "ingested_at"})

Records = dict[str, dict[str, Any]]


class Standing(NamedTuple):
    """Alerts and warnings by id, without what depends on the run; how many touchpoints there are."""

    alerts: Records
    warnings: Records
    touchpoints: int


class Difference(NamedTuple):
    """Ids that only the replay has, that only the store has, and fields that differ."""

    missing: list[str]
    foreign: list[str]
    fields: dict[str, set[str]]

    @property
    def none(self) -> bool:
        return not (self.missing or self.foreign or self.fields)


def replayed(touchpoints: Sequence[Touchpoint], until: int) -> Standing:
    """What a replay says to be standing at `until` (epoch milliseconds)."""
    run = Replay()
    for touchpoint in touchpoints:
        run.take(touchpoint)
    run.close(until)
    alerts = _by_id("alert_id", map(msgspec.to_builtins, run.alerts()))
    warnings = _by_id("warning_id", map(msgspec.to_builtins, run.warnings()))
    return Standing(alerts, warnings, len({each.touchpoint_id for each in touchpoints}))


def stored(settings: Settings) -> Standing:
    """What the current views of the store say; no writer may have it open. Raises Unusable."""
    with opened(settings) as client:

        def rows(sql: str) -> Iterable[Mapping[str, Any]]:
            found: Iterable[Mapping[str, Any]] = client.query(sql).named_results()
            return found

        return Standing(
            _by_id("alert_id", rows("SELECT * FROM v_alerts WHERE status != 'retracted'")),
            _by_id("warning_id", rows("SELECT * FROM v_warnings WHERE close_reason != 'withdrawn'")),
            int(client.query("SELECT count() FROM v_touchpoints").result_rows[0][0]),
        )


def compare(wanted: Records, found: Records) -> Difference:
    """How `found` differs from `wanted`."""
    both = wanted.keys() & found.keys()
    return Difference(
        sorted(wanted.keys() - found.keys()),
        sorted(found.keys() - wanted.keys()),
        {name: fields for name in sorted(both) if (fields := _differing(wanted[name], found[name]))},
    )


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _by_id(name: str, records: Iterable[Mapping[str, Any]]) -> Records:
    return {record[name]: _plain({key: record[key] for key in record if key not in _OF_A_RUN}) for record in records}


def _plain(value: Any) -> Any:
    """Times as epoch milliseconds, sequences as lists, nothing that is empty."""
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, Mapping):
        return {key: plain for key, each in value.items() if (plain := _plain(each)) not in (None, "", [], {})}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
