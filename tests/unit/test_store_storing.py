"""A batch is stored, tried again, searched for bad rows or given up, by what the store answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, DataError, OperationalError, ProgrammingError
from tests.integration.writer_tools import touchpoint

from siloscope import wire
from siloscope.errors import Unusable
from siloscope.stores.backlog import Batch
from siloscope.stores.meaning import NoAnswer, meaning_of
from siloscope.stores.rows import Columns
from siloscope.stores.storing import FIRST_WAIT, LONGEST_WAIT, Storing


class Message(NamedTuple):
    at: int
    body: bytes

    def offset(self) -> int:
        return self.at

    def value(self) -> bytes:
        return self.body


class Store:
    """Takes rows unless told otherwise; `refused` are the touchpoints it never takes."""

    def __init__(self, *answers: Exception | None, refused: frozenset[str] = frozenset()) -> None:
        self.answers = list(answers)
        self.refused = refused
        self.tried: list[str] = []
        self.taken: dict[str, list[str]] = {}

    def insert(self, table: str, parts: Iterable[Columns], token: str) -> None:
        self.tried.append(token)
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        ids = [one for part in parts for one in part["touchpoint_id"]]
        if self.refused & set(ids):
            raise DatabaseError("Code: 469. Constraint is violated", code=469)
        self.taken.setdefault(token, ids)

    @property
    def ids(self) -> list[str]:
        return sorted(one for rows in self.taken.values() for one in rows)


def batch(*numbers: int) -> Batch:
    return Batch("touchpoints", 0, [Message(n, wire.encode("touchpoint", touchpoint(n))) for n in numbers])


def store(store: Store, batch: Batch) -> tuple[list[Any], list[float]]:
    waits: list[float] = []
    return Storing(store, waits.append).store(batch), waits


def test_what_may_pass_is_tried_again_with_the_same_token_and_ever_longer_waits() -> None:
    faulty = Store(*[OperationalError("Connection refused")] * 9)
    refused, waits = store(faulty, batch(1, 2))
    assert refused == []
    assert set(faulty.tried) == {batch(1, 2).token}
    assert len(waits) == 9
    assert FIRST_WAIT / 2 <= waits[0] <= FIRST_WAIT
    assert LONGEST_WAIT / 2 <= waits[-1] <= LONGEST_WAIT


def test_bad_rows_are_found_and_the_rest_is_stored() -> None:
    numbers = range(40)
    bad = frozenset({"test:0000003", "test:0000017", "test:0000039"})
    faulty = Store(refused=bad)
    refused, waits = store(faulty, batch(*numbers))
    assert [one.message.offset() for one in refused] == [3, 17, 39]
    assert {one.rejected.reason for one in refused} == {"impossible"}
    assert len(faulty.ids) == 37
    assert waits == []


def test_bad_rows_are_searched_in_the_same_way_each_time() -> None:
    first, second = (Store(refused=frozenset({"test:0000003"})) for _ in range(2))
    store(first, batch(*range(10)))
    store(second, batch(*range(10)))
    assert first.tried == second.tried
    assert len(set(first.tried)) == len(first.tried)


def test_whoever_looks_for_bad_rows_can_say_a_word_to_kafka_before_every_insert() -> None:
    faulty, words = Store(refused=frozenset({"test:0000003", "test:0000004"})), []
    Storing(faulty, lambda _: None, lambda: words.append(len(faulty.tried))).store(batch(*range(10)))
    assert words == list(range(len(faulty.tried)))
    assert len(words) > 5


def test_a_wrong_set_up_ends_the_writer_with_one_line() -> None:
    with pytest.raises(Unusable, match=r"^the store does not take touchpoints: Code: 60\. No such table$"):
        store(Store(DatabaseError("Code: 60. No such table\nstack", code=60)), batch(1))


def test_what_is_no_touchpoint_makes_no_row_and_no_dead_letter() -> None:
    messages = [Message(1, b""), Message(2, b"{"), Message(3, b'{"clock": 1767225600000}'), *batch(4).messages]
    empty = Store()
    refused, _ = store(empty, Batch("touchpoints", 0, messages))
    assert refused == []
    assert empty.ids == ["test:0000004"]


def test_an_alert_that_cannot_be_read_becomes_a_dead_letter() -> None:
    refused, _ = store(Store(), Batch("siloscope.alerts", 0, [Message(1, b"?")]))
    assert [one.rejected.reason for one in refused] == ["undecodable"]


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (OperationalError("Connection refused"), "again"),
        (ConnectionResetError(), "again"),
        (NoAnswer(), "again"),
        (DatabaseError("Memory limit exceeded", code=241), "again"),
        (DatabaseError("Too many parts", code=252), "again"),
        (DatabaseError("never heard of", code=99_999), "again"),
        (DatabaseError("Too many partitions for single INSERT block", code=252), "row"),
        (DatabaseError("constraint", code=469), "row"),
        (DataError("None in a column that has none"), "row"),
        (OverflowError(), "row"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogate"), "row"),
        (DatabaseError("authentication", code=516), "set-up"),
        (DatabaseError("read-only", code=164), "set-up"),
        (ProgrammingError("column count"), "set-up"),
    ],
)
def test_errors_are_told_apart(error: Exception, meaning: str) -> None:
    assert meaning_of(error) == meaning
