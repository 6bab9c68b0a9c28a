"""Whatever stands in a pattern's file: it is a symptom that works, or refused in one line."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from siloscope.errors import Unusable
from siloscope.ops.trial_ways import as_written
from siloscope.patterns.loading import pattern_of
from siloscope.patterns.scenarios import read_scenarios
from siloscope.shipped import checkout
from siloscope.symptoms import detection
from siloscope.yaml_lines import read

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
SOUND = [yaml.safe_load(file.read_text()) for file in sorted((TOP / "docs/patterns").glob("*.yml"))]
JUNK = [
    None, "", [], {}, "x", "$within", "$asked.topic", "$", "$.", "$a.", "at once", 3, -1, 2.5, True, ["a", ["b"]],
    {"a": {"b": "c"}}, {"x": None}, "7 d", "{asked.when}", "[", "{}", "0 s", "customer", "\0", "not",
]  # fmt: skip
KEYS = ["same", "any", "times", "by", "text", "score", "asked.amount", "from", "unless", "only_if", "names", "missing"]
Path = tuple[Any, ...]


def places(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a tree of mappings and lists."""
    within = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in within:
        yield (*path, key)
        yield from places(value, (*path, key))


def there(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree


@st.composite
def files(draw: st.DrawFn) -> str:
    """A sound pattern with some of it replaced, left out, or said elsewhere."""
    tree = copy.deepcopy(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(places(tree))))
        parent = there(tree, path[:-1])
        how = draw(st.sampled_from(["junk", "junk", "gone", "renamed", "other"]))
        if how == "gone":
            del parent[path[-1]]
        elif how == "renamed" and isinstance(parent, dict):
            parent[draw(st.sampled_from(KEYS))] = parent[path[-1]]
        elif how == "other":
            parent[path[-1]] = copy.deepcopy(there(tree, draw(st.sampled_from(list(places(tree))))))
        else:
            parent[path[-1]] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return yaml.safe_dump(tree, sort_keys=False)


@pytest.mark.timeout(900)
@given(files())
def test_a_file_is_a_symptom_or_refused_in_one_line(text: str) -> None:
    refused = None
    try:
        kind = pattern_of(read(text, "own.yml"))
        scenarios = read_scenarios(text, "own.yml", kind.name, "scenarios")
    except Unusable as error:
        refused = str(error)
    if refused is None:
        for scenario in scenarios[:2]:
            as_written(scenario, detection({}, [kind])).standing(scenario.until)
    else:
        assert refused.startswith("own.yml")
        assert "\n" not in refused
