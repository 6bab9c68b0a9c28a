"""The settings under `board`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr

from ..secret_files import SecretsInFiles


class BoardSettings(SecretsInFiles):
    """The staff board."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="address the board listens on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8300, description="port of the board, 0: any free one")
    url: str | None = Field(
        None, pattern=r"^https?://[^\s/]+$", description="address under which people open it, like https://board.example"
    )
    panel_frames: tuple[str, ...] = Field(
        (), description="help desks that may show the panel in a frame, like https://help.example"
    )
    slack_signing_secret: SecretStr | None = Field(None, description="proves that a button's click comes from Slack")
    slack_signing_secret_file: Path | None = Field(None, description="file that holds slack_signing_secret")
