"""How the security settings reach kafka-python."""

from __future__ import annotations

from kafka.admin import KafkaAdminClient

from siloscope.ops.topics import connection
from siloscope.settings import load


def test_what_secures_a_connection_reaches_the_client_under_its_names() -> None:
    security = {"protocol": "sasl_ssl", "mechanism": "PLAIN", "username": "ada", "password": "hush"}
    options = connection(load(bootstrap_servers="a:9093,b:9093", security=security | {"ca_file": "ca.pem"}))
    assert options["security_protocol"] == "SASL_SSL"
    assert (options["sasl_mechanism"], options["sasl_plain_username"], options["sasl_plain_password"]) == (
        "PLAIN",
        "ada",
        "hush",
    )
    assert options["ssl_cafile"] == "ca.pem"
    assert set(options) <= set(KafkaAdminClient.DEFAULT_CONFIG)
