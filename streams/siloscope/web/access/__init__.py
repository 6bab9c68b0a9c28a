"""Who may see and do what on the board."""

from __future__ import annotations

from .person import Person

__all__ = ["Person"]
