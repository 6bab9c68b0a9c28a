"""One question, two answers, or two questions."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import DAY, MINUTE, Touchpoint
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_scene import Kind, Scene, puts_in
from siloscope.ops.simulate_text import day, percentage, span

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _asked_twice(
    s: Scene, topic: str, answers: tuple[str, str], days: int = -6, departments: tuple[str, str] = ("support", "sales"),
    corrects: bool = False, **more: Any,
) -> list[Touchpoint]:  # fmt: skip
    """A question asked and answered twice, by two people; answers the two answers.

    `more` may hold `facts` and `claims`, one for each answer.
    """
    told: list[Touchpoint] = []
    for turn, (at, department) in enumerate(zip((s.day(days), 0), departments, strict=True)):
        about: dict[str, Any] = {"thread_ref": f"{s.case}:{turn}", "topic": topic}
        asked = s.say(at - 20 * MINUTE, "question", department, "email", f"question.{topic}", **about)
        about |= {name: values[turn] for name, values in more.items()}
        about |= {"refers_to": told[:1]} if turn and corrects else {}
        staff = f"{department}-{turn + 1}"
        told.append(s.say(at, "answer", department, "email", answers[turn], reply_to=asked, staff_ref=staff, **about))
    return told


ONE_DEPARTMENT: Final[dict[str, Any]] = {"departments": ("support", "support")}


@fault("inconsistent_answer", "asked for her notice period twice, two people of one department: three months, a year")
def two_notice_periods(s: Scene) -> None:
    facts = [{"fact": span(s.random, s.who.language, each)} for each in ("3 months", "12 months")]
    claims = [{"contract.notice": each} for each in ("3 months", "12 months")]
    answers = ("answer.contract.notice",) * 2
    s.label(
        "contract.notice", *_asked_twice(s, "contract.notice", answers, facts=facts, claims=claims, **ONE_DEPARTMENT)
    )


@fault("inconsistent_answer", "two departments name two dates for one training")
def two_training_dates(s: Scene) -> None:
    claims = [{"training.date": day_of(s.at + days * DAY)} for days in (12, 19)]
    facts = [{"fact": day(s.random, s.who.language, each["training.date"])} for each in claims]
    told = _asked_twice(s, "training.next", ("answer.training.next",) * 2, facts=facts, claims=claims)
    s.label("training.next", *told)
    s.label("training.date", *told, symptom="conflicting_message")  # she asked twice: these are two statements too


@fault("inconsistent_answer", "yes from one, no from another", confidence="suspected")
def yes_and_no(s: Scene) -> None:
    s.label("tariff.mobile", *_asked_twice(s, "tariff.mobile", ("answer.yes", "answer.no"), **ONE_DEPARTMENT))


@fault("inconsistent_answer", "10 percent in one answer, 15 in the other", confidence="suspected")
def two_discounts(s: Scene) -> None:
    facts = [{"fact": percentage(s.random, s.who.language, each)} for each in (10, 15)]
    answers = ("answer.discount.seats",) * 2
    s.label("discount.seats", *_asked_twice(s, "discount.seats", answers, facts=facts, **ONE_DEPARTMENT))


@near_miss("inconsistent_answer", "the second answer corrects the first")
def the_second_corrects_the_first(s: Scene) -> None:
    facts = [{"fact": span(s.random, s.who.language, each)} for each in ("12 months", "3 months")]
    claims = [{"contract.notice": each} for each in ("12 months", "3 months")]
    answers = ("answer.contract.notice", "answer.corrected")
    s.label("contract.notice", *_asked_twice(s, "contract.notice", answers, facts=facts, claims=claims, corrects=True))


@near_miss("inconsistent_answer", "both answers say the same, in other words", confidence="suspected")
def the_same_answer_twice(s: Scene) -> None:
    one, two = ("14 Tage", "zwei Wochen") if s.who.language == "de" else ("14 days", "two weeks")
    s.label(
        "trial.length",
        *_asked_twice(s, "trial.length", ("answer.trial.length",) * 2, facts=[{"fact": one}, {"fact": two}]),
    )


@near_miss("inconsistent_answer", "more than 90 days lie between the answers", lead=110, since=130)
def a_hundred_days_apart(s: Scene) -> None:
    claims = [{"contract.notice": each} for each in ("3 months", "12 months")]
    facts = [{"fact": span(s.random, s.who.language, each)} for each in ("3 months", "12 months")]
    answers = ("answer.contract.notice",) * 2
    s.label("contract.notice", *_asked_twice(s, "contract.notice", answers, days=-100, facts=facts, claims=claims))


@near_miss("inconsistent_answer", "yes and no answer two questions", confidence="suspected")
def yes_and_no_to_two_questions(s: Scene) -> None:
    told = []
    for at, topic, staff, answer in (
        (s.day(-6), "tariff.mobile", "support-1", "answer.yes"), (0, "coverage.office", "support-2", "answer.no")
    ):  # fmt: skip
        thread = {"thread_ref": f"{s.case}:{topic}", "topic": topic}
        asked = s.say(at - 20 * MINUTE, "question", "support", "email", f"question.{topic}", **thread)
        told.append(s.say(at, "answer", "support", "email", answer, reply_to=asked, staff_ref=staff, **thread))
    s.label("tariff.mobile", *told)
