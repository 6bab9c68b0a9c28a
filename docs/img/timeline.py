"""Draws docs/img/timeline.svg: the film of a customer of the simulated day, around the first case that goes in circles.

`python docs/img/timeline.py` writes it anew. What is drawn comes from the simulated day and the replay of it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from siloscope.core.touchpoint import Entry, customer_of, entry_of
from siloscope.film import drawn, film_of, focused, mark_of
from siloscope.ops.replay import Replay
from siloscope.ops.simulate import Plan, simulate

SYMPTOM: Final = "ping_pong"
PICTURE: Final = Path(__file__).with_name("timeline.svg")


def picture() -> str:
    """The first alert of the symptom in the simulated day, by replay, with what happened around it."""
    plan, run = Plan(), Replay()
    entries: dict[str, list[Entry]] = {}
    for touchpoint in simulate(plan):
        run.take(touchpoint)
        entries.setdefault(customer_of(touchpoint), []).append(entry_of(touchpoint))
    run.close(plan.end)
    alert = next(each for each in run.alerts() if each.symptom == SYMPTOM)
    mark = mark_of(alert)
    lived = [entry for entry in entries[alert.customer_id] if entry.activity != "visit"]
    steps = alert.title.split(": ", 1)[-1]
    return drawn(focused(film_of(alert.customer_id, lived, [mark]), mark), f"One question, no owner: {steps}")


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    print(f"{PICTURE} written", file=sys.stderr)
