"""The documentation as the dashboards' server shows it: comments stay out, and every link leads to a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from posixpath import join, normpath

import pytest
from starlette.testclient import TestClient

from siloscope.panels.board import boards
from siloscope.panels.page import Reader
from siloscope.panels.serving import application
from siloscope.panels.words import html
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGES = sorted(path.relative_to(TOP).as_posix() for path in (TOP / "docs").rglob("*.md"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(application(boards(), Reader(None)), "http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    ("page", "title"),
    [("symptoms/index.md", "The symptoms"), ("symptoms/unanswered.md", "unanswered"), ("metrics.md", "Metrics")],
)
def test_a_comment_is_neither_shown_nor_the_title(client: TestClient, page: str, title: str) -> None:
    text = client.get(f"/docs/{page}").text
    assert "&lt;!--" not in text
    assert re.findall(r"<title>([^<]*)", text)[0].startswith(title)


def test_only_a_comment_that_begins_a_line_is_left_out() -> None:
    assert "&lt;!-- c --&gt;" in html("<!-- a\nb -->\n\nText with `<!-- c -->`\n")
    assert "a" not in re.sub("<[^>]*>", "", html("<!-- a\na -->\n\nText\n"))


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_lead_to_pages(client: TestClient, page: str) -> None:
    links = re.findall(r'href="([^"#?]+)', client.get(f"/{page}").text.split("<main")[1])
    own = {normpath(join("/" + page, "..", unescape(link))) for link in links if not re.match(r"[a-z]+:", link)}
    assert {link for link in own if client.get(link).status_code != 200} == set()


def test_what_is_not_shown_is_named_where_a_link_was(client: TestClient) -> None:
    text = client.get("/docs/oncall.md").text
    assert "docker compose (<code>docker-compose.yml</code>)" in text
    assert "rules (<code>deploy/prometheus/rules</code>)" in text


def test_a_directory_of_pages_lists_them(client: TestClient) -> None:
    assert '<a href="/docs/runbooks/SiloscopeLagging.md">SiloscopeLagging</a>' in client.get("/docs/runbooks/").text
    for path in ("/docs/img", "/docs/..%2f", "/docs/..%2fdeploy", "/docs/nowhere"):
        assert client.get(path).status_code == 404
