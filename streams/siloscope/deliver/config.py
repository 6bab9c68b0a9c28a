"""Who is told what, where and when: the settings under `deliver`."""

from __future__ import annotations

from pydantic import ConfigDict

from ..secret_files import SecretsInFiles


class Deliver(SecretsInFiles):
    """Receivers, and the routes to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
