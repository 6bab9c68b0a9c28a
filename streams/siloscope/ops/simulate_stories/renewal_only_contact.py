"""Silence before the renewal, or nearly so."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import DAY, HOUR, Identifier, Touchpoint
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_scene import Kind, Scene, puts_in
from siloscope.ops.simulate_text import day

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _asks(s: Scene, days: int, channel: str = "email", **more: Any) -> Touchpoint:
    renewal_at = s.at + days * DAY
    facts = {"date": day(s.random, s.who.language, day_of(renewal_at))}
    return s.say(
        0,
        "renewal_ask",
        "sales",
        channel,
        "renewal",
        facts=facts,
        topic="contract.renewal",
        renewal_at=renewal_at,
        **more,
    )


@fault("renewal_only_contact", "nothing but the renewal ask for 300 days", since=None, lead=315)
def only_when_it_renews(s: Scene) -> None:
    s.bought(300)
    s.label(day_of(s.at + 40 * DAY), _asks(s, 40))


@fault(
    "renewal_only_contact", "120 days before the renewal nobody has spoken to her for 230 days", since=None, lead=260
)
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
