"""A broker that is reached by TLS only, with users and the least rights they need; what its tests share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from tests.integration.certificates import Authority
from tests.integration.writer_tools import wait_until

from siloscope.ops import permissions, topics
from siloscope.ops.broker import Broker, free_port
from siloscope.ops.processes import PROCESSES
from siloscope.settings import Settings, load

ROOT = Path(__file__).parents[2]
SECRET = "Correct-Horse-7"


@dataclass
class Secured:
    """A broker with three doors: one for the test, one for passwords, one for certificates."""

    broker: Broker
    authority: Authority
    passwords: str
    certificates: str
    keys: dict[str, tuple[Path, Path]]  # certificate and key of each process but the worker

    def settings(self, process: str, **besides: Any) -> Settings:
        """How this process reaches the broker."""
        security: dict[str, Any] = {"ca_file": self.authority.ca_file}
        if process == "worker":
            where = self.passwords
            security |= {"protocol": "sasl_ssl", "username": "worker", "password": SECRET}
        else:
            where = self.certificates
            cert_file, key_file = self.keys[process]
            security |= {"protocol": "ssl", "cert_file": cert_file, "key_file": key_file}
        return load(bootstrap_servers=where, partitions=2, security=security, **besides)


@contextmanager
def secured_broker(directory: Path) -> Iterator[Secured]:
    """A broker that lets in only our processes, with certificates kept in `directory`."""
    authority = Authority(directory)
    doors = {"SASL_SSL": f"localhost:{free_port()}", "SSL": f"localhost:{free_port()}"}
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    properties = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": authority.keystore("localhost"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": authority.ca_file,
        "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/",
        "listener.name.ssl.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": scram,
    }
    with Broker(properties=properties, listeners=doors) as broker:
        by_certificate: list[str] = [process for process in PROCESSES if process != "worker"]
        keys = {process: authority.keys(process, common_name=process) for process in by_certificate}
        made = Secured(broker, authority, doors["SASL_SSL"], doors["SSL"], keys)
        _let_in(broker)
        yield made


def _let_in(broker: Broker) -> None:
    """The topics, the worker's password, and for each process the rights it needs and no others."""
    settings = load(bootstrap_servers=broker.address, partitions=2)
    wait_until(lambda: bool(topics.create(settings)))
    admin = administrator(broker)
    password = UserScramCredentialUpsertion(
        "worker", ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), SECRET.encode()
    )
    rights = [
        right(process, ResourceType.TOPIC, topic, operation)
        for process, needed in permissions.NEEDED.items()
        for topic, operations in needed.items()
        for operation in operations
    ]
    rights += [
        right(process, ResourceType.GROUP, group_of(settings), AclOperation.READ)
        for process, group_of in permissions.GROUPS.items()
    ]
    rights += [
        right(process, ResourceType.TRANSACTIONAL_ID, f"siloscope-{process}", AclOperation.WRITE)
        for process in ("deliver",)
    ]
    for answer in [*admin.alter_user_scram_credentials([password]).values(), *admin.create_acls(rights).values()]:
        answer.result(20)


def administrator(broker: Broker) -> AdminClient:
    return AdminClient({"bootstrap.servers": broker.address, "log_level": 0})


def right(user: str, kind: ResourceType, name: str, operation: AclOperation) -> AclBinding:
    pattern, allow = ResourcePatternType.LITERAL, AclPermissionType.ALLOW
    return AclBinding(kind, name, pattern, f"User:{user}", "*", operation, allow)


def filter_of(given: AclBinding) -> AclBindingFilter:
    parts = (given.restype, given.name, given.resource_pattern_type, given.principal, given.host)
    return AclBindingFilter(*parts, given.operation, given.permission_type)


def revealed(values: Any) -> Any:
    """Settings as they are written into a file."""
    if isinstance(values, Mapping):
        return {name: revealed(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [revealed(value) for value in values]
    return values.get_secret_value() if hasattr(values, "get_secret_value") else values


# process, settings, further arguments -> the child and the file with what it says
Start = Callable[..., "tuple[subprocess.Popen[bytes], Path]"]


@contextmanager
def started(directory: Path) -> Iterator[Start]:
    """Starts our processes as their users would; what still runs at the end is killed."""
    running: list[subprocess.Popen[bytes]] = []

    def start(process: str, settings: Settings, *more: str) -> tuple[subprocess.Popen[bytes], Path]:
        config, log = directory / f"{process}.json", directory / f"{process}.log"
        config.write_text(json.dumps(revealed(settings.model_dump(exclude_unset=True)), default=str))
        with log.open("wb") as file:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "siloscope", process, *more, "--config", str(config)],
                    env=os.environ | {"PYTHONPATH": str(ROOT / "streams")},
                    stdout=file,
                    stderr=file,
                )
            )
        return running[-1], log

    try:
        yield start
    finally:
        for each in running:
            each.kill()
            each.wait()
