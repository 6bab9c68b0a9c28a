"""All symptoms on trial, and what is compared of what they find."""

from __future__ import annotations

from typing import Any

from siloscope.ops.trial import Trial, agreed, decoded, judged, latest
from siloscope.symptoms import detection

__all__ = ["Pipeline", "agreed", "decoded", "judged", "latest", "warned"]


class Pipeline(Trial):
    """A trial of all symptoms; `options` go to the detection."""

    def __init__(
        self, parameters: dict[str, Any] | None = None, count: int = 1, *, eager: bool = True, **options: Any
    ) -> None:
        super().__init__(detection(parameters or {}, **options), count, eager=eager)


def warned(warning: Any) -> dict[str, Any]:
    """What two runs agree on about a warning, and the handoff that it is about."""
    names = (
        "status",
        "customer_id",
        "from_department",
        "to_department",
        "implied",
        "handed_at",
        "due_at",
        "accepted_at",
    )
    return {name: getattr(warning, name) for name in (*names, "closed_at")} | {"handoff": warning.evidence[0]}
