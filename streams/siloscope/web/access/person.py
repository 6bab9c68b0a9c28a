"""Who asks, and what she may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from ..login_settings import Role

Right = Literal["look", "act", "read_text", "all_departments"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)  # from the lowest
_FROM: Final[dict[Right, Role]] = {"look": "viewer", "act": "agent", "all_departments": "admin"}


@dataclass(frozen=True)
class Person:
    """Somebody, or a program. `name` stands beside what she does; `id` is the issuer's own, empty elsewhere."""

    name: str
    departments: frozenset[str]
    rights: frozenset[str]
    id: str = ""

    def may(self, right: Right) -> bool:
        """Whether she has that right."""
        return right in self.rights

    @property
    def shown(self) -> frozenset[str] | None:
        """The departments whose desks are shown to her; None: all."""
        return None if self.may("all_departments") else self.departments

    def of(self, department: str) -> bool:
        """Whether what belongs to `department` is shown to her."""
        return self.shown is None or department in self.shown


NOBODY: Final = Person("", frozenset(), frozenset())


def rights_of(role: Role, read_text_from: Role) -> frozenset[str]:
    """What a role may do: each has what those below it have."""
    rank = ROLES.index(role)
    lowest = {**_FROM, "read_text": read_text_from}
    return frozenset(right for right, least in lowest.items() if rank >= ROLES.index(least))


def highest(roles: Iterable[Role]) -> Role | None:
    """The highest of these roles, None of none."""
    return max(roles, key=ROLES.index, default=None)
