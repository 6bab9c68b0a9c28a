"""Treated as if she were new, or being so."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR
from siloscope.ops.simulate_company import PRODUCTS
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, moment, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("back_to_go", "an offer for people who are no customers yet")
def greeted_as_a_prospect(s: Scene) -> None:
    offer = {"audience": "prospect", "message_ref": "trial:spring", "topic": "offer.trial"}
    s.label("trial:spring", s.say(0, "promotion", "marketing", "email", "trial_offer", **offer))


@fault("back_to_go", "welcomed as a new customer after months", since=None, lead=150)
def welcomed_again(s: Scene) -> None:
    s.bought(120)
    s.label(
        "welcome:day-1", s.out(0, "success", "email", "welcome", audience="new_customer", message_ref="welcome:day-1")
    )


@fault("back_to_go", "support makes the first call that the success team has made")
def first_call_again(s: Scene) -> None:
    about = {"topic": "onboarding.first_call", "product": s.who.product}
    s.label("onboarding.first_call", s.say(0, "onboarding_step", "support", "phone", "first_call", **about))


@fault(
    "back_to_go", "the second order asks for the credit check of the first again", since=None, lead=80, duty=YESTERDAY
)
def credit_check_again(s: Scene) -> None:
    second, checked = _other_product(s), []
    for days, case in ((-70, f"{s.case}:order"), (-1, f"{s.case}:second")):
        about = {"topic": "credit_check", "case_ref": case}
        asked = s.say(
            s.day(days, 10), "approval_requested", "finance", "system", amount="600.00", currency="EUR", **about
        )
        s.say(s.day(days, 12), "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)
        checked.append(asked)
    s.bought(67)
    order = {"case_ref": f"{s.case}:second", "product": second}
    bought = s.say(0, "purchase", "sales", "web", amount="79.00", currency="EUR", **order)
    s.out(s.worked(0, 3 * HOUR), "delivery", "email", "order_confirmed", **order)
    s.label("credit_check", checked[1], at=moment(bought))  # only now it is known what it was for


def _other_product(s: Scene) -> str:
    return next(each for each in PRODUCTS if each != s.who.product)


@near_miss("back_to_go", "the offer is about a product she does not have")
def names_another_product(s: Scene) -> None:
    offer = {
        "audience": "prospect",
        "message_ref": "trial:spring",
        "topic": "offer.trial",
        "product": _other_product(s),
    }
    s.label("trial:spring", s.say(0, "promotion", "marketing", "email", "trial_offer", **offer))


@near_miss("back_to_go", "she is a new customer indeed", since=None, lead=40)
def welcomed_in_time(s: Scene) -> None:
    s.bought(20)
    s.label(
        "welcome:day-1", s.out(0, "success", "email", "welcome", audience="new_customer", message_ref="welcome:day-1")
    )


@near_miss("back_to_go", "the offer came before she bought", since=None)
def before_she_bought(s: Scene) -> None:
    offer = {"audience": "prospect", "message_ref": "trial:spring", "topic": "offer.trial"}
    s.label("trial:spring", s.say(s.day(-2), "promotion", "marketing", "email", "trial_offer", **offer))
    s.bought(0)


@near_miss("back_to_go", "the first call is about another product")
def first_call_for_another_product(s: Scene) -> None:
    product = {"product": _other_product(s)}
    bought = s.day(-4)
    s.say(bought, "purchase", "sales", "phone", amount="79.00", currency="EUR", **product)
    s.out(s.worked(bought, HOUR), "delivery", "email", "order_confirmed", **product)
    called = s.say(0, "onboarding_step", "support", "phone", "first_call", topic="onboarding.first_call", **product)
    s.label("onboarding.first_call", called)
