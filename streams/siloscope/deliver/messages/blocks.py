"""A message as Slack's blocks; within Slack's limits, whatever the length of what is told."""

from __future__ import annotations

from typing import Any, Final

from ..links import Links
from ..message import Message
from .card import Card, Line, Part, cards, title
from .plain import SHOWN
from .words import LANGUAGES, Phrases

HEADER, TEXT, BLOCKS = 150, 3_000, 50  # Slack's limits: characters of a header, of a text; blocks of a message
ACTIONS: Final = "siloscope:"  # begins the id of the block of buttons; the language follows
Block = dict[str, Any]


def blocks(message: Message, links: Links, buttons: bool) -> dict[str, Any]:
    """`text` (what a lock screen shows) and `blocks` of a message; with buttons where there is something to accept."""
    told, say = cards(message, links), LANGUAGES[message.language]
    line = title(message, told)
    made = _whole(told[0], say, buttons) if message.kind == "one" else _many(line, told, say, links)
    return {"text": fitting(line, TEXT), "blocks": made}


def _whole(card: Card, say: Phrases, buttons: bool) -> list[Block]:
    made = [_header(f"{card.tag}: {card.title}"), context(fitting(" · ".join(card.about), TEXT))]
    if card.hint:
        made.append(_section(f"*{fitting(card.hint, TEXT - 2)}*"))
    made.append(_section(_line(card.first, TEXT - 2), quoted=True))
    made.extend(_part(part) for part in card.parts)
    choices = _buttons(card, say) if buttons and card.acts else []
    if card.link:
        choices.append(_button("open", say.item, card.subject) | {"url": card.link})
    if choices:
        made.append({"type": "actions", "block_id": f"{ACTIONS}{say.language}", "elements": choices})
    return made


def _many(line: str, told: list[Card], say: Phrases, links: Links) -> list[Block]:
    made = [_header(line)]
    for card in told[:SHOWN]:
        name = fitting(f"{card.tag}: {card.title}", 300)
        head = f"*<{card.link}|{name}>*" if card.link else f"*{name}*"
        rest = "\n".join((fitting(" · ".join(card.about), 600), _line(card.first, 1_200)))
        made.append(_section(f"{head}\n{rest}"))
    if len(told) > SHOWN:
        made.append(context(fitting(say.more.format(number=len(told) - SHOWN), TEXT)))
    if links.board:
        made.append({"type": "actions", "elements": [_button("open", say.board, "board") | {"url": links.board}]})
    return made


def _buttons(card: Card, say: Phrases) -> list[Block]:
    return [
        _button("accept", say.accept, card.subject) | {"style": "primary"},
        _button("snooze", say.snooze, card.subject),
        _button("useful", say.useful, card.subject),
        _button("false", say.false, card.subject),
    ]


def _button(action: str, text: str, value: str) -> Block:
    return {"type": "button", "action_id": action, "text": _words(text), "value": value}


def _part(part: Part) -> Block:
    said = f"*{':no_entry_sign: ' if part.harm else ''}{fitting(part.heading, 100)}*"
    each = (TEXT - len(said)) // len(part.lines) - len("\n• ")  # a long line leaves room for the others
    return _section("\n• ".join((said, *(_line(line, each) for line in part.lines))))


def _line(line: Line, most: int) -> str:
    """A line, with a link to its touchpoint."""
    if line.touchpoint is None:
        return fitting(line.text, most)
    end = f" <{line.link}|↗>" if line.link else f" [{fitting(line.touchpoint, 80)}]"
    room = most - len(end)
    return f"{fitting(line.text, room)}{end}" if room > most // 2 else fitting(str(line), most)


def _header(text: str) -> Block:
    return {"type": "header", "text": _words(text if len(text) <= HEADER else f"{text[: HEADER - 1]}…")}


def context(markup: str) -> Block:
    """A small line, in Slack's markup."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": markup}]}


def _section(text: str, quoted: bool = False) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": f"> {text}" if quoted else text}}


def _words(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def fitting(text: str, most: int) -> str:
    """The text as Slack's markup has it, at most `most` characters long: nobody is mentioned, nothing links."""
    if len(_escaped(text)) <= most:
        return _escaped(text)
    low, high = 0, min(len(text), most)  # how much of it fits before the dots
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(_escaped(text[:middle])) < most else (low, middle - 1)
    return f"{_escaped(text[:low])}…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
