"""What may be committed: only what was handled in this generation and delivered, in order."""

from __future__ import annotations

from types import SimpleNamespace

from siloscope.agents.chunks import Book, Chunk, Place

HERE = Place("touchpoints", 3)


def chunk(first: int, last: int, generation: int = 1) -> Chunk:
    return Chunk(HERE, generation, [SimpleNamespace(offset=offset) for offset in range(first, last + 1)])


def handled(delivered: bool) -> SimpleNamespace:
    return SimpleNamespace(delivered=delivered)


def book_with(*chunks: Chunk) -> Book:
    book = Book()
    book.begin(1)
    for each in chunks:
        book.hand_out(each)
    return book


def test_a_chunk_is_committable_only_when_what_it_produced_is_delivered() -> None:
    one = chunk(0, 9)
    book = book_with(one)
    assert book.committable() == {}
    one.outcome = outcome = handled(False)
    assert book.committable() == {}
    outcome.delivered = True
    assert book.committable() == {HERE: 10}
    assert book.unsettled == 0


def test_a_chunk_waits_for_those_before_it() -> None:
    one, two = chunk(0, 9), chunk(10, 19)
    book = book_with(one, two)
    two.outcome = handled(True)
    assert book.committable() == {}
    one.outcome = handled(True)
    assert book.committable() == {HERE: 20}


def test_a_chunk_that_faust_skipped_holds_back_the_commit() -> None:
    skipped, later = chunk(0, 9), chunk(10, 19)
    book = book_with(skipped, later)
    later.outcome = handled(True)
    assert book.committable() == {}
    assert book.unsettled == 2


def test_an_outcome_of_an_earlier_generation_counts_for_nothing() -> None:
    old = chunk(0, 9)
    book = book_with(old)
    book.begin(2)
    old.outcome = handled(True)
    assert not book.is_current(old)
    assert book.committable() == {}


def test_after_closing_nothing_is_handled_but_what_was_may_be_committed() -> None:
    one, two = chunk(0, 9), chunk(10, 19)
    book = book_with(one, two)
    one.outcome = handled(True)
    book.close()
    assert not book.is_current(two)
    assert book.committable() == {HERE: 10}


def test_the_oldest_uncommitted_chunk_says_how_long_it_has_waited() -> None:
    one = chunk(0, 9)
    book = book_with(one)
    assert book.waiting_seconds > 0
    one.outcome = handled(True)
    book.committable()
    assert book.waiting_seconds == 0
