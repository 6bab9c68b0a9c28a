"""The owner's one file: what is told, to whom it matters, when departments work, what is quiet for now."""

from __future__ import annotations

from .file import load
from .rules import NO_RULES, Rules

__all__ = ["NO_RULES", "Rules", "load"]
