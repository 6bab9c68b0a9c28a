"""The table of sentences: what each says by hand, and what is read in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from siloscope import language
from siloscope.core.claims import Claim, span, typed
from siloscope.core.text import Reading

_KEYS = {"says", "yes", "form", "name"}
_MEANT = {"null": None, "true": True, "false": False}
HERE = Path(__file__).parent


class Sentence(NamedTuple):
    """A text, the language it is in, and what it says; what is not named is not asked."""

    language: str
    text: str
    said: dict[str, Any]

    @property
    def reading(self) -> Reading:
        return language.shipped().read(self.text, self.language)


def claims_of(text: str, field: str = "claims") -> Any:
    """What is read in a text whose language nobody said; claims without what they are about."""
    reading = language.shipped().read(text, None)
    return plain(reading.claims) if field == "claims" else getattr(reading, field)


def sentences(name: str = "sentences") -> list[Sentence]:
    """All of a table."""
    table = yaml.load((HERE / f"{name}.yml").read_text("utf-8"), yaml.BaseLoader)
    found = [
        Sentence(spoken, row.pop("text"), {key: _meant(value) for key, value in row.items()})
        for spoken, rows in table.items()
        for row in rows
    ]
    assert all(each.said.keys() <= _KEYS for each in found), "a text with a comma stands in quotation marks"
    return found


def _meant(value: Any) -> Any:
    return _MEANT.get(value, value) if isinstance(value, str) else value


def claim(value: str) -> Claim:
    """A claim as the table spells it."""
    number, _, unit = value.partition(" ")
    if unit == "working days":
        return span(int(number), "working day")  # type: ignore[arg-type]
    if unit == "cents":
        return Claim("money", unit, typed(number).value)
    return typed(value)


def plain(claims: Any) -> set[Claim]:
    """Claims without what they are about."""
    return {each._replace(about="") for each in claims}


def counted(name: str) -> tuple[int, int, int, int]:
    """Of a table: how many sentences, claims made, claims drawn, and drawn that are made."""
    table = sentences(name)
    read = [(plain(each.reading.claims), {claim(value) for value in each.said.get("says", ())}) for each in table]
    made, drawn = (sum(len(pair[place]) for pair in read) for place in (1, 0))
    return len(table), made, drawn, sum(len(found & said) for found, said in read)
