"""The JSON Schema of a pattern's file, for editors: they complete its keys and mark what cannot be.

`python -m siloscope.patterns.schema > schemas/pattern.schema.json` writes it anew.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ..core.alert import Alert
from ..core.touchpoint import Touchpoint
from .conditions import CLOSED, KINDS
from .definition import KEYS, NEEDED
from .facts import COMPARABLE, LISTS, NUMBERS, TIMES, WORDS

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": ["string", "number", "boolean"]}
_NAME: Final = "^[a-z][a-z0-9_]*$"
_REFERENCE: Final = r"^\$[a-z][a-z0-9_]*(\.[a-z_]+)?$"
_DURATION: Final[Schema] = {
    "type": "string",
    "pattern": r"^(\$[a-z][a-z0-9_]*|\s*\d+(\.\d+)?\s*(s|min|m|h|d|w)\s*)$",
    "description": "a number with its unit, like 72 h, 10 min or 14 d; or a parameter, like $within",
}
_COUNT: Final[Schema] = {
    "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": r"^\$[a-z][a-z0-9_]*$"}],
    "description": "a whole number from 1; or a parameter",
}
_NUMBER: Final[Schema] = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _REFERENCE}]}
_YES: Final[Schema] = {"enum": [True, False, "yes", "no"]}
_GROUPS: Final = {"numbers": NUMBERS, "times": TIMES, "lists": LISTS, "words": WORDS}
_FIELDS: Final = (*WORDS, *NUMBERS, *LISTS, *TIMES)
_SAID: Final = {
    "name": "how alerts name it: small letters, digits and _",
    "suffers_from": "completes “This customer suffers from …”",
    "steps": "what happens, in order",
    "missing": "what should have come after the last step, and did not in time",
    "unless": "what makes it no matter: before it is told nothing is, afterwards the alert ends",
    "ends": "what ends the alert; without it only `unless`, what is missing, or 90 days",
    "key": "one alert for each touchpoint of a step, for the customer, or for what its first touchpoint has here",
    "owner": "who should act: a department, or like asked.department, asked.to_department, asked.holder",
    "minutes_lost": "the step, or the due time like promised.due_at, from which the customer's lost time counts",
    "same": "what it shares with the first touchpoint",
    "different": "in what it differs from every earlier touchpoint",
    "belongs_to": "the step whose touchpoint it ends or decides: by reference, thread, case",
    "answers": "the step whose touchpoint it answers: by reference, case or thread, else department",
    "names": "the step whose touchpoint, or its case, it refers or replies to",
    "within": "at most so long after the step before",
    "after": "more than so long after the step before",
    "since": "the step from which `within` and `after` count, if not the one before",
    "calendar_of": "whose working hours count: department, or asked.department",
    "by": "at the latest at a due time of a step, like promised.due_at",
    "any": "at least one of these is so",
    "only_if": "if this is not so, the touchpoint takes the step and nothing is told",
    "times": "so many of them",
    "from": "of so many different departments, channels, staff …",
    "title": "in a few words; {asked.department} and the like are filled in, [ … ] is left out if not known",
}


def schema() -> Schema:
    """The schema as a JSON object."""
    texts = ("suffers_from", "why_it_hurts", "what_is_told", "what_to_do", "what_is_not_told", "example", "owner",
             "minutes_lost", "title", "explanation", "suggested_action")  # fmt: skip
    own: dict[str, Schema] = {
        **{name: {"type": "string", "minLength": 1} for name in texts},
        "name": {"type": "string", "pattern": _NAME},
        "parameters": {"type": "object", "propertyNames": {"pattern": _NAME}, "additionalProperties": _parameter()},
        "steps": {"type": "array", "minItems": 1, "items": _named({"$ref": "#/$defs/step"})},
        "missing": {"$ref": "#/$defs/missing"},
        "unless": _one_or_more({"$ref": "#/$defs/clause"}),
        "ends": {
            "anyOf": [
                {"const": "at once"},
                _object({"after": _DURATION, "with": _one_or_more({"$ref": "#/$defs/clause"})}),
            ]
        },
        "key": _one_or_more({"type": "string"}),
        "scenarios": {"type": "array", "items": {"$ref": "#/$defs/scenario"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A symptom of one's own, declared as a pattern (docs/own-symptoms.md)",
        **_object(own, NEEDED),
        "properties": {name: _described(name, own[name]) for name in KEYS},
        "$defs": {
            "clause": _clause({}),
            "step": _clause({
                "only_if": {"$ref": "#/$defs/clause"},
                "times": _COUNT,
                "from": {"type": "object", "propertyNames": {"enum": sorted(WORDS)}, "additionalProperties": _COUNT},
            }),
            "missing": _clause({}),
            "scenario": _scenario(),
            **{group: _asked(group) for group in dict.fromkeys(map(_group, _FIELDS))},
        },
    }  # fmt: skip


def _described(name: str, of: Schema) -> Schema:
    return {"description": _SAID[name], **of} if name in _SAID else of


def _object(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def _named(of: Schema) -> Schema:
    """One name with what it stands for."""
    return {
        "type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"pattern": _NAME},
        "additionalProperties": of,
    }  # fmt: skip


def _one_or_more(of: Schema) -> Schema:
    return {"anyOf": [of, {"type": "array", "items": of}]}


def _parameter() -> Schema:
    kinds: dict[str, Schema] = {
        "duration": _DURATION,
        "count": {"type": "integer", "minimum": 1},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "number": {"type": "number"},
        "names": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    }
    meaning: Schema = {"type": "string", "minLength": 1, "description": "what it is, for who tunes it"}
    stricter: Schema = {"enum": ["less", "more"], "description": "which of two values tells more"}
    return {
        **_object({**kinds, "meaning": meaning, "stricter": stricter}, ("meaning",)),
        "oneOf": [{"required": [kind]} for kind in kinds],
    }


def _clause(besides: dict[str, Schema]) -> Schema:
    """Conditions on fields, of the touchpoint itself or like `asked.amount` of an earlier one, and links."""
    fields: dict[str, Schema] = {name: {"$ref": f"#/$defs/{_group(name)}"} for name in _FIELDS}
    links: dict[str, Schema] = {
        "same": _one_or_more({"enum": list(COMPARABLE)}),
        "different": _one_or_more({"enum": list(COMPARABLE)}),
        "belongs_to": {"type": "string"},
        "answers": {"type": "string"},
        "names": {"type": "string"},
        "within": _DURATION,
        "after": _DURATION,
        "since": {"type": "string"},
        "calendar_of": {"type": "string"},
        "by": {"type": "string"},
        "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/clause"}},
    }
    known = links | besides
    return {
        **_object({**fields, **{name: _described(name, each) for name, each in known.items()}}),
        "patternProperties": {
            _of_a_step(group): {"$ref": f"#/$defs/{group}"} for group in dict.fromkeys(map(_group, _FIELDS))
        },
    }


def _of_a_step(group: str) -> str:
    """What `step.field` looks like for fields of a group."""
    return rf"^[a-z][a-z0-9_]*\.({'|'.join(name for name in _FIELDS if _group(name) == group)})$"


def _group(name: str) -> str:
    """Fields of one group are asked alike."""
    if name in CLOSED or name == "text":
        return name
    return next(group for group, names in _GROUPS.items() if name in names)


def _asked(group: str) -> Schema:
    """How fields of a group are asked: a value or one of several, or `{not: …}` and the like."""
    kind = group if group in KINDS else "words"
    one: Schema = _TEXT
    if group in CLOSED:
        one = {"anyOf": [{"enum": list(CLOSED[group])}, {"type": "string", "pattern": _REFERENCE}]}
    hows: dict[str, Schema] = {}
    for how in KINDS[kind]:
        several = _one_or_more(_TEXT if how in ("contains", "begins_with") else one)
        hows[how] = _YES if how == "present" else _NUMBER if kind == "numbers" else several
    compared = {**_object(hows), "minProperties": 1}
    if kind in ("numbers", "times") or group == "text":
        return compared
    return {"anyOf": [*_one_or_more(one)["anyOf"], compared]}


def _scenario() -> Schema:
    short = {"id", "at", "do", "customer"}
    fields = [each for each in Touchpoint.__struct_fields__ if each not in (
        "touchpoint_id", "occurred_at", "activity", "department", "identifiers",
    )]  # fmt: skip
    touchpoint = _object({name: {} for name in (*sorted(short), *fields)}, ("id", "at", "do"))
    keys: dict[str, Schema] = {
        "name": {"type": "string"},
        "why": {"type": "string"},
        "parameters": {"type": "object"},
        "touchpoints": {"type": "array", "minItems": 1, "items": touchpoint},
        "until": {"type": ["string", "integer"], "description": "when it is judged; else at the last touchpoint"},
        "expect": {"type": "array", "items": _object({name: {} for name in Alert.__struct_fields__})},
    }
    return _object(keys, ("name", "touchpoints", "expect"))


def written() -> str:
    """The schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(written(), end="")
