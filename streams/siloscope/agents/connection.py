"""How the settings reach the Kafka clients: confluent-kafka, and aiokafka inside Faust. (kafka-python: ops/topics.)"""

from __future__ import annotations

from typing import Any

import faust

from ..ops.reach import tls_context
from ..settings import Security, Settings


def for_confluent(settings: Settings) -> dict[str, Any]:
    """The connection part of a confluent-kafka configuration."""
    security = settings.security
    connection: dict[str, Any] = {
        "bootstrap.servers": settings.bootstrap_servers,
        "log_level": 3,  # errors; it warns of every start of an idempotent producer
        "security.protocol": security.protocol,
        "ssl.ca.location": security.ca_file and str(security.ca_file),
        "ssl.certificate.location": security.cert_file and str(security.cert_file),
        "ssl.key.location": security.key_file and str(security.key_file),
        "ssl.key.password": security.key_password and security.key_password.get_secret_value(),
    }
    if security.protocol.startswith("sasl") and security.password is not None:
        connection["sasl.mechanism"] = security.mechanism
        connection["sasl.username"] = security.username
        connection["sasl.password"] = security.password.get_secret_value()
    return {name: value for name, value in connection.items() if value is not None}


def for_faust(security: Security) -> Any:
    """The credentials for a Faust app; None for a plain connection."""
    if security.protocol.startswith("sasl") and security.password is not None:
        return faust.SASLCredentials(
            username=security.username,
            password=security.password.get_secret_value(),
            mechanism=security.mechanism,
            ssl_context=tls_context(security) if security.protocol == "sasl_ssl" else None,
        )
    # SSLCredentials without a context fails in Faust 0.15.3.
    return faust.SSLCredentials(context=tls_context(security)) if security.protocol == "ssl" else None


def broker_urls(settings: Settings) -> list[str]:
    """The brokers as Faust spells them."""
    return [f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",")]
