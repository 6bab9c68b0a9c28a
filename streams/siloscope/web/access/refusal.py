"""A request that is not let in."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """It is answered with `status` and one line: what is wrong and how to mend it."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.headers = status, dict(headers or {})


class LoginNeeded(Refusal):
    """Nobody is logged in."""

    def __init__(self, text: str = "nobody is logged in: open the board and log in") -> None:
        super().__init__(401, text)
