"""Whether two names can be one person's."""

from __future__ import annotations

import pytest

from siloscope.core.address import other_name


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("Tom", "Tom", False),
        ("Tom", "tom", False),
        ("Tom", "Tim", True),
        ("Tom", "Mr Brown", False),
        ("Tom Brown", "Mr Brown", False),
        ("Tom Brown", "Ms Green", True),
        ("Tom Brown", "Tom", False),
        ("Tom Brown", "Brown", False),
        ("Tom Brown", "Ann", True),
        ("Tom Brown", "Tom Green", True),
        ("Mr Brown", "Mr Brown", False),
        ("Mr Brown", "Ms Brown", True),
        ("Mr Brown", "Mr Green", True),
        ("Mr von Tal", "Mr Tal", False),
    ],
)
def test_two_names_that_cannot_be_of_one_person(one, other, differs):
    assert other_name(one, other) is differs
    assert other_name(other, one) is differs
