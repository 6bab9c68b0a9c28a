"""One's own symptoms: Python files, and patterns declared in YAML."""

from __future__ import annotations

from .loading import own, symptoms_in

__all__ = ["own", "symptoms_in"]
