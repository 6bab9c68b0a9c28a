"""`renewal_only_contact`: half a year of silence, then a request to renew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .life import Change, Finding
from .rules import cancelled, outbound, renewal, substantive
from .timeline import DAY, Timeline


def value_contact(t: Any) -> bool:
    """Something the customer had of the company."""
    return substantive(t) and t.activity != "notice"


def silent(timeline: Timeline, at: int, seen: int, silence: int) -> bool:
    """The customer is known for that long, and nothing of value came within that time."""
    known = timeline.touchpoints[:seen]
    if not known or known[0].occurred_at > at - silence:
        return False
    return not any(value_contact(t) and t.occurred_at >= at - silence for t in known)


def day(at: int) -> str:
    """The day (UTC) of an epoch-ms time."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def findings(
    timeline: Timeline,
    silence: int = 180 * DAY,
    before_renewal: int = 90 * DAY,
    warn_before: int = 120 * DAY,
    after_ask: int = 90 * DAY,
) -> list[Finding]:
    """All renewal requests into a silence, and the warnings before them, on an account's or a customer's timeline."""
    who = timeline.account or timeline.customer_id
    found: dict[str, Finding] = {}
    ends: dict[str, int] = {}

    def finding(moment: int) -> Finding:
        key = f"{who}|{day(moment)}"
        return found.setdefault(
            key, Finding("renewal_only_contact", key, timeline, lapses=False, renewal_matters=False)
        )

    for told in timeline.touchpoints:
        if told.renewal_at is None or told.occurred_at > told.renewal_at - warn_before:
            continue
        at = told.renewal_at - warn_before
        seen = timeline.seen_at(at)
        if renewal(timeline, seen) != (told.renewal_at, told) or not silent(timeline, at, seen, silence):
            continue
        finding(told.renewal_at).changes.append(Change(at, seen, [told], warned=True, timer=True))
        ends[finding(told.renewal_at).key] = told.renewal_at
    for seen, ask in enumerate(timeline.touchpoints, 1):
        if ask.activity != "renewal_ask" or not outbound(ask):
            continue
        at = ask.occurred_at
        known = renewal(timeline, seen)
        end = known[0] if known else None
        signed = [t.renewal_at for t in timeline.touchpoints[:seen] if t.activity == "contract_signed" and t.renewal_at]
        if cancelled(timeline, seen, known[1].product if known else ask.product):
            continue
        if end is not None and (max(signed, default=0) > end or not end - before_renewal <= at <= end):
            continue
        if not silent_before(timeline, ask, seen, silence):
            continue
        evidence = [known[1], ask] if known else [ask]
        this = finding(end if end is not None else at)
        this.changes.append(Change(at, seen, evidence))
        ends[this.key] = end if end is not None else at + after_ask
    for key, this in found.items():
        warned = [c for c in this.changes if c.warned]
        asked = min((c.seen for c in this.changes if not c.timer), default=len(timeline.touchpoints) + 1)
        for seen, t in enumerate(timeline.touchpoints, 1):
            if warned and value_contact(t) and warned[0].at < t.occurred_at <= ends[key] and seen < asked:
                this.changes.append(Change(t.occurred_at, seen, ended="ended"))
                break
        this.changes.append(Change(ends[key], timeline.seen_at(ends[key]), ended="ended", timer=True))
    return list(found.values())


def silent_before(timeline: Timeline, ask: Any, seen: int, silence: int) -> bool:
    """As `silent`, but what goes out at the very instant of the ask does not count."""
    earlier = [t for t in timeline.touchpoints[:seen] if t.occurred_at < ask.occurred_at]
    return silent(Timeline("", "", earlier, 0), ask.occurred_at, len(earlier), silence)
