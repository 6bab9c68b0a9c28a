"""Slack: by an incoming webhook, or by a bot's token; what follows on an opening goes into its thread then."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from ..links import Links
from ..message import BEGINS, Message
from ..messages.blocks import blocks
from ..receivers import Slack
from ..safe_http import SafeClient
from . import Again, Refused
from .webhook import taken

API: Final = "https://slack.com/api/chat.postMessage"
_UNFIT: Final = frozenset(
    {"invalid_arguments", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"}
)
_CODE: Final = re.compile(r"[a-z_]{1,60}")


class SlackSender:
    """A channel. `now` gives epoch seconds."""

    def __init__(
        self, receiver: Slack, links: Links, now: Callable[[], float] = time.time, api: str = API
    ) -> None:
        self._receiver = receiver
        self._links = links
        self._now = now
        self._api = api
        self._client = SafeClient(receiver.seconds, receiver.allow_private, receiver.ca_file)

    async def send(self, message: Message) -> str | None:
        """Post the message; with a token, what Slack calls it."""
        post: dict[str, Any] = blocks(message, self._links, self._receiver.buttons)
        if self._receiver.url is not None:
            await self._post(self._receiver.url.get_secret_value(), post, {})
            return None
        receipt = message.notices[0].receipt if message.kind == "one" else None
        post |= {"channel": self._receiver.channel, "unfurl_links": False}
        if receipt:
            # In a thread alone nobody would see that there is something to do.
            post |= {"thread_ts": receipt, "reply_broadcast": message.notices[0].what in {*BEGINS, "worse"}}
        assert self._receiver.token is not None
        token = self._receiver.token.get_secret_value()
        return _receipt(await self._post(self._api, post, {"authorization": f"Bearer {token}"}))

    async def _post(self, url: str, post: dict[str, Any], headers: dict[str, str]) -> bytes:
        said = {"content-type": "application/json; charset=utf-8"} | headers
        answer = await self._client.post(url, msgspec.json.encode(post), said)
        taken(answer, self._now())
        return answer.body

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()


def _receipt(body: bytes) -> str | None:
    """The `ts` of the message that Slack took; it says what it does not take with status 200 too."""
    try:
        said = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        raise Again("Slack's answer is no JSON") from None
    if said.get("ok") is True:
        ts = said.get("ts")
        return ts if isinstance(ts, str) else None
    code = str(said.get("error"))
    why = f"Slack says {code}" if _CODE.fullmatch(code) else "Slack does not take it"
    raise Refused(why) if code in _UNFIT else Again(why)
