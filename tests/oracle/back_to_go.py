"""`back_to_go`: a customer is treated as if she had never bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .life import Change, Finding
from .rules import differ, outbound, same, topic
from .timeline import DAY, Timeline, order


@dataclass
class Parameters:
    """What an owner may set."""

    newcomer_for: int = 90 * DAY
    over_after: int = 30 * DAY
    settled: tuple[str, ...] = ("credit_check", "identity", "contract_terms")
    buying: tuple[str, ...] = ("consider", "buy")
    prospects: tuple[str, ...] = ("prospect",)
    newcomers: tuple[str, ...] = ("new_customer",)


def holds(timeline: Timeline, x: Any) -> list[Any]:
    """The purchases that stand when `x` happens: not cancelled since."""
    before = timeline.before(x)
    return [
        p
        for p in before
        if p.activity in ("purchase", "contract_signed")
        and not any(
            c.activity == "contract_cancelled" and order(c) > order(p) and not differ(c.product, p.product)
            for c in before
        )
    ]


def of_product(purchases: list[Any], x: Any) -> list[Any]:
    """Those of the product that `x` names; of any, where it names none."""
    return [p for p in purchases if not x.product or p.product == x.product]


def as_a_stranger(x: Any, hers: list[Any], p: Parameters) -> bool:
    """`x` is meant for somebody who has not bought, or only just."""
    if not outbound(x) or not hers:
        return False
    new = x.occurred_at - hers[0].occurred_at <= p.newcomer_for
    return x.audience in p.prospects or (x.audience in p.newcomers and not new)


def taken(x: Any, timeline: Timeline) -> list[Any]:
    """The same onboarding step, done, or taken with another department."""
    return [
        y
        for y in timeline.before(x)
        if y.activity == "onboarding_step"
        and same(topic(y), topic(x))
        and not differ(y.product, x.product)
        and (y.department != x.department or y.outcome == "done")
    ]


def settled_with(p: Any, x: Any, timeline: Timeline) -> Any:
    """The last approval or form before the purchase `p` on the topic of `x`, unless that belongs to either; or None."""
    earlier = [
        y
        for y in timeline.before(p)
        if y.activity in ("approval_requested", "approval_decided", "form_request", "form_submitted")
        and same(topic(y), topic(x))
    ]
    if not earlier or same(x.case_ref, p.case_ref) or same(x.case_ref, earlier[-1].case_ref):
        return None
    return earlier[-1]


def asked_anew(x: Any, timeline: Timeline, settled: tuple[str, ...]) -> list[Any]:
    """What `x`, an approval or a form, rests on if its topic was settled with the first purchase."""
    request = x.activity == "approval_requested" or (x.activity == "form_request" and outbound(x))
    purchases = holds(timeline, x)
    if not request or topic(x) not in settled or not purchases:
        return []
    earlier = settled_with(purchases[0], x, timeline)
    return [earlier, purchases[0], x] if earlier else []


def buys_more(x: Any, timeline: Timeline, p: Parameters) -> bool:
    """`x` itself says that it is on the way to a further purchase."""
    return bool(x.product and not of_product(holds(timeline, x), x)) or x.phase in p.buying


def back(x: Any, timeline: Timeline, p: Parameters) -> list[tuple[str, list[Any]]]:
    """The keys of what `x` shows to send her back to go, each with what it rests on."""
    found = []
    hers = of_product(holds(timeline, x), x)
    if as_a_stranger(x, hers, p):
        found.append((f"{x.department}|{x.product or x.message_ref or x.touchpoint_id}", [hers[0], x]))
    if x.activity == "onboarding_step" and hers and (steps := taken(x, timeline)):
        found.append((f"{x.department}|{x.topic}", [hers[0], steps[-1], x]))
    if buys_more(x, timeline, p) and (evidence := asked_anew(x, timeline, p.settled)):
        found.append((f"{x.department}|{x.topic}", evidence))
    if x.activity in ("purchase", "contract_signed") and x.case_ref:
        # That it was on the way to a further purchase shows only now.
        for y in timeline.before(x):
            bought = [
                b
                for b in timeline.after(y)
                if b.activity in ("purchase", "contract_signed") and same(b.case_ref, y.case_ref)
            ]
            evidence = asked_anew(y, timeline, p.settled)
            waits = bought[:1] == [x] and evidence and not buys_more(y, timeline, p)
            if waits and evidence[1] in holds(timeline, x):
                found.append((f"{y.department}|{y.topic}", [*evidence, x]))
    return found


def findings(timeline: Timeline, **parameters: Any) -> list[Finding]:
    """All times a customer was sent back to the start."""
    p = Parameters(**parameters)
    found: dict[str, Finding] = {}
    for seen, x in enumerate(timeline.touchpoints, 1):
        for key, evidence in back(x, timeline, p):
            finding = found.setdefault(key, Finding("back_to_go", key, timeline, owner=f"={key.split('|')[0]}"))
            end = x.occurred_at + p.over_after
            finding.changes = [c for c in finding.changes if not (c.ended and c.at >= x.occurred_at)]
            finding.changes.append(Change(x.occurred_at, seen, evidence))
            finding.changes.append(Change(end, timeline.seen_at(end), ended="ended", timer=True))
    return list(found.values())
