"""Every question of the cookbook is answered, through the gateway, as by a computation that knows no store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import clickhouse_connect
import pytest
from tests.cookbook import about_departments, about_journeys, about_symptoms, about_trust
from tests.cookbook.facts import ANSWERS
from tests.warehouse import Company, Warehouse

from siloscope.core.alert import Alert
from siloscope.core.touchpoint import customer_of
from siloscope.gateway.serving import gateway
from siloscope.settings import load
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGE = (TOP / "docs/cookbook.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^### (.+?)\n\n```sql\n(.+?)\n```", PAGE, re.MULTILINE | re.DOTALL))
MODULES = (about_departments, about_journeys, about_symptoms, about_trust)  # importing them fills ANSWERS
TOKEN = "of the tests of the cookbook"
MAY_BE_EMPTY = {"What has changed this week, beyond noise?"}  # in the simulated company all weeks are alike


@pytest.fixture(scope="module")
def reader(warehouse: Warehouse) -> Iterator[Any]:
    """Asks as everybody else does: through the gateway."""
    path = warehouse.settings.store.path
    settings = load(None, store={"path": path}, gateway={"port": 0, "token": TOKEN, "seconds": 120})
    with gateway(settings) as url:
        client = clickhouse_connect.get_client(
            dsn=url, interface="http", username="reader", password=TOKEN, database="siloscope", tz_mode="aware"
        )
        yield client
        client.close()


def test_there_are_at_least_25_questions_each_with_an_answer_of_its_own() -> None:
    assert len(QUESTIONS) == len(re.findall(r"^### ", PAGE, re.MULTILINE)) >= 25
    assert list(QUESTIONS.keys() ^ ANSWERS.keys()) == []


@pytest.mark.parametrize("title", QUESTIONS)
def test_the_store_answers_as_a_computation_without_it(reader: Any, company: Company, title: str) -> None:
    answered = [tuple(row) for row in reader.query(QUESTIONS[title]).result_rows]
    expected = ANSWERS[title](company)
    assert answered == [tuple(map(_close, row)) for row in expected]
    assert answered or title in MAY_BE_EMPTY


def _close(value: Any) -> Any:
    return pytest.approx(value, abs=1e-9) if isinstance(value, float) else value


METRICS = re.findall(
    r"^\| ([^|]+) \| `(v_\w+)` \| `([^`]+)` \|$", (TOP / "docs/bi.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize(("name", "view", "sql"), METRICS, ids=[name for name, _, _ in METRICS])
def test_a_metric_to_define_once_has_an_answer(reader: Any, name: str, view: str, sql: str) -> None:
    ((value,),) = reader.query(f"SELECT {sql} FROM {view}").result_rows
    assert value is not None and value > 0


def test_alerts_add_up_to_the_same_total_however_they_are_grouped(reader: Any, company: Company) -> None:
    for column in ("symptom", "department", "channel", "phase", "severity"):
        totals = reader.query(
            f"SELECT {column}, sum(alerts_shared) FROM v_symptoms_daily GROUP BY {column}"
        ).result_rows
        assert sum(total for _, total in totals) == pytest.approx(len(company.standing))


def test_everybodys_timeline_has_what_happened_to_her_and_nothing_taken_back(reader: Any, company: Company) -> None:
    mine = [alert for alert in company.standing if alert.customer_id]
    spoken = [each for each in {w.warning_id: w for w in company.warnings}.values() if not each.implied]
    assert dict(reader.query("SELECT kind, count() FROM v_customer_timeline GROUP BY kind").result_rows) == {
        "touchpoint": sum(bool(customer_of(each)) for each in company.touchpoints.values()),
        "alert opened": len(mine),
        "alert resolved": sum(alert.resolved_at is not None for alert in mine),
        "handed over": len(spoken),
        "handoff accepted": sum(warning.accepted_at is not None for warning in spoken),
        "handoff closed": sum(warning.closed_at is not None for warning in spoken),
        "action": sum(bool(alert.customer_id) for alert in _acted_on(company)),
    }


def _acted_on(company: Company) -> list[Alert]:
    alerts = {alert.alert_id: alert for alert in company.current}
    return [alerts[action["subject"]] for action in company.actions]
