"""The matrix, the verdicts and the council's week on the board: the store's figures, and a word where it is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.board_tools import ANNA, CARL, Everybody, site
from tests.warehouse import FALSE, USEFUL, Warehouse

from siloscope.errors import Unusable
from siloscope.web import kept
from siloscope.web.access import Person
from siloscope.web.app import application
from siloscope.web.matrix import matrix_of
from siloscope.web.quality import FEW, Judged, groups_of

PAGES = ("/matrix", "/quality")
LEA = Person("lea", frozenset(), frozenset({"look", "all_departments"}))


class Board:
    """A board whose store is asked through `client`; None: it is away. `asked` counts how often."""

    def __init__(self, client: Any) -> None:
        self.asked = 0

        @contextmanager
        def store() -> Iterator[Any]:
            self.asked += 1
            if client is None:
                raise Unusable("no process serves the store")
            yield client

        made, _ = site(Everybody(LEA, ANNA, CARL))
        made.store = store
        self.client = TestClient(application(made), headers={"x-person": "lea"})


@pytest.fixture
def board(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Board]:
    monkeypatch.setattr(kept, "SOON", 60)
    made = Board(warehouse.client)
    with made.client:
        yield made


@pytest.mark.parametrize("path", [*PAGES, "/council/week.html"])
def test_without_a_store_it_says_so(path: str) -> None:
    assert "no process serves the store" in Board(None).client.get(path).text.lower()


@pytest.mark.parametrize("path", PAGES)
def test_what_takes_long_follows_the_page(warehouse: Warehouse, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SOON", 0)
    made = Board(warehouse.client)
    with made.client as client:
        page = client.get(path).text
        assert f'hx-get="{path}" hx-trigger="load, every' in page
        assert '<noscript> <a href="">Look again</a></noscript>' in page
        part = client.get(path, headers={"hx-request": "true"}).text
    assert part.startswith('<div id="figures"')
    assert "<table" in part
    assert made.asked == 1


@pytest.mark.parametrize("path", PAGES)
def test_who_asks_the_same_again_does_not_ask_the_store(board: Board, path: str) -> None:
    first, second = board.client.get(path).text, board.client.get(path).text
    assert "<table" in first
    assert first == second
    assert board.asked == 1


def test_the_matrix_counts_the_certain_alerts_of_each_pair(board: Board, warehouse: Warehouse) -> None:
    collided = Counter(
        pair
        for alert in warehouse.company.standing
        if alert.symptom == "duplicate_outreach" and alert.mode != "shadow" and alert.confidence == "confirmed"
        for pair in permutations(alert.departments, 2)
    )
    (one, other), number = collided.most_common(1)[0]
    cells = warehouse.ask(
        "SELECT department, other_department AS other, relation, sum(confirmed_alerts) AS alerts "
        "FROM v_department_matrix GROUP BY ALL"
    )
    assert matrix_of(cells).cells[one, other].alerts >= number
    page = board.client.get("/matrix", params={"days": "91", "from": one, "to": other}).text
    assert f'title="{one}, {other}: ' in page
    assert f"{one} collides with {other}" in page


def test_alerts_between_two_others_are_counted_and_not_listed(board: Board) -> None:
    asked = {"days": "91", "from": "sales", "to": "marketing"}
    assert "The newest alerts" in board.client.get("/matrix", params=asked).text
    page = board.client.get("/matrix", params=asked, headers={"x-person": "anna"}).text  # she is of support
    assert 'title="sales, marketing: ' in page
    assert "The newest alerts" not in page
    assert "from=sales&amp;to=marketing" not in page
    assert "from=sales&amp;to=support" in page


def test_the_hottest_cell_is_the_largest() -> None:
    found = [
        {"department": "a", "other": "b", "relation": "collides with", "alerts": 90},
        {"department": "a", "other": "b", "relation": "contradicts", "alerts": 9},
        {"department": "b", "other": "a", "relation": "drops to", "alerts": 1},
    ]
    cells = matrix_of(found).cells
    assert cells["a", "b"] == (99, 9, "collides with: 90, contradicts: 9")
    assert cells["b", "a"].heat == 1


def test_the_verdicts_are_those_that_staff_gave(board: Board, warehouse: Warehouse) -> None:
    last: dict[tuple[str, str], str] = {}
    for each in sorted(warehouse.company.actions, key=lambda each: (each["occurred_at"], each["action_id"])):
        if each["kind"] == "feedback":
            last[each["subject"], each["actor"]] = each["value"]
    symptoms = {alert.alert_id: alert.symptom for alert in warehouse.company.current}
    said = Counter((symptoms[subject], value) for (subject, _), value in last.items())
    rows = warehouse.ask(
        "SELECT symptom, owner_department AS department, alerts, judged, useful, false_alarms FROM v_precision"
    )
    for whole, parts in groups_of(rows):
        assert (whole.useful, whole.false_alarms) == (said[whole.symptom, USEFUL], said[whole.symptom, FALSE])
        assert sum(part.judged for part in parts) == whole.judged
    assert "In brackets the bounds" in board.client.get("/quality").text


def test_few_verdicts_are_grey_and_none_are_no_share() -> None:
    assert Judged("s", "", 9, 9, FEW - 1, 0).few
    assert not Judged("s", "", 9, 9, FEW, 0).few
    assert Judged("s", "", 9, 0, 0, 0).said == ""
    assert Judged("s", "", 9, 4, 3, 1).said == "75% (30% to 95%)"


def test_the_councils_week_is_saved_as_one_page(board: Board) -> None:
    answer = board.client.get("/council/week.html", params={"week": "2026-03-18"})
    assert answer.headers["content-disposition"] == 'attachment; filename="week-2026-03-16.html"'
    assert "<h1>16 Mar to 22 Mar 2026</h1>" in answer.text
    assert board.client.get("/council/week.html", params={"week": "soon"}).status_code == 400
