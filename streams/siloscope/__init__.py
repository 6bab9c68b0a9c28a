"""Siloscope: what customers suffer when departments do not talk to each other, found live."""

__version__ = "0.1.0"
