"""Why a server cannot be reached is said in words, with the setting to mend, and whether waiting would help."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.certificates import Authority

from siloscope.errors import Unusable
from siloscope.ops.broker import free_port
from siloscope.ops.reach import addresses, tls_context, why_not
from siloscope.settings import Security


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def listening() -> Iterator[Callable[[ssl.SSLContext | None], int]]:
    """A server with this TLS, or none: it answers nothing."""
    sockets: list[socket.socket] = []

    def serve(server: socket.socket, context: ssl.SSLContext | None) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with suppress(OSError), connection:
                    if context:
                        with context.wrap_socket(connection, server_side=True) as secure:
                            secure.recv(1)
                    else:
                        connection.recv(1)

    def start(context: ssl.SSLContext | None) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        sockets.append(server)
        threading.Thread(target=serve, args=(server, context), daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for each in sockets:
        each.close()


def trusting(authority: Authority | None) -> ssl.SSLContext:
    return tls_context(Security(protocol="ssl", ca_file=authority.ca_file if authority else None))


def test_where_all_is_well_there_is_nothing_to_say(
    authority: Authority, listening: Callable[[ssl.SSLContext | None], int]
) -> None:
    assert why_not("localhost", listening(authority.server("localhost")), trusting(authority), "security") is None
    assert why_not("localhost", listening(None), None, "security") is None


def test_what_is_wrong_with_certificates_lasts_until_it_is_mended(
    authority: Authority, listening: Callable[[ssl.SSLContext | None], int]
) -> None:
    right = listening(authority.server("localhost"))
    past = datetime.now(UTC) - timedelta(days=1)
    expired = listening(authority.server("localhost", not_after=past))
    asking = listening(authority.server("localhost", asks_for_client=True))
    plain = listening(None)
    for port, context, said in (
        (right, trusting(None), "not trusted"),
        (right, None, "it speaks TLS on this port: mend security.protocol"),
        (expired, trusting(authority), "certificate has expired: renew it"),
        (asking, trusting(authority), "set security.cert_file and security.key_file"),
        (plain, trusting(authority), "does not speak TLS on this port"),
    ):
        trouble = why_not("localhost", port, context, "security")
        assert trouble is not None
        assert said in trouble.text
        assert trouble.lasting
    named = why_not("127.0.0.1", right, trusting(authority), "store")
    assert named is not None
    assert "not for the name 127.0.0.1" in named.text


def test_what_is_only_away_may_come_back() -> None:
    for host, port, said in (
        ("127.0.0.1", free_port(), "nothing listens on 127.0.0.1"),
        ("no-such-host.invalid", 9092, "the name no-such-host.invalid is not known here: mend store.url"),
    ):
        trouble = why_not(host, port, None, "store")
        assert trouble is not None
        assert said in trouble.text
        assert not trouble.lasting


def test_files_that_are_no_certificates_are_named(authority: Authority, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pem"
    rubbish.write_text("hello")
    cert_file, key_file = authority.keys("client")
    with pytest.raises(Unusable, match=r"rubbish\.pem cannot be used as a PEM file"):
        tls_context(Security(protocol="ssl", ca_file=rubbish))
    with pytest.raises(Unusable, match=r"client\.pem \(with \S+rubbish\.pem\) cannot be used"):
        tls_context(Security(protocol="ssl", cert_file=cert_file, key_file=rubbish))
    tls_context(Security(protocol="ssl", cert_file=cert_file, key_file=key_file))


def test_addresses_are_read_as_brokers_are_written() -> None:
    assert addresses("a:9093, b,[::1]:9094") == [("a", 9093), ("b", 9092), ("::1", 9094)]
