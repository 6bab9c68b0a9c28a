"""The settings under `preflight`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import ConfigDict, Field, SecretStr, model_validator

from ..secret_files import SecretsInFiles

_OWN: tuple[str, ...] = ("127.0.0.1", "::1", "localhost")


class PreflightSettings(SecretsInFiles):
    """The process that says before sending what would be set off: `siloscope preflight --serve`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(
        "127.0.0.1", min_length=1, description="address it listens on; another than this machine's own needs a token"
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8310, description="port it listens on, 0: any free one")
    url: str | None = Field(
        None, pattern=r"^https?://[^\s/@]+$", description="where the board finds it; none: on its host and port"
    )
    token: SecretStr | None = Field(
        None, min_length=16, description="bearer token of all who ask; none: whoever is on this machine may ask"
    )
    token_file: Path | None = Field(None, description="file that holds token")
    hot_touchpoints: Annotated[int, Field(ge=1)] = Field(
        200_000, description="touchpoints of customers who are kept ready, about 1 KB each; others take some ms longer"
    )

    @model_validator(mode="after")
    def _kept(self) -> Self:
        if self.token is None and not self.loopback:
            raise ValueError(f"host {self.host} lets other machines in: give a token")
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in _OWN

    @property
    def address(self) -> str:
        """Where it is asked, like http://127.0.0.1:8310."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{host}:{self.port}"
