"""The board for everybody: screen readers, keyboards, phones, dark screens, no script, slow lines."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser.conftest import Opener, ready
from tests.browser.served import Served

from siloscope.web import kept

PAGES = (
    "/", "/?shown=review", "/?severity=info", "/items/HANDOFF", "/items/ALERT", "/customers", "/customers?q=t-4711",
    "/customers/lena-hoffmann", "/customers/nobody-knows-her", "/customers/lena-hoffmann/journey", "/incidents",
    "/incidents/INCIDENT", "/matrix", "/quality", "/preflight", "/items/not-there",
)  # fmt: skip
LEAD = ("ana", "leads", "finance", "support")
MOST_BYTES = 100_000
SMALL = """() => [...document.querySelectorAll("main button, main select")]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"""
OUTSIDE = """() => [...document.querySelectorAll("nav a")].map(each => [each.textContent, each.getBoundingClientRect()])
  .filter(([, box]) => box.left < 0 || box.right > innerWidth || box.height < 44).map(([text]) => text)"""


def path_of(served: Served, path: str) -> str:
    """The path with the ids of Lena's handoff, of an alert about her and of the incident."""
    lenas = served.live.desk.of_customer("lena-hoffmann")
    handoff = next(each.subject for each in lenas if each.is_warning and each.open)
    alert = next(each.subject for each in lenas if not each.is_warning and each.department == "support")
    (incident,) = served.live.desk.incidents
    return path.replace("HANDOFF", handoff).replace("ALERT", alert).replace("INCIDENT", incident)


def whole(page: Page) -> None:
    """Wait until what follows the page is there, too."""
    expect(page.locator("[hx-trigger^=load]:not(:has(.detail, .empty))")).to_have_count(0)


def wrong_for_some(page: Page) -> list[str]:
    """What axe finds."""
    return [
        f"{each['id']}: {node['html'][:160]}" for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_there_for_everybody(company_board: Served, opened: Opener, path: str) -> None:
    """Who sees little, who uses a dark screen; and on a phone nothing is wider than it, or too small for a thumb."""
    page = opened(company_board, path_of(company_board, path), *LEAD, has_touch=True)
    whole(page)
    assert wrong_for_some(page) == []
    page.emulate_media(color_scheme="dark")
    assert wrong_for_some(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate(SMALL) == []
    assert page.evaluate(OUTSIDE) == []


def test_the_door_is_there_for_everybody(opened: Opener) -> None:
    board = Served(login={"way": "token", "token": "0123456789abcdef"})
    page = opened(board, "/", "nobody")
    expect(page.get_by_label("Token")).to_be_visible()
    assert wrong_for_some(page) == []
    board.stop()


def test_the_first_stops_of_the_keyboard_skip_to_content_and_list(company_board: Served, opened: Opener) -> None:
    page = opened(company_board, "/", *LEAD)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the list")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(page.locator("#items h2 a").first).to_be_focused()


def test_a_desk_is_worked_through_by_keyboard_alone(served: Served, opened: Opener) -> None:
    page = opened(served, "/", *LEAD)
    ready(page)
    links = page.locator("#items h2 a")
    links.first.focus()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.first).to_be_focused()
    style = links.first.evaluate("each => getComputedStyle(each).outlineStyle + getComputedStyle(each).outlineWidth")
    assert style == "solid3px", "who uses a keyboard sees where she is"
    title = links.first.inner_text()
    page.keyboard.press("Tab")  # the customer
    page.keyboard.press("Tab")  # accept
    page.keyboard.press("Enter")
    expect(page.locator(".notice[data-kind=won]")).to_be_visible()
    expect(page.locator("#items > .item", has_text=title).first).to_contain_text("ana has it")
    inside = page.evaluate("document.activeElement.closest('#items') !== null")
    assert inside, "the focus stays where she works"


def test_who_wants_no_motion_gets_none(served: Served, opened: Opener) -> None:
    page = opened(served, "/", *LEAD, reduced_motion="reduce")
    moves = page.locator(".item").first.evaluate(
        "each => { each.classList.add('fresh'); return getComputedStyle(each).animationName }"
    )
    assert moves == "none"


def test_all_that_matters_works_without_a_script(served: Served, opened: Opener) -> None:
    page = opened(served, "/", "ana", "agents", "support", java_script_enabled=False)
    page.locator("#kinds").get_by_role("link", name="repeated info request").click()
    expect(page.locator("#items > .item")).to_have_count(1)
    page.get_by_role("link", name="Support asks again for iban", exact=True).click()
    page.locator("#live").get_by_role("button", name="Accept").click()
    expect(page.locator(".notice[data-kind=won]")).to_have_text("It is yours now.")
    page.get_by_label("For colleagues").fill("She is called at four.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".done")).to_contain_text("She is called at four.")
    page.get_by_role("button", name="Useful").click()
    expect(page.locator(".done")).to_contain_text("Useful")
    assert [each.kind for each in served.fed.actions] == ["accept", "note", "feedback"]


@pytest.mark.parametrize("path", ["/", "/items/HANDOFF", "/customers/lena-hoffmann", "/matrix"])
def test_a_page_is_light(company_board: Served, opened: Opener, path: str) -> None:
    """All that a first visit loads over the line."""
    page = opened(company_board, "/healthz", *LEAD)
    line = page.context.new_cdp_session(page)
    received: list[float] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    page.goto(path_of(company_board, path))
    whole(page)
    assert 1_000 < sum(received) < MOST_BYTES


def test_figures_that_take_long_come_by_themselves(
    company_board: Served, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SOON", 0)
    page = opened(company_board, "/matrix?days=91", *LEAD)
    expect(page.locator("#figures table").first).to_be_visible()
    expect(page.get_by_text("Look again")).to_have_count(0)
