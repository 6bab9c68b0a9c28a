"""What the views promise where the simulated company does not show it: noise, thin data, nothing known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tests.integration.writer_tools import alert, touchpoint
from tests.warehouse import FALSE, USEFUL, fill

from siloscope import wire
from siloscope.core.touchpoint import DAY, HOUR, Identifier, Kpi, Touchpoint
from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.kinds import KINDS
from siloscope.stores.migrations import bring_up

MONDAY = 1_767_571_200_000  # 2026-01-05
WEEK = 7 * DAY


class Store:
    """A store of a test's own, filled from records."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.client.query(sql).result_rows]

    def put(self, kind: str, topic: str, records: Sequence[Any]) -> None:
        fill(self.client, {topic: [wire.encode(kind, record) for record in records]})

    def alerts(self, *records: dict[str, Any]) -> None:
        self.put("alert", "siloscope.alerts", records)

    def touchpoints(self, *records: Touchpoint) -> None:
        self.put("touchpoint", "touchpoints", records)

    def weeks(self, *counts: int) -> None:
        """As many alerts of one symptom in each week, and the last week over."""
        places = [(week, number) for week, count in enumerate(counts) for number in range(count)]
        self.alerts(*(opened_at(n, MONDAY + week * WEEK + n) for n, (week, _) in enumerate(places)))
        self.touchpoints(at(1, MONDAY + len(counts) * WEEK))


def opened_at(number: int, when: int, **values: Any) -> dict[str, Any]:
    """Alert `number`, open since `when`."""
    return alert(number) | {"opened_at": when, "updated_at": when} | values


def at(number: int, when: int, **values: Any) -> Touchpoint:
    """Touchpoint `number`, at `when`."""
    made = touchpoint(number)
    for name, value in {"occurred_at": when, **values}.items():
        setattr(made, name, value)
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("chdb")
    settings = load(None, store={"path": tmp_path_factory.mktemp("views") / "store"})
    with opened(settings) as client:
        bring_up(client, settings)
        yield client


@pytest.fixture
def store(made: Any) -> Store:
    """Migrated, and empty."""
    for table in {kind.table for kind in KINDS.values()} | {"alerts_current", "warnings_current"}:
        made.command(f"TRUNCATE TABLE {table}")
    return Store(made)


# -- all views


def test_every_view_is_empty_on_an_empty_store_and_says_so_without_an_error(store: Store) -> None:
    speaks = {"v_clock", "v_freshness", "v_dictionary", "v_snapshots"}  # of the store itself
    for (view,) in store.ask("SELECT DISTINCT object FROM v_dictionary"):
        rows = store.ask(f"SELECT * FROM {view}")
        assert rows == [] or view in speaks, view
    assert store.ask("SELECT DISTINCT newest_event_at, ingested_age_seconds FROM v_freshness") == [(None, None)]


# -- trends


@pytest.mark.parametrize(
    ("counts", "trend"),
    [
        ((20, 22, 18, 20, 60), "up"),
        ((60, 58, 62, 60, 20), "down"),
        ((20, 22, 18, 20, 30), "steady"),  # half as many again, and noise all the same
        ((2, 40, 3, 45, 70), "steady"),  # weeks that have always differed
        ((0, 1, 0, 1, 3), "steady"),  # three times as much, of next to nothing
        ((20, 60), "unknown"),  # one week before is nothing to compare with
    ],
)
def test_a_change_is_told_only_beyond_noise(store: Store, counts: tuple[int, ...], trend: str) -> None:
    store.weeks(*counts)
    assert store.ask("SELECT alerts, trend FROM v_symptom_trends ORDER BY week DESC LIMIT 1 OFFSET 1") == [
        (counts[-1], trend)
    ]


def test_a_week_without_any_counts_as_none_and_the_running_week_is_not_judged(store: Store) -> None:
    store.weeks(5, 0, 6)
    told = store.ask("SELECT alerts, weeks_before, complete, trend FROM v_symptom_trends ORDER BY week")
    assert told == [
        (5, 0, True, "unknown"),
        (0, 1, True, "unknown"),
        (6, 2, True, "steady"),
        (0, 3, False, "incomplete"),
    ]


def test_a_touchpoint_from_the_future_does_not_move_the_clock(store: Store) -> None:
    store.touchpoints(at(1, MONDAY), at(2, 4_000_000_000_000))
    assert store.ask("SELECT toUnixTimestamp64Milli(as_of) FROM v_clock") == [(MONDAY,)]


# -- counting


def test_what_was_retracted_or_is_in_shadow_counts_nowhere(store: Store) -> None:
    store.alerts(
        opened_at(1, MONDAY),
        opened_at(2, MONDAY),
        opened_at(2, MONDAY, status="retracted", revision=2),
        opened_at(3, MONDAY, mode="shadow"),
    )
    assert store.ask("SELECT sum(alerts_shared), uniqExact(department) FROM v_symptoms_daily") == [(1, 2)]
    assert store.ask("SELECT sum(alerts) FROM v_precision") == [(1,)]


def test_a_revision_moves_an_alert_and_leaves_none_behind(store: Store) -> None:
    store.alerts(opened_at(1, MONDAY, channels=["email", "phone"]))
    moved = opened_at(1, MONDAY - HOUR, severity="critical", departments=["finance"], channels=["chat"], revision=2)
    store.alerts(moved)
    assert store.ask("SELECT toUnixTimestamp(hour), department, channel, severity, alerts FROM v_symptoms_hourly") == [
        ((MONDAY - HOUR) // 1000, "finance", "chat", "critical", 1)
    ]


def test_an_alert_without_departments_or_customer_counts_once_and_for_nobody(store: Store) -> None:
    store.alerts(opened_at(1, MONDAY, departments=[], channels=[], customer_id=""))
    assert store.ask("SELECT department, channel, alerts, alerts_shared, customers FROM v_symptoms_hourly") == [
        ("", "", 1, 1.0, 0)
    ]


def test_a_handoff_drops_in_its_direction_and_a_contradiction_stands_both_ways_round(store: Store) -> None:
    store.alerts(
        opened_at(1, MONDAY, symptom="handoff_drop", departments=["delivery", "sales"]),  # its evidence: sales
        opened_at(2, MONDAY, symptom="conflicting_message", departments=["delivery", "sales"]),
    )
    assert store.ask("SELECT relation, department, other_department, alerts FROM v_department_matrix ORDER BY ALL") == [
        ("contradicts", "delivery", "sales", 1),
        ("contradicts", "sales", "delivery", 1),
        ("drops to", "sales", "delivery", 1),
    ]


# -- scorecards


def reported(number: int, when: int, met: bool | None, who: str, department: str = "support") -> Touchpoint:
    return at(
        number, when, department=department, kpi=Kpi("sla", met=met), identifiers=[Identifier("customer_id", who)]
    )


def said(number: int, when: int, activity: str, who: str, **values: Any) -> Touchpoint:
    known = [Identifier("customer_id", who)]
    return at(number, when, activity=activity, direction="inbound", department="sales", identifiers=known, **values)


SCORE = (
    "SELECT kpi_met_share, good_outcome_share, watermelon_index, verdict FROM v_scorecard WHERE department = 'support'"
)


def test_green_kpis_and_unhappy_customers_are_a_watermelon(store: Store) -> None:
    store.touchpoints(
        *(reported(n, MONDAY + n, True, f"c{n}") for n in range(10)),
        *(said(100 + n, MONDAY + HOUR + n, "complaint", f"c{n}") for n in range(4)),
        said(200, MONDAY + HOUR, "survey_response", "c9", score=9.0),
    )
    assert store.ask(SCORE) == [(1.0, 0.2, 0.8, "watermelon")]


def test_no_data_is_grey_and_never_green(store: Store) -> None:
    store.touchpoints(
        *(reported(n, MONDAY + n, None, f"c{n}") for n in range(10)),  # reported, without saying whether met
        *(said(100 + n, MONDAY + HOUR + n, "praise", f"c{n}") for n in range(10)),
        *(reported(200 + n, MONDAY + WEEK + n, True, f"c{n}") for n in range(10)),  # and nobody says anything
    )
    assert store.ask(f"{SCORE} ORDER BY week") == [(None, 1.0, None, "grey"), (1.0, None, None, "grey")]


def test_what_a_customer_of_others_says_is_not_the_departments_outcome(store: Store) -> None:
    store.touchpoints(
        *(reported(n, MONDAY + n, True, f"c{n}") for n in range(6)),
        *(said(100 + n, MONDAY + HOUR + n, "complaint", f"d{n}") for n in range(6)),
    )
    assert store.ask(SCORE) == [(1.0, None, None, "grey")]


def test_a_campaign_answers_for_seven_days_from_each_customers_first_copy(store: Store) -> None:
    def copy(number: int, when: int, who: str) -> Touchpoint:
        return at(number, when, message_ref="spring", identifiers=[Identifier("customer_id", who)])

    store.touchpoints(
        copy(1, MONDAY, "a"),
        copy(2, MONDAY + DAY, "a"),
        copy(3, MONDAY, "b"),
        said(11, MONDAY + 7 * DAY, "complaint", "a"),  # in the last moment
        said(12, MONDAY + 7 * DAY + 1, "praise", "b"),  # too late
        said(13, MONDAY, "praise", "b"),  # no later than the copy
    )
    sql = "SELECT sent, customers, attention_customers, good_outcomes, bad_outcomes, complete FROM v_scorecard_messages"
    assert store.ask(sql) == [(3, 2, 1, 0, 1, False)]


# -- answers and trust


def test_what_a_customer_was_told_last_counts_and_case_by_case_facts_do_not(store: Store) -> None:
    def told(number: int, who: str, when: int, **claims: str) -> Touchpoint:
        known = [Identifier("customer_id", who)]
        renamed = {name.replace("_", "."): value for name, value in claims.items()}
        return at(number, when, topic="price", identifiers=known, claims=renamed)

    store.touchpoints(
        told(1, "a", MONDAY, price_pro="49 EUR"),
        told(2, "a", MONDAY + HOUR, price_pro="59  eur", delivery_date="2026-02-01"),
        told(3, "b", MONDAY, price_pro="59 EUR", delivery_date="2026-02-02"),
        told(4, "c", MONDAY + DAY, price_pro="49 EUR"),
        told(5, "d", MONDAY - 91 * DAY, price_pro="39 EUR"),
    )
    sql = "SELECT claim_key, customers, answers, majority_share, diverges FROM v_answer_divergence"
    assert store.ask(sql) == [("price.pro", 3, ["59 eur", "49 eur"], pytest.approx(2 / 3), True)]


def judged(number: int, verdict: str, **values: Any) -> dict[str, Any]:
    usual = {
        "action_id": str(number), "occurred_at": MONDAY + number, "actor": f"s-{number}", "kind": "feedback",
        "subject": opened_at(1, MONDAY)["alert_id"], "value": verdict,
    }  # fmt: skip
    return usual | values


def test_few_verdicts_say_little(store: Store) -> None:
    store.alerts(opened_at(1, MONDAY))
    assert store.ask("SELECT precision_share, low, high FROM v_precision") == [(None, None, None)]
    store.put("action", "siloscope.actions", [judged(0, USEFUL), judged(1, USEFUL), judged(2, FALSE), judged(3, "?")])
    ((verdicts, share, low, high),) = store.ask("SELECT verdicts, precision_share, low, high FROM v_precision")
    assert verdicts == 3
    assert share == pytest.approx(2 / 3)
    assert (low, high) == (pytest.approx(0.2077, abs=1e-4), pytest.approx(0.9385, abs=1e-4))  # as Wilson's tables say


def test_a_verdict_is_kept_apart_from_the_alert_and_nothing_overwrites_it(store: Store) -> None:
    """Who changes her mind says so beside what she said; an id used again changes nothing."""
    store.alerts(opened_at(1, MONDAY))
    before = store.ask("SELECT * FROM v_alerts")
    given = [
        judged(0, USEFUL, reason="we called her"), judged(1, FALSE, actor="s-0"), judged(2, "known", actor="s-2"),
        judged(0, FALSE, occurred_at=MONDAY + DAY, reason="the same id again"),
    ]  # fmt: skip
    store.put("action", "siloscope.actions", given)
    assert store.ask("SELECT * FROM v_alerts") == before
    kept = [("0", USEFUL, "we called her"), ("1", FALSE, ""), ("2", "known", "")]
    assert store.ask("SELECT action_id, value, reason FROM v_actions ORDER BY action_id") == kept
    store.alerts(opened_at(1, MONDAY, revision=2, status="retracted", updated_at=MONDAY + DAY))
    last = [("s-0", FALSE), ("s-2", "known")]
    assert store.ask("SELECT actor, verdict FROM v_feedback ORDER BY actor") == last
    assert store.ask("SELECT judged, useful, false_alarms, verdicts FROM v_precision") == [(1, 0, 1, 1)]
