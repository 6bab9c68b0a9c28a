"""Two departments say two things, or seem to."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, Touchpoint
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_scene import Kind, Scene, puts_in
from siloscope.ops.simulate_text import day, money, span

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("conflicting_message", "sales says 35 EUR, finance bills 39 EUR")
def said_and_billed(s: Scene) -> None:
    key = f"price.headset_{s.who.number}"
    quoted = s.out(s.day(-4), "sales", "phone", "headset_quote", claims={key: "35 EUR"}, facts=_price(s, "35.00"),
                   topic="price.quote", product="headset", staff_ref="sales-4")  # fmt: skip
    bill = {"topic": "invoice.headset", "product": "headset", "amount": "39.00", "currency": "EUR"}
    billed = s.say(0, "invoice", "finance", "email", "headset_invoice", claims={key: "39 EUR"},
                   facts=_price(s, "39.00"), **bill)  # fmt: skip
    s.label(key, quoted, billed)


def _price(s: Scene, amount: str) -> dict[str, str]:
    return {"price": money(s.random, s.who.language, amount)}


def _dates(s: Scene, cases: str) -> None:
    about = {"topic": "delivery.date", "product": "router"}
    told = []
    for after, department, channel, days, case in (
        (s.day(-1, 15), "delivery", "sms", 2, cases[0]), (0, "support", "phone", 5, cases[-1])
    ):  # fmt: skip
        date = day_of(s.at + days * DAY)
        told.append(
            s.out(after, department, channel, f"router_date.{department}", case_ref=f"{s.case}:{case}",
                  claims={"delivery.date": date}, facts={"date": day(s.random, s.who.language, date)}, **about)
        )  # fmt: skip
    s.label("delivery.date", *told)


@fault("conflicting_message", "delivery and support name two dates for one order")
def two_delivery_dates(s: Scene) -> None:
    _dates(s, "a")


@fault("conflicting_message", "the website says 30 days, the success team 14", lead=25)
def website_says_otherwise(s: Scene) -> None:
    key = f"trial.days_{s.story}"
    about = {"product": "video-room"}
    page = s.say(
        s.day(-20, 7),
        "fact_published",
        "web",
        "web",
        "trial_page",
        claims={key: "30 days"},
        topic="trial.terms",
        **about,
    )
    told = s.out(0, "success", "email", "trial_told", claims={key: "14 days"}, topic="trial.offer", **about)
    s.label(key, page, told)


def _in_words(s: Scene, occasion: str, topic: str, said: str, said_then: str) -> list[Touchpoint]:
    return [
        s.out(s.day(-6), "sales", "email", f"{occasion}.one", facts={"fact": said}, topic=topic),
        s.out(0, "finance", "email", f"{occasion}.two", facts={"fact": said_then}, topic=topic),
    ]


def _two_periods(s: Scene, occasion: str) -> None:
    one, two = (span(s.random, s.who.language, each) for each in ("3 months", "12 months"))
    s.label("contract.end", *_in_words(s, occasion, "contract.end", one, two))


def _two_prices(s: Scene, occasion: str) -> None:
    one, two = (money(s.random, s.who.language, each) for each in ("19.00", "24.00"))
    s.label("price.extension", *_in_words(s, occasion, "price.extension", one, two))


@fault("conflicting_message", "sales writes of three months' notice, finance of a year's", confidence="suspected")
def two_notice_periods_in_words(s: Scene) -> None:
    _two_periods(s, "notice")


@fault("conflicting_message", "sales writes of 19 EUR, finance of 24 EUR", confidence="suspected")
def two_prices_in_words(s: Scene) -> None:
    _two_prices(s, "seat")


@fault("conflicting_message", "two notice periods in words that are hard to compare", confidence="suspected", hard=True)
def two_notice_periods_in_hard_words(s: Scene) -> None:
    _two_periods(s, "hard_notice")


@fault("conflicting_message", "two prices in words that are hard to compare", confidence="suspected", hard=True)
def two_prices_in_hard_words(s: Scene) -> None:
    _two_prices(s, "hard_seat")


@near_miss("conflicting_message", "the dates are about two orders")
def two_orders_two_dates(s: Scene) -> None:
    _dates(s, "ab")


@near_miss("conflicting_message", "the wrong price was corrected before the invoice")
def corrected_in_time(s: Scene) -> None:
    key, about = f"price.desk_phone_{s.who.number}", {"topic": "price.quote", "product": "desk-phone"}
    wrong = s.out(
        s.day(-4), "sales", "phone", "headset_quote", claims={key: "35 EUR"}, facts=_price(s, "35.00"), **about
    )
    right = s.out(s.day(-3, 17), "sales", "phone", "quote_corrected", claims={key: "39 EUR"}, facts=_price(s, "39.00"),
                  refers_to=[wrong], **about)  # fmt: skip
    billed = s.say(0, "invoice", "finance", "email", "headset_invoice", claims={key: "39 EUR"},
                   facts=_price(s, "39.00"), topic="invoice.desk_phone", product="desk-phone")  # fmt: skip
    s.label(key, right, billed)


@near_miss("conflicting_message", "both say the same, one in months, one in years", confidence="suspected")
def the_same_in_other_words(s: Scene) -> None:
    one, two = ("24 Monate", "zwei Jahre") if s.who.language == "de" else ("24 months", "two years")
    s.label("contract.length", *_in_words(s, "length", "contract.length", one, two))


@near_miss("conflicting_message", "one is a month's price, the other is paid once", confidence="suspected")
def per_month_and_once(s: Scene) -> None:
    one, two = (money(s.random, s.who.language, each) for each in ("9.00", "49.00"))
    s.label("price.extra", *_in_words(s, "extra", "price.extra", one, two))


@near_miss("conflicting_message", "two products have two warranties")
def two_products_two_warranties(s: Scene) -> None:
    told = [
        s.out(after, department, "phone", "warranty", facts={"fact": span(s.random, s.who.language, months)},
              claims={"warranty.length": months}, product=product, topic=f"warranty.{product}")
        for after, department, product, months in (
            (s.day(-3), "sales", "headset", "12 months"), (0, "support", "router", "24 months")
        )
    ]  # fmt: skip
    s.label("warranty.length", *told)
