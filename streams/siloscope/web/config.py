"""The settings under `board`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, model_validator

from ..secret_files import SecretsInFiles
from .login_settings import LOCAL_HOSTS, Login

Frame = Annotated[str, Field(pattern=r"^https?://[^\s/;,*]+$")]


class BoardSettings(SecretsInFiles):
    """The staff board."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="address the board listens on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8300, description="port of the board, 0: any free one")
    url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/]+$",
        description="address under which people open it, like https://board.example",
    )
    panel_frames: tuple[Frame, ...] = Field(
        (), description="help desks that may show the panel in a frame, like https://help.example"
    )
    slack_signing_secret: SecretStr | None = Field(None, description="proves that a button's click comes from Slack")
    slack_signing_secret_file: Path | None = Field(None, description="file that holds slack_signing_secret")
    login: Login = Field(default_factory=lambda: Login(), description="how people come in and what they may do")

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        # In a container it may listen to all: what is published to this machine alone has a name of this machine.
        published_here = self.login.token is not None and urlsplit(self.url or "").hostname in LOCAL_HOSTS
        if self.login.way == "token" and self.host not in LOCAL_HOSTS and not published_here:
            raise ValueError(f"host {self.host} lets other machines in: set login.way to oidc or proxy")
        if self.login.way == "oidc" and self.host not in LOCAL_HOSTS and self.url is None:
            raise ValueError("give url: the issuer sends people back to it")
        return self
