"""A mail server for tests: speaks as much SMTP as our mails need, and refuses what it is told to."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.deliver_tools import listening


class MailServer:
    """`answers` by the begin of a command ("RCPT TO:<a@", "DATA", "." for the mail itself) instead of its usual ones.

    `mails` are what it took; `told` the commands, those within TLS marked by `+`; `passwords` what it was logged in
    with.
    """

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.mails: list[bytes] = []
        self.told: list[str] = []
        self.passwords: list[str] = []
        self.port = 0
        self._answers = answers or {}
        self._starttls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def serving(
        self, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
    ) -> AsyncIterator[MailServer]:
        """On a free port of this machine."""
        self._starttls = starttls
        async with listening(self._talk, tls) as self.port:
            yield self

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 mail.example\r\n")
            while line := (await reader.readline()).decode().rstrip("\r\n"):
                self.told.append(f"{'+' if writer.get_extra_info('ssl_object') else ''}{line}")
                if line == "DATA" and self._said(line) is None:
                    writer.write(b"354 go on\r\n")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    self._keep(mail, writer)
                else:
                    writer.write(f"{self._said(line) or self._usual(line, writer)}\r\n".encode())
                if line == "STARTTLS" and self._starttls:
                    await writer.start_tls(self._starttls)
                await writer.drain()
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    def _keep(self, mail: bytes, writer: asyncio.StreamWriter) -> None:
        refused = self._said(".")
        if refused is None:
            self.mails.append(mail.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."))
        writer.write(f"{refused or '250 taken'}\r\n".encode())

    def _said(self, line: str) -> str | None:
        return next((said for begin, said in self._answers.items() if line.startswith(begin)), None)

    def _usual(self, line: str, writer: asyncio.StreamWriter) -> str:
        if line.startswith("EHLO"):
            secure = writer.get_extra_info("ssl_object") is not None
            offer = "250-STARTTLS\r\n" if self._starttls and not secure else ""
            return f"250-mail.example\r\n{offer}250 AUTH PLAIN"
        if line.startswith("AUTH PLAIN"):
            self.passwords.append(b64decode(line.split()[-1]).decode().split("\0")[-1])
            return "235 welcome"
        return {"QUIT": "221 bye", "STARTTLS": "220 go on"}.get(line, "250 ok")
