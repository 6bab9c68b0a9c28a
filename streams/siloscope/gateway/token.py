"""The token that the gateway asks for: the setting, or a file beside the store that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from siloscope.errors import Unusable

if TYPE_CHECKING:
    from siloscope.settings import Settings


def token_of(settings: Settings, *, make: bool = False) -> str:
    """The password of the user `reader`: the setting, else the file beside the store, which `make` writes if need be.

    Raises Unusable when there is none.
    """
    if settings.gateway.token is not None:
        return settings.gateway.token.get_secret_value()
    path = token_path(settings)
    try:
        if make and not path.exists():
            _write_for_owner(path, secrets.token_urlsafe(32))
        token = path.read_text().strip()
    except OSError as error:
        raise Unusable(f"the gateway's token {path} cannot be read: {error.strerror}; set gateway.token") from None
    if len(token) < 16:
        raise Unusable(f"the gateway's token in {path} is shorter than 16 letters: remove the file, a new one is made")
    return token


def token_path(settings: Settings) -> Path:
    """Where the token is kept that nobody has set."""
    path = Path(os.path.realpath(settings.store.path))
    return path.with_name(path.name + ".token")


def _write_for_owner(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
