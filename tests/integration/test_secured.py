"""TLS and SASL on a real broker, with the rights that the doctor knows and no others; TLS to the store.

The worker comes as a user with a password (SCRAM over TLS), the writer by its certificate, through the same pipeline.
"""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AclOperation, AdminClient, ResourceType
from tests.integration.clickhouse_over_http import PASSWORD, Server
from tests.integration.secured import (
    SECRET,
    Secured,
    Start,
    administrator,
    filter_of,
    revealed,
    right,
    started,
)
from tests.integration.writer_tools import wait_until

from siloscope import wire
from siloscope.__main__ import status
from siloscope.agents.connection import for_confluent
from siloscope.core.touchpoint import HOUR, Identifier, Touchpoint
from siloscope.errors import Unusable
from siloscope.ops import topics
from siloscope.ops.broker import free_port
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.migrations import migrate
from siloscope.stores.reading import query

pytest.importorskip("chdb")
pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(secured: Secured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with opened(load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})) as client:
        server = Server(client, tls=secured.authority.server("localhost", asks_for_client=True))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with started(tmp_path) as start:
        yield start


def to_store(secured: Secured, store: Server, **besides: Any) -> dict[str, Any]:
    """The writer's settings of the store."""
    cert_file, key_file = secured.keys["writer"]
    reached = {"url": store.url, "username": "writer", "password": PASSWORD, "ca_file": secured.authority.ca_file}
    return reached | {"cert_file": cert_file, "key_file": key_file} | besides


def test_a_pipeline_of_passwords_certificates_and_least_rights_finds_and_stores(
    secured: Secured, store: Server, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    of_worker = secured.settings("worker", metrics_port=port)
    of_writer = secured.settings("writer", metrics_port=port, store=to_store(secured, store), gateway={"port": None})
    migrate(of_writer)
    asked = time.time_ns() // 1_000_000 - 100 * HOUR
    feed(secured, [question("q1", asked)])
    worker, worker_log = start("worker", of_worker)
    writer, writer_log = start("writer", of_writer)
    with suppress(AssertionError):  # the next line shows what they said
        wait_until(lambda: stored(of_writer) == [("unanswered",)] or bool(worker.poll() or writer.poll()), 120)
    assert stored(of_writer) == [("unanswered",)], worker_log.read_text() + writer_log.read_text()
    for each in (port, port + 1):
        with urlopen(f"http://127.0.0.1:{each}/readyz", timeout=5) as page:
            assert json.load(page)["ok"] is True
    assert status(["status", "--config", str(writer_log.with_suffix(".json"))]) == 0
    shown = capsys.readouterr().out
    for row in ("worker 127", "writer 127", "brokers", "writers", "store: alerts"):
        assert re.search(rf"^{row}\S* +well ", shown, re.MULTILINE), shown
    assert re.search("^workers +unknown +this user may not look at group siloscope", shown, re.MULTILINE)
    for process in (worker, writer):
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    said = worker_log.read_text() + writer_log.read_text()
    assert SECRET not in said
    assert PASSWORD not in said
    assert not re.search("ERROR|CRITICAL|Traceback", said), said


def feed(secured: Secured, touchpoints: list[Touchpoint]) -> None:
    producer = Producer({"bootstrap.servers": secured.broker.address, "acks": "all", "log_level": 0})
    for touchpoint in touchpoints:
        producer.produce("touchpoints", wire.encode("touchpoint", touchpoint), "anna")
    assert producer.flush(20) == 0


def question(name: str, at: int) -> Touchpoint:
    customer = [Identifier("customer_id", "anna")]
    return Touchpoint(name, at, "question", "support", "email", "inbound", customer, thread_ref="thread")


def stored(settings: Settings) -> list[Any]:
    return list(query(settings, "SELECT symptom FROM v_alerts WHERE customer_id = 'anna'"))


def test_the_doctor_finds_all_right_with_the_least_rights_and_names_the_one_that_is_missing(
    secured: Secured, store: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "worker.json"
    config.write_text(json.dumps(revealed(secured.settings("worker").model_dump(exclude_unset=True)), default=str))
    assert status(["doctor", "worker", "--config", str(config)]) == 0, capsys.readouterr().out
    out = capsys.readouterr().out
    assert "by sasl_ssl as worker" in out
    assert "worker's rights: all that it needs" in out
    taken = right("worker", ResourceType.TOPIC, "siloscope.alerts", AclOperation.WRITE)
    admin = administrator(secured.broker)
    (gone,) = admin.delete_acls([filter_of(taken)]).values()
    assert gone.result(20)
    try:
        # The broker that answers hears of it a moment after the one that has taken it away.
        wait_until(lambda: status(["doctor", "worker", "--config", str(config)]) == 1)
        said = capsys.readouterr().out
        assert "wrong worker's rights: worker lacks write of topic siloscope.alerts" in said
        assert SECRET not in said
    finally:
        (back,) = admin.create_acls([taken]).values()
        back.result(20)


@pytest.mark.parametrize(
    ("process", "kind", "name"),
    [
        ("worker", ResourceType.GROUP, "siloscope"),
        ("writer", ResourceType.TOPIC, "siloscope.warnings"),
    ],
)
def test_a_process_that_may_not_read_ends_and_says_what(
    process: str, kind: ResourceType, name: str, secured: Secured, start: Start, tmp_path: Path
) -> None:
    admin = administrator(secured.broker)
    taken = right(process, kind, name, AclOperation.READ)
    (gone,) = admin.delete_acls([filter_of(taken)]).values()
    assert gone.result(20)
    try:
        store = {"store": {"path": tmp_path / "store"}, "gateway": {"port": None}} if process == "writer" else {}
        child, log = start(process, secured.settings(process, metrics_port=0, **store))
        assert child.wait(60) == 1, log.read_text()
        last = log.read_text().splitlines()[-1]
        assert name in last
        assert "Traceback" not in log.read_text()
        assert "siloscope doctor" in last
    finally:
        (back,) = admin.create_acls([taken]).values()
        back.result(20)


@pytest.mark.parametrize(
    ("security", "said"),
    [
        ({"password": "wrong"}, "refuses user worker .*invalid credentials.*set security.username"),
        ({"mechanism": "SCRAM-SHA-256"}, "refuses user worker .*SCRAM-SHA-512.*security.*mechanism"),
        ({"ca_file": None}, "certificate is not trusted .*: set security.ca_file"),
        ({"protocol": "plaintext"}, "it speaks TLS on this port: mend security.protocol"),
        ({"ca_file": "/nowhere.pem"}, "/nowhere.pem cannot be used as a PEM file: No such file"),
    ],
)
def test_what_is_wrong_with_the_way_to_the_broker_is_said_in_one_line(
    security: dict[str, Any], said: str, secured: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "_SECONDS_TO_CONNECT", 1)
    right = {"protocol": "sasl_ssl", "username": "worker", "password": SECRET, "ca_file": secured.authority.ca_file}
    with pytest.raises(Unusable, match=said) as caught:
        topics.check(load(bootstrap_servers=secured.passwords, security=right | security))
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_name_that_is_not_in_the_brokers_certificate_and_a_missing_one_of_ours_are_said(
    secured: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "_SECONDS_TO_CONNECT", 1)
    security = {"protocol": "ssl", "ca_file": secured.authority.ca_file}
    with pytest.raises(Unusable, match=r"does not accept this client's certificate: set security\.cert_file"):
        topics.check(load(bootstrap_servers=secured.certificates, security=security))
    elsewhere = secured.passwords.replace("localhost", "127.0.0.1")
    with pytest.raises(Unusable, match=r"certificate is not for the name 127\.0\.0\.1"):
        topics.check(load(bootstrap_servers=elsewhere, security=security))


def test_no_client_of_ours_takes_a_certificate_for_another_name(secured: Secured) -> None:
    """aiokafka and kafka-python are held to it by their contexts; librdkafka has its own way."""
    settings = secured.settings("worker")
    elsewhere = settings.bootstrap_servers.replace("localhost", "127.0.0.1")
    errors: list[Any] = []
    client = AdminClient(
        for_confluent(settings) | {"bootstrap.servers": elsewhere, "error_cb": errors.append, "log_level": 0}
    )
    until = time.monotonic() + 20
    while not errors and time.monotonic() < until:
        client.poll(0.1)
    assert "certificate verify failed" in errors[0].str()


@pytest.mark.parametrize(
    ("besides", "said"),
    [
        ({"ca_file": None}, "certificate is not trusted .*: set store.ca_file"),
        ({"cert_file": None, "key_file": None}, "does not accept this client's certificate: set store.cert_file"),
        ({"name": "127.0.0.1"}, r"certificate is not for the name 127\.0\.0\.1"),
        ({"key_file": "ca"}, "cannot be used as a PEM file"),
    ],
)
def test_what_is_wrong_with_the_way_to_the_store_is_said_in_one_line(
    besides: dict[str, Any], said: str, secured: Secured, store: Server
) -> None:
    reached = to_store(secured, store)
    if name := besides.pop("name", None):
        besides["url"] = store.url.replace("localhost", name)
    if besides.get("key_file") == "ca":
        besides["key_file"] = secured.authority.ca_file
    with pytest.raises(Unusable, match=said) as caught:
        migrate(load(store={key: value for key, value in (reached | besides).items() if value is not None}))
    assert "\n" not in str(caught.value)


def test_http_to_a_store_that_speaks_https_is_said(secured: Secured, store: Server) -> None:
    plain = {"url": store.url.replace("https", "http"), "username": "writer", "password": PASSWORD}
    with pytest.raises(Unusable, match="https"):
        migrate(load(store=plain))
