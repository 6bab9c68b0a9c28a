"""`siloscope backtest`: what would a change of rules or parameters have told over the last days, as a difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from ..core.detection import Detection
from ..core.told import weekly
from ..core.touchpoint import DAY, Touchpoint, customer_of
from ..errors import WrongUsage
from ..garbage import collect_seldom
from ..settings import Settings
from ..wire import rfc3339
from .backtest_difference import Difference, Gone, differences
from .backtest_shown import show
from .console import output
from .history import history
from .replay import Replay, make_directory, watching, write_lines

EXAMPLES: Final = 3  # of each symptom, of what appears and of what disappears


class Backtest(NamedTuple):
    """All differences, for `customers` over the `span` (milliseconds) up to `until` (epoch milliseconds).

    `all_read`: the span is that of the events, history and all, and nobody chose it.
    """

    differences: list[Difference]
    customers: int
    span: int
    until: int
    all_read: bool = False


def main(
    files: Sequence[str], mapping: str | None, store: Settings | None, settings: Sequence[str], rules: Path | None,
    against: Path | None, days: int | None, out: Path | None, examples: int = EXAMPLES,
) -> None:  # fmt: skip
    """Replay the events with both, print the difference; write `backtest.json` to `out`. Raises Unusable."""
    if bool(files) == (store is not None):
        raise WrongUsage("backtest needs events: name files, or a store with --store DIR or --from-store")
    if not settings and rules is None:
        raise WrongUsage("backtest needs a change: --set SYMPTOM.PARAM=VALUE or --rules NEW.yml")
    # With only --set the change is made on the rules it is compared with.
    before, after = watching((), against), watching(settings, rules or against)
    collect_seldom()
    found = compared(history(files, mapping, store, "backtest"), before, after, days)
    if out is not None:
        make_directory(out)
        write_lines(out / "backtest.json", [msgspec.json.format(msgspec.json.encode(as_json(found)), indent=2)])
    show(found, output(), examples)


def compared(recorded: Iterable[Touchpoint], before: Detection, after: Detection, days: int | None = None) -> Backtest:
    """Both detections over the same touchpoints; what opened in the last `days` (None: in all of them) counts."""
    runs = Replay(before), Replay(after)
    customers: set[str] = set()
    first: int | None = None
    for touchpoint in recorded:
        for run in runs:
            if run.take(touchpoint) is None and isinstance(touchpoint.occurred_at, int):
                first = min(first or touchpoint.occurred_at, touchpoint.occurred_at)
        customers.add(customer_of(touchpoint))
    for run in runs:
        run.close()
    until = runs[0].partition.now
    since = until - days * DAY if days is not None else first or until
    names = list(dict.fromkeys(each.name for watch in (before, after) for each in watch.symptoms))
    found = differences(runs[0].alerts(), runs[1].alerts(), names, since, (before.shadow, after.shadow))
    return Backtest([*found], len(customers - {""}), until - max(since, first or since), until, days is None)


def as_json(found: Backtest) -> dict[str, Any]:
    """The back-test as JSON has it; every alert that appears or disappears with its words."""
    return {
        "until": rfc3339(found.until),
        "days": round(found.span / DAY, 3),
        "customers": found.customers,
        "symptoms": [
            {
                "symptom": each.symptom, "confidence": each.confidence, "before": each.before, "after": each.after,
                "per_1000_customers_and_week": {
                    "before": weekly(each.before, found.customers, found.span),
                    "after": weekly(each.after, found.customers, found.span),
                },
                "only_before": [_gone(gone) for gone in each.disappears],
                "only_after": [_gone(gone) for gone in each.appears], "moved": each.moved,
            }
            for each in found.differences
        ],
    }  # fmt: skip


def _gone(gone: Gone) -> dict[str, Any]:
    alert = gone.alert
    named = ("alert_id", "customer_id", "severity", "title", "explanation")
    said = {name: getattr(alert, name) for name in named} | {"opened_at": rfc3339(alert.opened_at)}
    said["alerts"] = gone.alerts  # of one incident
    return said | {"on_the_other_side": gone.why, "touchpoints": [each.touchpoint_id for each in alert.evidence]}
