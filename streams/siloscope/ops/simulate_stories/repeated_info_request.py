"""Asked for what she has given, or for what must be asked."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import IN, Touchpoint
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _gave(s: Scene, field: str, days: int = -5) -> Touchpoint:
    """She gave a field to sales, in a case of its own."""
    about = {"case_ref": f"{s.case}:a", "fields": [field]}
    asked = s.say(s.day(days, 10), "info_request", "sales", "email", "how_to_reach", staff_ref="sales-1", **about)
    return s.say(
        s.day(days, 15), "info_given", "sales", "email", "here_it_is", reply_to=asked, staff_ref="sales-1", **about
    )


@fault("repeated_info_request", "she gave sales her bank details, finance asks again")
def asked_again_by_finance(s: Scene) -> None:
    given = _gave(s, "iban")
    asked = s.say(0, "info_request", "finance", "email", "your_details", fields=["iban"], case_ref=f"{s.case}:b")
    s.label(f"{s.case}:b", given, asked)


@fault("repeated_info_request", "the same person asks again, in another case", lead=100, since=130)
def asked_again_in_another_case(s: Scene) -> None:
    given = _gave(s, "vat_id", days=-90)
    asked = s.say(0, "info_request", "sales", "email", "your_details", fields=["vat_id"], staff_ref="sales-1",
                  case_ref=f"{s.case}:b")  # fmt: skip
    s.label(f"{s.case}:b", given, asked)


@fault("repeated_info_request", "a form asks for what she wrote in a mail")
def a_form_asks_again(s: Scene) -> None:
    given = _gave(s, "opening_hours")
    asked = s.say(0, "form_request", "legal", "web", "annex", fields=["opening_hours", "site_plan"])
    s.label(asked.touchpoint_id, given, asked)


@near_miss("repeated_info_request", "a code that proves who she is must be asked for each time")
def a_code_each_time(s: Scene) -> None:
    given = _gave(s, "verification_code")
    s.label(
        "verification_code",
        given,
        s.say(0, "info_request", "finance", "phone", "your_code", fields=["verification_code"]),
    )


@near_miss("repeated_info_request", "each order has its own number")
def each_order_its_number(s: Scene) -> None:
    given = _gave(s, "order_number")
    asked = s.say(0, "info_request", "delivery", "email", "your_order", fields=["order_number"], case_ref=f"{s.case}:b")
    s.label("order_number", given, asked)


@near_miss("repeated_info_request", "her bank has changed since")
def it_changed_since(s: Scene) -> None:
    given = _gave(s, "iban")
    s.say(s.day(-1), "message", "sales", "email", "new_bank", direction=IN, attributes={"changed": "iban"})
    asked = s.say(0, "info_request", "finance", "email", "your_details", fields=["iban"], case_ref=f"{s.case}:b")
    s.label("iban", given, asked)


@near_miss("repeated_info_request", "the same person asks again in the same case")
def the_same_person_once_more(s: Scene) -> None:
    given = _gave(s, "contact_hours")
    asked = s.say(0, "info_request", "sales", "email", "your_details", fields=["contact_hours"], staff_ref="sales-1",
                  case_ref=f"{s.case}:a")  # fmt: skip
    s.label("contact_hours", given, asked)
