"""What she does not want any more, or does want."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR
from siloscope.ops.simulate_company import NEWS
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("contact_without_consent", "a newsletter by mail, which she no longer wants", lead=14)
def a_newsletter_after_her_no(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "marketing", "email", topic="promotion")
    s.label("promotion", s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


@fault("contact_without_consent", "a survey by mail, which she no longer wants", lead=30)
def a_survey_after_her_no(s: Scene) -> None:
    s.say(s.day(-24), "consent_given", "success", "email", topic="survey")
    s.say(s.day(-6), "consent_withdrawn", "success", "email", topic="survey")
    s.label("survey_request", s.say(0, "survey_request", "success", "email", "survey", message_ref="survey:spring"))


@near_miss("contact_without_consent", "she only does not want it by mail", lead=14)
def in_another_channel(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "marketing", "email", topic="promotion")
    s.label("promotion", s.say(0, "promotion", "marketing", "post", "promotion", message_ref="campaign:post"))


@near_miss("contact_without_consent", "she changed her mind", lead=14)
def she_changed_her_mind(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "marketing", "email", topic="promotion")
    s.say(s.day(-2), "consent_given", "marketing", "email", topic="promotion")
    s.label("promotion", s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


@near_miss("contact_without_consent", "she asked for it", duty=YESTERDAY, lead=14)
def she_asked_for_it(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "sales", "email", topic="promotion")
    thread = {"thread_ref": f"{s.case}:thread"}
    asked = s.say(s.day(-1), "question", "sales", "email", "question.video", topic="offer.video_room", **thread)
    s.label("promotion", s.say(0, "promotion", "sales", "email", "video_offer", reply_to=asked, **thread, **NEWS))
    s.out(s.worked(0, HOUR), "sales", "email", "video_offer_sales", reply_to=asked, **thread)


@near_miss("contact_without_consent", "she withdrew another consent", lead=14)
def for_another_purpose(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "success", "email", topic="survey")
    s.label("promotion", s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))
