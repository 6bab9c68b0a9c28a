"""A message as a mail: text and HTML, an id that stays the same, and a thread for each alert, warning or incident."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import Final

import jinja2

from ...core.words import capital
from ..links import Links
from ..message import Message
from .card import cards, title
from .plain import SHOWN, plain
from .words import LANGUAGES

_LONGEST: Final = 140  # characters of a subject line


def mail(message: Message, links: Links, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """The mail; the same bytes whenever it is made.

    What follows on an opening answers the mail about it; its subject line differs only in the brackets, which mail
    programs look past. No more of a customer stands there than in the alert's title.
    """
    told = cards(message, links)
    made = EmailMessage(policy=SMTP)
    line = title(message, told)
    follows = message.notices[0].opening if message.kind == "one" else None
    made["Subject"] = _cut(f"[{told[0].tag}] {told[0].title}" if message.kind == "one" else line)
    made["From"] = Address("Siloscope", addr_spec=sender)
    made["To"] = ", ".join(to)
    made["Date"] = format_datetime(datetime.fromtimestamp(max(each.at for each in message.notices) // 1000, UTC))
    made["Message-ID"] = _id(message.id, sender)
    if follows is not None:
        made["In-Reply-To"] = made["References"] = _id(follows, sender)
    made["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    made["Content-Language"] = message.language
    made.set_content(plain(message, links), cte="quoted-printable")
    made.add_alternative(html(message, links), subtype="html", cte="quoted-printable")
    made.set_boundary(f"={message.id}=")
    return made


def html(message: Message, links: Links) -> str:
    """The page that a mail shows."""
    told = cards(message, links)
    page: str = _template().render(
        say=LANGUAGES[message.language],
        title=title(message, told),
        one=told[0] if message.kind == "one" else None,
        shown=told[:SHOWN],
        more=max(0, len(told) - SHOWN),
        board=links.board,
    )
    return page


def _id(name: str, sender: str) -> str:
    return f"<{name}@{sender.rpartition('@')[2]}>"


def _cut(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


@cache
def _template() -> jinja2.Template:
    source = files(__package__).joinpath("mail.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["capital"] = capital
    return environment.from_string(source)
