"""The pictures of a digest: each says one thing before a word is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..panels import colours
from ..panels.canvas import DIM, INK, LINE, fitted, line, picture, rect, wide, words
from .facts import Card, Pair, Wasted, Week
from .say import day, hours, money

WIDTH: Final = 860
_NAME: Final = 120  # pixels for a department
_ROW: Final = 30


def weeks(found: Sequence[Week]) -> str:
    """Alerts week by week; the last is the one told of."""
    height, base, most = 190, 150, max([week.alerts for week in found] + [1])
    step = WIDTH / max(len(found), 1)

    def parts() -> Iterator[str]:
        for number, week in enumerate(found):
            last, tall = number == len(found) - 1, 120 * week.alerts / most
            x, wide_ = step * number + step * 0.18, step * 0.64
            tip = f"{week.customers} customers, {hours(week.minutes)} of their time"
            yield rect(x, base - tall, wide_, tall, "var(--red)" if last else "var(--unknown)", tip=tip, round_by=4,
                       more="" if last else ' opacity="0.55"')  # fmt: skip
            yield words(x + wide_ / 2, base - tall - 8, f"{week.alerts:,}", INK, size=14, bold=last, anchor="middle")
            yield words(x + wide_ / 2, base + 20, day(week.week), INK if last else DIM, bold=last, anchor="middle")
        yield line(0, base, WIDTH, base)

    said = f"{found[-1].alerts} alerts this week" if found else "no weeks"
    return picture(WIDTH, height, said, parts())


def matrix(pairs: Sequence[Pair]) -> str:
    """Department by department: how often the one gets into the other's way; darker is more."""
    names = sorted({name for pair in pairs for name in (pair.department, pair.other)})
    cells: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        cells.setdefault((pair.department, pair.other), []).append(pair)
    most = max((sum(each.alerts for each in cell) for cell in cells.values()), default=1)
    side = min(74.0, (WIDTH - _NAME) / max(len(names), 1))
    top = 34

    def parts() -> Iterator[str]:
        for row, name in enumerate(names):
            y = top + row * 40
            yield words(_NAME - 12, y + 25, fitted(name, _NAME - 16, 13), INK, size=13, anchor="end")
            x = _NAME + row * side
            yield words(x + side / 2, top - 10, fitted(name, side - 4), DIM, anchor="middle")
            for column, other in enumerate(names):
                cell = cells.get((name, other), [])
                number = sum(each.alerts for each in cell)
                share = number / most
                tip = "; ".join(f"{name} {each.relation} {other}: {each.alerts}" for each in cell)
                fill = colours.shade(share) if number else "var(--page)"
                x = _NAME + column * side
                yield rect(x + 2, y + 2, side - 4, 36, fill, tip=tip, round_by=5)
                if number:
                    yield words(x + side / 2, y + 25, str(number), colours.over(share), size=13, bold=True,
                                anchor="middle")  # fmt: skip

    said = "; ".join(f"{pair.department} {pair.relation} {pair.other}: {pair.alerts}" for pair in pairs[:20])
    return picture(WIDTH, top + 40 * len(names) + 6, said or "no department got into another's way", parts())


def wasted(found: Sequence[Wasted]) -> str:
    """Customers' time by department, in parts by reason."""
    whole: dict[str, list[Wasted]] = {}
    for each in found:
        whole.setdefault(each.department, []).append(each)
    reasons = list(dict.fromkeys(each.reason for each in found))
    most = max((sum(each.minutes for each in parts) for parts in whole.values()), default=1.0)
    room = WIDTH - _NAME - 190

    def parts() -> Iterator[str]:
        for row, (department, of_it) in enumerate(whole.items()):
            y, x = row * _ROW, float(_NAME)
            yield words(_NAME - 12, y + 20, fitted(department, _NAME - 16, 13), INK, size=13, anchor="end")
            for each in of_it:
                long = room * each.minutes / most
                tip = f"{each.reason or 'other'}: {hours(each.minutes)}"
                yield rect(x, y + 6, max(long - 1, 1), 18, colours.series(reasons.index(each.reason)), tip=tip)
                x += long
            costs = [each.cost for each in of_it if each.cost is not None]
            cost = f", {money(sum(costs), of_it[0].currency)}" if costs else ""
            yield words(x + 10, y + 20, f"{hours(sum(each.minutes for each in of_it))}{cost}", INK, size=13)
        x, y = float(_NAME), len(whole) * _ROW + 22
        for number, reason in enumerate(reasons):
            said = (reason or "other").replace("_", " ")
            if x + wide(said) + 30 > WIDTH:
                x, y = float(_NAME), y + 20
            yield rect(x, y - 9, 10, 10, colours.series(number), round_by=2)
            yield words(x + 16, y, said)
            x += wide(said) + 40

    return picture(WIDTH, len(whole) * _ROW + 34 + 20 * (len(reasons) // 6), "customers' time by department", parts())


def cards(found: Sequence[Card]) -> str:
    """What departments say of themselves (hollow) beside what their customers say (full): far apart is a watermelon."""
    left, room = _NAME, WIDTH - _NAME - 130

    def place(share: float) -> float:
        return left + room * share

    def parts() -> Iterator[str]:
        for share in (0.0, 0.5, 1.0):
            yield line(place(share), 22, place(share), 26 + _ROW * len(found), LINE)
            yield words(place(share), 14, f"{share:.0%}", anchor="middle")
        for row, card in enumerate(found):
            y = 26 + _ROW * row + _ROW / 2
            yield words(_NAME - 12, y + 5, fitted(card.department, _NAME - 16, 13), INK, size=13, anchor="end")
            own, theirs = card.kpi_met_share, card.good_outcome_share
            colour = {"watermelon": "var(--red)", "red": "var(--red)", "amber": "var(--amber)",
                      "green": "var(--green)"}.get(card.verdict, "var(--unknown)")  # fmt: skip
            if own is not None and theirs is not None:
                yield line(place(theirs), y, place(own), y, colour, ' stroke-width="4" stroke-opacity="0.35"')
            if own is not None:
                yield _dot(place(own), y, "var(--panel)", "var(--green)", f"own measures met: {own:.0%}")
            if theirs is not None:
                yield _dot(place(theirs), y, colour, colour, f"customers well: {theirs:.0%}")
            verdict = "too little is known" if card.verdict == "grey" else card.verdict
            yield words(WIDTH - 118, y + 5, verdict, colour, size=13, bold=card.verdict == "watermelon")

    said = "; ".join(f"{card.department}: {card.verdict}" for card in found)
    return picture(WIDTH, 36 + _ROW * len(found), said or "no department reported a measure", parts())


def _dot(x: float, y: float, fill: str, stroke: str, tip: str) -> str:
    shape = f'cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{fill}" stroke="{stroke}" stroke-width="3"'
    return f"<circle {shape}><title>{tip}</title></circle>"
