"""A broker that is reached by TLS only, with users and the least rights they need; what its tests share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from siloscope.settings import Settings, load

SECRET = "Correct-Horse-7"


@dataclass
class Secured:
    """A broker with three doors: one for the test, one for passwords, one for certificates."""

    broker: Broker
    authority: Authority
    passwords: str
    certificates: str
    writer: tuple[Path, Path]

    def settings(self, process: str, **besides: Any) -> Settings:
        """How this process reaches the broker."""
        security: dict[str, Any] = {"ca_file": self.authority.ca_file}
        if process == "worker":
            where = self.passwords
            security |= {"protocol": "sasl_ssl", "username": "worker", "password": SECRET}
        else:
            where = self.certificates
            security |= {"protocol": "ssl", "cert_file": self.writer[0], "key_file": self.writer[1]}
        return load(bootstrap_servers=where, partitions=2, security=security, **besides)


@contextmanager
def secured_broker(directory: Path) -> Iterator[Secured]:
    """A broker that lets in only the two processes, with certificates kept in `directory`."""
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
        made = Secured(
            broker, authority, doors["SASL_SSL"], doors["SSL"], authority.keys("writer", common_name="writer")
        )
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
    groups = {"worker": "siloscope", "writer": "siloscope-writer"}
    rights += [right(process, ResourceType.GROUP, group, AclOperation.READ) for process, group in groups.items()]
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


def revealed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are written into a file."""
    return {
        name: revealed(value) if isinstance(value, dict) else getattr(value, "get_secret_value", lambda v=value: v)()
        for name, value in values.items()
    }
