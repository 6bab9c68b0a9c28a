"""An offer at the wrong moment, or at one that is not quite wrong."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, puts_in
from siloscope.ops.simulate_text import day

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _complained(s: Scene) -> dict[str, str]:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "technician.visit"}
    said = s.say(s.day(-1, 9), "complaint", "delivery", "phone", "complaint_visit", sentiment=-0.8, **about)
    s.say(s.day(-1, 10), "answer", "delivery", "phone", "apology", reply_to=said, staff_ref="delivery-4", **about)
    return about


@fault("tone_deaf_outreach", "an offer goes out while her complaint is open", duty=YESTERDAY)
def an_offer_to_the_angry(s: Scene) -> None:
    about = _complained(s)
    s.label(s.case, s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))
    s.say(30 * MINUTE, "recovered", "success", "phone", "recovered", **about)


@fault("tone_deaf_outreach", "a survey goes out while her lines are down", duty=YESTERDAY)
def a_survey_in_the_outage(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "line.quality", "priority": "critical"}
    s.say(s.day(0, 9), "case_opened", "support", "phone", "case.line.quality", **about)
    s.say(s.day(0, 9.2), "answer", "support", "phone", "case_answer", **about)
    s.label(s.case, s.say(0, "survey_request", "success", "email", "survey", message_ref="survey:spring"))
    s.say(s.worked(0, 5 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@fault("tone_deaf_outreach", "asked to renew while a promised call is overdue", duty=YESTERDAY)
def renewal_before_the_promised_call(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "callback"}
    due = s.day(-1, 17)
    promised = s.say(s.day(-1, 11), "promise_made", "support", "phone", "will_call_today", due_at=s.at + due, **about)
    s.label(s.case, s.say(0, "renewal_ask", "sales", "email", "renewal", facts=_term(s, 40), topic="contract.renewal",
                          renewal_at=s.at + 40 * DAY))  # fmt: skip
    s.label(s.case, promised, after=due, symptom="broken_promise")
    s.out(s.worked(0, 2 * HOUR), "support", "phone", "called_back", **about)


def _term(s: Scene, days: int) -> dict[str, str]:
    return {"date": day(s.random, s.who.language, day_of(s.at + days * DAY))}


@near_miss("tone_deaf_outreach", "the complaint was made good before", duty=YESTERDAY)
def an_offer_after_it_was_made_good(s: Scene) -> None:
    about = _complained(s)
    s.say(s.day(-1, 15), "recovered", "success", "phone", "recovered", **about)
    s.label(s.case, s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


@near_miss("tone_deaf_outreach", "the survey is about that very case", duty=YESTERDAY)
def a_survey_about_that_very_case(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "line.quality", "priority": "critical"}
    s.say(s.day(0, 9), "case_opened", "support", "phone", "case.line.quality", **about)
    s.say(s.day(0, 9.2), "answer", "support", "phone", "case_answer", **about)
    s.label(
        s.case, s.say(0, "survey_request", "success", "email", "survey", case_ref=s.case, message_ref="survey:case")
    )
    s.say(s.worked(0, 2 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@near_miss("tone_deaf_outreach", "what is open is an ordinary case", duty=YESTERDAY)
def an_offer_beside_an_ordinary_case(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "headset.pairing", "priority": "normal"}
    s.say(s.day(-1, 9), "case_opened", "support", "phone", "case.headset.pairing", **about)
    s.say(s.day(-1, 9.5), "answer", "support", "phone", "case_answer", **about)
    s.label(s.case, s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))
    s.say(s.worked(0, 2 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@near_miss("tone_deaf_outreach", "the promised call is not due yet")
def renewal_before_the_call_is_due(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "callback"}
    s.say(s.day(0, 9), "promise_made", "support", "phone", "will_call_today", due_at=s.at + s.day(0, 17.5), **about)
    s.label(s.case, s.say(0, "renewal_ask", "sales", "email", "renewal", facts=_term(s, 40), topic="contract.renewal",
                          renewal_at=s.at + 40 * DAY))  # fmt: skip
    s.out(s.day(0, 17), "support", "phone", "called_back", **about)
