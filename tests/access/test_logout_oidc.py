"""Logging out: here, at the issuer, and by the issuer's back channel, whose every lie ends nothing."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl

import pytest
from joserfc import jwt
from tests.access_tools import Door
from tests.oidc_issuer import OidcIssuer

NOW = int(time.time())


def test_logging_out_ends_the_session_here_and_at_the_issuer(at: Door, issuer: OidcIssuer) -> None:
    at.log_in(issuer)
    kept = dict(at.browser.cookies)
    answer = at.browser.post("/logout", data={"csrf": at.csrf()})
    address, _, said = answer.headers["location"].partition("?")
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
    assert answer.headers["location"].startswith("https://id.example/end?client_id=board&post")
    assert "id_token_hint" not in answer.headers["location"]


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
