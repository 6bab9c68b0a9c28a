"""The schemas this checkout ships: by kind, and every version that was ever framed, by id."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from ..shipped import shipped

Schema = dict[str, Any]


class Kind(NamedTuple):
    """What is told in one topic: its schema file and where its events go."""

    file: str
    topic: str

    @property
    def subject(self) -> str:
        """Its name in a registry."""
        return f"{self.topic}-value"


KINDS: Final = {
    "touchpoint": Kind("touchpoint.avsc", "touchpoints"),
    "alert": Kind("alert.avsc", "siloscope.alerts"),
    "warning": Kind("handoff_warning.avsc", "siloscope.warnings"),
    "incident": Kind("incident.avsc", "siloscope.incidents"),
    "action": Kind("action.avsc", "siloscope.actions"),
    "audit": Kind("audit.avsc", "siloscope.audit"),
    "dead_letter": Kind("dead_letter.avsc", "siloscope.dead-letters"),
}


class Version(NamedTuple):
    """One version of a kind's schema, under the id that stands in its messages."""

    id: int
    kind: str
    file: str
    fingerprint: str


def directory() -> Path:
    """Where the schemas are."""
    return shipped("schemas")


@cache
def read(file: str) -> Schema:
    """The schema in `file`, like `touchpoint.avsc`."""
    schema: Schema = json.loads((directory() / file).read_text(encoding="utf-8"))
    return schema


@cache
def current(kind: str) -> Schema:
    """The schema that is written and read today."""
    return read(KINDS[kind].file)


@cache
def versions() -> dict[int, Version]:
    """The checkout's own id table, by id, oldest first."""
    table = yaml.safe_load((directory() / "ids.yml").read_text(encoding="utf-8"))
    return {number: Version(id=number, **row) for number, row in table.items()}


@cache
def own_id(kind: str) -> int:
    """The checkout's id of the schema that is written today."""
    return max(version.id for version in versions().values() if version.kind == kind)


def plain(schema: Any) -> Any:
    """The schema without what changes no byte: documentation, and logical types, so that times decode as integers."""
    if isinstance(schema, dict):
        kept = {key: plain(value) for key, value in schema.items() if key not in ("doc", "logicalType")}
        only_type = set(kept) == {"type"} and isinstance(kept["type"], str)
        return kept["type"] if only_type and kept["type"] not in ("record", "array", "map") else kept
    return [plain(item) for item in schema] if isinstance(schema, list) else schema


def fingerprint(schema: Schema) -> str:
    """16 hex digits that stay the same while the schema says the same; documentation does not count."""
    return hashlib.sha256(json.dumps(_documentless(schema), sort_keys=True).encode()).hexdigest()[:16]


def _documentless(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _documentless(value) for key, value in schema.items() if key != "doc"}
    return [_documentless(item) for item in schema] if isinstance(schema, list) else schema


def differences() -> list[str]:
    """What is wrong with the id table, each a sentence with its remedy; nothing when it is sound."""
    newest = {version.kind: version.file for version in versions().values()}
    changed = [version for version in versions().values() if fingerprint(read(version.file)) != version.fingerprint]
    return [
        f"schemas/{version.file} is no longer what id {version.id:#x} names: put the old text into schemas/history/"
        f" under that id and give the new one the next id, with fingerprint '{fingerprint(read(version.file))}'"
        for version in changed
    ] + [
        f"schemas/{kind.file} has no id: add it to schemas/ids.yml, with fingerprint '{fingerprint(current(name))}'"
        for name, kind in KINDS.items()
        if newest.get(name) != kind.file
    ]
