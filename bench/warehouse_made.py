"""A large store made from a simulated company: copies of it with other ids and customers, weeks apart."""

from __future__ import annotations

from typing import Any, Final

from tests.warehouse import fill, made_company, records_of

WEEKS: Final = 9  # the copies spread over so many weeks back; each further round of them has customers of its own

_ID: Final = "if({0} = '', '', concat({0}, ':{{copy}}'))"
_CUSTOMER: Final = "if({0} = '', '', concat({0}, ':{{customers}}'))"
_TIME: Final = "{0} - toIntervalDay(7 * {{weeks}})"
_IDS: Final = "arrayMap(id -> concat(id, ':{copy}'), {0})".replace("{copy}", "{{copy}}")
_EVIDENCE: Final = (
    "arrayMap(each -> (concat(each.1, ':{{copy}}'), each.2 - toIntervalDay(7 * {{weeks}}), each.3, each.4, each.5, "
    "each.6), {0})"
)
_CHANGED: Final = {
    "touchpoints": {
        _ID: ("touchpoint_id", "case_ref", "thread_ref", "message_ref", "reply_to"),
        _CUSTOMER: ("customer_id", "account"),
        _TIME: ("occurred_at", "due_at", "renewal_at"),
        _IDS: ("refers_to",),
    },
    "alerts": {
        _ID: ("alert_id", "case_ref", "message_ref", "incident_id", "part_of", "superseded_by", "supersedes"),
        _CUSTOMER: ("customer_id", "account"),
        _TIME: ("opened_at", "updated_at", "resolved_at", "detected_at"),
        _EVIDENCE: ("evidence",),
    },
    "actions": {_ID: ("action_id", "subject"), _TIME: ("occurred_at",)},
}


def make(client: Any, touchpoints: int) -> int:
    """Fill an open store, if it is empty, with so many touchpoints, alerts and actions to match; how many it has."""
    if there := int(client.command("SELECT count() FROM touchpoints")):
        return there
    fill(client, records_of(made_company()))
    for table in _CHANGED:
        client.command(f"CREATE TABLE copied_{table} AS {table} ENGINE = MergeTree ORDER BY tuple()")
        client.command(f"INSERT INTO copied_{table} SELECT * FROM {table} FINAL")
    base = int(client.command("SELECT count() FROM copied_touchpoints"))
    for copy in range(1, -(-touchpoints // base)):
        for table, changes in _CHANGED.items():
            _copy(client, table, {name: how for how, names in changes.items() for name in names}, copy)
    for table in _CHANGED:
        client.command(f"DROP TABLE copied_{table}")
    return int(client.command("SELECT count() FROM touchpoints"))


def _copy(client: Any, table: str, changes: dict[str, str], copy: int) -> None:
    columns = client.query(
        "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}"
        " AND default_kind != 'MATERIALIZED'",
        parameters={"table": table},
    ).result_rows
    values = {"copy": copy, "customers": copy // WEEKS, "weeks": copy % WEEKS}
    named = [name for (name,) in columns]
    selected = [changes.get(name, "{0}").format(name).format(**values) for name in named]
    client.command(f"INSERT INTO {table} ({', '.join(named)}) SELECT {', '.join(selected)} FROM copied_{table}")
