"""How much hypothesis tries: `ci` by default, much with HYPOTHESIS_PROFILE=night; failing examples are printed."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

slow = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
phases = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)  # explaining takes longer than finding
common = {"deadline": None, "print_blob": True, "suppress_health_check": slow, "phases": phases}
# The same examples every time: what is new is looked for at night, not while somebody waits to land a change.
settings.register_profile("ci", max_examples=120, stateful_step_count=25, derandomize=True, **common)
settings.register_profile("night", max_examples=5_000, stateful_step_count=60, **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
