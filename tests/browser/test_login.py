"""Logging in and out in a real browser, where cookies, redirects and the page's policy are the browser's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import tests.board_tools as board_tools
from playwright.sync_api import Browser, Page, expect
from tests.access_tools import TOKEN, AuditList, oidc
from tests.oidc_issuer import OidcIssuer

from siloscope.settings import load
from siloscope.web.access import Access


@contextmanager
def board(**login: Any) -> Iterator[tuple[str, Access]]:
    """A board with one alert, at its address."""
    settings = load(board={"login": login})
    access = Access(settings, AuditList())
    site, fed = board_tools.site(access, settings)
    fed.put(board_tools.alert(1))
    with board_tools.served(site, fed) as address:
        yield address, access


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser that knows nobody; whatever the policy of a page forbids fails the test."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    forbidden: list[str] = []
    made = context.new_page()
    made.on("console", lambda line: forbidden.append(line.text) if "Content Security Policy" in line.text else None)
    yield made
    context.close()
    assert forbidden == []


def sees_the_desk(page: Page) -> None:
    expect(page.locator("#items")).to_contain_text("c-1")


def test_by_an_issuer_on_another_site_to_the_page_that_was_wanted_and_out_again(page: Page) -> None:
    issuer = OidcIssuer()
    with issuer.serving(), board(**oidc(oidc={"issuer": issuer.url})) as (address, _):
        page.goto(f"{address}/?severity=warning")
        page.get_by_role("link", name="I am ada").click()
        sees_the_desk(page)
        assert page.url == f"{address}/?severity=warning"
        page.get_by_role("button", name="Log out").click()
        page.get_by_role("link", name="Back to the board").click()
        expect(page.get_by_text("You are logged out.")).to_be_visible()
        page.go_back()
        page.goto(address)
        expect(page.get_by_role("link", name="I am ada")).to_be_visible()


def test_out_at_an_issuer_whose_logout_is_at_another_address_than_its_own(page: Page) -> None:
    issuer = OidcIssuer()
    with issuer.serving(), board(**oidc(oidc={"issuer": issuer.url})) as (address, _):
        elsewhere = issuer.url.replace("localhost", "127.0.0.1")
        issuer.about["end_session_endpoint"] = f"{elsewhere}/end"
        page.goto(address)
        page.get_by_role("link", name="I am ada").click()
        page.get_by_role("button", name="Log out").click()
        page.get_by_role("link", name="Back to the board").click()
        expect(page.get_by_text("You are logged out.")).to_be_visible()
        assert page.url == f"{address}/login/out"


def test_who_is_refused_reads_why_and_can_try_again(page: Page) -> None:
    issuer = OidcIssuer()
    issuer.person["groups"] = ["strangers"]
    with issuer.serving(), board(**oidc(oidc={"issuer": issuer.url})) as (address, _):
        page.goto(address)
        page.get_by_role("link", name="I am ada").click()
        expect(page.get_by_role("status")).to_contain_text("ada is in no group that may look at the board")
        page.get_by_role("link", name="Log in").click()
        expect(page.get_by_role("link", name="I am ada")).to_be_visible()


def test_by_the_address_that_the_board_prints_the_token_leaves_the_address_bar(page: Page) -> None:
    with board(token=TOKEN) as (address, access):
        page.goto(access.entrance(address))
        sees_the_desk(page)
        assert page.url == f"{address}/"
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Log in").click()
        sees_the_desk(page)


def test_a_form_of_another_site_does_nothing(page: Page) -> None:
    with board(token=TOKEN) as (address, access):
        page.goto(access.entrance(address))
        form = f'<form method="post" action="{address}/logout"><button>Win</button></form>'
        page.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
        page.goto("http://evil.example/")
        page.get_by_role("button", name="Win").click()
        page.wait_for_url(f"{address}/**")
        page.goto(address)
        sees_the_desk(page)
