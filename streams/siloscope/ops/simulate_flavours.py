"""What happens to an ordinary customer now and then: an order, a bug, a complaint; in each round one, all in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from siloscope.core.touchpoint import DAY, HOUR, IN, MINUTE, OUT
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_company import ADD_ONS, COMPONENTS
from siloscope.ops.simulate_releases import cycle_of, tracker_bug
from siloscope.ops.simulate_scene import Scene, kpi
from siloscope.ops.simulate_text import day, money


class Flavour(NamedTuple):
    """Something special; `sore`: she must be left in peace until it is over."""

    tell: Callable[[Scene], None]
    sore: bool = False


def order(s: Scene) -> None:
    """Another product: quoted, bought, handed to delivery, delivered, set up, billed, paid."""
    product = list(ADD_ONS)[(s.visit // len(FLAVOURS) + s.who.number) % len(ADD_ONS)]
    claims = {f"price.{product}": ADD_ONS[product]}
    price = ADD_ONS[product].split()[0] + ".00"
    about: dict[str, Any] = {"case_ref": f"{s.case}:order", "product": product}
    article = {"article": product.replace("-", " "), "price": money(s.random, s.who.language, price)}
    called = s.on_duty(0)
    s.out(called, "sales", "phone", "quote", facts=article, claims=claims, topic="price.quote", product=product,
          staff_ref=s.staff("sales"))  # fmt: skip
    bought = s.worked(called, s.within(30, 300) * MINUTE)
    s.say(bought, "purchase", "sales", s.pick("web", "phone"), amount=price, currency="EUR", **about)
    taken = s.worked(bought, s.takes(HOUR, 6 * HOUR))
    s.say(bought + 10 * MINUTE, "handoff_started", "sales", "system", "please_deliver", to_department="delivery",
          due_at=calendar.next_evening(s.at + bought), **about)  # fmt: skip
    taken = max(taken, bought + 20 * MINUTE)
    s.say(taken, "handoff_accepted", "delivery", "system", staff_ref=s.staff("delivery"), **about)
    arrives = s.day(s.within(2, 3), since=taken)
    date = day_of(s.at + arrives)
    facts = {"date": day(s.random, s.who.language, date), **article}
    s.out(s.worked(taken, 30 * MINUTE), "delivery", "sms", "delivery_date", topic="delivery.date",
          claims={"delivery.date": date}, facts=facts, **about)  # fmt: skip
    s.say(
        arrives,
        "delivery",
        "delivery",
        "post",
        "delivered",
        kpi=kpi("delivery_days", (arrives - bought) // DAY, 5),
        **about,
    )
    s.say(s.day(1, since=arrives), "onboarding_step", "success", "phone", "set_up", topic=f"onboarding.{product}",
          product=product, outcome="done", facts=article, staff_ref=s.staff("success"))  # fmt: skip
    s.say(s.day(2, since=arrives), "invoice", "finance", "billing", "invoice", claims=claims, facts=article,
          amount=price, currency="EUR", topic="invoice.order", **about)  # fmt: skip
    s.say(s.day(2, since=arrives) + 6 * DAY, "payment", "finance", "billing", amount=price, currency="EUR", **about)


def callback(s: Scene) -> None:
    """She is promised a call, and gets it in time."""
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "callback"}
    asked = s.on_duty(0)
    staff = s.staff("sales")
    called = s.say(asked, "message", "sales", "phone", "call_me", direction=IN, **about)
    due = calendar.next_evening(s.at + asked)
    facts = {"date": day(s.random, s.who.language, day_of(due))}
    promised = s.say(asked + 3 * MINUTE, "promise_made", "sales", "phone", "will_call", due_at=due, reply_to=called,
                     facts=facts, staff_ref=staff, **about)  # fmt: skip
    kept = min(s.worked(asked, s.takes(3 * HOUR, 9 * HOUR)), due - s.at - 20 * MINUTE)
    s.out(kept, "sales", "phone", "called_back", staff_ref=staff, **about)
    s.say(kept + 5 * MINUTE, "promise_kept", "sales", "system", refers_to=[promised], **about)


def discount(s: Scene) -> None:
    """A discount worth a signature: it takes its time, in which she knows what goes on."""
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "discount.request"}
    asked = s.on_duty(0)
    said = s.say(asked, "case_opened", "sales", "email", "discount_case", **about)
    staff = s.staff("sales")
    s.say(s.worked(asked, s.takes(HOUR, 6 * HOUR)), "answer", "sales", "email", "discount_wait", reply_to=said,
          staff_ref=staff, **about)  # fmt: skip
    starts = s.worked(asked, 7 * HOUR)
    decided = s.worked(starts, s.takes(3 * HOUR, 9 * HOUR))
    due = {"due_at": calendar.next_evening(s.at + starts)} if decided - starts > 20 * HOUR else {}
    wants = s.say(starts, "approval_requested", "sales", "system", amount=f"{s.within(150, 4000)}.00", currency="EUR",
                  **due, **about)  # fmt: skip
    yes = s.odds(0.7)
    s.say(
        decided,
        "approval_decided",
        "finance",
        "system",
        refers_to=[wants],
        outcome="approved" if yes else "refused",
        **about,
    )
    told = s.worked(decided, 30 * MINUTE)
    s.out(told, "sales", "email", "discount_given" if yes else "discount_refused", staff_ref=staff, **about)
    s.say(told + 5 * MINUTE, "case_closed", "sales", "system", outcome="done", **about)


def review(s: Scene) -> None:
    """A meeting, and what was agreed in it."""
    thread = {"thread_ref": f"{s.case}:thread", "topic": "review.quarter"}
    staff = s.staff("sales")
    met = s.on_duty(0)
    s.say(met, "meeting", "sales", "meeting", "review_held", direction=OUT, staff_ref=staff, **thread)
    s.out(s.worked(met, s.within(1, 6) * HOUR), "sales", "email", "review_notes", staff_ref=staff, **thread)


def survey(s: Scene) -> None:
    """Two in three answer; who is not content is called within two working days."""
    about = {"topic": "survey.quarter", "thread_ref": f"{s.case}:thread", "case_ref": s.case}
    sent = s.say(s.on_duty(0), "survey_request", "success", "email", "survey", message_ref=f"{s.case}:survey", **about)
    at = sent.occurred_at - s.at + s.within(1, 20) * HOUR  # type: ignore[operator]
    if s.odds(0.33):
        return
    score = s.within(2, 4) if s.odds(0.1) else s.within(5, 10)
    occasion = "survey_bad" if score <= 4 else "survey_good" if score >= 8 else None
    s.say(at, "survey_response", "success", "survey", occasion, reply_to=sent, score=float(score),
          sentiment=(score - 5.5) / 5, **about)  # fmt: skip
    if score <= 4:
        s.say(s.worked(at, s.takes(3 * HOUR, 8 * HOUR)), "recovered", "success", "phone", "recovered",
              staff_ref=s.staff("success"), **about)  # fmt: skip


def bug(s: Scene) -> None:
    """Reported, acknowledged, fixed with the next release but one at the latest, and she is told."""
    component = COMPONENTS[(s.who.number + s.visit) % len(COMPONENTS)]
    start = s.on_duty(0)
    cycle = cycle_of(component, s.at + start)
    ref = tracker_bug(component, cycle.number)
    about = {"thread_ref": f"{s.case}:thread", "topic": f"bug.{component}", "product": component}
    facts = {"article": component.replace("-", " ")}
    found = s.say(
        start, "bug_reported", "support", s.pick("ticket", "email"), "bug", refers_to=[ref], facts=facts, **about
    )
    s.say(s.worked(start, s.takes(3 * HOUR, 8 * HOUR)), "bug_acknowledged", "product", "email", "bug_seen",
          refers_to=[found, ref], facts=facts, staff_ref=s.staff("product"), **about)  # fmt: skip
    s.say(s.worked(cycle.fixed_at - s.at, s.within(1, 5) * HOUR), "bug_fixed", "product", "email", "bug_gone",
          refers_to=[found, ref], facts=facts, **about)  # fmt: skip


def form(s: Scene) -> None:
    """Legal needs something signed once a year."""
    fields = ["emergency_contact", "site_plan"] if s.visit % 2 else ["privacy_officer", "retention_period"]
    turn = s.visit // len(FLAVOURS)
    about = {"case_ref": s.case, "topic": "contract.annex", "fields": [f"{each}_{turn}" for each in fields]}
    asked = s.say(s.on_duty(0), "form_request", "legal", "email", "annex", **about)
    at = asked.occurred_at - s.at  # type: ignore[operator]
    s.say(at + s.takes(DAY, 5 * DAY), "form_submitted", "legal", "web", reply_to=asked, **about)


def complaint(s: Scene) -> None:
    """Something went wrong: answered the same day, made good within the next, closed."""
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "service.experience"}
    start = s.on_duty(0)
    said = s.say(start, "complaint", "support", s.pick("phone", "email"), "complaint", sentiment=-0.7, **about)
    staff = s.staff("support")
    answered = s.worked(start, s.takes(HOUR, 4 * HOUR))
    s.say(answered, "answer", "support", "phone", "apology", reply_to=said, staff_ref=staff,
          kpi=kpi("first_response_minutes", (answered - start) // MINUTE, 120), **about)  # fmt: skip
    healed = s.worked(answered, s.takes(HOUR, 3 * HOUR))
    s.say(healed, "recovered", "success", "phone", "recovered", refers_to=[said], staff_ref=s.staff("success"), **about)
    s.say(s.worked(healed, 30 * MINUTE), "case_closed", "support", "ticket", outcome="solved", **about)


def credit(s: Scene) -> None:
    """A small amount is signed within the hour, or in the morning."""
    about = {"case_ref": s.case, "topic": "credit.goodwill"}
    start = s.on_duty(0)
    opened = s.say(start, "case_opened", "support", "phone", "credit_case", **about)
    staff = s.staff("support")
    s.say(start + 5 * MINUTE, "answer", "support", "phone", "credit_wait", reply_to=opened, staff_ref=staff, **about)
    asked = start + 10 * MINUTE
    amount = f"{s.pick(10, 15, 20, 25, 40, 60, 80, 100)}.00"
    wants = s.say(asked, "approval_requested", "support", "system", amount=amount, currency="EUR", **about)
    decided = asked + s.takes(12 * MINUTE, 55 * MINUTE)
    s.say(decided, "approval_decided", "finance", "system", refers_to=[wants], outcome="approved", **about)
    facts = {"price": money(s.random, s.who.language, amount)}
    s.say(decided + 5 * MINUTE, "notice", "support", "email", "credit_given", facts=facts, **about)
    s.say(decided + 9 * MINUTE, "case_closed", "support", "system", outcome="done", **about)


def cancels(s: Scene) -> None:
    """She gives an add-on back; the contract stays."""
    product = list(ADD_ONS)[(s.visit // len(FLAVOURS) + s.who.number + 3) % len(ADD_ONS)]
    about = {"product": product, "case_ref": s.case, "topic": "contract.part"}
    start = s.on_duty(0)
    article = {"article": product.replace("-", " ")}
    s.say(start, "contract_cancelled", "sales", "email", "gives_back", facts=article, **about)
    s.say(
        s.worked(start, s.takes(2 * HOUR, 8 * HOUR)), "notice", "sales", "email", "given_back", facts=article, **about
    )


def maintenance(s: Scene) -> None:
    """One department announces one night's work, in one channel."""
    night = day_of(s.at + 5 * DAY)
    facts = {"date": day(s.random, s.who.language, night)}
    s.say(s.on_duty(0), "notice", "delivery", "sms", "maintenance_sms", facts=facts, topic="service.maintenance",
          claims={"maintenance.date": night})  # fmt: skip


def chat(s: Scene) -> None:
    """A conversation of several turns with one person."""
    about = {"thread_ref": f"{s.case}:thread", "topic": "howto.first_steps"}
    at, staff = s.on_duty(0), s.staff("support")
    for turn in range(s.within(2, 4)):
        said = s.say(
            at,
            "message",
            "support",
            "chat",
            f"chat.her_{turn % 2}",
            direction=IN,
            sentiment=s.within(-3, 6) / 10,
            **about,
        )
        s.say(
            at + 2 * MINUTE, "answer", "support", "chat", f"chat.us_{turn % 2}", reply_to=said, staff_ref=staff, **about
        )
        at += s.within(3, 8) * MINUTE


# An order's second measure that was met and a bad score must not meet: they are two months apart.
FLAVOURS: Final = (
    Flavour(order), Flavour(callback, sore=True), Flavour(discount), Flavour(review), Flavour(survey, sore=True),
    Flavour(bug), Flavour(form), Flavour(complaint, sore=True), Flavour(credit), Flavour(cancels),
    Flavour(maintenance), Flavour(chat),
)  # fmt: skip


def flavour_of(number: int, turn: int) -> int:
    """Which one this customer's round has."""
    return (number * 5 + turn) % len(FLAVOURS)
