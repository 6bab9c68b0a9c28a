"""The same settings reach confluent-kafka and Faust."""

from __future__ import annotations

import ssl

import pytest

from siloscope.agents.connection import broker_urls, for_confluent, for_faust
from siloscope.settings import Security, load


def test_a_plain_connection_has_no_credentials() -> None:
    settings = load(bootstrap_servers="one:9092, two:9093")
    assert for_faust(settings.security) is None
    assert broker_urls(settings) == ["kafka://one:9092", "kafka://two:9093"]
    assert for_confluent(settings)["security.protocol"] == "plaintext"
    assert not {name for name in for_confluent(settings) if name.startswith(("sasl", "ssl"))}


def test_ssl_verifies_the_broker() -> None:
    credentials = for_faust(Security(protocol="ssl"))
    assert credentials.context.verify_mode is ssl.CERT_REQUIRED
    assert credentials.context.check_hostname


@pytest.mark.parametrize(("protocol", "encrypted"), [("sasl_plaintext", False), ("sasl_ssl", True)])
def test_a_user_and_a_password_reach_both_clients(protocol: str, encrypted: bool) -> None:
    security = {"protocol": protocol, "username": "silo", "password": "secret", "mechanism": "SCRAM-SHA-256"}
    settings = load(security=security)
    credentials = for_faust(settings.security)
    assert (credentials.username, credentials.password) == ("silo", "secret")
    assert credentials.mechanism.value == "SCRAM-SHA-256"
    assert credentials.protocol.value == protocol.upper()
    assert (credentials.ssl_context is not None) == encrypted
    confluent = for_confluent(settings)
    assert confluent["sasl.username"] == "silo"
    assert confluent["sasl.password"] == "secret"
    assert confluent["sasl.mechanism"] == "SCRAM-SHA-256"
    assert confluent["security.protocol"] == protocol
