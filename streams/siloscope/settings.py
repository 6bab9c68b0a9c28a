"""Every setting with its default and unit: from a YAML file, overridden by the environment (`SILOSCOPE_*`)."""

from __future__ import annotations

import os
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from .deliver.config import Deliver
from .errors import WrongUsage, nearest
from .preflight.config import PreflightSettings
from .secret_files import SecretsInFiles
from .settings_file import SettingsFile, or_off
from .settings_mistakes import sentence
from .web.config import BoardSettings

PREFIX = "SILOSCOPE_"
NESTED = "__"  # SILOSCOPE_STORE__URL is store: {url: …}

Port = Annotated[int, Field(ge=0, le=65535)]
Count = Annotated[int, Field(ge=1)]


class Security(SecretsInFiles):
    """How the Kafka brokers are reached; the same for every client."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    protocol: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = Field(
        "plaintext", description="plaintext, ssl, sasl_plaintext or sasl_ssl"
    )
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="how the user proves who it is; for the sasl protocols"
    )
    username: str | None = Field(None, description="for the sasl protocols")
    password: SecretStr | None = Field(None, description="for the sasl protocols")
    password_file: Path | None = Field(None, description="file that holds password")
    ca_file: Path | None = Field(
        None, description="PEM file of the authority that signed the brokers; else the system's"
    )
    cert_file: Path | None = Field(None, description="PEM file of the client's certificate, where brokers ask for one")
    key_file: Path | None = Field(None, description="PEM file of the client's key")
    key_password: SecretStr | None = Field(None, description="password of key_file")
    key_password_file: Path | None = Field(None, description="file that holds key_password")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.protocol.startswith("sasl") and not (self.username and self.password):
            raise ValueError(f"protocol {self.protocol} needs username and password")
        return _with_both(self, self.cert_file, self.key_file)


class Store(SecretsInFiles):
    """Where touchpoints and alerts are kept: a ClickHouse server, or a directory for the embedded engine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = Field(
        None, description="ClickHouse over HTTP, like https://clickhouse.example:8443; none: embedded"
    )
    username: str = Field("default", description="on the server")
    password: SecretStr | None = Field(None, description="on the server")
    password_file: Path | None = Field(None, description="file that holds password")
    ca_file: Path | None = Field(
        None, description="PEM file of the authority that signed the server; else the system's"
    )
    cert_file: Path | None = Field(
        None, description="PEM file of the client's certificate; without a password it says who the user is"
    )
    key_file: Path | None = Field(None, description="PEM file of the client's key, without a password")
    path: Path = Field(
        Path("data/store"), description="directory of the embedded engine; one process opens it at a time"
    )
    snapshot_minutes: Count = Field(
        15, description="minutes between two snapshots that the views of a store with over 100,000 touchpoints read"
    )

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.url and "path" in self.model_fields_set:
            raise ValueError("give url (a server) or path (embedded), not both")
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ValueError("url begins with http:// or https://")
        if self.url and "@" in self.url:
            raise ValueError("url holds no user and no password: those go into username and password")
        if (self.ca_file or self.cert_file) and not (self.url or "").startswith("https://"):
            raise ValueError("ca_file and cert_file are for a url with https://")
        return _with_both(self, self.cert_file, self.key_file)


class Rate(BaseModel):
    """What an hour of a customer's lost time costs; for whatever is not named it holds everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)] = Field(description="money per hour")
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$", description="ISO 4217 code")
    department: str = Field("", description="only of this department")
    reason: str = Field("", description="only for this reason of a wait (hold, approval, …), or this symptom")


Group = TypeVar("Group", bound=BaseModel)


def _with_both(group: Group, cert_file: Path | None, key_file: Path | None) -> Group:
    if (cert_file is None) != (key_file is None):
        raise ValueError("cert_file and key_file go together: give both")
    return group


class Gateway(SecretsInFiles):
    """Who else may read the embedded store while the writer has it: a read-only door in ClickHouse's HTTP interface."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: Annotated[Port | None, BeforeValidator(or_off)] = Field(
        8124, description="port the gateway listens on, 0: any free one, off: no gateway"
    )
    host: str = Field("127.0.0.1", description="address it listens on; another than this machine's own needs a token")
    token: SecretStr | None = Field(
        None,
        min_length=16,
        description="password of the user reader; none: one is made and kept beside the store, in PATH.token",
    )
    token_file: Path | None = Field(None, description="file that holds token")
    seconds: Annotated[float, Field(gt=0, le=3600)] = Field(30, description="seconds a query may take")
    rows: Count = Field(1_000_000, description="rows of an answer")
    megabytes: Count = Field(200, description="size of an answer")
    memory_megabytes: Count = Field(1_000, description="memory of a query")
    queries: Annotated[int, Field(ge=1, le=64)] = Field(3, description="queries at the same time; more wait")
    threads: Count = Field(1, description="threads of a query; what they take the writer does not have")

    @model_validator(mode="after")
    def _kept(self) -> Self:
        if self.token is None and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"host {self.host} lets other machines in: give a token")
        return self


class Settings(SecretsInFiles, BaseSettings):
    """What an operator decides. Immutable; times carry their unit in the description."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="forbid", frozen=True, case_sensitive=False
    )

    bootstrap_servers: str = Field(
        "127.0.0.1:9092", min_length=1, description="Kafka brokers as host:port, with commas"
    )
    security: Security = Field(default_factory=lambda: Security(), description="how the brokers are reached")
    schema_registry_url: str | None = Field(
        None, description="Confluent-compatible schema registry; none: own schemas only"
    )
    schema_registry_username: str | None = Field(None, description="for the registry")
    schema_registry_password: SecretStr | None = Field(None, description="for the registry")
    schema_registry_password_file: Path | None = Field(None, description="file that holds schema_registry_password")

    group_id: str = Field(
        "siloscope", min_length=1, description="consumer group of the workers; the writer adds -writer"
    )
    instance_id: str | None = Field(None, description="fixed name of this worker: a restart then takes 5 s, not 10")
    session_timeout: Annotated[float, Field(ge=2, le=300)] = Field(
        10, description="seconds after which a silent worker has lost its partitions"
    )
    partitions: Count = Field(8, description="of the touchpoints topic; fixed for the life of the topics")

    clock: Literal["wall", "stream"] = Field(
        "wall", description="wall: the time of day less grace_seconds; stream: the highest event time (recorded logs)"
    )
    grace_seconds: Annotated[float, Field(ge=0)] = Field(60, description="seconds the wall clock waits for late events")
    mode: Literal["live", "shadow", "backfill"] = Field("live", description="shadow and backfill notify nobody")

    rules: Path | None = Field(
        None, description="the owner's rules file (YAML): parameters, calendars, owners, quiet times; see docs/rules.md"
    )
    symptoms: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="parameters by symptom: {unanswered: {within: 48 h}}; they win over those of rules",
    )
    coarse_topics: tuple[str, ...] = Field(("other", "general", "misc"), description="topics that say nothing")
    horizon_days: Count = Field(400, description="days kept of a customer, back from the newest touchpoint")
    horizon_entries: Count = Field(512, description="touchpoints kept of a customer")
    hot_customers: Count = Field(
        50_000, description="customers a worker keeps live, at some 35 KB each; the others rest packed, at 2 to 4 KB"
    )
    cold_megabytes: Count = Field(2_000, description="memory for customers at rest; past it a temporary file")

    store: Store = Field(default_factory=lambda: Store(), description="where touchpoints and alerts are kept")
    database: str = Field("siloscope", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="the database in the store")
    retention_days: Count | None = Field(
        None, description="days rows stay in the store after they were written; none: always"
    )
    rates: tuple[Rate, ...] = Field(
        (), description="what customers' lost time costs, a list of {hour, currency, department, reason}; v_time_wasted"
    )

    gateway: Gateway = Field(
        default_factory=lambda: Gateway(), description="who may read the embedded store while the writer has it"
    )

    deliver: Deliver = Field(default_factory=lambda: Deliver(), description="who is told what, where and when")
    board: BoardSettings = Field(default_factory=lambda: BoardSettings(), description="the staff board")
    preflight: PreflightSettings = Field(
        default_factory=lambda: PreflightSettings(), description="what would be set off, asked before sending"
    )

    metrics_host: str = Field("127.0.0.1", description="address the metrics page listens on")
    metrics_port: Port = Field(
        9300, description="port of the worker's metrics page, 0: any free one; the writer's is the next"
    )
    health_seconds: Annotated[float, Field(ge=1)] = Field(
        60, description="seconds with work to do and nothing committed after which /healthz says that it is ill"
    )


def load(config: Path | None = None, **values: Any) -> Settings:
    """The settings: `values` win over the environment, that over `config` (YAML), that over the defaults.

    Raises WrongUsage: one line with the key, the value, the line of the file and the remedy.
    """
    _refuse_unknown_variables()
    file = SettingsFile(config)

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            *_: PydanticBaseSettingsSource,
            **__: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, file.values)

    try:
        return Layered(**values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise WrongUsage(sentence(first, Settings, partial(_where, file))) from None


def _refuse_unknown_variables() -> None:
    for variable in os.environ:
        if variable.upper().startswith(PREFIX):
            key = variable[len(PREFIX) :].lower().split(NESTED)[0]
            if key not in Settings.model_fields:
                known = [PREFIX + name.upper() for name in Settings.model_fields]
                raise WrongUsage(f"environment variable {variable}: there is no such setting{nearest(variable, known)}")


def _where(file: SettingsFile, path: tuple[str, ...]) -> str:
    variable = PREFIX + NESTED.join(path).upper()
    named = {name.upper(): name for name in os.environ}
    return f"environment variable {named[variable]}: " if variable in named else file.place(path)
