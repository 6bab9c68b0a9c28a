"""Briefs from the store for panels: each is asked for every few seconds by everybody who has the customer open."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from ..core.handoff import Brief
from ..errors import Unusable
from ..rules.in_force import in_force
from .access import Person
from .lived import lived
from .site import Site
from .stored import answer_of

KEPT_SECONDS: Final = 30.0
MOST: Final = 1_000


class Briefs:
    """The last briefs by customer and department; None where the store has nothing of her or cannot be asked."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._detection = in_force(site.settings)
        self._kept: dict[tuple[str, str], tuple[float, Brief | None]] = {}

    async def first(self, customers: Sequence[str], person: Person) -> tuple[str | None, Brief | None]:
        """The first of these customers of whom the store knows something, with her brief as this person reads it."""
        department = next(iter(sorted(person.departments)), "")
        for customer in customers:
            brief = await self._of(customer, department)
            if brief is not None:
                return customer, brief
        return (customers[0] if customers else None), None

    async def _of(self, customer: str, department: str) -> Brief | None:
        key, now = (customer, department), time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            found = await answer_of(self._site, lambda client: lived(client, customer, self._detection, department))
            brief: Brief | None = found.brief
        except Unusable:
            brief = None
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (now, brief)
        return brief
