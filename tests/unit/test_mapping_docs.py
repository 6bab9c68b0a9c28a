"""What the documentation says about mappings and real logs is so."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from tests.unit.test_mapping_shipped import INCIDENTS, LOAN

from siloscope.core.touchpoint import Touchpoint
from siloscope.ops.replay import Replay
from siloscope.sources import mapping, touchpoints

DOCS = Path(__file__).parents[2] / "docs"


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (DOCS / "mapping.md").read_text(), re.DOTALL)


def test_the_mapping_on_the_page_loads_and_reads_a_row(tmp_path):
    file = tmp_path / "desk.yml"
    file.write_text(blocks()[0])
    log = tmp_path / "log.csv"
    log.write_text(
        "row_id;created;customer;mail;ticket;category;subject;body;way;kind;to_team;due\n"
        "1;2026-03-01T09:00;anna;;7;billing;hello;;;opened;;\n"
        "2;2026-03-01T10:00;anna;;7;;;;;assigned;Finance;02.03.2026 10:00\n"
        "3;2026-03-01T11:00;anna;;7;;;;;gossip;;\n"
    )
    opened, assigned = (each for _, _, each in touchpoints(log, mapping.load(file)))
    assert isinstance(opened, Touchpoint)
    assert isinstance(assigned, Touchpoint)
    assert (opened.text, opened.topic, opened.occurred_at % 86_400_000) == ("hello ", "billing", 8 * 3_600_000)
    assert assigned.to_department == "finance"
    assert assigned.due_at is not None
    assert assigned.due_at - assigned.occurred_at == 86_400_000


def test_the_parts_of_mappings_on_the_page_load(tmp_path):
    whole, *parts = blocks()
    for part in parts:
        file = tmp_path / "desk.yml"
        file.write_text(whole + part)
        assert mapping.load(file)


@pytest.mark.slow
@pytest.mark.skipif(not (LOAN.is_file() and INCIDENTS.is_file()), reason="the real logs are not beside this checkout")
@pytest.mark.parametrize(("column", "log", "name"), [(0, LOAN, "bpi2012_loan"), (1, INCIDENTS, "bpi2014_incidents")])
def test_the_numbers_of_the_real_logs_are_those_of_the_page(column, log, name):
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|$", (DOCS / "real-logs.md").read_text(), re.MULTILINE)
    said = {row[0].strip("`"): int(row[1 + column].replace(",", "")) for row in rows}
    run = Replay()
    lines, count, customers = set(), 0, set()
    for number, _, each in touchpoints(log, mapping.load(name)):
        assert isinstance(each, Touchpoint), each
        run.take(each)
        lines.add(number)
        customers.add(each.case_ref)
        count += 1
    run.close()
    alerts = run.alerts()
    found = Counter(each.symptom for each in alerts)
    assert said == {
        "rows": len(lines),
        "touchpoints": count,
        "cases, each read as a customer": len(customers),
        "with an alert": len({each.customer_id for each in alerts}),
        "incidents (one cause, many cases)": len(run.incidents()),
        **{symptom: found[symptom] for symptom in said if "_" in symptom or symptom == "unanswered"},
    }
