"""The README's picture of a timeline is what replay finds in the simulated day."""

from __future__ import annotations

import importlib.util
import re
from xml.etree import ElementTree

import pytest

from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PICTURES = TOP / "docs" / "img"


def test_the_picture_is_up_to_date():
    spec = importlib.util.spec_from_file_location("timeline", PICTURES / "timeline.py")
    assert spec is not None
    assert spec.loader is not None
    timeline = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(timeline)
    assert (PICTURES / "timeline.svg").read_text() == timeline.picture(), "python docs/img/timeline.py"


@pytest.mark.parametrize("name", ["timeline.svg", "demo.svg"])
def test_pictures_are_well_formed_and_load_nothing_from_elsewhere(name):
    text = (PICTURES / name).read_text()
    ElementTree.fromstring(text)
    assert "@font-face" not in text
    assert {*re.findall(r'(?:href|src)="([^"]*)"', text)} <= {"#play"}  # the film's button
