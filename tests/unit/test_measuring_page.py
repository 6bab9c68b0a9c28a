"""What the page on measuring says of labels is what is read."""

from __future__ import annotations

import re
from pathlib import Path

from siloscope.ops.evaluate_labels import labels_of
from siloscope.ops.simulate_scene import Label

PAGE = (Path(__file__).parents[2] / "docs" / "measuring.md").read_text()


def test_the_label_on_the_page_is_read(tmp_path):
    (example,) = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    (tmp_path / "labels.jsonl").write_text(example)
    (label,) = labels_of(tmp_path / "labels.jsonl", ["unanswered"])
    assert label.customer_id == "anna"


def test_the_page_names_every_field_of_a_label():
    (table,) = re.findall(r"\| field \|.*?\n\n", PAGE, re.DOTALL)
    assert set(re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|$)", table, re.MULTILINE)) >= set(Label.__struct_fields__)
