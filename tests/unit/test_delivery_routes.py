"""Routes in the settings: what is wrong is said in one line, and times and names are read as people write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from siloscope.errors import WrongUsage
from siloscope.settings import load

DESK = {"desk": {"kind": "file", "path": "/nowhere"}}


def given(route: dict[str, Any], **other: Any) -> Any:
    return load(deliver={"receivers": DESK, "routes": [{"to": ["desk"], **route}], **other}).deliver


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ({"to": ["dsk"]}, "routes.0 names the receiver dsk, which is not there; did you mean desk?"),
        ({"escalate": [{"after_minutes": 5, "to": ["lead"]}]}, "routes.0 names the receiver lead, which is not there"),
        ({"sevrity": "info"}, "deliver.routes.0.sevrity: there is no such setting; did you mean severity?"),
        ({"severity": "high"}, "deliver.routes.0.severity = 'high': write 'info', 'warning' or 'critical'"),
        ({"digest": ["25:00"]}, "deliver.routes.0.digest.0: write a time of the day like 08:00"),
        ({"suspected": True}, "suspected: true is for a digest"),
        ({"digest": ["08:00"], "escalate": [{"after_minutes": 5, "to": ["desk"]}]}, "a digest cannot escalate"),
        ({"tell": ["begin"]}, "deliver.routes.0.tell.0 = 'begin': write 'opening', 'worse'"),
        ({"to": []}, "deliver.routes.0.to"),
    ],
)
def test_what_is_wrong_is_one_line_with_the_place(route: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage) as error:
        given(route)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_mail_needs_a_server() -> None:
    with pytest.raises(WrongUsage, match="receivers of kind email need the server"):
        load(deliver={"receivers": {"desk": {"kind": "email", "to": ["a@example.com"]}}})


@pytest.mark.parametrize("said", ["16:00", 16 * 60])  # the second is what YAML makes of it without quotes
def test_a_time_of_the_day_is_read_as_written(said: Any) -> None:
    assert given({"digest": [said]}).routes[0].digest == (960,)


@pytest.mark.parametrize("off", [False, "off"])
def test_newest_hours_may_be_off(off: Any) -> None:
    assert given({}, newest_hours=off).newest_hours is None


def test_the_example_of_the_docs_can_be_used(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "delivery.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0].replace("/run/secrets", str(tmp_path))
    (tmp_path / "slack").write_text("https://hooks.example/services/x")
    (tmp_path / "siloscope.yml").write_text(text)
    found = load(tmp_path / "siloscope.yml").deliver
    assert [route.to for route in found.routes] == [("support-chat",), ("finance",), ("quality",)]
    assert found.routes[2].digest == (8 * 60, 16 * 60)


def test_a_zone_must_be_one() -> None:
    with pytest.raises(WrongUsage, match="no time zone: write a name like Europe/Berlin"):
        given({}, zone="Berlin")
