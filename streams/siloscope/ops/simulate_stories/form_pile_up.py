"""Forms upon forms, or just forms."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY
from siloscope.ops.simulate_scene import Kind, Scene, moment, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _forms(s: Scene, *forms: tuple[int, str, list[str]]) -> None:
    told = [
        s.say(s.day(days) if days else 0, "form_request", department, "email", f"form.{department}", fields=fields)
        for days, department, fields in forms
    ]
    s.label("forms", *told)
    for asked, (days, department, fields) in zip(told, forms, strict=True):
        if days < -9:
            s.say(moment(asked) - s.at + 2 * DAY, "form_submitted", department, "web", fields=fields, reply_to=asked)


@fault("form_pile_up", "three departments send three forms within a month", lead=35)
def three_forms_in_a_month(s: Scene) -> None:
    _forms(s, (-20, "sales", ["site_plan"]), (-8, "finance", ["credit_limit"]), (0, "legal", ["signatory"]))


@fault("form_pile_up", "two forms ask for the same two things")
def two_forms_one_content(s: Scene) -> None:
    _forms(s, (-3, "finance", ["signatory", "register_number"]), (0, "legal", ["signatory", "register_number", "seat"]))


@near_miss("form_pile_up", "two forms, two contents")
def two_forms_two_contents(s: Scene) -> None:
    _forms(s, (-3, "finance", ["credit_limit", "payment_day"]), (0, "legal", ["signatory", "seat"]))


@near_miss("form_pile_up", "all three come from one department", lead=35)
def three_forms_of_one_department(s: Scene) -> None:
    _forms(s, (-20, "legal", ["site_plan"]), (-8, "legal", ["signatory"]), (0, "legal", ["seat"]))


@near_miss("form_pile_up", "the third form came after more than a month", lead=45)
def the_third_after_a_month(s: Scene) -> None:
    _forms(s, (-34, "sales", ["site_plan"]), (-8, "finance", ["credit_limit"]), (0, "legal", ["signatory"]))


@near_miss("form_pile_up", "the forms have one thing in common")
def one_field_in_common(s: Scene) -> None:
    _forms(s, (-3, "finance", ["signatory", "credit_limit"]), (0, "legal", ["signatory", "seat"]))
