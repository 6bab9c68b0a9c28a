"""So many contacts in a week, from more than one department, or not quite."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, moment, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


_WEEK: Final = (
    (-4, "promotion", "marketing", "email", "video_offer", {"topic": "offer.video_room"}),
    (-3, "message", "sales", "phone", "call_about_plan", {"topic": "offer.plan", "direction": "outbound"}),
    (-3, "survey_request", "success", "email", "survey", {"topic": "survey.year"}),
    (-2, "meeting", "success", "meeting", "review_held", {"topic": "review.year", "direction": "outbound"}),
    (-1, "promotion", "marketing", "push", "promotion", {"topic": "offer.of_the_week"}),
    (0, "info_request", "sales", "email", "how_many_seats", {"fields": ["seats_next_year"]}),
)


def _week(s: Scene, contacts: int) -> None:
    told = [
        s.say(s.day(days) if days else 0, activity, department, channel, occasion, **more)
        for days, activity, department, channel, occasion, more in _WEEK[len(_WEEK) - contacts :]
    ]
    told.sort(key=moment)
    s.label("the week", *told)


@fault("contact_pressure", "three departments contact her six times within a week")
def six_in_a_week(s: Scene) -> None:
    _week(s, 6)


@fault("contact_pressure", "two departments contact her seven times within a week")
def two_departments_in_turn(s: Scene) -> None:
    told = []
    for turn, days in enumerate((-4, -4, -3, -2, -1)):
        department = ("marketing", "success")[turn % 2]
        hour = 9 + turn
        told.append(s.out(s.day(days, hour), department, "email", f"tip_{turn}", message_ref=f"tips:{turn}"))
    told.append(s.say(0, "promotion", "marketing", "email", "video_offer", message_ref="newsletter:rooms"))
    s.label("the week", *told)
    s.out(s.worked(0, 2 * HOUR), "success", "phone", "tip_5", message_ref="tips:5")


@near_miss("contact_pressure", "five contacts are not yet too many")
def five_in_a_week(s: Scene) -> None:
    _week(s, 5)


@near_miss("contact_pressure", "all six come from one department")
def six_from_one_department(s: Scene) -> None:
    told = [
        s.say(s.day(days) if days else 0, "promotion", "marketing", "email", f"tip_{turn}", message_ref=f"tips:{turn}")
        for turn, days in enumerate((-4, -3, -3, -2, -1, 0))
    ]
    s.label("the week", *told)


@near_miss("contact_pressure", "one of the six answers her question", duty=YESTERDAY)
def one_of_them_is_an_answer(s: Scene) -> None:
    _week(s, 5)
    thread = {"thread_ref": f"{s.case}:thread", "topic": "howto.app"}
    asked = s.say(s.day(-1, 9), "question", "support", "email", "question.howto.app", **thread)
    s.out(s.day(-1, 11), "support", "email", "answer.howto.app", reply_to=asked, **thread)


@near_miss("contact_pressure", "several messages of one conversation on one day count once")
def one_conversation_counts_once(s: Scene) -> None:
    _week(s, 4)
    for turn in range(3):
        s.out(s.day(-2, 10 + turn), "legal", "chat", f"tip_{turn}", thread_ref=f"{s.case}:thread")
