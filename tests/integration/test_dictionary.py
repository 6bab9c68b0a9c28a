"""The dictionary and the diagram say what the store has, and the joins they show lead somewhere."""

from __future__ import annotations

import pytest
from tests.warehouse import Warehouse

from siloscope.shipped import checkout
from siloscope.stores.diagram import JOINS, Join, drawn
from siloscope.stores.dictionary import page, views

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
AGAIN = "write them anew with: python -m siloscope.stores.dictionary docs"


def test_the_dictionary_and_the_diagram_are_up_to_date(warehouse: Warehouse) -> None:
    known = views(warehouse.client)
    assert (TOP / "docs/dictionary.md").read_text(encoding="utf-8") == page(known), AGAIN
    assert (TOP / "docs/img/er.svg").read_text(encoding="utf-8") == drawn(known), AGAIN


def test_the_diagram_names_every_view(warehouse: Warehouse) -> None:
    picture = (TOP / "docs/img/er.svg").read_text(encoding="utf-8")
    assert [name for name in views(warehouse.client) if f">{name}<" not in picture] == []


@pytest.mark.parametrize("join", JOINS, ids=lambda join: f"{join.view}.{join.column}")
def test_a_join_of_the_diagram_finds_its_row(warehouse: Warehouse, join: Join) -> None:
    (column,) = [each for each in views(warehouse.client)[join.view].columns if each.name == join.base]
    value = f"arrayJoin({join.column})" if column.type.startswith("Array") else join.column
    rows = warehouse.ask(
        f"""SELECT count() AS named, countIf(there.{join.key} = '') AS lost
        FROM (SELECT {value} AS name FROM {join.view}) AS named
        LEFT JOIN {join.other} AS there ON there.{join.key} = named.name
        WHERE named.name != ''"""
    )
    assert rows[0]["named"] > 0
    assert rows[0]["lost"] == 0
