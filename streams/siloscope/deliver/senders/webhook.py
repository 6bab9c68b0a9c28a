"""Webhooks as Standard Webhooks says: the contract's JSON, signed, with an id that stays the same."""

from __future__ import annotations

import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from ..links import Links
from ..message import Message
from ..messages.body import body
from ..receivers import Webhook
from ..safe_http import Answer, SafeClient
from . import Again, Refused

LONGEST_WAIT: Final = 3_600.0  # seconds that a receiver may ask us to wait
_UNFIT: Final = frozenset({400, 405, 413, 415, 422})  # it would refuse the same body tomorrow
_GONE: Final = 410


class WebhookSender:
    """A receiver that takes webhooks. `now` gives epoch seconds."""

    def __init__(self, receiver: Webhook, links: Links, now: Callable[[], float] = time.time) -> None:
        self._receiver = receiver
        self._links = links
        self._now = now
        given = (receiver.secret, receiver.old_secret)
        self._secrets = [each.get_secret_value() for each in given if each is not None]
        self._client = SafeClient(receiver.seconds, receiver.allow_private, receiver.ca_file)

    async def send(self, message: Message) -> None:
        """Deliver the message."""
        content = body(message, self._links)
        timestamp = int(self._now())
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(self._secrets, message.id, timestamp, content),
        }
        taken(await self._client.post(self._receiver.url, content, headers), self._now())

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()


def signatures(secrets: Sequence[str], message_id: str, timestamp: int, content: bytes) -> str:
    """The header `webhook-signature`: one `v1,…` for each secret (`whsec_` and base64), with spaces between."""
    signed = f"{message_id}.{timestamp}.".encode() + content
    keys = (b64decode(secret.removeprefix("whsec_")) for secret in secrets)
    return " ".join(f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys)


def taken(answer: Answer, now: float) -> None:
    """Return if the receiver took it; else raise Again or Refused. `now` is in epoch seconds.

    What is wrong with the address or the rights (401, 403, 404) may be mended over there: it is tried again.
    """
    status = answer.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Refused(f"it redirects ({status}), which is not followed: write the address that it leads to")
    if status == _GONE:
        raise Refused("it is gone (410): take the receiver out, or write its new address")
    if status in _UNFIT:
        raise Refused(f"it does not take what we send ({status})")
    raise Again(f"it answers {status}", _wait(answer.headers.get("retry-after", ""), now))


def _wait(said: str, now: float) -> float | None:
    """The seconds of Retry-After: a number or a date."""
    try:
        seconds = float(said) if said.strip().isdigit() else parsedate_to_datetime(said).timestamp() - now
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)
