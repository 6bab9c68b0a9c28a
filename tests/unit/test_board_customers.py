"""A customer's page: what is open about her, what to know, and her journey; texts only for who may read them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient
from tests.board_tools import ANNA, CARL, Everybody, alert, incident, site, warning
from tests.warehouse import Warehouse

from siloscope.core.touchpoint import Touchpoint, customer_of
from siloscope.errors import Unusable
from siloscope.settings import load
from siloscope.web.access import Person
from siloscope.web.app import application
from siloscope.web.stored import Asking

LEA = Person("lea", frozenset({"support"}), frozenset({"look", "act", "read_text", "all_departments"}))
NEXT = {"hx-request": "true"}  # as htmx asks


class Board:
    """A board with what is put on its desk; without a store unless one is given."""

    def __init__(self, store: Any = None) -> None:
        self.access = Everybody(LEA, ANNA, CARL)
        self.site, self.fed = site(self.access)
        self.site.store = store or _nowhere
        self.client = TestClient(application(self.site), follow_redirects=False)

    def text(self, path: str, person: str = "anna", status: int = 200, **headers: str) -> str:
        answer = self.client.get(path, headers={"x-person": person} | headers)
        assert answer.status_code == status, answer.text
        return answer.text


@contextmanager
def _nowhere() -> Iterator[Any]:
    raise Unusable("no process serves the store")
    yield


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def stored(warehouse: Warehouse) -> Board:
    @contextmanager
    def store() -> Iterator[Any]:
        yield warehouse.client

    return Board(store)


def wrote(warehouse: Warehouse) -> tuple[str, Touchpoint]:
    """A customer, and something she wrote that is long enough to be looked for."""
    hers = [each for each in warehouse.company.touchpoints.values() if each.text and each.direction == "inbound"]
    found = next(each for each in hers if 40 < len(each.text or "") < 110 and "@" not in (each.text or ""))
    return customer_of(found), found


def test_her_page_has_what_is_open_on_my_desk_and_names_the_other_desks(board: Board) -> None:
    board.fed.put(alert(1), alert(2, customer_id="c-1", owner_department="sales", title="Sold twice"))
    page = board.text("/customers/c-1")
    assert f'id="item-{alert(1).alert_id}"' in page
    assert "On other desks" in page
    assert "Sold twice" in page
    assert f'id="item-{alert(2).alert_id}"' not in page


def test_it_begins_with_the_brief_of_the_handoff_that_stands(board: Board) -> None:
    board.fed.put(warning(1))
    page = board.text("/customers/c-1")
    assert page.index("Begin with her complaint") < page.index('id="items"')
    assert "journey?t=t-9#t-t-9" in page


def test_it_says_that_she_is_one_of_many(board: Board) -> None:
    board.fed.put(incident(), alert(1, incident_id="2026-03-i1"))
    assert "/incidents/2026-03-i1" in board.text("/customers/c-1")


def test_any_key_has_a_page(board: Board) -> None:
    odd = "email:a/b?c#d@fernhall.example"
    board.fed.put(alert(1, customer_id=odd))
    page = board.text(f"/customers/{quote(odd, safe='')}")
    assert f'id="item-{alert(1).alert_id}"' in page


def test_without_a_store_the_page_stands_and_says_what_is_missing(board: Board) -> None:
    board.fed.put(alert(1))
    assert f'id="item-{alert(1).alert_id}"' in board.text("/customers/c-1")
    assert "No process serves the store" in board.text("/customers/c-1/journey", **NEXT)
    assert "no process serves the store" in board.text("/customers/c-1/film.svg", status=404)


@pytest.mark.parametrize("by", ["c-1", "K-1", alert(1).alert_id, "acc-9"])
def test_a_customer_is_found_by_key_case_alert_and_account(board: Board, by: str) -> None:
    board.fed.put(alert(1, case_ref="K-1", account="acc-9"))
    answer = board.client.get("/customers", params={"q": by})
    if by == "c-1":
        assert (answer.status_code, answer.headers["location"]) == (303, "/customers/c-1")
    else:
        assert 'href="/customers/c-1"' in answer.text
        assert "Only the last week was searched: no process serves the store" in answer.text


def test_who_is_not_found_gets_to_know_what_to_write(board: Board) -> None:
    assert "Nobody is found by" in board.text("/customers?q=nobody")


def test_before_one_looks_for_anybody_those_with_most_open_stand_there(board: Board) -> None:
    board.fed.put(alert(1, customer_id="c-1"), alert(2, customer_id="c-9"), alert(3, customer_id="c-9"))
    page = board.text("/customers")
    assert page.index("c-9") < page.index("c-1")


def test_the_store_finds_who_is_on_no_desk(stored: Board, warehouse: Warehouse) -> None:
    case = next(each for each in warehouse.company.touchpoints.values() if each.case_ref)
    assert f"/customers/{customer_of(case)}" in stored.text(f"/customers?q={quote(case.case_ref or '')}")


def test_her_journey_has_the_film_and_her_words_for_who_may_read_them(stored: Board, warehouse: Warehouse) -> None:
    customer, said = wrote(warehouse)
    page = stored.text(f"/customers/{customer}/journey", **NEXT)
    assert "<svg" in page
    assert page.count("<html") == 0
    assert f'id="t-{said.touchpoint_id}"' in stored.text(f"/customers/{customer}/journey?t={said.touchpoint_id}")
    assert stored.access.texts == [("anna", customer, "journey")] * 2


def test_who_may_not_read_sees_when_and_what_but_not_a_word(stored: Board, warehouse: Warehouse) -> None:
    customer, said = wrote(warehouse)
    words = (said.text or "")[:30]
    everything = f"/customers/{customer}/journey?all"
    assert words.replace("'", "&#39;") in stored.text(everything)
    hidden = stored.text(everything, "carl")
    lists = hidden[hidden.index("What she went through") :]  # the brief above quotes for everybody, short and masked
    assert words.replace("'", "&#39;") not in lists
    assert f'id="t-{said.touchpoint_id}"' in lists
    assert words not in stored.text(f"/customers/{customer}/film.svg", "carl")


def test_a_film_is_saved_whole_about_one_symptom_or_without_her_name(stored: Board, warehouse: Warehouse) -> None:
    standing = next(each for each in warehouse.company.standing if each.mode == "live" and each.customer_id)
    path = f"/customers/{standing.customer_id}/film.svg"
    for query in ("", "?still", "?nameless", f"?about={standing.symptom}"):
        picture = stored.client.get(path + query)
        assert picture.headers["content-type"] == "image/svg+xml"
        ElementTree.fromstring(picture.text)
        assert ('id="play"' in picture.text) == (query != "?still")
    assert standing.customer_id not in stored.text(path + "?nameless")
    assert standing.customer_id in stored.text(path)


def test_of_whom_nothing_is_known_it_is_said(stored: Board) -> None:
    assert "The store has no touchpoint of nobody" in stored.text("/customers/nobody/journey", **NEXT)


def test_an_embedded_store_that_nobody_serves_is_not_opened(tmp_path: Any) -> None:
    settings = load(None, store={"path": tmp_path / "store"})
    made, _ = site(settings=settings)
    made.store = Asking(settings)
    answer = TestClient(application(made)).get("/customers/c-1/journey", headers=NEXT)
    assert "start `siloscope writer`" in answer.text
    assert not (tmp_path / "store").exists()
