"""`renewal_only_contact`: half a year of silence, then a request to renew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .life import Change, Finding
from .rules import cancelled, outbound, substantive, term
from .timeline import DAY, Timeline


def value_contact(t: Any) -> bool:
    """Something the customer had of the company."""
    return substantive(t) and t.activity != "notice"


def silent(timeline: Timeline, at: int, until: int, silence: int) -> bool:
    """The customer is known for that long, and nothing of value came within that time before `at`, to `until`."""
    known = timeline.touchpoints[0].occurred_at <= at - silence
    return known and not any(value_contact(t) and at - silence <= t.occurred_at <= until for t in timeline.touchpoints)


def day(at: int) -> str:
    """The day (UTC) of an epoch-ms time."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


class Renewals:
    """The findings of one account, or of one customer: her contracts that name an account are left to that."""

    def __init__(self, timeline: Timeline, silence: int) -> None:
        self.timeline = timeline
        self.silence = silence
        self.found: dict[str, Finding] = {}
        self.ends: dict[str, int] = {}

    def hers(self, t: Any) -> bool:
        """Asks, terms, signings and cancellations that name an account are judged there only; contact is contact."""
        return bool(self.timeline.account) or not t.account

    def add(self, moment: int, end: int, change: Change) -> None:
        """A change of the finding whose key has the day of `moment`, and that is over at `end`."""
        key = f"{self.timeline.account or self.timeline.customer_id}|{day(moment)}"
        fresh = Finding("renewal_only_contact", key, self.timeline, lapses=False, renewal_matters=False, owner="last")
        self.found.setdefault(key, fresh).changes.append(change)
        self.ends[key] = end

    def warn(self, warn_before: int) -> None:
        """The early warnings."""
        timeline = self.timeline
        for told in timeline.touchpoints:
            if told.renewal_at is None or not self.hers(told) or told.occurred_at > told.renewal_at - warn_before:
                continue
            at = told.renewal_at - warn_before
            seen = timeline.seen_at(at)
            stands = term(timeline, seen, self.hers) is told and not cancelled(
                timeline, seen, told.product, told.account
            )
            if stands and silent(timeline, at, at, self.silence):
                self.add(told.renewal_at, told.renewal_at, Change(at, seen, [told], warned=True, timer=True))

    def ask(self, before_renewal: int, after_ask: int) -> None:
        """The requests into a silence."""
        timeline = self.timeline
        for seen, ask in enumerate(timeline.touchpoints, 1):
            if ask.activity != "renewal_ask" or not outbound(ask) or not self.hers(ask):
                continue
            told = term(timeline, seen, self.hers)
            product = ask.product or (told.product if told else None)
            # What goes out at the very instant of the ask does not count.
            if cancelled(timeline, seen, product, ask.account) or not silent(
                timeline, ask.occurred_at, ask.occurred_at - 1, self.silence
            ):
                continue
            if told is None:
                self.add(ask.occurred_at, ask.occurred_at + after_ask, Change(ask.occurred_at, seen, [ask]))
            elif told.renewal_at - before_renewal <= ask.occurred_at <= told.renewal_at >= self.signed_until(seen):
                self.add(told.renewal_at, told.renewal_at, Change(ask.occurred_at, seen, [told, ask]))

    def signed_until(self, seen: int) -> int:
        """The latest end that was signed."""
        signed = [t for t in self.timeline.touchpoints[:seen] if t.activity == "contract_signed" and self.hers(t)]
        return max((t.renewal_at for t in signed if t.renewal_at is not None), default=0)

    def end(self) -> None:
        """Something of value between the early warning and the first ask ends it; else the end of the term."""
        for key, finding in self.found.items():
            warned = next((c.at for c in finding.changes if c.warned), None)
            asked = min((c.seen for c in finding.changes if not c.timer), default=len(self.timeline.touchpoints) + 1)
            for seen, t in enumerate(self.timeline.touchpoints, 1):
                if warned is not None and value_contact(t) and warned < t.occurred_at and seen < asked:
                    finding.changes.append(Change(t.occurred_at, seen, ended="ended"))
                    break
            end = self.ends[key]
            finding.changes.append(Change(end, self.timeline.seen_at(end), ended="ended", timer=True))


def findings(
    timeline: Timeline,
    silence: int = 180 * DAY,
    before_renewal: int = 90 * DAY,
    warn_before: int = 120 * DAY,
    after_ask: int = 90 * DAY,
) -> list[Finding]:
    """All renewal requests into a silence, and the warnings before them, on an account's or a customer's timeline."""
    renewals = Renewals(timeline, silence)
    renewals.warn(warn_before)
    renewals.ask(before_renewal, after_ask)
    renewals.end()
    return list(renewals.found.values())
