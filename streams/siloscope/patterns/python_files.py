"""Symptoms from a Python file of one's own: loaded, and refused in one line where they cannot work."""

from __future__ import annotations

import inspect
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

import xxhash

from ..core.symptom import Symptom
from ..core.touchpoint import ACTIVITIES, DIRECTIONS
from ..errors import Unusable
from .scope import NAME
from .tunable import MODE

_LEAD: Final = "This customer suffers from "
_HEADINGS: Final = ("Why it hurts", "What is told", "What to do")
_METHODS: Final = {
    "wants": "@classmethod def wants(cls, activity, direction): which touchpoints are shown to it",
    "see": "def see(self, entry): what it does with one",
    "words": "@classmethod def words(cls, finding): what an alert says",
}


def symptoms_of_file(path: Path) -> list[type[Symptom]]:
    """The symptoms in a Python file, in its order; raises Unusable in one line."""
    return symptoms_of_module(_imported(path), str(path))


def symptoms_of_module(module: ModuleType, place: str) -> list[type[Symptom]]:
    """The symptoms that a module defines."""
    own = [
        each for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, Symptom) and each.__module__ == module.__name__
        and hasattr(each, "name")
    ]  # fmt: skip
    if not own:
        raise Unusable(f"{place} has no symptom: write a class Xyz(Symptom) with a name, as in docs/own-symptoms.md")
    for each in own:
        check_symptom(each, place)
    return own


def _imported(path: Path) -> ModuleType:
    """The module of a file, with a name that no other has."""
    name = f"siloscope_own_{path.stem}_{xxhash.xxh3_64_hexdigest(str(path.resolve()).encode())[:8]}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Unusable(f"{path} is no Python file: its name must end with .py")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise Unusable(f"{path}{_line_of(error, path)}: it cannot be imported: {_said(error)}") from error
    return module


def _line_of(error: BaseException, path: Path) -> str:
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(path) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == str(path):
            line = frame.lineno
    return f", line {line}" if line else ""


def _said(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {' '.join(text.split())}"[:200]


def check_symptom(symptom: type[Symptom], place: str) -> None:
    """Whether a class can be a symptom; raises Unusable that says what it lacks."""

    def wrong(what: str) -> Unusable:
        return Unusable(f"{_place_of(symptom, place)}: {symptom.__name__}: {what}")

    if not isinstance(symptom.name, str) or NAME.fullmatch(symptom.name) is None:
        raise wrong(f"the name {symptom.name!r} must be small letters, digits and _, like asked_again")
    for method, remedy in _METHODS.items():
        if getattr(symptom, method).__qualname__ == getattr(Symptom, method).__qualname__:
            raise wrong(f"{method} is missing: write {remedy}")
    page = inspect.cleandoc(symptom.page())
    if not page.startswith(_LEAD):
        raise wrong(f'its page is missing: begin the file with """{_LEAD}…, as in docs/own-symptoms.md')
    for heading in _HEADINGS:
        if not re.search(rf"^{heading}$", page, re.MULTILINE):
            raise wrong(f"its page, the text that the file begins with, has no heading {heading!r}: write that section")
    _check_parameters(symptom, wrong)
    for activity in ACTIVITIES:
        for direction in DIRECTIONS:
            try:
                symptom.wants(activity, direction)
            except Exception as error:
                raise wrong(f"wants({activity!r}, {direction!r}) fails: {_said(error)}") from error


def _check_parameters(symptom: type[Symptom], wrong: Callable[[str], Unusable]) -> None:
    kind = symptom.Parameters
    if not is_dataclass(kind) or not vars(kind)["__dataclass_params__"].frozen:
        raise wrong("Parameters must be a @dataclass(frozen=True)")
    for each in fields(kind):
        if each.name == MODE:
            raise wrong(f"Parameters.{MODE} means something else in the rules: choose another name")
        if "kind" not in each.metadata or "doc" not in each.metadata:
            raise wrong(
                f"Parameters.{each.name} says no unit and meaning: "
                f'write {each.name}: int = duration("72 h", "what it is"), or count, share, number, names'
            )


def _place_of(symptom: type[Symptom], place: str) -> str:
    try:
        return f"{place}, line {inspect.getsourcelines(symptom)[1]}"
    except (OSError, TypeError):
        return place
