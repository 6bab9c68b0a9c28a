"""Whether a receiver can be reached; nothing is sent to it."""

from __future__ import annotations

import asyncio
import os
import ssl
from pathlib import Path

import aiosmtplib
import httpx

from .. import receivers
from ..links import Links
from ..safe_http import judged, why_not_reached
from . import Again
from .apprise import AppriseSender
from .email import connection, context, why_no_mail
from .slack import API


async def reachable(name: str, receiver: receivers.Receiver, mail: receivers.Mail | None) -> str:
    """What was found, in a few words. Raises Again or Refused in one line, WrongUsage for what cannot be."""
    try:
        async with asyncio.timeout(receiver.seconds):
            return await _tried(name, receiver, mail)
    except TimeoutError:
        raise Again(f"no answer within {receiver.seconds:g} s") from None


async def _tried(name: str, receiver: receivers.Receiver, mail: receivers.Mail | None) -> str:
    match receiver:
        case receivers.Webhook():
            return await _connected(receiver.url, receiver)
        case receivers.Slack():
            return await _connected(receiver.url.get_secret_value() if receiver.url else API, receiver)
        case receivers.Apprise():
            await AppriseSender(name, receiver, Links(None)).judge()
            return "Apprise knows the address; it is not tried"
        case receivers.File():
            return _writable(receiver.path)
    assert mail is not None  # the settings see to it
    return await _greeted(mail, receiver.seconds)


async def _connected(url: str, receiver: receivers.Webhook | receivers.Slack) -> str:
    """Connect, with TLS where the address says so."""
    at = httpx.URL(url)
    port = at.port or (443 if at.scheme == "https" else 80)
    (address, *_) = await judged(at.host, port, receiver.allow_private)
    context = ssl.create_default_context(cafile=receiver.ca_file) if at.scheme == "https" else None
    try:
        _, writer = await asyncio.open_connection(
            str(address), port, ssl=context, server_hostname=at.host if context else None
        )
    except OSError as error:
        raise Again(why_not_reached(error)) from None
    writer.transport.abort()
    return f"{at.host} answers on port {port}"


async def _greeted(mail: receivers.Mail, seconds: float) -> str:
    """Connect, secure and log in."""
    try:
        async with connection(mail, context(mail), seconds) as client:
            await client.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Again(why_no_mail(error)) from None
    return f"{mail.host} takes mail on port {mail.port}"


def _writable(folder: Path) -> str:
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise Again(f"{there} is no directory that can be written")
    return f"{folder} can be written"
