"""The panel in a help desk's frame: nothing without proof, one customer a token, the same desk as on the board."""

from __future__ import annotations

import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.testclient import TestClient
from tests.board_tools import alert, site, warning

from siloscope.settings import load
from siloscope.web.access import Access, Person
from siloscope.web.app import application
from siloscope.web.panel_token import LONGEST, PURPOSE, SECONDS, Pass, made, pass_of

HELP = "https://help.example"
PROXY = {
    "way": "proxy", "trusted_proxies": ["127.0.0.1/32"], "roles": {"agents": "agent", "viewers": "viewer"},
    "departments": {"support": ["support"]},
}  # fmt: skip
ANA = {"X-Forwarded-User": "ana", "X-Forwarded-Groups": "agents,support"}
TOKEN = "a-token-of-a-help-desk-that-is-long-enough"
SIGNER = URLSafeTimedSerializer("a secret", salt="panel")
PERSON = Person("ana", frozenset({"support"}), frozenset({"look", "act", "read_text"}))


class Keeper:
    async def keep(self, record: Any) -> None:
        """Kept."""

    def close(self) -> None:
        """Nothing is left to do."""


class Board:
    """A board with its real doors; the panel's frame brings no login of its own."""

    def __init__(self) -> None:
        tokens = [{"name": "helpdesk", "sha256": sha256(TOKEN.encode()).hexdigest(), "role": "agent",
                   "departments": ["support"]}]  # fmt: skip
        settings = load(None, board={"login": PROXY | {"tokens": tokens}, "panel_frames": [HELP],
                                     "url": "https://board.example"})  # fmt: skip
        self.access = Access(settings, audit=Keeper())
        self.site, self.fed = site(self.access, settings)
        self.client = TestClient(application(self.site), "https://board.example", client=("127.0.0.1", 1),
                                 follow_redirects=False)  # fmt: skip
        self.fed.put(alert(1), alert(2), warning(3))

    def token(self, customer: str | None = "c-1", **more: Any) -> dict[str, str]:
        given = Pass(PERSON, customer, more.get("since", time.time()))
        return {"Authorization": "Panel " + made(self.access.serializer(PURPOSE), given)}

    def view(self, headers: Mapping[str, str], *customers: str) -> Any:
        return self.client.get("/panel/-/view", params={"customer": customers or ("c-1",)}, headers=headers)


@pytest.fixture
def board() -> Board:
    return Board()


def test_the_frame_itself_needs_no_login_holds_nothing_and_stands_only_in_the_help_desk(board: Board) -> None:
    for path in ("/panel", "/panel/c-1"):
        page = board.client.get(path)
        assert page.status_code == 200
        assert "Nobody answered" not in page.text
        assert f"frame-ancestors {HELP};" in page.headers["content-security-policy"]
        assert "x-frame-options" not in page.headers
    assert "frame-ancestors 'none'" in board.client.get("/customers", headers=ANA).headers["content-security-policy"]


def test_without_proof_nothing_is_shown(board: Board) -> None:
    for headers in ({}, {"Authorization": "Panel nonsense"}, {"Authorization": "Bearer " + TOKEN}):
        answer = board.view(headers)
        assert answer.status_code == 401
        assert "Nobody answered" not in answer.text


def test_a_session_of_the_board_is_enough_on_the_same_site(board: Board) -> None:
    assert "Nobody answered customer c-1" in board.view(ANA).text


def test_a_token_shows_its_customer_and_no_other(board: Board) -> None:
    assert "Nobody answered customer c-1" in board.view(board.token()).text
    assert board.view(board.token(), "c-2").status_code == 403
    assert board.view(board.token(), "c-1", "c-2").status_code == 403
    assert "Nobody answered customer c-2" in board.view(board.token(None), "c-2").text


def test_of_several_keys_the_first_that_is_known_counts(board: Board) -> None:
    assert "Nobody answered customer c-2" in board.view(board.token(None), "4711", "c-2").text
    assert "Nothing is known of her" in board.view(board.token(None), "4711").text


def test_the_brief_comes_before_the_items(board: Board) -> None:
    page = board.view(ANA, "c-3").text
    assert page.index("Begin with her complaint") < page.index('class="items"')


def test_what_has_not_changed_is_not_sent_again_and_the_token_is_renewed(board: Board) -> None:
    first = board.view(board.token())
    again = board.view({"Authorization": "Panel " + first.headers["x-panel-token"],
                        "If-None-Match": first.headers["etag"]})  # fmt: skip
    assert (again.status_code, again.text) == (304, "")
    assert board.view({"Authorization": "Panel " + again.headers["x-panel-token"]}).status_code == 200
    board.fed.put(alert(9, customer_id="c-1"))
    assert board.view(board.token() | {"If-None-Match": first.headers["etag"]}).status_code == 200


def test_who_accepts_in_the_panel_has_it_on_the_board(board: Board) -> None:
    path = f"/panel/-/act/{alert(1).alert_id}/accept"
    assert 'data-kind="won"' in board.client.post(path, headers=board.token()).text
    assert board.site.live.desk.items[alert(1).alert_id].follow.accepted_by == "ana"
    page = board.view(board.token()).text
    assert "ana has it" in page


def test_a_verdict_and_a_snooze_are_one_click(board: Board) -> None:
    act = f"/panel/-/act/{alert(1).alert_id}"
    board.client.post(act + "/feedback?verdict=false", headers=board.token())
    board.client.post(act + "/snooze", headers=board.token())
    follow = board.site.live.desk.items[alert(1).alert_id].follow
    assert follow.verdicts["ana"].value == "false"
    assert follow.asleep(board.site.live.clock())


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/panel/-/act/{other}/accept", "token", 403),  # the token is for another customer
        ("/panel/-/act/{own}/note", "token", 403),  # notes are written on the board
        ("/panel/-/act/{own}/feedback?verdict=perhaps", "token", 400),
        ("/panel/-/act/nothing/accept", "token", 404),
        ("/panel/-/act/{own}/accept", "none", 401),
        ("/panel/-/act/{own}/accept", "session", 403),  # no token of the page: the request may come from anywhere
        ("/panel/-/act/{own}/accept", "viewer", 403),
    ],
)
def test_what_a_panel_may_not_do(board: Board, path: str, headers: str, status: int) -> None:
    looks = Pass(Person("vic", frozenset({"support"}), frozenset({"look"})), None, time.time())
    viewer = {"Authorization": "Panel " + made(board.access.serializer(PURPOSE), looks)}
    origin = {"Origin": "https://board.example"}
    sent = {"token": board.token(), "none": origin, "session": ANA | origin, "viewer": viewer}[headers]
    named = path.format(own=alert(1).alert_id, other=alert(2).alert_id)
    assert board.client.post(named, headers=sent).status_code == status
    assert board.fed.actions == []


def test_the_help_desks_server_gets_an_address_for_a_frame(board: Board) -> None:
    asked = {"customer": "c-1", "agent": "ana"}
    given = board.client.post("/v1/panel", json=asked, headers={"Authorization": "Bearer " + TOKEN})
    assert given.status_code == 201
    address, token = given.json()["address"], given.json()["token"]
    assert address == f"https://board.example/panel/c-1#token={token}"  # what follows # is sent to no server
    board.client.post(f"/panel/-/act/{alert(1).alert_id}/accept", headers={"Authorization": "Panel " + token})
    assert board.site.live.desk.items[alert(1).alert_id].follow.accepted_by == "helpdesk:ana"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"customer": 7}', b'{"customer": ""}', b'{"customer": "c", "agent": 1}']
)
def test_what_a_server_asks_wrongly_is_answered_in_one_line(board: Board, body: bytes) -> None:
    answer = board.client.post("/v1/panel", content=body, headers={"Authorization": "Bearer " + TOKEN})
    assert answer.status_code == 400
    assert answer.json()["error"].count("\n") == 0
    assert board.client.post("/v1/panel", json={"customer": "c"}).status_code == 401


def test_whoever_signs_in_in_the_window_gets_a_token_for_the_panel(board: Board) -> None:
    assert board.client.get("/panel-sign-in").status_code == 403
    page = board.client.get("/panel-sign-in", headers=ANA)
    assert page.headers["cross-origin-opener-policy"] == "unsafe-none"  # else it does not know who opened it
    token = page.text.split('data-token="')[1].split('"')[0]
    assert board.view({"Authorization": "Panel " + token}, "c-2").status_code == 200


def test_a_token_ends_without_use_and_after_a_day_at_work() -> None:
    now = time.time()
    signed = "Panel " + made(SIGNER, Pass(PERSON, None, now))
    found = pass_of(SIGNER, signed, now + SECONDS - 1)
    assert found is not None
    assert found.person.rights == {"look", "act"}  # never the customers' words
    assert pass_of(SIGNER, "Panel " + made(SIGNER, Pass(PERSON, None, now - LONGEST - 1)), now) is None
    for wrong in (signed[:-2], signed.replace("Panel ", "Bearer "), "Panel ", "Panel x.y.z"):
        assert pass_of(SIGNER, wrong, now) is None
    other = URLSafeTimedSerializer("a secret", salt="session")
    assert pass_of(other, signed, now) is None


def test_a_token_that_lay_too_long_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = "Panel " + made(SIGNER, Pass(PERSON, None, time.time()))
    monkeypatch.setattr("siloscope.web.panel_token.SECONDS", -1)
    assert pass_of(SIGNER, signed, time.time()) is None
