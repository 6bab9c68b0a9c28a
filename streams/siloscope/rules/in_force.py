"""What watches by the settings and the owner's rules: the same for every process that folds timelines."""

from __future__ import annotations

from ..core.detection import Detection
from ..core.parameters import BadParameter
from ..core.touchpoint import DAY
from ..errors import WrongUsage
from ..settings import Settings
from .file import load


def in_force(settings: Settings) -> Detection:
    """The detection that the settings ask for; raises WrongUsage for parameters that symptoms cannot have."""
    rules = load(settings.rules)
    try:
        return rules.detection(
            settings.symptoms,
            coarse_topics=rules.coarse_topics if settings.rules else frozenset(settings.coarse_topics),
            horizon=settings.horizon_days * DAY,
            entries=settings.horizon_entries,
            mode=settings.mode,
        )
    except BadParameter as error:
        raise WrongUsage(f"symptoms: {error}") from None
