"""The Grafana dashboards as shipped: up to date, and each panel says what it counts and what its colours mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from siloscope.panels.queries import CLICKHOUSE, PROMETHEUS, panels, queries
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
DIRECTORY = TOP / "deploy/grafana/dashboards"
DASHBOARDS: dict[str, dict[str, Any]] = {file.stem: json.loads(file.read_text()) for file in DIRECTORY.glob("*.json")}
SHOWING = [
    pytest.param(name, panel, id=f"{name}: {panel['title']}")
    for name, dashboard in DASHBOARDS.items()
    for panel in panels(dashboard)
    if panel["type"] != "text"
]


def test_the_json_is_what_the_code_makes() -> None:
    pytest.importorskip("grafana_foundation_sdk")
    from deploy.grafana.source.generated import generated

    made = generated()
    assert made.keys() == {f"{name}.json" for name in DASHBOARDS}
    stale = [name for name, text in made.items() if (DIRECTORY / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run `python -m deploy.grafana.source`"


@pytest.mark.parametrize(("name", "panel"), SHOWING)
def test_a_panel_asks_one_question_and_says_how_it_is_answered(name: str, panel: dict[str, Any]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["title"].endswith("?")
    assert len(panel["description"]) > 20
    assert defaults["noValue"].endswith((".", "`."))
    assert defaults.get("unit") or panel["type"] in ("table", "heatmap")
    assert panel["datasource"]["uid"] in ("${clickhouse}", "${prometheus}")


@pytest.mark.parametrize(("name", "panel"), SHOWING)
def test_what_is_not_known_is_never_green(name: str, panel: dict[str, Any]) -> None:
    if panel["type"] not in ("stat", "bargauge"):
        return
    special = [each["options"] for each in panel["fieldConfig"]["defaults"]["mappings"] if each["type"] == "special"]
    assert special == [{"match": "null+nan", "result": {"text": "not known", "color": "#8e8e8e", "index": 99}}]


@pytest.mark.parametrize(("name", "panel"), SHOWING)
def test_what_a_colour_means_is_said(name: str, panel: dict[str, Any]) -> None:
    _, *steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [None])
    assert [step["color"] for step in steps if f"{step['color']} from " not in panel["description"].lower()] == []


@pytest.mark.parametrize(("name", "panel"), SHOWING)
def test_a_link_leads_to_a_page_that_is_there(name: str, panel: dict[str, Any]) -> None:
    for link in panel.get("links", ()):
        page = link["url"].removeprefix("${docs}/").partition("#")[0]
        assert (TOP / "docs" / page).is_file(), link["url"]


@pytest.mark.parametrize("name", sorted(DASHBOARDS))
def test_panels_stand_side_by_side_and_have_names_of_their_own(name: str) -> None:
    shown = list(panels(DASHBOARDS[name]))
    assert len({panel["id"] for panel in shown}) == len(shown) == len({panel["title"] for panel in shown})
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in shown)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


@pytest.mark.parametrize("name", sorted(DASHBOARDS))
def test_a_page_can_be_had_wherever_it_is_imported(name: str) -> None:
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == "siloscope-" + name.replace("_", "-")
    assert dashboard["timezone"] == "utc"
    assert {query.source for query in queries(dashboard)} <= {CLICKHOUSE, PROMETHEUS}
    for query in queries(dashboard):
        assert "FINAL" not in query.text
        assert "now()" not in query.text or query.source == PROMETHEUS


def test_the_first_action_of_a_kind_is_seen() -> None:
    (panel,) = [each for each in panels(DASHBOARDS["pipeline_health"]) if each["title"] == "What do staff do?"]
    assert [each["expr"] for each in panel["targets"]] == ["sum by (kind) (siloscope_board_actions_total)"]  # no rate
    assert panel["fieldConfig"]["defaults"]["unit"] == "suffix: actions"
