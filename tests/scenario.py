"""The scenarios of our symptoms, `scenarios/<symptom>.yml`, in the short form of `siloscope.patterns.scenarios`."""

from __future__ import annotations

from pathlib import Path

from siloscope.patterns.scenarios import BASE, TIMES, Scenario, expected, moment, read_scenarios, touchpoint

__all__ = ["BASE", "SCENARIOS", "TIMES", "Scenario", "every", "expected", "load", "moment", "touchpoint"]

SCENARIOS = Path(__file__).parent / "scenarios"


def load(symptom: str) -> list[Scenario]:
    """The scenarios of one symptom."""
    file = SCENARIOS / f"{symptom}.yml"
    return read_scenarios(file.read_text(), str(file), symptom)


def every() -> list[Scenario]:
    """All scenarios of all symptoms."""
    return [scenario for file in sorted(SCENARIOS.glob("*.yml")) for scenario in load(file.stem)]
