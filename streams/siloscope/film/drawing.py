"""A film as SVG: lanes by department, silences between touchpoints, waits, and strips of what she suffered from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import wrap
from typing import Final
from xml.sax.saxutils import escape

from ..core.touchpoint import HANDOFFS, HOUR, Entry
from ..core.words import counted, length, quote
from ..ops.svg import FONTS, text
from ..panels.canvas import fitted, line, rect
from .places import LEFT, STRIP, TOP, WIDTH, Places
from .playing import BUTTON, STEP, appears, sweeps
from .scene import Film, Mark

RED, AMBER, INK, DIM, LINE = "#c4314b", "#b5722f", "#1f2933", "#7b8794", "#dfe4ea"
GREEN: Final = "#2d7a4b"
LANES: Final = ("#2f6fb5", "#b5722f", "#3a8f5d", "#7d55b5", "#b53f86", "#2f9aa0")
ROW: Final = 21  # of the list below
SEVERE: Final = {"critical": RED, "warning": RED, "info": AMBER}
ARROWS: Final = {"inbound": "from her", "outbound": "to her", "internal": "inside"}
_SIZE: Final = re.compile(r' width="(\d+)" height="(\d+)"')
_DEFS: Final = (
    '<defs><marker id="{tip}" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    f'<path d="M0 0 10 5 0 10z" fill="{RED}"/></marker>'
    '<pattern id="{wait}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="8" height="8" fill="#ffffff"/><rect width="3" height="8" fill="{AMBER}" opacity="0.55"/>'
    "</pattern></defs>"
)


def drawn(film: Film, heading: str | None = None, *, listed: bool = True, still: bool = False, tag: str = "") -> str:
    """The film as SVG, light, scaling with its place; `listed`: the touchpoints in words below. Empty: it says so.

    `still`: a picture that does not play; `tag` tells the films of one page apart.
    """
    if not film.entries:
        return _empty(film)
    return "\n".join(_Drawing(film, heading, listed, still, tag).parts()) + "\n"


def size_of(picture: str) -> tuple[int, int]:
    """Width and height in pixels of what `drawn` made."""
    found = _SIZE.search(picture)
    assert found is not None
    return int(found[1]), int(found[2])


def _empty(film: Film) -> str:
    said = f"Nothing is known of {film.customer}: check the spelling, or wait for the first touchpoint"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 80" width="{WIDTH}" height="80" '
        f'font-family="{FONTS}">{rect(0, 0, WIDTH, 80, "#ffffff", round_by=10)}{text(24, 46, said, 16, DIM)}</svg>\n'
    )


class _Drawing:
    """One film being drawn: where things stand and when they appear."""

    def __init__(self, film: Film, heading: str | None, listed: bool, still: bool, tag: str) -> None:
        self.button, self.tip, self.wait = (f"{name}{tag}" for name in (BUTTON, "tip", "wait"))
        self.film, self.places, self.listed, self.still = film, Places(film), listed, still
        self.heading = heading or _heading(film)
        self.lanes = film.lanes
        self.strips = film.marks
        self.suffers = {each: mark for mark in reversed(film.marks) for each in mark.evidence}
        after_strips = self.places.strip(len(self.strips))
        self.list_top = after_strips + (24 if self.strips else 8)
        words = self._explained()
        self.words_top = self.list_top + (ROW * len(film.entries) + 14 if listed else 0)
        self.height = self.words_top + 19 * len(words) + 28
        self._words = words

    def parts(self) -> Iterator[str]:
        size = f'viewBox="0 0 {WIDTH} {self.height:.0f}" width="{WIDTH}" height="{self.height:.0f}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}" font-size="13">'
        yield f"<title>{escape(self.heading)}</title>{_DEFS.format(tip=self.tip, wait=self.wait)}"
        yield rect(0.5, 0.5, WIDTH - 1, self.height - 1, "#ffffff", round_by=10, more=f' stroke="{LINE}"')
        yield from self._head()
        yield from self._lanes()
        yield from self._silences()
        yield from self._waits()
        yield from self._moves()
        yield from self._strips()
        yield from self._points()
        yield self._cursor()
        if self.listed:
            yield from self._list()
        for number, (said, colour, bold) in enumerate(self._words):
            yield text(24, self.words_top + 19 * number + 8, said, 13, colour, bold=bold)
        yield "</svg>"

    # -- above

    def _head(self) -> Iterator[str]:
        film = self.film
        more = f", {counted(film.left_out, 'touchpoint')} not shown" if film.left_out else ""
        yield text(24, 36, f"{film.customer}, {_when(film.entries[0].at)} to {_when(film.until)}{more}", 13, DIM)
        yield text(24, 64, fitted(self.heading, WIDTH - 160, 22), 20, INK, bold=True)  # bold is wider
        if not self.still:
            yield self._button()

    def _button(self) -> str:
        return (
            f'<a id="{self.button}" href="#{self.button}" aria-label="play the film" cursor="pointer">'
            f"{rect(WIDTH - 102, 22, 78, 28, INK, round_by=14)}"
            f'<path d="M{WIDTH - 86} 29 l12 7 -12 7z" fill="#ffffff"/>'
            f"{text(WIDTH - 66, 41, 'play', 13, '#ffffff', bold=True)}</a>"
        )

    def _lanes(self) -> Iterator[str]:
        for number, lane in enumerate(self.lanes):
            y = self.places.lane(number)
            yield line(LEFT, y, WIDTH - 24, y, LINE, ' stroke-width="2"')
            yield text(LEFT - 14, y + 5, fitted(lane, LEFT - 36, 14), 14, self._colour(lane), bold=True, anchor="end")

    def _silences(self) -> Iterator[str]:
        """How long after the one before each touchpoint came, where there is room to say it."""
        entries, free = self.film.entries, 0.0
        for number in range(1, len(entries)):
            passed = entries[number].at - entries[number - 1].at
            middle = (self.places.entry(number) + self.places.entry(number - 1)) / 2
            said = _short(passed)
            if passed >= HOUR and middle - 4 * len(said) > free:
                yield text(middle, TOP - 12, said, 11, DIM, anchor="middle")
                free = middle + 4 * len(said)

    # -- in the lanes

    def _waits(self) -> Iterator[str]:
        for wait in self.film.waits:
            y, starts = self.places.lane(self.lanes.index(wait.entry.department)), self.places.time(wait.entry.at)
            ends = self.places.time(wait.ended.at) if wait.ended is not None else self.places.end
            until = wait.ended.at if wait.ended is not None else self.film.until
            still = "" if wait.ended is not None else ", and still does"
            tip = f"she waits {length(until - wait.entry.at)}{still}"
            hatched = rect(starts, y - 5, ends - starts, 10, f"url(#{self.wait})", tip=tip)
            yield f"<g>{hatched}{self._at(wait.entry.at)}</g>"

    def _moves(self) -> Iterator[str]:
        """An arrow for each time she is handed on."""
        for number, entry in enumerate(self.film.entries):
            if entry.activity not in HANDOFFS or entry.to_department not in self.lanes:
                continue
            here, there = self._lane(entry), self.places.lane(self.lanes.index(entry.to_department))
            if here == there:
                continue
            away = 14 if there > here else -14
            x = self.places.entry(number)
            to = self.places.entry(number + 1) if number + 1 < len(self.film.entries) else self.places.end
            to = max(x + 8, min(to, x + 90))
            more = f' stroke-width="2.5" marker-end="url(#{self.tip})" opacity="0.85"'
            yield f"<g>{line(x + 6, here + away, to - 7, there - away, RED, more)}{self._at(entry.at)}</g>"

    def _points(self) -> Iterator[str]:
        for number, entry in enumerate(self.film.entries):
            x, y = self.places.entry(number), self._lane(entry)
            mark = self.suffers.get(entry.touchpoint_id)
            colour = SEVERE[mark.severity] if mark is not None else self._colour(entry.department)
            tip = escape(f"{_when(entry.at)}: {_said(entry)}")
            circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="{colour}" stroke="#ffffff" stroke-width="2"/>'
            yield (
                f"<g><title>{tip}</title>{circle}"
                f"{text(x, y + 4, str(number + 1), 11, '#ffffff', bold=True, anchor='middle')}{self._at(entry.at)}</g>"
            )

    # -- below

    def _strips(self) -> Iterator[str]:
        """What she suffered from: from its first evidence, a flag where it was told, to its end or on and on."""
        for number, mark in enumerate(self.strips):
            y, colour = self.places.strip(number), SEVERE[mark.severity]
            began = min(entry.at for entry in self.film.entries if entry.touchpoint_id in mark.evidence)
            lasts = mark.resolved_at is None or mark.resolved_at > self.film.until
            starts, told = self.places.time(began), self.places.time(mark.opened_at)
            ends = self.places.end if mark.resolved_at is None else self.places.time(mark.resolved_at)
            name = mark.symptom.replace("_", " ")
            tip = f"{mark.title}; told {_when(mark.opened_at)}"
            long = max(ends - starts + 12, 12)
            bar = rect(starts - 6, y - 9, long, 14, colour, tip=tip, round_by=7, more=' opacity="0.22"')
            flag = line(told, TOP - 2, told, y + 5, colour, ' stroke-dasharray="4 4"')
            flag += f'<circle cx="{told:.1f}" cy="{y - 2:.1f}" r="5" fill="{colour}"/>'
            label = f"{name}{' …' if lasts else ''}"
            x, anchor = _beside(starts, told, ends, 7 * len(label))
            place = text(x, y + 2, label, 12, colour, bold=True, anchor=anchor)
            yield f"<g>{bar}{flag}{place}{self._at(mark.opened_at)}</g>"

    def _cursor(self) -> str:
        entries = self.film.entries
        xs = [self.places.entry(number) for number in range(len(entries))] + [self.places.end]
        seconds = [STEP * number for number in range(len(entries))] + [STEP * len(entries)]
        bottom = self.places.strip(len(self.strips)) - STRIP / 2
        moving = sweeps(xs, seconds, self.button)
        return (
            f'<line x1="0" x2="0" y1="{TOP - 6}" y2="{bottom:.0f}" stroke="{INK}" stroke-width="1.5" '
            f'visibility="hidden">{moving}</line>'
        )

    def _list(self) -> Iterator[str]:
        for number, entry in enumerate(self.film.entries):
            y, mark = self.list_top + ROW * number + 12, self.suffers.get(entry.touchpoint_id)
            strong = mark is not None
            yield "<g>"
            yield text(44, y, str(number + 1), 12, SEVERE[mark.severity] if mark else DIM, bold=True, anchor="end")
            yield text(56, y, _when(entry.at), 12, DIM)
            yield text(152, y, fitted(entry.department, 76, 12), 12, self._colour(entry.department), bold=True)
            yield text(234, y, f"{entry.channel}, {ARROWS[entry.direction]}", 12, DIM)
            said = fitted(_said(entry), WIDTH - 376, 13.5 if strong else 12)  # bold is wider
            yield text(352, y, said, 12, INK if strong else "#3e4c59", bold=strong)
            yield f"{self._at(entry.at)}</g>"

    def _explained(self) -> list[tuple[str, str, bool]]:
        """In words what was worst, and what helps."""
        if not self.film.marks:
            return []
        worst = worst_of(self.film.marks)
        lines = [(each, INK, False) for each in wrap(worst.explanation, 150)]
        helps = f"What helps: {worst.suggested_action}" if worst.suggested_action else ""
        return [*lines, *((each, GREEN, True) for each in wrap(helps, 140))]

    # -- where, when, in which colour

    def _at(self, at: int) -> str:
        """When something of that time appears."""
        number = sum(entry.at < at for entry in self.film.entries)
        return appears(STEP * number, self.button)

    def _lane(self, entry: Entry) -> float:
        return self.places.lane(self.lanes.index(entry.department))

    def _colour(self, department: str) -> str:
        return LANES[self.lanes.index(department) % len(LANES)]


def worst_of(marks: list[Mark]) -> Mark:
    """The most severe, of these the one on most evidence, then the first."""
    order = {"critical": 0, "warning": 1, "info": 2}
    return min(marks, key=lambda each: (order[each.severity], -len(each.evidence), each.opened_at, each.symptom))


def _heading(film: Film) -> str:
    if not film.marks:
        return f"{counted(len(film.entries) + film.left_out, 'touchpoint')}, and no symptom"
    return worst_of(film.marks).title


def _said(entry: Entry) -> str:
    what = entry.activity.replace("_", " ") + (f" to {entry.to_department}" if entry.to_department else "")
    about = quote(entry) if entry.text else entry.topic or ""
    return f"{what}: {about}" if about else what


def _short(passed: int) -> str:
    number, unit = length(passed).split()
    return f"{number} {unit.removesuffix('s').replace('minute', 'min').replace('hour', 'h').replace('day', 'd')}"


def _beside(starts: float, told: float, ends: float, wide: float) -> tuple[float, str]:
    """Where a label so wide finds room by its strip: before it, after it, else on it and clear of the flag."""
    if starts - 12 - wide > 20:
        return starts - 12, "end"
    if ends + 12 + wide < WIDTH - 20:
        return ends + 12, "start"
    return (starts + 4 if told - starts > wide + 12 else told + 10), "start"


def _when(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.day} {moment:%b %H:%M}"
