"""Who fails to log in too often waits."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final

_REMEMBERED: Final = 10_000  # addresses; the oldest is forgotten first


class Throttle:
    """Counts failures by address: after `failures` within `seconds` the address is refused until they have passed."""

    def __init__(self, failures: int = 10, seconds: float = 300, now: Callable[[], float] = monotonic) -> None:
        self._failures, self._seconds, self._now = failures, seconds, now
        self._at: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that this address has to wait, 0: none."""
        failed = self._fresh(address)
        if len(failed) < self._failures:
            return 0
        return max(1, int(failed[-self._failures] + self._seconds - self._now()) + 1)

    def failed(self, address: str) -> None:
        """One failure more."""
        place = _place(address)
        self._at[place] = [*self._fresh(address)[-self._failures :], self._now()]
        self._at.move_to_end(place)
        if len(self._at) > _REMEMBERED:
            self._at.popitem(last=False)

    def _fresh(self, address: str) -> list[float]:
        since = self._now() - self._seconds
        return [at for at in self._at.get(_place(address), []) if at > since]


def _place(address: str) -> str:
    """Of IPv6 the network of 64 bits: who has one address there has them all."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
