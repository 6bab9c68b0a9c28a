"""Which symptoms a touchpoint of a timeline is shown to: those that want it, and that have begun or begin with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .detection import Detection
    from .touchpoint import Entry

Kind = tuple[str, str, bool, bool]
"""Of a touchpoint: activity, direction, whether it tells the end of a term, whether it carries a KPI."""
_REMEMBERED: Final = 1_024  # sets of symptoms that have begun


def kind_of(entry: Entry) -> Kind:
    """The kind of a touchpoint."""
    more = entry.more_or_none
    if more is None:
        return (entry.activity, entry.direction, False, False)
    return (entry.activity, entry.direction, more.renewal_at is not None, more.kpi is not None)


class Watch(dict[Kind, "tuple[tuple[int, ...], Watch]"]):
    """By kind of touchpoint the numbers of the symptoms that are shown it, and who watches afterwards.

    Of those that `may` watch the timeline, the ones in `begun` are shown all that they want, the others only what
    they begin with. Each kind is worked out when it is first asked for.
    """

    __slots__ = ("_begun", "_detection", "_may", "_others")

    def __init__(
        self,
        detection: Detection,
        may: Collection[int],
        begun: frozenset[int] = frozenset(),
        others: dict[frozenset[int], Watch] | None = None,
    ) -> None:
        super().__init__()
        self._detection = detection
        self._may = may
        self._begun = begun
        self._others: dict[frozenset[int], Watch] = {} if others is None else others

    def __missing__(self, kind: Kind) -> tuple[tuple[int, ...], Watch]:
        begun, detection = self._begun, self._detection
        shown = tuple(index for index in self._may if detection.shown(index, kind, begins=index not in begun))
        found = self[kind] = (shown, self._with(begun.union(shown)))
        return found

    def _with(self, begun: frozenset[int]) -> Watch:
        if begun == self._begun:
            return self
        found = self._others.get(begun)
        if found is None:
            if len(self._others) >= _REMEMBERED:
                self._others.clear()
            found = self._others[begun] = Watch(self._detection, self._may, begun, self._others)
        return found
