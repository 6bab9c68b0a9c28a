"""The balance: whatever was taken over from the broker is applied, dead, absent, given back or still unhandled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..ops import metrics
from ..ops.pages import TOGETHER

if TYPE_CHECKING:
    from .chunks import Chunk

_TERMS: Final = {
    "accepted": metrics.ACCEPTED,
    "applied": metrics.APPLIED,
    "dead": metrics.DEAD,
    "absent": metrics.ABSENT,
    "given_back": metrics.GIVEN_BACK,
}


class Balance:
    """Counts by topic, each term where it happens: offsets as they are handed out, records as they are handled.

    The metrics move only with `publish`, all together: a page with only some of them moved would show a
    balance that is none.
    """

    def __init__(self) -> None:
        self._counted: dict[str, Counter[str]] = {term: Counter() for term in _TERMS}

    def handed_out(self, chunk: Chunk) -> None:
        """`chunk` is on its way to an agent."""
        topic, offsets = chunk.place.topic, chunk.end - chunk.start
        self._counted["accepted"][topic] += offsets
        self._counted["absent"][topic] += max(0, offsets - len(chunk.records))  # fewer: handed out twice, to be seen

    def handled(self, topic: str, applied: int, dead: int) -> None:
        """So many records were taken in, so many refused."""
        self._counted["applied"][topic] += applied
        self._counted["dead"][topic] += dead

    def given_back(self, chunks: Iterable[Chunk]) -> None:
        """Nobody here will handle these."""
        for chunk in chunks:
            self._counted["given_back"][chunk.place.topic] += len(chunk.records)

    def publish(self, unhandled: Iterable[Chunk]) -> None:
        """Move the metrics; `unhandled` are the chunks under way."""
        waiting = Counter(dict.fromkeys(self._counted["accepted"], 0))
        for chunk in unhandled:
            waiting[chunk.place.topic] += len(chunk.records)
        with TOGETHER:
            for term, metric in _TERMS.items():
                for topic, count in self._counted[term].items():
                    metric.labels(topic).inc(count)
                    self._counted[term][topic] = 0
            for topic, count in waiting.items():
                metrics.UNHANDLED.labels(topic).set(count)
