"""Logins that a browser has begun at the issuer: any number at once, and nothing of them is kept here.

The browser keeps one random key in a cookie; what goes to the issuer and comes back as `state` is signed by us. The
nonce and PKCE's verifier are made anew from both when it comes back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadData

from .session import Sessions

SECONDS: Final = 600  # from the beginning of a login to its end


@dataclass(frozen=True)
class Begun:
    """What the issuer is told and must come back, and where to go on."""

    state: str
    nonce: str
    verifier: str
    further: str


class Logins:
    """Begun by a browser with a `key`, and worth something in that browser alone."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions, self._signer = sessions, sessions.serializer("login")

    @staticmethod
    def new_key() -> str:
        """For a browser that has none."""
        return secrets.token_urlsafe(32)

    def begin(self, key: str, further: str) -> Begun:
        """A login of this browser, to go on to `further`."""
        salt = secrets.token_urlsafe(16)
        return self._made(key, salt, further, self._signer.dumps([salt, further, self._sessions.mac("key", key, salt)]))

    def resumed(self, key: str, state: str) -> Begun | None:
        """The login that comes back with `state`; None where this browser has not begun it in the last ten minutes."""
        try:
            salt, further, mark = self._signer.loads(state, max_age=SECONDS)
        except (BadData, ValueError, TypeError):
            return None
        known = secrets.compare_digest(mark, self._sessions.mac("key", key, salt))
        return self._made(key, salt, further, state) if known else None

    def _made(self, key: str, salt: str, further: str, state: str) -> Begun:
        nonce, verifier = (self._sessions.mac(purpose, key, salt) for purpose in ("nonce", "verifier"))
        return Begun(state, nonce, verifier, further)
