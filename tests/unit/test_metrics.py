"""The metrics: one closed list, on the page that says so, bounded however many names there are."""

from __future__ import annotations

import re
import subprocess
import sys

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from tests.debian_tools import tool
from tests.detection import decoded
from tests.scenario import BASE

from siloscope.agents.figures import Figures
from siloscope.core.customer import DUPLICATE, IN_ORDER, LATE, TOO_OLD
from siloscope.core.partition import Partition
from siloscope.core.touchpoint import DAY
from siloscope.ops import metrics_docs, metrics_page
from siloscope.ops.names import LONGEST, MOST_DEPARTMENTS, MOST_RECEIVERS, MOST_SYMPTOMS, OTHER, Names
from siloscope.shipped import checkout
from siloscope.symptoms import detection

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
KNOWN = metrics_page.known()
LABELS = {
    "topic", "partition", "table", "how", "reason", "symptom", "severity", "confidence", "department", "status", "met",
    "kept", "outcome", "version", "receiver", "what", "when", "kind", "way", "verdict",
}  # fmt: skip


def test_the_page_has_every_metric_as_it_is() -> None:
    page = (TOP / "docs/metrics.md").read_text()
    assert metrics_docs.with_tables(page) == page, "python -m siloscope.ops.metrics_docs docs/metrics.md"
    assert all(f"`{label}`" in page.partition("## Labels")[2] for label in LABELS)
    for number in (MOST_DEPARTMENTS, MOST_SYMPTOMS, MOST_RECEIVERS, LONGEST):
        assert re.search(rf"\b{number}\b", page)


def test_every_metric_is_moved_somewhere() -> None:
    from siloscope.ops import metrics, metrics_staff

    named = vars(metrics) | vars(metrics_staff)
    names = {name for name, each in named.items() if any(each is one for one in KNOWN.values())}
    code = "".join(file.read_text() for file in (TOP / "streams").rglob("*.py") if file.name != "metrics_page.py")
    unused = {name for name in names if f"metrics.{name}" not in code}
    assert unused == {"BUILD"}  # which moves itself


def test_how_touchpoints_come_is_a_closed_list() -> None:
    core = "".join(file.read_text() for file in (TOP / "streams/siloscope/core").glob("*.py"))
    literal = set(re.findall(r'counts\["(\w+)"\]', core))
    assert literal | {DUPLICATE, LATE, TOO_OLD, IN_ORDER} == set(metrics_page.HOW)


def test_no_label_can_hold_what_a_customer_is_or_said() -> None:
    assert {label for metric in KNOWN.values() for label in metrics_docs.labels_of(metric)} <= LABELS


def test_departments_and_symptoms_are_bounded_and_those_of_the_contract_are_always_named() -> None:
    department = Names(MOST_DEPARTMENTS, ("support", "sales"))
    labels = {department(f"department-{n}") for n in range(10_000)}
    assert len(labels) <= MOST_DEPARTMENTS and OTHER in labels
    assert department("support") == "support"
    assert department("department-0") == "department-0", "a name once given stays"
    assert Names(10)("x" * (LONGEST + 1)) == OTHER


def test_three_thousand_departments_make_a_bounded_page() -> None:
    """With all that a worker counts of what it is shown, tells and keeps."""
    figures, partition = Figures(wall=True), Partition(detection({}), stateful=False)
    before = series()
    for n in range(3_000):
        one = decoded(handoff(n))
        figures.touchpoints([one])
        partition.take(one, ("touchpoints", n))
    partition.tick(BASE + 30 * DAY)
    while True:
        figures.told(changes := partition.drain())
        if not partition.busy:
            break
    figures.look([partition])
    assert changes is not None and sum(partition.standing.handoffs.values()) > 2_000
    grown = {name: count - before.get(name, 0) for name, count in series().items() if count != before.get(name, 0)}
    by_department = ("kpis", "alerts_open", "alerts_involving", "handoffs_waiting")
    assert {f"siloscope_{each}" for each in by_department} <= set(grown)
    assert max(grown.values()) <= 4 * (MOST_DEPARTMENTS + 1), grown


def handoff(n: int) -> bytes:
    department, to = f"team-{n}-of-anna.keller@example.com", f"to-{n}"
    record = {
        "touchpoint_id": f"t{n}", "occurred_at": BASE + n, "activity": "handoff_started", "channel": "system",
        "department": department, "to_department": to, "kpi": {"name": "sla", "met": True},
        "identifiers": [{"kind": "customer_id", "value": f"c{n}"}],
    }  # fmt: skip
    return msgspec.json.encode(record)


def series() -> dict[str, int]:
    return {name: len(metric._metrics) for name, metric in KNOWN.items() if metrics_docs.labels_of(metric)}


def test_promtool_finds_nothing_wrong_with_the_names() -> None:
    registry = CollectorRegistry()
    for metric in KNOWN.values():
        registry.register(metric)
    run = subprocess.run([tool("promtool"), "check", "metrics"], input=generate_latest(registry), capture_output=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("process", "other"),
    [
        ("worker", "siloscope_writer_"), ("writer", "siloscope_lag_"), ("deliver", "siloscope_board_"),
        ("board", "siloscope_preflight_"), ("preflight", "siloscope_deliver_"),
    ],
)  # fmt: skip
def test_a_process_shows_only_what_it_moves(process: str, other: str) -> None:
    program = (
        "from prometheus_client import generate_latest; from siloscope.ops.metrics_page import prepare; "
        f"[prepare({process!r}, ('touchpoints',)) for _ in range(2)]; print(generate_latest().decode())"
    )
    page = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert other not in page
    assert "siloscope_build_info" in page and "process_start_time_seconds" in page
    rises = {
        "worker": 'siloscope_records_accepted_total{topic="touchpoints"}',
        "writer": 'siloscope_writer_records_read_total{topic="touchpoints"}',
        "deliver": "siloscope_deliver_lag_records",  # its receivers are in the settings
        "board": 'siloscope_board_actions_total{kind="accept",outcome="failed",way="slack"}',
        "preflight": 'siloscope_preflight_verdicts_total{verdict="hold"}',
    }
    assert f"{rises[process]} 0.0" in page, "a counter that begins with its first rise hides it"
