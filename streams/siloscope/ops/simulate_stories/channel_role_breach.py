"""The wrong channel by the charter of the company, or the right one."""

from __future__ import annotations

from typing import Final

from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("channel_role_breach", "marketing advertises by SMS, which is for deliveries and urgent notices")
def an_advert_by_sms(s: Scene) -> None:
    s.label("sms", s.say(0, "promotion", "marketing", "sms", "promotion", message_ref="campaign:sms"))


@fault("channel_role_breach", "sales writes where only invoices should come from")
def an_offer_on_the_bill(s: Scene) -> None:
    s.label("billing", s.out(0, "sales", "billing", "call_about_plan", topic="offer.plan"))


@near_miss("channel_role_breach", "delivery may use SMS")
def a_note_by_sms(s: Scene) -> None:
    s.label("sms", s.out(0, "delivery", "sms", "technician_soon", topic="technician.visit"))


@near_miss("channel_role_breach", "the post is free for everybody")
def an_advert_by_post(s: Scene) -> None:
    s.label("post", s.say(0, "promotion", "marketing", "post", "promotion", message_ref="campaign:post"))
