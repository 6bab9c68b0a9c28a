"""What somebody does on the board, in a browser: what comes appears, what is done is seen by all who look."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect
from tests.board_tools import alert
from tests.browser.conftest import Opener, ready
from tests.browser.served import Served

from siloscope.core.alert import Alert
from siloscope.core.followup import Action
from siloscope.core.words import capital

ASKED_AGAIN = "Support asks again for iban"
HANDOVER = "Support hands lena-hoffmann over to finance"


def row(page: Page, title: str) -> Locator:
    return page.locator("#items > .item", has=page.get_by_role("link", name=title, exact=True))


def new_alert() -> Alert:
    now = int(time.time() * 1000)
    return alert(7, title="A new thing that hurts", severity="critical", opened_at=now, updated_at=now)


def subject_of(served: Served, title: str) -> str:
    items = served.live.desk.items.values()
    return next(each.subject for each in items if capital(getattr(each.record, "title", "")) == title)


def did(served: Served) -> Action:
    """The only thing that was done."""
    (action,) = served.fed.actions
    return action


def test_what_is_told_appears_without_a_reload_and_is_announced(served: Served, opened: Opener) -> None:
    page = opened(served, "/", "ana", "agents", "support")
    ready(page)
    page.evaluate("window.stays = true")
    served.put(new_alert())
    expect(row(page, "A new thing that hurts")).to_be_visible()
    expect(page.locator("#count")).to_have_text("6 items")
    expect(page.locator("#arrived")).to_contain_text("A new thing that hurts")
    expect(page).to_have_title("My desk (6) · Siloscope")
    assert page.evaluate("window.stays")


def test_what_ends_leaves_the_desk(served: Served, opened: Opener) -> None:
    page = opened(served, "/", "ana", "agents", "support")
    ready(page)
    served.put(new_alert())
    expect(row(page, "A new thing that hurts")).to_be_visible()
    served.put(alert(7, title="A new thing that hurts", status="resolved", revision=2))
    expect(row(page, "A new thing that hurts")).to_have_count(0)


def test_what_is_accepted_is_seen_by_the_others_at_once(served: Served, opened: Opener) -> None:
    ana, ben = (opened(served, "/", name, "agents", "support") for name in ("ana", "ben"))
    ready(ben)
    row(ana, ASKED_AGAIN).get_by_role("button", name="Accept").click()
    expect(ana.locator(".notice[data-kind=won]")).to_have_text("It is yours now.")
    expect(row(ben, ASKED_AGAIN)).to_contain_text("ana has it")
    expect(row(ana, ASKED_AGAIN)).to_contain_text("ana has it")
    expect(row(ben, ASKED_AGAIN).get_by_role("button", name="Accept")).to_have_count(0)
    assert (did(served).kind, did(served).actor) == ("accept", "ana")


def test_who_accepts_a_moment_later_is_told_who_was_faster(served: Served, opened: Opener) -> None:
    """Without live updates she still has the button."""
    ben = opened(served, "/", "ben", "agents", "support", java_script_enabled=False)
    ana = opened(served, "/", "ana", "agents", "support")
    row(ana, ASKED_AGAIN).get_by_role("button", name="Accept").click()
    expect(ana.locator(".notice[data-kind=won]")).to_be_visible()
    row(ben, ASKED_AGAIN).get_by_role("button", name="Accept").click()
    expect(ben.locator(".notice[data-kind=lost]")).to_contain_text("ana was faster and has had it since")
    expect(row(ben, ASKED_AGAIN)).to_contain_text("ana has it")


def test_what_is_put_off_leaves_the_desk_and_waits_elsewhere(served: Served, opened: Opener) -> None:
    page = opened(served, "/", "ana", "agents", "support")
    ready(page)
    row(page, ASKED_AGAIN).get_by_role("button", name="Snooze 1 h").click()
    expect(row(page, ASKED_AGAIN)).to_have_count(0)
    page.get_by_role("combobox", name="Show").select_option("Put off")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(row(page, ASKED_AGAIN)).to_contain_text("put off until")


def test_what_is_handed_on_moves_to_the_other_desk(served: Served, opened: Opener) -> None:
    finance = opened(served, "/", "eva", "agents", "finance")
    ready(finance)
    page = opened(served, f"/items/{subject_of(served, ASKED_AGAIN)}", "ana", "agents", "support")
    page.get_by_text("Hand on …").click()
    page.get_by_role("combobox", name="To").select_option("finance")
    page.get_by_label("Why", exact=True).fill("You asked for it first.")
    page.get_by_role("button", name="Hand on", exact=True).click()
    expect(page.get_by_text("Handed on: it is on their desk now")).to_be_visible()
    expect(row(finance, ASKED_AGAIN)).to_contain_text("Handed on to finance by ana: “You asked for it first.”")
    assert (did(served).value, did(served).reason) == ("finance", "You asked for it first.")


def test_what_is_resolved_leaves_the_desk(served: Served, opened: Opener) -> None:
    desk = opened(served, "/", "ben", "agents", "support")
    ready(desk)
    page = opened(served, f"/items/{subject_of(served, ASKED_AGAIN)}", "ana", "agents", "support")
    page.get_by_text("Resolve …").click()
    page.get_by_label("What you did").fill("Told her that we have it.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator(".notice[data-kind=won]")).to_contain_text("Done.")
    expect(page.get_by_label("What you did")).to_have_value("")
    expect(page.get_by_role("region", name="What I do")).to_be_hidden()  # it cannot be done twice
    expect(page.get_by_role("main")).to_be_focused()
    expect(row(desk, ASKED_AGAIN)).to_have_count(0)


def test_a_note_stands_with_the_entry_for_all_and_its_field_is_empty_again(served: Served, opened: Opener) -> None:
    path = f"/items/{subject_of(served, ASKED_AGAIN)}"
    ana, ben = (opened(served, path, name, "agents", "support") for name in ("ana", "ben"))
    ready(ben)
    ana.get_by_label("For colleagues").fill("She will be back on Monday.")
    ana.get_by_role("button", name="Add note").click()
    expect(ana.get_by_label("For colleagues")).to_have_value("")
    for page in (ana, ben):
        expect(page.locator(".done")).to_contain_text("She will be back on Monday.")


def test_a_verdict_is_kept_with_its_reason(served: Served, opened: Opener) -> None:
    page = opened(served, f"/items/{subject_of(served, ASKED_AGAIN)}", "ana", "agents", "support")
    page.get_by_label("Why, if you like").fill("She asked us to.")
    page.get_by_role("button", name="False alarm").click()
    expect(page.locator(".notice[data-kind=won]")).to_contain_text("your verdict counts")
    expect(page.locator(".done")).to_contain_text("False alarm")
    assert (did(served).kind, did(served).value, did(served).reason) == ("feedback", "false", "She asked us to.")


def test_what_is_being_written_stays_while_others_act(served: Served, opened: Opener) -> None:
    path = f"/items/{subject_of(served, ASKED_AGAIN)}"
    ana, ben = (opened(served, path, name, "agents", "support") for name in ("ana", "ben"))
    ready(ana)
    ana.get_by_label("For colleagues").fill("Half a sen")
    with ana.expect_request(lambda asked: asked.headers.get("x-by-itself") == "1"):  # it keeps no session alive
        ben.locator("#live").get_by_role("button", name="Accept").click()
    expect(ana.locator("#live")).to_contain_text("ben has it")
    expect(ana.get_by_label("For colleagues")).to_have_value("Half a sen")


def test_after_a_restart_the_page_is_live_again_and_misses_nothing(served: Served, opened: Opener) -> None:
    page = opened(served, "/", "ana", "agents", "support")
    ready(page)
    served.stop()
    expect(page.locator(".live")).to_have_attribute("data-live", "off")
    served.start()
    served.put(new_alert())
    ready(page)
    expect(row(page, "A new thing that hurts")).to_be_visible()


def test_a_viewer_has_no_buttons(served: Served, opened: Opener) -> None:
    page = opened(served, "/", "vera", "viewers", "support")
    expect(row(page, ASKED_AGAIN)).to_be_visible()
    expect(page.locator(".item button")).to_have_count(0)


def test_an_empty_desk_says_what_to_do_next(served: Served, opened: Opener) -> None:
    page = opened(served, "/?severity=info", "ana", "agents", "support")
    expect(page.locator("#empty h2")).to_have_text("Nothing like that is open")
    page.get_by_role("link", name="Show all that is on my desk").click()
    expect(row(page, ASKED_AGAIN)).to_be_visible()
