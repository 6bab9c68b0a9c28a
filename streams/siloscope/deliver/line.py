"""Who is next: the messages that wait for one receiver. Pure; times in epoch milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HANDED_OUT: Final = 64  # messages that are handed out to be sent, of which only some go at once
_PAUSE: Final = 1_000  # ms after a message that was not taken, doubled each time up to
_LONGEST_PAUSE: Final = 60_000
_AGAIN: Final = 2_000  # ms until the same message is tried again, doubled each time up to
_LONGEST_AGAIN: Final = 3_600_000


@dataclass
class _Waiting:
    since: int
    ready_at: int
    tries: int = 0


class Line:
    """`add` what is decided, take what is `next`, say how it went.

    A receiver that does not take messages is asked less and less often; one message that it never takes does not keep
    the others waiting.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._under_way: set[str] = set()
        self._failures = 0
        self._resumes_at = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def oldest(self) -> int | None:
        """Since when the first of them has waited."""
        return min((each.since for each in self._waiting.values()), default=None)

    @property
    def under_way(self) -> bool:
        """Whether anything was handed out of which it is not known how it went."""
        return bool(self._under_way)

    def add(self, message: str, since: int) -> None:
        """It waits, since then."""
        self._waiting.setdefault(message, _Waiting(since, since))

    def next(self, now: int) -> list[str]:
        """What is to be sent now, under way until `done` or `again`. After a failure one message feels the way."""
        if now < self._resumes_at:
            return []
        free = (1 if self._failures else HANDED_OUT) - len(self._under_way)
        found: list[str] = []
        for name, each in self._waiting.items():
            if len(found) >= free:
                break
            if each.ready_at <= now and name not in self._under_way:
                found.append(name)
        self._under_way.update(found)
        return found

    def done(self, message: str, *, taken: bool) -> None:
        """It is there, or never will be."""
        self._under_way.discard(message)
        self._waiting.pop(message, None)
        if taken:
            self._failures = self._resumes_at = 0

    def given_up(self, before: int) -> list[str]:
        """What has waited since before then for a receiver that takes nothing; it waits no more."""
        if not self._failures:
            return []
        waited = (each for each in self._waiting.items() if each[1].since < before)
        found = [name for name, _ in waited if name not in self._under_way]
        for name in found:
            del self._waiting[name]
        return found

    def again(self, message: str, now: int, after_seconds: float | None = None) -> int:
        """It was not taken; since when it has waited."""
        self._under_way.discard(message)
        each = self._waiting[message]
        each.tries += 1
        each.ready_at = now + min(_AGAIN << min(each.tries - 1, 20), _LONGEST_AGAIN)
        if now >= self._resumes_at:
            self._failures += 1
        pause = min(_PAUSE << min(self._failures - 1, 20), _LONGEST_PAUSE)
        asked = min(round((after_seconds or 0) * 1000), _LONGEST_AGAIN)
        self._resumes_at = max(self._resumes_at, now + max(pause, asked))
        return each.since
