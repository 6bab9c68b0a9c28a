"""Queries run beside the writer: so many at once, each with its limits, and ended when nobody waits any more."""

from __future__ import annotations

import queue
import threading
import time
import uuid
from typing import TYPE_CHECKING, Final, NamedTuple

from clickhouse_connect.driver.binding import format_str

from .allowed import Catalogue, Refused
from .engine import Answer, Failed, Handle, catalogue, functions, limited
from .planning import Plan, planned
from .request import FORMATS, Question, Wrong, refused

if TYPE_CHECKING:
    from siloscope.settings import Settings

_FRESH_SECONDS: Final = 60.0  # after which what there is to read is looked up again


class Told(NamedTuple):
    """An answer and its format."""

    answer: Answer
    form: str
    seconds: float


class Asking:
    """Handles for readers, and one of the gateway's own; all of it may be used from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._own = Handle(settings)
        self._own_lock = threading.Lock()
        self._free: queue.LifoQueue[Handle] = queue.LifoQueue()
        for _ in range(settings.gateway.queries):
            self._free.put(limited(settings))
        self._version = str(self._own.rows("SELECT version() AS version")[0]["version"])
        self._functions = functions(self._own)
        self._known: Catalogue | None = None
        self._known_at = 0.0
        self._ended: set[str] = set()

    @staticmethod
    def new_id() -> str:
        """Names one run of a query, so that it can be ended."""
        return f"gateway-{uuid.uuid4().hex}"

    def ask(self, question: Question, name: str) -> Told:
        """Check and run a query; it blocks, and its time counts from now. Raises Wrong or Failed."""
        try:
            return self._ask(question, name)
        finally:
            self._ended.discard(name)

    def _ask(self, question: Question, name: str) -> Told:
        began = time.monotonic()
        handle = self._handle(self._settings.gateway.seconds)
        try:
            if name in self._ended:
                raise Wrong(394, "QUERY_WAS_CANCELLED", "nobody waits for the answer any more", 499)
            plan = self._planned(handle, question, {**question.settings, "log_comment": name})
            answer = handle.query(plan.text, plan.form, question.parameters)
            self._must_fit(answer)
            return Told(answer, plan.form, time.monotonic() - began)
        except Refused as error:
            raise refused(str(error)) from None
        except (Wrong, Failed):
            raise
        except Exception:
            handle.close()  # nobody knows what it would answer next
            handle = limited(self._settings)
            raise
        finally:
            self._free.put(handle)

    @property
    def version(self) -> str:
        """The engine's version."""
        return self._version

    def end(self, name: str) -> None:
        """End the query of this `name`, running or waiting."""
        self._ended.add(name)
        with self._own_lock:
            self._own.query(f"KILL QUERY WHERE Settings['log_comment'] = {format_str(name)} ASYNC")

    def end_all(self) -> None:
        """End every query that still runs."""
        with self._own_lock:
            self._own.query("KILL QUERY WHERE startsWith(Settings['log_comment'], 'gateway-') ASYNC")

    def close(self, seconds: float) -> None:
        """End what runs and give the engine's sessions back; a query that does not heed in `seconds` keeps its own."""
        self.end_all()
        until = time.monotonic() + seconds
        for _ in range(self._settings.gateway.queries):
            try:
                self._free.get(timeout=max(0.0, until - time.monotonic())).close()
            except queue.Empty:
                break
        self._own.close()

    def _must_fit(self, answer: Answer) -> None:
        """The engine does not count what it makes in one piece."""
        limits = self._settings.gateway
        if answer.rows > limits.rows or len(answer.body) > limits.megabytes << 20:
            message = f"Limit for result exceeded, max rows: {limits.rows}, max megabytes: {limits.megabytes}"
            raise Wrong(396, "TOO_MANY_ROWS_OR_BYTES", message, 413)

    def _handle(self, seconds: float) -> Handle:
        try:
            return self._free.get(timeout=seconds)
        except queue.Empty:
            number = self._settings.gateway.queries
            message = f"{number} queries run already: ask again, or raise gateway.queries"
            raise Wrong(202, "TOO_MANY_SIMULTANEOUS_QUERIES", message, 503) from None

    def _planned(self, handle: Handle, question: Question, settings: dict[str, str]) -> Plan:
        def plan(known: Catalogue) -> Plan:
            return planned(handle, question.sql, known, question.form, FORMATS, settings)

        try:
            return plan(self._catalogue())
        except Refused:
            if time.monotonic() - self._known_at < 1:
                raise
            return plan(self._catalogue(anew=True))  # perhaps a view is new

    def _catalogue(self, *, anew: bool = False) -> Catalogue:
        with self._own_lock:
            now = time.monotonic()
            if self._known is None or anew or now - self._known_at > _FRESH_SECONDS:
                self._known, self._known_at = catalogue(self._own, self._settings.database, self._functions), now
            return self._known

