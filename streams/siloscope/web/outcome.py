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
_LEAVES: Final = ("snooze", "resolve")  # the desk, and stays with its department


class Outcome(NamedTuple):
    """`won`: it holds; `lost`: somebody was first; `wrong`: it could not be done, or nobody knows yet."""

    kind: Literal["won", "lost", "wrong"]
    said: Markup


def outcome(kind: str, subject: str, lost_to: Taken | None) -> Outcome:
    """Of an action on `subject` that the desk has; what has left the list can be looked at again."""
    if lost_to is None:
        again = Markup(' <a href="/items/{}">Look at it again</a>').format(subject) if kind in _LEAVES else ""
        return Outcome("won", Markup(DONE[kind]) + again)
    return Outcome("lost", Markup("{} was faster and has had it since {}.").format(lost_to.by, when(lost_to.at)))


def unread(kind: str) -> Outcome:
    """Of an action that is kept, and that the board has not read in time."""
    name = kind.replace("_", " ")
    return Outcome("wrong", Markup(f"Your “{name}” is kept, but the board is behind: look again in a minute."))


def outcome_of(site: Site, request: Request) -> Outcome | None:
    """Of the action named in the address, for who came here after a form without a script."""
    kind, action_id, subject = (request.query_params.get(name, "") for name in ("did", "action", "to"))
    if kind not in ACTION_KINDS or subject not in site.live.desk.items:
        return None
    return outcome(kind, subject, site.live.desk.late(subject, action_id))


def after(site: Site, action: Action, read: bool) -> Outcome:
    """Of an action that was sent; `read`: the desk has it."""
    if not read:
        return unread(action.kind)
    return outcome(action.kind, action.subject, site.live.desk.late(action.subject, action.action_id))
