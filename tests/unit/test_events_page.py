"""docs/events.md says what the schemas say, and its examples work."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from siloscope.core.touchpoint import ACTIVITIES, IN, INTERNAL, OUT, REASONS, Touchpoint
from siloscope.wire import catalogue, decode_touchpoint

PAGE = (catalogue.directory().parent / "docs/events.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE)


def test_every_field_is_on_the_page_in_the_schemas_order() -> None:
    assert first_cells("Fields") == [field["name"] for field in catalogue.current("touchpoint")["fields"]]


def test_every_reason_is_on_the_page() -> None:
    assert set(first_cells("What is refused")) == set(REASONS)


def test_every_activity_is_on_the_page_with_its_direction() -> None:
    words = {"say the direction": None, "in": IN, "out": OUT, "internal": INTERNAL}
    found: dict[str, str | None] = {}
    for names, direction in re.findall(r"((?:`\w+` ?)+)\(([\w ]+)\)", section("Activities")):
        found |= dict.fromkeys(re.findall(r"`(\w+)`", names), words[direction])
    assert found == ACTIVITIES


class Sent:
    """In place of both libraries' producers: keeps the values."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.values: list[Any] = []

    def produce(self, topic: str, value: Any, key: Any = None) -> None:
        assert (topic, key) in (("touchpoints", "c-1042"), ("touchpoints", b"c-1042"))
        self.values.append(value)

    send = produce

    def flush(self) -> None:
        pass


def test_the_examples_make_messages_that_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", SimpleNamespace(Producer=Sent))
    monkeypatch.setitem(sys.modules, "kafka", SimpleNamespace(KafkaProducer=Sent))
    monkeypatch.chdir(catalogue.directory().parent)
    names: dict[str, Any] = {}
    for example in EXAMPLES:
        exec(example, names)
        if "producer" in names:
            for value in names["producer"].values:
                found = decode_touchpoint(value if isinstance(value, bytes) else value.encode())
                assert isinstance(found, Touchpoint), found
    in_avro = decode_touchpoint(names["framed"](names["touchpoint"] | {"occurred_at": 1_772_442_845_000}))
    assert in_avro == found
