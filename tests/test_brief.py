"""The brief for who takes over: what she was promised and told, what would hurt now, and what to say first."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from tests.detection import Pipeline, decoded
from tests.scenario import moment, touchpoint

from siloscope.core.brief_words import ENGLISH, GERMAN, LANGUAGES
from siloscope.core.handoff import Brief
from siloscope.core.touchpoint import entry_of
from siloscope.web.lived import brief_at

HANDOFF = "- {id: h, at: 10d, do: support handoff_started, to_department: delivery, case_ref: k, topic: billing.price}"


def brief(text: str, **options: Any) -> Brief:
    """The brief that comes with the handoff at the end of a timeline."""
    pipeline = Pipeline(**options)
    records = [*map(touchpoint, yaml.safe_load(text) or []), *map(touchpoint, yaml.safe_load(HANDOFF))]
    for record in records:
        pipeline.send(record)
    (told,) = [each for each in pipeline.warnings(moment("10d")) if each.evidence[0] == "h"]
    return told.brief


COMPLAINT = "- {id: c, at: 9d, do: support complaint, case_ref: k, text: this is the third time I ask}"
OVERDUE = "- {id: p, at: 1d, do: sales promise_made, due_at: 5d, text: we will send you the offer}"
QUESTION = "- {id: q, at: 8d, do: finance question, thread_ref: t, text: when will my refund arrive}"


def test_of_all_that_hurts_the_complaint_comes_first() -> None:
    said = brief(f"{OVERDUE}\n{QUESTION}\n{COMPLAINT}").summary
    assert said.startswith("support by ")
    assert "hands her over to you about billing.price." in said
    assert re.search(r"Begin with her complaint.*this is the third time I ask.* \[c\]$", said)


def test_without_a_complaint_it_is_the_overdue_promise() -> None:
    assert re.search(r"Begin with the promise that is overdue.*\[p\]$", brief(f"{OVERDUE}\n{QUESTION}").summary)


def test_then_the_question_that_nobody_answered() -> None:
    assert re.search(r"Begin with the answer that she still waits for.*\[q\]$", brief(QUESTION).summary)
    answered = "- {id: a, at: 9d, do: finance answer, thread_ref: t, text: on Friday}"
    assert "Begin with what support has told you" in brief(f"{QUESTION}\n{answered}").summary


def test_promises_come_by_when_they_are_due_and_kept_ones_not_at_all() -> None:
    text = f"""
{OVERDUE}
- {{id: later, at: 2d, do: sales promise_made, due_at: 20d, text: and call you}}
- {{id: some, at: 0d, do: sales promise_made, text: and think of you}}
- {{id: kept, at: 3d, do: sales promise_made, due_at: 4d, text: and write to you}}
- {{id: keep, at: 3d 05:00, do: sales promise_kept, refers_to: [kept]}}
"""
    said = brief(text).promises
    assert [re.search(r"\[(\w+)\]$", each)[1] for each in said] == ["p", "later", "some"]  # type: ignore[index]
    assert said[0].startswith("OVERDUE since ")
    assert said[1].startswith("due ")


def test_what_would_hurt_now_is_said_with_its_reason() -> None:
    text = f"""
- {{id: n, at: 1d, do: web consent_withdrawn, channel: email, topic: marketing}}
- {{id: y1, at: 1d, do: web consent_withdrawn, channel: sms, topic: marketing}}
- {{id: again, at: 2d, do: web consent_given, channel: sms, topic: marketing}}
- {{id: m1, at: 8d 01:00, do: sales promotion}}
- {{id: m2, at: 8d 02:00, do: sales promotion}}
- {{id: m3, at: 8d 03:00, do: sales promotion}}
- {{id: m4, at: 8d 04:00, do: marketing promotion}}
- {{id: m5, at: 8d 05:00, do: marketing promotion}}
- {{id: m6, at: 8d 06:00, do: marketing promotion}}
{COMPLAINT}
"""
    complained, pressed, refused = brief(text).do_not
    assert "she complained" in complained
    assert re.search(r"Do not write unasked: 6 contacts from marketing and sales.*\[m6\]$", pressed)
    assert re.search(r"Do not write to her by email for marketing: she said no on .* \[n\]$", refused)


def test_only_what_is_true_still_and_no_proof_of_who_she_is_counts_as_given() -> None:
    text = """
- {id: f, at: 1d, do: web form_submitted, fields: [iban, phone, verification_code]}
- {id: g, at: 2d, do: support info_given, attributes: {changed: phone}}
"""
    assert brief(text).already_given == ("iban",)


def test_every_line_ends_with_its_touchpoint() -> None:
    told = brief(f"{OVERDUE}\n{QUESTION}\n{COMPLAINT}\n- {{id: o, at: 9d, do: support case_opened, case_ref: k}}")
    lines = (*told.open_cases, *told.promises, *told.answers_given, *told.do_not, *told.recent, *told.open_alerts)
    assert len(lines) > 8
    assert all(re.search(r" \[\w+\]$", line) for line in lines)
    assert told.open_cases[0].startswith("k: billing.price, begun ")


def test_a_case_that_was_handed_on_is_not_said_to_be_there_since_it_was_opened() -> None:
    opened = "- {id: o, at: 8d, do: support case_opened, case_ref: k, topic: billing.price}"
    begun = ENGLISH.at(moment("8d"))
    assert brief(opened).open_cases == (f"k: billing.price, begun {begun}, now with delivery [o]",)
    german = brief(opened, languages={"*": "de"}).open_cases
    assert german == (f"k: billing.price, begonnen {GERMAN.at(moment('8d'))}, jetzt bei delivery [o]",)


def test_a_line_says_who_spoke_to_whom() -> None:
    lines = """
- {id: q, at: 8d, do: support question, channel: phone, text: where is it}
- {id: a, at: 9d, do: support answer, channel: phone, text: on its way}
"""
    asked, told, handed = brief(lines).recent
    assert ", she to support by phone: “where is it” [q]" in asked
    assert ", support to her by phone: “on its way” [a]" in told
    assert ", support by " in handed  # among departments
    asked, told, handed = brief(lines, languages={"*": "de"}).recent
    assert ", sie an support (phone): " in asked
    assert ", support an sie (phone): " in told
    assert ", support (" in handed


def test_a_brief_is_one_screen() -> None:
    """80 columns, 40 rows, at 400 touchpoints of everything."""
    many = "\n".join(
        f"- {{id: x{n}, at: 9d 0{n % 10}:{n // 10:02}, do: {do}, case_ref: k{n}, text: {'word ' * 40}}}"
        for n, do in enumerate(["support question", "support answer", "support complaint", "sales promotion"] * 100)
    )
    told = brief(many)
    for part in (told.open_cases, told.answers_given, told.do_not, told.recent, told.open_alerts):
        assert 5 <= len(part) <= 6
    assert told.open_cases[-1] == "… and 396 more"


@pytest.mark.parametrize(
    ("languages", "first"), [({}, "support by"), ({"*": "de"}, "support ("), ({"sales": "de"}, "support by")]
)
def test_a_department_reads_its_own_language(languages: dict[str, str], first: str) -> None:
    told = brief(COMPLAINT, languages=languages)
    assert told.summary.startswith(first)
    assert ("Beschwerde" in told.summary) == (first == "support (")


def test_both_languages_have_the_same_places_for_the_same_facts() -> None:
    for english, german in zip(ENGLISH, GERMAN, strict=True):
        if isinstance(english, str):
            assert sorted(re.findall(r"{\w*}", english)) == sorted(re.findall(r"{\w*}", german))
    assert set(LANGUAGES) == {"en", "de"}


def standing(text: str, at: str) -> Brief:
    """The brief of a customer whom nobody hands over."""
    entries = [entry_of(decoded(json.dumps(touchpoint(each)).encode())) for each in yaml.safe_load(text)]
    return brief_at("c", entries, Pipeline().detection, "support", moment(at))


def test_without_a_handoff_it_begins_with_what_she_suffers_from() -> None:
    copies = "\n".join(
        f"- {{id: m{who}, at: 9d 0{number}:00, do: {who} promotion, channel: email, message_ref: spring}}"
        for number, who in enumerate(("marketing", "sales"))
    )
    told = standing(copies, "10d")
    assert told.open_alerts and told.summary.endswith(told.open_alerts[0])
    assert standing("- {id: v, at: 9d, do: web visit}", "10d").summary == ENGLISH.first_calm
