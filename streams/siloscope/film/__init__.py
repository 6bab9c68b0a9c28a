"""The journey film: what one customer went through, as lanes by department over time, playable."""

from __future__ import annotations

from .drawing import drawn
from .scene import Film, Mark, film_of, focused, mark_of

__all__ = ["Film", "Mark", "drawn", "film_of", "focused", "mark_of"]
