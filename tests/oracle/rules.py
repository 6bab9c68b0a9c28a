"""The general rules of `symptoms.md` (3, 5, 6 and 7), each written as it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .timeline import DAY, HOUR, Timeline, order

COARSE = ("other", "general", "misc")
Test = Callable[[Any], bool]
CASE_STATES = ("case_opened", "case_closed", "case_reopened")
NOT_SUBSTANTIVE = ("promotion", "survey_request", "renewal_ask", "invoice")


def same(one: Any, other: Any) -> bool:
    """Present on both sides and equal."""
    return bool(one) and one == other


def differ(one: Any, other: Any) -> bool:
    """Both known, and different."""
    return bool(one) and bool(other) and one != other


def topic(t: Any) -> str | None:
    """The topic; a coarse one is none."""
    return None if t.topic in COARSE else t.topic


def outbound(t: Any) -> bool:
    """Rule 6."""
    return bool(t.direction == "outbound")


def substantive(t: Any) -> bool:
    """Rule 6: outbound, and no promotion, survey request, renewal ask or invoice."""
    return outbound(t) and t.activity not in NOT_SUBSTANTIVE


def refs(t: Any) -> list[str]:
    """What a touchpoint names."""
    return [*(t.refers_to or []), *([t.reply_to] if t.reply_to else [])]


def names(t: Any, other: Any) -> bool:
    """`t` names `other` by its id."""
    return other.touchpoint_id in refs(t)


def belongs(end: Any, known: list[Any], is_open: Test, department: Test) -> list[Any]:
    """Rule 5: the open ones among `known` (in order) that `end` ends; `department` tells the last resort."""
    named = [k for k in known if names(end, k) or (k.case_ref and k.case_ref in refs(end))]
    if named:
        return [k for k in named if is_open(k)]
    for fits in (
        lambda k: same(k.thread_ref, end.thread_ref),
        lambda k: same(k.case_ref, end.case_ref),
        department,
    ):
        fitting = [k for k in known if is_open(k) and fits(k)]
        if fitting:
            return fitting[-1:]
    return []


def nobody(_: Any) -> bool:
    """The last resort of rule 5 for everything but an acceptance: none."""
    return False


def closes(t: Any, case_ref: str | None) -> bool:
    """`t` closes that case."""
    return t.activity == "case_closed" and same(t.case_ref, case_ref)


def by_customer(t: Any) -> bool:
    """A closing by the customer (rule 7)."""
    return t.direction == "inbound" or t.outcome == "withdrawn"


def answers(t: Any, asked: Any) -> bool:
    """`t` answers `asked`: substantive, in its case or thread or naming it; with neither, from its department."""
    if not substantive(t):
        return False
    if names(t, asked) or same(t.case_ref, asked.case_ref) or same(t.thread_ref, asked.thread_ref):
        return True
    return not asked.case_ref and not asked.thread_ref and t.department == asked.department


def replies(t: Any, to: Any) -> bool:
    """`t` is a reply to `to`: within 48 h, in its case or thread, by the department that received it; or it says so."""
    if to.direction != "inbound" or not outbound(t):
        return False
    together = same(t.case_ref, to.case_ref) or same(t.thread_ref, to.thread_ref)
    in_time = 0 <= t.occurred_at - to.occurred_at <= 48 * HOUR
    return t.reply_to == to.touchpoint_id or (together and in_time and t.department == to.department)


def reply(t: Any, timeline: Timeline) -> bool:
    """`t` is a reply to something the customer said before."""
    return any(replies(t, asked) for asked in timeline.before(t))


def given(t: Any) -> bool:
    """The customer gives what `fields` name."""
    return bool(t.direction == "inbound")


def question_of(answer: Any, timeline: Timeline) -> Any:
    """The question an answer belongs to, answered or not: the one it names, else the latest of its thread or case."""
    questions = [t for t in timeline.before(answer) if t.activity == "question"]
    for fits in (
        lambda q: names(answer, q) or (q.case_ref and q.case_ref in refs(answer)),
        lambda q: same(q.thread_ref, answer.thread_ref),
        lambda q: same(q.case_ref, answer.case_ref),
    ):
        fitting = [q for q in questions if fits(q)]
        if fitting:
            return fitting[-1]
    return None


def open_complaints(timeline: Timeline, seen: int, moment: int) -> list[Any]:
    """Rule 7: the complaints open at `moment` (epoch ms) for one who has seen the first `seen` touchpoints."""
    complaints: list[Any] = []
    replied: dict[str, int] = {}
    over: set[str] = set()

    def is_open_at(now: int) -> Callable[[Any], bool]:
        return lambda c: (
            c.touchpoint_id not in over
            and now - c.occurred_at <= 90 * DAY
            and now - replied.get(c.touchpoint_id, now) <= 14 * DAY
        )

    for t in timeline.touchpoints[:seen]:
        if t.activity == "recovered":
            over.update(c.touchpoint_id for c in belongs(t, complaints, is_open_at(t.occurred_at), nobody))
        for c in complaints:
            praised = t.activity == "praise" and (same(t.case_ref, c.case_ref) or same(t.thread_ref, c.thread_ref))
            if praised or closes(t, c.case_ref):
                over.add(c.touchpoint_id)
            if not c.case_ref and replies(t, c):
                replied.setdefault(c.touchpoint_id, t.occurred_at)
        if t.activity == "complaint":
            complaints.append(t)
    return [c for c in complaints if is_open_at(moment)(c)]


def complaint_end(timeline: Timeline, complaint: Any) -> tuple[int, int, bool]:
    """When a complaint is over (epoch ms), how many touchpoints were seen then, and whether time alone ended it."""
    limit = complaint.occurred_at + 90 * DAY
    for seen, t in enumerate(timeline.touchpoints, 1):
        if order(t) > order(complaint) and t.occurred_at <= limit:
            if complaint not in open_complaints(timeline, seen, t.occurred_at):
                return t.occurred_at, seen, False
            if not complaint.case_ref and replies(t, complaint):
                limit = min(limit, t.occurred_at + 14 * DAY)
    return limit, timeline.seen_at(limit), True


def phase(timeline: Timeline, seen: int, at: int) -> str:
    """The customer's phase at `at`, after the first `seen` touchpoints, where nothing says it."""
    so_far = timeline.touchpoints[:seen]
    told = [t for t in so_far if t.renewal_at is not None]
    product, account = (told[-1].product, told[-1].account) if told else (None, None)
    over = cancelled(timeline, seen, product, account)
    bought = [t for t in so_far if t.activity in ("purchase", "contract_signed")]
    if over:
        return "leave"
    for case in {t.case_ref for t in so_far if t.case_ref}:
        states = [t for t in so_far if t.case_ref == case and t.activity in CASE_STATES]
        if not states or states[-1].activity != "case_closed":
            return "support"
    if not bought:
        return "consider"
    if at - bought[0].occurred_at <= 30 * DAY:
        return "onboard"
    return "renew" if told and 0 <= told[-1].renewal_at - at <= 90 * DAY else "use"


def holder(timeline: Timeline, seen: int, case: str | None) -> str | None:
    """Who has the case after the first `seen` touchpoints: who opened it, or to whom it was handed since."""
    so_far = [t for t in timeline.touchpoints[:seen] if same(t.case_ref, case)]
    handed = [t for t in so_far if explicit(t) or t.activity == "handoff_accepted"]
    if handed:
        return str(handed[-1].to_department if explicit(handed[-1]) else handed[-1].department)
    opened = [t for t in so_far if t.activity == "case_opened"]
    return str((opened or so_far)[0].department) if so_far else None


def anybody(_: Any) -> bool:
    """Whoever tells it."""
    return True


def cancelled(timeline: Timeline, seen: int, product: str | None, account: str | None) -> bool:
    """The contract (of an account, or the customer's own) was cancelled, and nothing was signed or bought since."""
    state = False
    for t in timeline.touchpoints[:seen]:
        if t.account != account:
            continue
        if t.activity == "contract_cancelled" and not differ(t.product, product):
            state = True
        if t.activity in ("contract_signed", "purchase") and not differ(t.product, product):
            state = False
    return state


def term(timeline: Timeline, seen: int, tells: Test = anybody) -> Any:
    """The touchpoint that told the contract's end known last: the first of those that tell the same."""
    told: Any = None
    for t in timeline.touchpoints[:seen]:
        if t.renewal_at is not None and tells(t) and (told is None or told.renewal_at != t.renewal_at):
            told = t
    return told


def renewal(timeline: Timeline, seen: int) -> int | None:
    """The contract's end known last (epoch ms), if the contract stands."""
    told = [t for t in timeline.touchpoints[:seen] if t.renewal_at is not None]
    if not told or cancelled(timeline, seen, told[-1].product, told[-1].account):
        return None
    return int(told[-1].renewal_at)


def explicit(t: Any) -> bool:
    """A handoff to another department."""
    return t.activity in ("handoff_started", "escalated") and bool(t.to_department) and t.to_department != t.department
