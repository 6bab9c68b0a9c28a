"""In a large store snapshots answer: as the touchpoints themselves do, however they came and whatever came after."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from msgspec.structs import replace
from tests import recount
from tests.warehouse import Company, fill

from siloscope import wire
from siloscope.core.touchpoint import DAY, HOUR, Identifier, Touchpoint
from siloscope.settings import Rate, Settings, load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up
from siloscope.stores.upkeep import keep_up

pytest.importorskip("chdb")

SNAPSHOTS: Final = (  # in the order they need each other
    "hourly", "daily", "waits", "promises", "journey", "contracts", "outcomes", "scorecard", "messages", "answers",
)  # fmt: skip
ANSWERS: Final = (
    "v_touchpoints_hourly",
    "v_touchpoints_daily",
    "v_waits",
    "v_promises",
    "v_transitions",
    "v_journey_map",
    "v_time_wasted",
    "v_renewal_readiness",
    "v_outcomes",
    "v_scorecard",
    "v_scorecard_messages",
    "v_answer_divergence",
)


class Large:
    """A store that takes itself for large; `answers` are those of all views that read snapshots."""

    def __init__(self, client: Any, settings: Settings) -> None:
        self.client = client
        self.settings = settings

    def take(self, touchpoints: list[Touchpoint]) -> None:
        fill(self.client, {"touchpoints": [wire.encode("touchpoint", each) for each in touchpoints]})

    def size(self, *, small: bool) -> None:
        self.client.command(f"CREATE OR REPLACE VIEW store_size AS SELECT {str(small).lower()} AS small")

    def refresh(self) -> None:
        for name in SNAPSHOTS:
            self.client.command(f"SYSTEM REFRESH VIEW refresh_{name}")
            self.client.command(f"SYSTEM WAIT VIEW refresh_{name}")

    def answers(self) -> dict[str, Any]:
        return {view: self.client.query(f"SELECT * FROM {view} ORDER BY ALL").result_rows for view in ANSWERS}


@pytest.fixture
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    settings = load(None, store={"path": tmp_path_factory.mktemp("large") / "store"})
    with opened(settings) as client:
        bring_up(client, settings)
        yield Large(client, settings)


@pytest.fixture(scope="module")
def arrivals(company: Company) -> list[Touchpoint]:
    """A third of the customers', with latecomers, redeliveries and reused ids."""
    return [each for each in company.arrivals if hash_of(each) % 3 == 0]


def hash_of(touchpoint: Touchpoint) -> int:
    """The same for all touchpoints of a customer."""
    return sum(map(ord, recount.customer_of(touchpoint)))


def test_snapshots_answer_as_the_touchpoints_do(large: Large, arrivals: list[Touchpoint]) -> None:
    chance = random.Random(3)
    older, newer = arrivals[: len(arrivals) // 2], arrivals[len(arrivals) // 2 :]
    large.take(older)
    large.size(small=False)
    large.refresh()
    first = large.answers()
    large.take(newer)
    again = chance.sample(arrivals, 500)
    reused = [replace(each, occurred_at=at_of(each) + chance.choice((-40 * DAY, -HOUR, HOUR, 9 * DAY)))
              for each in chance.sample(arrivals, 200)]  # fmt: skip
    large.take(again + reused)
    large.refresh()
    snapshots = large.answers()
    large.size(small=True)
    assert snapshots == large.answers()
    assert all(first[view] != snapshots[view] for view in ANSWERS)
    assert sum(row[5] for row in snapshots["v_touchpoints_daily"]) == len({each.touchpoint_id for each in arrivals})


def at_of(touchpoint: Touchpoint) -> int:
    at: int = touchpoint.occurred_at  # type: ignore[assignment]
    return at


def test_what_comes_after_a_snapshot_is_counted_at_once_where_it_is_of_the_newest_day(
    large: Large, arrivals: list[Touchpoint]
) -> None:
    large.take(arrivals[:5_000])
    large.size(small=False)
    large.refresh()
    newest = max(arrivals[:5_000], key=at_of)
    counted = (
        "SELECT sum(touchpoints) FROM v_touchpoints_hourly UNION ALL SELECT sum(touchpoints) FROM v_touchpoints_daily"
    )
    before = large.client.query(counted).result_rows
    large.take([replace(newest, touchpoint_id="new", occurred_at=at_of(newest) + HOUR), newest])
    assert [after - was for (after,), (was,) in zip(large.client.query(counted).result_rows, before, strict=True)] == [
        1,
        1,
    ]


def test_each_snapshot_says_how_old_it_is_and_follows_the_setting(large: Large, arrivals: list[Touchpoint]) -> None:
    large.take(arrivals)
    large.size(small=False)
    large.refresh()
    rows = large.client.query(
        "SELECT rows > 0, snapshot_at > now() - INTERVAL 1 HOUR, read FROM v_snapshots"
    ).result_rows
    assert rows == [(1, 1, True)] * len(SNAPSHOTS)
    store = large.settings.store.model_copy(update={"snapshot_minutes": 3})
    keep_up(large.client, large.settings.model_copy(update={"store": store}), made_anew=False)
    made = large.client.query("SELECT create_table_query FROM system.tables WHERE name LIKE 'refresh\\_%'").result_rows
    assert len(made) == len(SNAPSHOTS)
    assert all(" REFRESH AFTER 3 MINUTE TO " in each for (each,) in made)


def test_a_large_store_is_asked_itself_while_most_of_it_is_in_no_snapshot(large: Large) -> None:
    def counted(first: int, rows: int) -> tuple[bool, int]:
        large.client.command(
            "INSERT INTO touchpoints (touchpoint_id, occurred_at, department, direction, customer_id)"
            f" SELECT toString(number + {first}), toDateTime(1772409600 + number), 'web', 'inbound', 'c'"
            f" FROM numbers({rows})"
        )
        asked = "SELECT (SELECT small FROM store_size), sum(touchpoints) FROM v_journey_map"
        small, touchpoints = large.client.query(asked).result_rows[0]
        return bool(small), touchpoints

    assert counted(0, 100_001) == (True, 100_001)
    large.refresh()
    assert counted(100_001, 10) == (False, 100_001)
    assert counted(200_000, 250_000) == (True, 350_011)


def test_a_small_store_makes_no_snapshots(large: Large, arrivals: list[Touchpoint]) -> None:
    large.take(arrivals[:1_000])
    large.refresh()
    assert large.client.query("SELECT DISTINCT rows, read FROM v_snapshots").result_rows == [(0, False)]
    assert large.client.command("SELECT count() > 100 FROM v_journey_map") == 1


def test_a_snapshot_keeps_its_comments(large: Large) -> None:
    large.refresh()
    query = "SELECT count() FROM system.columns WHERE comment = '' AND table LIKE 'snapshot\\_%'"
    assert large.client.command(query) == 0


def test_rates_are_those_of_the_settings_and_the_one_that_says_most_counts(large: Large) -> None:
    wait = Touchpoint(
        "w",
        1_772_409_600_000,
        "wait_started",
        "legal",
        "email",
        "internal",
        [Identifier("customer_id", "c-1")],
        case_ref="c",
        reason="hold",
    )
    end = replace(wait, touchpoint_id="e", activity="wait_ended", occurred_at=at_of(wait) + 2 * HOUR)
    large.take([wait, end])
    cost = "SELECT cost, currency FROM v_time_wasted"
    assert large.client.query(cost).result_rows == [(None, "")]
    rates: tuple[Rate, ...] = ()
    for rate, wanted in (
        (Rate(hour="10"), (20.0, "EUR")),
        (Rate(hour="20", currency="USD", department="legal"), (40.0, "USD")),
        (Rate(hour="30", reason="hold"), (60.0, "EUR")),
        (Rate(hour="40", reason="hold", department="legal"), (80.0, "EUR")),
        (Rate(hour="50", reason="hold", department="sales"), (80.0, "EUR")),
    ):
        rates += (rate,)
        keep_up(large.client, large.settings.model_copy(update={"rates": rates}), made_anew=False)
        assert large.client.query(cost).result_rows == [wanted]
    keep_up(large.client, large.settings, made_anew=False)
    assert large.client.query(cost).result_rows == [(None, "")]
