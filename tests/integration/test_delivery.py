"""The delivery process on a real broker: its first start and its next, a rehearsal, and who may write."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_delivery_killed import has_begun
from tests.integration.writer_tools import alert, fresh_topics, produce, wait_until, warning
from tests.webhook_receiver import WebhookReceiver

from siloscope import wire
from siloscope.deliver import process, rehearsal
from siloscope.deliver.journal import Journal, Lost
from siloscope.errors import Unusable
from siloscope.ops.broker import Broker
from siloscope.ops.health import Health
from siloscope.settings import Settings, load


def settings_for(broker: Broker, receiver: WebhookReceiver, folder: Path, **other: Any) -> Settings:
    told = {
        "receivers": {"hook": receiver.settings}, "routes": [{"to": ["hook"]}], "newest_hours": False,
        "group_wait_seconds": 0.5,
    }  # fmt: skip
    return load(bootstrap_servers=broker.address, group_id=folder.name, partitions=2, deliver=told | other)


@contextmanager
def running(settings: Settings) -> Iterator[Health]:
    stop, health = threading.Event(), Health("deliver")
    thread = threading.Thread(target=process.deliver, args=(settings, stop, health))
    thread.start()
    try:
        yield health
    finally:
        stop.set()
        thread.join()


def tell(broker: Broker, kind: str, *records: dict[str, Any]) -> None:
    produce(broker.address, f"siloscope.{kind}s", [wire.encode(kind, each) for each in records])


def test_it_begins_with_what_is_told_from_now_on_and_goes_on_where_it_stopped(broker: Broker, tmp_path: Path) -> None:
    with WebhookReceiver() as receiver:
        settings = settings_for(broker, receiver, tmp_path)
        fresh_topics(settings)
        tell(broker, "warning", warning(1))
        with running(settings) as health:
            wait_until(lambda: has_begun(settings))
            tell(broker, "warning", warning(2))
            tell(broker, "alert", alert(3), alert(4, 3))
            wait_until(lambda: len(receiver.got) == 2)
            wait_until(lambda: health.ready().well)
        tell(broker, "warning", warning(1, 2), warning(2, 2))
        tell(broker, "alert", alert(3, 3))
        with running(settings):
            wait_until(lambda: len(receiver.got) == 4)
        assert set(receiver.got.values()) == {1}
        assert receiver.types() == {"warning.pending": 1, "warning.accepted": 1, "alert.opening": 1, "alert.ended": 1}


def test_a_rehearsal_says_what_would_be_told_and_sends_nothing(
    broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with WebhookReceiver() as receiver:
        settings = settings_for(broker, receiver, tmp_path)
        fresh_topics(settings)
        tell(broker, "warning", warning(1), warning(2))
        tell(broker, "alert", alert(3), alert(4) | {"confidence": "suspected"})
        wait_until(lambda: _rehearsed(settings, capsys).count("handoff from sales to support") == 2)
        time.sleep(0.6)  # what the alert waits for its incident
        said = _rehearsed(settings, capsys)
        assert "4 records in 1 days; nothing was sent." in said and "hook: 3 messages; not told: nothing" in said
        assert "Alert 3 told for the 1. time" in said and "Alert 4" not in said
        assert not receiver.got


def _rehearsed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> str:
    rehearsal.main(settings, 1)
    return " ".join(capsys.readouterr().out.split())


def readable(settings: Settings) -> bool:
    """The topic is new: its partition may have no leader yet."""
    try:
        Journal(settings).load(lambda *_: None, threading.Event())
    except Lost:
        return False
    return True


def test_who_led_before_writes_nothing_any_more(broker: Broker, tmp_path: Path) -> None:
    with WebhookReceiver() as receiver:
        settings = settings_for(broker, receiver, tmp_path)
    fresh_topics(settings)
    kept: dict[bytes, bytes | None] = {}
    wait_until(lambda: readable(settings))
    old, new = Journal(settings), Journal(settings)
    old.load(kept.__setitem__, threading.Event())
    old.write([(b"n1", b"old")], {("siloscope.alerts", 0): 1})
    assert new.load(kept.__setitem__, threading.Event()) == {("siloscope.alerts", 0): 1} and kept == {b"n1": b"old"}
    with pytest.raises(Lost, match="fenced"):
        old.write([(b"n1", b"older")], {("siloscope.alerts", 0): 0})
    new.write([(b"n1", b"new")], {("siloscope.alerts", 0): 2})
    assert Journal(settings).load(kept.__setitem__, threading.Event()) == {("siloscope.alerts", 0): 2}
    assert kept == {b"n1": b"new"}


def test_without_routes_it_says_what_to_write() -> None:
    with pytest.raises(Unusable, match="nobody is to be told: write"):
        process.deliver(load(), threading.Event(), Health("deliver"))


def test_without_its_topic_it_says_how_to_make_it(own_broker: Broker, tmp_path: Path) -> None:
    with WebhookReceiver() as receiver:
        settings = settings_for(own_broker, receiver, tmp_path)
        with pytest.raises(
            Unusable, match=r"there is no topic siloscope\.deliveries: siloscope topics --create makes it"
        ):
            process.deliver(settings, threading.Event(), Health("deliver"))
