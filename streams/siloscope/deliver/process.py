"""The delivery process: one tells, others of its group stand by and take over where it ends.

What makes it exact (docs/delivery.md says more): what will be told is journalled before it is sent, under an id that
follows from what it tells. Whoever takes over sends what is not journalled as sent, again, with the same ids.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Mapping
from typing import Final

from confluent_kafka.admin import OffsetSpec

from .. import wire
from ..agents.telling import DELIVERIES
from ..errors import Unusable
from ..garbage import collect_seldom
from ..ops import permissions
from ..ops.health import Health
from ..ops.metrics_page import opened
from ..rules.in_force import in_force
from ..settings import Settings
from ..staff.tail import TOLD, Place, Tail
from .figures import Figures
from .journal import Journal, Lost
from .leader import Leader
from .leading import Membership
from .links import Links
from .planning import Planner
from .senders.making import sender_of
from .sending import Outgoing
from .since import where

log = logging.getLogger(__name__)

_REST_SECONDS: Final = 1.0  # before the journal is read again
_LOOK_SECONDS: Final = 0.2  # of one look at the group while standing by
_FINISH_SECONDS: Final = 3.0  # at the end, for what is under way


def run(settings: Settings, *, ask_rights: bool = True) -> None:
    """Tell until SIGTERM or SIGINT; raises Unusable in one line when that is impossible.

    `ask_rights` asks the brokers first whether it may; the imitation of one cannot say.
    """
    wire.configure(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    collect_seldom()
    health = opened(settings, "deliver")
    if ask_rights:
        permissions.refuse(settings, "deliver")
    deliver(settings, stop, health)


def deliver(settings: Settings, stop: threading.Event, health: Health) -> None:
    """Tell, or stand by, until `stop`. Raises Unusable in one line when it cannot go on."""
    given, links = settings.deliver, Links(settings.board.url)
    if not given.routes:
        raise Unusable("nobody is to be told: write deliver.routes and deliver.receivers (docs/delivery.md)")
    Tail(settings, (DELIVERIES,)).close()  # says what is not there; as a member of a group one waits without a word
    senders = {name: sender_of(name, each, given.mail, links) for name, each in given.receivers.items()}
    figures = Figures(given.receivers)
    membership = Membership(settings)
    try:
        with Outgoing(senders) as outgoing:
            while not stop.is_set():
                figures.leads(False)
                health.look(time.monotonic(), 0)
                if membership.look(_LOOK_SECONDS):
                    _lead(settings, stop, health, membership, outgoing, figures)
    finally:
        membership.close()


def _lead(
    settings: Settings, stop: threading.Event, health: Health, membership: Membership, outgoing: Outgoing,
    figures: Figures,
) -> None:  # fmt: skip
    """Tell until another does; what cannot be journalled is begun again from the journal."""
    figures.leads(True)
    health.look(time.monotonic(), 0, "it reads its journal")
    journal = Journal(settings)
    try:
        planner = Planner(settings.deliver, in_force(settings).calendars)
        place = journal.load(planner.book.load, stop)
        if stop.is_set():
            return
        planner.loaded()
        place = place or _begin(settings, journal)
        tail = Tail(settings, TOLD, place)
        try:
            give_up = round(settings.deliver.give_up_hours * 3_600_000)
            leader = Leader(planner, tail, journal, outgoing, figures, place, give_up, lambda: int(time.time() * 1000))
            while not stop.is_set() and membership.look():
                leader.round()
                missing = None if tail.caught_up else "it reads what was told while nobody was listening"
                health.look(leader.moved, tail.behind, missing)
            if stop.is_set() and membership.leads:
                leader.finish(_FINISH_SECONDS)
        finally:
            tail.close()
    except Lost as error:
        log.warning("the journal: %s; beginning again", error)
        stop.wait(_REST_SECONDS)
    finally:
        outgoing.drop()
        journal.close()


def _begin(settings: Settings, journal: Journal) -> Mapping[Place, int]:
    """The first start ever: what was told until now is not told by us."""
    place = where(settings, OffsetSpec.latest())
    journal.write([], place)
    log.info("the first start: what was told until now is left alone")
    return place
