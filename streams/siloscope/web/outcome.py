"""What came of an action, as the one who did it is told."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from markupsafe import Markup
from starlette.requests import Request

from ..core.followup import ACTION_KINDS, Action, Taken
from .rendering import when
from .site import Site

DONE: Final = {
    "accept": "It is yours now.",
    "snooze": "Put off. It comes back by itself.",
    "hand_on": "Handed on: it is on their desk now.",
    "resolve": "Done. It is off the desk.",
    "note": "Noted.",
    "feedback": "Thank you: your verdict counts.",
}


class Outcome(NamedTuple):
    """`won`: it holds; `lost`: somebody was first; `wrong`: it could not be done, or nobody knows yet."""

    kind: Literal["won", "lost", "wrong"]
    said: Markup


def outcome(kind: str, lost_to: Taken | None) -> Outcome:
    """Of an action that the desk has."""
    if lost_to is None:
        return Outcome("won", Markup(DONE[kind]))
    return Outcome("lost", Markup("{} was faster and has had it since {}.").format(lost_to.by, when(lost_to.at)))


def unread(kind: str) -> Outcome:
    """Of an action that is kept, and that the board has not read in time."""
    name = kind.replace("_", " ")
    return Outcome("wrong", Markup(f"Your “{name}” is kept, but the board is behind: look again in a minute."))


def outcome_of(site: Site, request: Request) -> Outcome | None:
    """Of the action named in the address, for who came here after a form without a script."""
    kind, action_id = request.query_params.get("did", ""), request.query_params.get("action", "")
    if kind not in ACTION_KINDS or not action_id:
        return None
    return outcome(kind, site.live.desk.refused.get(action_id))


def after(site: Site, action: Action, read: bool) -> Outcome:
    """Of an action that was sent; `read`: the desk has it."""
    return outcome(action.kind, site.live.desk.refused.get(action.action_id)) if read else unread(action.kind)
