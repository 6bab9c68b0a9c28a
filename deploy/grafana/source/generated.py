"""The JSON of every page, the same in every run."""

from __future__ import annotations

from itertools import count
from typing import Final

from deploy.grafana.source import departments, detector_quality, handoffs, journey_and_cost, pipeline_health, silos_now
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

PAGES: Final[dict[str, Dashboard]] = {
    "silos_now": silos_now.PAGE,
    "handoffs": handoffs.PAGE,
    "departments": departments.PAGE,
    "journey_and_cost": journey_and_cost.PAGE,
    "detector_quality": detector_quality.PAGE,
    "pipeline_health": pipeline_health.PAGE,
}


def generated() -> dict[str, str]:
    """Every file of deploy/grafana/dashboards/ by name."""
    return {f"{name}.json": encoded(page.build()) for name, page in PAGES.items()}


def encoded(page: model.Dashboard) -> str:
    """A page as JSON, its panels numbered in the order they stand."""
    numbers = count(1)
    for panel in page.panels or ():
        panel.id_val = next(numbers)
    return JSONEncoder(indent=2, sort_keys=True, ensure_ascii=False).encode(page) + "\n"
