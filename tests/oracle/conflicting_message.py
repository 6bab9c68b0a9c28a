"""`conflicting_message`: the customer is told one thing here and another thing there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .claims import clash
from .life import Change, Finding
from .rules import differ, outbound, question_of, same
from .timeline import DAY, Timeline, order

# Claims that are about one case only, such as a delivery's date.
PER_CASE = ("delivery.", "appointment.", "invoice.", "order.")

Clashes = Callable[[Any, Any], bool]  # (the earlier, the later): do they clash, and does the earlier still count?


def states(t: Any, key: str) -> bool:
    """`t` says something (or withdraws what was said) on a claim key."""
    return outbound(t) and key in (t.claims or {})


def corrects(t: Any, statement: Any) -> bool:
    """A correction is something the customer is told, and names what it corrects; a fact is published again."""
    return outbound(t) and not fact(t) and statement.touchpoint_id in (t.refers_to or [])


def slot(t: Any) -> tuple[str | None, ...]:
    """What a later statement must share with this one to take its place."""
    return ("fact", t.department, t.channel, t.segment, t.language) if fact(t) else ("said", t.department, t.channel)


def fact(t: Any) -> bool:
    return bool(t.activity == "fact_published")


def keys(statements: list[Any]) -> list[str]:
    return list(dict.fromkeys(key for t in statements if outbound(t) for key in (t.claims or {})))


def contradict(one: Any, other: Any, key: str, per_case: tuple[str, ...]) -> bool:
    """The two would clash, wherever and whenever they were said."""
    if (one.department, one.channel) == (other.department, other.channel) or differ(one.product, other.product):
        return False
    if key.startswith(per_case) and differ(one.case_ref, other.case_ref):
        return False
    values = one.claims.get(key), other.claims.get(key)
    return all(values) and clash(*values)


def one_question(one: Any, other: Any, timeline: Timeline) -> bool:
    """Both answer one question, known or not."""
    a, b = question_of(one, timeline), question_of(other, timeline)
    return a is b if a and b else not a and not b and same(one.reply_to, other.reply_to)


def of_the_customer(t: Any, name: str, timeline: Timeline) -> Any:
    """The segment or language of a touchpoint, else the last one known of the customer before it."""
    known = [getattr(other, name) for other in [*timeline.before(t), t] if getattr(other, name)]
    return known[-1] if known else None


def concerns(published: Any, said: Any, timeline: Timeline) -> bool:
    """A fact is said to the customers of its segment and language, to all where it names none."""
    return all(
        not getattr(published, name) or same(getattr(published, name), of_the_customer(said, name, timeline))
        for name in ("segment", "language")
    )


def findings(
    customer: Timeline,
    company: Timeline,
    within: int = 90 * DAY,
    fact_within: int = 7 * DAY,
    per_case: tuple[str, ...] = PER_CASE,
) -> list[Finding]:
    """All clashes among what one customer was told, the company's published facts included."""
    facts = [t for t in company.touchpoints if fact(t)]
    items = sorted([*customer.touchpoints, *facts], key=order)

    def clashes(earlier: Any, later: Any, key: str) -> bool:
        if not contradict(earlier, later, key, per_case) or (fact(earlier) and fact(later)):
            return False
        if fact(earlier):
            return concerns(earlier, later, customer)
        if fact(later):
            return later.occurred_at - earlier.occurred_at <= fact_within and concerns(later, earlier, customer)
        if later.occurred_at - earlier.occurred_at > within:
            return False
        both_answer = earlier.activity == later.activity == "answer"
        return not (both_answer and one_question(earlier, later, customer))

    found: list[Finding] = []
    for key in keys(customer.touchpoints):
        found += judge(
            key,
            items,
            customer,
            lambda a, b, key=key: clashes(a, b, key),
            # How long ago the earlier was said does not matter to what stands.
            lambda a, b, key=key: contradict(a, b, key, per_case) and not (fact(a) and fact(b)),
        )
    return found


def company_findings(company: Timeline, per_case: tuple[str, ...] = PER_CASE, **_: Any) -> list[Finding]:
    """All clashes between published facts: each is one finding of the company."""
    facts = [t for t in company.touchpoints if fact(t)]

    def clashes(earlier: Any, later: Any, key: str) -> bool:
        apart = differ(earlier.segment, later.segment) or differ(earlier.language, later.language)
        return contradict(earlier, later, key, per_case) and not apart

    found: list[Finding] = []
    for key in keys(facts):
        contradicts = lambda a, b, key=key: clashes(a, b, key)  # noqa: E731
        found += judge(key, company.touchpoints, company, contradicts, contradicts)
    return found


def judge(key: str, items: list[Any], timeline: Timeline, clashes: Clashes, still: Clashes) -> list[Finding]:
    """One claim key from the first statement to the last."""
    stands: dict[tuple[str | None, ...], Any] = {}
    found: dict[str, Finding] = {}
    evidence: dict[str, list[Any]] = {}
    is_open: dict[str, bool] = {}
    for item in items:
        seen = sum(1 for t in timeline.touchpoints if order(t) <= order(item))
        for name in found:
            is_open[name] &= item.occurred_at - evidence[name][-1].occurred_at <= 90 * DAY
        corrected = [name for name in found if any(corrects(item, t) for t in evidence[name])]
        stands = {place: t for place, t in stands.items() if not corrects(item, t)}
        if states(item, key):
            stands.pop(slot(item), None)
            against = sorted((t for t in stands.values() if clashes(t, item)), key=order)
            stands[slot(item)] = item
            joined = [name for name in found if is_open[name] and any(t in evidence[name] for t in against)]
            if joined:
                name, more = joined[0], [item]
            elif against:
                # A fact is shared by customers: their findings are told apart by what was said to them.
                said = [t for t in [*against, item] if not fact(t)]
                anchor = min([*against, item], key=lambda t: (t.occurred_at, t.touchpoint_id))
                own = f"|{said[0].touchpoint_id}" if fact(anchor) and said else ""
                name, more = f"{key}|{anchor.touchpoint_id}{own}", [*against, item]
            if joined or against:
                finding = found.setdefault(name, Finding("conflicting_message", name, timeline, owner="last"))
                finding.changes.append(Change(item.occurred_at, seen, more))
                evidence[name] = [*evidence.get(name, []), *(t for t in more if t not in evidence.get(name, []))]
                is_open[name] = True
        for name in found:
            left = [t for t in stands.values() if t in evidence[name]]
            pairs = [(a, b) for a in left for b in left if order(a) < order(b)]
            if is_open[name] and not any(still(a, b) for a, b in pairs):
                how = "corrected" if name in corrected else "ended"
                found[name].changes.append(Change(item.occurred_at, seen, ended=how))
                is_open[name] = False
    return list(found.values())
