"""The board itself, served in this process on a free port, with a desk in memory in Kafka's place.

People come in by the headers of a trusted proxy, so that a browser is whom a test says; everything else is as it runs.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import uvicorn

from siloscope.agents.telling import ACTIONS
from siloscope.core.followup import Action
from siloscope.settings import Settings, load
from siloscope.staff.actions import Written
from siloscope.staff.tail import Read
from siloscope.web.access import Access
from siloscope.web.app import application
from siloscope.web.live import Live
from siloscope.web.site import Site

STARTS_SECONDS: Final = 20
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


def settings_of(**board: Any) -> Settings:
    """Settings of a board behind that proxy."""
    return load(None, board={"login": LOGIN} | board)


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
    """A board at `address`; `board` are settings under `board`. Ends with `stop`; `start` serves the same port again."""

    def __init__(self, **board: Any) -> None:
        self.settings = settings_of(**board)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._listening.close()
        self.address = f"http://127.0.0.1:{self.port}"
        self.actions: list[Action] = []
        self.history: list[Read] = []
        self.start()

    def start(self) -> None:
        """Serve what was told so far, from a desk that is new."""
        self.live = Live()
        site = Site(self.settings, self.live, self, Access(self.settings, audit=Keeper()))
        config = uvicorn.Config(
            application(site), "127.0.0.1", self.port, log_level="warning", proxy_headers=False, server_header=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self.loop.run_until_complete(self._server.serve()), daemon=True)
        self._thread.start()
        until = time.monotonic() + STARTS_SECONDS
        while not self._server.started:
            assert time.monotonic() < until, "the board did not start"
            time.sleep(0.01)
        history, self.history = self.history, []
        self.put(history)
        self.live.ready = True

    def put(self, reads: Iterable[Read]) -> None:
        """These records are read from their topics; returns when the desk has them."""
        found = list(reads)
        self.history += found
        done = threading.Event()
        self.loop.call_soon_threadsafe(lambda: (self.live.take(found), done.set()))
        assert done.wait(STARTS_SECONDS), "the desk did not take them"

    def send(self, action: Action) -> Written:
        """What staff do is at once in its topic, and read from there; called from the board's own threads."""
        self.actions.append(action)
        offset = len(self.actions) - 1
        self.put([Read(ACTIONS, 0, offset, int(time.time() * 1000), action)])
        return Written(0, offset)

    def stop(self) -> None:
        """End it as a restart would."""
        self._server.should_exit = True
        self._thread.join(STARTS_SECONDS)
        self.loop.close()
