"""Draws docs/img/delivery/*.png: what an invented company's staff get by mail and in Slack.

`python docs/img/delivery.py` writes them anew in some seconds; it needs `chromium`, and `pngquant` to make them small.
Mails are photographed as they are sent; Slack's blocks are drawn here, as Slack itself shows them only to its members.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

ROOT: Final = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "streams")]

from tests.browser.company import told  # noqa: E402

from siloscope.core.handoff import Warning  # noqa: E402
from siloscope.deliver.links import Links  # noqa: E402
from siloscope.deliver.message import Message, Notice, Subject, What, id_of, notice_id  # noqa: E402
from siloscope.deliver.messages.blocks import blocks  # noqa: E402
from siloscope.deliver.messages.mail import html  # noqa: E402
from siloscope.ops.browser import BROWSERS  # noqa: E402

PICTURES: Final = Path(__file__).with_name("delivery")
NOW: Final = 1_772_553_600_000  # 3 Mar 2026 16:00 UTC
LINKS: Final = Links("https://board.example")
DESKTOP, PHONE = 680, 390  # pixels of width
COLOURS: Final = "64"
_STYLE: Final = """body { margin: 0; padding: 18px 20px; width: 600px; font: 15px/1.45 system-ui, sans-serif;
color: #1d1c1d; background: #fff } h1 { font-size: 18px; line-height: 1.25; margin: 0 0 6px } p { margin: 8px 0 }
.context { color: #616061; font-size: 13px } blockquote { margin: 8px 0; padding-left: 12px; border-left: 4px solid
#ddd } a { color: #1264a3; text-decoration: none } button { font: 600 13px system-ui; margin: 6px 8px 0 0; padding:
6px 12px; border: 1px solid #bbb; border-radius: 4px; background: #fff; color: #1d1c1d } button.primary { background:
#007a5a; border-color: #007a5a; color: #fff }"""


def run() -> None:
    """Take the pictures."""
    newest = {id_of(each): each for each in told(NOW)}
    (handoff,) = (each for each in newest.values() if isinstance(each, Warning) and each.team)
    many = [notice(each) for each in newest.values() if notice(each).what != "ended"]
    one = Message("m", "one", "finance", (notice(handoff),))
    digest = Message("d", "digest", "leads", tuple(many))
    slack = blocks(one, LINKS, buttons=True)["blocks"]
    photograph("mail", html(one, LINKS), DESKTOP)
    photograph("mail_dark", html(one, LINKS), PHONE, dark=True)
    photograph("digest", html(digest, LINKS), PHONE, most=1_500)
    photograph("slack", f"<!doctype html><style>{_STYLE}</style>{''.join(map(drawn, slack))}", DESKTOP)


def notice(subject: Subject) -> Notice:
    """What is told of a subject as it stands."""
    ended = {"resolved", "retracted", "ended", "accepted", "closed"}
    what: What = "ended" if subject.status in ended else "opening"
    if isinstance(subject, Warning) and what == "opening":
        what = "overdue" if subject.status == "overdue" else "pending"
    return Notice(notice_id(id_of(subject), what, "desk"), what, subject, NOW)


def drawn(block: dict[str, Any]) -> str:
    """One of Slack's blocks."""
    match block["type"]:
        case "header":
            return f"<h1>{escape(block['text']['text'])}</h1>"
        case "context":
            return f'<p class="context">{marked(block["elements"][0]["text"])}</p>'
        case "actions":
            return "".join(
                f'<button class="{each.get("style", "")}">{escape(each["text"]["text"])}</button>'
                for each in block["elements"]
            )
    text = block["text"]["text"]
    return f"<blockquote>{marked(text[2:])}</blockquote>" if text.startswith("> ") else f"<p>{marked(text)}</p>"


def marked(text: str) -> str:
    """Slack's markup, which is escaped already."""
    text = re.sub(r"<([^|>]+)\|([^>]+)>", r'<a href="\1">\2</a>', text)
    text = re.sub(r"\*([^*\n]+)\*", r"<b>\1</b>", text.replace(":no_entry_sign:", "⊘"))
    return text.replace("\n", "<br>")


def photograph(name: str, page: str, width: int, *, dark: bool = False, most: int | None = None) -> None:
    """A page, whole or its first `most` pixels."""
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    file = PICTURES / f"{name}.png"
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, chromium_sandbox=False)
        view = chromium.new_page(
            viewport={"width": width, "height": 300}, color_scheme="dark" if dark else "light", device_scale_factor=1.5
        )
        view.set_content(page)
        height = view.evaluate("document.documentElement.scrollHeight")
        part = {"x": 0, "y": 0, "width": width, "height": min(height, most or height)}
        view.screenshot(path=file, full_page=True, clip=part)
        chromium.close()
    subprocess.run(["pngquant", "--force", "--output", file, COLOURS, file], check=True)


if __name__ == "__main__":
    run()
