"""The board's templates and what they may say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..core.words import capital, counted, length, listed, moment
from ..deliver.messages.words import ENGLISH
from .assets import address_of

PAGES: Final = (
    ("/", "My desk"), ("/customers", "Customers"), ("/incidents", "Incidents"), ("/matrix", "Departments"),
    ("/quality", "Feedback"), ("/preflight", "Before you send"),
)  # fmt: skip

VERDICT_WORDS: Final = {
    "useful": "Useful", "false": "False alarm", "known": "Known already", "accepted": "Accepted as it is",
}  # fmt: skip
_TOLD: Final = re.compile(r"(.*) \[([^\[\]]+)\]", re.DOTALL)


@cache
def templates() -> Environment:
    """Escaped by default; a value that is not there is a mistake."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "when": when, "linked": linked, "unsourced": unsourced, "name": name, "length_of": length, "moment": moment,
        "listed": listed, "capital": capital,
    }  # fmt: skip
    made.globals |= {
        "counted": counted, "say": ENGLISH, "verdicts": VERDICT_WORDS, "asset": address_of,
        "customer_path": customer_path, "source_path": source_path, "pages": PAGES,
    }  # fmt: skip
    return made


def when(at: int) -> Markup:
    """A time (epoch ms) as `<time>`; the browser makes it short and local."""
    stamp = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(stamp, escape(moment(at)))


def name(symptom: str) -> str:
    """A symptom or status as people say it."""
    return symptom.replace("_", " ")


def customer_path(customer_id: str) -> str:
    """The address of a customer's page."""
    return f"/customers/{quote(customer_id, safe='')}"


def unsourced(line: str) -> str:
    """A line of a brief without the touchpoint that it ends with."""
    found = _TOLD.fullmatch(line)
    return found.group(1) if found else line


def source_path(customer_id: str, touchpoint_id: str) -> str:
    """The address of one touchpoint of a customer: its place on her journey."""
    named = quote(touchpoint_id, safe="")
    return f"{customer_path(customer_id)}/journey?t={named}#t-{named}"


def linked(line: str, customer_id: str) -> Markup:
    """A line of a brief; the touchpoint that it ends with in brackets is a link to it."""
    found = _TOLD.fullmatch(line)
    if found is None:
        return escape(line)
    said, touchpoint_id = found.groups()
    address = source_path(customer_id, touchpoint_id)
    link = '{} <a class="source" href="{}" title="touchpoint {}">source</a>'
    return Markup(link).format(said, address, touchpoint_id)
