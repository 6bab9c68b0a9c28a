"""How much hypothesis tries: `ci` by default, `night` with HYPOTHESIS_PROFILE=night; a failing example is printed to keep."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

slow = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
common = {"deadline": None, "print_blob": True, "suppress_health_check": slow}
settings.register_profile("ci", max_examples=150, stateful_step_count=25, **common)
settings.register_profile("night", max_examples=5_000, stateful_step_count=60, **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
