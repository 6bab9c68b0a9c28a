"""Siloscope: what customers suffer when departments do not talk to each other, found live."""
