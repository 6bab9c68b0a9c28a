"""Sessions: who is logged in stands in a signed cookie; the server keeps only which ones it has ended."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import time
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from ..login_settings import Login
from .person import Person

_RENEWED_SECONDS: Final = 60.0  # a cookie is written anew when it is older than that
_ENDED: Final = 10_000  # ended sessions remembered; each for as long as a session may last
_SKEW_SECONDS: Final = 5.0

Mark = tuple[str, str, str, float]


@dataclass(frozen=True)
class Session:
    """A login: `begun` and `seen` in seconds since 1970; `issuer_sid` is the issuer's name for it."""

    person: Person
    sid: str
    begun: float
    seen: float
    issuer_sid: str = ""

    @property
    def mark(self) -> Mark:
        """What tells whether it was ended, and nothing that lets anybody in."""
        return self.sid, self.issuer_sid, self.person.id, self.begun


class Sessions:
    """Made, read, renewed and ended. A cookie that cannot be believed is none."""

    def __init__(self, login: Login, now: Callable[[], float] = time) -> None:
        self._secret = login.secret.get_secret_value() if login.secret else secrets.token_urlsafe(32)
        self._idle, self._longest, self._now = login.idle_minutes * 60, login.hours * 3600, now
        # What a role or group may do stands in the cookie: when the owner changes it, everybody logs in again.
        self._rules = login.model_dump_json(include={"way", "roles", "departments", "read_text_from"})
        self._signer = URLSafeSerializer(self._secret, salt=f"siloscope session {self._rules}")
        self._over: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._open: defaultdict[Session, dict[asyncio.Timeout, asyncio.Task[Any] | None]] = defaultdict(dict)

    def serializer(self, purpose: str) -> URLSafeTimedSerializer:
        """Signs something else with our secret; what is signed for one purpose is worth nothing for another."""
        return URLSafeTimedSerializer(self._secret, salt=f"siloscope {purpose} {self._rules}")

    def begin(self, person: Person, issuer_sid: str = "") -> Session:
        """A new session, under a name that nobody knew before."""
        now = self._now()
        return Session(person, secrets.token_urlsafe(16), now, now, issuer_sid)

    def cookie(self, session: Session) -> str:
        """The session as a cookie's value."""
        person = session.person
        return str(
            self._signer.dumps(
                [person.name, person.id, sorted(person.departments), sorted(person.rights), session.sid, session.begun,
                 session.seen, session.issuer_sid]
            )
        )  # fmt: skip

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie, None where it is not ours, over, idle for too long or ended."""
        try:
            name, identity, departments, rights, sid, begun, seen, issuer_sid = self._signer.loads(cookie or "")
        except (BadData, ValueError, TypeError):
            return None
        person = Person(name, frozenset(departments), frozenset(rights), identity)
        session = Session(person, sid, begun, seen, issuer_sid)
        return session if self.seconds_left(session) > 0 and not self.is_over(session.mark) else None

    def renewed(self, session: Session) -> Session | None:
        """The session as seen now, where its cookie should be written anew; else None."""
        now = self._now()
        due = now - session.seen > min(_RENEWED_SECONDS, self._idle / 10)
        return replace(session, seen=now) if due else None

    def seconds_left(self, session: Session) -> float:
        """Until it is over, if no further page is asked for."""
        now = self._now()
        if session.seen > now + _SKEW_SECONDS:
            return 0.0
        return min(session.begun + self._longest, session.seen + self._idle) - now

    def end(self, session: Session) -> None:
        """This one is over, wherever its cookie is."""
        self._end("sid", session.sid)

    def end_of_issuer(self, subject: str | None, issuer_sid: str | None) -> None:
        """The issuer says that its session `issuer_sid` is over; without it all of that person (`sub`) are."""
        if issuer_sid:
            self._end("issuer_sid", issuer_sid)
        elif subject:
            self._end("id", subject)

    def csrf(self, whose: str) -> str:
        """A token for forms, bound to a session's `sid` or whatever else says whose they are.

        Each is another one, so that a page packed for the way does not betray it by its size.
        """
        salt = secrets.token_hex(8)
        return f"{salt}.{self.mac('csrf', salt, whose)}"

    def is_csrf(self, token: str, whose: str) -> bool:
        """Whether it is one of those."""
        salt, _, mark = token.partition(".")
        return hmac.compare_digest(mark.encode("utf-8", "replace"), self.mac("csrf", salt, whose).encode())

    def mac(self, *parts: str) -> str:
        """64 hex digits that nobody makes of these parts without our secret; the first says what for."""
        text = json.dumps(parts).encode()
        return hmac.new(self._secret.encode(), text, hashlib.sha256).hexdigest()

    @contextmanager
    def ending(self, session: Session, limit: asyncio.Timeout) -> Iterator[None]:
        """While the block runs, the end of the session makes `limit` expire, unless the block itself ends it."""
        self._open[session][limit] = asyncio.current_task()
        try:
            yield
        finally:
            del self._open[session][limit]
            if not self._open[session]:
                del self._open[session]

    def _end(self, kind: str, value: str) -> None:
        self._over[kind, value] = self._now()
        self._over.move_to_end((kind, value))
        while len(self._over) > _ENDED:
            self._over.popitem(last=False)
        for session, limits in list(self._open.items()):
            if self.is_over(session.mark):
                for limit, task in limits.items():
                    # Who ends it waits for an answer; and a limit that just expires cannot be moved: it raises.
                    if task is not asyncio.current_task() and not limit.expired():
                        limit.reschedule(asyncio.get_running_loop().time())

    def is_over(self, mark: Mark) -> bool:
        """Whether the session of this mark was ended before its time."""
        *names, begun = mark
        known = zip(("sid", "issuer_sid", "id"), names, strict=True)
        return any(value and self._over.get((kind, str(value)), -1.0) >= float(begun) for kind, value in known)
