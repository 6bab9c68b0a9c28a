"""What a row alone does not say: a second file, and whose turn it was and is next."""

from __future__ import annotations

import pytest
from tests.unit.mapping_tools import DESK, mapped, read

from siloscope.core.touchpoint import Touchpoint
from siloscope.errors import Unusable

RULES = "touchpoints: [{activity: question, product: '{crm:product}', team: '{@from?}>{@to?}'}]"
CASE = "case: {of: customer, order: at, turn: team, taken: {kind: {not: note}}, handed: {kind: hand}}\n"
JOIN = "join: {crm: {file: crm.csv, on: customer, key: name}}\n"


def log(tmp_path, *rows: str) -> str:
    path = tmp_path / "log.csv"
    lines = [f"{number},2026-03-01T{row.split(',')[0]}:00Z,{row.split(',', 1)[1]}" for number, row in enumerate(rows)]
    path.write_text("id,at,customer,team,kind\n" + "\n".join(lines) + "\n")
    return str(path)


def turns(tmp_path, *rows: str, case: str = CASE) -> list[str]:
    how = mapped(tmp_path, "touchpoints: [{activity: question, team: '{id}:{@from?}>{@to?}'}]", DESK + "    " + case)
    return [each.team for _, _, each in read(log(tmp_path, *rows), how) if isinstance(each, Touchpoint)]


def test_the_columns_of_a_second_file_are_joined(tmp_path):
    (tmp_path / "crm.csv").write_text("name,product,x\nanna,loan,\nbob,,\n")
    path = log(tmp_path, "09:00,anna,a,x", "09:01,bob,a,x", "09:02,eve,a,x")
    how = mapped(tmp_path, "touchpoints: [{activity: question, product: '{crm:product}'}]", DESK + "    " + JOIN)
    assert [each.product for _, _, each in read(path, how)] == ["loan", None, None]


def test_json_rows_are_joined_too(tmp_path):
    (tmp_path / "crm.csv").write_text("name,product\nanna,loan\n")
    path = tmp_path / "log.jsonl"
    path.write_text('{"id": 1, "at": "2026-03-01T09:00:00Z", "customer": "anna"}\n')
    head = DESK.replace("csv", "jsonl") + "    " + JOIN
    assert (
        read(path, mapped(tmp_path, "touchpoints: [{activity: question, product: '{crm:product}'}]", head))[0][
            2
        ].product
        == "loan"
    )


@pytest.mark.parametrize(
    ("text", "told"), [(None, "put it beside"), ("name,produkt\nanna,x\n", "did you mean produkt")]
)
def test_a_second_file_that_is_not_there_or_lacks_the_column_is_told(tmp_path, text, told):
    if text is not None:
        (tmp_path / "crm.csv").write_text(text)
    how = mapped(tmp_path, "touchpoints: [{activity: question, product: '{crm:product}'}]", DESK + "    " + JOIN)
    with pytest.raises(Unusable, match=told):
        read(log(tmp_path, "09:00,anna,a,x"), how)


def test_a_handing_row_knows_whose_turn_is_next_and_the_next_who_handed_on(tmp_path):
    found = turns(tmp_path, "09:00,anna,a,work", "09:01,anna,a,hand", "09:02,anna,b,work", "09:03,anna,b,work")
    assert found == ["0:>", "1:>b", "2:a>", "3:>"]


def test_the_last_handing_row_of_a_turn_counts(tmp_path):
    assert turns(tmp_path, "09:00,anna,a,hand", "09:01,anna,a,hand", "09:02,anna,b,x") == ["0:>", "1:>b", "2:a>"]


def test_a_row_can_end_one_handoff_and_begin_the_next(tmp_path):
    assert turns(tmp_path, "09:00,anna,a,hand", "09:01,anna,b,hand", "09:02,anna,c,x") == ["0:>b", "1:a>c", "2:b>"]


def test_a_change_that_nobody_handed_on_is_none(tmp_path):
    assert turns(tmp_path, "09:00,anna,a,work", "09:01,anna,b,work") == ["0:>", "1:>"]


def test_a_row_that_is_not_taken_makes_no_turn(tmp_path):
    assert turns(tmp_path, "09:00,anna,a,hand", "09:01,anna,desk,note", "09:02,anna,b,x") == ["0:>b", "1:>", "2:a>"]


def test_a_note_of_the_receiver_shows_that_it_arrived(tmp_path):
    found = turns(tmp_path, "09:00,anna,a,hand", "09:01,anna,c,note", "09:02,anna,b,note", "09:03,anna,b,work")
    assert found == ["0:>b", "1:>", "2:a>", "3:>"]


def test_a_note_from_before_the_handing_on_does_not(tmp_path):
    found = turns(tmp_path, "09:00,anna,a,work", "09:01,anna,b,note", "09:02,anna,a,hand", "09:03,anna,b,work")
    assert found == ["0:>", "1:>", "2:>b", "3:a>"]


def test_the_rows_of_a_case_are_put_in_order(tmp_path):
    assert turns(tmp_path, "09:02,anna,b,x", "09:01,anna,a,hand") == ["1:>b", "0:a>"]


def test_cases_do_not_mix(tmp_path):
    assert turns(tmp_path, "09:00,anna,a,hand", "09:01,bob,b,x", "09:02,bob,b,x") == ["0:>", "1:>", "2:>"]


def test_without_conditions_every_change_of_turn_is_a_handing_on(tmp_path):
    found = turns(tmp_path, "09:00,anna,a,x", "09:01,anna,b,y", case="case: {of: customer, turn: team}\n")
    assert found == ["0:>b", "1:a>"]
