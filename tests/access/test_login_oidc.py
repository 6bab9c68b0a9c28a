"""Logging in by OpenID Connect at an issuer of our own: the good way, and every token that must not be believed."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response
from tests.access_tools import URL, Door, door, oidc
from tests.oidc_issuer import CLIENT, SECRET, Claims, OidcIssuer

STRANGER = RSAKey.generate_key(2048, parameters={"kid": "stranger"})
NAMELESS = RSAKey.generate_key(2048)


def test_who_logs_in_at_the_issuer_sees_the_desk_of_her_department(at: Door, issuer: OidcIssuer) -> None:
    sent = at.browser.get("/?severity=critical")
    assert sent.headers["location"] == "/login?next=%2F%3Fseverity%3Dcritical"
    back = at.browser.get(issuer.log_in(at.browser.get(sent.headers["location"]).headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/?severity=critical")
    page = at.browser.get("/")
    assert page.status_code == 200 and "ada" in page.text and "c-1" in page.text
    assert "c-secret" not in page.text  # of sales
    assert [(each.actor, each.actor_id, each.kind, each.place) for each in at.audit.records] == [
        ("ada", "u-1", "login", "oidc")
    ]


def test_the_cookie_is_the_boards_alone(at: Door, issuer: OidcIssuer) -> None:
    cookies = at.log_in(issuer).headers.get_list("set-cookie")
    session = next(each for each in cookies if each.startswith("__Host-siloscope="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "Domain" not in session


def changed(**claims: Any) -> Callable[[OidcIssuer], None]:
    """Other claims; None leaves one out."""

    def twist(issuer: OidcIssuer) -> None:
        issuer.twist = lambda known: {name: each for name, each in (known | claims).items() if each is not None}

    return twist


def signed(sign: Callable[[OidcIssuer, Claims], str]) -> Callable[[OidcIssuer], None]:
    """Another signature."""

    def twist(issuer: OidcIssuer) -> None:
        issuer.signed = lambda claims: sign(issuer, claims)

    return twist


def part(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def unsigned(issuer: OidcIssuer, claims: Claims, alg: str = "none") -> str:
    return f"{part({'alg': alg, 'kid': issuer.rsa.kid})}.{part(claims)}."


def by_public_key(issuer: OidcIssuer, claims: Claims) -> str:
    """The old trick: the public key, which everybody has, as if it were a shared secret."""
    signed = f"{part({'alg': 'HS256', 'kid': issuer.rsa.kid})}.{part(claims)}"
    mark = hmac.digest(issuer.rsa.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


NOW = int(time.time())
LIES = {
    "another nonce": changed(nonce="another"),
    "no nonce": changed(nonce=None),
    "an empty nonce": changed(nonce=""),
    "for another program": changed(aud="another"),
    "for nobody": changed(aud=None),
    "for a list without us": changed(aud=["a", "b"]),
    "for several, authorised for another": changed(aud=[CLIENT, "other"], azp="other"),
    "for several, authorised for none": changed(aud=[CLIENT, "other"]),
    "authorised for another": changed(azp="other"),
    "of another issuer": changed(iss="https://id.example.evil"),
    "of no issuer": changed(iss=None),
    "expired": changed(exp=NOW - 3600),
    "without an end": changed(exp=None),
    "an end in words": changed(exp="tomorrow"),
    "an end that never comes": changed(exp=float("inf")),
    "an end that is no number": changed(exp=float("nan")),
    "issued in the future": changed(iat=NOW + 3600),
    "never issued": changed(iat=None),
    "not valid yet": changed(nbf=NOW + 3600),
    "of nobody": changed(sub=None),
    "of a number": changed(sub=7),
    "unsigned": signed(unsigned),
    "unsigned, in capitals": signed(lambda issuer, claims: unsigned(issuer, claims, "NONE")),
    "signed with our own secret": signed(
        lambda issuer, claims: issuer.sign(claims, "HS256", OctKey.import_key(SECRET * 2), kid=issuer.rsa.kid)
    ),
    "signed with the public key as a secret": signed(by_public_key),
    "signed by a stranger": signed(lambda issuer, claims: issuer.sign(claims, key=STRANGER)),
    "signed by a stranger under our key's name": signed(
        lambda issuer, claims: issuer.sign(claims, key=STRANGER, kid=issuer.rsa.kid)
    ),
    "with the stranger's key in it": signed(
        lambda issuer, claims: issuer.sign(claims, key=STRANGER, jwk=STRANGER.as_dict(private=False))
    ),
    "with an address of the stranger's keys": signed(
        lambda issuer, claims: issuer.sign(claims, key=STRANGER, jku="https://evil.example/jwks")
    ),
    "without a key's name": signed(lambda issuer, claims: issuer.sign(claims, key=NAMELESS)),
    "with the signature of other words": signed(
        lambda issuer, claims: ".".join(
            [*issuer.sign(claims | {"groups": ["x"]}).split(".")[:1], part(claims), issuer.sign({}).split(".")[2]]
        )
    ),
    "cut short": signed(lambda issuer, claims: issuer.sign(claims)[:-10]),
    "no token": signed(lambda *_: "this is none"),
    "nothing": signed(lambda *_: ""),
    "a list": signed(lambda issuer, _: f"{part({'alg': 'RS256', 'kid': issuer.rsa.kid})}.{part([1])}.AAAA"),
    "in no group": changed(groups=[]),
    "without groups": changed(groups=None),
    "in groups that are no list": changed(groups={"cx-all": True}),
    "in a group of ours by another spelling": changed(groups=["CX-ALL"]),
    "without a department": changed(groups=["cx-look-nothing", "cx-other"]),
    "with a name that ends a line": changed(preferred_username="ada\nadmin"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_cannot_be_believed_opens_nothing(at: Door, issuer: OidcIssuer, lie: str) -> None:
    LIES[lie](issuer)
    answer = at.log_in(issuer)
    assert answer.status_code == 403
    assert not any(each.startswith("__Host-siloscope=") for each in answer.headers.get_list("set-cookie"))
    assert at.browser.get("/").status_code == 303
    assert at.audit.kinds == ["refused"]
    assert "Traceback" not in answer.text and SECRET not in answer.text


def test_who_belongs_to_no_department_is_told_what_to_ask_for(at: Door, issuer: OidcIssuer) -> None:
    with door(oidc(departments={"cx-sales": ["sales"]}), issuer, url=URL) as other:
        answer = other.log_in(issuer)
    assert answer.status_code == 403 and "belongs to no department" in answer.text


def test_an_admin_needs_no_department_and_sees_all(at: Door, issuer: OidcIssuer) -> None:
    issuer.person["groups"] = ["cx-all"]
    at.log_in(issuer)
    assert "c-secret" in at.browser.get("/?department=sales").text


def test_departments_can_come_from_a_claim_of_their_own_and_groups_from_inside_one(issuer: OidcIssuer) -> None:
    issuer.person = {"sub": "u-2", "realm_access": {"roles": ["cx-look"]}, "department": "sales"}
    asked = {"groups_claim": "realm_access.roles", "department_claim": "department"}
    with door(oidc(oidc=asked, departments={}), issuer, url=URL) as at:
        at.log_in(issuer)
        page = at.browser.get("/").text
    assert "c-secret" in page and "c-1<" not in page and "u-2" in page


def test_whose_departments_fit_in_no_cookie_is_told_so_and_not_sent_round_in_circles(issuer: OidcIssuer) -> None:
    issuer.person["department"] = [secrets.token_hex(20) for _ in range(200)]
    with door(oidc(oidc={"department_claim": "department"}), issuer, url=URL) as at:
        answer = at.log_in(issuer)
    assert answer.status_code == 403 and "too many departments" in answer.text


def test_an_issuer_that_wants_the_secret_in_the_form_gets_it_there(issuer: OidcIssuer) -> None:
    issuer.about["token_endpoint_auth_methods_supported"] = ["client_secret_post", "private_key_jwt"]
    with door(oidc(), issuer, url=URL) as at:
        assert at.log_in(issuer).status_code == 303


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_signatures_by_the_usual_public_keys_are_believed(at: Door, issuer: OidcIssuer, alg: str) -> None:
    issuer.signed = lambda claims: issuer.sign(claims, alg)
    assert at.log_in(issuer).status_code == 303


def back(at: Door, issuer: OidcIssuer) -> str:
    """The address that the browser is sent back to."""
    return issuer.log_in(at.browser.get("/login").headers["location"])


WAYS_BACK: dict[str, Callable[[str], str]] = {
    "another state": lambda address: address.replace("state=", "state=x"),
    "no state": lambda address: address.replace("state=", "nostate="),
    "no code": lambda address: address.replace("code=", "nocode="),
    "another code": lambda address: address.replace("code=", "code=x"),
    "another issuer": lambda address: address.replace("id.example", "evil.example"),
    "an error": lambda address: address.replace("code=", "error=access_denied&x="),
    "an error that is a page": lambda address: address.replace("code=", "error=<script>alert(1)</script>&x="),
}


@pytest.mark.parametrize("way", WAYS_BACK)
def test_a_way_back_that_was_tampered_with_opens_nothing(at: Door, issuer: OidcIssuer, way: str) -> None:
    answer = at.browser.get(WAYS_BACK[way](back(at, issuer)))
    assert answer.status_code == 403
    assert "<script>" not in answer.text
    assert at.browser.get("/").status_code == 303


def test_a_code_is_worth_nothing_in_another_browser_and_nothing_twice(at: Door, issuer: OidcIssuer) -> None:
    address = back(at, issuer)
    victim = at.other_browser()
    assert victim.get(address).status_code == 403  # an attacker's login is not forced on anybody
    victim.get("/login")
    assert victim.get(address).status_code == 403
    assert at.browser.get(address).status_code == 303
    at.browser.get("/login")
    assert at.browser.get(address).status_code == 403


def test_logins_begun_in_several_tabs_all_come_back(at: Door, issuer: OidcIssuer) -> None:
    begun = [at.browser.get(f"/login?next=/items/{number}").headers["location"] for number in range(3)]
    for number in (2, 0, 1):
        answer = at.browser.get(issuer.log_in(begun[number]))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/items/{number}")


def test_a_login_of_yesterday_is_begun_again(at: Door, issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    address = back(at, issuer)
    later = time.time() + 601
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    answer = at.browser.get(address)
    assert answer.status_code == 403 and "too old or was not begun in this browser" in answer.text


def test_new_keys_of_the_issuer_are_fetched_and_no_oftener_than_once_a_minute(at: Door, issuer: OidcIssuer) -> None:
    assert at.log_in(issuer).status_code == 303
    at.browser.cookies.clear()
    issuer.signed = lambda claims: issuer.sign(claims, key=STRANGER)
    for _ in range(3):
        assert at.log_in(issuer).status_code == 403
    assert issuer.asked.count("/jwks") == 1
    assert at.access.issuer is not None
    at.access.issuer._keys_at -= 61  # a minute later
    issuer.signed = None
    issuer.change_keys()
    assert at.log_in(issuer).status_code == 303
    assert issuer.asked.count("/jwks") == 2


SICK: dict[str, tuple[str, Response]] = {
    "away": ("/.well-known/openid-configuration", Response(status_code=503)),
    "no JSON": ("/.well-known/openid-configuration", Response("<html>")),
    "a list": ("/.well-known/openid-configuration", JSONResponse([])),
    "sent elsewhere": ("/.well-known/openid-configuration", RedirectResponse("https://evil.example/")),
    "calls itself otherwise": ("/.well-known/openid-configuration", JSONResponse({"issuer": "https://evil.example"})),
    "no keys": ("/jwks", JSONResponse({})),
    "keys that are none": ("/jwks", JSONResponse({"keys": ["x"]})),
    "no token": ("/token", Response("<html>", 500)),
    "a token that is sent elsewhere": ("/token", RedirectResponse("https://evil.example/", 307)),
}


@pytest.mark.parametrize("how", SICK)
def test_an_issuer_that_does_not_answer_as_one_is_said_in_a_line(at: Door, issuer: OidcIssuer, how: str) -> None:
    path, answer = SICK[how]
    issuer.answers[path] = answer
    sent = at.browser.get("/login")
    if sent.status_code == 303:
        sent = at.browser.get(issuer.log_in(sent.headers["location"]))
    assert sent.status_code in (403, 503)
    assert at.browser.get("/").status_code == 303
    assert "evil" not in sent.text


def test_an_issuer_without_encryption_is_not_asked_for_tokens(issuer: OidcIssuer) -> None:
    issuer.about["token_endpoint"] = "http://id.example/token"
    with door(oidc(), issuer, url=URL) as at:
        assert at.browser.get("/login").status_code == 503
