"""The symptom that CONTRIBUTING shows how to add works as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from tests import scenario
from tests.detection import Pipeline, judged

from siloscope.core.partition import Partition
from siloscope.ops.symptom_pages import page_of
from siloscope.shipped import checkout
from siloscope.symptoms import detection

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGE = (TOP / "CONTRIBUTING.md").read_text()


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def unthanked_praise():
    module = ModuleType("unthanked_praise")
    sys.modules[module.__name__] = module
    exec(compile(block("python"), "CONTRIBUTING.md", "exec"), module.__dict__)
    yield module.UnthankedPraise
    del sys.modules[module.__name__]


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    place = tmp_path_factory.mktemp("scenarios")
    (place / "unthanked_praise.yml").write_text(block("yaml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario, "SCENARIOS", Path(place))
        return scenario.load("unthanked_praise")


@pytest.mark.parametrize("number", range(len(yaml.safe_load(block("yaml")))))
def test_its_scenarios_hold_in_order_and_backwards(unthanked_praise, scenarios, number):
    each = scenarios[number]
    for touchpoints in (each.touchpoints, each.touchpoints[::-1]):
        pipeline = Pipeline()
        pipeline.detection = detection(symptoms=(unthanked_praise,))
        pipeline.partitions = [Partition(pipeline.detection)]
        for touchpoint in touchpoints:
            pipeline.send(touchpoint)
        found = [judged(alert) for alert in pipeline.standing(each.until)]
        assert [{name: a[name] for name in e} for a, e in zip(found, each.expect, strict=True)] == each.expect


def test_its_page_is_complete(unthanked_praise):
    page = page_of(unthanked_praise)
    assert page.lead.startswith("This customer suffers from unthanked praise")
    assert [heading for heading, _ in page.sections] == [
        "Why it hurts",
        "What is told",
        "What to do",
        "What is not told",
        "Example",
    ]
    assert [(each.name, each.default) for each in page.parameters] == [("within", "4 d")]
