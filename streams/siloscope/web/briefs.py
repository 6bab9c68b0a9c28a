"""Briefs from the store for panels: each is asked for every few seconds by everybody who has the customer open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..core.handoff import Brief
from ..errors import Unusable
from ..rules.in_force import in_force
from .access import Person
from .kept import Kept
from .lived import lived
from .site import Site

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

SECONDS: Final = 30.0


class Briefs:
    """The last briefs by customer and department."""

    def __init__(self, site: Site) -> None:
        self._detection = in_force(site.settings)
        self._kept: Kept[Brief] = Kept(site, SECONDS)

    async def first(self, customers: Sequence[str], person: Person) -> tuple[str | None, Brief | None]:
        """The first of these customers of whom the store knows something, with her brief as this person reads it.

        Where it knows none of them, or cannot be asked, the first and None.
        """
        for customer in customers:
            try:
                return customer, await self._of(customer, department_of(person))
            except Unusable:
                continue
        return (customers[0] if customers else None), None

    async def _of(self, customer: str, department: str) -> Brief:
        def question(client: Client) -> Brief:
            return lived(client, customer, self._detection, department).brief

        return await self._kept.of((customer, department), question)


def department_of(person: Person) -> str:
    """Whose language somebody reads; empty: that of all."""
    return next(iter(sorted(person.departments)), "")
