"""What is wrong in a pattern is told in one line: the file, the line, the place, the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from siloscope.errors import Unusable
from siloscope.patterns import own, symptoms_in
from siloscope.patterns.scenarios import read_scenarios

SOUND = """\
name: asked_twice
suffers_from: "asking twice."
why_it_hurts: It costs her time.
what_is_told: A question, and another within `within`.
what_to_do: Answer.
parameters:
  within: {duration: 7 d, meaning: how soon}
  cap: {count: 2, meaning: how many}
steps:
  - asked:
      activity: question
      department: {not: web}
  - again:
      activity: question
      same: case_ref
      times: $cap
      within: $within
unless: {activity: answer, answers: asked}
ends: {after: 7 d}
key: asked
owner: asked.holder
minutes_lost: asked
title: "Asked {again.count} times"
explanation: "On {asked.when}[ about {asked.topic}]."
suggested_action: "{owner}: answer."
"""


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "own.yml"
    file.write_text(text)
    with pytest.raises(Unusable) as error:
        symptoms_in(file)
    said = str(error.value)
    assert "\n" not in said
    assert said.startswith(str(file))
    return said.removeprefix(str(file)).removeprefix(", ")


def test_the_sound_one_is_sound(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(SOUND)
    (symptom,) = symptoms_in(tmp_path / "own.yml")
    assert symptom.name == "asked_twice"


@pytest.mark.parametrize(("old", "new", "said"), [
    ("name: asked_twice", "name: Asked twice", "line 1: name: 'Asked twice' is no name for a symptom: write small"),
    ("why_it_hurts: It costs her time.\n", "", "line 1: the file: why_it_hurts is missing"),
    ('suffers_from: "asking twice."', 'suffers_from: ""', "line 2: suffers_from: say it in a sentence"),
    ("unless:", "unles:", "unknown key 'unles': did you mean unless?"),
    ("activity: question\n      dep", "activity: questoin\n      dep",
     "line 11: steps[1].asked.activity: 'questoin' is no activity: did you mean question?"),
    ("department: {not", "departement: {not", "there is no field 'departement': did you mean department?"),
    ("department: {not", "attributes: {not", "attributes is not kept on the timeline: send what matters as topic"),
    ("{not: web}", "{nto: web}", "unknown key 'nto': did you mean not?"),
    ("department: {not: web}", "score: 3", "score is compared: write score: {at_least: …}"),
    ("department: {not: web}", "score: {at_least: many}", "'many' is no number"),
    ("department: {not: web}", "text: cancel", "a text is searched: write text: {contains:"),
    ("department: {not: web}", "text: {contains: []}", "contains needs at least one word"),
    ("department: {not: web}", "topic: {present: perhaps}", "'perhaps' is none of false, no, true, yes"),
    ("department: {not: web}", "department: [web, $within]", "$within stands in a list"),
    ("department: {not: web}", "department: $within", "within is a duration: here goes a names"),
    ("department: {not: web}", "department: $nobody", "there is no parameter nobody: the parameters are within, cap"),
    ("department: {not: web}", "department: $again.department", "'again' is no step before this one: it is the first"),
    ("department: {not: web}", 'department: ""', "an empty department: write department: {present: no}"),
    ("department: {not: web}", "same: topic", "same compares with earlier touchpoints, and this is the first"),
    ("department: {not: web}", "within: 3 d", "there is nothing before the first step to count from"),
    ("department: {not: web}", "only_if: {topic: x}", "the first step has nothing to give up"),
    ("department: {not: web}", "from: {channel: 2}", "write times: 3 besides"),
    ("department: {not: web}", "times: 3", "times needs the time in which they come: write within: 7 d"),
    ("department: {not: web}", "any: [{activity: answer}, {activity: praise}]", "no touchpoint can be this"),
    ("activity: question\n      dep", "activity: release\n      dep", "not something said to everybody"),
    ("same: case_ref", "same: mood", "'mood' is none of account, case_ref"),
    ("times: $cap", "times: 0", "'0' is no whole number from 1 on"),
    ("times: $cap", "times: $within", "within is a duration: here goes a count"),
    ("within: $within", "within: 7 days", "'7 days': write a number with its unit, like 72 h"),
    ("within: $within", "within: $cap", "cap is a count: here goes a duration"),
    ("within: $within", "since: asked", "write one of them"),
    ("within: $within", "within: $within\n      since: later", "'later' is no step before this one"),
    ("within: $within", "within: $within\n      calendar_of: support", "'support' is no department of a touchpoint"),
    ("within: $within", "within: 7 d", "parameters.within: nothing makes use of it: write $within where it counts"),
    ("- again:", "- asked:", "there is a step asked already"),
    ("- again:", "- again: {}\n    other:", "a step is one name with what takes it"),
    ("{duration: 7 d, meaning: how soon}", "{duration: soon, meaning: how soon}", "write a number with its unit"),
    ("{duration: 7 d, meaning: how soon}", "{duration: 7 d}", "write its kind with the default, and what it means"),
    ("{duration: 7 d, meaning: how soon}", '{duration: 7 d, meaning: ""}', "say what 'within' means"),
    ("{count: 2,", "{count: two,", "write a whole number, 1 or more"),
    ("  cap:", "  class:", "class is a word of Python: choose another name"),
    ("  cap:", "  owner:", "owner means something else in sentences: choose another"),
    ("  cap:", "  mode:", "mode means something else in the rules: choose another"),
    ("- again:", "- topic:", "topic is the name of a field: give the step another"),
    ("answers: asked", "answers: nobody", "'nobody' is no step before this one"),
    ("ends: {after: 7 d}", "ends: soon", "write ends: at once, or"),
    ("ends: {after: 7 d}", "ends: {afer: 7 d}", "did you mean after?"),
    ("key: asked", "key: askd", "'askd' is no key: did you mean asked?"),
    ("owner: asked.holder", "owner: asked.boss", "'boss' is nothing a touchpoint has here"),
    ("minutes_lost: asked", "minutes_lost: asked.topic", "'topic' is nothing a touchpoint has here"),
    ("{again.count}", "{again.counts}", "'counts' is nothing to say of again: did you mean count?"),
    ("{again.count}", "{agian.count}", "{agian.count} is nothing to fill in: did you mean again.count?"),
    ("{again.count}", "{again.count", "a brace without its other half"),
    ("{asked.topic}", "{asked.text}", "'text' is nothing to say of asked"),
    ("ends: {after: 7 d}", "missing: {within: 3 d}", "say what should have come, like activity: answer"),
    ("ends: {after: 7 d}", "missing: {activity: answer}", "say by when it should have come: within: 72 h, or by:"),
    ("ends: {after: 7 d}", "missing: {activity: answer, by: asked.topic}", "'topic' is nothing a touchpoint has here"),
    ("steps:", "steps: [", "no YAML"),
    ("key: asked", "key: asked\nkey: again", "the key 'key' is there twice"),
])  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SOUND
    found = refused(tmp_path, SOUND.replace(old, new, 1))
    assert said in found
    assert found.startswith("line ")


@pytest.mark.parametrize(("scenarios", "said"), [
    ("- {name: a}", "line 1: [1]: touchpoints is missing"),
    ("- {name: a, touchpoints: [], expect: []}", "a scenario has at least one touchpoint"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d}\n  expect: []", "line 3: [1].touchpoints[1]: has no do: write it"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: soon, do: web visit}\n  expect: []", "'soon' is no offset: write"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: visit}\n  expect: []", "is no department and activity"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: web vist}\n  expect: []", "did you mean visit?"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: web visit, topc: x}\n  expect: []", "topc"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: web visit, amount: 40.0}\n  expect: []", "amount"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: web visit}\n  expect:\n  - {keey: a}", "did you mean key?"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: web visit}\n  expect: none", "must be a list; [] is empty"),
    ("- name: a\n  touchpoints:\n  - {id: a, at: 0d, do: web visit}\n  expect: []\n  untill: 3d", "you mean until?"),
    ("name: a", "scenarios are a list: begin each with `- name: …`"),
])  # fmt: skip
def test_a_mistake_in_a_scenario_is_told_with_its_line(scenarios: str, said: str) -> None:
    with pytest.raises(Unusable) as error:
        read_scenarios(scenarios, "own.yml", "asked_twice")
    assert said in str(error.value)
    assert str(error.value).startswith("own.yml, line ")


def test_a_name_of_ours_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text(SOUND.replace("asked_twice", "unanswered"))
    with pytest.raises(Unusable, match="the name unanswered is taken by one of Siloscope's own: choose another"):
        own([file])


def test_a_name_of_another_own_one_is_refused(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yml", tmp_path / "two.yml"
    for file in (one, two):
        file.write_text(SOUND)
    with pytest.raises(Unusable, match=r"two\.yml: the name asked_twice is taken by that of .*one\.yml"):
        own([one, two])


@pytest.mark.parametrize(("name", "said"), [
    ("none.yml", "there is no such file"), ("own.txt", "is written in a Python file"),
])  # fmt: skip
def test_a_file_that_cannot_be_one_is_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "own.txt").write_text("")
    with pytest.raises(Unusable, match=said):
        own([tmp_path / name])
