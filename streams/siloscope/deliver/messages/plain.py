"""A message as plain text: of a mail, of what Apprise sends, on a phone's lock screen."""

from __future__ import annotations

from collections.abc import Iterator

from ..links import Links
from ..message import Message
from .card import Card, cards, title
from .words import LANGUAGES

SHOWN = 40  # notices of a digest; the board has them all


def plain(message: Message, links: Links) -> str:
    """The text of a message; lines are not wrapped."""
    told = cards(message, links)
    if message.kind == "one":
        return "\n".join(_whole(told[0], LANGUAGES[message.language].item)) + "\n"
    return "\n".join(_many(message, told, links)) + "\n"


def _whole(card: Card, item: str) -> Iterator[str]:
    yield f"{card.tag}: {card.title}"
    yield " · ".join(card.about)
    yield from filter(None, ["", card.hint] if card.hint else [])
    yield from ("", str(card.first))
    for part in card.parts:
        yield from ("", f"{part.heading}:")
        yield from (f"- {line}" for line in part.lines)
    if card.link:
        yield from ("", f"{item}: {card.link}")


def _many(message: Message, told: list[Card], links: Links) -> Iterator[str]:
    say = LANGUAGES[message.language]
    yield title(message, told)
    for card in told[:SHOWN]:
        yield from ("", f"{card.tag}: {card.title}", "  " + " · ".join(card.about), f"  {card.first}")
        if card.link:
            yield f"  {card.link}"
    if len(told) > SHOWN:
        yield from ("", say.more.format(number=len(told) - SHOWN))
    if links.board:
        yield from ("", f"{say.board}: {links.board}")
