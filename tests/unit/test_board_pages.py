"""The board's pages: what is in them, what they weigh, and what is said when they are empty or fail."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.board_tools import Everybody, Fed, alert, incident, site, warning

from siloscope.core.handoff import Brief
from siloscope.web import board as board_module
from siloscope.web.access import Person
from siloscope.web.app import application
from siloscope.web.rendering import linked
from siloscope.web.site import Site

NOBODYS = Person("nora", frozenset(), frozenset({"look", "act"}))


@pytest.fixture
def made() -> tuple[Site, Fed, TestClient]:
    at, fed = site(Everybody(*Everybody().people.values(), NOBODYS))
    return at, fed, TestClient(application(at), raise_server_exceptions=False)


def scripts(text: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/static/[^"]+)"', text)


def test_a_full_list_with_all_it_fetches_weighs_under_100_kilobytes(made: tuple[Site, Fed, TestClient]) -> None:
    _, fed, client = made
    fed.put(*(alert(number) for number in range(150)), *(warning(number) for number in range(150)))
    page = client.get("/")
    assert page.text.count('<li class="item"') == board_module.STEP
    whole = len(page.content) + sum(len(client.get(each).content) for each in scripts(page.text))
    assert whole < 100_000, whole


def test_more_are_shown_on_demand_up_to_a_limit(made: tuple[Site, Fed, TestClient]) -> None:
    _, fed, client = made
    fed.put(*(alert(number) for number in range(300)))
    assert 'href="/?most=60"' in client.get("/").text
    assert client.get("/?most=60").text.count('<li class="item"') == 60
    for asked in ("9999", "99999999", "-1", "x", "²"):
        shown = client.get("/", params={"most": asked}).text.count('<li class="item"')
        assert shown in (board_module.STEP, board_module.MOST)


def test_a_page_says_how_many_there_are_of_each_kind(made: tuple[Site, Fed, TestClient]) -> None:
    _, fed, client = made
    fed.put(alert(1), alert(2), warning(3))
    text = client.get("/").text
    assert "unanswered <b>2</b>" in text
    assert 'href="/?symptom=handoff">handoff <b>1</b>' in text
    assert "all kinds" in client.get("/?symptom=handoff").text


@pytest.mark.parametrize(
    ("path", "person", "said"),
    [
        ("/", "anna", "Nothing has been told yet"),
        ("/?shown=mine", "anna", "You have accepted nothing"),
        ("/?shown=put_off", "anna", "Nothing is put off"),
        ("/?shown=done", "anna", "Nothing was resolved that still goes on"),
        ("/?shown=review", "anna", "Nothing to review"),
        ("/?severity=info", "anna", "Nothing like that is open"),
        ("/", "nora", "You belong to no department yet"),
    ],
)
def test_an_empty_list_says_what_to_do_next(
    made: tuple[Site, Fed, TestClient], path: str, person: str, said: str
) -> None:
    text = made[2].get(path, headers={"x-person": person}).text
    assert said in text
    assert 'id="empty">' in text


def test_a_desk_that_was_cleared_says_so(made: tuple[Site, Fed, TestClient]) -> None:
    _, fed, client = made
    fed.put(alert(1, status="resolved"))
    assert "Your desk is clear" in client.get("/").text


def test_nothing_in_a_page_is_inline_or_from_elsewhere(made: tuple[Site, Fed, TestClient]) -> None:
    _, fed, client = made
    fed.put(alert(1), warning(2), incident())
    for path in ("/", f"/items/{alert(1).alert_id}", f"/items/{warning(2).warning_id}"):
        text = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)|https?://(?!testserver)", text), path


@pytest.mark.parametrize("name", ["<b>x</b>", '"><script>alert(1)</script>', "c/../1?x=1&y=#z", "ü 1"])
def test_what_customers_are_called_and_say_is_text_wherever_it_stands(
    made: tuple[Site, Fed, TestClient], name: str
) -> None:
    _, fed, client = made
    brief = Brief(summary=f"{name} [{name}]", phase=name, promises=(name,), recent=(f"x [{name}]",))
    fed.put(
        alert(1, customer_id=name, title=name, explanation=name, suggested_action=name, product=name),
        warning(2, customer_id=name, case_ref=name, brief=brief),
    )
    for path in ("/", f"/items/{alert(1).alert_id}", f"/items/{warning(2).warning_id}"):
        text = client.get(path).text
        assert "<b>x" not in text
        assert "<script>alert" not in text
        assert "../1?x" not in "".join(re.findall(r'href="([^"]*)"', text))


def test_a_line_of_a_brief_leads_to_its_touchpoint() -> None:
    line = linked("she said “a [b] c” [crm:7]", "c/1")
    assert line.startswith('she said “a [b] c” <a class="source" href="/customers/c%2F1/journey')
    assert '#t-crm%3A7" title="touchpoint crm:7">source</a>' in line
    assert linked("no source & more", "c") == "no source &amp; more"


def test_a_script_is_kept_for_ever_and_a_page_not_at_all(made: tuple[Site, Fed, TestClient]) -> None:
    client = made[2]
    page = client.get("/")
    assert page.headers["cache-control"] == "no-store"
    for each in scripts(page.text):
        answer = client.get(each)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/x/../../settings.py").status_code == 404
    assert client.get("/static/1/nothing.js").status_code == 404


def test_a_mistake_of_ours_is_in_the_log_and_the_reader_is_told_in_one_line(
    made: tuple[Site, Fed, TestClient], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at, _, client = made

    def fails(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(at.live, "clock", fails)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/")
    assert answer.status_code == 500
    assert "A mistake of ours" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError: secret" in caplog.text
    api = client.get("/v1/items")
    assert api.status_code == 500
    assert api.json()["error"].startswith("A mistake of ours")


def test_a_page_that_is_not_there_says_so_in_the_form_that_was_asked_for(made: tuple[Site, Fed, TestClient]) -> None:
    client = made[2]
    assert "Back to my desk" in client.get("/nothing").text
    assert client.get("/v1/nothing").json() == {"error": "Not Found"}
    assert 'data-kind="wrong"' in client.get("/nothing", headers={"hx-request": "true"}).text
