"""A partition's records are cut into batches that are cut in the same places after a crash."""

from __future__ import annotations

from typing import NamedTuple

from siloscope.stores.backlog import Backlog, Limits

LIMITS = Limits(rows=10, bytes=1000, seconds=1.0)


class Message(NamedTuple):
    at: int
    body: bytes = b"x"

    def offset(self) -> int:
        return self.at

    def value(self) -> bytes:
        return self.body


def backlog(*offsets: int, planned: int | None = None, body: bytes = b"x", now: float = 0.0) -> Backlog:
    made = Backlog("touchpoints", 3, LIMITS, planned)
    for offset in offsets:
        made.add(Message(offset, body), now)
    return made


def test_few_records_wait_until_they_are_old_enough() -> None:
    some = backlog(4, 5, 6)
    assert some.cut(0.9) is None
    batch = some.cut(1.0)
    assert batch is not None
    assert (batch.first, batch.last) == (4, 6)


def test_a_full_batch_does_not_wait_and_takes_no_more_than_fits() -> None:
    batch = backlog(*range(25)).cut(0.0)
    assert batch is not None
    assert (batch.first, batch.last) == (0, 9)


def test_large_records_make_small_batches() -> None:
    batch = backlog(*range(8), body=b"y" * 400).cut(0.0)
    assert batch is not None
    assert len(batch.messages) == 2


def test_a_record_larger_than_the_limit_is_a_batch_of_its_own() -> None:
    batch = backlog(7, 8, body=b"y" * 5000).cut(0.0)
    assert batch is not None
    assert [message.offset() for message in batch.messages] == [7]


def test_in_a_hurry_nothing_waits() -> None:
    assert backlog(4).cut(0.0, hurry=True) is not None


def test_what_is_stored_leaves_and_the_rest_follows() -> None:
    some = backlog(*range(12))
    batch = some.cut(0.0)
    assert batch is not None
    some.done(batch, 5.0)
    assert some.stored == 10
    assert (len(some), some.bytes) == (2, 2)
    assert some.cut(5.5) is None
    rest = some.cut(6.0)
    assert rest is not None
    assert (rest.first, rest.last) == (10, 11)


def test_a_batch_begun_before_a_crash_is_cut_where_it_was() -> None:
    before = backlog(*range(4, 12)).cut(9.0)
    after = backlog(*range(4, 30), planned=11).cut(0.0)
    assert before is not None
    assert after is not None
    assert (after.first, after.last) == (4, 11)
    assert after.token == before.token


def test_a_batch_begun_before_a_crash_waits_for_all_its_records() -> None:
    some = backlog(4, 5, planned=11)
    assert some.cut(99.0, hurry=True) is None
    some.add(Message(11), 99.0)
    batch = some.cut(99.0)
    assert batch is not None
    assert batch.last == 11


def test_a_planned_end_that_kafka_no_longer_has_is_given_up() -> None:
    some = backlog(20, 21, planned=11)
    assert some.cut(9.0) is None
    batch = some.cut(9.0)
    assert batch is not None
    assert (batch.first, batch.last) == (20, 21)


def test_the_end_of_a_planned_batch_may_be_missing_from_the_log() -> None:
    batch = backlog(4, 5, 12, planned=11).cut(0.0)
    assert batch is not None
    assert batch.last == 5


def test_a_topic_made_anew_gives_other_tokens_for_the_same_offsets() -> None:
    old, new = backlog(0, 1, body=b"old").cut(9.0), backlog(0, 1, body=b"new").cut(9.0)
    assert old is not None
    assert new is not None
    assert old.token != new.token
