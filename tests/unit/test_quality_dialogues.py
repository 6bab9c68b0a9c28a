"""Dialogues between people become touchpoints; only what is asked twice by different departments is told."""

from __future__ import annotations

import json
from itertools import count

import pytest
from bench.quality_dialogues import (
    asked_again,
    by_domain,
    dialogue,
    dialogues,
    found_in,
    one_desk,
    repeated_by_domain,
    spoken,
    tried,
    two_desks,
)


def conversation(number: int, *lines: tuple[str, str]):
    """A conversation in the corpus' format: (label, what the desk says) or ("", what the customer says)."""
    ticks = count(1_590_000_000)
    events = []
    for label, text in lines:
        said = {"Agent": "Wizard", "Action": "pick_suggestion", "ActionLabel": label} if label else {}
        events.append({"Agent": "User", "Action": "utter", "Text": text, "UnixTime": next(ticks)} | said)
    events.append({"Agent": "UserGuide", "Action": "instruct", "Text": "Be kind."})
    return {
        "DialogueID": number, "CompletionLevel": "Complete", "AnonymizedWizardWorkerID": "w1",
        "Scenario": {"Domains": ["hotel"]}, "Events": events,
    }  # fmt: skip


ONCE = conversation(
    1, ("", "A room, please."), ("hello", "Hello."), ("ask_name", "Your name?"), ("", "Mira Lang."),
    ("hotel_ask_date_from", "From when?"), ("", "Friday."), ("hotel_ask_confirm_booking", "Shall I?"), ("", "Yes."),
)  # fmt: skip
SAME_DESK = conversation(
    2, ("ask_name", "Your name?"), ("", "What?"), ("ask_name", "Your name?"), ("", "Mira."),
    ("hotel_ask_date_from", "From when?"), ("", "Friday."),
)  # fmt: skip
TWO_DOMAINS = conversation(
    3, ("ask_name", "Your name?"), ("", "Mira."), ("hotel_ask_date_from", "From when?"), ("", "Friday."),
    ("ride_ask_departure", "From where?"), ("", "The hotel."), ("ask_name", "Your name?"), ("", "Still Mira."),
)  # fmt: skip


def test_requests_and_answers_are_read_with_their_fields():
    told = [(each.activity, each.fields, each.department) for each in one_desk(dialogue(ONCE))]
    assert told == [
        ("info_request", ["name"], "service"), ("info_given", ["name"], "service"),
        ("info_request", ["date_from"], "service"), ("info_given", ["date_from"], "service"),
    ]  # fmt: skip


def test_two_departments_take_turns_and_are_told_what_they_asked():
    assert [each.department for each in two_desks(dialogue(ONCE))] == ["front_desk"] * 2 + ["back_office"] * 2


def test_a_request_without_a_domain_is_of_the_domain_around_it():
    assert [each.department for each in by_domain(dialogue(TWO_DOMAINS))] == ["hotel"] * 4 + ["ride"] * 4
    assert [repeated_by_domain(dialogue(each)) for each in (ONCE, SAME_DESK, TWO_DOMAINS)] == [False, False, True]


def test_what_was_broken_off_or_asks_for_nothing_is_left_out(tmp_path):
    for number, found in enumerate((ONCE, ONCE | {"CompletionLevel": "DisconnectDuringDialogue"}, conversation(4))):
        (tmp_path / f"{number}.json").write_text(json.dumps(found))
    assert [each.name for each in dialogues(tmp_path)] == ["1"]


@pytest.mark.parametrize("read", [one_desk, two_desks, by_domain])
def test_where_nobody_repeats_a_request_nothing_is_told(read):
    assert found_in(read(dialogue(ONCE))) == []


def test_the_same_person_asking_again_is_not_told():
    assert found_in(one_desk(dialogue(SAME_DESK))) == []


def test_a_repeated_request_of_another_department_is_told_once():
    (found,) = found_in(asked_again(dialogue(ONCE)))
    assert "billing" in found.departments
    assert len(found_in(by_domain(dialogue(TWO_DOMAINS)))) == 1


def test_every_word_said_is_a_message(tmp_path):
    (tmp_path / "1.json").write_text(json.dumps(ONCE))
    assert spoken(tmp_path) == (8, 0)


def test_all_ways_of_reading_are_tried(tmp_path):
    for number, found in enumerate((ONCE, SAME_DESK, TWO_DOMAINS)):
        (tmp_path / f"{number}.json").write_text(json.dumps(found))
    assert [(each.dialogues, each.repeated, each.right, each.false, each.twice) for each in tried(tmp_path)] == [
        (3, 0, 0, 0, 0), (1, 0, 0, 0, 0), (1, 1, 1, 0, 0), (1, 1, 1, 0, 0),
    ]  # fmt: skip
