"""The board's page "Before you send": whom a message would hurt and why, and who may get it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from starlette.testclient import TestClient
from tests.board_tools import alert, site

from siloscope.core.partition import Partition
from siloscope.core.touchpoint import DAY
from siloscope.ops.health import Answer
from siloscope.ops.replay import Replay
from siloscope.ops.trial import decoded
from siloscope.preflight.http import application as service
from siloscope.symptoms import detection
from siloscope.web.app import application

COMPLAINT = {
    "touchpoint_id": "c", "occurred_at": 1_772_668_800_000, "activity": "complaint", "department": "support",
    "channel": "email", "case_ref": "k", "identifiers": [{"kind": "customer_id", "value": "ann"}],
}  # fmt: skip
FORM = {
    "csrf": "token", "activity": "promotion", "department": "sales", "channel": "email", "text": "Ten percent off.",
    "customers": "ann\nben\n\ncrm_id:7\n",
}  # fmt: skip


@pytest.fixture
def board() -> Iterator[TestClient]:
    with TestClient(application(site()[0]), base_url="http://127.0.0.1:8300") as client:
        yield client


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of preflight that knows Ann's complaint."""
    run = Replay(detection())
    run.take(decoded(json.dumps(COMPLAINT).encode()))
    run.close()
    partition, well = run.partition, Answer("preflight", True, "ready", 0, 0.0)
    app = service(partition.imagine, partition.knows, lambda: partition.now, lambda: well, lambda: well, None)
    made = partial(httpx.AsyncClient, transport=httpx.ASGITransport(app))
    monkeypatch.setattr("siloscope.web.preflight.httpx.AsyncClient", made)


def test_the_form_begins_with_my_department(board: TestClient) -> None:
    page = board.get("/preflight").text
    assert 'name="department" value="support"' in page
    assert "Nothing is sent" in page


@pytest.mark.usefixtures("answering")
def test_who_would_be_hurt_is_named_with_the_reason_and_who_may_get_it_is_listed(board: TestClient) -> None:
    page = board.post("/preflight", data=FORM).text
    assert "Hold it for 1 customer" in page
    assert 'href="/customers/ann"' in page
    assert "tone deaf outreach" in page
    assert "ben\ncrm_id:7" in page
    assert "Ten percent off." in page  # what was asked stays in the form
    assert "Do not send it to her as it is. Wait until her trouble is settled." in page
    assert "If it went out: sales sent a promotion" in page


@pytest.mark.usefixtures("answering")
def test_who_is_not_known_is_named_and_a_list_of_strangers_is_no_green_light(board: TestClient) -> None:
    page = board.post("/preflight", data=FORM).text
    assert "Doubtful: 2 of 3 are not known" in page
    assert "Not known: 2 customers" in page
    assert page.count('data-kind="unknown"') == 2
    strangers = board.post("/preflight", data=FORM | {"customers": "zoe\nyan"}).text
    assert "Doubtful: 2 of 2 are not known" in strangers
    assert 'data-kind="won"' not in strangers


@pytest.mark.usefixtures("answering")
def test_where_all_are_known_nothing_is_said_of_it(board: TestClient) -> None:
    assert "not known" not in board.post("/preflight", data=FORM | {"customers": "ann"}).text.lower()


@pytest.mark.usefixtures("answering")
@pytest.mark.parametrize("activity", ["message", "notice", "survey_request", "form_request", "invoice"])
def test_every_kind_of_message_can_be_asked_about(board: TestClient, activity: str) -> None:
    page = board.post("/preflight", data=FORM | {"activity": activity, "customers": "zoe"}).text
    assert "Clear: it would set off nothing." in page
    assert "Not asked about" not in page


@pytest.mark.usefixtures("answering")
def test_who_cannot_be_judged_is_no_green_light_and_not_among_those_who_may_get_it(
    board: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is where the newest of her touchpoints is from far ahead of the wall clock."""
    monkeypatch.setattr(Partition, "now", COMPLAINT["occurred_at"] - 500 * DAY)
    page = board.post("/preflight", data=FORM | {"customers": "ann"}).text
    assert "Not asked about: occurred_at 2024-" in page
    assert "Nobody was asked about" in page
    assert 'data-kind="won"' not in page


@pytest.mark.usefixtures("answering")
def test_what_is_no_message_is_said_once(board: TestClient) -> None:
    page = board.post("/preflight", data=FORM | {"channel": ""}).text
    assert page.count("Not asked about") == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [({"customers": " \n"}, "name 1 to 1,000"), ({"customers": "\n".join(map(str, range(1_001)))}, "these are 1,001")],
)
def test_too_few_or_too_many_are_not_asked_about(board: TestClient, given: dict[str, str], why: str) -> None:
    assert why in board.post("/preflight", data=FORM | given).text


def test_a_process_that_is_not_there_is_said_with_the_command(
    board: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = httpx.MockTransport(lambda _: (_ for _ in ()).throw(httpx.ConnectError("nobody is there")))
    monkeypatch.setattr("siloscope.web.preflight.httpx.AsyncClient", partial(httpx.AsyncClient, transport=refused))
    page = board.post("/preflight", data=FORM).text
    assert "siloscope preflight --serve" in page
    assert "ann" in page


def test_what_somebody_writes_is_no_markup(board: TestClient) -> None:
    page = board.get("/preflight", params={"text": "<script>alert(1)</script>"}).text
    assert "<script>alert(1)" not in page


@pytest.mark.usefixtures("answering")
def test_a_department_or_channel_that_nothing_bears_is_asked_back_about() -> None:
    """A slip in a name would make everything clear."""
    made, fed = site()
    fed.put(alert())
    board = TestClient(application(made), base_url="http://127.0.0.1:8300")
    slips = board.post("/preflight", data=FORM | {"department": "suport", "channel": "pigeon", "customers": "ann"}).text
    assert "Nothing that happened names the department suport; did you mean support?" in slips
    assert "Nothing that happened names the channel pigeon; there are" in slips
    assert 'data-kind="won"' not in slips
    assert "Is it spelled right?" not in board.post("/preflight", data=FORM | {"department": "support"}).text
