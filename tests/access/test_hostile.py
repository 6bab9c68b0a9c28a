"""Requests that mean harm, against a whole board: none of them does anything, none of them learns anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from tests.access_tools import BEARER, TOKEN, Door, bearer, door

SUBJECT = f"2026-03-{1:032x}"
ACCEPT = f"/items/{SUBJECT}/accept"
PORT = "127.0.0.1:8300"
OWN = f"http://{PORT}"
FORM = "application/x-www-form-urlencoded"
SECRETS = ("c-1", "c-secret", "where is my parcel", TOKEN, BEARER)


class Hostile(NamedTuple):
    """A request, and the answers that are right. CSRF in a value stands for the token of the victim's own page."""

    why: str
    method: str
    path: str
    status: set[int]
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed
    body: str | bytes = ""
    victim: bool = True  # sent by the browser of somebody who is logged in


def post(why: str, *status: int, path: str = ACCEPT, body: str | bytes = "csrf=CSRF", **headers: str) -> Hostile:
    """A form sent by the victim's browser."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Hostile(why, "POST", path, set(status), {"content-type": FORM} | named, body)


def get(why: str, path: str, *status: int, victim: bool = False, **headers: str) -> Hostile:
    """A page asked for by a stranger."""
    return Hostile(why, "GET", path, set(status), {k.replace("_", "-"): v for k, v in headers.items()}, victim=victim)


EVIL = "https://evil.example"
HOSTILE = [
    # without a login
    get("a page without a login", "/", 303),
    get("an item without a login", f"/items/{SUBJECT}", 303),
    get("updates without a login", "/events", 401),
    get("the API without a token", "/v1/items", 401),
    get("the API by a cookie", "/v1/items", 401, victim=True),
    get("the API with a wrong token", "/v1/items", 401, authorization=f"Bearer {BEARER}x"),
    get("the API with a short token", "/v1/items", 401, authorization="Bearer x"),
    get("the API with another kind of proof", "/v1/items", 401, authorization=f"Basic {BEARER}"),
    get("pages by a program's token", "/", 303, authorization=f"Bearer {BEARER}"),
    get("two slashes before a page", f"//{PORT}/items/{SUBJECT}", 303, 404),
    get("a path through an open one", f"/static/../items/{SUBJECT}", 303, 404),
    get("a path through an open one, hidden", f"/static/%2e%2e/items/{SUBJECT}", 303, 404),
    get("a path through an open one, hidden slashes", f"/static/..%2fitems%2f{SUBJECT}", 303, 404),
    get("a path through the login", f"/login/../items/{SUBJECT}", 303, 404),
    get("a health check that goes on", f"/healthz/../items/{SUBJECT}", 303, 404),
    get("our own files", "/static/x/..%2f..%2fsettings.py", 303, 404),
    get("a cookie of letters", "/", 303, cookie="siloscope=admin"),
    get("a cookie that is too long", "/", 303, cookie="siloscope=" + "x" * 5000),
    get("a cookie signed for a login", "/", 303, cookie="siloscope=LOGIN"),
    get("a header as a proxy sends it", "/", 303, x_forwarded_user="admin", x_forwarded_groups="cx-all"),
    get("a picture without a login", "/favicon.ico", 401, sec_fetch_dest="image"),
    get("a part of a page without a login", "/", 401, hx_request="true"),
    get("other names of the method", "/", 303, x_http_method_override="POST"),
    Hostile("an unknown method", "TRACE", "/", {303, 405, 403}, victim=False),
    Hostile("an action without a login", "POST", ACCEPT, {303}, {"content-type": FORM}, "x=1", victim=False),
    # from another site, by the browser of somebody who is logged in
    post("a form of another site", 403, origin=EVIL),
    post("a form of another site that knows the token", 403, origin=EVIL, sec_fetch_site="cross-site"),
    post("a form of nobody's site", 403, origin="null"),
    post("a form of a name like ours", 403, origin=f"{OWN}.evil.example"),
    post("a form of another port of this machine", 403, origin="http://127.0.0.1:9999"),
    post("a form of our name without encryption taken off", 403, origin=f"https://{PORT}"),
    post("a form of a page below our domain", 403, sec_fetch_site="same-site"),
    post("two origins", 403, origin=f"{OWN}, {EVIL}"),
    post("a form without a token", 403, body="x=1", origin=OWN),
    post("a form with an empty token", 403, body="csrf=", origin=OWN),
    post("a form with a token of letters", 403, body="csrf=" + "a" * 80, origin=OWN),
    post("a form with two tokens", 403, body="csrf=CSRF&csrf=x", origin=OWN),
    post("the token in the address", 403, path=f"{ACCEPT}?csrf=CSRF", body="x=1", origin=OWN),
    post("the token in a text", 403, content_type="text/plain", origin=OWN),
    post("the token in JSON", 403, body='{"csrf": "CSRF"}', content_type="application/json", origin=OWN),
    post("the token in parts", 403, body=b"--x\r\n\r\nCSRF\r\n--x--", content_type="multipart/form-data; boundary=x"),
    post("the session's own cookie as a token", 403, body="csrf=COOKIE", origin=OWN),
    post("a token of another session", 403, body="csrf=OTHER", origin=OWN),
    post("a form that says it is the panel", 403, body="x=1", authorization="Panel x"),
    post("logging somebody out", 403, path="/logout", body="", origin=EVIL),
    get("an action by a link", ACCEPT, 404, 405, victim=True),
    # names that are not ours
    get("a name that points here", "/", 421, victim=True, host="evil.example"),
    get("a name that begins like ours", "/", 421, victim=True, host="127.0.0.1.evil.example"),
    get("a name and a user", "/", 421, victim=True, host=f"127.0.0.1@{EVIL}"),
    get("no name", "/", 400, 421, victim=True, host=""),
    get("a forwarded name", "/", 200, victim=True, x_forwarded_host="evil.example"),
    # too much, or not what it says
    post("a body that is too large", 413, body=b"csrf=CSRF&x=" + b"y" * (1 << 20), origin=OWN),
    post("a length that is a lie", 400, 413, content_length="99999999999", origin=OWN),
    post("a length in words", 400, 413, content_length="many", origin=OWN),
    post("a thousand fields", 400, 403, body="&".join(["csrf=CSRF", *(f"a{n}=" for n in range(1001))]), origin=OWN),
    post("bytes that are no text", 400, 403, body=b"csrf=\xff\xfe", origin=OWN),
    # somewhere else
    get("on to another site after the login", f"/login?token={TOKEN}&next=//evil.example", 303),
    get("on to another site by a backslash", f"/login?token={TOKEN}&next=/%5Cevil.example", 303),
    get("on to another site by an address", f"/login?token={TOKEN}&next={EVIL}", 303),
    get("on to a script", f"/login?token={TOKEN}&next=javascript:alert(1)", 303),
    get("a line more in the answer", f"/login?token={TOKEN}&next=/%0d%0aset-cookie:%20a=b", 303),
    get("a script on the login page", "/login?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 200),
    get("a wrong token", "/login?token=" + "a" * 43, 403),
]


@pytest.fixture(scope="module")
def at() -> Iterator[Door]:
    with door({"token": TOKEN, "tokens": [bearer()]}) as made:
        made.browser.get(f"/login?token={TOKEN}")
        yield made


def filled(at: Door, value: Any) -> Any:
    """The request with what the attacker may have found out in the place of its name."""
    other = at.other_browser()
    other.get(f"/login?token={TOKEN}")
    known = {
        "CSRF": at.csrf(), "COOKIE": at.browser.cookies["siloscope"], "LOGIN": at.access.serializer("login").dumps({}),
        "OTHER": at.access.sessions.csrf("another session"),
    }  # fmt: skip
    for name, found in known.items():
        value = value.replace(name.encode(), found.encode()) if isinstance(value, bytes) else value.replace(name, found)
    return value


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda sent: sent.why)
def test_it_does_nothing_and_learns_nothing(at: Door, sent: Hostile) -> None:
    at.access.throttle._at.clear()  # what came before was another test
    at.fed.actions.clear()
    browser = at.browser if sent.victim else at.other_browser()
    headers = {name: filled(at, value) for name, value in sent.headers.items()}
    request = browser.build_request(sent.method, OWN, headers=headers, content=filled(at, sent.body))
    request.url = request.url.copy_with(raw_path=filled(at, sent.path).encode())
    answer = browser.send(request)
    assert answer.status_code in sent.status, answer.text[:200]
    assert at.fed.actions == []
    if answer.status_code != 200:
        assert not [secret for secret in SECRETS if secret in answer.text]
    assert "<script>alert" not in answer.text
    further = answer.headers.get("location", "/")
    assert further.startswith("/") and not further.startswith("//")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_same_form_of_our_own_page_is_taken(at: Door) -> None:
    """The other side of the table: what it lacks is what it is refused for."""
    with door({"token": TOKEN}) as made:
        made.browser.get(f"/login?token={TOKEN}")
        for headers in ({"origin": OWN, "sec-fetch-site": "same-origin"}, {}):
            body = {"csrf": made.csrf()}
            assert made.browser.post(ACCEPT, data=body, headers=headers).status_code == 303
        assert made.browser.post(ACCEPT, headers={"x-csrf-token": made.csrf(), "hx-request": "true"}).status_code == 200
        assert [(each.kind, each.actor) for each in made.fed.actions] == [("accept", "local")] * 3


def test_every_answer_carries_the_headers_even_a_mistake_of_ours(at: Door) -> None:
    for path in ("/", "/nowhere", "/healthz", "/login/out", "/v1/nowhere"):
        answer = at.browser.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-frame-options"] == "DENY" and answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_only_the_panel_may_stand_in_a_frame_and_only_where_the_owner_says() -> None:
    with door(panel_frames=("https://help.example",)) as at:
        panel, page = at.browser.get("/panel/c-1").headers, at.browser.get("/login").headers
    assert "frame-ancestors https://help.example;" in panel["content-security-policy"]
    assert "x-frame-options" not in panel
    assert "frame-ancestors 'none';" in page["content-security-policy"]


def test_a_websocket_is_not_opened(at: Door) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), at.browser.websocket_connect("/events"):
        pass
