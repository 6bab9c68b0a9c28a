"""Stories put in on purpose: cases that are dropped, passed round, left waiting, opened again and again."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, IN, MINUTE, Touchpoint
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

CASES_TOLD: Final[list[Kind]] = []
fault, near_miss = puts_in(CASES_TOLD, True), puts_in(CASES_TOLD, False)
YESTERDAY: Final = (0, 1)
THREE_DAYS: Final = (0, 3)


# -- handoff_drop


@fault("handoff_drop", "handed to delivery a day ago, nobody there took it", duty=YESTERDAY)
def nobody_took_the_case(s: Scene) -> None:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "number.transfer"}
    s.say(s.day(-1, 8.2), "case_opened", "support", "phone", "case.number.transfer", renewal_at=s.at + 60 * DAY, **about)
    s.say(s.day(-1, 8.5), "answer", "support", "phone", "will_pass_on", staff_ref="support-5", **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.label(s.case, handed, after=0)
    s.out(s.worked(0, 6 * HOUR), "delivery", "phone", "solved.number.transfer", **about)


@fault("handoff_drop", "legal takes it two hours after it was due")
def taken_too_late(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "contract.address"}
    s.say(s.day(-1, 15), "case_opened", "sales", "email", "case.contract.address", **about)
    s.say(s.day(-1, 16), "answer", "sales", "email", "will_pass_on", **about)
    handed = s.say(s.day(-1, 17), "handoff_started", "sales", "email", "please_check", to_department="legal", due_at=s.at, **about)
    s.label(s.case, handed, after=0)
    taken = s.worked(0, 2 * HOUR)
    s.say(taken, "handoff_accepted", "legal", "email", staff_ref="legal-1", **about)
    s.out(s.worked(taken, 30 * MINUTE), "legal", "email", "contract_changed", **about)


@fault("handoff_drop", "bought three days ago, nobody has been in touch", duty=THREE_DAYS, since=None)
def bought_and_forgotten(s: Scene) -> None:
    s.out(-74 * HOUR + HOUR, "sales", "phone", "quote_video", topic="price.quote", product="video-room")
    bought = s.say(-72 * HOUR, "purchase", "sales", "web", product="video-room", amount="79.00", currency="EUR")
    s.label("video-room", bought, after=0)
    s.out(s.worked(0, 5 * HOUR), "delivery", "email", "order_confirmed", product="video-room")


@near_miss("handoff_drop", "delivery took it an hour before the day was over", duty=YESTERDAY)
def taken_in_time(s: Scene) -> None:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "number.transfer"}
    opened = s.say(s.day(-1, 8.2), "case_opened", "support", "phone", "case.number.transfer", **about)
    s.say(s.day(-1, 8.5), "answer", "support", "phone", "will_pass_on", reply_to=opened, **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(-HOUR, "handoff_accepted", "delivery", "ticket", staff_ref="delivery-3", **about)
    s.label(s.case, handed)
    s.say(s.worked(0, 6 * HOUR), "case_closed", "delivery", "ticket", outcome="solved", **about)


@near_miss("handoff_drop", "what is bought in a store needs no delivery", duty=THREE_DAYS, since=None)
def bought_in_the_store(s: Scene) -> None:
    s.label("headset", s.say(-72 * HOUR, "purchase", "sales", "store", product="headset", amount="35.00", currency="EUR"))


@near_miss("handoff_drop", "delivered within the three days", duty=THREE_DAYS, since=None)
def delivered_in_time(s: Scene) -> None:
    about = {"product": "headset", "case_ref": f"{s.case}:order"}
    s.label("headset", s.say(-72 * HOUR, "purchase", "sales", "web", amount="35.00", currency="EUR", **about))
    s.say(-HOUR, "delivery", "delivery", "post", "delivered", **about)


@near_miss("handoff_drop", "the case was closed before anybody had to take it", duty=YESTERDAY)
def closed_in_between(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "number.transfer"}
    s.say(s.day(-1, 8.2), "case_opened", "support", "phone", "case.number.transfer", **about)
    s.say(s.day(-1, 8.5), "answer", "support", "phone", "will_pass_on", **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(-HOUR, "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, handed)


# -- ping_pong


def _passed(s: Scene, way: str) -> list[Touchpoint]:
    """A case goes this way between departments, a step each few hours; answers the handoffs."""
    names = {"s": "support", "f": "finance", "l": "legal", "d": "delivery"}
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "invoice.amount"}
    s.say(s.day(-2, 8.5), "case_opened", "support", "email", "case.invoice.amount", **about)
    s.say(s.day(-2, 9), "answer", "support", "email", "case_answer", **about)
    moves, times = [], [s.day(-2, 10), s.day(-2, 14), s.day(-1, 10), s.day(-1, 15), 0][-len(way) + 1 :]
    for at, here, there in zip(times, way, way[1:], strict=False):
        words = "please_take" if here == "s" else "not_ours"
        moves.append(s.say(at, "handoff_started", names[here], "ticket", words, to_department=names[there], **about))
        s.say(at + 50 * MINUTE, "handoff_accepted", names[there], "ticket", staff_ref=f"{names[there]}-1", **about)
    s.out(s.worked(HOUR, HOUR), names[way[-1]], "email", "looking_again", **about)
    s.say(s.worked(HOUR, 2 * HOUR), "case_closed", names[way[-1]], "ticket", outcome="solved", **about)
    return moves


@fault("ping_pong", "support and finance hand one case to each other four times", duty=(0, 1, 2))
def sent_back_and_forth(s: Scene) -> None:
    moves = _passed(s, "sfsfs")
    s.label(s.case, *moves[:3])


@fault("ping_pong", "round by three departments, twice", duty=(0, 1, 2))
def round_the_houses(s: Scene) -> None:
    s.label(s.case, *_passed(s, "sflsf"))


@near_miss("ping_pong", "the case came back once only", duty=(0, 1, 2))
def back_once(s: Scene) -> None:
    s.label(s.case, *_passed(s, "sfs"))


@near_miss("ping_pong", "four departments one after the other, none twice", duty=(0, 1, 2))
def from_one_to_the_next(s: Scene) -> None:
    s.label(s.case, *_passed(s, "sfld"))


# -- stalled_wait


@fault("stalled_wait", "on hold past ten minutes")
def on_hold(s: Scene) -> None:
    call = {"thread_ref": f"{s.case}:call", "topic": "line.quality"}
    s.say(-11 * MINUTE, "question", "support", "phone", "question.line", **call)
    held = s.say(-10 * MINUTE, "wait_started", "support", "phone", reason="hold", **call)
    s.label(f"{s.case}:call", held, after=0)
    s.say(s.within(2, 40) * MINUTE, "wait_ended", "support", "phone", refers_to=[held], **call)
    s.say(42 * MINUTE, "answer", "support", "phone", "line_answer", staff_ref="support-6", **call)


@fault("stalled_wait", "an approval takes more than a day", duty=YESTERDAY)
def waiting_for_a_signature(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "discount.request"}
    s.say(s.day(-1, 8.2), "case_opened", "sales", "email", "discount_case", renewal_at=s.at + 80 * DAY, **about)
    s.say(s.day(-1, 8.5), "answer", "sales", "email", "discount_wait", staff_ref="sales-2", **about)
    asked = s.say(-DAY, "approval_requested", "sales", "system", amount="600.00", currency="EUR", **about)
    s.label(s.case, asked, after=0)
    s.say(s.worked(0, 3 * HOUR), "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)


@fault("stalled_wait", "in a backlog for more than three days", duty=THREE_DAYS)
def stuck_in_the_backlog(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "delivery.delay"}
    s.say(s.day(-3, 8.2), "case_opened", "delivery", "phone", "case.delivery.delay", **about)
    s.say(s.day(-3, 8.5), "answer", "delivery", "phone", "in_the_queue", staff_ref="delivery-2", **about)
    waits = s.say(-72 * HOUR, "wait_started", "delivery", "system", reason="backlog", **about)
    s.label(s.case, waits, after=0)
    s.say(s.worked(0, 7 * HOUR), "wait_ended", "delivery", "system", refers_to=[waits], **about)


@near_miss("stalled_wait", "the hold ended after nine minutes")
def a_short_hold(s: Scene) -> None:
    call = {"thread_ref": f"{s.case}:call", "topic": "line.quality"}
    held = s.say(-9 * MINUTE, "wait_started", "support", "phone", reason="hold", **call)
    s.say(0, "wait_ended", "support", "phone", refers_to=[held], **call)
    s.label(f"{s.case}:call", held)


@near_miss("stalled_wait", "it is the customer who is waited for")
def we_wait_for_her(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "contract.address"}
    s.say(s.day(-4, 9), "case_opened", "legal", "email", "case.contract.address", **about)
    s.say(s.day(-4, 10), "answer", "legal", "email", "tell_more", **about)
    s.label(s.case, s.say(s.day(-4, 10.1), "wait_started", "legal", "system", reason="customer", **about))


@near_miss("stalled_wait", "signed an hour before the day was over", duty=YESTERDAY)
def signed_within_the_day(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "discount.request"}
    s.say(s.day(-1, 8.2), "case_opened", "sales", "email", "discount_case", **about)
    s.say(s.day(-1, 8.5), "answer", "sales", "email", "discount_wait", staff_ref="sales-2", **about)
    asked = s.say(-DAY, "approval_requested", "sales", "system", amount="600.00", currency="EUR", **about)
    s.say(-HOUR, "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)
    s.label(s.case, asked)


@near_miss("stalled_wait", "it was said to take five days, and takes four", lead=10, duty=(0, 4))
def it_was_said_how_long(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "number.transfer"}
    waits = s.say(-4 * DAY, "wait_started", "delivery", "system", reason="carrier", due_at=s.at + DAY, **about)
    s.say(0, "wait_ended", "delivery", "system", refers_to=[waits], **about)
    s.label(s.case, waits)


# -- unanswered


@fault("unanswered", "a question without an answer for three days")
def never_answered(s: Scene) -> None:
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", topic="contract.terms")
    s.label("contract.terms", asked, after=0)
    s.say(s.worked(0, 4 * HOUR), "answer", "sales", "email", "sorry_late", reply_to=asked, staff_ref="sales-1")


@fault("unanswered", "a complaint answered after three days")
def complained_to_the_air(s: Scene) -> None:
    about = {"thread_ref": f"{s.case}:thread", "topic": "technician.visit"}
    said = s.say(-72 * HOUR, "complaint", "delivery", "phone", "complaint_visit", sentiment=-0.8, **about)
    s.label("technician.visit", said, after=0)
    s.label("technician.visit", said, after=0, symptom="experience_debt")
    answered = s.worked(0, 3 * HOUR)
    s.say(answered, "answer", "delivery", "phone", "apology", reply_to=said, staff_ref="delivery-4", **about)
    s.say(s.worked(answered, HOUR), "recovered", "success", "phone", "recovered", refers_to=[said], **about)


@fault("unanswered", "only a promotion came, which answers nothing")
def answered_with_an_advert(s: Scene) -> None:
    asked = s.say(-72 * HOUR, "question", "marketing", "social", "question.offer", topic="offer.terms")
    s.say(s.day(-1), "promotion", "marketing", "email", "promotion", message_ref="campaign:reminder", topic="offer.of_the_week")
    s.label("offer.terms", asked, after=0)
    s.say(s.worked(0, 4 * HOUR), "answer", "marketing", "social", "sorry_late", reply_to=asked)


@near_miss("unanswered", "answered after 71 hours")
def answered_just_in_time(s: Scene) -> None:
    thread = {"thread_ref": f"{s.case}:thread", "topic": "contract.terms"}
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", **thread)
    s.say(-HOUR, "answer", "sales", "email", "answer.plain", reply_to=asked, staff_ref="sales-1", **thread)
    s.label("contract.terms", asked)


@near_miss("unanswered", "she withdrew the question")
def she_withdrew_it(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "contract.terms"}
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", **about)
    s.say(-20 * HOUR, "case_closed", "sales", "email", direction=IN, outcome="withdrawn", **about)
    s.label(s.case, asked)


@near_miss("unanswered", "another department answered, in her case", duty=YESTERDAY)
def another_department_answered(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "contract.terms"}
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", **about)
    s.out(s.day(-1), "legal", "email", "answer.plain", **about)
    s.label(s.case, asked)


# -- needless_approval


def _approved(s: Scene, amount: str, work: int, outcome: str = "approved") -> None:
    about = {"case_ref": s.case, "topic": "credit.goodwill"}
    opened = s.say(s.day(0, 8.1), "case_opened", "support", "phone", "credit_case", **about)
    s.say(s.day(0, 8.3), "answer", "support", "phone", "credit_wait", reply_to=opened, **about)
    start = s.day(0, 8.5)
    asked = s.say(start, "approval_requested", "support", "system", amount=amount, currency="EUR", **about)
    decided = s.say(start + work, "approval_decided", "finance", "system", refers_to=[asked], outcome=outcome, **about)
    s.label(s.case, asked, decided)
    s.say(start + work + HOUR, "case_closed", "support", "ticket", outcome="done", **about)


@fault("needless_approval", "three hours for a signature under 40 EUR")
def a_signature_for_a_trifle(s: Scene) -> None:
    _approved(s, "40.00", 3 * HOUR)


@fault("needless_approval", "more than an hour for exactly 100 EUR")
def a_signature_for_a_hundred(s: Scene) -> None:
    _approved(s, "100.00", HOUR + s.within(1, 60) * MINUTE)


@near_miss("needless_approval", "signed within the hour")
def signed_within_the_hour(s: Scene) -> None:
    _approved(s, "40.00", 58 * MINUTE)


@near_miss("needless_approval", "it was about more than a trifle")
def more_than_a_trifle(s: Scene) -> None:
    _approved(s, "101.00", 3 * HOUR)


@near_miss("needless_approval", "it was refused: the question was one")
def it_was_refused(s: Scene) -> None:
    _approved(s, "40.00", 3 * HOUR, "refused")


# -- ticket_churn


@fault("ticket_churn", "a second case on an issue whose first is still open")
def a_new_ticket_each_time(s: Scene) -> None:
    about = {"topic": "line.quality", "product": "office-line"}
    first = s.say(s.day(-5), "case_opened", "support", "phone", "case.line.quality", case_ref=f"{s.case}:a", **about)
    s.say(s.day(-4), "answer", "support", "phone", "case_answer", case_ref=f"{s.case}:a", staff_ref="support-1", **about)
    again = s.say(0, "case_opened", "support", "phone", "still_broken", case_ref=f"{s.case}:b", **about)
    s.label(f"{s.case}:a", first, again)


@fault("ticket_churn", "three conversations with three people on one issue")
def told_it_three_times(s: Scene) -> None:
    told = []
    for n, (after, channel) in enumerate(((s.day(-6), "chat"), (s.day(-2), "phone"), (0, "email"))):
        about = {"thread_ref": f"{s.case}:{channel}", "topic": "voicemail.silence"}
        told.append(s.say(after, "message", "support", channel, f"told_{n + 1}", direction=IN, **about))
        s.say(after + 30 * MINUTE, "answer", "support", channel, "told_answer", staff_ref=f"support-{n + 1}", **about)
    s.label("voicemail.silence", *told)


@fault("ticket_churn", "closed as solved, and reopened")
def not_solved_after_all(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "router.reset", "product": "router"}
    s.say(s.day(-3, 9), "case_opened", "support", "chat", "case.router.reset", **about)
    s.say(s.day(-3, 9.2), "answer", "support", "chat", "case_answer", staff_ref="support-7", **about)
    s.say(s.day(-2, 17), "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, s.say(0, "case_reopened", "support", "chat", "still_broken", **about))
    s.say(s.worked(0, 6 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@fault("ticket_churn", "two cases in nearly the same words", confidence="suspected")
def the_same_words_in_two_cases(s: Scene) -> None:
    body = s.words("case.echo")
    first = s.say(s.day(-4), "case_opened", "support", "ticket", body=body, case_ref=f"{s.case}:a", topic="other")
    s.say(s.day(-3), "answer", "support", "email", "case_answer", case_ref=f"{s.case}:a")
    again = s.say(0, "case_opened", "sales", "ticket", body=f"{body} {s.words('again_please')}", case_ref=f"{s.case}:b")
    s.label(f"{s.case}:a", first, again)
    s.say(s.worked(0, HOUR), "answer", "sales", "email", "will_pass_on", case_ref=f"{s.case}:b")


@near_miss("ticket_churn", "the second case is about something else")
def another_issue(s: Scene) -> None:
    told = []
    for after, case, topic in ((s.day(-5), "a", "line.quality"), (0, "b", "login.access")):
        told.append(s.say(after, "case_opened", "support", "email", f"case.{topic}", case_ref=f"{s.case}:{case}", topic=topic))
    s.label(f"{s.case}:a", *told)


@near_miss("ticket_churn", "the first case was closed more than 14 days before", lead=30)
def after_fifteen_days(s: Scene) -> None:
    a, b = ({"case_ref": f"{s.case}:{n}", "topic": "router.reset", "product": "router"} for n in "ab")
    first = s.say(s.day(-19), "case_opened", "support", "chat", "case.router.reset", **a)
    s.say(s.day(-15, 9), "case_closed", "support", "ticket", outcome="solved", **a)
    s.label(f"{s.case}:a", first, s.say(0, "case_opened", "support", "chat", "still_broken", **b))


@near_miss("ticket_churn", "two products, two issues")
def the_same_on_another_product(s: Scene) -> None:
    told = []
    for after, case, product in ((s.day(-5), "a", "router"), (0, "b", "headset")):
        about = {"case_ref": f"{s.case}:{case}", "topic": "device.restart", "product": product}
        told.append(s.say(after, "case_opened", "support", "ticket", f"restart.{product}", **about))
    s.label(f"{s.case}:a", *told)


@near_miss("ticket_churn", "one conversation over several days counts once")
def one_long_conversation(s: Scene) -> None:
    told = []
    about = {"thread_ref": f"{s.case}:thread", "topic": "voicemail.silence"}
    for n, after in enumerate((s.day(-6), s.day(-2), 0)):
        told.append(s.say(after, "message", "support", "email", f"told_{n + 1}", direction=IN, **about))
        s.say(after + 30 * MINUTE, "answer", "support", "email", "told_answer", staff_ref=f"support-{n + 1}", **about)
    s.label("voicemail.silence", *told)
