"""Programs that ask the API with a token of their own; only hashes of tokens are kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from ..login_settings import ApiToken, Role
from .person import Person, rights_of

SHORTEST: Final = 32  # letters of a token: a hash without salt is enough for what nobody can guess


class Bearers:
    """The programs that are known."""

    def __init__(self, tokens: Sequence[ApiToken], read_text_from: Role = "lead") -> None:
        self._known = [
            (token.sha256.get_secret_value(), _who(token, rights_of(token.role, read_text_from))) for token in tokens
        ]

    def person(self, authorization: str | None) -> Person | None:
        """Whose token an `Authorization: Bearer …` header carries; None: nobody's. It takes as long for a wrong one."""
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or len(token) < SHORTEST:
            return None
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        found = [person for known, person in self._known if hmac.compare_digest(known, digest)]
        return found[0] if found else None


def _who(token: ApiToken, rights: frozenset[str]) -> Person:
    return Person(token.name, frozenset(token.departments), rights)
