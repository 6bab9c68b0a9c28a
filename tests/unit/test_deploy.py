"""The small installation: a valid compose file whose settings, commands, files and ports are those of the program."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml
from confluent_kafka.admin import AdminClient, ConfigResource
from tests.debian_tools import tool

from siloscope.agents.worker import STOP_SECONDS
from siloscope.commands import app
from siloscope.ops import memory, permissions
from siloscope.ops.broker import Broker, available, free_port
from siloscope.ops.broker_parts import KAFKA
from siloscope.ops.processes import PORT, PROCESSES, port_of
from siloscope.ops.topics import check, create, topics
from siloscope.settings import NESTED, PREFIX, Settings, load
from siloscope.shipped import checkout
from siloscope.stores.client import ANSWER_SECONDS

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
DEPLOY = TOP / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"].startswith("siloscope")}
ONCE = {"topics", "migrate"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COPIED = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]


def run(*command: str | Path, **options: Any) -> str:
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def amount(text: str) -> int:
    """Bytes of `2g`, seconds of `70s`."""
    return int(text[:-1]) * {"s": 1, "m": 1 << 20, "g": 1 << 30}[text[-1]]


# -- the compose file


def test_the_compose_file_is_one() -> None:
    check = Path(sys.executable).with_name("check-jsonschema")
    run(check, "--builtin-schema", "vendor.compose-spec", TOP / "docker-compose.yml")


def test_every_image_is_pinned_by_version_and_brokers_and_store_are_those_that_are_tested() -> None:
    for service in SERVICES.values():
        assert re.search(r":v?\d+\.\d+", service["image"]), service["image"]
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA}"
    locked = tomllib.loads((TOP / "uv.lock").read_text())["package"]
    engine = next(each["version"] for each in locked if each["name"] == "chdb-core")
    assert SERVICES["clickhouse"]["image"].endswith(":" + engine.rpartition(".")[0])


def test_only_this_machine_gets_in() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_every_process_is_watched_limited_and_started_again() -> None:
    for name, service in SERVICES.items():
        assert service["mem_limit"], name
        assert service["logging"]["options"]["max-size"], name
        if name not in ONCE:
            assert service["restart"] == "unless-stopped", name
            assert service.get("healthcheck") or (service in OURS.values() and "HEALTHCHECK" in DOCKERFILE), name
        if name != "clickhouse":  # its entrypoint changes owners and its user
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name


def test_a_service_waits_for_what_can_be_waited_for() -> None:
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if needed in ONCE else "service_healthy"
            assert how["condition"] == expected
            assert needed in ONCE or "healthcheck" in SERVICES[needed]


def test_nothing_is_killed_that_would_end_in_good_order() -> None:
    assert amount(OURS["worker"]["stop_grace_period"]) > STOP_SECONDS
    assert amount(OURS["writer"]["stop_grace_period"]) > ANSWER_SECONDS
    assert amount(SERVICES["kafka"]["stop_grace_period"]) >= 60


def test_what_is_mounted_is_there() -> None:
    mounted = [each.split(":") for service in SERVICES.values() for each in service.get("volumes", [])]
    files = [source for source, *_ in mounted if source.startswith("./")]
    assert files
    assert [name for name in files if not (TOP / name).exists()] == []
    named = {source for source, *more in mounted if more and not source.startswith((".", "/"))}
    assert named == set(COMPOSE["volumes"])


# -- our processes in it


def test_what_is_run_are_commands() -> None:
    commands = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}
    assert set(OURS) == {*PROCESSES, *ONCE}
    assert {service["command"][0] for service in OURS.values()} <= commands


@pytest.mark.parametrize("name", OURS)
def test_each_process_gets_settings_and_only_the_secret_it_needs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = OURS[name]
    for variable, value in service["environment"].items():
        if value.startswith("/run/secrets/"):
            secret = tmp_path / value.rpartition("/")[2]
            secret.write_text("hush" * 12)
            assert secret.name in service["secrets"]
            value = str(secret)
        monkeypatch.setenv(variable, value)
    inside = dict(each.split(":")[1::-1] for each in service.get("volumes", []) if each.startswith("./"))
    config = next((TOP / inside[each] for each in service["command"] if each in inside), None)
    settings = load(config)
    assert settings.store.url
    assert bool(settings.deliver.routes) is (name == "deliver"), "it ends where nobody is to be told"
    assert bool(settings.store.password) is (name in ("writer", "migrate", "board"))
    if name == "worker":
        assert memory.most_needed(settings) < amount(service["mem_limit"])


def test_prometheus_asks_where_the_metrics_are() -> None:
    scraped = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    ours = next(each for each in scraped if each["job_name"] == "siloscope")["static_configs"]
    assert ours == [
        {"targets": [f"{process}:{port_of(load(), process)}"], "labels": {"process": process}} for process in PROCESSES
    ]
    hosts = {target.split(":")[0] for job in scraped for where in job["static_configs"] for target in where["targets"]}
    assert hosts <= {*SERVICES, "localhost"}


def test_prometheus_takes_its_configuration_with_all_rules() -> None:
    said = run(tool("promtool"), "check", "config", DEPLOY / "prometheus/prometheus.yml")
    rules = len(list((DEPLOY / "prometheus/rules").glob("*.yml")))
    assert f"{rules} rule files found" in said


# -- the broker in it


def test_what_is_set_of_the_broker_are_settings_it_has(broker: Broker) -> None:
    resource = ConfigResource(ConfigResource.Type.BROKER, "1")
    admin = AdminClient({"bootstrap.servers": broker.address})
    known = set(admin.describe_configs([resource])[resource].result(20))
    not_properties = {"CLUSTER_ID", "KAFKA_HEAP_OPTS"}
    given = set(SERVICES["kafka"]["environment"]) - not_properties
    assert {each.removeprefix("KAFKA_").lower().replace("_", ".") for each in given} <= known


@pytest.mark.broker
def test_a_broker_with_these_settings_starts_and_lets_clients_in_by_both_doors(tmp_path: Path) -> None:
    environment = SERVICES["kafka"]["environment"]
    ports = {f":{port}": f":{free_port()}" for port in (19092, 9092, 9093)}

    def here(addresses: str) -> str:
        """The same on this machine, on free ports."""
        moved = re.sub(r":(19092|9092|9093)\b", lambda found: ports[found[0]], addresses)
        return re.sub("kafka:|localhost:", "127.0.0.1:", moved).replace("://:", "://127.0.0.1:")

    properties = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): here(value)
        for name, value in environment.items()
        if name not in ("CLUSTER_ID", "KAFKA_HEAP_OPTS")
    }
    port = int(ports[":9092"][1:])
    if (why_not := available()) is not None:
        pytest.skip(why_not)
    with Broker(directory=tmp_path, port=port, properties=properties | {"log.dirs": tmp_path / "data"}):
        assert len(create(load(bootstrap_servers=f"127.0.0.1{ports[':19092']}"))) == len(topics())
        assert len(check(load(bootstrap_servers=f"127.0.0.1:{port}"))) == len(topics())


def test_where_the_broker_says_it_is_is_where_clients_go() -> None:
    environment = SERVICES["kafka"]["environment"]
    said = dict(each.split("://") for each in environment["KAFKA_ADVERTISED_LISTENERS"].split(","))
    assert said["INSIDE"] == COMPOSE["x-siloscope"]["environment"]["SILOSCOPE_BOOTSTRAP_SERVERS"]
    assert SERVICES["kafka"]["ports"] == [f"127.0.0.1:{said['OUTSIDE'].split(':')[1]}:9092"]


# -- the secrets


def test_every_secret_is_made_once_and_is_not_for_others_on_this_machine(tmp_path: Path) -> None:
    used = {each for service in SERVICES.values() for each in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(DEPLOY / "secrets.sh", tmp_path / "deploy")
    run(script)
    made = {each.name: each.read_text() for each in (tmp_path / "deploy/secrets").iterdir()}
    assert {f"./deploy/secrets/{name}" for name in made} == {each["file"] for each in COMPOSE["secrets"].values()}
    assert all(re.fullmatch("[0-9a-f]{48}", secret) for secret in made.values())
    assert len(set(made.values())) == len(made)
    assert stat.S_IMODE((tmp_path / "deploy/secrets").stat().st_mode) == 0o700
    assert run(script) == ""
    assert {each.name: each.read_text() for each in (tmp_path / "deploy/secrets").iterdir()} == made


def test_users_of_the_store_get_their_passwords_whatever_is_in_them(tmp_path: Path) -> None:
    """The script as the image's entrypoint runs it, but for a client that only writes down what it is told."""
    script = (DEPLOY / "clickhouse/server/init.sh").read_text()
    for inside, here in (("/run/secrets", tmp_path / "secrets"), ("/siloscope", DEPLOY / "clickhouse")):
        script = script.replace(f"{inside}/", f"{here}/")
    (tmp_path / "secrets").mkdir()
    for name in SERVICES["clickhouse"]["secrets"]:
        (tmp_path / "secrets" / name).write_text(f"it's a \\ {name}")
    client = tmp_path / "clickhouse-client"
    client.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\ncat >{tmp_path}/told\n')
    client.chmod(0o755)
    run("bash", "-c", script, env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"})
    told = (tmp_path / "told").read_text()
    users = (DEPLOY / "clickhouse/02_users.sql").read_text()
    for name in set(re.findall(r"\{(\w+):String\}", users)):
        assert f"SET param_{name} = 'it\\'s a \\\\ clickhouse_{name}';" in told
    assert told.startswith((DEPLOY / "clickhouse/01_roles.sql").read_text())
    assert told.endswith(users)
    assert "clickhouse_" not in (tmp_path / "arguments").read_text()
    assert os.access(DEPLOY / "clickhouse/server/init.sh", os.X_OK)


@pytest.mark.parametrize("name", ["users.xml", "config.xml"])
def test_the_stores_own_settings_are_well_formed(name: str) -> None:
    assert ET.parse(DEPLOY / "clickhouse/server" / name).getroot().tag == "clickhouse"


# -- the image


def test_what_the_image_copies_is_there_and_reaches_the_builder() -> None:
    assert [name for name in COPIED if not (TOP / name).exists()] == []
    ignored = (TOP / ".dockerignore").read_text().splitlines()
    assert ignored.index("*") < ignored.index("!streams")
    assert {line[1:] for line in ignored if line.startswith("!")} == set(COPIED)


def test_the_image_has_what_the_package_is_built_from() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())
    needed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(needed) <= set(COPIED)
    assert project["project"]["version"] == COMPOSE["x-siloscope"]["image"].partition(":")[2]


def test_the_image_runs_as_nobody_in_particular_and_can_be_probed() -> None:
    final = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER 1\d+:1\d+$", final, re.MULTILINE)
    (module,) = re.findall(r'HEALTHCHECK[^[]+\["[^"]+", "-m", "([a-z.]+)"\]', final)
    assert (TOP / "streams" / module.replace(".", "/")).with_suffix(".py").exists()
    (exposed,) = re.findall(r"^EXPOSE (.+)$", final, re.MULTILINE)
    settings = load()
    pages = {port_of(settings, process) for process in PROCESSES}
    assert set(map(int, exposed.split())) == pages | {settings.board.port, settings.preflight.port}
    assert Settings.model_fields["metrics_port"].default == PORT


def test_names_of_settings_in_the_deployment_pages_exist() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    pages = [TOP / "docs/deploy.md", TOP / "docs/operations.md"]
    named = {each for page in pages for each in re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", page.read_text())}
    assert {each.split(NESTED)[0] for each in named} <= known


def test_the_rights_in_the_page_are_those_that_the_doctor_asks_for_and_the_pipeline_runs_with() -> None:
    page = (TOP / "docs/deploy.md").read_text()
    table = page.partition("| topic | worker |")[2].partition("\n\n")[0]
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    said = {
        process: {topic: set(filter(None, map(str.strip, row[column].split(",")))) for topic, *row in rows}
        for column, process in enumerate(PROCESSES)
    }
    for process, needed in permissions.NEEDED.items():
        rights = {topic: {each.name.lower().replace("_", " ") for each in needs} for topic, needs in needed.items()}
        assert {topic: rights.get(topic, set()) for topic in topics()} == said[process]
