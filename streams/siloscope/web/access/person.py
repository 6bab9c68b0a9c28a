"""Who looks at the board."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who has logged in; `rights` are of look, act, read_text, all_departments."""

    name: str
    departments: frozenset[str]
    rights: frozenset[str]

    def may(self, right: str) -> bool:
        """Whether she has this right."""
        return right in self.rights

    def of(self, department: str) -> bool:
        """Whether what is on this department's desk is hers to see."""
        return self.may("all_departments") or department in self.departments
