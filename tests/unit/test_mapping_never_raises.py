"""Whatever stands in a row, reading it gives touchpoints and refusals, never an exception."""

from __future__ import annotations

import io

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.mapping_tools import DESK, mapped

from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Touchpoint
from siloscope.sources.rows import objects

RULES = """
touchpoints:
  - activity: {from: "{kind}", values: {q: question, m: message}, default: "{kind}"}
    direction: "{way}"
    occurred_at: {from: "{at}", zone: Europe/Amsterdam}
    due_at: {from: "{due}", time: "%d.%m.%Y %H:%M", zone: Europe/Amsterdam}
    renewal_at: {from: "{renewal}", time: epoch_s}
    score: "{score}"
    fields: {from: "{tags}", split: ";"}
    refers_to: "{refs}"
    claims: {price: "{deep.price.0}"}
    kpi: {name: "{kpi}", value: "{score}", met: "{kind}"}
    amount: "{amount}"
    currency: "{currency}"
    priority: "{priority}"
"""
NAMES = (
    "id",
    "at",
    "customer",
    "kind",
    "way",
    "due",
    "renewal",
    "score",
    "tags",
    "refs",
    "deep",
    "kpi",
    "amount",
    "currency",
)
TIMES = (
    "2026-03-01T09:00:00Z 0001-01-01T00:00:00+14:00 9999-12-31T23:59:59-14:00 0001-01-01 9999-12-31T23:59 1772355600"
)
WORDS = "1e308 -1e308 nan q m inbound 49.90 EUR release \0"
TELLING = st.sampled_from([*TIMES.split(), "31.12.9999 23:59", "01.01.0001 00:00", *WORDS.split(), ""])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | TELLING
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES)))
def test_any_json_row_is_read(tmp_path, row):
    how = mapped(tmp_path, RULES, DESK.replace("csv", "jsonl"))
    line = msgspec.json.encode(row)
    for _, read, _ in objects(io.BytesIO(line)):
        for _, made in [] if isinstance(read, Rejected) else how.made(read):
            assert isinstance(made, Touchpoint | Rejected)


@settings(max_examples=200, deadline=None)
@given(
    line=st.binary(max_size=60)
    | st.sampled_from([b'{"a": ' + b"9" * 5000 + b"}", b"[" * 5000, b'{"a":"\xed\xa0\x80"}', b'{"a":"\\ud800"}'])
)
def test_any_bytes_are_lines(line):
    for _, read, _ in objects(io.BytesIO(line)):
        assert isinstance(read, dict | Rejected)
