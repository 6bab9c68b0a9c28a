"""Every route, also those that somebody adds tomorrow: closed without a login, silent about what is another's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from tests.access_tools import BEARER, URL, Door, bearer, door, oidc
from tests.board_tools import alert, incident, warning
from tests.oidc_issuer import OidcIssuer

from siloscope.core.alert import Evidence
from siloscope.core.handoff import Brief

SALES, WORDS = "Only-for-sales", "her-own-words"  # what a page must not show
OPEN = {
    "/healthz", "/readyz", "/static/{version}/{name}", "/login", "/login/out", "/login/callback", "/login/backchannel",
    "/panel", "/panel/{customer:path}", "/slack/actions",
}  # fmt: skip
SLACK = {"slack_signing_secret": "s" * 20, "slack_people": {"*": {}}}
OWN_TOKEN = {"/panel/-/view", "/panel/-/act/{subject}/{kind}"}  # or a session: they answer 401 themselves
FILLED = {
    "subject": f"2026-03-{2:032x}", "customer:path": "c-2", "incident_id": "2026-03-sales", "kind": "accept",
    "version": "x", "name": "board.css",
}  # fmt: skip


@pytest.fixture(scope="module")
def at() -> Iterator[Door]:
    """Support's Ada, an agent, before a board on which sales has things of its own."""
    issuer = OidcIssuer()
    login = oidc(tokens=[bearer(departments=["support"])])
    with door(login, issuer, url=URL, **SLACK) as made:
        evidence = (Evidence("t-1", 1, "support", "email", "question", WORDS),)
        made.fed.put(
            alert(1, evidence=evidence),
            alert(2, title=SALES, explanation=SALES, owner_department="sales", departments=("sales",)),
            warning(
                2,
                to_department="sales",
                from_department="sales",
                brief=Brief(summary="For all who talk to her", phase="use"),
            ),
            incident("2026-03-sales", departments=("sales",), owner_department="sales"),
            incident(),
        )
        made.log_in(issuer)
        yield made


def routes() -> list[tuple[str, str]]:
    """Method and path of every route of the board, as they are declared."""
    login = oidc(tokens=[bearer()])
    with door(login, OidcIssuer(), url=URL, **SLACK) as made:
        assert isinstance(made.app, Starlette)
        known = [route for route in made.app.routes if isinstance(route, Route)]
        assert len(known) == len(made.app.routes)
        return sorted({(method, route.path) for route in known for method in (route.methods or set()) - {"HEAD"}})


ROUTES = routes()


def path_of(route: str) -> str:
    for name, value in FILLED.items():
        route = route.replace("{" + name + "}", value)
    assert "{" not in route, "say in FILLED what stands there"
    return route


@pytest.mark.parametrize(("method", "route"), [each for each in ROUTES if each[1] not in OPEN])
def test_nobody_comes_in_without_a_login(at: Door, method: str, route: str) -> None:
    answer = at.other_browser().request(method, path_of(route))
    assert answer.status_code == (401 if route.startswith(("/v1/", "/events")) or route in OWN_TOKEN else 303)
    assert SALES not in answer.text and WORDS not in answer.text


@pytest.mark.parametrize("route", [route for method, route in ROUTES if method != "GET" and route != "/login"])
def test_nothing_is_done_without_a_token_of_the_form_or_a_proof_of_its_own(at: Door, route: str) -> None:
    done = len(at.fed.actions)
    assert at.browser.post(path_of(route), data={}).status_code in (400, 401, 403)
    assert len(at.fed.actions) == done


@pytest.mark.parametrize("route", [route for method, route in ROUTES if method == "GET" and route != "/events"])
def test_support_reads_nothing_of_sales_and_an_agent_none_of_the_customers_words(at: Door, route: str) -> None:
    headers = {"authorization": f"Bearer {BEARER}"} if route.startswith("/v1/") else {}
    for path in (path_of(route), path_of(route).replace(f"{2:032x}", f"{1:032x}").replace("c-2", "c-1")):
        for query in ("", "?department=sales&customer=c-2&q=c-2&show=all"):
            answer = at.browser.get(path + query, headers=headers)
            assert answer.status_code < 500 or "store" in answer.text
            assert SALES not in answer.text
            assert WORDS not in answer.text
    assert "read_text" not in at.audit.kinds


def test_a_lead_of_both_departments_reads_both_and_that_she_does_is_on_record(at: Door) -> None:
    """The other side: what is silent above is there to be read."""
    issuer = OidcIssuer(person={"sub": "u-9", "preferred_username": "lea", "groups": ["cx-leads", "cx-sales"]})
    evidence = (Evidence("t-1", 1, "support", "email", "question", WORDS),)
    with door(oidc(), issuer, url=URL) as other:
        other.fed.put(alert(1, evidence=evidence), alert(2, title=SALES, owner_department="sales"))
        other.log_in(issuer)
        assert SALES in other.browser.get("/").text
        assert WORDS in other.browser.get(f"/items/2026-03-{1:032x}").text
        assert [(each.kind, each.actor, each.customer_id) for each in other.audit.records[1:]] == [
            ("read_text", "lea", "c-1")
        ]
