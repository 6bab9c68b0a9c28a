"""The sender of a receiver, as the settings describe it."""

from __future__ import annotations

import ssl

from ...errors import WrongUsage
from .. import receivers
from ..links import Links
from . import Sender
from .apprise import AppriseSender
from .email import EmailSender
from .file import FileSender
from .slack import SlackSender
from .webhook import WebhookSender


def sender_of(name: str, receiver: receivers.Receiver, mail: receivers.Mail | None, links: Links) -> Sender:
    """The sender of the receiver `name`. Raises WrongUsage: one line with the setting and the remedy."""
    try:
        match receiver:
            case receivers.Webhook():
                return WebhookSender(receiver, links)
            case receivers.Slack():
                return SlackSender(receiver, links)
            case receivers.Apprise():
                return AppriseSender(name, receiver, links)
            case receivers.File():
                return FileSender(name, receiver, links)
            case receivers.Email():
                if mail is None:
                    raise WrongUsage(f"deliver.receivers.{name}: kind email needs deliver.mail, the server of mails")
                return EmailSender(receiver, mail, links)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "no certificates in PEM"
        raise WrongUsage(f"deliver.receivers.{name}.ca_file cannot be used: {why}") from None
