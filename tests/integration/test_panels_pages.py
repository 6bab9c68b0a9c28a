"""The shipped dashboards as pages, over HTTP and as files, from the store of a simulated company."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import fromstring

import httpx
import pytest
from tests.warehouse import Warehouse

from siloscope.errors import Unusable
from siloscope.film.command import stored
from siloscope.film.drawing import drawn
from siloscope.panels.board import Board, boards
from siloscope.panels.command import main
from siloscope.panels.page import Reader
from siloscope.panels.serving import listening, serving, written
from siloscope.settings import load

BOARDS = boards()
EMPTY = re.compile(r'class="panel kind-\S+ (?:empty|failed)" data-title="([^"]*)"')


@pytest.fixture(scope="module")
def client(warehouse: Warehouse) -> Iterator[httpx.Client]:
    with (
        listening(0) as at,
        serving(BOARDS, Reader(warehouse.client), at) as address,
        httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client,
    ):
        yield client


def metrics_only(board: Board) -> set[str]:
    return {each.title for each in board.panels if any(not target.sql for target in each.targets)}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_every_panel_that_asks_the_store_shows_data(client: httpx.Client, board: Board) -> None:
    page = client.get(f"/d/{board.uid}")
    assert page.status_code == 200
    assert set(EMPTY.findall(page.text)) == metrics_only(board)
    for picture in re.findall(r"<svg.*?</svg>", page.text, re.DOTALL):
        assert fromstring(picture).attrib["aria-label"]
    for each in BOARDS:
        assert f'href="/d/{each.uid}?' in page.text


def test_the_first_page_is_what_hurts_now(client: httpx.Client, warehouse: Warehouse) -> None:
    page = client.get("/")
    assert page.url.path == "/d/siloscope-silos-now"
    open_now = {each.customer_id for each in warehouse.company.current if each.status in ("open", "updated")}
    first = page.text.split('data-title="How many customers suffer now?"')[1].split("</section>")[0]
    assert f">{len(open_now):,}<" in first


def test_a_choice_narrows_the_page_and_stays_chosen(client: httpx.Client) -> None:
    page = client.get("/d/siloscope-silos-now", params={"var-department": "legal", "from": "now-30d"}).text
    assert '<option value="legal" selected>' in page
    assert '<option value="now-30d" selected>' in page
    assert "var-department=legal" in page  # also on the way to another page
    everywhere = client.get("/d/siloscope-silos-now", params={"from": "now-30d"}).text
    assert len(page) < len(everywhere)


@pytest.mark.parametrize("value", ["'; DROP TABLE touchpoints --", "<script>alert(1)</script>", "now-9999999d", "\\"])
def test_hostile_choices_are_values_and_nothing_more(client: httpx.Client, value: str) -> None:
    page = client.get("/d/siloscope-silos-now", params={"var-department": value, "var-customer": value, "from": value})
    assert page.status_code == 200
    assert "failed" not in re.findall(r'class="panel kind-\S+ (\w+)"', page.text)
    assert "<script>alert" not in page.text


def test_only_names_of_this_machine_are_answered(client: httpx.Client) -> None:
    assert client.get("/d/siloscope-silos-now", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/d/nothing").status_code == 404
    policy = client.get("/d/siloscope-silos-now").headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_a_customers_journey_is_a_page(warehouse: Warehouse) -> None:
    def film(customer: str) -> str:
        return drawn(stored(customer, warehouse.settings))

    with (
        listening(0) as at,
        serving(BOARDS, Reader(warehouse.client, film=film), at) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        first = client.get(f"/d/{BOARDS[0].uid}").text
        link = unescape(re.findall(r'href="(/journey[^"]+)"', first)[0])
        assert "play" in client.get(link).text
        nobody = client.get("/journey", params={"customer": "<b>nobody</b>"})
        assert (nobody.status_code, nobody.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_where_there_is_no_store_one_line_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"there is no store in .*: `siloscope demo --store .*` makes one"):
        main(load(store={"path": tmp_path / "none"}), None, 0, None)
    assert not (tmp_path / "none").exists()


def test_the_documentation_is_there_and_nothing_else_is(client: httpx.Client) -> None:
    assert "<h1>" in client.get("/docs/store.md").text
    assert client.get("/docs/img/demo.svg").headers["content-type"] == "image/svg+xml"
    for path in ("/docs/..%2fpyproject.toml", "/docs/../README.md", "/docs/img/terminal.py", "/docs//etc/passwd"):
        assert client.get(path).status_code == 404


def test_links_of_panels_lead_to_pages_that_are_there(client: httpx.Client) -> None:
    page = client.get("/d/siloscope-silos-now").text
    links = set(re.findall(r'href="(/docs/[^"#]+)', page))
    assert links
    assert {link for link in links if client.get(link).status_code != 200} == set()


def test_pages_as_files_need_nothing_else(warehouse: Warehouse, tmp_path: Path) -> None:
    files = written(BOARDS, Reader(warehouse.client), tmp_path / "out")
    assert [each.name for each in files] == [f"{board.uid}.html" for board in BOARDS]
    text = files[0].read_text()
    assert "<form" not in text and "<script" not in text
    assert f'href="{files[1].name}"' in text
    assert not re.search(r'(?:src|href)="(?:https?:|/)', text)


def test_a_taken_port_is_one_line(warehouse: Warehouse) -> None:
    one_line = pytest.raises(Unusable, match=r"port \d+ cannot be had: .*; give another with --port")
    with listening(0) as taken, serving(BOARDS, Reader(warehouse.client), taken) as address, one_line:
        listening(int(address.rpartition(":")[2]))
