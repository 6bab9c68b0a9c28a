"""Reading logs: plain, packed, from standard input; and what is no log."""

from __future__ import annotations

import gzip
import io
import json
import sys
from types import SimpleNamespace

import pytest
import zstandard
from tests.unit.mapping_tools import DATA, DESK, mapped, read

from siloscope import sources
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Touchpoint
from siloscope.errors import Unusable
from siloscope.sources.rows import objects, table
from siloscope.sources.xes import events
from siloscope.wire import Clock

ROWS = 'id,at,customer\n1,2026-03-01T09:00:00Z,anna\n\n2,2026-03-01T10:00:00Z,"bo\nb"\n'
RULES = "touchpoints: [{activity: question}]"
LINES = [
    {
        "touchpoint_id": f"t{number}", "occurred_at": "2026-03-01T09:00:00Z", "activity": "question",
        "department": "support", "channel": "chat", "identifiers": [{"kind": "customer_id", "value": "anna"}],
    }
    for number in range(3)
]  # fmt: skip
RECORDED = "".join(json.dumps(line) + "\n" for line in LINES).encode()
PACKED = {
    "plain": lambda data: data,
    "gz": gzip.compress,
    "two gz members": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
    "two zst frames": lambda data: b"".join(
        zstandard.ZstdCompressor().compress(part) for part in (data[:100], data[100:])
    ),
}


@pytest.mark.parametrize("packed", PACKED)
def test_a_file_is_read_as_it_is_whatever_its_name(tmp_path, packed):
    path = tmp_path / "log"
    path.write_bytes(PACKED[packed](RECORDED))
    assert [each.touchpoint_id for _, _, each in read(path) if isinstance(each, Touchpoint)] == ["t0", "t1", "t2"]


@pytest.mark.parametrize("packed", ["plain", "gz", "zst"])
def test_a_dash_is_standard_input(monkeypatch, packed):
    stdin = SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(PACKED[packed](RECORDED))))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert len(read("-")) == 3


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_a_file_that_is_cut_off_is_told_not_read_as_whole(tmp_path, packed):
    path = tmp_path / "log"
    path.write_bytes(PACKED[packed](RECORDED)[:-5])
    with pytest.raises(Unusable, match="cut off"):
        read(path)


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_a_damaged_file_is_told(tmp_path, packed):
    data = bytearray(PACKED[packed](RECORDED * 100))
    data[20:40] = bytes(20)
    (tmp_path / "log").write_bytes(data)
    with pytest.raises(Unusable, match="damaged"):
        read(tmp_path / "log")


@pytest.mark.parametrize("name", ["nothing.jsonl", "."])
def test_what_is_no_file_is_told_in_one_line(tmp_path, name):
    with pytest.raises(Unusable, match=r"cannot be read|directory"):
        read(tmp_path / name)


def test_an_empty_file_has_no_touchpoints(tmp_path):
    (tmp_path / "log").touch()
    assert read(tmp_path / "log") == []


def test_without_mapping_lines_are_touchpoints_clocks_or_refusals_with_their_number(tmp_path):
    path = tmp_path / "log.jsonl"
    good = json.dumps(LINES[0]).encode()
    path.write_bytes(
        b"\xef\xbb\xbf"
        + good
        + b'\n\n{"clock": "2026-03-01T09:00:00Z"}\r\nid,at\n  '
        + good
        + b'\n{"touchpoint_id": 1}'
    )
    found = read(path)
    assert [(number, type(each)) for number, _, each in found] == [
        (1, Touchpoint), (3, Clock), (4, Rejected), (5, Touchpoint), (6, Rejected),
    ]  # fmt: skip
    assert found[2][1] == b"id,at"
    assert "mapping" in found[2][2].message


def test_csv_rows_are_numbered_by_their_last_line_and_empty_lines_passed_over():
    found = list(table(io.BytesIO(ROWS.encode()), "log"))
    assert [(number, row["customer"]) for number, row, _ in found] == [(2, "anna"), (5, "bo\nb")]


@pytest.mark.parametrize("line", ["3,x", "3,x,y,z"])
def test_an_uneven_csv_row_is_refused_and_the_next_is_read(tmp_path, line):
    path = tmp_path / "log.csv"
    path.write_text(f"id,at,customer\n{line}\n1,2026-03-01T09:00:00Z,anna\n")
    refused, good = read(path, mapped(tmp_path, RULES))
    assert isinstance(refused[2], Rejected)
    assert refused[:2] == (2, line)
    assert isinstance(good[2], Touchpoint)


def test_other_delimiters_and_encodings_are_read(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes("id;at;customer\n1;2026-03-01T09:00:00Z;Zoë\n".encode("latin-1"))
    how = mapped(tmp_path, RULES, DESK.replace("csv", "csv, delimiter: ';', encoding: latin-1"))
    ((_, _, found),) = read(path, how)
    assert found.identifiers[0].value == "Zoë"


def test_texts_that_mean_nothing_are_absent(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("id,at,customer,topic\n1,2026-03-01T09:00:00Z,anna,NULL\n")
    how = mapped(
        tmp_path,
        "touchpoints: [{activity: question, topic: '{topic}'}]",
        DESK.replace("csv", "csv, absent: [NULL, n/a]"),
    )
    assert read(path, how)[0][2].topic is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "no header"),
        (b"id,at,id\n", "'id' twice"),
        (b"id,at,custmer\n1,2,3\n", "did you mean custmer"),
        (b"id,at,customer\n1,\xe9,3\n", "encoding"),
        (b'id,at,customer\n1,"2"x,3\n', "delimiter"),
    ],
)
def test_a_table_that_is_not_as_the_mapping_says_stops_with_one_line(tmp_path, text, told):
    path = tmp_path / "log.csv"
    path.write_bytes(text)
    with pytest.raises(Unusable, match=told):
        read(path, mapped(tmp_path, RULES))


def test_a_json_line_that_is_no_object_is_refused_with_the_line(tmp_path):
    found = list(objects(io.BytesIO(b'{"a": 1}\n[1]\n\n{bad\n"\xff"\n')))
    assert [number for number, _, _ in found] == [1, 2, 4, 5]
    assert [type(row) for _, row, _ in found] == [dict, Rejected, Rejected, Rejected]
    assert found[2][2] == b"{bad\n"


def test_a_refused_row_is_shown_as_an_object(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("id,at,customer\n1,soon,anna\n")
    ((number, raw, found),) = read(path, mapped(tmp_path, RULES))
    assert isinstance(found, Rejected)
    assert (number, json.loads(raw)) == (2, {"id": "1", "at": "soon", "customer": "anna"})


def test_the_input_of_a_mapped_touchpoint_decodes_to_it(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(ROWS)
    (tmp_path / "again.jsonl").write_bytes(b"\n".join(raw for _, raw, _ in read(path, mapped(tmp_path, RULES))))
    assert [each for _, _, each in read(tmp_path / "again.jsonl")] == [
        each for _, _, each in read(path, mapped(tmp_path, RULES))
    ]


def test_row_numbers_make_ids_where_the_source_has_none(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(ROWS)
    how = mapped(tmp_path, "touchpoints: [{activity: question, touchpoint_id: 'desk:{@row}'}]")
    assert [each.touchpoint_id for _, _, each in read(path, how)] == ["desk:2", "desk:5"]


def test_an_event_has_its_own_attributes_its_traces_and_its_number():
    with (DATA / "loan.xes").open("rb") as file:
        found = list(events(file, "loan.xes"))
    assert [number for number, _, _ in found] == [1, 2, 3, 4, 5]
    assert [row["@event"] for _, row, _ in found] == ["1", "2", "3", "4", "1"]
    assert found[2][1] == {
        "case:concept:name": "1",
        "case:AMOUNT_REQ": "5000",
        "lifecycle:transition": "START",
        "concept:name": "W_Completeren aanvraag",
        "time:timestamp": "2011-10-03T10:00:00.000+02:00",
        "@event": "3",
    }
    assert found[4][1]["case:concept:name"] == "2"
    assert "case:AMOUNT_REQ" not in found[4][1]


def test_events_are_the_same_however_the_bytes_come():
    data = (DATA / "loan.xes").read_bytes()

    class Dribble(io.BytesIO):
        def read(self, size=-1):
            return super().read(7)

    assert list(events(Dribble(data), "x")) == list(events(io.BytesIO(data), "x"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("</log>", "", "line 44: no well-formed XES"),
        ("<log ", "<!DOCTYPE log [<!ENTITY a 'b'>]><log ", "DOCTYPE"),
        ("<?xml", "incident_id,<?xml", "no well-formed XES"),
    ],
)
def test_a_broken_or_dangerous_xes_file_stops_with_one_line(tmp_path, old, new, told):
    path = tmp_path / "loan.xes"
    path.write_text((DATA / "loan.xes").read_text().replace(old, new, 1))
    with pytest.raises(Unusable, match=told):
        list(sources.touchpoints(path, sources.mapping.load("bpi2012_loan")))
