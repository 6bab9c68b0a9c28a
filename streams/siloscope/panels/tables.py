"""Tables: rows as the query gives them, cells in words, coloured or as small bars where the panel says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from . import colours
from .board import Panel
from .fields import Look, look_of
from .frame import Field, Frame, Value

MOST: Final = 200  # rows shown
Link = Callable[[str], str | None]  # a dashboard's address as ours; None: it leads nowhere from here


def drawn(panel: Panel, frame: Frame, link: Link) -> str:
    """The table as HTML; what is not known is grey, what is too much is counted."""
    columns = [(each, look_of(panel, each, frame.ref)) for each in frame.fields]
    columns = [(each, how) for each, how in columns if not _hidden(how)]
    together = max((_most(each) for each, how in columns if _continuous(how) and each.kind == "number"), default=1.0)
    tops = {each.name: together if _continuous(how) else _most(each) for each, how in columns}
    head = "".join(f'<th scope="col"{_class(each)}{_width(how)}>{escape(how.title)}</th>' for each, how in columns)
    told = (dict(zip((each.name for each in frame.fields), row, strict=True)) for row in frame.rows())
    body = "".join(
        f"<tr>{''.join(_cell(each, how, row, tops[each.name], link) for each, how in columns)}</tr>"
        for row, _ in zip(told, range(MOST), strict=False)
    )
    more = f"<caption>{len(frame) - MOST:,} more rows are not shown</caption>" if len(frame) > MOST else ""
    return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _hidden(how: Look) -> bool:
    return bool(how.get("custom.hidden") or (how.get("custom.hideFrom") or {}).get("viz"))


def _most(field: Field) -> float:
    """The highest figure of a column; the cells of a matrix are seen together."""
    return max((value for value in field.values if isinstance(value, int | float)), default=0.0) or 1.0


def _continuous(how: Look) -> bool:
    return how.colour_mode.startswith("continuous")


def _class(field: Field) -> str:
    return "" if field.kind != "number" else ' class="figure"'


def _width(how: Look) -> str:
    width = how.get("custom.width")
    return f' style="width:{int(width)}px"' if width else ""


def _cell(field: Field, how: Look, row: Mapping[str, Value], most: float, link: Link) -> str:
    value = row[field.name]
    said = escape(how.text(value, field.kind))
    address = next(_links(how, value, row, link), None)
    if address and value not in (None, ""):
        said = f'<a href="{escape(address)}">{said}</a>'
    kind = str((how.get("custom.cellOptions") or {}).get("type", "auto"))
    style, said = _dressed(kind, field, how, value, most, said)
    names = " ".join(name for name in ("figure" * (field.kind == "number"), "unknown" * (value is None)) if name)
    return f"<td{f' class={chr(34)}{names}{chr(34)}' if names else ''}{style}>{said}</td>"


def _dressed(kind: str, field: Field, how: Look, value: Value, most: float, said: str) -> tuple[str, str]:
    """The style of a cell and what stands in it."""
    plain = isinstance(value, str) and not (how.mapping(value) or {}).get("color")
    if kind in ("auto", "data-links") or value is None or plain:
        return "", said
    if kind == "gauge" and isinstance(value, int | float):
        part = colours.share(float(value), float(how.get("min", 0)), float(how.get("max", most)))
        bar = f'<i class="bar" style="--part:{100 * part:.0f}%;--colour:{how.colour(value, 0, most)}"></i>'
        return "", f"{bar}{said}"
    colour = how.colour(value, 0, most)
    if kind == "color-text":
        return f' style="color:{colour}"', f"<b>{said}</b>"
    if _continuous(how) and isinstance(value, int | float):
        part = colours.share(float(value), float(how.get("min", 0)), float(how.get("max", most)))
        return f' style="background:{colour};color:{colours.over(part)}"', said
    return f' style="--colour:{colour}"', f'<b class="chip">{said}</b>'


_PLACE: Final = re.compile(
    r"\$\{__data\.fields(?:\.(\w+)|\[[\"']([^\"']+)[\"']\])(?:\.\w+)?(?::\w+)?\}|\$\{__value\.(\w+)\}"
)


def _links(how: Look, value: Value, row: Mapping[str, Value], link: Link) -> Iterator[str]:
    links: Sequence[Mapping[str, Any]] = how.get("links") or ()
    for each in links:
        address = link(_PLACE.sub(lambda found: _filled(found, value, row), str(each.get("url", ""))))
        if address:
            yield address


def _filled(found: re.Match[str], value: Value, row: Mapping[str, Value]) -> str:
    name = found[1] or found[2]
    return quote(str(row.get(name, "") if name else value), safe="")
