"""`ticket_churn`: the same issue again and again, in new cases, new conversations or reopened ones."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding, united
from .rules import by_customer, differ, same, topic
from .texts import similar
from .timeline import DAY, HOUR, Timeline, order

CONVERSATION = (
    "message", "meeting", "question", "complaint", "case_opened", "case_reopened", "bug_reported", "info_given",
)  # fmt: skip


class Case:
    """What is known of a case after the touchpoints seen so far."""

    def __init__(self, ref: str, seen: list[Any]) -> None:
        touchpoints = [t for t in seen if t.case_ref == ref]
        openings = [t for t in touchpoints if t.activity == "case_opened"]
        self.ref = ref
        self.first = touchpoints[0]
        self.opening = openings[0] if openings else self.first
        self.text = openings[0].text if openings else None
        self.topic = next((topic(t) for t in touchpoints if topic(t)), None)
        self.product = next((t.product for t in touchpoints if t.product), None)
        self.threads = {t.thread_ref for t in touchpoints if t.thread_ref}
        self.closing: Any = None
        self.merged = False
        for t in touchpoints:
            if t.activity == "case_closed":
                self.closing = t
                self.merged = t.outcome == "duplicate"
            if t.activity in ("case_opened", "case_reopened"):
                self.closing, self.merged = None, False


def same_issue(one: Case, other: Case, similarity: float) -> str | None:
    """confirmed, suspected or None: are the two cases about one issue?"""
    if one.threads & other.threads:
        return "confirmed"
    if same(one.topic, other.topic) and not differ(one.product, other.product):
        return "confirmed"
    return "suspected" if similar(one.text, other.text, similarity) else None


def covers(earlier: Case, later: Case, at: int, within: int, similarity: float) -> str | None:
    """`earlier` already covers the issue of `later`, opened at `at`."""
    if earlier.merged or (earlier.closing is not None and at - earlier.closing.occurred_at > within):
        return None
    solved = earlier.closing is not None and by_customer(earlier.closing) and earlier.closing.outcome == "solved"
    if solved and differ(earlier.topic, later.topic):
        return None
    return same_issue(earlier, later, similarity)


def covering(x: Any, timeline: Timeline, within: int, similarity: float) -> list[tuple[Case, str]]:
    """The cases that cover the issue of the case that `x` opens, each confirmed or suspected."""
    past = timeline.before(x)
    if not x.case_ref or any(t.activity == "case_opened" and same(t.case_ref, x.case_ref) for t in past):
        return []
    new = Case(x.case_ref, [*past, x])
    # Its issue is what the opening says, else what was known before.
    new.topic, new.product, new.threads = (
        topic(x) or new.topic,
        x.product or new.product,
        {x.thread_ref} - {None},
    )
    known = list(dict.fromkeys(t.case_ref for t in past if t.case_ref))
    others = [Case(ref, past) for ref in known if ref != x.case_ref]
    return [(c, how) for c in others if (how := covers(c, new, x.occurred_at, within, similarity))]


def findings(
    timeline: Timeline,
    within: int = 14 * DAY,
    similarity: float = 0.7,
    conversations: int = 3,
    staff: int = 2,
    apart: int = HOUR,
) -> list[Finding]:
    """All issues of a customer that churn."""
    found: dict[str, Finding] = {}
    evidence: dict[str, list[Any]] = {}
    confirmed: dict[str, bool] = {}
    roots: dict[str, str] = {}

    def add(key: str, seen: int, more: list[Any], sure: bool) -> None:
        finding = found.setdefault(key, Finding("ticket_churn", key, timeline, owner="last case"))
        finding.changes.append(Change(timeline.touchpoints[seen - 1].occurred_at, seen, more))
        evidence[key] = united(evidence.get(key, []), more)
        confirmed[key] = confirmed.get(key, False) or sure

    for seen, x in enumerate(timeline.touchpoints, 1):
        past = timeline.touchpoints[: seen - 1]
        so_far = timeline.touchpoints[:seen]
        known = list(dict.fromkeys(t.case_ref for t in past if t.case_ref))
        if x.case_ref:
            roots.setdefault(x.case_ref, x.case_ref)
        if x.activity == "case_opened" and (others := covering(x, timeline, within, similarity)):
            first_seen = [*known, x.case_ref]
            root = min((roots[c.ref] for c, _ in others), key=first_seen.index)
            roots[x.case_ref] = root
            openings = [Case(root, past).opening, *(c.opening for c, _ in others), x]
            add(root, seen, openings, any(how == "confirmed" for _, how in others))
        if x.activity == "case_reopened" and x.case_ref:
            add(x.case_ref, seen, [x], True)
        for talks in churning(x, so_far, within, conversations, staff, apart):
            key = next((k for k in evidence if any(t in evidence[k] for t in talks) and k not in roots), None)
            if key is None:
                cases = [t.case_ref for t in talks if t.case_ref]
                first_case = min(cases, key=[*known, x.case_ref].index) if cases else None
                key = roots[first_case] if first_case else talks[0].touchpoint_id
            if any(t not in evidence.get(key, []) for t in talks):
                add(key, seen, talks, True)
    for key, finding in found.items():
        finding.confirmed = confirmed[key]
        closings(finding, evidence[key], timeline, within)
    return list(found.values())


def talk(t: Any) -> bool:
    """An inbound touchpoint that is (part of) a conversation about something."""
    return t.activity in CONVERSATION and t.direction == "inbound" and topic(t) is not None


def conversation_of(t: Any, on_issue: list[Any], apart: int) -> str:
    """The name of a conversation: its thread; without one its first touchpoint, the others no more than 1 h apart."""
    if t.thread_ref:
        return f"thread {t.thread_ref}"
    first = t
    alone = [o for o in on_issue if not o.thread_ref]
    for earlier in reversed([o for o in alone if order(o) < order(t)]):
        if first.occurred_at - earlier.occurred_at > apart:
            break
        first = earlier
    return str(first.touchpoint_id)


def churning(x: Any, so_far: list[Any], within: int, conversations: int, staff: int, apart: int) -> list[list[Any]]:
    """The first touchpoint of each conversation, for each issue that `x` makes (or keeps) a churning one."""
    abouts = [x] if talk(x) else []
    if x.staff_ref and x.thread_ref and not talk(x):
        in_thread = {topic(t): t for t in so_far if talk(t) and t.thread_ref == x.thread_ref}
        abouts = list(in_thread.values())
    churns = []
    for about in abouts:
        on_issue = [t for t in so_far if talk(t) and topic(t) == topic(about) and not differ(t.product, about.product)]
        window = [t for t in on_issue if x.occurred_at - t.occurred_at <= within]
        firsts: dict[str, Any] = {}
        for t in window:
            firsts.setdefault(conversation_of(t, on_issue, apart), t)
        people = {
            o.staff_ref for t in window for o in so_far if o.staff_ref and (o is t or same(o.thread_ref, t.thread_ref))
        }
        if len(firsts) >= conversations and len(people) >= staff:
            churns.append(list(firsts.values()))
    return churns


def closings(finding: Finding, evidence: list[Any], timeline: Timeline, within: int) -> None:
    """14 d after all its cases are closed, or when merging leaves only one, it is over."""
    for seen, t in enumerate(timeline.touchpoints, 1):
        if t.activity != "case_closed" or seen < finding.changes[0].seen:
            continue
        so_far = timeline.touchpoints[:seen]
        # What it rests on at that moment: nothing that comes later.
        refs = {e.case_ref for e in evidence if e.case_ref and order(e) <= order(t)}
        cases = [Case(ref, so_far) for ref in refs]
        left = [c for c in cases if not c.merged]
        if t.case_ref in refs and len(left) == 1 < len(cases):
            finding.changes.append(Change(t.occurred_at, seen, ended="ended"))
    evidence_times = [c for c in finding.changes if c.evidence]
    for n, change in enumerate(evidence_times):
        until = evidence_times[n + 1].at if n + 1 < len(evidence_times) else None
        end = all_closed(change, evidence, timeline, within)
        if end is not None and (until is None or end < until):
            finding.changes.append(Change(end, timeline.seen_at(end), ended="ended", timer=True))


def all_closed(change: Change, evidence: list[Any], timeline: Timeline, within: int) -> int | None:
    """The first moment after a change when all cases of its evidence have been closed for `within`."""
    refs = {e.case_ref for e in evidence if e.case_ref and e in timeline.touchpoints[: change.seen]}
    if not refs:
        return None
    for seen in range(change.seen, len(timeline.touchpoints) + 1):
        so_far = timeline.touchpoints[:seen]
        cases = [Case(ref, so_far) for ref in refs]
        cases = [c for c in cases if not c.merged] or cases
        if any(c.closing is None for c in cases):
            continue
        end = max(c.closing.occurred_at for c in cases) + within
        if end <= change.at:  # it went on after all were closed for good: only rule 10 ends that
            continue
        reopened = seen < len(timeline.touchpoints) and timeline.touchpoints[seen].occurred_at <= end
        if not reopened:
            return int(max(end, so_far[-1].occurred_at))
    return None
