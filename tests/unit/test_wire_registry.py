"""Schemas from a registry: asked once, kept, and clear when it does not answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest

from siloscope import wire
from siloscope.core.touchpoint import Rejected, Touchpoint
from siloscope.errors import Unusable, WrongUsage
from siloscope.settings import Settings
from siloscope.wire import catalogue, cli

from .registry_stand_in import StandIn, running

OURS = catalogue.current("touchpoint")
RECORD = {
    "touchpoint_id": "crm:1",
    "occurred_at": 1_772_355_600_000,
    "activity": "visit",
    "department": "web",
    "channel": "web",
    "identifiers": [{"kind": "customer_id", "value": "c-1"}],
}


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    yield
    wire.configure(Settings())


@pytest.fixture
def registry() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


def use(registry: StandIn | str, **more: Any) -> Settings:
    url = registry if isinstance(registry, str) else registry.url
    settings = Settings(schema_registry_url=url, **more)
    wire.configure(settings)
    return settings


def message(number: int, schema: Any = OURS, **fields: Any) -> bytes:
    stream = io.BytesIO(b"\0" + number.to_bytes(4, "big"))
    stream.seek(5)
    fastavro.schemaless_writer(stream, fastavro.parse_schema(schema), RECORD | fields)
    return stream.getvalue()


def test_a_producers_own_schema_is_asked_for_once_and_kept(registry: StandIn) -> None:
    theirs = {**OURS, "namespace": "com.acme", "fields": [*OURS["fields"][:20], {"name": "mood", "type": "string"}]}
    number = registry.add(theirs)
    use(registry)
    for _ in range(3):
        found = wire.decode_touchpoint(message(number, theirs, mood="blue", topic="price"))
        assert isinstance(found, Touchpoint)
        assert found.topic == "price"
    use(registry)
    assert isinstance(wire.decode_touchpoint(message(number, theirs, mood="")), Touchpoint)
    assert registry.asked == [f"/schemas/ids/{number}"]


def test_a_restart_does_not_need_the_registry_for_what_was_read_before() -> None:
    with running() as registry:
        number = registry.add(OURS)
        use(registry)
        wire.decode_touchpoint(message(number))
    use(registry)
    assert isinstance(wire.decode_touchpoint(message(number)), Touchpoint)


def test_an_id_that_is_not_there_is_refused_and_not_asked_for_again_at_once(registry: StandIn) -> None:
    use(registry)
    for _ in range(5):
        found = wire.decode_touchpoint(message(77))
        assert isinstance(found, Rejected)
        assert found.reason == "unknown_schema"
    assert len(registry.asked) == 1


def test_a_schema_that_is_no_record_is_refused(registry: StandIn) -> None:
    number = registry.add("string")
    use(registry)
    assert isinstance(wire.decode_touchpoint(message(number)), Rejected)


def test_a_record_that_cannot_be_a_touchpoint_is_refused(registry: StandIn) -> None:
    number = registry.add({"type": "record", "name": "Order", "fields": [{"name": "total", "type": "double"}]})
    use(registry)
    found = wire.decode_touchpoint(b"\0" + number.to_bytes(4, "big") + bytes(8))
    assert isinstance(found, Rejected)
    assert found.reason == "undecodable"


def test_our_own_ids_are_read_whatever_the_registry_says(registry: StandIn) -> None:
    own = wire.encode("touchpoint", RECORD)
    use(registry)
    assert isinstance(wire.decode_touchpoint(own), Touchpoint)
    assert registry.asked == []


def test_nothing_is_refused_because_the_registry_is_down() -> None:
    with running() as registry:
        pass
    use(registry)
    with pytest.raises(wire.RegistryDown, match=r"schema registry .* cannot be used .*mend schema_registry_url"):
        wire.decode_touchpoint(message(5))
    with pytest.raises(wire.RegistryDown):
        wire.decode("touchpoint", message(5))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, b"<html>not here</html>"), "is no Confluent-compatible schema registry"),
        ((200, b"<html>welcome</html>"), "cannot be used"),
        ((200, b"[]"), "is no Confluent-compatible schema registry"),
        ((401, b'{"error_code": 401, "message": "Unauthorized"}'), "mend schema_registry_username"),
        ((500, b'{"error_code": 50001, "message": "store\\ngone"}'), "answered 500 store gone: try again"),
    ],
)
def test_a_wrong_answer_is_told_and_refuses_nothing(registry: StandIn, answer: tuple[int, bytes], words: str) -> None:
    registry.answer = answer
    use(registry)
    with pytest.raises(wire.RegistryDown) as told:
        wire.decode_touchpoint(message(5))
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_what_we_write_bears_the_registrys_id(registry: StandIn) -> None:
    registry.add("string")
    number = registry.add(OURS, "touchpoints-value")
    use(registry)
    assert wire.encode("touchpoint", RECORD)[:5] == b"\0" + number.to_bytes(4, "big")
    assert isinstance(wire.decode_touchpoint(wire.encode("touchpoint", RECORD)), Touchpoint)


def test_writing_what_is_not_registered_says_how_to_register_it(registry: StandIn) -> None:
    use(registry)
    with pytest.raises(Unusable, match="siloscope schemas register"):
        wire.encode("alert", {})


def test_credentials_go_with_each_question_and_never_into_the_address(registry: StandIn) -> None:
    use(registry, schema_registry_username="me", schema_registry_password="secret")
    wire.decode_touchpoint(message(5))
    assert registry.credentials == "Basic bWU6c2VjcmV0"
    for address in ("http://me:secret@registry:8081", "registry:8081"):
        with pytest.raises(WrongUsage) as told:
            use(address)
        assert "secret" not in str(told.value)


def test_schemas_are_registered_and_then_checked(registry: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    settings = use(registry)
    with pytest.raises(Unusable, match="run siloscope schemas register"):
        cli.main("check", settings)
    cli.main("register", settings)
    cli.main("check", settings)
    assert registry.subjects.keys() == {kind.subject for kind in catalogue.KINDS.values()}
    cli.main("list", Settings())
    assert "siloscope.dead-letters" in capsys.readouterr().out


def test_registering_needs_a_registry_and_a_known_action() -> None:
    with pytest.raises(WrongUsage, match="set schema_registry_url"):
        cli.main("register", Settings())
    with pytest.raises(WrongUsage, match="write list, check or register"):
        cli.main("delete", Settings())
