"""What staff do from the board: it goes through the topic, comes back, and each is told what came of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.board_tools import Everybody, Fed, alert, site, warning

from siloscope.core.followup import moment_of
from siloscope.staff.actions import Written
from siloscope.web import acting
from siloscope.web.app import application
from siloscope.web.live import Live
from siloscope.web.site import Site

ONE, OTHER, HANDOFF = alert(1).alert_id, alert(2).alert_id, warning(3).warning_id


class Board:
    def __init__(self) -> None:
        self.access = Everybody()
        self.site: Site
        self.site, self.fed = site(self.access)
        self.client = TestClient(application(self.site), follow_redirects=False)
        self.fed.put(alert(1), alert(2, owner_department="sales"), warning(3))

    def do(self, kind: str, subject: str = ONE, person: str = "anna", htmx: bool = True, **form: str) -> Any:
        headers = {"x-person": person} | ({"hx-request": "true"} if htmx else {})
        return self.client.post(f"/items/{subject}/{kind}", data=form, headers=headers)

    def follow(self, subject: str = ONE) -> Any:
        return self.site.live.desk.items[subject].follow


@pytest.fixture
def board() -> Board:
    return Board()


def test_who_accepts_has_it(board: Board) -> None:
    said = board.do("accept")
    assert said.status_code == 200
    assert 'data-kind="won"' in said.text
    assert board.follow().accepted_by == "anna"


def test_of_two_who_accept_the_second_is_told_who_was_first_and_when(board: Board) -> None:
    board.do("accept", person="anna")
    said = board.do("accept", person="ben")
    assert 'data-kind="lost"' in said.text
    assert "anna was faster and has had it since <time" in said.text
    assert board.follow().accepted_by == "anna"


@pytest.mark.parametrize("lasts", ["1h", "4h", "1d", "3d", "7d"])
def test_a_snooze_ends_when_it_was_said_to(board: Board, lasts: str) -> None:
    before = board.site.live.clock()
    assert 'data-kind="won"' in board.do("snooze", **{"for": lasts}).text
    until = moment_of(board.fed.actions[-1].value)
    assert until is not None
    assert abs(until - before - acting.SLEEPS[lasts]) < 5_000


def test_the_other_department_has_what_is_handed_on_and_nobody_there_has_accepted_it(board: Board) -> None:
    board.do("accept")
    board.do("hand_on", department="sales", reason="it is about the price")
    assert board.follow().handed_to == "sales"
    assert board.follow().accepted_by is None
    assert board.do("accept").status_code == 404  # anna is of support


def test_who_gets_what_was_handed_on_reads_by_whom_and_for_whom_its_advice_was_written(board: Board) -> None:
    board.do("hand_on", person="ben", department="sales", reason="it is about <b>the price</b>")
    for path in ("/", f"/items/{ONE}"):
        page = board.client.get(path, headers={"x-person": "ben"}).text
        said = "Handed on to <b>sales</b> by ben: “it is about &lt;b&gt;the price&lt;/b&gt;”"
        assert page.index(said) < page.index("The advice was written for support:") < page.index("answer her today")
    board.do("hand_on", person="ben", department="support")
    assert "Handed on to" not in board.client.get("/").text, "it is where it was meant to be"


def test_what_is_resolved_is_off_the_desk_and_its_page_says_who_did_it(board: Board) -> None:
    said = board.do("resolve", reason="called her")
    assert f'<a href="/items/{ONE}">Look at it again</a>' in said.text
    assert ONE not in board.client.get("/").text
    page = board.client.get(f"/items/{ONE}").text
    assert "done by anna" in page
    assert "called her" in page
    assert "Take up again" in page
    assert f'id="item-{ONE}"' in board.client.get("/?shown=done").text


def test_a_note_and_a_verdict_are_kept_and_change_nothing_of_the_alert(board: Board) -> None:
    before = board.site.live.desk.items[ONE].record
    board.do("note", reason="<b>she</b> prefers the phone")
    board.do("feedback", verdict="false", reason="she had an answer")
    board.do("feedback", verdict="useful")
    page = board.client.get(f"/items/{ONE}").text
    assert "&lt;b&gt;she&lt;/b&gt; prefers the phone" in page
    assert "False alarm" in page
    assert [each.value for each in board.fed.actions if each.kind == "feedback"] == ["false", "useful"]
    assert board.follow().verdicts["anna"].value == "useful"
    assert board.site.live.desk.items[ONE].record == before


def test_a_handoff_warning_is_accepted_like_an_alert(board: Board) -> None:
    assert 'data-kind="won"' in board.do("accept", HANDOFF).text
    assert board.follow(HANDOFF).accepted_by == "anna"


def test_without_a_script_a_form_leads_back_and_the_page_says_what_came_of_it(board: Board) -> None:
    said = board.do("accept", htmx=False, back="/?severity=warning")
    assert said.status_code == 303
    assert said.headers["location"].startswith("/?severity=warning&did=accept&action=board")
    assert "It is yours now." in board.client.get(said.headers["location"]).text
    lost = board.do("accept", person="ben", htmx=False)
    assert "anna was faster" in board.client.get(lost.headers["location"], headers={"x-person": "ben"}).text
    again = board.do("note", htmx=False, reason="x", back=said.headers["location"])
    assert again.headers["location"].count("did=") == 1


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a b", ""]
)
def test_a_form_leads_nowhere_but_to_this_board(board: Board, back: str) -> None:
    where = board.do("accept", htmx=False, back=back).headers["location"]
    assert where.startswith(f"/items/{ONE}?did=accept&")


def test_a_form_that_is_sent_twice_counts_once(board: Board) -> None:
    for _ in range(2):
        board.do("note", reason="once", key="k1")
    assert [each.reason for each in board.follow().actions if each.kind == "note"] == ["once"]


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        ("hand_on", {"department": "suport"}, "did you mean support?"),
        ("hand_on", {}, "department None: write one of"),
        ("feedback", {"verdict": "bad"}, "verdict bad: write one of useful, false, known, accepted"),
        ("note", {"reason": "  "}, "A note says something"),
        ("note", {"reason": "x" * 2_001}, "reason: write at most 2000 characters"),
        ("note", {"reason": "x", "key": "a b"}, "action_id: write up to 100 letters"),
        ("burn", {}, "kind burn: write one of accept, snooze"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(board: Board, kind: str, form: dict[str, str], said: str) -> None:
    answer = board.do(kind, **form)
    assert answer.status_code == 400
    assert 'data-kind="wrong"' in answer.text
    assert said in answer.text
    assert not board.fed.actions


def test_who_may_only_look_acts_on_nothing_and_sees_no_buttons(board: Board) -> None:
    assert board.do("accept", person="carl").status_code == 403
    for page in ("/", f"/items/{ONE}"):
        text = board.client.get(page, headers={"x-person": "carl"}).text
        assert "/accept" not in text
        assert "<textarea" not in text
    assert not board.fed.actions


def test_what_is_on_another_desk_is_as_if_it_were_not_there(board: Board) -> None:
    assert board.client.get(f"/items/{OTHER}").status_code == 404
    assert board.do("accept", OTHER).status_code == 404
    assert board.do("accept", OTHER, person="ben").status_code == 200
    assert board.client.get("/items/nothing").status_code == 404


def test_what_kafka_does_not_take_is_not_said_to_be_done(board: Board) -> None:
    board.fed.fails = True
    said = board.do("accept")
    assert said.status_code == 503
    assert "That was not kept" in said.text
    assert board.follow().accepted_by is None


def test_a_board_that_is_behind_says_that_the_action_is_kept(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "READ_SECONDS", 0.01)
    monkeypatch.setattr(board.site, "actions", Lost())
    assert "is kept, but the board is behind" in board.do("accept").text


class Lost:
    """Takes actions that never come back."""

    def send(self, _: Any) -> Written:
        return Written(0, 1_000)


def test_what_customers_wrote_is_shown_to_who_may_read_it_and_that_is_on_record(board: Board) -> None:
    assert "<q>where is my parcel?</q>" in board.client.get(f"/items/{ONE}").text
    assert board.access.texts == [("anna", "c-1", "item")]
    assert "<q>" not in board.client.get(f"/items/{ONE}", headers={"x-person": "ben"}).text


def test_who_waits_for_his_action_goes_on_as_soon_as_the_desk_has_it() -> None:
    async def waits() -> tuple[bool, bool, bool]:
        live = Live()
        fed = Fed(live)
        early = asyncio.create_task(live.read_up_to(Written(0, 0), 5))
        await asyncio.sleep(0)
        fed.send(acting.Action("a", 0, "anna", "note", ONE, None, "x"))
        return await early, await live.read_up_to(Written(0, 0), 0), await live.read_up_to(Written(0, 1), 0.01)

    assert asyncio.run(waits()) == (True, True, False)
