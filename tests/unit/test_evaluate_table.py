"""The table of an evaluation fits the terminal, and cuts no name."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from siloscope.ops.evaluate_judge import Score, Share
from siloscope.ops.evaluate_table import at_least, table_for
from siloscope.symptoms import ALL


def shown(width: int, number: int = 20) -> list[str]:
    share = Share(number, number)
    scores = [Score(f"{kind}{each.name}", "confirmed", share, share, 0, share, (600_000,))
              for kind in ("", "incident:") for each in ALL]  # fmt: skip
    console = Console(width=width, file=io.StringIO())
    console.print(table_for(scores, console)[0])
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(("width", "number"), [(80, 20), (80, 99_999), (100, 999), (170, 99_999)])
def test_each_symptom_has_one_line_with_its_whole_name(width, number):
    lines = shown(width, number)
    assert max(map(len, lines)) <= width
    assert len(lines) == 2 + 2 * len(ALL)  # the heads, and the one of the incidents
    assert "…" not in "".join(lines)
    assert all(sum(line.split()[0] == each.name for line in lines) == 2 for each in ALL)


def test_eighty_columns_have_counts_and_the_delay():
    assert any("20/20 100 % ≥83 20/20 100 % ≥83 10 min" in line for line in shown(80))


def test_a_share_of_nothing_is_a_dash():
    assert (at_least(Share(0, 0)), at_least(Share(986, 1000))) == ("–", "98.6 % ≥97")
