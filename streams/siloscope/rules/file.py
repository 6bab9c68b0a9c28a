"""Reads the rules file; what is wrong is told with its line and the remedy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ..core.brief_words import LANGUAGES
from ..core.detection import COARSE_TOPICS, Maintenance, Override
from ..core.incident import Parameters as IncidentParameters
from ..core.parameters import BadParameter, read_values
from ..core.rejected import Rejected
from ..core.soundness import milliseconds
from ..core.symptom import Symptom
from ..core.text import Reader
from ..errors import Unusable, WrongUsage
from ..symptoms import ALL
from ..yaml_lines import Node, read
from .calendars import calendar
from .rules import Rules

_KEYS: Final = (
    "symptoms", "overrides", "calendars", "owners", "maintenance", "coarse_topics", "channel_charter", "incidents",
    "inhibit", "own_symptoms", "lexicons", "model", "briefs",
)  # fmt: skip
_MODES: Final = ("live", "shadow", "off")
_WHERE: Final = ("segment", "department", "channel")

Parameters = dict[str, dict[str, object]]
Kinds = Mapping[str, type[Symptom]]


def load(path: Path | None) -> Rules:
    """The rules in a YAML file; without one those of who decides nothing, with the symptoms of installed packages.

    Raises WrongUsage: one line with the file, the line, the value and the remedy.
    """
    try:
        if path is None:
            return Rules(own=_own([], Path()))
        return _rules(read(path.read_text(encoding="utf-8"), str(path)), path.parent)
    except OSError as error:
        raise WrongUsage(f"{path}: cannot read the rules: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{path}: the rules are not UTF-8 text") from None
    except Unusable as error:
        raise WrongUsage(str(error)) from None


def _rules(root: Node, folder: Path) -> Rules:
    keys = root.keys(_KEYS)
    own = _own(_each(keys, "own_symptoms"), folder)
    kinds = {each.name: each for each in (*ALL, *own)}
    symptoms = _named(keys, "symptoms", kinds)
    modes = {name: _mode(node) for name, node in symptoms.items()}
    off = frozenset(name for name, mode in modes.items() if mode == "off")
    parameters = {name: _parameters(node, kinds[name], ("mode",)) for name, node in symptoms.items()}
    if "channel_charter" in keys:
        charter = {"charter": keys["channel_charter"]}
        _check(charter, kinds["channel_role_breach"])
        parameters.setdefault("channel_role_breach", {})["charter"] = plain(keys["channel_charter"])
    return Rules(
        parameters={name: values for name, values in parameters.items() if values and name not in off},
        overrides=tuple(_override(node, kinds, off) for node in _each(keys, "overrides")),
        calendars={name: calendar(node) for name, node in _named(keys, "calendars").items()},
        owners={name: node.text() for name, node in _named(keys, "owners", kinds).items() if name not in off},
        shadow=frozenset(name for name, mode in modes.items() if mode == "shadow"),
        off=off,
        maintenance=tuple(_window(node, kinds) for node in _each(keys, "maintenance")),
        coarse_topics=frozenset(each.text() for each in _each(keys, "coarse_topics")) or COARSE_TOPICS,
        incidents=_incidents(keys["incidents"]) if "incidents" in keys else IncidentParameters(),
        inhibit={
            name: tuple(silenced for each in node.items() if (silenced := each.choice(kinds)) not in off)
            for name, node in _named(keys, "inhibit", kinds).items()
            if name not in off
        },
        languages={name: node.choice(LANGUAGES) for name, node in _named(keys, "briefs").items()},
        own=own,
        reader=_reader(keys, folder),
    )


def _each(keys: Mapping[str, Node], name: str) -> list[Node]:
    return keys[name].items() if name in keys else []


def _named(keys: Mapping[str, Node], name: str, known: Collection[str] | None = None) -> dict[str, Node]:
    return keys[name].keys(known) if name in keys else {}


def plain(node: Node) -> Any:
    """What stands there, as texts, lists and mappings."""
    if isinstance(node.value, dict):
        return {key: plain(each) for key, each in node.value.items()}
    return [plain(each) for each in node.value] if isinstance(node.value, list) else node.value


def _mode(node: Node) -> str:
    mode = node.keys().get("mode")
    return mode.choice(_MODES) if mode is not None else "live"


def _parameters(node: Node, kind: type[Symptom], besides: Collection[str] = ()) -> dict[str, object]:
    given = {name: each for name, each in node.keys().items() if name not in besides}
    _check(given, kind)
    return {name: plain(each) for name, each in given.items()}


def _check(given: Mapping[str, Node], kind: type[Symptom]) -> None:
    for name, node in given.items():
        _read(kind.Parameters, kind.name, name, node)


def _read(kind: type[Any], what: str, name: str, node: Node) -> dict[str, Any]:
    """One parameter as what it is."""
    try:
        return read_values(kind, what, {name: plain(node)})
    except BadParameter as error:
        raise WrongUsage(f"{node.file}, line {node.line}: {error}") from None


def _incidents(node: Node) -> IncidentParameters:
    values: dict[str, Any] = {}
    for name, each in node.keys().items():
        values |= _read(IncidentParameters, "incidents", name, each)
    try:
        return IncidentParameters(**values)
    except BadParameter as error:
        raise WrongUsage(f"{node.file}, line {node.line}: {error}") from None


def _override(node: Node, kinds: Kinds, off: Collection[str]) -> Override:
    keys = node.keys(("where", "symptoms"))
    if keys.keys() != {"where", "symptoms"}:
        raise node.wrong("write where: {segment: …, department: …, channel: …} and symptoms: {NAME: {PARAMETER: …}}")
    where = {name: tuple(each.text() for each in one.items()) for name, one in keys["where"].keys(_WHERE).items()}
    symptoms = keys["symptoms"].keys(kinds)
    parameters = {name: _parameters(each, kinds[name]) for name, each in symptoms.items()}
    return Override(where, {name: values for name, values in parameters.items() if name not in off})


def _window(node: Node, kinds: Kinds) -> Maintenance:
    keys = node.keys(("from", "until", "symptoms", "departments", "why"))
    if not {"from", "until"} <= keys.keys():
        raise node.wrong("write from: and until:, times like 2026-03-01T22:00:00Z")
    begins, ends = _time(keys["from"]), _time(keys["until"])
    if ends <= begins:
        raise keys["until"].wrong("the window ends before it begins")
    symptoms = tuple(each.choice(kinds) for each in _each(keys, "symptoms"))
    departments = tuple(each.text() for each in _each(keys, "departments"))
    return Maintenance(begins, ends, symptoms, departments)


def _time(node: Node) -> int:
    try:
        found = milliseconds(datetime.fromisoformat(node.text()), "from")
    except ValueError:
        found = Rejected("invalid_value", "from", "")
    if isinstance(found, Rejected):
        raise node.wrong(f"{node.text()} is no time with its offset: write it like 2026-03-01T22:00:00Z")
    return found


def _own(nodes: list[Node], folder: Path) -> tuple[type[Symptom], ...]:
    from ..patterns import own

    return own([_there(each, folder) for each in nodes])


def _reader(keys: Mapping[str, Node], folder: Path) -> Reader | None:
    if not {"model", "lexicons"} & keys.keys():
        return None
    from .. import language

    plain = language.reader(_there(keys["lexicons"], folder)) if "lexicons" in keys else language.shipped()
    return language.model(_there(keys["model"], folder), plain) if "model" in keys else plain


def _there(node: Node, folder: Path) -> Path:
    """The path in `node`, from the folder of the rules file."""
    path = folder / node.text()
    if not path.exists():
        raise node.wrong(f"there is no {path}: paths begin at the folder of this file")
    return path
