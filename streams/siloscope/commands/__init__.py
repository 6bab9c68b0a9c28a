"""The commands, each one call into the module that does it; those are imported when the command runs."""

from __future__ import annotations

from . import running, detecting, looking, operating  # isort: skip  # in the order in which --help lists them
from .app import app

__all__ = ["app", "detecting", "looking", "operating", "running"]
