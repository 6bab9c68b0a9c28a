"""The board's way to the store: one client for many questions, another after a failure or a move, never the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from siloscope.errors import Unusable
from siloscope.settings import load
from siloscope.stores.lock import Holder
from siloscope.web import stored
from siloscope.web.stored import Asking


class Stores:
    """Stands in for what opens a store: counts how many are open."""

    def __init__(self) -> None:
        self.opened = 0
        self.open = 0

    @contextmanager
    def readable(self, _: Any) -> Iterator[object]:
        self.opened += 1
        self.open += 1
        try:
            yield object()
        finally:
            self.open -= 1


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Stores:
    made = Stores()
    monkeypatch.setattr(stored, "readable", made.readable)
    return made


def server() -> Asking:
    return Asking(load(None, store={"url": "http://store.example:8123"}))


def test_one_client_answers_many_questions(stores: Stores) -> None:
    asking = server()
    with asking() as first, asking() as second:
        assert first is second
    assert (stores.opened, stores.open) == (1, 1)


def _fail(wrapped: bool) -> None:
    """As a question does whose answer does not come; `wrapped`: it says so in its own words."""
    try:
        raise DatabaseError("away")
    except DatabaseError as error:
        if not wrapped:
            raise
        raise Unusable(str(error)) from None


@pytest.mark.parametrize("wrapped", [False, True])
def test_after_a_failure_of_the_store_it_is_opened_anew(stores: Stores, wrapped: bool) -> None:
    asking = server()
    with pytest.raises((DatabaseError, Unusable)), asking():
        _fail(wrapped)
    with asking():
        assert (stores.opened, stores.open) == (2, 1)


def test_that_nothing_is_known_of_somebody_is_no_failure(stores: Stores) -> None:
    asking = server()
    with pytest.raises(Unusable), asking():
        raise Unusable("the store has no touchpoint of nobody")
    with asking():
        assert stores.opened == 1


def test_a_gateway_that_moved_is_followed_and_one_that_is_gone_is_said(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asking = Asking(load(None, store={"path": tmp_path / "store"}))
    holders = [Holder("7", "http://127.0.0.1:1"), Holder("8", "http://127.0.0.1:2"), Holder("9", None), None]
    monkeypatch.setattr(stored, "holder", lambda _: holders.pop(0))
    for number in (1, 2):
        with asking():
            assert (stores.opened, stores.open) == (number, 1)
    for _ in range(2):
        with pytest.raises(Unusable, match="start `siloscope writer`"), asking():
            pass
