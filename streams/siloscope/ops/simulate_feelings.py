"""Stories put in on purpose: what customers are left with; broken promises, bugs nobody heard of, green reports."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import DAY, HOUR, IN, Identifier, Touchpoint
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_releases import released_at, released_on, tracker_bug
from siloscope.ops.simulate_scene import Kind, Scene, kpi, puts_in
from siloscope.ops.simulate_text import day

FEELINGS: Final[list[Kind]] = []
fault, near_miss = puts_in(FEELINGS, True), puts_in(FEELINGS, False)
YESTERDAY: Final = (0, 1)
THREE_DAYS: Final = (0, 3)


# -- renewal_only_contact


def _asks(s: Scene, days: int, channel: str = "email", **more: Any) -> Touchpoint:
    renewal_at = s.at + days * DAY
    facts = {"date": day(s.random, s.who.language, day_of(renewal_at))}
    return s.say(0, "renewal_ask", "sales", channel, "renewal", facts=facts, topic="contract.renewal", renewal_at=renewal_at, **more)


@fault("renewal_only_contact", "nothing but the renewal ask for 300 days", since=None, lead=315)
def only_when_it_renews(s: Scene) -> None:
    s.bought(300)
    s.label(day_of(s.at + 40 * DAY), _asks(s, 40))


@fault("renewal_only_contact", "120 days before the renewal nobody has spoken to her for 230 days", since=None, lead=260)
def silence_before_renewal(s: Scene) -> None:
    bought = s.bought(245, renewal_at=s.at + 120 * DAY)
    s.label(day_of(s.at + 120 * DAY), bought, after=0)


@fault("renewal_only_contact", "the same, over two people of one account", since=None, lead=325)
def only_the_colleague_is_asked(s: Scene) -> None:
    s.who = s.who._replace(account=f"office-{s.who.customer_id}")
    s.bought(310)
    colleague = [Identifier("customer_id", f"{s.who.customer_id}-b"), Identifier("email", f"b.{s.who.email}")]
    s.label(day_of(s.at + 25 * DAY), _asks(s, 25, "phone", identifiers=colleague))


@near_miss("renewal_only_contact", "the success team called 100 days ago", since=None, lead=315)
def called_in_between(s: Scene) -> None:
    s.bought(300)
    s.out(s.day(-100), "success", "phone", "check_in", topic="review.usage")
    s.label(day_of(s.at + 40 * DAY), _asks(s, 40))


@near_miss("renewal_only_contact", "she has been a customer for less than 180 days", since=None, lead=185)
def a_young_customer(s: Scene) -> None:
    s.bought(170)
    s.label(day_of(s.at + 40 * DAY), _asks(s, 40))


@near_miss("renewal_only_contact", "the ask comes 100 days before the term ends", since=None, lead=315)
def asked_long_before(s: Scene) -> None:
    s.bought(300)
    s.label(day_of(s.at + 100 * DAY), _asks(s, 100))
    s.out(s.worked(0, 8 * HOUR), "success", "phone", "check_in", topic="review.usage")


@near_miss("renewal_only_contact", "the contract was cancelled", since=None, lead=260)
def cancelled_before(s: Scene) -> None:
    bought = s.bought(245, renewal_at=s.at + 120 * DAY)
    s.say(s.day(-20), "contract_cancelled", "sales", "email", product=s.who.product)
    s.label(day_of(s.at + 120 * DAY), bought)


# -- ignored_bug_feedback


def _release(s: Scene) -> tuple[str, int, int]:
    """A component released on the day of the story: its name, the release's number, and its moment as an offset."""
    component, number = s.pick(*released_on(s.at // DAY))
    return component, number, released_at(component, number) - s.at


def _reported(s: Scene, component: str, after: int, refs: list[str] | None = None) -> tuple[Touchpoint, dict[str, Any]]:
    about: dict[str, Any] = {"topic": f"bug.{component}", "product": component, "thread_ref": f"{s.case}:thread",
                             "facts": {"article": component.replace("-", " ")}}  # fmt: skip
    return s.say(after, "bug_reported", "support", "ticket", "bug", refers_to=list(refs or ()) or None, **about), about


RELEASED: Final = {"hours": (11.5, 16), "lead": 60, "since": 90}


@fault("ignored_bug_feedback", "a release does not fix her bug, and nobody ever answered", **RELEASED)
def never_heard_of_it_again(s: Scene) -> None:
    component, _, at = _release(s)
    found, about = _reported(s, component, s.day(-20))
    s.label(found.touchpoint_id, found, after=at)
    s.say(s.worked(0, 3 * HOUR), "bug_acknowledged", "product", "email", "bug_seen", refers_to=[found], **about)


@fault("ignored_bug_feedback", "acknowledged once, weeks ago; since then release after release", **RELEASED)
def acknowledged_long_ago(s: Scene) -> None:
    component, _, at = _release(s)
    found, about = _reported(s, component, s.day(-45))
    s.say(s.day(-40), "bug_acknowledged", "product", "email", "bug_seen", refers_to=[found], **about)
    s.label(found.touchpoint_id, found, after=at)
    s.say(s.worked(0, 3 * HOUR), "bug_fixed", "product", "email", "bug_gone", refers_to=[found], **about)


@near_miss("ignored_bug_feedback", "this release fixes it", **RELEASED)
def fixed_by_this_release(s: Scene) -> None:
    component, number, _ = _release(s)
    found, _ = _reported(s, component, s.day(-20), [tracker_bug(component, number - 1)])
    s.label(found.touchpoint_id, found)


@near_miss("ignored_bug_feedback", "the product team wrote to her last week", **RELEASED)
def acknowledged_last_week(s: Scene) -> None:
    component, _, _ = _release(s)
    found, about = _reported(s, component, s.day(-20))
    s.say(s.day(-8), "bug_acknowledged", "product", "email", "bug_seen", refers_to=[found], **about)
    s.label(found.touchpoint_id, found)
    s.say(s.worked(0, 3 * HOUR), "bug_fixed", "product", "email", "bug_gone", refers_to=[found], **about)


@near_miss("ignored_bug_feedback", "the bug is younger than two weeks", **RELEASED)
def reported_ten_days_ago(s: Scene) -> None:
    component, _, _ = _release(s)
    found, about = _reported(s, component, s.day(-10))
    s.label(found.touchpoint_id, found)
    s.say(s.worked(0, 3 * HOUR), "bug_fixed", "product", "email", "bug_gone", refers_to=[found], **about)


# -- broken_promise


def _promised(s: Scene, made: int, due: int, topic: str = "callback", **more: Any) -> tuple[Touchpoint, dict[str, Any]]:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": topic}
    words = "will_call_today" if topic == "callback" else "will_send_today"
    return s.say(made, "promise_made", "support", "phone", words, due_at=s.at + due, **about, **more), about


@fault("broken_promise", "the promised call never came")
def the_call_never_came(s: Scene) -> None:
    promised, _ = _promised(s, s.day(0, 8.3), 0)
    s.label(s.case, promised, after=0)


@fault("broken_promise", "what was promised was sent a day late", duty=YESTERDAY)
def sent_a_day_late(s: Scene) -> None:
    promised, about = _promised(s, s.day(-1, 9), 0, "contract.copy")
    s.label(s.case, promised, after=0)
    s.say(s.worked(0, 9 * HOUR), "promise_kept", "support", "email", "sent_at_last", refers_to=[promised], **about)


@near_miss("broken_promise", "called an hour before it was due")
def called_in_time(s: Scene) -> None:
    promised, about = _promised(s, s.day(0, 8.3), 0)
    s.out(-HOUR, "support", "phone", "called_back", **about)
    s.label(s.case, promised)


@near_miss("broken_promise", "another department called in time")
def another_department_called(s: Scene) -> None:
    promised, about = _promised(s, s.day(0, 8.3), 0)
    s.out(-HOUR, "finance", "phone", "called_back", **about)
    s.label(s.case, promised)


@near_miss("broken_promise", "the case was solved before")
def solved_before_it_was_due(s: Scene) -> None:
    promised, about = _promised(s, s.day(0, 8.3), 0, "contract.copy")
    s.say(-HOUR, "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, promised)


# -- experience_debt


def _answered(s: Scene, activity: str, after: int, occasion: str, **more: Any) -> tuple[Touchpoint, dict[str, Any]]:
    """Something bad, answered half an hour later but not made good."""
    about = {"thread_ref": f"{s.case}:thread", "topic": "service.experience"}
    said = s.say(after, activity, "support", "phone", occasion, **more, **about)
    s.say(after + HOUR // 2, "answer", "support", "phone", "apology", reply_to=said, staff_ref=s.staff("support"), **about)
    return said, about


@fault("experience_debt", "a complaint was answered, but for three days not made good", duty=THREE_DAYS)
def answered_but_not_made_good(s: Scene) -> None:
    said, about = _answered(s, "complaint", -72 * HOUR, "complaint", sentiment=-0.7)
    s.label("service.experience", said, after=0)
    s.say(s.worked(0, 4 * HOUR), "recovered", "success", "phone", "recovered", refers_to=[said], **about)


@fault("experience_debt", "nobody reacted to a score of two")
def a_bad_score_and_silence(s: Scene) -> None:
    about = {"topic": "survey.quarter", "thread_ref": f"{s.case}:thread"}
    sent = s.say(s.day(-4, 9), "survey_request", "success", "email", "survey", message_ref="survey:quarter", **about)
    bad = s.say(-72 * HOUR, "survey_response", "success", "survey", "survey_bad", score=2.0, reply_to=sent, **about)
    s.label("survey.quarter", bad, after=0)


@fault("experience_debt", "an angry message, a polite answer, and no more", duty=THREE_DAYS)
def angry_and_put_off(s: Scene) -> None:
    said, _ = _answered(s, "message", -72 * HOUR, "complaint", sentiment=-0.8, direction=IN)
    s.label("service.experience", said, after=0)


@near_miss("experience_debt", "made good two hours before three days were over", duty=THREE_DAYS)
def made_good_in_time(s: Scene) -> None:
    said, about = _answered(s, "complaint", -72 * HOUR + HOUR, "complaint", sentiment=-0.7)
    s.say(-HOUR, "recovered", "success", "phone", "recovered", refers_to=[said], **about)
    s.label("service.experience", said)


@near_miss("experience_debt", "she praised how it was solved", duty=THREE_DAYS)
def she_praised_the_end(s: Scene) -> None:
    said, about = _answered(s, "complaint", -72 * HOUR, "complaint", sentiment=-0.7)
    s.say(-2 * HOUR, "praise", "support", "email", "praise", sentiment=0.8, **about)
    s.label("service.experience", said)


@near_miss("experience_debt", "a score of five is not yet bad")
def a_score_of_five(s: Scene) -> None:
    about = {"topic": "survey.quarter", "thread_ref": f"{s.case}:thread"}
    sent = s.say(s.day(-4, 9), "survey_request", "success", "email", "survey", message_ref="survey:quarter", **about)
    s.label("survey.quarter", s.say(-72 * HOUR, "survey_response", "success", "survey", score=5.0, reply_to=sent, **about))


@near_miss("experience_debt", "impatient, but not angry", duty=THREE_DAYS)
def impatient_only(s: Scene) -> None:
    said, _ = _answered(s, "message", -72 * HOUR, "call_me", sentiment=-0.4, direction=IN)
    s.label("service.experience", said)


# -- green_silo


def _measured(s: Scene, second: str = "delivery", hours: float = 1) -> tuple[list[Touchpoint], dict[str, Any]]:
    """A case on which support and `second` report their measures, the latter a target of two hours."""
    about = {"case_ref": s.case, "topic": "line.move"}
    s.say(s.day(-3, 8.2), "case_opened", "support", "email", "case.move", **about)
    told = [
        s.say(s.day(-3, 9), "answer", "support", "email", "case_answer", kpi=kpi("first_response_minutes", 48, 120), **about),
        s.out(s.day(-1, 10), second, "phone", "line_moved", kpi=kpi("solved_hours", hours, 2), **about),
    ]
    return told, about


def _complains(s: Scene, told: list[Touchpoint], about: dict[str, Any]) -> None:
    said = s.say(0, "complaint", "support", "phone", "complaint_move", sentiment=-0.6, **about)
    s.label(s.case, *told, said)
    answered = s.worked(0, HOUR)
    s.say(answered, "answer", "support", "phone", "apology", reply_to=said, **about)
    s.say(s.worked(answered, 3 * HOUR), "recovered", "success", "phone", "recovered", refers_to=[said], **about)


@fault("green_silo", "support and delivery met their targets, and she complains about the case")
def all_green_and_she_complains(s: Scene) -> None:
    _complains(s, *_measured(s))


@fault("green_silo", "both targets met, and a score of three")
def all_green_and_a_bad_score(s: Scene) -> None:
    told, about = _measured(s)
    s.say(s.day(-1, 17), "survey_request", "support", "email", "survey", message_ref="survey:case", **about)
    bad = s.say(0, "survey_response", "support", "survey", "survey_bad", score=3.0, **about)
    s.label(s.case, *told, bad)
    s.say(s.worked(0, 5 * HOUR), "recovered", "success", "phone", "recovered", refers_to=[bad], **about)


@fault("green_silo", "both targets met, and she cancels her contract")
def all_green_and_she_leaves(s: Scene) -> None:
    told, about = _measured(s)
    s.say(s.day(-1, 12), "case_closed", "support", "ticket", outcome="solved", **about)
    left = s.say(0, "contract_cancelled", "sales", "email", "leaves", product=s.who.product)
    s.label(s.case, *told, left)
    s.say(s.worked(0, 3 * HOUR), "notice", "sales", "email", "confirmed_end", product=s.who.product)


@near_miss("green_silo", "delivery missed its target and said so")
def one_of_them_missed_it(s: Scene) -> None:
    _complains(s, *_measured(s, hours=7))


@near_miss("green_silo", "only one department measures itself")
def only_one_measures(s: Scene) -> None:
    _complains(s, *_measured(s, second="support"))


@near_miss("green_silo", "she is content")
def all_green_and_she_is_content(s: Scene) -> None:
    told, about = _measured(s)
    s.label(s.case, *told, s.say(0, "survey_response", "support", "survey", "survey_good", score=7.0, **about))


@near_miss("green_silo", "the complaint is about another case")
def she_complains_about_something_else(s: Scene) -> None:
    told, _ = _measured(s)
    _complains(s, told, {"case_ref": f"{s.case}:other", "topic": "technician.visit"})
