"""Incidents on the board: cause, customers, since when, who has to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from starlette.testclient import TestClient
from tests.board_tools import NOW, alert, incident, site

from siloscope.web.app import application
from siloscope.web.incidents import timeline

HOUR = 3_600_000


class Board:
    def __init__(self) -> None:
        self.site, self.fed = site()
        self.client = TestClient(application(self.site))

    def text(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status
        return answer.text


@pytest.fixture
def board() -> Board:
    return Board()


def test_those_that_go_on_come_first_and_what_was_none_is_not_listed(board: Board) -> None:
    board.fed.put(incident("over", status="ended", ended_at=NOW, opened_at=NOW + 9))
    board.fed.put(incident("open"), incident("none", status="retracted"))
    page = board.text("/incidents")
    assert page.index("/incidents/open") < page.index("/incidents/over")
    assert "/incidents/none" not in page


def test_without_any_it_says_what_would_make_one(board: Board) -> None:
    assert "ten customers within an hour" in board.text("/incidents")


def test_its_page_names_cause_owner_and_the_customers_on_my_desk(board: Board) -> None:
    mine = [alert(number, incident_id="2026-03-i1", opened_at=NOW + number * HOUR) for number in range(1, 5)]
    other = alert(9, incident_id="2026-03-i1", owner_department="sales", opened_at=NOW)
    gone = alert(8, incident_id="2026-03-i1", status="retracted")
    board.fed.put(incident(), *mine, other, gone, alert(7))
    page = board.text("/incidents/2026-03-i1")
    for said in ("release 4.2", "Who mends it", "c-1", "c-4", "1 alert more on other desks", "/?incident=2026-03-i1"):
        assert said in page
    for not_said in ("c-9", "c-8", "c-7"):
        assert not_said not in page
    assert "<svg" in page


def test_who_accepted_an_alert_stands_there(board: Board) -> None:
    board.fed.put(incident(), alert(1, incident_id="2026-03-i1"))
    board.client.post(f"/items/{alert(1).alert_id}/accept")
    assert "anna has it" in board.text("/incidents/2026-03-i1")


@pytest.mark.parametrize(
    ("ended", "alerts", "said"),
    [(NOW + 24 * HOUR, "open", True), (NOW + 24 * HOUR, "resolved", False), (None, "open", False)],
)
def test_where_it_is_over_and_alerts_stand_it_says_why(
    board: Board, ended: int | None, alerts: str, said: bool
) -> None:
    status = "open" if ended is None else "ended"
    board.fed.put(incident(status=status, ended_at=ended), alert(1, incident_id="2026-03-i1", status=alerts))
    page = board.text("/incidents/2026-03-i1")
    assert ("The incident is over: for 24 hours no new alert came" in page) == said


def test_of_an_unknown_one_it_says_where_to_look(board: Board) -> None:
    assert "v_incidents" in board.text("/incidents/nothing", 404)


@pytest.mark.parametrize(("moments", "bars"), [([], 0), ([5], 0), ([5, 5], 0), ([0, 5, 10], 24)])
def test_how_it_grew_needs_two_moments(moments: Sequence[int], bars: int) -> None:
    assert timeline(moments).count("<rect") == bars


def test_the_last_bar_has_all_and_none_is_lower_than_the_one_before() -> None:
    heights = [float(each) for each in re.findall(r'<rect[^>]* height="([0-9.]+)"', timeline([0, 1, 2, 50, 100]))]
    assert heights == sorted(heights)
    assert heights[-1] == 90
