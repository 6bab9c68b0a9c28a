"""Logging out: here, at the issuer, and by the issuer's back channel, whose every lie ends nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import parse_qsl

import pytest
from httpx import Response as Answer
from joserfc import jwt
from starlette.requests import Request
from starlette.responses import Response
from tests.access_tools import URL, Door, door, oidc
from tests.oidc_issuer import OidcIssuer

NOW = int(time.time())
DISCOVERY = "/.well-known/openid-configuration"


class Slow(OidcIssuer):
    """One that takes a moment to answer, as over a network."""

    async def _discovery(self, request: Request) -> Response:
        await asyncio.sleep(0.02)
        return await super()._discovery(request)


def sent_on(answer: Answer) -> str:
    """Where the page leads by itself that says that she is logged out."""
    assert answer.status_code == 200 and "You are logged out." in answer.text
    return answer.headers["refresh"].removeprefix("0; url=")


def test_logging_out_ends_the_session_here_and_at_the_issuer(at: Door, issuer: OidcIssuer) -> None:
    at.log_in(issuer)
    kept = dict(at.browser.cookies)
    answer = at.browser.post("/logout", data={"csrf": at.csrf()})
    address, _, said = sent_on(answer).partition("?")
    told = dict(parse_qsl(said))
    who = jwt.decode(told.pop("id_token_hint"), issuer.rsa).claims["sub"]
    assert (address, who) == ("https://id.example/end", "u-1")
    assert told == {"client_id": "board", "post_logout_redirect_uri": "https://board.example/login/out"}
    assert not {"__Host-siloscope", "__Secure-siloscope_id"} & set(at.browser.cookies)
    assert "form-action 'self' https://id.example;" in answer.headers["content-security-policy"]
    thief = at.other_browser()
    thief.cookies.update(kept)
    assert thief.get("/").status_code == 303
    assert at.audit.kinds == ["login", "logout"]


def test_an_id_token_that_no_cookie_can_hold_is_not_sent_back(at: Door, issuer: OidcIssuer) -> None:
    issuer.person["groups"] = ["cx-support", *(f"team-{number:04}" for number in range(400))]
    at.log_in(issuer)
    answer = at.browser.post("/logout", data={"csrf": at.csrf()})
    assert sent_on(answer).startswith("https://id.example/end?client_id=board&post")
    assert "id_token_hint" not in sent_on(answer)


@pytest.mark.parametrize("away", [False, True])
def test_a_board_that_was_started_since_the_login_ends_the_session_whether_the_issuer_answers_or_not(
    away: bool,
) -> None:
    issuer, settings = Slow(), oidc(secret="s" * 40)
    with door(settings, issuer, url=URL) as before:
        before.log_in(issuer)
    if away:
        issuer.answers[DISCOVERY] = Response(status_code=503)
    with door(settings, issuer, url=URL) as at:
        at.browser.cookies.update(before.browser.cookies)
        thief = at.other_browser()
        thief.cookies.update(before.browser.cookies)
        answer = at.browser.post("/logout", data={"csrf": at.csrf()})
        assert thief.get("/").status_code == 303
    if away:
        assert (answer.status_code, answer.headers["location"]) == (303, "/login/out")
    else:
        assert sent_on(answer).startswith("https://id.example/end?") and "id_token_hint=" in sent_on(answer)
    assert not {"__Host-siloscope", "__Secure-siloscope_id"} & set(at.browser.cookies)
    assert at.audit.kinds == ["logout"]


@pytest.mark.parametrize("address", ["http://id.example/end", "javascript:alert(1)", "https://id.example/\n", 7])
def test_an_address_to_log_out_that_may_not_have_the_id_token_makes_no_issuer(
    at: Door, issuer: OidcIssuer, address: Any, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.about["end_session_endpoint"] = address
    assert at.browser.get("/login").status_code == 503
    assert "https://id.example has no end_session_endpoint with https" in caplog.text


def test_at_an_issuer_where_nobody_can_log_out_the_session_ends_here(at: Door, issuer: OidcIssuer) -> None:
    issuer.about["end_session_endpoint"] = None
    at.log_in(issuer)
    assert at.browser.post("/logout", data={"csrf": at.csrf()}).headers["location"] == "/login/out"
    assert at.browser.get("/").status_code == 303


@pytest.mark.parametrize("named", [{"sid": "s-1"}, {"sub": "u-1"}, {"sub": "u-1", "sid": "s-1"}])
def test_the_issuer_ends_sessions_by_its_back_channel(at: Door, issuer: OidcIssuer, named: dict[str, str]) -> None:
    at.log_in(issuer)
    token = issuer.logout_token(**named)
    answer = at.other_browser().post("/login/backchannel", data={"logout_token": token})
    assert answer.status_code == 200
    assert at.browser.get("/").status_code == 303
    assert at.log_in(issuer).status_code == 303 and at.browser.get("/").status_code == 200


LOGOUT_LIES: dict[str, dict[str, Any]] = {
    "of nobody": {},
    "of another issuer": {"sub": "u-1", "iss": "https://evil.example"},
    "for another program": {"sub": "u-1", "aud": "other"},
    "no logout": {"sub": "u-1", "events": {}},
    "an identity": {"sub": "u-1", "nonce": "n"},
    "without an id": {"sub": "u-1", "jti": None},
    "of the future": {"sub": "u-1", "iat": NOW + 3600},
}


@pytest.mark.parametrize("lie", LOGOUT_LIES)
def test_a_logout_token_that_cannot_be_believed_ends_nothing(at: Door, issuer: OidcIssuer, lie: str) -> None:
    at.log_in(issuer)
    token = issuer.logout_token(**LOGOUT_LIES[lie])
    assert at.other_browser().post("/login/backchannel", data={"logout_token": token}).status_code == 400
    assert at.browser.get("/").status_code == 200
