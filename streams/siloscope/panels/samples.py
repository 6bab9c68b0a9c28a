"""Metrics pages read now and then and kept for a while: what Prometheus does, where there is none."""

from __future__ import annotations

import re
import threading
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from .promql import Selector

KEPT: Final = 5_000  # samples of a series
LOOK_BACK: Final = 300.0  # seconds after which a sample is no answer any more
ANSWER_SECONDS: Final = 2
JOB: Final = "siloscope"
GONE: Final = float("nan")  # follows a series' last sample when a page has it no longer

Labels = tuple[tuple[str, str], ...]  # sorted, without the name


class Series:
    """One series: times in epoch seconds, rising, and what was read then."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.values: list[float] = []

    def add(self, at: float, value: float) -> None:
        """One more sample; the oldest go."""
        self.times.append(at)
        self.values.append(value)
        if len(self.times) > KEPT:
            del self.times[: KEPT // 10], self.values[: KEPT // 10]

    def last(self, at: float) -> float | None:
        """The newest sample at `at`, if it is not too old."""
        place = bisect_right(self.times, at) - 1
        if place < 0 or at - self.times[place] >= LOOK_BACK or self.values[place] != self.values[place]:
            return None
        return self.values[place]

    def within(self, since: float, until: float) -> list[tuple[float, float]]:
        """The samples from `since` to `until`."""
        places = range(bisect_left(self.times, since), bisect_right(self.times, until))
        return [(self.times[n], self.values[n]) for n in places if self.values[n] == self.values[n]]


class Samples:
    """What the pages at `urls` said, read every second or so within `kept_on`.

    Those of `may_be` need not be there: only once they have answered it counts when they do not.
    """

    def __init__(self, urls: Sequence[str], may_be: Sequence[str] = ()) -> None:
        self._urls = (*urls, *may_be)
        self._may_be = set(may_be)
        self._series: dict[str, dict[Labels, Series]] = defaultdict(lambda: defaultdict(Series))
        self._lock = threading.Lock()
        self._seen: dict[str, set[tuple[str, Labels]]] = defaultdict(set)
        self.began = time.time()

    @contextmanager
    def kept_on(self, every: float = 1.0) -> Iterator[None]:
        """Read every `every` seconds until the end of the block."""
        halt = threading.Event()
        thread = threading.Thread(target=self._read_on, args=(every, halt), name="samples", daemon=True)
        thread.start()
        try:
            yield
        finally:
            halt.set()
            thread.join(ANSWER_SECONDS * len(self._urls) + 1)

    def _read_on(self, every: float, halt: threading.Event) -> None:
        while not halt.is_set():
            self.read()
            halt.wait(every)

    def read(self) -> None:
        """Read each page once; one that does not answer is down."""
        for url in self._urls:
            try:
                with urlopen(url, timeout=ANSWER_SECONDS) as answer:
                    self.take(url, answer.read().decode(), time.time())
            except (OSError, ValueError):
                self.take(url, None, time.time())

    def take(self, url: str, page: str | None, at: float) -> None:
        """A page as it was read at `at` (epoch seconds); None: nothing answered."""
        if page is None and url in self._may_be:
            return
        self._may_be.discard(url)
        target = {"instance": urlsplit(url).netloc, "job": JOB}
        found: dict[tuple[str, Labels], float] = {}
        for family in text_string_to_metric_families(page or ""):
            for sample in family.samples:
                found[sample.name, _labels(sample.labels | target)] = float(sample.value)
        with self._lock:
            for gone in self._seen[url] - found.keys():
                self._series[gone[0]][gone[1]].add(at, GONE)
            self._seen[url] = set(found)
            for (name, labels), value in found.items():
                self._series[name][labels].add(at, value)
            self._series["up"][_labels(target)].add(at, float(page is not None))

    def select(self, selector: Selector) -> Iterator[tuple[Labels, Series]]:
        """The series that a selector means."""
        with self._lock:
            candidates = list(self._series.get(selector.name, {}).items())
        for labels, series in candidates:
            known = dict(labels)
            if all(_matches(known.get(label, ""), relation, value) for label, relation, value in selector.matchers):
                yield labels, series


def _labels(labels: dict[str, str]) -> Labels:
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def _matches(value: str, relation: str, wanted: str) -> bool:
    if relation in ("=", "!="):
        return (value == wanted) == (relation == "=")
    return bool(re.fullmatch(wanted, value)) == (relation == "=~")
