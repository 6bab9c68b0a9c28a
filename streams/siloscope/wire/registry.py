"""A schema registry, by Confluent's REST interface: writers' schemas by id, and the ids of ours."""

from __future__ import annotations

import hashlib
import json
import os
import time
import urllib.error
import urllib.request
from base64 import b64encode
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ..errors import Unusable, WrongUsage
from .catalogue import KINDS, Schema, current

if TYPE_CHECKING:
    from ..settings import Settings

TIMEOUT: Final = 3.0  # seconds for one answer; well under the group's session timeout
_AGAIN_AFTER: Final = 60.0  # seconds after which an id that the registry did not know is asked for again
_TYPE: Final = "application/vnd.schemaregistry.v1+json"


class RegistryDown(Unusable):
    """The registry gives no usable answer. Nothing is lost by stopping: what was not committed comes again."""


class Registry:
    """One registry. What it said is kept in memory and in `cache`, so that a restart does not need it."""

    def __init__(
        self, url: str, username: str | None = None, password: str | None = None, cache: Path | None = None
    ) -> None:
        if not url.startswith(("http://", "https://")) or "@" in url:
            raise WrongUsage(
                "schema_registry_url begins with http:// or https:// and holds no password:"
                " that goes into schema_registry_username and schema_registry_password"
            )
        self.url = url.rstrip("/")
        self._headers = {"Accept": _TYPE, "Content-Type": _TYPE}
        if username is not None:
            token = b64encode(f"{username}:{password or ''}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        name = hashlib.sha256(self.url.encode()).hexdigest()[:16]
        self._cache = (cache or _cache_directory()) / name
        self._unknown: dict[int, float] = {}

    @classmethod
    def of(cls, settings: Settings) -> Registry | None:
        """The registry that the settings name, if they name one. Raises WrongUsage for an address that cannot be."""
        password = settings.schema_registry_password
        secret = password.get_secret_value() if password else None
        url = settings.schema_registry_url
        return cls(url, settings.schema_registry_username, secret) if url else None

    def schema(self, number: int) -> Schema | None:
        """The Avro schema with this id; None if there is no such. Raises RegistryDown."""
        kept = self._cache / f"{number}.avsc"
        if kept.exists():
            return _record(kept.read_text(encoding="utf-8"))
        if time.monotonic() < self._unknown.get(number, 0.0):
            return None
        answer = self._ask(f"/schemas/ids/{number}")
        schema = _record(answer["schema"]) if answer and answer.get("schemaType", "AVRO") == "AVRO" else None
        if schema is None:
            self._unknown[number] = time.monotonic() + _AGAIN_AFTER
        else:
            _keep(kept, json.dumps(schema))
        return schema

    def id_of(self, kind: str) -> int:
        """The registry's id of the schema of `kind` as it is written today. Raises Unusable, RegistryDown."""
        answer = self._ask(f"/subjects/{_subject(kind)}", {"schema": json.dumps(current(kind))})
        if answer is None:
            subject = KINDS[kind].subject
            raise Unusable(
                f"the registry has no {subject} like schemas/{KINDS[kind].file}: run siloscope schemas register"
            )
        return int(answer["id"])

    def register(self, kind: str) -> int:
        """Put today's schema of `kind` into the registry, which checks that it is compatible; its id."""
        answer = self._ask(f"/subjects/{_subject(kind)}/versions", {"schema": json.dumps(current(kind))})
        if answer is None:
            raise self._no_registry()
        return int(answer["id"])

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer, None where the registry says that there is no such thing."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.url + path, data, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            self._refused(error)
            return None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            message = f"schema registry {self.url} cannot be used ({reason}): start it, or mend schema_registry_url"
            raise RegistryDown(message) from None
        if not isinstance(answer, dict):
            raise self._no_registry()
        return answer

    def _refused(self, error: urllib.error.HTTPError) -> None:
        """Nothing if there is no such thing; else raises. A 404 without a registry's code is some other server's."""
        try:
            said = json.load(error)
        except (OSError, HTTPException, ValueError):
            said = None
        said = said if isinstance(said, dict) else {}
        if error.code == 404 and "error_code" not in said:
            raise self._no_registry()
        if error.code != 404:
            text = " ".join(str(said.get("message", "")).split())[:200]
            raise RegistryDown(f"schema registry {self.url} answered {error.code} {text}: {_remedy(error.code)}")

    def _no_registry(self) -> RegistryDown:
        return RegistryDown(f"{self.url} is no Confluent-compatible schema registry: mend schema_registry_url")


def _subject(kind: str) -> str:
    return quote(KINDS[kind].subject, safe="")


def _record(text: str) -> Schema | None:
    """The schema, if it is that of a record."""
    try:
        schema = json.loads(text)
    except ValueError:
        return None
    return schema if isinstance(schema, dict) and schema.get("type") == "record" else None


def _remedy(status: int) -> str:
    if status in (401, 403):
        return "mend schema_registry_username and schema_registry_password"
    if status == 409:
        return "the schema is not compatible with the one registered; see siloscope schemas check"
    return "try again, or ask who runs it"


def _cache_directory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siloscope" / "schemas"


def _keep(path: Path, text: str) -> None:
    """Write `path` whole or not at all; a read-only machine only forgets."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError:
        pass
