"""The owner's one file: what is told, to whom it matters, when departments work, what is quiet for now."""

from __future__ import annotations

from .file import load
from .rules import Rules

__all__ = ["Rules", "load"]
