"""What preflight says before anything is sent: what to do with the message, and who on a list is not known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from ..core.preflight import Harm, advice
from ..errors import nearest

# By symptom, after what to do with the message as such. Symptoms of the company's own, and those that a message
# seldom sets off, have none.
NEXT: Final[Mapping[str, str]] = {
    "back_to_go": "She has taken this step or bought this: leave her out, or write to her as to somebody known.",
    "channel_role_breach": "Use the channel that the charter has for it.",
    "conflicting_message": "Find out first which is true.",
    "contact_pressure": "Let it wait until she has heard less, or leave it out.",
    "contact_without_consent": "Leave her out unless she agrees to it.",
    "duplicate_outreach": "Agree on one sender, and let one copy be enough.",
    "experience_debt": "Make good what went wrong first.",
    "form_pile_up": "Make one form of this and those she has, filled in with what is known.",
    "inconsistent_answer": "Find out first which answer is true.",
    "inconsistent_voice": "Address her as the others do.",
    "ping_pong": "Agree first on who keeps the case until it is solved.",
    "renewal_only_contact": "Talk with her about her use and results first.",
    "repeated_info_request": "Take what she gave from where it is, and ask only for the rest.",
    "tone_deaf_outreach": "Wait until her trouble is settled.",
}


def to_do(harm: Harm) -> str:
    """What to do with the message, in a sentence or two: nothing has happened yet, so nothing is to be made good."""
    if advice([harm]) == "hold":
        first = "Do not send it to her as it is."
    elif harm.stands:
        first = "She suffers from this already, and it would add to it."
    elif harm.alert.confidence == "suspected":
        first = "It is only suspected: look at it before you send."
    else:
        first = "It is small, but better not as it is."
    return f"{first} {NEXT[harm.alert.symptom]}" if harm.alert.symptom in NEXT else first


def foreseen(explanation: str) -> str:
    """An alert's explanation, which tells of the message as sent, for one that is not."""
    return f"If it went out: {explanation}"


def mostly(unknown: int, total: int) -> bool:
    """Whether so many are not known that the list itself is doubtful."""
    return unknown * 2 > total


def not_known(unknown: int, total: int) -> str | None:
    """One line about those of whom nothing is known; None where all are known."""
    if not unknown:
        return None
    doubt = "Doubtful: " if mostly(unknown, total) else ""
    are, whom = ("is", "this customer") if unknown == 1 else ("are", "them")
    return (
        f"{doubt}{unknown:,} of {total:,} {are} not known: nothing has happened with {whom} "
        "(is it the right kind of identifier, like crm_id:1234?)"
    )


def unheard(field: str, name: str, known: Collection[str]) -> str | None:
    """A line about a message's name that is not among those known, if any are: by a slip everything is clear."""
    if not known or name in known:
        return None
    return f"Nothing that happened names the {field} {name}{nearest(name, known)}"
