"""The ways to a receiver: each takes a message there, once, and says how it went."""

from __future__ import annotations

from typing import Protocol

from ..message import Message


class Again(Exception):
    """It may work later; `why` is one line without secrets, `after` the seconds that the receiver asks to wait."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


class Refused(Exception):
    """It will never work so: the receiver refuses it, or it may not go there; `why` is one line without secrets."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Sender(Protocol):
    """A way to one receiver."""

    async def send(self, message: Message) -> str | None:
        """Deliver the message; what the receiver calls it, for those that follow on it (`Notice.receipt`), or None.

        Ends within the receiver's `seconds`. Raises Again or Refused, and nothing else.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
