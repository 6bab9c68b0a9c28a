"""Labels and alerts as files: what was put in on purpose, and what was told of it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from ..core.alert import Alert
from ..core.incident import Incident
from ..core.rejected import nearest, shown
from ..errors import Unusable, WrongUsage
from ..sources.files import opened
from ..wire import Undecodable, decode
from ..wire.json_form import moment, parse
from .evaluate_judge import INCIDENT
from .simulate_scene import Label

Told = TypeVar("Told", Alert, Incident)

_NAME: Final = (str, "text in quotes")
_FIELDS: Final[dict[str, tuple[type, str]]] = {
    "symptom": (str, "the name of a symptom, or incident: and the name"),
    "expected": (bool, "true (to be found) or false (must stay silent)"),
    "customer_id": (str, 'the customer as the alerts name her ("" with an account, or for the whole company)'),
    "found_at": (str, "a time like 2026-03-01T09:00:00Z: when it can first be known"),
    "about": _NAME,
    "touchpoints": (list, 'the ids it rests on, like ["a", "b"]'),
    "story": _NAME,
    "why": _NAME,
    "account": _NAME,
    "confidence": (str, "confirmed or suspected"),
}
_REQUIRED: Final = ("symptom", "expected", "customer_id", "found_at", "touchpoints")
_USUAL: Final = {"customer_id": "", "about": "", "story": "", "why": "", "account": None}


def labels_of(path: str | os.PathLike[str], symptoms: Collection[str]) -> list[Label]:
    """The labels in a file of JSON lines; raises WrongUsage with line, field and remedy, Unusable without a file.

    Left out may be `about`, `story`, `why`, `account` and `confidence` (confirmed); with an account, and for
    an incident, also the customer.
    """
    found = [
        label_of(record, f"{os.fspath(path)} line {number}", symptoms) for number, record in _records(path, "label")
    ]
    if not found:
        raise WrongUsage(f"{os.fspath(path)}: there is no label in it; write one JSON object a line")
    return found


def alerts_of(path: Path, symptoms: Collection[str]) -> list[Alert]:
    """The standing alerts in a file that `siloscope replay` wrote; raises as `labels_of`."""
    found = []
    for place, alert in _written(path, "alert", Alert):
        if alert.symptom not in symptoms:
            raise _no_symptom(place, alert.symptom, symptoms)
        if alert.status != "retracted":
            found.append(alert)
    return found


def incidents_beside(path: Path) -> list[Incident]:
    """The incidents that the same replay wrote beside its alerts; none where there is no such file."""
    beside = path.with_name("incidents.jsonl")
    return [incident for _, incident in _written(beside, "incident", Incident)] if beside.is_file() else []


def _written(path: Path, name: str, kind: type[Told]) -> Iterator[tuple[str, Told]]:
    """The place and the record of each line that `siloscope replay` wrote."""
    for number, record in _records(path, name):
        place = f"{path} line {number}"
        try:
            yield place, msgspec.convert(record, kind)
        except (msgspec.ValidationError, ValueError) as error:
            raise WrongUsage(f"{place}: {error}; take the file as `siloscope replay` wrote it") from None


def _records(path: str | os.PathLike[str], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line := line.strip():
                try:
                    yield number, parse(line) if kind == "label" else decode(kind, line)
                except Undecodable as error:
                    raise WrongUsage(f"{os.fspath(path)} line {number}: {error}") from None


def label_of(record: Mapping[str, Any], place: str, symptoms: Collection[str]) -> Label:
    """The label that a JSON object spells; raises WrongUsage: `place`, field, value and remedy."""
    for name, value in record.items():
        if name not in _FIELDS:
            near = nearest(name, _FIELDS) or f": there are {', '.join(_FIELDS)}"
            raise WrongUsage(f"{place}: {shown(name)} is no field of a label{near}")
        kind, words = _FIELDS[name]
        if not isinstance(value, kind) and name != "found_at":
            raise WrongUsage(f"{place}: {name} is {shown(value)}: write {words}")
    nameless = record.get("account") is not None or str(record.get("symptom")).startswith(INCIDENT)
    for name in _REQUIRED:
        if name not in record and not (nameless and name == "customer_id"):
            raise WrongUsage(f"{place}: {name} is missing: write {_FIELDS[name][1]}")
    if record["symptom"].removeprefix(INCIDENT) not in symptoms:
        raise _no_symptom(place, record["symptom"], symptoms)
    if record.get("confidence", "confirmed") not in ("confirmed", "suspected"):
        raise WrongUsage(f"{place}: confidence is {shown(record['confidence'])}: write {_FIELDS['confidence'][1]}")
    touchpoints = record["touchpoints"]
    if not touchpoints or not all(isinstance(each, str) for each in touchpoints):
        raise WrongUsage(f"{place}: touchpoints is {shown(touchpoints)}: write {_FIELDS['touchpoints'][1]}")
    try:
        found_at = moment(record["found_at"], "found_at")
    except Undecodable as error:
        raise WrongUsage(f"{place}: {error}") from None
    return Label(**{**_USUAL, **record, "found_at": found_at})


def _no_symptom(place: str, name: str, symptoms: Collection[str]) -> Unusable:
    near = nearest(name, symptoms) or f": there are {', '.join(symptoms)}"
    return WrongUsage(f"{place}: symptom: there is no {shown(name)}{near}")
