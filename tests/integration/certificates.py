"""Certificates of an invented authority, as the PEM files that brokers, servers and clients read."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class Authority:
    """Signs certificates; its own is in `ca_file`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ca = trustme.CA()
        self.ca_file = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(self.ca_file)

    def keys(
        self, name: str, *, common_name: str | None = None, not_after: datetime | None = None
    ) -> tuple[Path, Path]:
        """The files of a certificate for `name`, good until `not_after`, and of its key."""
        certificate = self._ca.issue_cert(name, common_name=common_name, not_after=not_after)
        cert_file, key_file = self._directory / f"{name}.pem", self._directory / f"{name}.key"
        cert_file.write_bytes(b"".join(each.bytes() for each in certificate.cert_chain_pems))
        key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))  # as Java wants it
        return cert_file, key_file

    def keystore(self, name: str) -> Path:
        """One file with both, as a Kafka broker reads it."""
        cert_file, key_file = self.keys(name)
        store = self._directory / f"{name}.keystore"
        store.write_bytes(key_file.read_bytes() + cert_file.read_bytes())
        return store

    def server(
        self, name: str, *, asks_for_client: bool = False, not_after: datetime | None = None
    ) -> ssl.SSLContext:
        """For a server under this name; one that `asks_for_client` wants the client's certificate from here too."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.keys(name, not_after=not_after))
        if asks_for_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_file)
        return context
