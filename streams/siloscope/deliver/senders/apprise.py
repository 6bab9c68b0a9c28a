"""What Apprise speaks: Teams, Matrix, ntfy and many more; an extra that is installed where it is wanted.

Apprise connects by itself: where its address names a host, that is judged before, but not pinned. It follows no
redirects.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ...errors import WrongUsage
from ..links import Links
from ..message import Message
from ..messages.card import cards, title
from ..messages.plain import plain
from ..receivers import Apprise
from ..safe_http import judged
from . import Again

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase


class AppriseSender:
    """One address of Apprise's; `name` is the receiver's in the settings. Raises WrongUsage."""

    def __init__(self, name: str, receiver: Apprise, links: Links) -> None:
        self._receiver = receiver
        self._links = links
        self._plugin = _plugin(name, receiver)
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(2, "apprise")  # its own: what hangs keeps nobody else waiting

    async def send(self, message: Message) -> None:
        """Hand the message to Apprise; it says no more than whether that went well."""
        seconds = self._receiver.seconds
        try:
            async with self._turn, asyncio.timeout(seconds):
                await self.judge()
                done = await asyncio.get_running_loop().run_in_executor(self._thread, self._notify, message)
        except TimeoutError:
            raise Again(f"no answer within {seconds:g} s") from None
        if not done:
            raise Again("Apprise could not deliver it")

    async def judge(self) -> None:
        """Raises Refused where the host that the address names, if it does, is not allowed."""
        host = str(self._plugin.host or "")
        try:
            await judged(host, 443, self._receiver.allow_private, self._thread)
        except Again:
            pass  # what stands there is no host: a team, a token

    def _notify(self, message: Message) -> bool:
        head = title(message, cards(message, self._links))
        return bool(self._plugin.notify(body=plain(message, self._links), title=head, body_format="text"))

    async def close(self) -> None:
        """Let go of the threads."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _plugin(name: str, receiver: Apprise) -> NotifyBase:
    try:
        import apprise
        from apprise.common import OverflowMode
    except ImportError:
        raise WrongUsage(
            f"deliver.receivers.{name}: kind apprise needs the package apprise: install siloscope[apprise]"
        ) from None
    logging.getLogger("apprise").disabled = True  # its lines hold addresses, which are secrets
    asset = apprise.AppriseAsset(http_redirects=False, app_id="Siloscope", async_mode=False)
    url = receiver.url.get_secret_value()
    plugin: NotifyBase | None = apprise.Apprise.instantiate(url, asset=asset)
    if plugin is None:
        raise WrongUsage(f"deliver.receivers.{name}.url: Apprise does not know such an address: see its documentation")
    plugin.request_rate_per_sec = 0  # it would sleep; how much comes is decided before, by `per_hour`
    plugin.socket_connect_timeout = plugin.socket_read_timeout = receiver.seconds / 2
    if "overflow=" not in url:
        plugin.overflow_mode = OverflowMode.TRUNCATE  # the most important comes first
    return plugin
