"""What one process, one group, one table says of itself, judged: well, to be looked at, ill, or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from ..wire import rfc3339
from .behind import Group

State = Literal["well", "look", "ill", "unknown"]

MANY: Final = 10_000  # records behind that are worth a look
SUBJECTS: Final = ("touchpoints", "alerts", "warnings", "incidents", "actions", "dead letters")
STALE_SECONDS: Final = 60.0  # since anything was stored, while something waits to be


class Row(NamedTuple):
    """One line of the view."""

    what: str
    state: State
    text: str


class Page(NamedTuple):
    """What a process serves: its health, whether it is ready, its metrics summed over their labels."""

    health: Mapping[str, Any]
    ready: Mapping[str, Any]
    metrics: Mapping[str, float]


def summed(text: str) -> dict[str, float]:
    """A metrics page as one number for each name, counters and gauges summed over their labels."""
    sums: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.startswith("siloscope_") and not sample.name.endswith(("_created", "_bucket")):
                sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
    return sums


def process(
    address: str, page: Page | None, before: Page | None = None, seconds: float = 0.0, expected: str = "process"
) -> Row:
    """One process; with its page of `seconds` ago also how fast it is. No page: nobody answered."""
    if page is None:
        return Row(f"{expected} {address}", "unknown", "nothing answers: is it on another machine? (--page HOST:PORT)")
    kind = str(page.health["process"])
    what = f"{kind} {address}"
    doing = _DOING.get(kind, _of_worker)(page, before, seconds)
    if not page.health["ok"]:
        return Row(what, "ill", f"{page.health['why']}; {doing}")
    if not page.ready["ok"]:
        return Row(what, "look", f"{page.ready['why']}; {doing}")
    refused = page.metrics.get("siloscope_deliver_failing_since_timestamp_seconds", 0)
    return Row(what, "look" if refused or page.health["waiting_records"] > MANY else "well", doing)


def _of_worker(page: Page, before: Page | None, seconds: float) -> str:
    metrics = page.metrics
    if not page.ready["ok"] and (most := metrics.get("siloscope_state_records_expected", 0)):
        return f"{metrics.get('siloscope_state_records_read', 0):,.0f} of at most {most:,.0f} records of state read"
    parts = [f"{metrics.get('siloscope_partitions_held', 0):.0f} partitions"]
    parts.append(_flow("siloscope_touchpoints_total", "touchpoints", page, before, seconds))
    parts.append(f"{metrics.get('siloscope_alerts_told_total', 0):,.0f} alerts told")
    if dead := metrics.get("siloscope_records_rejected_total", 0):
        parts.append(f"{dead:,.0f} dead letters")
    return ", ".join([*parts, _waiting(page)])


def _of_writer(page: Page, before: Page | None, seconds: float) -> str:
    parts = [_flow("siloscope_writer_rows_total", "rows", page, before, seconds)]
    if again := page.metrics.get("siloscope_writer_retries_total", 0):
        parts.append(f"{again:,.0f} inserts tried again")
    return ", ".join([*parts, _waiting(page)])


def _of_deliver(page: Page, before: Page | None, seconds: float) -> str:
    metrics = page.metrics
    parts = ["delivers" if metrics.get("siloscope_deliver_leads") else "stands by"]
    parts.append(_flow("siloscope_deliver_sent_total", "notices sent", page, before, seconds))
    if later := metrics.get("siloscope_deliver_waiting", 0):
        parts.append(f"{later:,.0f} not yet")
    if failed := metrics.get("siloscope_deliver_failed_total", 0):
        parts.append(f"{failed:,.0f} refused for good")
    if metrics.get("siloscope_deliver_failing_since_timestamp_seconds"):
        parts.append("a receiver takes nothing: siloscope doctor deliver")
    return ", ".join([*parts, _waiting(page)])


def _of_board(page: Page, before: Page | None, seconds: float) -> str:
    parts = [f"{page.metrics.get('siloscope_board_connections', 0):,.0f} open pages"]
    parts.append(_flow("siloscope_board_requests_total", "requests", page, before, seconds))
    parts.append(f"{page.metrics.get('siloscope_board_actions_total', 0):,.0f} actions")
    return ", ".join([*parts, _waiting(page)])


def _of_preflight(page: Page, before: Page | None, seconds: float) -> str:
    return f"{_flow('siloscope_preflight_verdicts_total', 'verdicts', page, before, seconds)}, {_waiting(page)}"


_DOING: Final[Mapping[str, Callable[[Page, Page | None, float], str]]] = {
    "worker": _of_worker, "writer": _of_writer, "deliver": _of_deliver, "board": _of_board, "preflight": _of_preflight,
}  # fmt: skip


def _flow(name: str, unit: str, page: Page, before: Page | None, seconds: float) -> str:
    total = page.metrics.get(name, 0.0)
    if before is None or seconds <= 0 or total < before.metrics.get(name, 0.0):  # it was started anew
        return f"{total:,.0f} {unit}"
    return f"{total:,.0f} {unit} ({(total - before.metrics.get(name, 0.0)) / seconds:,.0f}/s)"


def _waiting(page: Page) -> str:
    waiting = page.health["waiting_records"]
    return f"{waiting:,} waiting" if waiting else "nothing waiting"


def group(what: str, found: Group) -> Row:
    """All processes of one kind, as the brokers see them."""
    behind = sum(found.behind.values())
    where = ", ".join(f"{topic} {count:,}" for topic, count in found.behind.items() if count)
    text = f"{found.members} running, {f'{behind:,} records behind ({where})' if behind else 'nothing behind'}"
    if not found.members:
        return Row(what, "ill" if behind else "look", f"{text}: start one")
    return Row(what, "look" if behind > MANY else "well", text)


def in_order(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of v_freshness, what happened before what followed from it."""
    places = {subject: place for place, subject in enumerate(SUBJECTS)}
    return sorted(rows, key=lambda row: places.get(row["subject"], len(places)))


def freshness(row: Mapping[str, Any], behind: int) -> Row:
    """One row of the view v_freshness; `behind` are records that wait to be stored there."""
    what, age = f"store: {row['subject']}", row["ingested_age_seconds"]
    if age is None:
        return Row(what, "unknown", "none yet")
    newest = rfc3339(int(row["newest_event_at"].timestamp()) * 1000)
    late = behind > 0 and age > STALE_SECONDS
    return Row(what, "look" if late else "well", f"newest of {newest}, stored {_ago(age)}")


def _ago(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit} ago"
    return f"{seconds:,.0f} s ago"
