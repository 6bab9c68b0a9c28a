"""Faust under our own transport: whole chunks in, alerts and state out."""
