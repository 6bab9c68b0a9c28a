"""How a film plays: declared in the picture itself, without a script; still, everything is seen."""

from __future__ import annotations

from typing import Final

STEP: Final = 0.7  # seconds between two touchpoints
BUTTON: Final = "play"


def appears(second: float, button: str = BUTTON) -> str:
    """What hides a shape from the moment the film is started by its button until its `second`."""
    if second <= 0:
        return ""
    return f'<set attributeName="visibility" to="hidden" begin="{button}.click" dur="{second:.2f}s"/>'


def sweeps(xs: list[float], seconds: list[float], button: str = BUTTON) -> str:
    """What moves a line over `xs`, reached at `seconds`, while the film plays."""
    whole = max(seconds[-1], 0.01)
    keys = ";".join(f"{min(each / whole, 1):.4f}" for each in seconds)
    values = ";".join(f"{each:.1f}" for each in xs)
    played = f'begin="{button}.click" dur="{whole:.2f}s"'
    moves = (f'<animate attributeName="{x}" values="{values}" keyTimes="{keys}" {played}/>' for x in ("x1", "x2"))
    return "".join(moves) + f'<set attributeName="visibility" to="visible" {played}/>'
