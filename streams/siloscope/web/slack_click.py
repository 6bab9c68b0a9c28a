"""A click on a button in Slack: whether it comes from Slack, and what it says."""

from __future__ import annotations

import hmac
import re
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

import msgspec

from ..deliver.messages.blocks import ACTIONS, Block
from ..deliver.messages.words import ENGLISH, LANGUAGES, Phrases

WINDOW: Final = 300  # seconds that a click may be old
_USER: Final = re.compile(r"[A-Z0-9]{1,32}")
_STAMP: Final = re.compile(r"[0-9.]{1,32}")


class Click(NamedTuple):
    """Who clicked on what: `button` as `blocks` names it, `stamp` is Slack's time of the click."""

    user: str
    button: str
    subject: str
    stamp: str
    answer_to: str | None  # where the message that was clicked on can be changed
    blocks: list[Block]  # of that message
    say: Phrases


def genuine(secret: str, stamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether Slack signed this body, within the last five minutes; `now` in epoch seconds."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and abs(now - int(stamp)) <= WINDOW):
        return False
    return hmac.compare_digest(signature.encode(), signed(secret, stamp, body).encode())


def signed(secret: str, stamp: str, body: bytes) -> str:
    """What Slack writes into `X-Slack-Signature`."""
    return f"v0={hmac.digest(secret.encode(), b'v0:' + stamp.encode() + b':' + body, 'sha256').hex()}"


class _User(msgspec.Struct):
    id: str


class _Action(msgspec.Struct):
    action_id: str = ""
    action_ts: str = ""
    block_id: str = ""
    value: str = ""


class _Message(msgspec.Struct):
    blocks: list[dict[str, Any]] = []


class _Payload(msgspec.Struct):
    user: _User
    type: str = ""
    actions: list[_Action] = []
    response_url: str = ""
    message: _Message | None = None


def click_of(body: bytes) -> Click | None:
    """The click in a body that is genuine; None for what is no click on a button of ours. Raises ValueError."""
    (found,) = parse_qs(body.decode(), strict_parsing=True, max_num_fields=20)["payload"]
    payload = msgspec.json.decode(found, type=_Payload)
    if payload.type != "block_actions" or not payload.actions or not payload.actions[0].block_id.startswith(ACTIONS):
        return None
    action = payload.actions[0]
    if not _USER.fullmatch(payload.user.id) or not _STAMP.fullmatch(action.action_ts):
        raise ValueError("no user or no time as Slack writes them")
    return Click(
        user=payload.user.id,
        button=action.action_id,
        subject=action.value,
        stamp=action.action_ts,
        answer_to=payload.response_url if _slacks(payload.response_url) else None,
        blocks=payload.message.blocks if payload.message else [],
        say=LANGUAGES.get(action.block_id.removeprefix(ACTIONS), ENGLISH),
    )


def _slacks(url: str) -> bool:
    """Whether an address is Slack's own."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
