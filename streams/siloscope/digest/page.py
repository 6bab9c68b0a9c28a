"""A digest as one HTML page, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import panels
from ..core.words import counted, listed
from ..film import Film, drawn
from . import pictures, say
from .facts import Breakage, Facts


def page(facts: Facts, film_of: Callable[[Breakage], Film]) -> str:
    """The page; `film_of` gives the anonymous film of a breakage's example."""
    here = [Path(__file__).parent, Path(panels.__file__).parent]
    made = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    words: Mapping[str, Any] = {
        "day": say.day, "hours": say.hours, "name": say.name, "counted": counted, "listed": listed,
    }  # fmt: skip
    return made.get_template("digest.html").render(
        words,
        facts=facts._asdict() | {"this": facts.this, "last": facts.week + timedelta(days=6)},
        lead=lead(facts),
        weeks=Markup(pictures.weeks(facts.weeks)),
        breakages=[
            (each, Markup(drawn(film_of(each), tag=str(number))))
            for number, each in enumerate(facts.breakages, 1)
        ],
        matrix=Markup(pictures.matrix(facts.pairs)),
        wasted=Markup(pictures.wasted(facts.wasted)),
        lost=sum(each.minutes for each in facts.wasted),
        costed=any(each.cost is not None for each in facts.wasted),
        cards=Markup(pictures.cards(facts.cards)),
    )


def lead(facts: Facts) -> str:
    """The week in two sentences."""
    this, before = facts.this, facts.weeks[:-1]
    counts = f"{counted(this.customers, 'customer')} suffered {counted(this.alerts, 'time')}"
    hurt = counts if this.alerts else "Nobody is known to have suffered"
    said = f"{hurt} from what departments did not tell each other"
    if this.minutes:
        said += f", and lost {say.hours(this.minutes)}"
    if before:
        usual = counted(round(median(week.alerts for week in before)), "time")  # the first may be only part of a week
        if len(before) == 1:
            said += f". The week before: {usual}"
        else:
            said += f". In the {len(before)} weeks before it was usually {usual} a week"
    watermelons = [card.department for card in facts.cards if card.verdict == "watermelon"]
    if watermelons:
        said += f". Green by its own measures, and red for its customers: {listed(watermelons)}"
    return f"{said}."
