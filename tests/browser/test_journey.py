"""A customer's film on the board: it comes by itself, plays by the keyboard, and is saved as a picture."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Opener
from tests.browser.served import Served

LENA = "/customers/lena-hoffmann"


def test_it_comes_by_itself_and_plays_by_the_keyboard(company_board: Served, opened: Opener) -> None:
    page = opened(company_board, LENA, "lea", "leads", "support")
    button = page.get_by_role("link", name="play the film")
    expect(button).to_be_visible()
    last = page.locator(".film circle[r='11']").last
    expect(last).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(last).to_be_hidden()  # it appears when its time in the film has come
    expect(last).to_be_visible()


def test_it_is_saved_as_svg_and_as_png(company_board: Served, opened: Opener, tmp_path: Path) -> None:
    page = opened(company_board, LENA, "lea", "leads", "support")
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Save as {kind}").click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert saved.name == f"film.{kind.lower()}"
        assert saved.read_bytes().startswith(begins)


def test_a_line_of_the_brief_leads_to_its_touchpoint(company_board: Served, opened: Opener) -> None:
    page = opened(company_board, LENA, "lea", "leads", "support")
    page.locator(".brief a.source").first.click()
    expect(page.locator(":target")).to_be_visible()


def test_without_a_script_the_journey_is_a_link_away(company_board: Served, opened: Opener) -> None:
    page = opened(company_board, LENA, "lea", "leads", "support", java_script_enabled=False)
    page.locator("#journey a").click()
    expect(page.locator(".film svg")).to_be_visible()
    expect(page.locator(".evidence li").first).to_be_visible()
