"""Each symptom explains itself from its own file, on the terminal and in docs/symptoms."""

from __future__ import annotations

from dataclasses import fields

import pytest

from siloscope.errors import WrongUsage
from siloscope.ops.symptom_pages import generated, main, page_of
from siloscope.shipped import checkout
from siloscope.symptoms import ALL


def test_the_generated_pages_are_up_to_date():
    top = checkout()
    assert top is not None
    written = {path.name: path.read_text() for path in (top / "docs" / "symptoms").glob("*.md")}
    again = "write them anew with: python -m siloscope.ops.symptom_pages docs/symptoms"
    assert written == generated(), again


@pytest.mark.parametrize("symptom", ALL, ids=lambda symptom: symptom.name)
def test_a_page_says_what_when_and_what_to_do(symptom):
    page = page_of(symptom)
    assert page.lead.startswith("This customer suffers from ")
    headings = [heading for heading, said in page.sections if said]
    assert {"Why it hurts", "What is told", "What to do", "Example"} <= set(headings)
    assert [each.name for each in page.parameters] == [each.name for each in fields(symptom.Parameters)]


def test_all_symptoms_are_listed(capsys):
    main(None)
    shown = capsys.readouterr().out
    assert all(symptom.name in shown for symptom in ALL)


def test_an_explanation_shows_defaults_with_their_units(capsys):
    main("handoff_drop")
    shown = capsys.readouterr().out
    assert "within" in shown
    assert "24 h" in shown
    assert "72 h" in shown


RULES = """
symptoms: {unanswered: {mode: shadow, within: 48 h}, form_pile_up: {mode: off}}
owners: {unanswered: product}
overrides:
  - {where: {segment: vip}, symptoms: {unanswered: {within: 8 h}}}
  - {where: {department: [sales, success], channel: chat}, symptoms: {unanswered: {within: 1 h}}}
  - {where: {segment: trial}, symptoms: {stalled_wait: {approval: 4 h}}}
"""


def test_an_explanation_says_what_the_rules_make_of_it(tmp_path, capsys):
    (tmp_path / "rules.yml").write_text(RULES)
    main("unanswered", tmp_path / "rules.yml")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    begins = lines.index("By these rules") + 1
    assert lines[begins : begins + 5] == [
        "mode: shadow, stored and told to nobody",
        "owner: product",
        "segment vip: within 8 h",
        "department sales or success, channel chat: within 1 h",
        "",
    ]
    main("form_pile_up", tmp_path / "rules.yml")
    assert "mode: off, it does not run" in capsys.readouterr().out


def test_without_rules_of_its_own_nothing_is_said_of_rules(tmp_path, capsys):
    (tmp_path / "rules.yml").write_text(RULES)
    main("handoff_drop", tmp_path / "rules.yml")
    assert "By these rules" not in capsys.readouterr().out


def test_an_unknown_symptom_is_wrong_usage_with_the_nearest_name():
    with pytest.raises(WrongUsage, match=r"there is no symptom handof_drop; did you mean handoff_drop\?"):
        main("handof_drop")
