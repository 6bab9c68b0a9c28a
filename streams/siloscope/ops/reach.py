"""Why a server cannot be reached: its name, its port, its TLS; in words, for people who mend settings."""

from __future__ import annotations

import socket
import ssl
from typing import Final, NamedTuple

from ..errors import Unusable
from ..settings import Security, Store

SECONDS: Final = 5.0
_ALERT_SECONDS: Final = 1.0  # in which a server says that it does not accept us, after the handshake
_WRONG_NAME: Final = (62, 64)  # a name, an address; of OpenSSL's codes for what is wrong with a certificate
_EXPIRED: Final = 10
_NOT_YET: Final = 9

# What is to be mended, by the group of settings.
_ADDRESS: Final = {"security": "bootstrap_servers", "store": "store.url"}
_PROTOCOL: Final = {"security": "security.protocol", "store": "store.url (http or https)"}


def tls_context(settings: Security | Store) -> ssl.SSLContext:
    """What to trust and who we are, for TLS; raises Unusable in one line for files that cannot be used."""
    file = settings.ca_file
    secret = getattr(settings, "key_password", None)
    try:
        context = ssl.create_default_context(cafile=str(file) if file else None)
        if settings.cert_file:
            file = settings.cert_file
            # Without a password OpenSSL would ask for one on the terminal.
            context.load_cert_chain(file, settings.key_file, secret.get_secret_value() if secret else "")
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        key = f" (with {settings.key_file})" if file == settings.cert_file else ""
        raise Unusable(f"{file}{key} cannot be used as a PEM file: {why}") from None
    return context


class Trouble(NamedTuple):
    """What is wrong and how to mend it; `lasting` if waiting does not mend it."""

    text: str
    lasting: bool = False


def why_not(host: str, port: int, context: ssl.SSLContext | None, group: str) -> Trouble | None:
    """None where a connection (with TLS if there is a `context`) can be made, else what is wrong.

    `group` is the group of settings that the remedy names, `security` or `store`. Takes at most some 6 s.
    """
    try:
        with socket.create_connection((host, port), timeout=SECONDS) as connection:
            said = _plain(connection, group) if context is None else _secure(connection, host, context, group)
            return Trouble(said, lasting=True) if said else None
    except socket.gaierror:
        said = f"the name {host} is not known here: mend {_ADDRESS[group]}"
    except ConnectionRefusedError:
        said = f"nothing listens on {host}:{port}: start it, or mend {_ADDRESS[group]}"
    except TimeoutError:
        said = f"{host}:{port} is silent for {SECONDS:g} s: start it, open the firewall, or mend {_ADDRESS[group]}"
    except OSError as error:
        said = f"{host}:{port}: {error.strerror or error}: start it, or mend {_ADDRESS[group]}"
    return Trouble(said)


def addresses(servers: str, default_port: int = 9092) -> list[tuple[str, int]]:
    """The hosts and ports of `host:port,host:port`."""
    found = []
    for server in filter(None, map(str.strip, servers.split(","))):
        host, _, port = server.rpartition(":") if server.rpartition(":")[2].isdigit() else (server, "", "")
        found.append((host.strip("[]"), int(port or default_port)))
    return found


def _secure(connection: socket.socket, host: str, context: ssl.SSLContext, group: str) -> str | None:
    try:
        with context.wrap_socket(connection, server_hostname=host) as secure:
            # With TLS 1.3 a server refuses our certificate, or that there is none, only after the handshake.
            secure.settimeout(_ALERT_SECONDS)
            try:
                secure.recv(1)
            except TimeoutError:
                pass
    except ssl.SSLCertVerificationError as error:
        return _of_certificate(host, error, group)
    except (ssl.SSLError, ConnectionError, TimeoutError) as error:
        return _of_handshake(error, group)
    return None


def _of_certificate(host: str, error: ssl.SSLCertVerificationError, group: str) -> str:
    if error.verify_code in _WRONG_NAME:
        return f"its certificate is not for the name {host}: use a name that is in it"
    if error.verify_code in (_EXPIRED, _NOT_YET):
        return f"its {error.verify_message}: renew it, or mend this machine's clock"
    return f"its certificate is not trusted ({error.verify_message}): set {group}.ca_file to the authority's"


def _of_handshake(error: Exception, group: str) -> str:
    reason = getattr(error, "reason", "") or ""
    if "CERTIFICATE" in reason:  # an alert: it is about ours
        return f"it does not accept this client's certificate: set {group}.cert_file and {group}.key_file"
    if isinstance(error, TimeoutError | ConnectionError) or reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return f"it does not speak TLS on this port: use its TLS port, or mend {_PROTOCOL[group]}"
    return f"TLS fails: {reason or error}"


def _plain(connection: socket.socket, group: str) -> str | None:
    """Whether it wants TLS though we do not: then a plain client only sees it hang up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection.settimeout(_ALERT_SECONDS)
    try:
        with context.wrap_socket(connection):
            return f"it speaks TLS on this port: mend {_PROTOCOL[group]}"
    except (OSError, ValueError):
        return None
