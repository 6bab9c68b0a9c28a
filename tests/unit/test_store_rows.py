"""Records become columns, absent parts become what the columns have, and every value comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.integration.writer_tools import START, alert, dead_letter, warning

from siloscope import wire
from siloscope.core.touchpoint import Touchpoint, content_of, sound
from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.inserts import Tables
from siloscope.stores.migrations import bring_up
from siloscope.stores.rows import (
    Row,
    action_columns,
    dead_letter_columns,
    plain_columns,
    told_columns,
    touchpoint_columns,
)

pytest.importorskip("chdb")

MOMENT = datetime.fromtimestamp(START / 1000, UTC)
FULL: dict[str, Any] = {
    "touchpoint_id": "t",
    "occurred_at": START,
    "activity": "promise_made",
    "department": "sales",
    "channel": "email",
    "direction": "outbound",
    "identifiers": [{"kind": "email", "value": "a@example.com"}, {"kind": "customer_id", "value": "c"}],
    "account": "acme",
    "case_ref": "case",
    "thread_ref": "thread",
    "message_ref": "message",
    "staff_ref": "staff",
    "product": "pro",
    "topic": "billing.price",
    "text": "Ünïcode\0 and 🙂",
    "language": "de",
    "sentiment": -0.5,
    "score": 7.0,
    "claims": {"price.pro": "49 EUR"},
    "fields": ["iban"],
    "amount": "49.90",
    "currency": "EUR",
    "due_at": START,
    "renewal_at": START,
    "to_department": "support",
    "phase": "use",
    "segment": "small",
    "team": "north",
    "priority": "high",
    "outcome": "done",
    "audience": "customer",
    "reply_to": "r",
    "refers_to": ["x", "y"],
    "kpi": {"name": "sla", "value": 3.5, "target": None, "met": False},
    "reason": "hold",
    "source": {"system": "zendesk", "id": None},
    "attributes": {"queue": "a"},
}
LEAST = {
    "touchpoint_id": "least",
    "occurred_at": START,
    "activity": "release",
    "department": "product",
    "channel": "web",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    settings = load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})
    with opened(settings) as client:
        bring_up(client, settings)
        yield client


@pytest.fixture
def tables(client: Any) -> Tables:
    names = [
        "touchpoints",
        "alerts",
        "alerts_current",
        "warnings",
        "warnings_current",
        "incidents",
        "actions",
        "dead_letters",
    ]
    for name in names:
        client.command(f"TRUNCATE TABLE {name}")
    return Tables(client, names)


def rows(*records: Any) -> list[Row]:
    return [Row(record, 2, 100 + number) for number, record in enumerate(records)]


def made(fields: dict[str, Any]) -> Touchpoint:
    touchpoint = msgspec.convert(fields, Touchpoint)
    assert sound(touchpoint) is None
    return touchpoint


def only(client: Any, sql: str) -> dict[str, Any]:
    found = client.query(sql)
    assert len(found.result_rows) == 1
    return dict(zip(found.column_names, found.result_rows[0], strict=True))


def test_every_field_of_a_touchpoint_is_stored_as_it_is(client: Any, tables: Tables) -> None:
    assert set(FULL) == set(Touchpoint.__struct_fields__)
    tables.insert("touchpoints", [touchpoint_columns(rows(made(FULL), made(LEAST)))], "token")
    stored = only(client, "SELECT * FROM touchpoints WHERE touchpoint_id = 't'")
    instants = dict.fromkeys(("occurred_at", "due_at", "renewal_at"), MOMENT)
    wanted = FULL | instants | {"customer_id": "c", "source": {"system": "zendesk", "id": ""}}
    assert {name: stored[name] for name in wanted} == wanted
    assert (stored["kafka_partition"], stored["kafka_offset"]) == (2, 100)
    assert stored["content"] == content_of(made(FULL))


def test_what_a_touchpoint_leaves_out_is_empty_or_null(client: Any, tables: Tables) -> None:
    tables.insert("touchpoints", [touchpoint_columns(rows(made(FULL), made(LEAST)))], "token")
    stored = only(client, "SELECT * FROM v_touchpoints WHERE touchpoint_id = 'least'")
    assert stored["customer_id"] == stored["text"] == stored["amount"] == ""
    assert stored["identifiers"] == stored["refers_to"] == stored["fields"] == []
    assert stored["claims"] == stored["attributes"] == {}
    assert stored["kpi"] == {"name": "", "value": None, "target": None, "met": None}
    assert stored["source"] == {"system": "", "id": ""}
    assert stored["due_at"] is stored["score"] is stored["sentiment"] is stored["amount_value"] is None
    assert stored["direction"] == "outbound"


def test_parts_of_an_insert_need_not_have_the_same_columns(client: Any, tables: Tables) -> None:
    parts = [touchpoint_columns(rows(made(fields))) for fields in (LEAST, FULL, LEAST | {"touchpoint_id": "last"})]
    tables.insert("touchpoints", parts, "token")
    unsaid = "SELECT * EXCEPT (touchpoint_id, content, ingested_at) FROM touchpoints WHERE touchpoint_id = "
    apart = [client.query(f"{unsaid}'{each}'").result_rows for each in ("t", "least", "last")]
    assert apart[1] == apart[2]
    tables.insert("touchpoints", [touchpoint_columns(rows(made(FULL), made(LEAST)))], "another")
    together = client.query(f"{unsaid}'t'").result_rows
    assert together == [apart[0][0], apart[0][0]]
    assert client.query("SELECT min(ingested_at) > now() - 60 FROM touchpoints").result_rows == [(True,)]


def test_an_amount_is_kept_as_written_and_given_as_a_number(client: Any, tables: Tables) -> None:
    amounts = {"a": "49.90", "b": "-0.0000001", "c": "9" * 40, "d": "12345678901234567890.5"}
    columns = touchpoint_columns(rows(*(made(FULL | {"touchpoint_id": i, "amount": a}) for i, a in amounts.items())))
    tables.insert("touchpoints", [columns], "token")
    found = client.query("SELECT amount, amount_value FROM v_touchpoints ORDER BY touchpoint_id").result_rows
    assert [amount for amount, _ in found] == list(amounts.values())
    assert [value for _, value in found] == [Decimal("49.9"), Decimal(0), None, Decimal("12345678901234567890.5")]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_of_a_reused_id_the_smaller_time_and_content_stands(
    client: Any, tables: Tables, order: tuple[int, ...]
) -> None:
    copies = [made(FULL | {"text": text, "occurred_at": START + late}) for text, late in (("a", 0), ("b", 0), ("c", 1))]
    copies.append(made(FULL | {"text": "d", "occurred_at": START + 40 * 86_400_000, "department": "support"}))
    for number in order:
        tables.insert("touchpoints", [touchpoint_columns(rows(copies[number]))], f"token {number}")
    standing = min(copies, key=lambda copy: (copy.occurred_at, content_of(copy)))
    assert only(client, "SELECT text FROM v_touchpoints")["text"] == standing.text
    assert client.query("SELECT text FROM v_touchpoints WHERE occurred_at > '2026-02-01'").result_rows == []
    client.command("OPTIMIZE TABLE touchpoints FINAL")
    assert only(client, "SELECT text FROM touchpoints")["text"] == standing.text


def test_copies_within_one_insert_are_one_in_the_view(client: Any, tables: Tables) -> None:
    client.command("SYSTEM STOP MERGES touchpoints")
    ids = [f"t {number % 6000:04}" for number in range(11_000)]  # more than a granule
    told = [made(LEAST | {"touchpoint_id": one, "occurred_at": START + n}) for n, one in enumerate(ids)]
    tables.insert("touchpoints", [touchpoint_columns(rows(*told))], "token")
    assert client.command("SELECT count() FROM touchpoints") == 11_000
    found = client.query("SELECT touchpoint_id, toUnixTimestamp64Milli(occurred_at) FROM v_touchpoints").result_rows
    assert sorted(found) == [(one, START + n) for n, one in enumerate(ids[:6000])]
    client.command("SYSTEM START MERGES touchpoints")


def test_a_token_is_taken_once(client: Any, tables: Tables) -> None:
    client.command("SYSTEM STOP MERGES touchpoints")
    columns = touchpoint_columns(rows(made(FULL)))
    for token in ("one", "one", "two", "one"):
        tables.insert("touchpoints", [columns], token)
    assert client.command("SELECT count() FROM touchpoints") == 2
    client.command("SYSTEM START MERGES touchpoints")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_the_current_alert_is_the_highest_revision_then_the_latest_told(
    client: Any, tables: Tables, order: tuple[int, ...]
) -> None:
    told = [alert(1, 1), alert(1, 2), alert(1, 2) | {"title": "told otherwise"}, alert(1, 1) | {"detected_at": START}]
    placed = rows(*told)
    for number in order:
        tables.insert("alerts", [told_columns([placed[number]])], f"token {number}")
    current = only(client, "SELECT * FROM v_alerts")
    assert (current["revision"], current["title"]) == (2, "told otherwise")
    revisions = client.query("SELECT revision, title FROM v_alert_revisions ORDER BY ALL").result_rows
    assert revisions == [(1, told[0]["title"]), (2, told[1]["title"]), (2, "told otherwise")]


def test_an_alert_is_stored_as_it_is_in_the_month_of_its_id(client: Any, tables: Tables) -> None:
    told = wire.decode("alert", wire.encode("alert", alert(1) | {"minutes_lost": 90, "opened_at": START}))
    tables.insert("alerts", [told_columns(rows(told))], "token")
    stored = only(client, "SELECT * FROM v_alerts")
    empty = {name: "" for name, value in told.items() if value is None} | {"resolved_at": None, "detected_at": None}
    times = {"opened_at": MOMENT, "updated_at": MOMENT.replace(microsecond=2000)}
    evidence = {"evidence": [told["evidence"][0] | {"occurred_at": MOMENT, "excerpt": ""}]}
    wanted = told | empty | times | evidence
    assert {name: stored[name] for name in wanted} == wanted
    parts = client.query("SELECT partition FROM system.parts WHERE table LIKE 'alerts%' AND active")
    assert {row[0] for row in parts.result_rows} == {"2026-02"}


def test_a_warning_is_stored_with_its_brief(client: Any, tables: Tables) -> None:
    told = [wire.decode("warning", wire.encode("warning", warning(1, revision))) for revision in (2, 1)]
    tables.insert("warnings", [told_columns(rows(*told))], "token")
    stored = only(client, "SELECT * FROM v_warnings")
    assert (stored["status"], stored["implied"], stored["evidence"]) == ("accepted", False, ["test:0000001"])
    assert stored["brief"] == told[0]["brief"]


def test_a_dead_letter_is_stored_whole_whatever_its_bytes(client: Any, tables: Tables) -> None:
    bare = dead_letter(2) | {"key": None, "value": None, "headers": [{"name": "n", "value": None}]}
    tables.insert("dead_letters", [dead_letter_columns(rows(dead_letter(1), bare, dead_letter(1)))], "token")
    whole = "SELECT hex(key), hex(value), hex(headers.value[1]) FROM v_dead_letters ORDER BY offset"
    assert client.query(whole).result_rows == [("6BFF", "00FF", "FE"), ("", "", "")]


INCIDENT: dict[str, Any] = {
    "incident_id": "2026-03-1", "status": "open", "symptom": "unanswered", "departments": ["sales", "support"],
    "cause": {"kind": "topic", "value": "invoice"}, "severity": "critical", "opened_at": START, "updated_at": START,
    "ended_at": None, "customers": 10, "alerts": 11, "sample": ["a", "b"], "owner_department": "support",
}  # fmt: skip


def test_of_the_tellings_of_an_incident_the_last_stands(client: Any, tables: Tables) -> None:
    tellings = [wire.decode("incident", wire.encode("incident", INCIDENT | {"customers": n})) for n in (10, 12)]
    tables.insert("incidents", [plain_columns(rows(*tellings))], "token")
    stored = only(client, "SELECT * EXCEPT ingested_at FROM v_incidents")
    assert stored == INCIDENT | {"opened_at": MOMENT, "updated_at": MOMENT, "customers": 12}


ACTION: dict[str, Any] = {
    "action_id": "board:1", "occurred_at": START, "actor": "s-17", "kind": "feedback", "subject": "2026-02-000001",
    "value": "useful", "reason": None,
}  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_of_an_action_that_comes_again_or_under_a_used_id_the_first_done_stands(
    client: Any, tables: Tables, order: tuple[int, ...]
) -> None:
    copies = [ACTION, ACTION, ACTION | {"occurred_at": START + 1, "value": "false"}, ACTION | {"action_id": "board:2"}]
    for number in order:
        action = wire.decode("action", wire.encode("action", copies[number]))
        tables.insert("actions", [action_columns(rows(action))], f"token {number}")
    stored = client.query("SELECT action_id, value, reason FROM v_actions ORDER BY action_id").result_rows
    assert stored == [("board:1", "useful", ""), ("board:2", "useful", "")]


def test_an_action_is_stored_as_it_is(client: Any, tables: Tables) -> None:
    tables.insert("actions", [action_columns(rows(wire.decode("action", wire.encode("action", ACTION))))], "token")
    stored = only(client, "SELECT * EXCEPT ingested_at FROM v_actions")
    assert stored == ACTION | {"occurred_at": MOMENT, "reason": ""}
