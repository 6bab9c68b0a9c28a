"""Names that others give, as labels of metrics: never more of them than are bearable, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

OTHER: Final = "other"
LONGEST: Final = 40  # characters
MOST_DEPARTMENTS: Final = 32
MOST_SYMPTOMS: Final = 100
MOST_RECEIVERS: Final = 50
# Those of the contract are always named, whoever comes first.
DEPARTMENTS: Final = (
    "marketing", "sales", "support", "finance", "legal", "product", "delivery", "success", "web", "onboarding", ""
)  # fmt: skip


class Names:
    """At most `most` names, those `known` among them; all others are `other`."""

    def __init__(self, most: int, known: Iterable[str] = ()) -> None:
        self._most = most
        self._names = {name: name for name in known}

    def __call__(self, name: str) -> str:
        """The label for `name`."""
        label = self._names.get(name)
        if label is None:
            if len(self._names) >= self._most or len(name) > LONGEST:
                return OTHER
            label = self._names[name] = name
        return label
