"""Messages into a directory: lines of JSON, or mails as they would be sent."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from ..links import Links
from ..message import Message
from ..messages.body import body
from ..messages.mail import mail
from ..receivers import File
from . import Again

_SENDER = "siloscope@localhost"


class FileSender:
    """A directory; `name` is the receiver's in the settings."""

    def __init__(self, name: str, receiver: File, links: Links) -> None:
        self._name = name
        self._receiver = receiver
        self._links = links
        self._thread = ThreadPoolExecutor(1, "file")  # its own: a disk that hangs keeps nobody else waiting

    async def send(self, message: Message) -> None:
        """Write the message."""
        try:
            async with asyncio.timeout(self._receiver.seconds):
                await asyncio.get_running_loop().run_in_executor(self._thread, self._write, message)
        except TimeoutError:
            raise Again(f"{self._receiver.path} takes longer than {self._receiver.seconds:g} s") from None
        except OSError as error:
            raise Again(f"{self._receiver.path} cannot be written: {error.strerror}") from None

    def _write(self, message: Message) -> None:
        folder = self._receiver.path
        folder.mkdir(parents=True, exist_ok=True)
        if self._receiver.form == "eml":
            to = (f"{quote(self._name, safe='')}@localhost",)
            _replace(folder / f"{quote(message.id, safe='')}.eml", bytes(mail(message, self._links, _SENDER, to)))
        else:
            _append(folder / "deliveries.jsonl", body(message, self._links) + b"\n")

    async def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _replace(file: Path, content: bytes) -> None:
    """Whole or not at all."""
    half = file.with_suffix(".part")
    half.write_bytes(content)
    half.replace(file)


def _append(file: Path, line: bytes) -> None:
    """One line in one write, so that two processes do not mix theirs."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)
