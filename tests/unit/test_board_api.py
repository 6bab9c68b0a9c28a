"""The board's API: the desk for other tools, and what they say staff did."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.board_tools import Everybody, Fed, alert, incident, site, warning

from siloscope.web.app import application

ONE = alert(1).alert_id


@pytest.fixture
def access() -> Everybody:
    return Everybody()


@pytest.fixture
def fed_client(access: Everybody) -> tuple[TestClient, Fed]:
    made, fed = site(access)
    fed.put(alert(1), alert(2, severity="critical"), alert(3, owner_department="sales"), warning(4))
    return TestClient(application(made)), fed


def act(client: TestClient, subject: str = ONE, person: str = "anna", **body: Any) -> Any:
    return client.post(f"/v1/items/{subject}/actions", json=body, headers={"x-person": person})


def test_items_are_the_desk_in_its_order(fed_client: tuple[TestClient, Fed]) -> None:
    client, _ = fed_client
    told = client.get("/v1/items").json()
    assert [each["data"]["customer_id"] for each in told["items"]] == ["c-2", "c-4", "c-1"]
    assert told["count"] == 3
    assert [each["type"] for each in told["items"]] == ["alert", "warning", "alert"]
    assert client.get("/v1/items?severity=critical&limit=1").json()["count"] == 1


@pytest.mark.parametrize("limit", ["0", "1001", "many", "-1"])
def test_a_limit_that_is_none_is_refused_in_one_line(fed_client: tuple[TestClient, Fed], limit: str) -> None:
    answer = fed_client[0].get(f"/v1/items?limit={limit}")
    assert answer.status_code == 400
    assert answer.json() == {"error": f"limit {limit}: write a number from 1 to 1000"}


def test_an_item_is_the_contracts_record_with_what_was_done_about_it(
    fed_client: tuple[TestClient, Fed], access: Everybody
) -> None:
    client, _ = fed_client
    act(client, kind="accept")
    act(client, kind="feedback", value="useful", reason="saved the day", by="mia")
    told = client.get(f"/v1/items/{ONE}").json()
    assert told["data"]["opened_at"] == "2026-03-02T09:00:00.001Z"
    assert told["data"]["evidence"][0]["excerpt"] == "where is my parcel?"
    assert told["accepted_by"] == "anna"
    assert [(each["kind"], each["actor"], each.get("value")) for each in told["actions"]] == [
        ("accept", "anna", None), ("feedback", "anna/mia", "useful"),
    ]  # fmt: skip
    assert access.texts == [("anna", "c-1", "api")]


def test_what_customers_wrote_is_left_out_where_it_may_not_be_read(fed_client: tuple[TestClient, Fed]) -> None:
    client, _ = fed_client
    assert "excerpt" not in client.get("/v1/items").text
    assert "excerpt" not in client.get(f"/v1/items/{ONE}", headers={"x-person": "ben"}).text


def test_an_accept_that_comes_too_late_is_a_conflict_that_names_the_first(fed_client: tuple[TestClient, Fed]) -> None:
    client, _ = fed_client
    assert act(client, kind="accept").status_code == 201
    late = act(client, person="ben", kind="accept")
    assert late.status_code == 409
    assert late.json()["outcome"] == "lost"
    assert late.json()["accepted_by"] == "anna"


def test_an_action_that_is_sent_again_with_its_id_counts_once(fed_client: tuple[TestClient, Fed]) -> None:
    client, _ = fed_client
    for _ in range(3):
        assert act(client, kind="note", reason="once", action_id="desk:77").status_code == 201
    assert len(client.get(f"/v1/items/{ONE}").json()["actions"]) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "the body is no action"),
        (b"[]", "the body is no action"),
        (b'{"kind": 1}', "the body is no action"),
        (b'{"kind": "accept", "who": "x"}', "the body is no action"),
        (b'{"kind": "burn"}', "kind burn: write one of accept, snooze, hand_on"),
        (b'{"kind": "snooze", "value": "tomorrow"}', "until tomorrow: write a time within 90 days"),
        (b'{"kind": "snooze", "value": "2020-01-01T00:00:00Z"}', "write a time within 90 days"),
        (b'{"kind": "snooze", "value": "2999-01-01T00:00:00Z"}', "write a time within 90 days"),
        (b'{"kind": "accept", "action_id": "a\\u0000b"}', "action_id: write up to 100 letters"),
    ],
)
def test_a_body_that_is_no_action_is_refused_in_one_line(
    fed_client: tuple[TestClient, Fed], body: bytes, said: str
) -> None:
    client, fed = fed_client
    answer = client.post(f"/v1/items/{ONE}/actions", content=body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert not fed.actions


def test_what_is_on_another_desk_or_not_there_is_not_found(fed_client: tuple[TestClient, Fed]) -> None:
    client, _ = fed_client
    for subject in (alert(3).alert_id, "nothing"):
        assert client.get(f"/v1/items/{subject}").status_code == 404
        assert act(client, subject, kind="accept").status_code == 404
    assert act(client, person="carl", kind="accept").status_code == 403


def test_incidents_are_those_of_my_departments(fed_client: tuple[TestClient, Fed]) -> None:
    client, fed = fed_client
    fed.put(incident("i-1"), incident("i-2", departments=("legal",), owner_department="legal"))
    assert [each["incident_id"] for each in client.get("/v1/incidents").json()["incidents"]] == ["i-1"]
