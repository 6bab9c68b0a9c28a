"""Draws docs/img/timeline.svg: a customer's timeline as lanes by department, with the symptom that replay finds on it.

`python docs/img/timeline.py` writes it anew. What is drawn comes from the simulated day and the replay of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten, wrap
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from siloscope.core.alert import Alert
from siloscope.core.touchpoint import MINUTE, Entry, customer_of, entry_of
from siloscope.core.words import length
from siloscope.ops.replay import Replay
from siloscope.ops.simulate import Plan, simulate
from siloscope.ops.svg import FONTS, text

SYMPTOM: Final = "ping_pong"
PICTURE: Final = Path(__file__).with_name("timeline.svg")
WIDTH, LEFT, TOP, LANE, LEGEND = 1120, 116, 132, 62, 21
RED, INK, DIM, LINE = "#c4314b", "#1f2933", "#7b8794", "#dfe4ea"
COLOURS: Final = ("#2f6fb5", "#b5722f", "#3a8f5d", "#7d55b5", "#b53f86", "#2f9aa0")
_TIP: Final = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    f'<path d="M0 0 10 5 0 10z" fill="{RED}"/></marker></defs>'
)
SAID: Final = 96  # characters of a text that fit
ARROWS: Final = {"inbound": "from her", "outbound": "to her", "internal": "inside"}


class Story(NamedTuple):
    """An alert and its customer's touchpoints, in order: her first order, and all since the case began but visits."""

    alert: Alert
    entries: list[Entry]


def story() -> Story:
    """The first alert of the symptom in the simulated day, by replay, with its customer's timeline."""
    plan, run = Plan(), Replay()
    entries: dict[str, list[Entry]] = {}
    for touchpoint in simulate(plan):
        run.take(touchpoint)
        entries.setdefault(customer_of(touchpoint), []).append(entry_of(touchpoint))
    run.close(plan.end)
    alert = next(each for each in run.alerts() if each.symptom == SYMPTOM)
    lived = [entry for entry in entries[alert.customer_id] if entry.activity != "visit"]
    since = min(entry.at for entry in lived if entry.case_ref == alert.case_ref)
    return Story(alert, [entry for entry in lived if entry.at >= since or entry.case_ref == lived[0].case_ref])


def drawn(told: Story) -> str:
    """The picture as SVG."""
    alert, entries = told
    evidence = {each.touchpoint_id for each in alert.evidence}
    lanes = list(dict.fromkeys(entry.department for entry in entries))
    bottom = TOP + LANE * len(lanes)
    height = bottom + 30 + LEGEND * len(entries) + 88
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}" font-size="13">',
        f"<title>{escape(alert.title)}</title>",
        _TIP,
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="#ffffff" stroke="{LINE}"/>',
        *_heading(alert),
        *_lanes(lanes),
        *_gaps(entries),
        *_moves(entries, lanes),
        *_opened(alert, entries, bottom),
        *_points(entries, lanes, evidence),
        *_legend(entries, evidence, bottom + 34, lanes),
        *(
            text(24, height - 62 + 19 * number, line, 13, INK)
            for number, line in enumerate(wrap(alert.explanation, 150))
        ),
        text(24, height - 20, f"What helps: {alert.suggested_action}", 13, "#2d7a4b", bold=True),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _heading(alert: Alert) -> Iterator[str]:
    steps = alert.title.split(": ", 1)[-1]
    yield text(24, 36, alert.customer_id, 13, DIM)
    yield text(24, 62, f"One question, no owner: {steps}", 20, INK, bold=True)
    yield f'<rect x="24" y="76" width="{9 * len(alert.symptom) + 12}" height="22" rx="11" fill="{RED}"/>'
    yield text(34, 91, alert.symptom.replace("_", " "), 13, "#ffffff", bold=True)


def _lanes(lanes: list[str]) -> Iterator[str]:
    for number, lane in enumerate(lanes):
        y = _y(number)
        yield f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - 24}" y2="{y}" stroke="{LINE}" stroke-width="2"/>'
        yield text(LEFT - 12, y + 5, lane, 14, COLOURS[number % len(COLOURS)], bold=True, anchor="end")


def _gaps(entries: list[Entry]) -> Iterator[str]:
    """How long after the one before each touchpoint came."""
    for number in range(1, len(entries)):
        passed = entries[number].at - entries[number - 1].at
        if passed >= 30 * MINUTE:
            x = (_x(number, entries) + _x(number - 1, entries)) / 2
            yield text(x, TOP - 14, _short(passed), 11, DIM, anchor="middle")


def _short(passed: int) -> str:
    number, unit = length(passed).split()
    return f"{number} {unit.removesuffix('s').replace('minute', 'min').replace('hour', 'h').replace('day', 'd')}"


def _moves(entries: list[Entry], lanes: list[str]) -> Iterator[str]:
    """An arrow for each time the case is handed on."""
    for number, entry in enumerate(entries):
        if entry.to_department in lanes:
            x, here, there = (
                _x(number, entries),
                _y(lanes.index(entry.department)),
                _y(lanes.index(entry.to_department)),
            )
            away = 14 if there > here else -14
            there_x = _x(min(number + 1, len(entries) - 1), entries)
            yield (
                f'<line x1="{x + 6:.0f}" y1="{here + away}" x2="{there_x - 7:.0f}" y2="{there - away}" '
                f'stroke="{RED}" stroke-width="2.5" marker-end="url(#tip)"/>'
            )


def _opened(alert: Alert, entries: list[Entry], bottom: int) -> Iterator[str]:
    at = max(number for number, entry in enumerate(entries) if entry.at <= alert.opened_at)
    x = _x(at, entries)
    yield f'<line x1="{x:.0f}" y1="{TOP - 4}" x2="{x:.0f}" y2="{bottom - 8}" stroke="{RED}" stroke-dasharray="4 4"/>'
    yield text(x, TOP - 30, f"told here, {_when(alert.opened_at)}", 12, RED, bold=True, anchor="middle")


def _points(entries: list[Entry], lanes: list[str], evidence: set[str]) -> Iterator[str]:
    for number, entry in enumerate(entries):
        x, lane = _x(number, entries), lanes.index(entry.department)
        colour = RED if entry.touchpoint_id in evidence else COLOURS[lane % len(COLOURS)]
        yield f'<circle cx="{x:.0f}" cy="{_y(lane)}" r="11" fill="{colour}" stroke="#ffffff" stroke-width="2"/>'
        yield text(x, _y(lane) + 4, str(number + 1), 11, "#ffffff", bold=True, anchor="middle")


def _legend(entries: list[Entry], evidence: set[str], top: int, lanes: list[str]) -> Iterator[str]:
    for number, entry in enumerate(entries):
        y, marked = top + LEGEND * number, entry.touchpoint_id in evidence
        yield text(44, y, str(number + 1), 12, RED if marked else DIM, bold=True, anchor="end")
        yield text(56, y, _when(entry.at), 12, DIM)
        yield text(152, y, entry.department, 12, COLOURS[lanes.index(entry.department) % len(COLOURS)], bold=True)
        yield text(222, y, f"{entry.channel}, {ARROWS[entry.direction]}", 12, DIM)
        what = entry.activity.replace("_", " ") + (f" to {entry.to_department}" if entry.to_department else "")
        said = f": “{shorten(entry.text, SAID, placeholder=' …')}”" if entry.text else ""
        yield text(340, y, f"{what}{said}", 12, INK if marked else "#3e4c59", bold=marked)


def _x(number: int, entries: list[Entry]) -> float:
    return LEFT + 30 + number * (WIDTH - LEFT - 84) / max(1, len(entries) - 1)


def _y(lane: int) -> int:
    return TOP + 30 + LANE * lane


def _when(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.day} {moment:%b %H:%M}"


if __name__ == "__main__":
    PICTURE.write_text(drawn(story()), encoding="utf-8")
    print(f"{PICTURE} written", file=sys.stderr)
