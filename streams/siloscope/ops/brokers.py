"""Why no broker serves us: not there, TLS, or a user that is refused; and what the user may do, asked of the broker."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from ..agents.connection import for_confluent
from ..settings import Settings
from .reach import Trouble, addresses, tls_context, why_not

SECONDS: Final = 10.0


def why_no_broker(settings: Settings) -> Trouble:
    """For brokers that could not be used: what is wrong, and what to mend. Takes some seconds.

    Raises Unusable for a certificate file that cannot be used.
    """
    security, servers = settings.security, settings.bootstrap_servers
    context = tls_context(security) if security.protocol.endswith("ssl") else None
    for host, port in addresses(servers):
        if (trouble := why_not(host, port, context, "security")) is not None:
            return Trouble(f"no Kafka broker answers at {servers}: {trouble.text}", trouble.lasting)
    if security.protocol.startswith("sasl") and (said := _refusal(settings)) is not None:
        remedy = f"set security.username, .password and .mechanism ({security.mechanism})"
        return Trouble(f"{servers} refuses user {security.username} ({said}): {remedy}", lasting=True)
    listens = "though something listens: is it still starting, and is security.protocol right?"
    return Trouble(f"no Kafka broker answers at {servers}, {listens}")


def _refusal(settings: Settings) -> str | None:
    """What a broker says of our user, if it refuses it."""
    heard: list[KafkaError] = []
    client = administration(settings, heard)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with suppress(KafkaException):
            client.list_topics(timeout=0.2)
            return None
        client.poll(0.1)  # hands over what was heard
        for error in heard:
            if error.code() == KafkaError._AUTHENTICATION:
                return str(error.str()).split(": ", 1)[-1].split(" (after")[0].rstrip(".: ")
    return None


def administration(settings: Settings, heard: list[KafkaError]) -> Any:
    """An administrator's client of librdkafka that writes no log; `heard` fills with what goes wrong meanwhile."""
    return AdminClient(for_confluent(settings) | {"error_cb": heard.append}, logger=silent())


def silent() -> logging.Logger:
    """A log that nobody reads, for librdkafka's clients where all that they have to say is raised."""
    log = logging.getLogger("siloscope.silent")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return log

