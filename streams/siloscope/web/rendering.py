"""The board's templates and what they may say."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..core.words import counted, length, listed, moment
from . import look
from .assets import address_of

PAGES: Final = (("/", "My desk"), ("/incidents", "Incidents"), ("/matrix", "Departments"), ("/quality", "Feedback"))


@cache
def templates() -> Environment:
    """Escaped by default; a value that is not there is a mistake."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"when": when, "name": name, "length": length, "moment": moment, "listed": listed}
    made.globals |= {"counted": counted, "asset": address_of, "look": look.version, "pages": PAGES}
    return made


def when(at: int) -> Markup:
    """A time (epoch ms) as `<time>`; the browser makes it short and local."""
    stamp = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(stamp, escape(moment(at)))


def name(symptom: str) -> str:
    """A symptom or status as people say it."""
    return symptom.replace("_", " ")
