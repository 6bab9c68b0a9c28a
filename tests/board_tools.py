"""A board without Kafka: what is put into it goes the way of what the tail reads, and so does what staff do."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import uvicorn
from itsdangerous import URLSafeTimedSerializer
from msgspec.structs import replace
from starlette.middleware import Middleware
from starlette.requests import Request

from siloscope.agents.telling import ACTIONS, ALERTS, INCIDENTS, WARNINGS
from siloscope.core.alert import Alert, Evidence
from siloscope.core.followup import Action
from siloscope.core.handoff import Brief, Warning
from siloscope.core.incident import Cause, Incident
from siloscope.errors import Unusable
from siloscope.settings import Settings, load
from siloscope.staff.actions import Written
from siloscope.staff.tail import Read
from siloscope.web.access import Person
from siloscope.web.app import application
from siloscope.web.live import Live
from siloscope.web.site import Site

NOW = 1_772_442_000_000  # 2026-03-02T09:00:00Z
ANNA = Person("anna", frozenset({"support"}), frozenset({"look", "act", "read_text"}))
BEN = Person("ben", frozenset({"support", "sales"}), frozenset({"look", "act"}))
CARL = Person("carl", frozenset({"support"}), frozenset({"look"}))
_TOPICS = {Alert: ALERTS, Warning: WARNINGS, Incident: INCIDENTS, Action: ACTIONS}


class Fed:
    """What is put on a board's desk, in one order for each topic; from any thread once `loop` is set."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.loop: asyncio.AbstractEventLoop | None = None
        self.actions: list[Action] = []
        self.fails = False  # as if Kafka took nothing
        self._offsets = {topic: itertools.count() for topic in _TOPICS.values()}

    def put(self, *records: Any) -> None:
        """As if these had just been read."""
        reads = [self._read(each) for each in records]
        if self.loop is None:
            self.live.take(reads)
            return
        done = threading.Event()
        self.loop.call_soon_threadsafe(lambda: (self.live.take(reads), done.set()))
        assert done.wait(5)

    def send(self, action: Action) -> Written:
        """What `staff.actions.Actions` does, with the topic's way back."""
        if self.fails:
            raise Unusable("the broker does not take actions: nobody is there")
        self.actions.append(action)
        read = self._read(action)
        if self.loop is None:
            self.live.take([read])
        else:
            self.loop.call_soon_threadsafe(self.live.take, [read])
        return Written(0, read.offset)

    def _read(self, record: Any) -> Read:
        topic = _TOPICS[type(record)]
        return Read(topic, 0, next(self._offsets[topic]), self.live.clock(), record)


class Everybody:
    """Lets in who the header x-person names, else Anna."""

    def __init__(self, *people: Person) -> None:
        self.people = {each.name: each for each in (people or (ANNA, BEN, CARL))}
        self.texts: list[tuple[str, str, str]] = []  # who read whose text where

    def middleware(self) -> Sequence[Middleware]:
        return [Middleware(_Named, people=self.people)]

    def csrf(self, _: Request) -> str:
        return "token"

    def serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer("a secret for the tests", salt=purpose)

    async def may_read_text(self, request: Request, customer: str, place: str) -> bool:
        person: Person = request.state.person
        if person.may("read_text"):
            self.texts.append((person.name, customer, place))
        return person.may("read_text")


class _Named:
    def __init__(self, app: Any, people: dict[str, Person]) -> None:
        self.app, self.people = app, people

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            named = dict(scope["headers"]).get(b"x-person", b"anna").decode()
            scope.setdefault("state", {})["person"] = self.people[named]
        await self.app(scope, receive, send)


def site(access: Any = None, settings: Settings | None = None, live: Live | None = None) -> tuple[Site, Fed]:
    """A board that is ready and empty, and what feeds it."""
    made = live or Live()
    made.ready = True
    fed = Fed(made)
    return Site(settings or load(), made, fed, access or Everybody()), fed


@contextmanager
def served(at: Site, fed: Fed, port: int = 0) -> Iterator[str]:
    """The board over HTTP in a thread of its own; its address."""
    config = uvicorn.Config(application(at), port=port, log_level="warning", proxy_headers=False,
                            timeout_graceful_shutdown=1)  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(_run(server, fed)), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        assert fed.loop is not None
        fed.loop.call_soon_threadsafe(at.live.end)  # open pages do not keep it
        server.should_exit = True
        thread.join(5)
        fed.loop, at.live.over = None, False


async def _run(server: uvicorn.Server, fed: Fed) -> None:
    fed.loop = asyncio.get_running_loop()
    await server.serve()


def alert(number: int = 1, **more: Any) -> Alert:
    """An invented alert on support's desk."""
    made = Alert(
        alert_id=f"2026-03-{number:032x}", symptom="unanswered", status="open", revision=1, severity="warning",
        confidence="confirmed", customer_id=f"c-{number}", account=None, key="k", departments=("support",),
        channels=("email",), case_ref=None, product=None, topic="delivery", message_ref=None, segment=None, phase="use",
        opened_at=NOW + number, updated_at=NOW + number, resolved_at=None, resolution=None, detected_at=None,
        mode="live",
        incident_id=None, part_of=None, superseded_by=None, supersedes=None,
        title=f"Nobody answered customer c-{number} for 2 days",
        explanation="On Monday she asked “where is my parcel?”.",
        evidence=(Evidence(f"t-{number}", NOW, "support", "email", "question", "where is my parcel?"),),
        suggested_action="support: answer her today.", owner_department="support", minutes_lost=30,
        detector_version="1",
    )  # fmt: skip
    return replace(made, **more)


def warning(number: int = 1, **more: Any) -> Warning:
    """An invented handoff from sales to support."""
    made = Warning(
        warning_id=f"w-{number:032x}", status="pending", customer_id=f"c-{number}", account=None, case_ref="K-1",
        from_department="sales", to_department="support", team=None, implied=False, urgency="normal",
        handed_at=NOW + number, due_at=NOW + 3_600_000, accepted_at=None, accepted_by=None, closed_at=None,
        close_reason=None, revision=1, evidence=(f"t-{number}",),
        brief=Brief(
            summary="sales by phone hands her over to you. Begin with her complaint: “broken again” [t-9]", phase="use",
            promises=("due 3 Mar 2026 09:00 UTC: 2 Mar 2026 09:00 UTC, sales by phone: “a new one” [t-8]",),
            already_given=("iban",), do_not=("Do not sell or survey: she complained: “broken again” [t-9]",),
        ),
    )  # fmt: skip
    return replace(made, **more)


def incident(name: str = "2026-03-i1", **more: Any) -> Incident:
    """An invented incident of support's."""
    made = Incident(
        incident_id=name, status="open", symptom="unanswered", departments=("support",),
        cause=Cause("release", "4.2"), severity="critical", opened_at=NOW, updated_at=NOW, ended_at=None, customers=12,
        alerts=14, sample=(), owner_department="support",
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)
