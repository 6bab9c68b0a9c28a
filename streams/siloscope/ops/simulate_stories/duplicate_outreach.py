"""Two departments send the same thing, or nearly so."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_company import NEWS
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, moment, puts_in
from siloscope.ops.simulate_text import day

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("duplicate_outreach", "three departments send one campaign within days")
def one_offer_three_senders(s: Scene) -> None:
    first = s.say(s.day(-2), "promotion", "marketing", "email", "video_offer", **NEWS)
    second = s.out(s.day(-1, 17), "success", "email", "video_offer_success", **NEWS)
    third = s.out(0, "sales", "phone", "video_offer_sales", **NEWS)
    s.label("newsletter:video-room", first, second, third, at=moment(second))


@fault("duplicate_outreach", "two departments announce the same maintenance night")
def one_fact_told_twice(s: Scene) -> None:
    night = day_of(s.at + 4 * DAY)
    about = {"claims": {"maintenance.date": night}, "topic": "service.maintenance"}
    date = {"date": day(s.random, s.who.language, night)}
    first = s.say(s.day(-1), "notice", "delivery", "sms", "maintenance_sms", facts=date, **about)
    s.label(
        "service.maintenance", first, s.say(0, "notice", "support", "email", "maintenance_email", facts=date, **about)
    )


@fault("duplicate_outreach", "two departments send the same words", confidence="suspected")
def one_text_twice(s: Scene) -> None:
    body = s.words("new_account")
    first = s.out(s.day(-1), "finance", "email", body=body, topic="payment.change")
    s.label("payment.change", first, s.out(0, "sales", "email", body=body, topic="customer.news"))


@fault("duplicate_outreach", "two departments send nearly the same words", confidence="suspected")
def one_text_and_a_word_more(s: Scene) -> None:
    body = s.words("new_opening")
    first = s.out(s.day(-3), "support", "email", body=body)
    s.label("service.hours", first, s.out(0, "success", "email", body=f"{body} {s.words('by_the_way')}"))


@near_miss("duplicate_outreach", "both copies come from one department")
def a_cadence(s: Scene) -> None:
    first = s.say(s.day(-2), "promotion", "marketing", "email", "video_offer", **NEWS)
    s.label("newsletter:video-room", first, s.say(0, "promotion", "marketing", "push", "video_offer", **NEWS))


@near_miss("duplicate_outreach", "the second copy answers her question", duty=YESTERDAY)
def sent_because_she_asked(s: Scene) -> None:
    thread = {"thread_ref": f"{s.case}:thread"}
    first = s.say(s.day(-2), "promotion", "marketing", "email", "video_offer", **thread, **NEWS)
    asked = s.say(s.day(-1, 17), "question", "sales", "email", "question.video", topic="offer.video_room", **thread)
    s.label(
        "newsletter:video-room",
        first,
        s.out(0, "sales", "email", "video_offer_sales", reply_to=asked, **thread, **NEWS),
    )


@near_miss("duplicate_outreach", "more than seven days lie between the copies", lead=14)
def eight_days_apart(s: Scene) -> None:
    first = s.say(s.day(-8, 9), "promotion", "marketing", "email", "video_offer", **NEWS)
    s.label("newsletter:video-room", first, s.out(0, "sales", "phone", "video_offer_sales", **NEWS))


@near_miss("duplicate_outreach", "the case was handed over: delivery introduces itself", duty=YESTERDAY)
def introduced_after_the_handover(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "number.transfer"}
    guide = {"message_ref": "guide:number-transfer", **about}
    s.say(s.day(-1, 9), "case_opened", "support", "email", "case.number.transfer", **about)
    first = s.out(s.day(-1, 10), "support", "email", "transfer_guide", **guide)
    s.say(s.day(-1, 17), "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(s.day(0, 9), "handoff_accepted", "delivery", "ticket", staff_ref="delivery-2", **about)
    s.label("guide:number-transfer", first, s.out(0, "delivery", "email", "transfer_hello", **guide))
    s.say(s.worked(0, 3 * HOUR), "case_closed", "delivery", "ticket", outcome="solved", **about)


@near_miss("duplicate_outreach", "the words are the same, the nights are two")
def same_words_other_night(s: Scene) -> None:
    told = []
    for after, department, channel, days in ((s.day(-1), "delivery", "sms", 4), (0, "support", "email", 11)):
        date = {"date": day(s.random, s.who.language, day_of(s.at + days * DAY))}
        told.append(
            s.say(after, "notice", department, channel, "one_night", facts=date, topic=f"maintenance.{department}")
        )
    s.label("maintenance", *told)
