"""The roles, users, quotas and row policies are what ClickHouse's own parser takes, and name what there is.

What they do can only be tried on a server: the embedded engine has no users.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError
from tests.warehouse import Warehouse

from siloscope.shipped import checkout
from siloscope.stores.migrations import Migration

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
FILES = sorted((TOP / "deploy/clickhouse").glob("*.sql"))
ALL = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
PERSONAL = {"customer_id", "identifiers", "text", "account", "detail", "value", "actor"}


def statements(file: Path) -> list[str]:
    return Migration(0, file.stem, file.read_text(encoding="utf-8")).statements


@pytest.mark.parametrize(
    ("file", "statement"), [pytest.param(file, each, id=each[:60]) for file in FILES for each in statements(file)]
)
def test_the_parser_takes_it(warehouse: Warehouse, file: Path, statement: str) -> None:
    warehouse.ask("SELECT formatQuery({given:String}) AS same", given=statement)


def test_the_parser_does_not_take_anything(warehouse: Warehouse) -> None:
    with pytest.raises(DatabaseError, match="SYNTAX_ERROR"):
        warehouse.ask("SELECT formatQuery({given:String}) AS same", given="CREATE ROLE IF NOT EXISTS a GRANTED b")


def test_every_view_and_role_named_is_there(warehouse: Warehouse) -> None:
    known = {row["object"] for row in warehouse.ask("SELECT DISTINCT object FROM v_dictionary")}
    named = set(re.findall(r"siloscope\.(v_\w+)(?!\w|\*)", ALL)) - {"v_"}
    assert named - known == set()
    made = set(re.findall(r"CREATE (?:ROLE|USER) IF NOT EXISTS (\w+)", ALL))
    for words in re.findall(r"(?:\bTO|DEFAULT ROLE) ((?:\w+, )*\w+)", ALL):
        assert set(words.split(", ")) - made - {"ALL", "a"} == set()


def test_dashboards_of_figures_see_nobody_by_name(warehouse: Warehouse) -> None:
    granted = re.findall(r"GRANT SELECT ON siloscope\.(v_\w+) TO siloscope_figures", ALL)
    rows = warehouse.ask(
        "SELECT object, column_name FROM v_dictionary WHERE object IN {views:Array(String)} "
        "AND column_name IN {personal:Array(String)}",
        views=granted,
        personal=sorted(PERSONAL),
    )
    assert granted
    assert rows == []


def test_no_password_stands_in_a_file() -> None:
    assert re.findall(r"\bBY (?!\{\w+:String\}|user_name)\S+", ALL.replace("GROUP BY", "")) == []
