"""`POST /v1/preflight`: a verdict for each message, who may ask, and one line for whatever is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from siloscope.ops.health import Answer
from siloscope.ops.replay import Replay
from siloscope.ops.trial import decoded
from siloscope.preflight import http
from siloscope.symptoms import detection

TOKEN = "a-token-of-the-campaign-tool"
ANN = {"identifiers": [{"kind": "customer_id", "value": "ann"}]}
BEN = {"identifiers": [{"kind": "customer_id", "value": "ben"}]}
PROMOTION = {"activity": "promotion", "department": "sales", "channel": "email"}
COMPLAINT = ANN | {
    "touchpoint_id": "c", "occurred_at": 1_772_668_800_000, "activity": "complaint", "department": "support",
    "channel": "email", "direction": "inbound", "case_ref": "k",
}  # fmt: skip


def client(
    token: str | None = None, missing: str | None = None, host: str = "127.0.0.1:8310", sent: str = "c"
) -> TestClient:
    run = Replay(detection())
    run.take(decoded(json.dumps(COMPLAINT | {"touchpoint_id": sent}).encode()))
    run.close()

    def healthy() -> Answer:
        return Answer("preflight", True, "it gets on", 0, 0.0)

    def ready() -> Answer:
        return Answer("preflight", missing is None, missing or "ready", 0, 0.0)

    partition = run.partition
    app = http.application(partition.imagine, partition.knows, lambda: partition.now, healthy, ready, token)
    return TestClient(app, base_url=f"http://{host}", raise_server_exceptions=False)


def post(asked: TestClient, body: Any, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return asked.post("/v1/preflight", content=content, headers={"content-type": "application/json"} | headers)


def test_one_message_gets_its_verdict() -> None:
    answer = post(client(), PROMOTION | ANN)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["customer"], said["verdict"], said["touchpoint_id"]) == ("ann", "hold", "preflight-1")
    assert [each["because_of"] for each in said["reasons"]] == [["c"]]


def test_a_list_gets_a_list_in_its_order() -> None:
    answer = post(client(), [PROMOTION | BEN, PROMOTION | ANN, {"activity": "promotion"}])
    assert answer.status_code == 200
    first, second, third = answer.json()
    assert (first["verdict"], second["verdict"], third["rejected"]) == ("clear", "hold", "missing_field")
    assert [each["known"] for each in (first, second)] == [False, True]
    assert [each["touchpoint_id"] for each in (first, second)] == ["preflight-1", "preflight-2"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (PROMOTION, 422, "identifiers"), ({}, 422, "activity"), (b"x", 422, "JSON"), (b"", 422, "JSON"),
        (b"[1", 400, "no JSON"), ([PROMOTION] * 1_001, 413, "1,000 at a time"),
        ({"activity": "release", "department": "product", "channel": "web", "product": "p"}, 422, "one customer"),
        (b"[" * 100_000, 400, "no JSON"), (b'{"a":' * 100_000, 422, "no JSON"), (b"\xff\xfe", 422, "JSON"),
        (b'{"text": "\\ud800"}', 422, "no JSON"), (b'{"clock": 5}', 422, "clock"),
        (b'"' + b"x" * http.LARGEST + b'"', 413, "too large"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_in_one_line(body: Any, status: int, said: str) -> None:
    answer = post(client(), body)
    assert answer.status_code == status
    assert said.lower() in answer.text.lower()
    assert "\n" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("message", "field", "said"),
    [
        ({"touchpoint_id": "c"}, "touchpoint_id", "touchpoint_id 'c' came already: leave it out"),
        ({"occurred_at": "2024-03-01T09:00:00Z"}, "occurred_at", "occurred_at 2024-03-01T09:00:00Z is before what is"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_never_clear(message: dict[str, str], field: str, said: str) -> None:
    asked = client()
    answer = post(asked, PROMOTION | ANN | message)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["message"].startswith(said)
    assert post(asked, [PROMOTION | ANN | message]).json() == [answer.json()]


def test_whose_touchpoint_bears_an_id_that_we_give_is_asked_about_with_another() -> None:
    said = post(client(sent="preflight-1"), PROMOTION | ANN).json()
    assert said["verdict"] == "hold"
    assert said["touchpoint_id"] != "preflight-1"


def test_an_empty_list_gets_an_empty_list() -> None:
    assert post(client(), []).json() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, 200), ({"authorization": f"bearer  {TOKEN} "}, 200), ({}, 401),
        ({"authorization": "Bearer wrong"}, 401), ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"authorization": f"Bearer {TOKEN}x"}, 401), ({"authorization": "Bearer ünicode"}, 401),
        ({"authorization": f"Bearer {TOKEN}", "content-type": "text/plain"}, 415),
    ],
)  # fmt: skip
def test_with_a_token_only_who_has_it_may_ask(headers: Mapping[str, str], status: int) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = post(client(TOKEN, host="preflight.internal"), PROMOTION | ANN, **encoded)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    ("host", "kind", "status"),
    [
        ("localhost:8310", "application/json", 200), ("[::1]:8310", "application/json; charset=utf-8", 200),
        ("elsewhere.example", "application/json", 421), ("127.0.0.1.elsewhere.example", "application/json", 421),
        ("127.0.0.1:8310", "text/plain", 415), ("127.0.0.1:8310", "application/x-www-form-urlencoded", 415),
    ],
)  # fmt: skip
def test_without_a_token_no_page_in_a_browser_can_ask(host: str, kind: str, status: int) -> None:
    assert post(client(host=host), PROMOTION | ANN, **{"content-type": kind}).status_code == status


def test_until_the_state_is_read_it_says_so() -> None:
    asked = client(missing="the state is being read")
    answer = post(asked, PROMOTION | ANN)
    assert answer.status_code == 503
    assert "the state is being read" in answer.json()["error"]
    assert answer.headers["retry-after"]
    assert (asked.get("/healthz").status_code, asked.get("/readyz").status_code) == (200, 503)
    assert client().get("/readyz").json()["why"] == "ready"


def test_only_posts_are_answered() -> None:
    assert client().get("/v1/preflight").status_code == 405
    assert client().get("/").status_code == 404
