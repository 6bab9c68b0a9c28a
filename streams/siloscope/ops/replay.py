"""Recorded touchpoints through the same detection, without a broker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.markup import escape

from ..core.alert import Alert
from ..core.detection import Detection
from ..core.handoff import Warning
from ..core.incident import Incident
from ..core.parameters import BadParameter
from ..core.partition import Partition
from ..core.rejected import Rejected, SymptomFailed
from ..core.soundness import milliseconds
from ..core.touchpoint import Entry, Touchpoint
from ..core.words import counted
from ..errors import Unusable, WrongUsage
from ..garbage import collect_seldom
from ..rules import load as load_rules
from ..sources import touchpoints
from ..sources.mapping import load
from ..symptoms import detection
from ..wire import Clock, json_line, rfc3339
from .progress import progress

CHUNK: Final = 1_000  # touchpoints between two tellings
HOT: Final = 50_000  # customers kept live, some 30 KB each; the others rest packed
WRITTEN: Final = ("rejected.jsonl", "alerts.jsonl", "warnings.jsonl", "incidents.jsonl", "summary.json")


class Replay:
    """One run over recorded touchpoints. `take` them in any order, `close` it, then read what stands.

    Without `telling` nothing is found: then ask its partition what touchpoints would set off.
    """

    def __init__(self, watch: Detection | None = None, hot: int = HOT, telling: bool = True) -> None:
        self.partition = Partition(watch or detection(), hot=hot, stateful=False, telling=telling)
        self.refused: list[tuple[Entry, Rejected]] = []
        self._alerts: dict[str, Alert] = {}
        self._warnings: dict[str, Warning] = {}
        self._incidents: dict[str, Incident] = {}
        self._taken = 0

    def take(self, touchpoint: Touchpoint | Clock) -> Rejected | None:
        """One touchpoint, or the word that time has come so far."""
        if isinstance(touchpoint, Clock):
            self.partition.tick(touchpoint.at)
            return None
        self._taken += 1
        refused = self.partition.take(touchpoint, ("", self._taken))
        if self._taken % CHUNK == 0:
            self._drain()
        return refused

    def close(self, until: int | None = None) -> None:
        """Let time pass to `until`, else to the last touchpoint's time: timers due by then fire."""
        self.partition.tick(until if until is not None else self.partition.latest)
        self._drain()
        while self.partition.busy:
            self._drain()

    def _drain(self) -> None:
        changes = self.partition.drain()
        for alert in changes.alerts:
            self._alerts[alert.alert_id] = alert
        for warning in changes.warnings:
            self._warnings[warning.warning_id] = warning
        for incident in changes.incidents:
            self._incidents[incident.incident_id] = incident
        self.refused.extend(changes.refused)

    def failures(self) -> dict[tuple[str, str, str], tuple[Entry, SymptomFailed]]:
        """By symptom, customer and touchpoint the first mistake: who is watched anew has the same again."""
        found: dict[tuple[str, str, str], tuple[Entry, SymptomFailed]] = {}
        for entry, refused in self.refused:
            if isinstance(refused, SymptomFailed):
                found.setdefault((refused.symptom, refused.customer, entry.touchpoint_id), (entry, refused))
        return found

    def alerts(self, history: bool = False) -> list[Alert]:
        """The standing alerts by (`opened_at`, `alert_id`); with `history` the retracted too."""
        found = (each for each in self._alerts.values() if history or each.status != "retracted")
        return sorted(found, key=lambda each: (each.opened_at, each.alert_id))

    def warnings(self) -> list[Warning]:
        """The handoff warnings by (`handed_at`, `warning_id`)."""
        found = (each for each in self._warnings.values() if each.close_reason != "withdrawn")
        return sorted(found, key=lambda each: (each.handed_at, each.warning_id))

    def incidents(self) -> list[Incident]:
        """The incidents by (`opened_at`, `incident_id`)."""
        found = (each for each in self._incidents.values() if each.status != "retracted")
        return sorted(found, key=lambda each: (each.opened_at, each.incident_id))


def replay_alerts(
    recorded: Iterable[Touchpoint], until: int | None = None, watch: Detection | None = None
) -> list[Alert]:
    """The alerts that stand at `until` (epoch milliseconds; None: the last touchpoint's time)."""
    run = Replay(watch)
    for touchpoint in recorded:
        run.take(touchpoint)
    run.close(until)
    return run.alerts()


def main(
    files: Sequence[str],
    out: Path,
    mapping: str | None = None,
    settings: Sequence[str] = (),
    until: str | None = None,
    history: bool = False,
    rules: Path | None = None,
) -> None:
    """`siloscope replay`: writes what was found, rejected lines and a summary to `out`.

    Raises Unusable, also where all lines are rejected.
    """
    if files.count("-") > 1:
        raise WrongUsage("standard input (-) can be read once")
    collect_seldom()
    run = Replay(watching(settings, rules))
    end = time_of(until) if until is not None else None
    mapped = load(mapping) if mapping is not None else None
    make_directory(out)
    for name in WRITTEN:  # an interrupted run must not leave those of the one before beside its own
        (out / name).unlink(missing_ok=True)
    counts: Counter[str] = Counter()
    first = ""
    with _written(out / "rejected.jsonl") as rejected, progress("replay", "touchpoints") as advance:
        for path in files:
            for number, raw, found in touchpoints(path, mapped):
                counts["inputs"] += 1
                refused = found if isinstance(found, Rejected) else run.take(found)
                if refused is not None:
                    counts[f"rejected.{refused.reason}"] += 1
                    rejected.write(_refusal(path, number, refused, raw))
                    first = first or f"{path}, line {number}: {refused.message}"
                if number % CHUNK == 0:
                    advance(CHUNK)
        run.close(end)
        for entry, refused in run.refused:
            if not isinstance(refused, SymptomFailed):
                counts[f"rejected.{refused.reason}"] += 1
                rejected.write(_refusal("", None, refused, {"touchpoint_id": entry.touchpoint_id}))
        for entry, failed in run.failures().values():
            about = {"touchpoint_id": entry.touchpoint_id, "customer": failed.customer}
            rejected.write(_refusal("", None, failed, about))
    write_lines(out / "alerts.jsonl", map(json_line, run.alerts(history)))
    write_lines(out / "warnings.jsonl", map(json_line, run.warnings()))
    write_lines(out / "incidents.jsonl", map(json_line, run.incidents()))
    summary = _summary(run, counts)
    write_lines(out / "summary.json", [msgspec.json.format(msgspec.json.encode(summary), indent=2)])
    if first and not summary["accepted"]:
        refusals = counted(counts["inputs"], "line")
        raise Unusable(f"nothing was read: {first}; {refusals} rejected in {out / 'rejected.jsonl'}")
    _say(summary, out)


def watching(settings: Sequence[str], rules: Path | None = None) -> Detection:
    """What watches by a rules file and `SYMPTOM.PARAM=VALUE` settings, which win; raises WrongUsage."""
    given: dict[str, dict[str, object]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        symptom, dot, parameter = name.strip().partition(".")
        if not equals or not dot:
            raise WrongUsage(f"--set {setting}: write SYMPTOM.PARAM=VALUE, like unanswered.within=48h")
        given.setdefault(symptom, {})[parameter] = value.strip()
    try:
        return load_rules(rules).detection(given)
    except BadParameter as error:
        raise WrongUsage(f"--set {error}") from None


def time_of(until: str) -> int:
    """Epoch milliseconds of what `--until` says; raises WrongUsage."""
    found = milliseconds_of(until)
    if isinstance(found, Rejected):
        raise WrongUsage(f"--until {until}: write a time like 2026-03-01T09:00:00Z")
    return found


def milliseconds_of(text: str) -> int | Rejected:
    """Epoch milliseconds of an RFC 3339 time or a number of them."""
    try:
        value = int(text) if text.isdigit() else msgspec.convert(text, type=datetime)
    except msgspec.ValidationError as error:
        return Rejected("wrong_type", None, str(error))
    return milliseconds(value, "until")


def make_directory(out: Path) -> None:
    """Make the directory of `--out` where it is not there; raises Unusable."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"cannot write to {out}: {error.strerror}; name another directory with --out") from None


def _written(path: Path) -> Any:
    try:
        return path.open("wb")
    except OSError as error:
        raise Unusable(f"cannot write {path}: {error.strerror}; name another directory with --out") from None


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write them, each with a line end; raises Unusable."""
    with _written(path) as file:
        for line in lines:
            file.write(line)
            file.write(b"\n")


def _refusal(path: str, number: int | None, refused: Rejected, raw: bytes | str | dict[str, str]) -> bytes:
    given = raw.decode(errors="replace").rstrip("\r\n") if isinstance(raw, bytes) else raw
    record = {
        "line": number, "reason": refused.reason, "field": refused.field, "message": refused.message, "input": given,
        "file": path,
    }  # fmt: skip
    return msgspec.json.encode(record) + b"\n"


def _summary(run: Replay, counts: Counter[str]) -> dict[str, Any]:
    alerts, warnings, incidents = run.alerts(), run.warnings(), run.incidents()
    seen = run.partition.counts
    rejected = {name.removeprefix("rejected."): number for name, number in sorted(counts.items()) if name != "inputs"}
    return {
        "inputs": counts["inputs"],
        "accepted": counts["inputs"] - sum(rejected.values()),
        "duplicates": seen["duplicate"],
        "late": seen["late"],
        "too_old": seen["too_old"],
        "rejected": rejected,
        "symptom_failures": dict(sorted(Counter(symptom for symptom, _, _ in run.failures()).items())),
        "until": rfc3339(run.partition.now) if run.partition.now else None,
        "alerts": len(alerts),
        "alerts_by_symptom": dict(sorted(Counter(each.symptom for each in alerts).items())),
        "alerts_by_status": dict(sorted(Counter(each.status for each in alerts).items())),
        "warnings": len(warnings),
        "warnings_by_status": dict(sorted(Counter(each.status for each in warnings).items())),
        "incidents": len(incidents),
        "incidents_by_symptom": dict(sorted(Counter(each.symptom for each in incidents).items())),
    }


def _say(summary: dict[str, Any], out: Path) -> None:
    refused, failures = sum(summary["rejected"].values()), summary["symptom_failures"]
    console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    console.print(
        f"{counted(summary['accepted'], 'touchpoint')}, {refused:,} rejected: {counted(summary['alerts'], 'alert')}, "
        f"{counted(summary['incidents'], 'incident')} and {counted(summary['warnings'], 'handoff warning')} "
        f"in {escape(str(out))}"
    )
    for symptom, number in failures.items():
        where = escape(str(out / "rejected.jsonl"))
        console.print(f"[red]the symptom {symptom} failed on {counted(number, 'touchpoint')}: see {where}[/]")
