"""Symptoms in a Python file or an installed package: taken, or refused in one line with the place and the remedy."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from siloscope.core.detection import Detection
from siloscope.errors import Unusable
from siloscope.patterns import loading, own
from siloscope.rules import load

SOUND = '''\
"""This customer suffers from visits.

Why it hurts
    It does.

What is told
    Each visit.

What to do
    Nothing.
"""

from dataclasses import dataclass

from siloscope.core.parameters import count
from siloscope.core.symptom import Symptom, Words


@dataclass(frozen=True)
class Parameters:
    many: int = count(3, "how many")


class Visits(Symptom):
    name = "visits"
    Parameters = Parameters

    @classmethod
    def wants(cls, activity, direction):
        return activity == "visit"

    def see(self, entry):
        self.fold.open(self, entry.touchpoint_id, [(entry, "visited")])

    @classmethod
    def words(cls, finding):
        return Words("a", "b", "c")
'''


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "visits.py"
    file.write_text(text)
    return file


def test_a_symptom_is_taken_with_its_page_and_parameters(tmp_path: Path) -> None:
    (symptom,) = own([written(tmp_path, SOUND)])
    assert symptom.name == "visits"
    assert symptom.page().startswith("This customer suffers from visits.")
    assert Detection([symptom], {"visits": {"many": "5"}}).parameters[0].many == 5


def test_a_file_may_have_several_and_helpers_without_a_name(tmp_path: Path) -> None:
    more = "\n\nclass _Helper(Symptom):\n    pass\n\n\nclass Again(Visits):\n    name = 'visits_again'\n"
    assert [each.name for each in own([written(tmp_path, SOUND + more)])] == ["visits", "visits_again"]


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = written(tmp_path, SOUND)
    two = written(tmp_path / "other", SOUND.replace('"visits"', '"other_visits"'))
    assert [each.name for each in own([one, two])] == ["visits", "other_visits"]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("class Visits(Symptom):", "class Visits(Symptom:", "line 24: it cannot be imported: SyntaxError"),
    ("import count", "import counts", "line 15: it cannot be imported: ImportError: cannot import name 'counts'"),
    ('count(3, "how many")', 'count(3)', "line 21: it cannot be imported: TypeError"),
    ("class Visits(Symptom):", "raise SystemExit\nclass Visits(Symptom):", "line 24: it cannot be imported: System"),
    ("(Symptom)", "()", "has no symptom: write a class Xyz(Symptom) with a name"),
    ('name = "visits"', "", "has no symptom"),
    ('name = "visits"', 'name = "Visits!"', "line 24: Visits: the name 'Visits!' must be small letters"),
    ('name = "visits"', 'name = "unanswered"', "the name unanswered is taken by one of Siloscope's own"),
    ("def see", "def sea", "line 24: Visits: see is missing: write def see(self, entry)"),
    ("def wants", "def want", "wants is missing: write @classmethod def wants(cls, activity, direction)"),
    ("def words", "def word", "words is missing"),
    ("This customer suffers from visits.", "Visits.", "its page is missing: begin the file with"),
    ("What is told\n", "What it tells\n", "has no heading 'What is told': write that section"),
    ('count(3, "how many")', "3", "Parameters.many says no unit and meaning: write many: int = duration("),
    ("    many:", "    mode:", "Parameters.mode means something else in the rules"),
    ("@dataclass(frozen=True)", "@dataclass", "Parameters must be a @dataclass(frozen=True)"),
    ("@dataclass(frozen=True)", "", "Parameters must be a @dataclass(frozen=True)"),
    ('activity == "visit"', "activity == visit", "wants('message', 'inbound') fails: NameError"),
])  # fmt: skip
def test_what_cannot_work_is_refused_in_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SOUND
    file = written(tmp_path, SOUND.replace(old, new, 1))
    with pytest.raises(Unusable) as error:
        own([file])
    assert said in str(error.value)
    assert str(error.value).startswith(str(file))
    assert "\n" not in str(error.value)


def installed(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    point = EntryPoint("visits", value, loading.GROUP)
    monkeypatch.setattr(loading, "entry_points", lambda group: [point] if group == loading.GROUP else [])


@pytest.mark.parametrize("value", ["installed_visits", "installed_visits:Visits"])
def test_an_installed_package_brings_its_symptoms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    (tmp_path / "installed_visits.py").write_text(SOUND)
    monkeypatch.syspath_prepend(tmp_path)
    installed(monkeypatch, value)
    assert [each.name for each in own()] == ["visits"]
    assert [each.name for each in load(None).own] == ["visits"]


@pytest.mark.parametrize(("value", "said"), [
    ("no_such_module_at_all", "cannot be imported: ModuleNotFoundError"),
    ("pathlib:Path", "is no Symptom: name a class of that kind, or a module of some"),
    ("siloscope.symptoms.unanswered", "the name unanswered is taken by one of Siloscope's own"),
])  # fmt: skip
def test_an_entry_point_that_cannot_work_is_named(monkeypatch: pytest.MonkeyPatch, value: str, said: str) -> None:
    installed(monkeypatch, value)
    with pytest.raises(Unusable) as error:
        own()
    assert said in str(error.value)
    assert str(error.value).startswith("entry point visits")
