"""Every target met and a customer lost, or not."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import HOUR, Touchpoint
from siloscope.ops.simulate_scene import Kind, Scene, kpi, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _measured(s: Scene, second: str = "delivery", hours: float = 1) -> tuple[list[Touchpoint], dict[str, Any]]:
    """A case on which support and `second` report their measures, the latter a target of two hours."""
    about = {"case_ref": s.case, "topic": "line.move"}
    s.say(s.day(-3, 8.2), "case_opened", "support", "email", "case.move", **about)
    told = [
        s.say(
            s.day(-3, 9),
            "answer",
            "support",
            "email",
            "case_answer",
            kpi=kpi("first_response_minutes", 48, 120),
            **about,
        ),
        s.out(s.day(-1, 10), second, "phone", "line_moved", kpi=kpi("solved_hours", hours, 2), **about),
    ]
    return told, about


def _complains(s: Scene, told: list[Touchpoint], about: dict[str, Any]) -> None:
    said = s.say(0, "complaint", "support", "phone", "complaint_move", sentiment=-0.6, **about)
    s.label(s.case, *told, said)
    answered = s.worked(0, HOUR)
    s.say(answered, "answer", "support", "phone", "apology", reply_to=said, **about)
    s.say(s.worked(answered, 3 * HOUR), "recovered", "success", "phone", "recovered", refers_to=[said], **about)


@fault("green_silo", "support and delivery met their targets, and she complains about the case")
def all_green_and_she_complains(s: Scene) -> None:
    _complains(s, *_measured(s))


@fault("green_silo", "both targets met, and a score of three")
def all_green_and_a_bad_score(s: Scene) -> None:
    told, about = _measured(s)
    s.say(s.day(-1, 17), "survey_request", "support", "email", "survey", message_ref="survey:case", **about)
    bad = s.say(0, "survey_response", "support", "survey", "survey_bad", score=3.0, **about)
    s.label(s.case, *told, bad)
    s.say(s.worked(0, 5 * HOUR), "recovered", "success", "phone", "recovered", refers_to=[bad], **about)


@fault("green_silo", "both targets met, and she cancels her contract")
def all_green_and_she_leaves(s: Scene) -> None:
    told, about = _measured(s)
    s.say(s.day(-1, 12), "case_closed", "support", "ticket", outcome="solved", **about)
    left = s.say(0, "contract_cancelled", "sales", "email", "leaves", product=s.who.product)
    s.label(s.case, *told, left)
    s.say(s.worked(0, 3 * HOUR), "notice", "sales", "email", "confirmed_end", product=s.who.product)


@near_miss("green_silo", "delivery missed its target and said so")
def one_of_them_missed_it(s: Scene) -> None:
    _complains(s, *_measured(s, hours=7))


@near_miss("green_silo", "only one department measures itself")
def only_one_measures(s: Scene) -> None:
    _complains(s, *_measured(s, second="support"))


@near_miss("green_silo", "she is content")
def all_green_and_she_is_content(s: Scene) -> None:
    told, about = _measured(s)
    s.label(s.case, *told, s.say(0, "survey_response", "support", "survey", "survey_good", score=7.0, **about))


@near_miss("green_silo", "the complaint is about another case")
def she_complains_about_something_else(s: Scene) -> None:
    told, _ = _measured(s)
    _complains(s, told, {"case_ref": f"{s.case}:other", "topic": "technician.visit"})
