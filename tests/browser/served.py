"""The board with its real access, for a browser: people come in by the headers of a trusted proxy."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

import tests.board_tools as board_tools

from siloscope.ops.broker import free_port
from siloscope.settings import load
from siloscope.web.access import Access

DEPARTMENTS: Final = ("delivery", "finance", "marketing", "sales", "support")
LOGIN: Final[Mapping[str, Any]] = {
    "way": "proxy",
    "trusted_proxies": ["127.0.0.1/32"],
    "roles": {"viewers": "viewer", "agents": "agent", "leads": "lead", "admins": "admin"},
    "departments": {each: [each] for each in DEPARTMENTS},
}


def as_person(name: str, *groups: str) -> dict[str, str]:
    """The headers of a request by `name`, in these groups: roles in the plural, and departments."""
    return {"X-Forwarded-User": name, "X-Forwarded-Groups": ",".join(groups)}


class Keeper:
    """Keeps the audit in a list."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    async def keep(self, record: Any) -> None:
        """It is kept."""
        self.kept.append(record)

    def close(self) -> None:
        """Nothing is left to do."""


class Served:
    """A board at `address`, made of settings under `board`; `store` is its store, where it has one."""

    def __init__(self, store: Any = None, **board: Any) -> None:
        self.settings = load(None, board={"login": LOGIN} | board)
        self.audit = Keeper()
        self._store = store
        self._records: list[Any] = []
        self._running = ExitStack()
        self._port = free_port()
        self.start()

    def start(self) -> None:
        """Serve what was told so far, from a desk that is new; again on the same port."""
        self.access = Access(self.settings, audit=self.audit)
        site, self.fed = board_tools.site(self.access, self.settings)
        if self._store is not None:
            site.store = self._store
        self.live = site.live
        self.fed.put(*self._records)
        self.address = self._running.enter_context(board_tools.served(site, self.fed, self._port))

    def put(self, *records: Any) -> None:
        """These records are read from their topics; returns when the desk has them."""
        self._records += records
        self.fed.put(*records)

    def stop(self) -> None:
        """End it as a restart would; what was done is kept."""
        self._records += self.fed.actions
        self._running.close()
