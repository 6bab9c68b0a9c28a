"""The diagram of the views: which there are, what they are about, and by which columns they join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from siloscope.ops.svg import FONTS, text

if TYPE_CHECKING:
    from siloscope.stores.dictionary import View


class Join(NamedTuple):
    """Rows of `view` lead by `column` (of an array: by its part) to rows of `other` by `key`."""

    view: str
    column: str
    other: str
    key: str

    @property
    def base(self) -> str:
        """The column itself, without the part."""
        return self.column.split(".")[0]


JOINS: Final = (
    Join("v_alerts", "evidence.touchpoint_id", "v_touchpoints", "touchpoint_id"),
    Join("v_alerts", "incident_id", "v_incidents", "incident_id"),
    Join("v_alerts", "part_of", "v_alerts", "alert_id"),
    Join("v_alert_revisions", "alert_id", "v_alerts", "alert_id"),
    Join("v_alert_parts", "alert_id", "v_alerts", "alert_id"),
    Join("v_department_pairs", "alert_id", "v_alerts", "alert_id"),
    Join("v_experience_debt", "alert_id", "v_alerts", "alert_id"),
    Join("v_feedback", "alert_id", "v_alerts", "alert_id"),
    Join("v_actions", "subject", "v_alerts", "alert_id"),
    Join("v_warnings", "evidence", "v_touchpoints", "touchpoint_id"),
    Join("v_outcomes", "touchpoint_id", "v_touchpoints", "touchpoint_id"),
    Join("v_waits", "touchpoint_id", "v_touchpoints", "touchpoint_id"),
    Join("v_promises", "touchpoint_id", "v_touchpoints", "touchpoint_id"),
)
_PLACED: Final = (  # columns of boxes, from left to right; what leads somewhere stands left of where it leads
    ("v_alert_revisions", "v_alert_parts", "v_department_pairs", "v_experience_debt", "v_feedback", "v_actions"),
    ("v_alerts", "v_incidents"),
    ("v_touchpoints",),
    ("v_warnings", "v_outcomes", "v_waits", "v_promises"),
)
_ABOUT: Final = {  # what else a box shows: what people ask for most
    "v_touchpoints": ("customer_id", "occurred_at", "activity", "department", "channel", "message_ref", "case_ref"),
    "v_alerts": ("customer_id", "symptom", "status", "severity", "departments", "owner_department", "opened_at"),
    "v_incidents": ("symptom", "cause", "customers"),
    "v_warnings": ("customer_id", "from_department", "to_department", "status", "due_at"),
}
_TITLE: Final = "The views and how they join"
_LEGEND: Final = "a line leads from a column to the one row it names; what is about a customer joins by customer_id too"
WIDTH, ROW, HEAD, GAP, LEFT, TOP = 196, 17, 24, 18, 24, 64
STEP: Final = WIDTH + 84
INK, DIM, LINE, FRAME = "#1f2937", "#6b7280", "#2563eb", "#d1d5db"


class Box(NamedTuple):
    """A view with the columns that are shown of it, and its upper left corner."""

    name: str
    columns: tuple[str, ...]
    x: int
    y: int

    def line(self, column: str) -> int:
        """The height at which a column stands."""
        return self.y + HEAD + ROW * self.columns.index(column) + ROW // 2

    @property
    def height(self) -> int:
        """In pixels."""
        return HEAD + ROW * len(self.columns) + 6


def drawn(known: Mapping[str, View]) -> str:
    """The diagram as SVG. Raises KeyError or ValueError where it names a view or column that is none."""
    boxes = {box.name: box for box in _boxes(known)}
    summed = [name for name in known if name not in boxes]
    foot = max(box.y + box.height for box in boxes.values()) + 34
    shapes = [_line(boxes[join.view], boxes[join.other], join) for join in JOINS]
    for box in boxes.values():
        shapes += _box(box)
    shapes += _foot(summed, foot)
    width, height = LEFT * 2 + STEP * (len(_PLACED) - 1) + WIDTH, foot + 20 * -(-len(summed) // 5) + 22
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}" role="img"><title>{_TITLE}</title>'
    paper = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    said = [text(LEFT, 28, _TITLE, 17, INK, bold=True), text(LEFT, 47, _LEGEND, 12, DIM)]
    return "\n".join([head, paper, *said, *shapes, "</svg>", ""])


def _boxes(known: Mapping[str, View]) -> list[Box]:
    boxes = []
    for place, names in enumerate(_PLACED):
        y = TOP
        for name in names:
            box = Box(name, _shown(known[name]), LEFT + place * STEP, y)
            boxes.append(box)
            y += box.height + GAP
    return boxes


def _shown(view: View) -> tuple[str, ...]:
    named = [join.key for join in JOINS if join.other == view.name]
    named += [join.column for join in JOINS if join.view == view.name]
    there = {column.name for column in view.columns}
    shown = tuple(dict.fromkeys([*named, *_ABOUT.get(view.name, ())]))
    if missing := [column for column in shown if column.split(".")[0] not in there]:
        raise ValueError(f"{view.name} has no column {', '.join(missing)}")
    return shown


def _line(start: Box, end: Box, join: Join) -> str:
    y, to = start.line(join.column), end.line(join.key)
    if start.x == end.x:
        x = start.x
        path = f"M {x} {y} C {x - 34} {y}, {x - 34} {to}, {x} {to}"
    else:
        x, target = (start.x + WIDTH, end.x) if start.x < end.x else (start.x, end.x + WIDTH)
        bend = 44 if start.x < end.x else -44
        path = f"M {x} {y} C {x + bend} {y}, {target - bend} {to}, {target} {to}"
    return f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.3" opacity="0.75"/>'


def _box(box: Box) -> list[str]:
    place = f'x="{box.x}" y="{box.y}" width="{WIDTH}" height="{box.height}" rx="5"'
    frame = f'<rect {place} fill="#f9fafb" stroke="{FRAME}"/>'
    shapes = [frame, text(box.x + 9, box.y + 17, box.name, 13, INK, bold=True)]
    led = {join.column for join in JOINS if join.view == box.name}
    key = {join.key for join in JOINS if join.other == box.name}
    for column in box.columns:
        colour = LINE if column in led | key else DIM
        shapes.append(text(box.x + 9, box.line(column) + 4, column, 12, colour, bold=column in key))
    return shapes


def _foot(names: list[str], y: int) -> list[str]:
    shapes = [text(LEFT, y, "Summed up or listed from these, ready to chart:", 12, INK, bold=True)]
    for number, name in enumerate(names):
        shapes.append(text(LEFT + number % 5 * 208, y + 20 + number // 5 * 20, name, 12, DIM))
    return shapes
