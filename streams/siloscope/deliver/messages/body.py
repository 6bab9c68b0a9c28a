"""A message for machines: the contract's JSON of what it is about, and where that stands on the board."""

from __future__ import annotations

from typing import Any

import msgspec

from ...wire.json_form import json_line, rfc3339
from ..links import Links
from ..message import Message, Notice, kind_of


def body(message: Message, links: Links) -> bytes:
    """The JSON of a message; the same bytes however often it is sent.

    One notice: `{type: "alert.opening", timestamp, id, data, links}`; several: `{type: "digest", …, data: [such
    objects]}`. `type` is what is told of what, `data` the contract's alert, warning or incident.
    """
    if message.kind == "one":
        return msgspec.json.encode(_told(message.notices[0], links))
    newest = max(notice.at for notice in message.notices)
    told: dict[str, Any] = {"type": message.kind, "timestamp": rfc3339(newest), "id": message.id}
    told["data"] = [_told(notice, links) for notice in message.notices]
    if links.board:
        told["links"] = {"board": links.board}
    return msgspec.json.encode(told)


def _told(notice: Notice, links: Links) -> dict[str, Any]:
    subject = notice.subject
    told: dict[str, Any] = {
        "type": f"{kind_of(subject)}.{notice.what}",
        "timestamp": rfc3339(notice.at),
        "id": notice.id,
        "opening": notice.opening,
        "by": notice.by,
        "unaccepted_minutes": notice.unaccepted,
        "handed_to": notice.handed_to,
        "handed_by": notice.handed_by,
        "data": msgspec.Raw(json_line(subject)),
    }
    customer = getattr(subject, "customer_id", "")
    at = {"item": links.of(subject), "customer": links.customer(customer)}
    told["links"] = {name: link for name, link in at.items() if link} or None
    return {name: value for name, value in told.items() if value is not None}
