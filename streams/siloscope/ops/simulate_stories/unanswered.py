"""No answer, or a late one."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR, IN
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


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
    s.say(
        s.day(-1),
        "promotion",
        "marketing",
        "email",
        "promotion",
        message_ref="campaign:reminder",
        topic="offer.of_the_week",
    )
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
