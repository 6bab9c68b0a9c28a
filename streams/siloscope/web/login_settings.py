"""The settings under `board.login`: who may come in, how, and what they may do there."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from ..secret_files import SecretsInFiles

Role = Literal["viewer", "agent", "lead", "admin"]
Network = IPv4Network | IPv6Network
EVERYBODY = "*"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def _hash(said: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9a-f]{64}", said.get_secret_value()):
        raise ValueError("write the 64 hex digits that `sha256sum` gives for the token, not the token")
    return said


class ApiToken(SecretsInFiles):
    """A program that may ask the API; only the hash of its token is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[\w.@:-]{1,64}$", description="who it is; stands in the audit and beside its actions")
    sha256: Annotated[SecretStr, AfterValidator(_hash)] = Field(
        description="SHA-256 of its token in hex; the token has 32 letters or more, from a random source"
    )
    sha256_file: Path | None = Field(None, description="file that holds sha256")
    role: Role = Field("viewer", description="viewer, agent, lead or admin")
    departments: tuple[str, ...] = Field((), description="departments whose warnings and alerts it sees")


class Oidc(SecretsInFiles):
    """The issuer that says who somebody is, by OpenID Connect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(description="its address, as it stands in its tokens; https")
    client_id: str = Field(min_length=1, description="the board's name there")
    client_secret: SecretStr | None = Field(None, description="the board's secret there; none: a public client")
    client_secret_file: Path | None = Field(None, description="file that holds client_secret")
    scopes: tuple[str, ...] = Field(("openid", "profile", "email"), description="what is asked for; openid among it")
    name_claim: str = Field(
        "preferred_username", description="claim that names a person beside what she does; where it is absent: sub"
    )
    groups_claim: str = Field("groups", description="claim with her groups; realm_access.roles looks inside a claim")
    department_claim: str | None = Field(None, description="claim whose values are departments as they are called here")
    ca_file: Path | None = Field(None, description="PEM file of the authority that signed the issuer's certificate")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS):
            raise ValueError("issuer begins with https://")
        if "openid" not in self.scopes:
            raise ValueError("scopes hold openid")
        return self


class Proxy(BaseModel):
    """A reverse proxy that knows who somebody is, and says so in headers it lets nobody else send."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_header: str = Field("X-Forwarded-User", description="header with the person's name")
    groups_header: str = Field("X-Forwarded-Groups", description="header with her groups, with commas")


class Login(SecretsInFiles):
    """How people come to the board and what they may do there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    way: Literal["token", "oidc", "proxy"] = Field(
        "token", description="token: one address with a token, for this machine alone; oidc; proxy: a trusted header"
    )
    token: SecretStr | None = Field(
        None, min_length=16, description="for the way token; none: a new one at every start, shown then"
    )
    token_file: Path | None = Field(None, description="file that holds token")
    secret: SecretStr | None = Field(
        None, min_length=32, description="signs sessions; none: a new one at every start, which ends all sessions"
    )
    secret_file: Path | None = Field(None, description="file that holds secret")
    idle_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = Field(
        60, description="minutes without a page after which one must log in again"
    )
    hours: Annotated[float, Field(gt=0, le=7 * 24)] = Field(10, description="hours after which one must log in again")
    read_text_from: Role = Field("lead", description="the lowest role that reads what customers wrote; each is audited")
    roles: dict[str, Role] = Field(
        default_factory=dict, description="role by group: {cx-leads: lead}; of several the highest; '*' is everybody"
    )
    departments: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="departments by group: {cx-support: [support]}; '*' is everybody"
    )
    trusted_proxies: tuple[Network, ...] = Field(
        (), description="addresses of your own reverse proxies, like 10.1.2.0/24: whose headers are believed"
    )
    proxy: Proxy = Field(default_factory=lambda: Proxy(), description="for the way proxy: the headers")
    oidc: Oidc | None = Field(None, description="for the way oidc: the issuer")
    tokens: tuple[ApiToken, ...] = Field((), description="programs that may ask the API, a list of {name, sha256, …}")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.way == "oidc" and self.oidc is None:
            raise ValueError("way oidc needs oidc: {issuer: …, client_id: …}")
        if self.way == "proxy" and not self.trusted_proxies:
            raise ValueError("way proxy needs trusted_proxies: from whom else the header comes, it is a lie")
        if self.way != "token" and not self.roles:
            raise ValueError(f"way {self.way} needs roles, like {{cx-team: agent}}: else nobody may look")
        if len({token.sha256.get_secret_value() for token in self.tokens}) < len(self.tokens):
            raise ValueError("two of tokens have the same sha256: give each program its own")
        return self
