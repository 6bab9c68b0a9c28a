"""`python -m bench.warehouse`: the store with ten million touchpoints, and how fast it takes more.

Every view is asked what one asks of it; the figures go to docs/speed.md. `--touchpoints 200000` tries it out and writes
nothing. Takes a quarter of an hour and 2 GB of disk; nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console

from bench.page import Target, cores, put
from bench.warehouse_made import make
from bench.warehouse_sink import PACE, Fresh, Sink, fresh, sink
from siloscope.errors import Unusable
from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up

MANY: Final = 10_000_000
BEGIN: Final = "<!-- measured: written by `python -m bench.warehouse` -->"
SNAPSHOTS: Final = (  # in the order they need each other
    "hourly", "daily", "waits", "promises", "journey", "contracts", "outcomes", "scorecard", "messages", "answers",
)  # fmt: skip
# Of views that list things one does not ask for all: of one customer, one thing, the newest.
QUESTIONS: Final = {
    "v_touchpoints": "SELECT * FROM v_touchpoints WHERE customer_id = {customer:String}",
    "v_alerts": "SELECT symptom, severity, count() FROM v_alerts WHERE status IN ('open', 'updated') GROUP BY ALL",
    "v_alert_revisions": "SELECT * FROM v_alert_revisions WHERE alert_id = {alert:String}",
    "v_customer_timeline": "SELECT * FROM v_customer_timeline WHERE customer_id = {customer:String} ORDER BY at",
    "v_waits": "SELECT department, reason, quantile(0.9)(minutes) FROM v_waits GROUP BY ALL",
    "v_promises": "SELECT department, state, count() FROM v_promises GROUP BY ALL",
    "v_outcomes": "SELECT department, good, count() FROM v_outcomes GROUP BY ALL",
    "v_alert_parts": "SELECT department, channel, sum(weight) FROM v_alert_parts GROUP BY ALL",
    "v_department_pairs": "SELECT relation, department, count() FROM v_department_pairs GROUP BY ALL",
    "v_actions": "SELECT kind, count() FROM v_actions GROUP BY ALL",
    "v_feedback": "SELECT symptom, verdict, count() FROM v_feedback GROUP BY ALL",
    "v_transitions": "SELECT from_department, department, sum(transitions) FROM v_transitions GROUP BY ALL",
    "v_journey_map": "SELECT phase, department, channel, sum(touchpoints), sum(alerts) FROM v_journey_map GROUP BY ALL",
    "v_touchpoints_hourly": "SELECT hour, sum(touchpoints) FROM v_touchpoints_hourly WHERE hour >= "
    "(SELECT as_of FROM v_clock) - INTERVAL 7 DAY GROUP BY hour ORDER BY hour",
    "v_touchpoints_daily": "SELECT day, department, sum(touchpoints) FROM v_touchpoints_daily GROUP BY ALL",
}

_console: Final = Console(stderr=True, highlight=False, soft_wrap=True)


class Took(NamedTuple):
    """Seconds of wall time and of CPU, of all threads: on a busy machine only the second means something."""

    seconds: float
    cpu: float


class Asked(NamedTuple):
    """The middle of three answers to a question."""

    view: str
    took: Took


class Results(NamedTuple):
    touchpoints: int
    snapshots: dict[str, Took]
    memory: float  # GB of the process, at most, until the snapshots were made
    views: list[Asked]
    sink: Sink
    fresh: Fresh


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.warehouse", description=__doc__)
    parser.add_argument("--touchpoints", type=int, default=MANY, help="fewer: does it run?")
    parser.add_argument("--store", type=Path, help="keep the large store here, and take it from here the next time")
    parser.add_argument("--page", type=Path, help="write the figures here (docs/speed.md if there are ten million)")
    given = parser.parse_args()
    try:
        results = measure(given.touchpoints, given.store)
    except Unusable as error:
        raise SystemExit(f"bench: {error}") from None
    print("\n".join(lines(results)))
    page = given.page or (Path("docs/speed.md") if given.touchpoints >= MANY else None)
    if page:
        put(page, BEGIN, lines(results))


def measure(touchpoints: int, kept: Path | None = None) -> Results:
    """Everything, one after the other; `kept` is where the large store stays."""
    with tempfile.TemporaryDirectory(prefix="siloscope-warehouse-") as work:
        with opened(settings := load(None, store={"path": Path(work) / "small"})) as client:
            bring_up(client, settings)
            _console.print("rows into the store")
            rates = sink(client, 20)
        with opened(settings := load(None, store={"path": kept or Path(work) / "large"})) as client:
            bring_up(client, settings)
            client.command("SYSTEM STOP VIEWS")  # none is made but when it is measured
            _console.print(f"making {touchpoints:,} touchpoints")
            made = make(client, touchpoints)
            client.command("CREATE OR REPLACE VIEW store_size AS SELECT false AS small")
            snapshots = {name: _refreshed(client, name) for name in SNAPSHOTS}
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
            views = list(_asked(client))
        _console.print(f"{PACE:,} touchpoints a second from Kafka")
        return Results(made, snapshots, memory, views, rates, fresh(20, Path(work)))


@contextmanager
def _timed() -> Iterator[list[Took]]:
    took: list[Took] = []
    began, used = time.perf_counter(), time.process_time()
    yield took
    took.append(Took(time.perf_counter() - began, time.process_time() - used))


def _refreshed(client: Any, name: str) -> Took:
    with _timed() as took:
        client.command(f"SYSTEM START VIEW refresh_{name}")
        client.command(f"SYSTEM REFRESH VIEW refresh_{name}")
        client.command(f"SYSTEM WAIT VIEW refresh_{name}")
        client.command(f"SYSTEM STOP VIEW refresh_{name}")
    _console.print(f"snapshot {name}: {took[0].seconds:.1f} s, {took[0].cpu:.1f} s of CPU")
    return took[0]


def _asked(client: Any) -> Iterator[Asked]:
    """Each view, every one there is."""
    names = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'v\\_%' ORDER BY name"
    found = client.query("SELECT customer_id, alert_id FROM v_alerts WHERE customer_id != '' LIMIT 1").result_rows
    parameters = dict(zip(("customer", "alert"), found[0], strict=True))
    for (view,) in client.query(names).result_rows:
        question = QUESTIONS.get(view, f"SELECT * FROM {view} ORDER BY ALL LIMIT 1000")
        times: list[Took] = []
        for _ in range(3):
            with _timed() as took:
                client.query(question, parameters=parameters)
            times += took
        middle = Took(sorted(times)[1].seconds, sorted(each.cpu for each in times)[1])
        _console.print(f"{view}: {middle.seconds:.2f} s, {middle.cpu:.2f} s of CPU")
        yield Asked(view, middle)


def lines(results: Results) -> Iterator[str]:
    """The figures as Markdown."""
    yield f"Measured {datetime.now(UTC):%Y-%m-%d}. {cores()}; chdb-core {version('chdb-core')}, embedded."
    yield ""
    yield "| figure | found | wanted | reached |"
    yield "| --- | --- | --- | --- |"
    slowest = max(results.views, key=lambda each: each.took.seconds)
    taken, latency = results.sink, results.fresh
    yield Target("touchpoints into the schema, rows/s", taken.schema.rate, 50_000, "").row()
    yield Target("the same : a bare table", taken.schema.rate / taken.bare.rate, 0.4, " ×").row()
    said = f"the slowest view (`{slowest.view}`) on {results.touchpoints:,} touchpoints"
    yield Target(said, slowest.took.seconds, 1, " s", less=True).row()
    yield Target(f"produced → in `v_touchpoints`, p99, at {PACE:,}/s", latency.p99, 2, " s", less=True).row()
    yield ""
    yield (
        f"- From Kafka to a query, through the gateway: {latency.touchpoints:,} touchpoints, "
        f"p50 {latency.p50:.2f} s, p99 {latency.p99:.2f} s, the slowest {latency.most:.2f} s."
    )
    yield (
        f"- A bare table takes {taken.bare.rate:,.0f} rows/s; decoding alone does {taken.decoding.rate:,.0f}/s. "
        f"Of CPU a row takes {taken.schema.micros:.1f} µs, {taken.bare.micros:.1f} and {taken.decoding.micros:.1f}."
    )
    made = ", ".join(f"{name} {took.seconds:.1f} s ({took.cpu:.1f})" for name, took in results.snapshots.items())
    yield f"- A snapshot takes (of CPU): {made}; one thread each. The process took {results.memory:.1f} GB at most."
    views = ", ".join(f"`{each.view}` {each.took.seconds:.2f} ({each.took.cpu:.2f})" for each in results.views)
    yield f"- Seconds (of CPU) for what one asks of a view, the middle of three: {views}."


if __name__ == "__main__":
    main()
