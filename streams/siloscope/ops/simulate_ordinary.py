"""What happens at Fernhall on any day and hurts nobody: the traffic in which the symptoms have to be found.

Each customer lives through rounds of two weeks, in which everything has its day: so nothing meets what it would clash
with, however many weeks pass. Where a day is a weekend or a holiday it moves to the next working day.
"""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import DAY, HOUR, IN, MINUTE
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_company import CASES, PRICES, QUESTIONS
from siloscope.ops.simulate_flavours import FLAVOURS, flavour_of
from siloscope.ops.simulate_scene import Kind, Scene, kpi
from siloscope.ops.simulate_text import day, money, percentage, span

JOINED: Final = 310 * DAY  # how long before the start the longest-standing customer came
TERM: Final = 365 * DAY  # a contract's term
ASKED: Final = 45 * DAY  # before its end she is asked to renew
CHECK_INS: Final = 84 * DAY  # what separates two check-ins of the success team
CHECK_IN_EVERY: Final = 3  # the same in pairs of rounds
ROUND: Final = 14  # days
OPTED_OUT: Final = (5, 12)  # whose number leaves this rest wants no promotions


# -- once in her time as a customer


def joined(s: Scene) -> None:
    s.bought(0, renewal_at=s.at + TERM)
    form = {"case_ref": f"{s.case}:order", "fields": ["company_name", "billing_address", "contact_person"]}
    asked = s.say(s.day(7), "form_request", "sales", "web", "form", topic="contract.form", **form)
    given = s.worked(asked.occurred_at - s.at, s.within(1, 20) * HOUR)  # type: ignore[operator]
    s.say(given, "form_submitted", "sales", "web", reply_to=asked, **form)
    if wants_no_promotions(s):
        s.say(s.day(20), "consent_withdrawn", "marketing", "email", topic="promotion")


def wants_no_promotions(s: Scene) -> bool:
    """Whether she withdrew her consent when she had joined."""
    return s.who.number % OPTED_OUT[1] == OPTED_OUT[0]


def checked_in(s: Scene) -> None:
    channel = s.pick("phone", "email")
    s.out(s.on_duty(0), "success", channel, "check_in", topic="review.usage", staff_ref=s.staff("success"))


def renewed(s: Scene, renewal_at: int) -> None:
    terms = {"topic": "contract.renewal", "product": s.who.product}
    asked = s.on_duty(0)
    s.say(asked, "renewal_ask", "sales", "email", "renewal", renewal_at=renewal_at,
          facts={"date": day(s.random, s.who.language, day_of(renewal_at))}, **terms)  # fmt: skip
    signed = s.worked(asked, s.within(10, 40) * HOUR)
    s.say(signed, "contract_signed", "sales", "email", renewal_at=renewal_at + TERM, **terms)
    s.out(s.worked(signed, s.within(1, 8) * HOUR), "success", "email", "thanks_for_staying", topic="contract.thanks")


# -- in each round


def case(s: Scene) -> None:
    topics = list(CASES)
    open_case(s, topics[(s.visit + 5 * s.who.number) % len(topics)], is_urgent(s.who.number, s.visit))


def open_case(s: Scene, topic: str, urgent: bool) -> None:
    """A case from its opening to its closing; what is urgent is done within two working days."""
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": topic, "product": s.who.product}
    solver = CASES[topic]
    start, by_phone = _when_she_writes(s)
    channel = s.pick("ticket", "email", "phone") if by_phone else "email"
    priority = "high" if urgent else s.pick("low", "normal")
    opened = s.say(start, "case_opened", "support", channel, f"case.{topic}", priority=priority, **about)
    staff, minutes = s.staff("support"), s.takes(25 * MINUTE, 6 * HOUR) // MINUTE
    at = s.worked(start, minutes * MINUTE)
    formal = s.who.formal ^ slips(s.who.number, s.visit)
    s.say(at, "answer", "support", "email", "case_answer", reply_to=opened, staff_ref=staff, formal=formal,
          kpi=kpi("first_response_minutes", minutes, 120), **about)  # fmt: skip
    if solver is None and not urgent and s.odds(0.25):
        at = _asked_back(s, at, staff, about)
    if solver is not None:
        at = _handed_on(s, at, staff, solver, urgent, about)
    done = s.worked(at, s.takes(2 * HOUR, (4 if urgent else 9) * HOUR))
    s.say(done, "case_closed", solver or "support", "ticket", outcome="solved", **about)
    if s.odds(0.15):
        s.say(done + s.within(1, 8) * HOUR, "praise", "support", "survey", "praise", sentiment=0.8, **about)


def _asked_back(s: Scene, at: int, staff: str, about: dict[str, Any]) -> int:
    """Support needs to know more, and waits for her: that may take days and is nobody's fault."""
    fields = s.pick(["date", "time"], ["description"], ["order_number"], ["verification_code"])
    asked = s.say(s.worked(at, 10 * MINUTE), "info_request", "support", "email", "tell_more", fields=fields,
                  staff_ref=staff, **about)  # fmt: skip
    at = asked.occurred_at - s.at  # type: ignore[operator]
    waits = s.say(at + 60_000, "wait_started", "support", "system", reason="customer", **about)
    at += s.takes(9 * HOUR, 80 * HOUR)
    s.say(at, "info_given", "support", "email", "here_it_is", fields=fields, reply_to=asked, direction=IN, **about)
    s.say(at + 60_000, "wait_ended", "support", "system", refers_to=[waits], **about)
    told = s.worked(at, s.takes(40 * MINUTE, 5 * HOUR))
    s.say(told, "answer", "support", "email", "thanks_for_that", staff_ref=staff, **about)
    return told


def _handed_on(s: Scene, at: int, staff: str, solver: str, urgent: bool, about: dict[str, Any]) -> int:
    """Another department takes the case over, in one of eight cases after giving it back once."""
    at = _handoff(s, s.worked(at, s.takes(20 * MINUTE, HOUR)), "support", solver, "please_take", staff, about)
    if not urgent and s.odds(0.125):
        at = _handoff(s, s.worked(at, 20 * MINUTE), solver, "support", "not_ours", s.staff(solver), about)
        s.out(s.worked(at, 15 * MINUTE), "support", "email", "looking_again", staff_ref=staff, **about)
        return s.worked(at, HOUR)
    told = s.worked(at, s.takes(40 * MINUTE, 3 * HOUR))
    late = told - at
    s.out(told, solver, "email", f"solved.{about['topic']}", staff_ref=s.staff(solver),
          kpi=kpi("solved_hours", late // HOUR, 2), **about)  # fmt: skip
    return told


def _handoff(s: Scene, at: int, here: str, there: str, words: str, staff: str, about: dict[str, Any]) -> int:
    """A handoff that is taken up in office hours; where that is not within a day, everybody knows until when."""
    taken = s.worked(at, s.takes(50 * MINUTE, 6 * HOUR))
    due = {"due_at": calendar.next_evening(s.at + at)} if taken - at > 20 * HOUR else {}
    s.say(at, "handoff_started", here, "ticket", words, to_department=there, staff_ref=staff, **due, **about)
    s.say(taken, "handoff_accepted", there, "ticket", staff_ref=s.staff(there), **about)
    return taken


def is_urgent(number: int, turn: int) -> bool:
    """Whether the case of this customer in this round is of high priority."""
    return (number * 3 + turn) % 10 == 0


def slips(number: int, turn: int) -> bool:
    """Whether somebody speaks to this customer in the wrong form in this round: one mail in half a year does."""
    return (number + turn) % 12 == 3


def _when_she_writes(s: Scene) -> tuple[int, bool]:
    """When she turns to us, and whether somebody picks up the phone then. On weekends few do."""
    if calendar.is_open(s.at):
        return 0, True
    if s.odds(0.3):
        return 0, False
    return s.on_duty(s.within(0, 3) * HOUR), True


def question(s: Scene) -> None:
    topics = list(QUESTIONS)
    half = s.kind.name == "second_question"
    ask(s, topics[(2 * s.visit + half + 3 * s.who.number) % len(topics)])


def ask(s: Scene, topic: str) -> None:
    """A question and its answer."""
    department, fact = QUESTIONS[topic]
    start, by_phone = _when_she_writes(s)
    channel = s.pick("chat", "email", "phone") if by_phone else "email"
    staff, about = s.staff(department), {"thread_ref": f"{s.case}:thread", "topic": topic}
    asked = s.say(start, "question", department, channel, f"question.{topic}", **about)
    at = s.worked(start, s.takes(90 * MINUTE, 8 * HOUR)) if channel == "email" else start + s.within(2, 9) * MINUTE
    if channel == "phone" and s.odds(0.6):
        held = s.say(start + 20_000, "wait_started", department, channel, reason="hold", **about)
        s.say(at, "wait_ended", department, channel, refers_to=[held], **about)
    facts = {"fact": spelled(s, fact)} if fact is not None else {}
    s.say(at + MINUTE, "answer", department, channel, f"answer.{topic}", facts=facts, reply_to=asked, staff_ref=staff,
          **about)  # fmt: skip
    if channel == "email" and s.odds(0.15):
        later = s.worked(at, s.takes(HOUR, 6 * HOUR))
        s.say(later, "answer", department, channel, "follow_up", reply_to=asked, staff_ref=s.staff(department), **about)


def spelled(s: Scene, fact: str) -> str:
    """A fact of the company in one of its spellings."""
    language = s.who.language
    if fact.endswith("%"):
        return percentage(s.random, language, int(fact[:-1]))
    return money(s.random, language, fact) if "." in fact else span(s.random, language, fact)


def promotion(s: Scene) -> None:
    """Of the week's campaign, to those who want it and have nothing more pressing."""
    if wants_no_promotions(s) or is_urgent(s.who.number, s.visit):
        return
    if s.kind.name == "second_week" and FLAVOURS[flavour_of(s.who.number, s.visit)].sore:
        return
    at = s.on_duty(0)
    week = (s.at + at) // DAY // 7
    topic = ("offer.of_the_week", "offer.room", "tips.of_the_month")[week % 3]
    s.say(at, "promotion", "marketing", "email", "promotion", message_ref=f"campaign:{week}", topic=topic,
          audience="customer")  # fmt: skip


def second_week(s: Scene) -> None:
    """Every other round another promotion, every sixth a call of the success team."""
    if s.visit % 2:
        promotion(s)
    elif (s.visit // 2 + s.who.number) % CHECK_IN_EVERY == 0:
        checked_in(s)


def invoice(s: Scene) -> None:
    """Every other round; she pays within two weeks."""
    if s.visit % 2:
        return
    price = PRICES[s.who.product].split()[0]
    bill = {"case_ref": s.case, "product": s.who.product, "amount": f"{price}.00", "currency": "EUR"}
    at = s.on_duty(0)
    due = day_of(s.at + at + 14 * DAY)
    facts = {"price": money(s.random, s.who.language, f"{price}.00"), "date": day(s.random, s.who.language, due)}
    s.say(at, "invoice", "finance", "billing", "monthly_invoice", facts=facts, topic="invoice.monthly", **bill)
    s.say(at + s.takes(4 * DAY, 13 * DAY), "payment", "finance", "billing", topic="invoice.monthly", **bill)


def visit(s: Scene) -> None:
    s.say(0, "visit", "web", s.pick("web", "app"), topic=s.pick("page.prices", "page.help", "page.account"))


def special(s: Scene) -> None:
    """Once in a round something that does not happen every day; a renewal goes before everything else."""
    asks, renewal = _next_renewal(s)
    begins = s.at // DAY - SPECIAL
    if begins <= asks // DAY < begins + ROUND:
        renewed(s, renewal)
    else:
        FLAVOURS[flavour_of(s.who.number, s.visit)].tell(s)


def _next_renewal(s: Scene) -> tuple[int, int]:
    """When she is to be asked for the next renewal that is not yet past, and what for."""
    terms = max(1, -(-(s.at - (SPECIAL + 1) * DAY - s.joined + ASKED) // TERM))
    return s.joined + terms * TERM - ASKED, s.joined + terms * TERM


def published(s: Scene) -> None:
    """The price list goes out anew, as it was: broadcast, so no customer is named."""
    for product, price in PRICES.items():
        article = product.replace("-", " ")
        s.say(0, "fact_published", "web", "web", "price_list", claims={f"price.{product}": price}, topic="price.list",
              facts={"price": price, "article": article})  # fmt: skip


def measured(s: Scene) -> None:
    """The departments report their week."""
    for department in ("support", "delivery", "finance"):
        share = s.within(88, 99)
        s.say(0, "kpi_reported", department, "system", kpi=kpi("late_percent", 100 - share, 15))


SPECIAL: Final = 7
# On which day of a customer's round.
ROUNDS: Final[dict[int, Kind]] = {
    0: Kind("case", case),
    4: Kind("promotion", promotion, hours=(9, 12)),
    5: Kind("question", question),
    SPECIAL: Kind("special", special, hours=(8.5, 16)),
    9: Kind("invoice", invoice, hours=(8, 9)),
    11: Kind("second_week", second_week, hours=(10, 15)),
    12: Kind("second_question", question),
}
VISITS: Final = 4  # days between two visits of the web site
VISIT: Final = Kind("visit", visit, hours=(0, 24))
# Once for each customer, so long after she joined; all but the first only before the rounds begin.
LIFE: Final = {Kind("joined", joined, hours=(9, 16)): 0} | {
    Kind(f"checked_in_{n}", checked_in, hours=(9, 16)): 30 * DAY + n * CHECK_INS for n in range(4)
}
WEEKLY: Final = (Kind("published", published, hours=(6, 6.5)), Kind("measured", measured, hours=(6.5, 7)))
