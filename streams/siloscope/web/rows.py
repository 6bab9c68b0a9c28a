"""The lists' rows, each rendered once for all who see the same of it."""

from __future__ import annotations

from typing import Final

from .live import Live
from .rendering import templates

KEPT: Final = 20_000  # rows


class Rows:
    """HTML of the items of `live`; `may_act` says whether it has buttons."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._made: dict[tuple[str, bool], str] = {}
        live.listeners.append(self._hear)

    def html(self, subject: str, may_act: bool) -> str:
        """One row."""
        found = self._made.get((subject, may_act))
        if found is None:
            if len(self._made) >= KEPT:
                self._made.clear()
            item = self._live.desk.items[subject]
            module = templates().get_template("parts.html").module
            found = str(module.row(item, may_act, self._live.clock()))  # type: ignore[attr-defined]
            self._made[subject, may_act] = found
        return found

    def _hear(self, changed: set[str], _: int | None) -> None:
        for subject in changed:
            for may_act in (True, False):
                self._made.pop((subject, may_act), None)
