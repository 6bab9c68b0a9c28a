"""The balance of the worker: what was taken over became something, whatever happens to a chunk."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest

from siloscope.agents import balance
from siloscope.agents.chunks import Book, Chunk, Place
from siloscope.ops import metrics
from siloscope.ops.pages import serve

TERMS = {
    "accepted": metrics.ACCEPTED, "applied": metrics.APPLIED, "dead": metrics.DEAD, "absent": metrics.ABSENT,
    "given_back": metrics.GIVEN_BACK, "unhandled": metrics.UNHANDLED,
}  # fmt: skip


class Worker:
    """A book and what handles its chunks; `topic` is its own, so that the metrics are."""

    def __init__(self, topic: str) -> None:
        self.place = Place(topic, 0)
        self.book = Book()
        self.book.begin(1)
        self.next = 0

    def hand_out(self, offsets: Iterable[int]) -> Chunk:
        chunk = Chunk(self.place, 1, [SimpleNamespace(offset=each) for each in offsets], self.next)
        self.next = chunk.end
        self.book.hand_out(chunk)
        return chunk

    def handle(self, chunk: Chunk, dead: int = 0, *, dropped: int = 0) -> None:
        chunk.outcome = SimpleNamespace(delivered=True)
        self.book.balance.handled(self.place.topic, len(chunk.records) - dead - dropped, dead)

    def terms(self) -> dict[str, float]:
        self.book.balance.publish(self.book.unhandled())
        values: dict[str, Any] = {name: metric.labels(self.place.topic)._value.get() for name, metric in TERMS.items()}
        return {name: value for name, value in values.items() if value}

    def difference(self) -> float:
        terms = self.terms()
        return 2 * terms.get("accepted", 0) - sum(terms.values())


def test_it_closes_with_chunks_handled_under_way_and_dead() -> None:
    worker = Worker("balance.a")
    one, _two = worker.hand_out(range(10)), worker.hand_out(range(10, 15))
    worker.handle(one, dead=2)
    assert worker.terms() == {"accepted": 15, "applied": 8, "dead": 2, "unhandled": 5}
    assert worker.difference() == 0


def test_offsets_without_a_record_are_absent_before_and_within_a_chunk() -> None:
    worker = Worker("balance.b")
    worker.handle(worker.hand_out([3, 4, 6]))
    assert worker.terms() == {"accepted": 7, "applied": 3, "absent": 4}
    assert worker.difference() == 0


def test_what_a_rebalance_takes_away_unhandled_is_given_back_and_what_was_handled_is_not() -> None:
    worker = Worker("balance.c")
    worker.handle(worker.hand_out(range(4)))
    worker.hand_out(range(4, 10))
    worker.book.close()
    worker.book.forget()
    assert worker.terms() == {"accepted": 10, "applied": 4, "given_back": 6}
    worker.book.begin(2)
    assert worker.difference() == 0


def test_it_does_not_close_when_a_record_is_lost_or_counted_twice() -> None:
    """The bugs it is there to find."""
    lost = Worker("balance.d")
    lost.handle(lost.hand_out(range(10)), dropped=1)
    assert lost.difference() == 1
    twice = Worker("balance.e")
    chunk = twice.hand_out(range(10))
    twice.handle(chunk)
    twice.handle(chunk)
    assert twice.difference() == -10
    again = Worker("balance.f")
    again.handle(again.hand_out(range(10)))
    again.handle(again.hand_out(range(5, 15)))  # five of them a second time
    assert again.difference() == -5


def test_a_page_that_is_asked_for_while_the_terms_move_shows_all_of_them_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    port, pages = serve("127.0.0.1", 0), []

    def ask() -> None:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
            pages.append(page.read().decode())

    asking = Thread(target=ask)

    class AskedMeanwhile:
        def labels(self, topic: str) -> Any:
            asking.start()
            asking.join(0.2)
            return metrics.APPLIED.labels(topic)

    monkeypatch.setitem(balance._TERMS, "applied", AskedMeanwhile())  # type: ignore[misc]
    worker = Worker("balance.g")
    worker.handle(worker.hand_out(range(10)))
    worker.terms()
    asking.join()
    for term in ("accepted", "applied"):
        assert f'siloscope_records_{term}_total{{topic="balance.g"}} 10.0' in pages[0]
