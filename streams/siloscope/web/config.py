"""The settings under `board`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from ..secret_files import SecretsInFiles
from .login_settings import EVERYBODY, LOCAL_HOSTS, Login, Role

SlackId = Annotated[str, Field(pattern=r"^(\*|[A-Z0-9]{1,32})$")]
Frame = Annotated[str, Field(pattern=r"^https?://[^\s/;,*]+$")]


class SlackPerson(BaseModel):
    """Somebody who clicks in Slack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = Field(
        None, pattern=r"^[\w.@: -]{1,64}$", description="as the board's login has her; none: slack: and her id there"
    )
    role: Role = Field("agent", description="agent or above may click")
    departments: tuple[str, ...] = Field((), description="departments on whose desks she may do so")


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
    slack_people: dict[SlackId, SlackPerson] = Field(
        default_factory=dict,
        description="who may click, by Slack's id: {U012AB3CD: {name: ana, departments: [support]}}; '*' is everybody",
    )
    login: Login = Field(default_factory=lambda: Login(), description="how people come in and what they may do")

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        # In a container it may listen to all: what is published to this machine alone has a name of this machine.
        published_here = self.login.token is not None and urlsplit(self.url or "").hostname in LOCAL_HOSTS
        if self.login.way == "token" and self.host not in LOCAL_HOSTS and not published_here:
            raise ValueError(f"host {self.host} lets other machines in: set login.way to oidc or proxy")
        if self.slack_signing_secret is not None and not self.slack_people:
            raise ValueError("slack_signing_secret needs slack_people: who may click, like {U012AB3CD: {name: ana, …}}")
        if self.login.way == "oidc" and self.host not in LOCAL_HOSTS and self.url is None:
            raise ValueError("give url: the issuer sends people back to it")
        return self

    def clicks_as(self, slack_id: str) -> SlackPerson | None:
        """Who clicks under this id of Slack's; None: nobody who may."""
        return self.slack_people.get(slack_id) or self.slack_people.get(EVERYBODY)
