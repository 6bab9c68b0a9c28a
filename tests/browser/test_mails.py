"""Mails are for everybody too: on light and dark screens, on a phone, for who hears them read."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from tests.board_tools import incident
from tests.deliver_tools import BOARD, digest, one, warning

from siloscope.deliver.links import Links
from siloscope.deliver.message import Message
from siloscope.deliver.messages.mail import html

MAILS = {
    "handoff": one(warning()), "escalated": one(warning(), "overdue", unaccepted=30), "alert": one(),
    "over": one(what="ended"), "incident": one(incident()), "digest": digest(3), "german": one(warning(), None, "de"),
}  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("message", MAILS.values(), ids=MAILS)
def test_a_mail_is_there_for_everybody(chromium: Browser, message: Message, dark: bool) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light")
    page.set_content(html(message, Links(BOARD)))
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
