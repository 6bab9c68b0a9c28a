"""The settings under `board`."""

from __future__ import annotations

from pydantic import ConfigDict

from ..secret_files import SecretsInFiles


class BoardSettings(SecretsInFiles):
    """The staff board."""

    model_config = ConfigDict(extra="forbid", frozen=True)
