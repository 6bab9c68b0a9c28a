"""One batch into the store: decoded, inserted until the store answers, its bad rows found and set aside."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from siloscope.core.rejected import Rejected
from siloscope.errors import Unusable
from siloscope.ops import metrics
from siloscope.stores.backlog import Batch
from siloscope.stores.client import first_line
from siloscope.stores.kinds import KINDS, Kind, Skipped
from siloscope.stores.meaning import meaning_of
from siloscope.stores.rows import Columns, Row

log = logging.getLogger(__name__)

FIRST_WAIT: Final = 0.5  # seconds; doubled at each try, and each wait is somewhere in its upper half
LONGEST_WAIT: Final = 30.0


class Inserts(Protocol):
    """Where rows go; one try that stores all or raises."""

    def insert(self, table: str, parts: Iterable[Columns], token: str) -> None:
        """Insert the rows of all `parts` unless `token` was taken before."""


class Refused(NamedTuple):
    """A record that cannot be stored, and why."""

    message: Any
    rejected: Rejected


class Storing:
    """Puts batches into the store. `wait(seconds)` passes the time between tries; it may raise to let a batch go.

    So may `between`, called before every insert: a batch of many bad rows is many inserts, and takes long.
    """

    def __init__(
        self, store: Inserts, wait: Callable[[float], None], between: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._wait = wait
        self._between = between

    def store(self, batch: Batch) -> list[Refused]:
        """Return when every row of the batch is in the store but those that cannot be.

        Repeating it, in this process or another, with the same batch stores nothing twice. Raises Unusable when the
        store's set-up must be mended first.
        """
        kind = KINDS[batch.topic]
        rows, refused, skipped = decoded(batch, kind)
        wrong = self._put(kind, rows, batch.token) if rows else []
        if wrong:
            by_offset = {message.offset(): message for message in batch.messages}
            refused += [Refused(by_offset[row.offset], rejected) for row, rejected in wrong]
        metrics.WRITER_ROWS.labels(kind.table).inc(len(rows) - len(wrong))
        for reason, count in skipped.items():
            metrics.WRITER_SKIPPED.labels(batch.topic, reason).inc(count)
        return refused

    def _put(self, kind: Kind, rows: Sequence[Row], token: str) -> list[tuple[Row, Rejected]]:
        """Insert `rows`; those at fault are found by halving, always in the same way, and returned."""
        wrong = self._insert(kind, rows, token)
        if wrong is None:
            return []
        if len(rows) == 1:
            return [(rows[0], _refusal(kind, wrong))]
        middle = len(rows) // 2
        return self._put(kind, rows[:middle], f"{token}/0") + self._put(kind, rows[middle:], f"{token}/1")

    def _insert(self, kind: Kind, rows: Sequence[Row], token: str) -> Exception | None:
        """Insert until the store has answered; the error when it is about a row."""
        wait, failing_since = FIRST_WAIT, 0.0
        try:
            while True:
                self._between()
                try:
                    self._try(kind, rows, token)
                    return None
                except Exception as error:  # noqa: BLE001  # whatever the client raises is told apart by meaning_of
                    meaning = meaning_of(error)
                    if meaning == "row":
                        return error
                    if meaning == "set-up":
                        raise Unusable(f"the store does not take {kind.table}: {first_line(error)}") from None
                    failing_since = failing_since or time.time()
                    metrics.WRITER_FAILING.set(failing_since)
                    metrics.WRITER_RETRIES.labels(kind.table).inc()
                    log.warning("the store does not take %s, trying again: %s", kind.table, first_line(error))
                self._wait(random.uniform(wait / 2, wait))
                wait = min(2 * wait, LONGEST_WAIT)
        finally:
            metrics.WRITER_FAILING.set(0)

    def _try(self, kind: Kind, rows: Sequence[Row], token: str) -> None:
        started = time.monotonic()
        self._store.insert(kind.table, kind.parts(rows), token)
        metrics.WRITER_BATCHES.labels(kind.table).inc()
        metrics.WRITER_INSERT_SECONDS.labels(kind.table).observe(time.monotonic() - started)


def decoded(batch: Batch, kind: Kind) -> tuple[list[Row], list[Refused], Counter[str]]:
    """The rows of a batch, what became none though it should have, and how many need not, by reason."""
    rows: list[Row] = []
    refused: list[Refused] = []
    skipped: Counter[str] = Counter()
    decode, partition = kind.decode, batch.partition
    for message in batch.messages:
        record = decode(message.value())
        if isinstance(record, Skipped):
            skipped[record.reason] += 1
        elif isinstance(record, Rejected):
            refused.append(Refused(message, record))
        else:
            rows.append(Row(record, partition, message.offset()))
    return rows, refused, skipped


def _refusal(kind: Kind, error: Exception) -> Rejected:
    return Rejected("impossible", None, f"the store refuses it as a row of {kind.table}: {first_line(error)}")
