"""Alerts, handoff warnings and incidents on a terminal, as they come, in words a support lead understands."""

from __future__ import annotations

import re
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.core.touchpoint import MINUTE, Entry
from siloscope.core.words import counted, length, listed

COLOURS: Final = {"info": "cyan", "warning": "yellow", "critical": "bold red"}
_DEPARTMENTS: Final = ("blue", "magenta", "green", "cyan", "yellow", "bright_blue", "bright_magenta", "bright_green")
_ARROWS: Final = {"inbound": "←", "outbound": "→", "internal": "·"}  # from her, to her, about her
REMEMBERED: Final = 5_000  # customers whose last touchpoints are shown beside an alert
LAST: Final = 12  # touchpoints remembered of each
SHOWN: Final = 9  # lines of a timeline
IN_FULL_EVERY: Final = 0.8  # seconds
LINES_A_SECOND: Final = 12


class Line(NamedTuple):
    """One touchpoint as a timeline shows it."""

    at: int
    department: str
    arrow: str
    what: str
    evidence: bool


class Memory:
    """The last touchpoints of the customers seen last, for the timelines beside the alerts."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, deque[tuple[str, Line]]] = OrderedDict()

    def see(self, customer: str, entry: Entry) -> None:
        """One touchpoint of a customer."""
        known = self._last.get(customer)
        if known is None:
            known = self._last[customer] = deque(maxlen=LAST)
            if len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
        known.append((entry.touchpoint_id, line_of(entry)))

    def around(self, alert: Alert) -> list[Line]:
        """What the alert rests on, among the customer's last touchpoints; the newest `SHOWN` lines."""
        lines = dict(self._last.get(alert.customer_id, ()))
        for each in alert.evidence:
            known = lines.get(each.touchpoint_id)
            what = known.what if known else f"{each.channel}: {each.excerpt or each.role}"
            lines[each.touchpoint_id] = Line(
                each.occurred_at, each.department, known.arrow if known else "", what, True
            )
        return _newest(sorted(lines.values()))


def line_of(entry: Entry) -> Line:
    """The touchpoint in words: by what, what happened, what was said."""
    what = f"{entry.channel}: {entry.activity.replace('_', ' ')}"
    if entry.to_department:
        what += f" to {entry.to_department}"
    if entry.text:
        what += f", “{' '.join(entry.text.split())}”"
    return Line(entry.at, entry.department, _ARROWS[entry.direction], what, False)


def _newest(lines: list[Line]) -> list[Line]:
    """The newest lines; of those the alert rests on as many as there is room for."""
    room = SHOWN - sum(line.evidence for line in lines)
    others = [line for line in lines if not line.evidence][-room:] if room > 0 else []
    return sorted([line for line in lines if line.evidence][-SHOWN:] + others)


class Narrator:
    """Tells what comes on `console`: some in full, many in a line each, floods as a count.

    `alerts`, `warnings` and `incidents` are the last telling of each by id. What happened before `begins` (epoch
    milliseconds) counts, and is not told.
    """

    def __init__(self, console: Console, memory: Memory, begins: int = 0) -> None:
        self._console = console
        self._memory = memory
        self.alerts: dict[str, Alert] = {}
        self.warnings: dict[str, Warning] = {}
        self.incidents: dict[str, Incident] = {}
        self.untold: Counter[str] = Counter()  # by symptom, since the last word about them
        self._begins = begins
        self._heard: set[str] = set()  # alerts of which something was told
        self._briefed: set[str] = set()  # departments
        self._full_at = 0.0
        self._second = 0
        self._lines = 0

    def alert(self, alert: Alert) -> None:
        """One telling of an alert."""
        before = self.alerts.get(alert.alert_id)
        self.alerts[alert.alert_id] = alert
        if alert.updated_at < self._begins or self._is_no_news(alert, before):
            return
        now = time.monotonic()
        opening = before is None and alert.status != "retracted"
        if opening and now - self._full_at >= IN_FULL_EVERY:
            self._full_at = now
            self._console.print(in_full(alert, self._memory.around(alert)))
        elif self._room(now):
            # A terminal shows what fits on the line; in a pipe all of it stays.
            if self._console.is_terminal:
                self._console.print(in_a_line(alert, before), no_wrap=True, overflow="ellipsis")
            else:
                self._console.print(in_a_line(alert, before), soft_wrap=True)
        else:
            self.untold[alert.symptom] += 1
            return
        self._heard.add(alert.alert_id)

    def _is_no_news(self, alert: Alert, before: Alert | None) -> bool:
        """What was ended stays ended; and of what nobody heard nobody needs to hear that it was not so."""
        if alert.status == "retracted":
            return alert.alert_id not in self._heard
        return before is not None and (
            before.status == alert.status == "resolved"
            or (before.status, before.updated_at, before.severity, before.resolved_at)
            == (alert.status, alert.updated_at, alert.severity, alert.resolved_at)
        )

    def warning(self, warning: Warning) -> None:
        """One telling of a handoff warning: the first of each receiving department is shown with its brief."""
        first = warning.to_department not in self._briefed
        known = warning.warning_id in self.warnings
        self.warnings[warning.warning_id] = warning
        if first and not known and warning.status == "pending" and warning.handed_at >= self._begins:
            self._briefed.add(warning.to_department)
            self._console.print(brief_of(warning))

    def incident(self, incident: Incident) -> None:
        """One telling of an incident: its beginning and its end are shown, not that it grows."""
        before = self.incidents.get(incident.incident_id)
        self.incidents[incident.incident_id] = incident
        if incident.updated_at >= self._begins and (before is None or before.status != incident.status):
            self._console.print(of_incident(incident))

    def catch_up(self) -> None:
        """Say how many were too many to be told one by one."""
        if self.untold:
            many = ", ".join(f"{count:,} {symptom}" for symptom, count in self.untold.most_common())
            self._console.print(Text(f"  … and faster than one can read: {many}", style="dim"))
            self.untold.clear()

    def _room(self, now: float) -> bool:
        if int(now) != self._second:
            self._second, self._lines = int(now), 0
            self.catch_up()
        self._lines += 1
        return self._lines <= LINES_A_SECOND


def in_full(alert: Alert, lines: Iterable[Line]) -> RenderableType:
    """An alert with what happened to the customer and what to do."""
    said = Text.assemble((alert.title, "bold"), "\n", alert.explanation)
    action = Text.assemble(("What helps  ", "bold green"), alert.suggested_action)
    return Padding(Group(_head(alert), Padding(Group(said, timeline(lines), action), (0, 0, 0, 2))), (1, 0, 0, 0))


def in_a_line(alert: Alert, before: Alert | None) -> Text:
    """What changed about an alert, in one line."""
    return Text.assemble(
        _clock(alert.resolved_at or alert.updated_at), " ", _sign(alert), " ", _name(alert), "  ", _news(alert, before)
    )


def _news(alert: Alert, before: Alert | None) -> str:
    if alert.status == "retracted":
        return "it was not so after all: something that came later explains it"
    if alert.status == "resolved":
        return f"{_end(alert)}: {alert.title}"
    if before is not None and before.severity != alert.severity:
        return f"now {alert.severity}: {alert.title}"
    if before is not None:
        return f"goes on: {alert.title}"
    return alert.title


def _end(alert: Alert) -> str:
    lost = f", {length(alert.minutes_lost * MINUTE)} of her time lost" if alert.minutes_lost else ""
    return f"{alert.resolution}{lost}"


def _head(alert: Alert) -> Text:
    bad = alert.severity == "critical"
    severity = (f" {alert.severity} ", "bold white on red") if bad else (alert.severity, COLOURS[alert.severity])
    head = Text.assemble(_clock(alert.updated_at), " ", _sign(alert), " ", _name(alert), "  ", severity)
    if alert.status == "resolved":
        head.append(f", {_end(alert)}", style="green")
    if alert.confidence == "suspected":
        head.append(", suspected: for review", style="dim italic")
    return head


def _sign(alert: Alert) -> Text:
    if alert.status == "resolved":
        return Text("✓", style="green")
    if alert.status == "retracted":
        return Text("○", style="dim")
    return Text("●", style=COLOURS[alert.severity])


def _name(alert: Alert) -> Text:
    who = alert.account if alert.customer_id.startswith("account:") else alert.customer_id
    who = who or "everybody"
    return Text.assemble(
        (alert.symptom.replace("_", " "), "bold " + COLOURS[alert.severity].split()[-1]), " ", (who, "underline")
    )


def _clock(at: int) -> Text:
    when = datetime.fromtimestamp(at / 1000, UTC)
    return Text(f"{when:%a} {when.day} {when:%b %H:%M}", style="dim")


def timeline(lines: Iterable[Line]) -> Table:
    """Touchpoints one below the other, a column for each thing one asks: when, who, to whom, what; evidence marked."""
    lines = list(lines)
    grid = _grid(1, 12, max((len(line.department) for line in lines), default=0), 1)
    for line in lines:
        when = datetime.fromtimestamp(line.at / 1000, UTC)
        grid.add_row(
            Text("▶" if line.evidence else "", "bold red"),
            Text(f"{when.day:>2} {when:%b %H:%M}", "dim"),
            Text(line.department, colour_of(line.department)),
            Text(line.arrow, "dim"),
            _cut(line.what, "" if line.evidence else "dim"),
        )
    return grid


def _grid(*widths: int) -> Table:
    """Columns of these widths and one more for the rest, which is cut where the line ends."""
    grid = Table.grid(padding=(0, 1))
    for width in widths:
        grid.add_column(no_wrap=True, min_width=width)
    grid.add_column()
    return grid


def _cut(said: str, style: str = "") -> Text:
    return Text(said, style, no_wrap=True, overflow="ellipsis")


def brief_of(warning: Warning) -> RenderableType:
    """What the receiving department gets to know before the customer is at the door."""
    brief = warning.brief
    head = Text.assemble(
        _clock(warning.handed_at), " ", ("⇢", "bold green"), " ",
        ("handoff warning", "bold green"), f" to {warning.to_department}: ",
        (warning.customer_id, "underline"), " is coming from ", warning.from_department,
    )  # fmt: skip
    rows = _grid(15)
    parts = (
        ("in short", (brief.summary,)), ("never ask again", brief.already_given), ("was promised", brief.promises),
        ("do not", brief.do_not), ("open cases", brief.open_cases), ("last", brief.recent[-3:]),
    )  # fmt: skip
    for name, values in parts:
        for number, value in enumerate(values):
            said = re.sub(r" \[[^\]]+\]$", "", value)  # the id at the end is for looking it up, not for reading
            rows.add_row(Text(name if number == 0 else "", "dim"), _cut(said))
    return Padding(Group(head, Padding(rows, (0, 0, 0, 2))), (1, 0, 0, 0))


def of_incident(incident: Incident) -> Text:
    """What is wrong for how many, and who should act."""
    cause = f"{incident.cause.kind.replace('_ref', '')} {incident.cause.value}"
    what = f"{incident.symptom.replace('_', ' ')}, {cause}, by {listed(incident.departments)}"
    return Text.assemble(
        _clock(incident.ended_at or incident.updated_at), " ", (_INCIDENT_NEWS[incident.status], "bold red"),
        f"  {counted(incident.customers, 'customer')}: {what}; {incident.owner_department} acts",
    )  # fmt: skip


_INCIDENT_NEWS: Final = {"open": "▲ one cause", "ended": "△ is over", "retracted": "○ was none after all"}


def colour_of(department: str) -> str:
    """A department's colour: the same everywhere and in every run."""
    return _DEPARTMENTS[sum(department.encode()) % len(_DEPARTMENTS)]
