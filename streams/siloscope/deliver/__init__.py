"""Telling people: alerts and handoff warnings to the tools that staff have open."""
