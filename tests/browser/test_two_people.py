"""Two people before two browsers, the board as a process between them, and a real broker behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect
from tests.board_tools import alert
from tests.browser.served import LOGIN, as_person
from tests.browser.test_desk import row
from tests.integration.test_board_process import board
from tests.integration.writer_tools import fresh_topics, produce

from siloscope import wire
from siloscope.ops.broker import Broker
from siloscope.settings import load

TWO = ("ana", "ben")


@pytest.fixture
def config(broker: Broker, tmp_path: Path) -> Path:
    """Settings of a board behind the proxy of these tests."""
    file = tmp_path / "siloscope.yml"
    said = {"bootstrap_servers": broker.address, "partitions": 3, "metrics_port": 0, "group_id": "browser-test"}
    file.write_text(yaml.safe_dump(said | {"board": {"port": 0, "login": dict(LOGIN)}}))
    fresh_topics(load(file))
    return file


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who(
    broker: Broker, config: Path, chromium: Browser
) -> None:
    told = [alert(number) for number in range(3)]
    with board(config) as address:
        contexts = [
            chromium.new_context(
                base_url=address, extra_http_headers=as_person(name, "agents", "support"), java_script_enabled=script
            )
            for name, script in zip(TWO, (True, False), strict=True)
        ]
        ana, ben = pages = [each.new_page() for each in contexts]
        ana.goto("/")
        produce(broker.address, "siloscope.alerts", [wire.encode("alert", each) for each in told], 3)
        for each in told:
            expect(row(ana, each.title)).to_be_visible()  # it came by itself
            ben.goto("/")
            _accept_at_once(each.title, ana, ben)
            won, lost = [_outcomes(page) for page in pages]
            assert {won[0], lost[0]} == {"won", "lost"}
            winner = "ana" if won[0] == "won" else "ben"
            assert f"{winner} was faster" in (lost if won[0] == "won" else won)[1]
            for page in pages:
                expect(row(page, each.title)).to_contain_text(f"{winner} has it")
        for context in contexts:
            context.close()


def _accept_at_once(title: str, ana: Page, ben: Page) -> None:
    """Hers is on its way when he presses; his page has no script, and shows the button however the race went."""
    ana.evaluate("() => document.querySelector('#notice').replaceChildren()")
    row(ana, title).get_by_role("button", name="Accept").evaluate("each => each.click()")
    row(ben, title).get_by_role("button", name="Accept").click()


def _outcomes(page: Page) -> tuple[str, str]:
    notice = page.locator(".notice")
    expect(notice).to_be_visible()
    return notice.get_attribute("data-kind") or "", notice.inner_text()
