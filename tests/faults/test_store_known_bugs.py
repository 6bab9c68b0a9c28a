"""The faults of the store find known bugs of a writer when they are put back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

import pytest
from tests.faults import proxy
from tests.faults.proxy import Fault, says, two_of_three
from tests.faults.store_rig import StoreRig
from tests.faults.stored_input import records

from siloscope.stores import inserts, storing
from siloscope.stores.client import opened

find_spec("chdb") or pytest.skip("no chdb", allow_module_level=True)

Patch = pytest.MonkeyPatch


def a_new_token_for_each_try(rig: StoreRig, patch: Patch) -> None:
    real = inserts.Tables.insert

    def insert(self: inserts.Tables, table: str, parts: Any, token: str) -> None:
        real(self, table, parts, f"{token} {uuid.uuid4()}")

    patch.setattr(inserts.Tables, "insert", insert)


def gives_up_what_was_not_answered(rig: StoreRig, patch: Patch) -> None:
    def insert(self: storing.Storing, kind: Any, rows: Any, token: str) -> None:
        try:
            self._try(kind, rows, token)
        except Exception as error:  # noqa: BLE001
            storing.log.warning("given up: %s", error)

    patch.setattr(storing.Storing, "_insert", insert)


def takes_a_fault_on_the_way_for_one_of_the_rows(rig: StoreRig, patch: Patch) -> None:
    real: Callable[[Exception], str] = storing.meaning_of

    def meaning(error: Exception) -> str:
        return "row" if real(error) == "again" else real(error)

    patch.setattr(storing, "meaning_of", meaning)


def believes_any_page_with_200(rig: StoreRig, patch: Patch) -> None:
    real = inserts.Tables.insert

    def insert(self: inserts.Tables, *given: Any) -> None:
        with suppress(inserts.NoAnswer):
            real(self, *given)

    patch.setattr(inserts.Tables, "insert", insert)


def a_table_behind_a_view_remembers_no_tokens(rig: StoreRig, patch: Patch) -> None:
    with opened(rig.direct) as client:
        client.command("ALTER TABLE alerts_current MODIFY SETTING non_replicated_deduplication_window = 0")


TWICE = r"table \w+: \d+ records stand in it twice"
MISSING = r"[\w ]+: \d+ missing"


FEW = 100  # records, where each costs inserts of its own


@pytest.mark.parametrize(
    ("bug", "fault", "count", "found"),
    [
        (a_new_token_for_each_try, two_of_three(proxy.hung_up), 1_500, TWICE),
        (gives_up_what_was_not_answered, two_of_three(proxy.half_a_request), 1_500, MISSING),
        (takes_a_fault_on_the_way_for_one_of_the_rows, says(503), FEW, MISSING),
        (believes_any_page_with_200, two_of_three(says(200)), 1_500, MISSING),
        (a_table_behind_a_view_remembers_no_tokens, two_of_three(proxy.hung_up), 1_500, r"table alerts_current: \d+"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_the_faults_find_a_writer_that(
    store_rig: StoreRig, monkeypatch: Patch, bug: Callable[[StoreRig, Patch], None], fault: Fault, count: int,
    found: str,
) -> None:  # fmt: skip
    rig = store_rig
    bug(rig, monkeypatch)
    rig.feed(records()[:count])
    with rig.writing() as writing, rig.proxy.having(fault):
        rig.wait_until_stored(writing.alive)
    assert rig.proxy.landed > 2
    wrong = rig.verdict().wrong
    assert any(re.match(found, line) for line in wrong), "\n".join(wrong) or "nothing was found"
