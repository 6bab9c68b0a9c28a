"""The small installation: a valid compose file whose settings, commands and ports are those of the program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from siloscope.commands import app
from siloscope.settings import NESTED, PREFIX, Settings, Store
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text())
OURS = {name: each for name, each in COMPOSE["services"].items() if each["image"].startswith("siloscope")}


def test_the_compose_file_is_one() -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [str(tool), "--builtin-schema", "vendor.compose-spec", str(TOP / "docker-compose.yml")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_what_the_compose_file_sets_are_settings() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {PREFIX + "STORE" + NESTED + name.upper() for name in Store.model_fields}
    for service in OURS.values():
        assert set(service["environment"]) <= known


def test_what_the_compose_file_runs_are_commands_with_these_options() -> None:
    commands = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}
    assert {"worker", "writer", "topics", "migrate"} == set(OURS)
    assert {service["command"][0] for service in OURS.values()} <= commands


def test_prometheus_asks_where_the_metrics_are() -> None:
    scraped = yaml.safe_load((TOP / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    port = Settings.model_fields["metrics_port"].default
    assert [target for each in scraped for where in each["static_configs"] for target in where["targets"]] == [
        f"worker:{port}",
        f"writer:{port + 1}",
    ]


def test_what_the_image_copies_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (TOP / "deploy/Dockerfile").read_text(), re.MULTILINE)
    assert [name for line in copied for name in line.split() if not (TOP / name).exists()] == []
