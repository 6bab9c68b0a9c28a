"""Mail, through the owner's own server."""

from __future__ import annotations

import asyncio
import logging
import ssl
from email.message import EmailMessage
from typing import Final

import aiosmtplib

from ..links import Links
from ..message import Message
from ..messages.mail import mail
from ..receivers import Email, Mail
from ..safe_http import why_not_reached
from . import Again, Refused

log = logging.getLogger(__name__)
_FOR_GOOD: Final = range(500, 600)


class EmailSender:
    """Some addresses that get mail through `server`; a connection for each mail, as servers close idle ones."""

    def __init__(self, receiver: Email, server: Mail, links: Links) -> None:
        self._receiver = receiver
        self._server = server
        self._links = links
        self._context = context(server)

    async def send(self, message: Message) -> None:
        """Hand the mail to the server."""
        made = mail(message, self._links, self._server.sender, self._receiver.to)
        try:
            async with asyncio.timeout(self._receiver.seconds):
                await self._hand_over(made)
        except TimeoutError:
            raise Again(f"the mail server does not answer within {self._receiver.seconds:g} s") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {each.code for each in error.recipients}
            why = f"the mail server refuses all {len(error.recipients)} addresses ({min(codes)})"
            raise (Refused(why) if all(code in _FOR_GOOD for code in codes) else Again(why)) from None
        except aiosmtplib.SMTPDataError as error:
            why = f"the mail server does not take the mail ({error.code})"
            raise (Refused(why) if error.code in _FOR_GOOD else Again(why)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Again(why_no_mail(error)) from None

    async def _hand_over(self, made: EmailMessage) -> None:
        async with connection(self._server, self._context, self._receiver.seconds) as client:
            refused, _ = await client.send_message(made)
        if refused:
            log.warning("mail: %d of %d addresses were refused", len(refused), len(self._receiver.to))

    async def close(self) -> None:
        """Nothing is held."""


def context(server: Mail) -> ssl.SSLContext | None:
    """Whom to trust; raises OSError where ca_file cannot be used."""
    return ssl.create_default_context(cafile=server.ca_file) if server.security != "none" else None


def connection(server: Mail, trust: ssl.SSLContext | None, seconds: float) -> aiosmtplib.SMTP:
    """A client of the mail server; entering it connects, secures and logs in."""
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password.get_secret_value() if server.password else None,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=trust,
        timeout=seconds,
    )


def why_no_mail(error: Exception) -> str:
    """One line without what the server said: it repeats addresses."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return "the mail server does not know deliver.mail.username with this password"
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return f"the mail server does not take mail from deliver.mail.sender ({error.code})"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"the mail server answers {error.code}"
    if "STARTTLS" in str(error):
        return "the mail server has no STARTTLS: write security: tls, or none for a relay of your own network"
    return f"the mail server: {why_not_reached(error)}"
