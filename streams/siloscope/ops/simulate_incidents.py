"""What hits many customers at once: one cause, many alerts, which belong to one incident."""

from __future__ import annotations

from typing import Final, NamedTuple

from siloscope.core.touchpoint import HOUR
from siloscope.ops.simulate_scene import Kind, Label, Scene, puts_in

_KINDS: Final[list[Kind]] = []
fault = puts_in(_KINDS, True)


@fault("unanswered", "an outage, and nobody answers who asks about it", duty=(0, 3))
def outage_nobody_answers(s: Scene) -> None:
    asked = s.say(-72 * HOUR, "question", "support", "email", "question.outage", topic="outage.north")
    s.label("outage.north", asked, after=0)
    s.say(s.worked(0, 5 * HOUR), "answer", "support", "email", "sorry_late", reply_to=asked, topic="outage.north")


@fault("duplicate_outreach", "marketing and sales send one campaign to the same people", duty=(0, 1))
def campaign_by_two_departments(s: Scene) -> None:
    about = {"message_ref": f"campaign:summer-{s.visit}", "topic": "offer.summer"}
    first = s.say(s.day(-1, 10), "promotion", "marketing", "email", "video_offer", **about)
    s.label(about["message_ref"], first, s.out(0, "sales", "email", "video_offer_sales", **about))


INCIDENTS: Final = tuple(kind._replace(hours=(9.7, 15)) for kind in _KINDS)
DAYS: Final = 7  # between two of a kind
FEWEST, MOST = 12, 400  # customers
PER_HIT: Final = 50  # customers of the company for each that is hit
WITHIN: Final = HOUR * 2 // 3


class Hit(NamedTuple):
    """One of those hit: which, and how long after the first (milliseconds)."""

    number: int
    after: int


def hits(customers: int) -> list[Hit]:
    """Those whom an incident hits in a company with so many customers."""
    many = min(max(customers // PER_HIT, FEWEST), MOST)
    return [Hit(number, number * WITHIN // many) for number in range(many)]


def as_incident(label: Label) -> Label:
    """The label of the whole incident, by one of those hit."""
    return Label(
        f"incident:{label.symptom}", True, "", label.found_at, label.about, label.touchpoints, label.story, label.why
    )
