"""What the store keeps comes back as the touchpoints that went in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siloscope.core.touchpoint import Identifier, Kpi, Source, Touchpoint, sound
from siloscope.errors import Unusable
from siloscope.ops.backtest import main as backtest
from siloscope.ops.simulate import Plan, simulate
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.inserts import Tables
from siloscope.stores.migrations import bring_up
from siloscope.stores.recorded import recorded
from siloscope.stores.rows import Row, touchpoint_columns

pytest.importorskip("chdb")


def whole() -> Touchpoint:
    """One that says everything a touchpoint can."""
    touchpoint = Touchpoint(
        "t:all", 1_772_355_600_123, "message", "sales", "email", "outbound", [Identifier("customer_id", "anna")],
        account="acme", case_ref="c", thread_ref="th", message_ref="m", staff_ref="s", product="p", topic="a.b",
        text="“Quoted”, with\na line end and a \\ in it.", language="en", sentiment=-0.1, score=0.0,
        claims={"price.pro": "49 EUR"}, fields=["iban"], amount="49.00", currency="EUR", due_at=1_772_355_700_000,
        renewal_at=1_772_355_800_001, to_department="x", phase="use", segment="big", team="t", priority="high",
        outcome="done", audience="customer", reply_to="r", refers_to=["q"], kpi=Kpi("sla", 0.0, None, False),
        reason="hold", source=Source("crm", "7"), attributes={"any": "thing"},
    )  # fmt: skip
    assert sound(touchpoint) is None
    return touchpoint


@pytest.fixture(scope="module")
def kept() -> list[Touchpoint]:
    return [*simulate(Plan(seed=3, customers=10)), whole()]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, kept: list[Touchpoint]) -> Iterator[Settings]:
    settings = load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})
    with opened(settings) as client:
        bring_up(client, settings)
        rows = [Row(touchpoint, 0, number) for number, touchpoint in enumerate(kept)]
        Tables(client, ["touchpoints"]).insert("touchpoints", [touchpoint_columns(rows)], "once")
        yield settings


def test_they_come_back_whole_in_order_of_time(
    settings: Settings, kept: list[Touchpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siloscope.stores.recorded._PAGE", 100)
    found = list(recorded(settings))
    assert found == sorted(kept, key=lambda each: (each.occurred_at, each.touchpoint_id))


def test_a_back_test_reads_the_store(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    backtest((), None, settings, ["unanswered.within=96h"], None, None, None, None)
    assert "unanswered" in capsys.readouterr().out


def test_a_store_that_is_not_there_is_one_line(tmp_path) -> None:
    with pytest.raises(Unusable, match="there is no store"):
        list(recorded(load(None, store={"path": tmp_path / "nowhere"})))
