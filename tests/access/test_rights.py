"""What roles may do, what programs may ask, and that who reads what customers wrote is on record before she does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.access_tools import BEARER, DEPARTMENTS, ROLES, TOKEN, URL, AuditList, bearer, door, oidc
from tests.oidc_issuer import OidcIssuer

from siloscope.errors import WrongUsage
from siloscope.settings import load
from siloscope.web.access import Access, Person, needs
from siloscope.web.access.bearer import Bearers
from siloscope.web.access.claims import NoAccess, admitted
from siloscope.web.access.person import rights_of
from siloscope.web.access.throttle import Throttle

SUBJECT = f"2026-03-{1:032x}"
RIGHTS = {
    "viewer": {"look"},
    "agent": {"look", "act"},
    "lead": {"look", "act", "read_text"},
    "admin": {"look", "act", "read_text", "all_departments"},
}


@pytest.mark.parametrize("role", RIGHTS)
def test_a_role_may_what_those_below_it_may_and_more(role: Any) -> None:
    assert rights_of(role, "lead") == RIGHTS[role]
    assert ("read_text" in rights_of(role, "viewer")) and ("read_text" in rights_of(role, "admin")) == (role == "admin")


def test_of_several_groups_the_highest_role_and_all_departments_count() -> None:
    login = load(board={"login": {"roles": ROLES | {"*": "viewer"}, "departments": DEPARTMENTS}}).board.login
    ada = admitted("ada", ["cx-support", "cx-leads", "cx-sales"], login)
    assert ada.rights == RIGHTS["lead"] and ada.departments == {"support", "sales"}
    assert admitted("eve", ["cx-sales"], login).rights == RIGHTS["viewer"]
    with pytest.raises(NoAccess, match="eve belongs to no department"):
        admitted("eve", [], login)


@pytest.mark.parametrize(("group", "status"), [("cx-look", 403), ("cx-support", 303)])
def test_a_viewer_looks_and_does_nothing(group: str, status: int) -> None:
    issuer = OidcIssuer()
    issuer.person["groups"] = [group]
    with door(oidc(), issuer, url=URL) as at:
        at.log_in(issuer)
        answer = at.browser.post(f"/items/{SUBJECT}/accept", data={"csrf": at.csrf()})
        assert answer.status_code == status
        assert len(at.fed.actions) == (status == 303)


def test_nobody_sees_or_does_what_is_another_departments() -> None:
    issuer = OidcIssuer()
    other = f"2026-03-{2:032x}"
    with door(oidc(), issuer, url=URL) as at:
        at.log_in(issuer)
        assert at.browser.get(f"/items/{other}").status_code == 404
        assert "c-secret" not in at.browser.get("/?department=sales").text
        assert at.browser.post(f"/items/{other}/accept", data={"csrf": at.csrf()}).status_code == 404
        assert at.fed.actions == []


def test_a_program_is_known_by_its_token_alone() -> None:
    known = load(board={"login": {"tokens": [bearer(departments=["support"])]}}).board.login.tokens
    bearers = Bearers(known)
    assert bearers.person(f"Bearer {BEARER}") == Person("helpdesk", frozenset({"support"}), frozenset({"look", "act"}))
    for said in (
        None,
        "",
        "Bearer",
        f"bearer{BEARER}",
        f"Basic {BEARER}",
        f"Bearer {BEARER} ",
        "Bearer short",
        "Bearer é" * 9,
    ):
        assert bearers.person(said) is None
    assert BEARER not in repr(known)


def test_wrong_tokens_of_programs_are_slowed_down_too() -> None:
    with door({"token": TOKEN, "tokens": [bearer()]}) as at:
        for _ in range(10):
            assert at.browser.get("/v1/items", headers={"authorization": "Bearer " + "x" * 40}).status_code == 401
        refused = at.browser.get("/v1/items", headers={"authorization": "Bearer " + "x" * 40})
        assert refused.status_code == 429 and "try again in" in refused.json()["error"]
        assert at.browser.get("/v1/items", headers={"authorization": f"Bearer {BEARER}"}).status_code == 200
        assert at.audit.kinds == ["refused"] * 10
        assert at.browser.get("/healthz").status_code == 200


def test_nobody_fills_the_audit_with_logins_that_were_never_begun() -> None:
    issuer = OidcIssuer()
    with door(oidc(), issuer, url=URL) as at:
        for _ in range(40):
            assert at.browser.get("/login/callback?state=x&code=y").status_code == 403
        assert at.audit.kinds == ["refused"] * 30


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_address_waits_until_its_failures_are_old_and_others_do_not() -> None:
    clock = Clock()
    throttle = Throttle(failures=3, seconds=100, now=clock)
    for clock.now in (0, 10, 20):
        assert throttle.wait("192.0.2.1") == 0
        throttle.failed("192.0.2.1")
    assert throttle.wait("192.0.2.1") == 81 and throttle.wait("192.0.2.2") == 0
    clock.now = 101
    assert throttle.wait("192.0.2.1") == 0


def test_one_network_of_ipv6_is_one_address_and_memory_has_an_end() -> None:
    throttle = Throttle(failures=2)
    throttle.failed("2001:db8::1")
    throttle.failed("2001:db8::ffff")
    assert throttle.wait("2001:db8::2") > 0 and throttle.wait("2001:db8:1::2") == 0
    for number in range(20_000):
        throttle.failed(f"name {number}")
    assert len(throttle._at) <= 10_000


def reading(audit: AuditList, person: Person) -> TestClient:
    """A page that shows what customers wrote, where it may."""
    access = Access(load(board={"login": {"token": TOKEN}}), audit)

    async def page(request: Request) -> Response:
        request.state.person = person
        may = await access.may_read_text(request, request.path_params["customer"], "journey")
        return PlainTextResponse("her words" if may else request.state.why_no_text)

    async def act(request: Request) -> Response:
        return PlainTextResponse("done")

    routes = [Route("/login/{customer}", page), Route("/act", needs("all_departments")(act))]
    client = TestClient(Starlette(routes=routes, middleware=access.middleware()), base_url="http://127.0.0.1")
    client.cookies.set("siloscope", access.sessions.cookie(access.sessions.begin(person)))
    return client


LEA = Person("lea", frozenset({"support"}), frozenset(RIGHTS["lead"]), "u-7")
ADA = Person("ada", frozenset({"support"}), frozenset(RIGHTS["agent"]))


def test_who_reads_what_a_customer_wrote_is_on_record_once_for_a_while() -> None:
    audit = AuditList()
    with reading(audit, LEA) as browser:
        assert [browser.get(f"/login/{customer}").text for customer in ("c-1", "c-1", "c-2")] == ["her words"] * 3
    kept = [(each.kind, each.actor, each.actor_id, each.customer_id, each.place) for each in audit.records]
    assert kept == [("read_text", "lea", "u-7", customer, "journey") for customer in ("c-1", "c-2")]


def test_without_the_right_nothing_is_shown_and_nothing_is_on_record() -> None:
    audit = AuditList()
    with reading(audit, ADA) as browser:
        assert browser.get("/login/c-1").text == "what customers wrote is read by a lead or above"
    assert audit.records == []


def test_what_cannot_be_audited_is_not_shown_and_is_when_it_can_be_again() -> None:
    audit = AuditList(fails=True)
    with reading(audit, LEA) as browser:
        assert browser.get("/login/c-1").text.startswith("what customers wrote is not shown while it cannot be audited")
        audit.fails = False
        assert browser.get("/login/c-1").text == "her words"
    assert len(audit.records) == 1


def test_a_page_can_ask_for_a_right() -> None:
    with reading(AuditList(), LEA) as browser:
        refused = browser.get("/act")
    assert refused.status_code == 403 and "Your role does not allow this" in refused.text


def test_a_login_goes_on_when_the_audit_cannot_be_kept(caplog: pytest.LogCaptureFixture) -> None:
    with door({"token": TOKEN}) as at:
        at.audit.fails = True
        at.browser.get(f"/login?token={TOKEN}")
        assert at.browser.get("/").status_code == 200
    assert "a login is not in the audit" in caplog.text


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"host": "0.0.0.0"}, "lets other machines in: set login.way to oidc or proxy"),
    ({"host": "0.0.0.0", "url": "http://localhost:8300"}, "lets other machines in"),
    ({"host": "0.0.0.0", "url": "https://board.example", "login": {"token": TOKEN}}, "lets other machines in"),
    ({"login": {"way": "oidc"}}, "way oidc needs oidc"),
    ({"login": {"way": "proxy"}}, "way proxy needs trusted_proxies"),
    ({"login": {"way": "proxy", "trusted_proxies": ["10.0.0.0/8"]}}, "needs roles"),
    ({"login": {"way": "oidc", "oidc": {"issuer": "http://id.example", "client_id": "b"}}}, "begins with https"),
    (
        {"login": {"way": "oidc", "oidc": {"issuer": "https://i.example", "client_id": "b", "scopes": []}}},
        "hold openid",
    ),
    ({"login": {"secret": "short"}}, "board.login.secret"),
    ({"login": {"token": "short"}}, "board.login.token"),
    ({"login": {"tokens": [bearer(), bearer("other")]}}, "give each program its own"),
    ({"login": {"tokens": [{"name": "x", "sha256": "secret-in-plain"}]}}, "not the token"),
    ({"login": {"roles": {"cx": "king"}}}, "board.login.roles.cx"),
    ({"login": {"token_file": "/nowhere/token"}}, "cannot be read"),
]


@pytest.mark.parametrize(("board", "said"), WRONG, ids=[said for _, said in WRONG])
def test_settings_that_let_in_whoever_comes_are_refused_in_a_line(board: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage, match=said) as error:
        load(board=board)
    assert "\n" not in str(error.value)
    assert not any(secret in str(error.value) for secret in ("short", "secret-in-plain"))


def test_secrets_come_from_files_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s" * 40 + "\n")
    (tmp_path / "token").write_text(TOKEN)
    given = {"secret_file": tmp_path / "secret", "token_file": tmp_path / "token"}
    settings = load(board={"login": given})
    assert "s" * 40 not in repr(settings) and TOKEN not in repr(settings)
    access = Access(settings, AuditList())
    assert access.local(TOKEN) is not None and access.local("s" * 40) is None


def test_in_a_container_the_way_token_may_listen_to_all_and_answers_to_this_machines_names() -> None:
    with door({"token": TOKEN}, host="0.0.0.0", url="http://localhost:8300") as at:
        assert at.browser.get(f"/login?token={TOKEN}").status_code == 303
        assert at.browser.get("/", headers={"host": "board.example"}).status_code == 421


def test_a_panel_that_was_signed_in_ends_with_the_session_it_was_signed_in_by() -> None:
    with door({"token": TOKEN}) as at:
        at.browser.get(f"/login?token={TOKEN}")
        found = re.search(r'data-token="([^"]+)"', at.browser.get("/panel-sign-in").text)
        assert found is not None
        panel = at.other_browser()
        panel.headers["authorization"] = f"Panel {found[1]}"
        assert "c-1" in panel.get("/panel/-/view?customer=c-1").text
        at.browser.post("/logout", data={"csrf": at.csrf()})
        assert panel.get("/panel/-/view?customer=c-1").status_code == 401
