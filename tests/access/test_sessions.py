"""Sessions end: by the clock, by the person, by the owner's change of mind; what is open ends with them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.access_tools import DEPARTMENTS, ROLES, TOKEN, Door, door

from siloscope.settings import load
from siloscope.web.access import Person
from siloscope.web.access.session import Session, Sessions

ADA = Person("ada", frozenset({"support"}), frozenset({"look"}), "u-1")


class Clock:
    """Seconds since 1970, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sessions(clock: Clock, **login: Any) -> Sessions:
    given = {"secret": "s" * 40, "idle_minutes": 30, "hours": 8} | login
    return Sessions(load(board={"login": given}).board.login, clock)


def test_a_session_comes_back_whole(clock: Clock) -> None:
    own = sessions(clock)
    begun = own.begin(ADA, "s-1")
    assert own.read(own.cookie(begun)) == begun
    assert begun.person.of("support") and not begun.person.of("sales")


def test_it_ends_when_nothing_was_asked_for_long(clock: Clock) -> None:
    own = sessions(clock)
    cookie = own.cookie(own.begin(ADA))
    clock.now += 30 * 60 - 1
    assert own.read(cookie) is not None
    clock.now += 1
    assert own.read(cookie) is None


def test_whoever_goes_on_stays_but_not_for_ever(clock: Clock) -> None:
    own = sessions(clock)
    session: Session | None = own.begin(ADA)
    for _ in range(8 * 3 - 1):
        clock.now += 20 * 60
        assert session is not None
        session = own.read(own.cookie(own.renewed(session) or session))
    assert session is not None
    clock.now += 20 * 60
    assert own.read(own.cookie(session)) is None


def test_a_cookie_is_written_anew_once_a_minute_not_with_every_page(clock: Clock) -> None:
    own = sessions(clock)
    begun = own.begin(ADA)
    assert own.renewed(begun) is None
    clock.now += 61
    newer = own.renewed(begun)
    assert newer is not None and newer.seen == clock.now and newer.sid == begun.sid


def test_an_ended_session_is_over_wherever_its_cookie_is(clock: Clock) -> None:
    own = sessions(clock)
    one, other = own.begin(ADA), own.begin(ADA)
    own.end(one)
    assert own.read(own.cookie(one)) is None
    assert own.read(own.cookie(other)) == other


def test_a_cookie_of_another_secret_or_of_other_roles_is_none(clock: Clock) -> None:
    cookie = sessions(clock).cookie(sessions(clock).begin(ADA))
    assert sessions(clock).read(cookie) is not None
    assert sessions(clock, secret="t" * 40).read(cookie) is None
    assert sessions(clock, roles={"cx": "agent"}).read(cookie) is None
    assert sessions(clock, departments={"cx": ["sales"]}).read(cookie) is None
    assert sessions(clock, read_text_from="viewer").read(cookie) is None


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "W10.x", "." * 99, "é"])
def test_a_cookie_that_is_none_is_no_mistake(clock: Clock, cookie: str) -> None:
    assert sessions(clock).read(cookie) is None


def test_what_is_signed_for_one_purpose_is_worth_nothing_for_another(clock: Clock) -> None:
    own = sessions(clock)
    panel = own.serializer("panel").dumps(["ada", "", [], ["look"], "sid", clock.now, clock.now, ""])
    assert own.read(panel) is None


def test_tokens_of_forms_are_bound_to_their_session_and_never_the_same(clock: Clock) -> None:
    own = sessions(clock)
    one, again = own.csrf("a"), own.csrf("a")
    assert one != again
    assert own.is_csrf(one, "a") and own.is_csrf(again, "a")
    assert not own.is_csrf(one, "b")
    assert not any(own.is_csrf(given, "a") for given in ("", ".", one[:-1], one + "0", "é" + one))


def test_a_page_that_is_open_ends_with_its_session(clock: Clock) -> None:
    own = sessions(clock)
    begun, other = own.begin(ADA), own.begin(ADA)

    async def opened(session: Session, ready: asyncio.Event) -> str:
        limit = asyncio.timeout(30)
        try:
            async with limit:
                with own.ending(session, limit):
                    ready.set()
                    await asyncio.sleep(30)
        except TimeoutError:
            return "ended"
        return "went on"

    async def run() -> None:
        ready, also = asyncio.Event(), asyncio.Event()
        first = asyncio.create_task(opened(begun, ready))
        second = asyncio.create_task(opened(other, also))
        await ready.wait()
        await also.wait()
        own.end(begun)
        assert await first == "ended"
        assert not second.done()
        own.end_of_issuer("u-1", None)
        assert await second == "ended"

    asyncio.run(run())


def test_a_session_that_is_just_being_ended_keeps_no_other_from_its_end(clock: Clock) -> None:
    own = sessions(clock)
    begun = [own.begin(ADA, name) for name in ("s-1", "s-2")]

    async def opened(session: Session) -> None:
        async with asyncio.timeout(30) as limit:
            with own.ending(session, limit):
                await asyncio.sleep(30)

    async def run() -> None:
        pages = [asyncio.create_task(opened(session)) for session in begun]
        await asyncio.sleep(0)
        own.end_of_issuer(None, "s-1")
        await asyncio.sleep(0)  # the first page's time is up, the page itself does not know yet
        own.end_of_issuer(None, "s-2")
        ended = await asyncio.wait_for(asyncio.gather(*pages, return_exceptions=True), 5)
        assert [type(each) for each in ended] == [TimeoutError, TimeoutError]

    asyncio.run(run())


@pytest.fixture
def at() -> Iterator[Door]:
    with door({"token": TOKEN, "roles": ROLES, "departments": DEPARTMENTS}) as made:
        yield made


def test_the_token_of_this_start_lets_in_and_leaves_the_address(at: Door) -> None:
    first = at.browser.get(at.access.entrance("http://127.0.0.1:8300"))
    assert first.headers["location"] == "/"
    assert TOKEN not in str(first.headers)
    assert at.browser.get("/").status_code == 200


def test_the_token_can_be_pasted(at: Door) -> None:
    answer = at.browser.post("/login", data={"token": TOKEN, "next": "/incidents"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")


def test_a_new_login_has_a_new_name_and_ends_the_one_before(at: Door) -> None:
    at.browser.get(f"/login?token={TOKEN}")
    before = at.browser.cookies["siloscope"]
    at.browser.get(f"/login?token={TOKEN}")
    assert at.browser.cookies["siloscope"] != before
    thief = at.other_browser()
    thief.cookies.set("siloscope", before)
    assert thief.get("/").status_code == 303


def test_guessing_is_slowed_down_even_for_the_right_token(at: Door) -> None:
    for _ in range(10):
        assert at.browser.get("/login?token=wrong").status_code == 403
    refused = at.browser.get(f"/login?token={TOKEN}")
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 301
    assert at.audit.kinds == ["refused"] * 10
    assert at.audit.records[0].address == "testclient"


def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(at: Door) -> None:
    async def said(_: Request) -> Response:
        return Response("said")

    routes = [Route("/", said), Route("/events", said)]
    browser = TestClient(Starlette(routes=routes, middleware=at.access.middleware()), base_url="http://127.0.0.1:8300")
    at.browser.get(f"/login?token={TOKEN}")
    browser.cookies.update(dict(at.browser.cookies))
    clock = Clock()
    clock.now = at.access.sessions._now() + 120
    at.access.sessions._now = clock
    assert "set-cookie" not in browser.get("/events").headers
    assert "set-cookie" in browser.get("/").headers
    assert "set-cookie" not in browser.get("/").headers


def test_what_an_open_page_asks_for_by_itself_keeps_no_session_alive() -> None:
    by_itself = {"hx-request": "true", "x-by-itself": "1"}
    with door() as board:
        clock = Clock()
        board.access.sessions._now = clock
        board.browser.get(f"/login?token={TOKEN}")
        clock.now += 61
        assert "set-cookie" not in board.browser.get("/?shown=mine", headers=by_itself).headers
        assert "set-cookie" in board.browser.get("/?shown=mine").headers, "she does something"
        clock.now += 3_601
        answer = board.browser.get("/?shown=mine", headers=by_itself)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login/out?next=%2F%3Fshown%3Dmine")
        page = board.browser.get(answer.headers["hx-redirect"])
        assert "You are logged out." in page.text and 'name="next" value="/?shown=mine"' in page.text
        assert board.browser.get("/", headers={"hx-request": "true"}).headers["hx-redirect"] == "/login"
