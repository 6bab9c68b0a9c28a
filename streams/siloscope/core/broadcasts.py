"""What is said to everybody, on its way to the customers whom it concerns."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from .bulletin import Bulletin, subjects
from .customer import DUPLICATE, IN_ORDER, reused
from .customer_key import EVERYBODY
from .state import broadcast_record, tombstone
from .timelines import FOLDS_PER_DRAIN, Timelines
from .touchpoint import Entry, Rejected

if TYPE_CHECKING:
    from .present import Present


class Broadcasts:
    """Takes broadcasts into the bulletin and shows them, a few customers at a time, to those whom they concern."""

    __slots__ = ("_bulletin", "_concerned", "_present", "_timelines", "_untold")

    def __init__(self, bulletin: Bulletin, timelines: Timelines, present: Present) -> None:
        self._bulletin = bulletin
        self._timelines = timelines
        self._present = present
        self._untold: dict[str, Entry] = {}  # those whose customers have not all been folded
        self._concerned: dict[str, list[Entry]] = {}  # customers to fold -> the broadcasts they have not seen

    def take(self, entry: Entry) -> Rejected | None:
        """One broadcast; returns why it is refused, if it is."""
        present = self._present
        standing = self._bulletin.get(entry.touchpoint_id)
        if standing is not None:
            if standing.content == entry.content:
                present.counts[DUPLICATE] += 1
                return None
            if (standing.at, standing.content) < (entry.at, entry.content):
                present.counts["id_reused"] += 1
                return reused(entry)
            present.changes.refused.append((standing, reused(standing)))
            self._concern(standing)
        present.counts[IN_ORDER] += 1
        for gone in self._bulletin.add(entry):
            present.changes.state.append(tombstone(EVERYBODY, gone.touchpoint_id))
        self._concern(entry)
        self._untold[entry.touchpoint_id] = entry
        present.changes.state.append(broadcast_record(entry, untold=True))
        return None

    def load(self, entry: Entry, untold: bool) -> None:
        """One that was taken before a restart."""
        self._bulletin.add(entry)
        if untold:
            self._untold[entry.touchpoint_id] = entry

    def loaded(self) -> None:
        """All of them and all customers are loaded."""
        for entry in self._untold.values():
            self._concern(entry)

    def _concern(self, entry: Entry) -> None:
        for subject in subjects(entry):
            for key in self._timelines.about.get(subject, ()):
                self._concerned.setdefault(key, []).append(entry)

    def tell(self) -> None:
        """Show the next customers what concerns them."""
        for key in list(islice(self._concerned, FOLDS_PER_DRAIN)):
            self._timelines.hear(key, self._concerned.pop(key))
        if not self._concerned and self._untold:
            told = (broadcast_record(entry, untold=False) for entry in self._untold.values())
            self._present.changes.state.extend(told)
            self._untold.clear()

    @property
    def busy(self) -> bool:
        """Whether customers are still to be shown something."""
        return bool(self._concerned)
