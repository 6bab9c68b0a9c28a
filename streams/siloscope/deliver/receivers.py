"""The receivers an owner may name in the settings, by kind. Nothing here goes to the network."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, model_validator

from ..secret_files import SecretsInFiles

Language = Literal["en", "de"]
Count = Annotated[int, Field(ge=1)]
_ADDRESS = r"^[^@\s<>,;]+@[^@\s<>,;]+$"
Address = Annotated[str, Field(pattern=_ADDRESS, description="an address like support@example.com")]
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _Receiver(SecretsInFiles):
    """What all receivers have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Language = Field("en", description="of what is said around the brief: en or de")
    seconds: Annotated[float, Field(gt=0, le=60)] = Field(10, description="seconds one attempt may take")
    per_hour: Count | None = Field(
        None, description="messages of one notice in an hour; what is over comes as one summary when the hour is over"
    )


class _Http(_Receiver):
    """What receivers over HTTP have."""

    allow_private: bool = Field(
        False, description="true: it may stand in your own network, and speak plain http; else neither"
    )
    ca_file: Path | None = Field(None, description="PEM file of the authority that signed it; else the system's")


class Webhook(_Http):
    """An HTTP address that takes the contract's JSON, signed as Standard Webhooks says."""

    kind: Literal["webhook"]
    url: str = Field(pattern=r"^https?://[^@\s]+$", description="https://… without user and password")
    secret: SecretStr = Field(description="whsec_ and base64 of 24 to 64 bytes; signs each delivery")
    secret_file: Path | None = Field(None, description="file that holds secret")
    old_secret: SecretStr | None = Field(None, description="signs beside secret while the receiver changes over")
    old_secret_file: Path | None = Field(None, description="file that holds old_secret")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        _https(self.url, self.allow_private)
        for name in ("secret", "old_secret"):
            given: SecretStr | None = getattr(self, name)
            if given is not None and not _signs(given.get_secret_value()):
                raise ValueError(f"{name}: write whsec_ and the base64 of 24 to 64 random bytes")
        return self


class Email(_Receiver):
    """Addresses that get mail through the server in `mail`."""

    kind: Literal["email"]
    to: tuple[Address, ...] = Field(min_length=1, description="addresses, a list")


class Slack(_Http):
    """A Slack channel: by an incoming webhook, or by a bot's token, which can also answer in a thread."""

    kind: Literal["slack"]
    url: SecretStr | None = Field(None, description="the incoming webhook's address; it is a secret")
    url_file: Path | None = Field(None, description="file that holds url")
    token: SecretStr | None = Field(None, description="the bot's token (xoxb-…) with the right chat:write")
    token_file: Path | None = Field(None, description="file that holds token")
    channel: str | None = Field(None, description="id of the channel (C…), with token")
    buttons: bool = Field(
        False, description="true: with buttons; they need board.slack_signing_secret, and a board that Slack reaches"
    )

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.url is None) == (self.token is None):
            raise ValueError("give url (an incoming webhook) or token and channel")
        if (self.token is None) != (self.channel is None):
            raise ValueError("token and channel go together: give both")
        if self.url is not None:
            _https(self.url.get_secret_value(), self.allow_private)
        return self


class Apprise(_Http):
    """Whatever Apprise speaks: Teams, Matrix, ntfy, …; needs the extra `apprise`."""

    kind: Literal["apprise"]
    url: SecretStr = Field(description="Apprise's address, like ntfys://host/topic; it is a secret")
    url_file: Path | None = Field(None, description="file that holds url")


class File(_Receiver):
    """A directory on this machine: `deliveries.jsonl`, or one .eml for each message."""

    kind: Literal["file"]
    path: Path = Field(description="the directory; it is made")
    form: Literal["jsonl", "eml"] = Field("jsonl", description="jsonl: lines of JSON; eml: mails as they would be sent")


Receiver = Annotated[Webhook | Email | Slack | Apprise | File, Field(discriminator="kind")]


class Mail(SecretsInFiles):
    """The server that takes our mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="the mail server (SMTP)")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="its port")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls (587), tls from the first byte (465), or none (a relay of your own network)"
    )
    sender: Address = Field("siloscope@localhost", description="the address mails come from")
    username: str | None = Field(None, description="on the mail server")
    password: SecretStr | None = Field(None, description="on the mail server")
    password_file: Path | None = Field(None, description="file that holds password")
    ca_file: Path | None = Field(
        None, description="PEM file of the authority that signed the server; else the system's"
    )

    @model_validator(mode="after")
    def _kept(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together: give both")
        if self.password is not None and self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError("a password needs security starttls or tls: without it anybody on the way reads it")
        return self


def _https(url: str, allow_private: bool) -> None:
    if not url.startswith("https://") and not (allow_private and url.startswith("http://")):
        raise ValueError("url begins with https://, or, with allow_private: true, with http://")


def _signs(secret: str) -> bool:
    try:
        return 24 <= len(b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    except ValueError:
        return False
