"""Something bad that nobody made good, or somebody did."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import HOUR, IN, Touchpoint
from siloscope.ops.simulate_scene import THREE_DAYS, Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _answered(s: Scene, activity: str, after: int, occasion: str, **more: Any) -> tuple[Touchpoint, dict[str, Any]]:
    """Something bad, answered half an hour later but not made good."""
    about = {"thread_ref": f"{s.case}:thread", "topic": "service.experience"}
    said = s.say(after, activity, "support", "phone", occasion, **more, **about)
    s.say(
        after + HOUR // 2, "answer", "support", "phone", "apology", reply_to=said, staff_ref=s.staff("support"), **about
    )
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
    s.label(
        "survey.quarter", s.say(-72 * HOUR, "survey_response", "success", "survey", score=5.0, reply_to=sent, **about)
    )


@near_miss("experience_debt", "impatient, but not angry", duty=THREE_DAYS)
def impatient_only(s: Scene) -> None:
    said, _ = _answered(s, "message", -72 * HOUR, "call_me", sentiment=-0.4, direction=IN)
    s.label("service.experience", said)
