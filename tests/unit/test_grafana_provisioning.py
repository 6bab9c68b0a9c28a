"""What Grafana is given at its start agrees with the dashboards and with what the small installation runs."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from siloscope.panels.queries import SCRAPE_SECONDS
from siloscope.settings import Settings
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
GIVEN = TOP / "deploy/grafana/provisioning"
COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text())
DASHBOARDS = [json.loads(file.read_text()) for file in (TOP / "deploy/grafana/dashboards").glob("*.json")]


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((GIVEN / name).read_text())
    assert read["apiVersion"] == 1
    return read


SOURCES = {each["uid"]: each for each in _read("datasources/siloscope.yml")["datasources"]}


def test_the_dashboards_open_with_the_sources_that_are_given() -> None:
    for dashboard in DASHBOARDS:
        chosen = {each["name"]: each for each in dashboard["templating"]["list"] if each["type"] == "datasource"}
        assert {each["current"]["value"] for each in chosen.values()} <= set(SOURCES)
        assert all(SOURCES[each["current"]["value"]]["type"] == each["query"] for each in chosen.values())


def test_intervals_are_those_of_prometheus() -> None:
    scraping = yaml.safe_load((TOP / "deploy/prometheus/prometheus.yml").read_text())["global"]["scrape_interval"]
    given = SOURCES["siloscope-prometheus"]["jsonData"]["timeInterval"]
    assert scraping == given == f"{SCRAPE_SECONDS}s"


def test_the_store_is_the_one_the_writer_fills() -> None:
    store = SOURCES["siloscope-clickhouse"]["jsonData"]
    assert store["defaultDatabase"] == Settings.model_fields["database"].default
    assert urlsplit(COMPOSE["x-siloscope"]["environment"]["SILOSCOPE_STORE__URL"]).hostname == store["host"]


def test_what_grafana_asks_is_a_service_of_the_small_installation() -> None:
    asked = [SOURCES["siloscope-clickhouse"]["jsonData"]["host"]]
    asked += [urlsplit(each["url"]).hostname for each in SOURCES.values() if "url" in each]
    points = _read("alerting/contact-points.yml")
    asked += [urlsplit(to["settings"]["url"]).hostname for each in points["contactPoints"] for to in each["receivers"]]
    assert set(asked) <= set(COMPOSE["services"])
    assert {each["receiver"] for each in points["policies"]} == {each["name"] for each in points["contactPoints"]}


def test_grafana_finds_all_of_it() -> None:
    grafana = COMPOSE["services"]["grafana"]
    mounted = {target: source for source, target, *_ in (each.split(":") for each in grafana["volumes"])}
    (provider,) = _read("dashboards/siloscope.yml")["providers"]
    assert mounted[provider["options"]["path"]] == "./deploy/grafana/dashboards"
    assert mounted["/etc/grafana/provisioning"] == "./deploy/grafana/provisioning"
    password = SOURCES["siloscope-clickhouse"]["secureJsonData"]["password"]
    secrets = [each if isinstance(each, str) else each["source"] for each in grafana["secrets"]]
    assert password.removeprefix("$__file{/run/secrets/").removesuffix("}") in secrets
