"""Dead letters are listed, shown whole and sent back to where they came from."""

from __future__ import annotations

import json

import pytest
from tests.integration.writer_tools import dead_letter, fresh_topics, held, produce

from siloscope import wire
from siloscope.errors import Unusable, WrongUsage
from siloscope.ops import dead_letters
from siloscope.ops.broker import Broker, free_port
from siloscope.settings import Settings, load


@pytest.fixture
def settings(broker: Broker) -> Settings:
    settings = load(None, bootstrap_servers=broker.address, partitions=2)
    fresh_topics(settings)
    other = dead_letter(2) | {"reason": "no_customer", "partition": 1, "value": b"{}"}
    replaced = dead_letter(-1) | {"dead_letter_id": "touchpoints/old/1f", "reason": "id_reused"}
    values = [wire.encode("dead_letter", each) for each in (dead_letter(1), other, dead_letter(1), replaced)]
    produce(broker.address, "siloscope.dead-letters", [*values, b"not a dead letter"])
    return settings


def sent_again(settings: Settings, partition: int) -> list[tuple[bytes, bytes, dict[str, bytes]]]:
    found = held(settings.bootstrap_servers, "touchpoints", partition)
    return [(message.key(), message.value(), dict(message.headers() or ())) for message in found]


def test_each_letter_is_listed_once_with_its_reason(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    dead_letters.main("list", [], settings)
    said = capsys.readouterr().out
    assert said.count("touchpoints/0/1 ") == 1
    assert "1 id_reused, 1 no_customer, 1 undecodable" in said


def test_a_letter_is_shown_whole(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    dead_letters.main("show", ["touchpoints/0/1"], settings)
    shown = json.loads(capsys.readouterr().out)
    assert shown["value_base64"] == "AP8="
    assert shown["timestamp"] == "2026-01-01T00:00:00Z"
    assert shown["headers"] == [{"name": "h", "value_base64": "/g=="}]


def test_a_letter_sent_again_is_the_record_it_was(settings: Settings) -> None:
    dead_letters.main("redrive", ["touchpoints/0/1"], settings)
    headers = {"h": b"\xfe", "siloscope-redriven": b"touchpoints/0/1"}
    assert sent_again(settings, 0) == [(b"k\xff", b"\x00\xff", headers)]
    assert sent_again(settings, 1) == []


def test_letters_are_sent_again_by_reason(settings: Settings) -> None:
    dead_letters.main("redrive", [], settings, reason="no_customer")
    assert [value for _, value, _ in sent_again(settings, 1)] == [b"{}"]


def test_a_letter_without_its_record_is_not_sent(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    dead_letters.main("redrive", [], settings, every=True)
    assert "2 sent again, 1 cannot be" in capsys.readouterr().out


def test_what_is_not_there_is_said(settings: Settings) -> None:
    with pytest.raises(Unusable, match=r"^no dead letter touchpoints/7/7 is in topic"):
        dead_letters.main("show", ["touchpoints/7/7"], settings)


def test_nothing_is_sent_again_unless_it_is_named(settings: Settings) -> None:
    with pytest.raises(WrongUsage, match="name dead letters by id, or give --reason REASON or --every"):
        dead_letters.main("redrive", [], settings)
    with pytest.raises(WrongUsage, match=r"no_custmer: there is no such reason; did you mean no_customer\?"):
        dead_letters.main("redrive", [], settings, reason="no_custmer")


def test_a_broker_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "SECONDS", 1.0)
    with pytest.raises(Unusable, match=r"^no Kafka broker answers at .*: start it"):
        dead_letters.main("list", [], load(None, bootstrap_servers=f"127.0.0.1:{free_port()}"))
