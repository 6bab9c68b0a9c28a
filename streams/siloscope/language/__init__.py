"""Languages: the shipped lexicons, an owner's own, and models that an owner plugs in. Nothing is ever downloaded."""

from __future__ import annotations

from .lexicons import lexicons, reader, shipped
from .model import model

__all__ = ["lexicons", "model", "reader", "shipped"]
