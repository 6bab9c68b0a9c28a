"""`inconsistent_voice`: the company speaks to one customer with two voices."""

from __future__ import annotations

from typing import Any

from . import voice
from .life import Change, Finding
from .rules import outbound
from .timeline import DAY, Timeline, order

WHATS = ("language", "form", "name")
Side = tuple[str, ...]  # (department,), or (department, activity)


def value(t: Any, what: str) -> Any:
    """How `t` speaks: its language, its form of address, or (form, name); None where it does not show."""
    if not t.text:
        return None
    if what == "language":
        return voice.language(t)
    form, name = voice.form(t.text), voice.name(t.text)
    if what == "form":
        return form
    return (form, name.lower()) if name else None


def agree(one: Any, other: Any, what: str) -> bool:
    """Both speak alike; a name that is part of the other is the same."""
    if what != "name":
        return bool(one == other)
    return one[0] == other[0] and (one[1] in other[1] or other[1] in one[1])


def differ(one: Any, other: Any, what: str) -> bool:
    """The two do not speak alike; `Mr Smith` and `John` are one thing said formally and informally."""
    return not agree(one, other, what) and (what != "name" or one[0] == other[0])


def of_side(t: Any, side: Side) -> bool:
    """`t` speaks for that side."""
    return (t.department, t.activity)[: len(side)] == side


def findings(timeline: Timeline, within: int = 90 * DAY, texts: int = 2) -> list[Finding]:
    """All pairs of voices that a customer hears."""
    found = []
    for what in WHATS:
        spoken = [t for t in timeline.touchpoints if outbound(t) and value(t, what) is not None]
        departments = sorted({(t.department,) for t in spoken})
        kinds = sorted({(t.department, t.activity) for t in spoken})
        pairs: list[tuple[Side, Side]] = [(a, b) for a in departments for b in departments if a < b]
        pairs += [(a, b) for a in kinds for b in kinds if a < b and a[0] == b[0]]
        for one, other in pairs:
            finding = judge(what, one, other, spoken, timeline, within, texts)
            found += [finding] if finding.changes else []
    return found


def judge(what: str, one: Side, other: Side, spoken: list[Any], timeline: Timeline, within: int, texts: int) -> Finding:
    """One pair of sides from the first text to the last."""
    key = "|".join([what, *sorted([" ".join(one), " ".join(other)])])
    finding = Finding("inconsistent_voice", key, timeline, confirmed=False, owner="last")
    pair = [t for t in spoken if of_side(t, one) or of_side(t, other)]
    opened: Any = None  # the text that opened it, while it is open
    for n, x in enumerate(pair):
        seen = timeline.touchpoints.index(x) + 1
        so_far = pair[: n + 1]
        if opened is not None and x.occurred_at - opened.occurred_at > 90 * DAY:
            opened = None
        if opened is not None:
            since = [t for t in so_far if order(t) > order(opened)]
            newest = [[t for t in so_far if of_side(t, side)][-1] for side in (one, other)]
            if len(since) >= 2 and all(agree(value(t, what), value(x, what), what) for t in [since[-2], *newest]):
                finding.changes.append(Change(x.occurred_at, seen, ended="ended"))
                opened = None
            continue
        window = [t for t in so_far if x.occurred_at - t.occurred_at <= within]
        ones, others = ([t for t in window if of_side(t, side)][-texts:] for side in (one, other))
        if len(ones) < texts or len(others) < texts or not two_voices(what, ones, others):
            continue
        later = max(ones, others, key=lambda side: order(side[0]))
        if what != "name" and switched(what, later[0], timeline):
            continue
        finding.changes.append(Change(x.occurred_at, seen, [*ones, *others], warned=True))
        opened = x
    return finding


def two_voices(what: str, ones: list[Any], others: list[Any]) -> bool:
    """Each side agrees with itself, and not with the other."""
    a, b = ([value(t, what) for t in side] for side in (ones, others))
    one_voice = all(agree(v, side[0], what) for side in (a, b) for v in side)
    return one_voice and all(differ(v, w, what) for v in a for w in b)


def switched(what: str, first: Any, timeline: Timeline) -> bool:
    """The customer herself spoke so before the side did."""
    hers = [value(t, what) for t in timeline.before(first) if t.direction == "inbound"]
    known = [v for v in hers if v is not None]
    return bool(known) and known[-1] == value(first, what)
