"""Stories put in on purpose, a file for each symptom: faults, in which it is to be found, and near misses.

Each near miss differs from a fault in one thing.
"""

from __future__ import annotations

from typing import Final

from siloscope.ops.simulate_scene import Kind

from . import (
    back_to_go,
    broken_promise,
    channel_role_breach,
    conflicting_message,
    contact_pressure,
    contact_without_consent,
    duplicate_outreach,
    experience_debt,
    form_pile_up,
    green_silo,
    handoff_drop,
    ignored_bug_feedback,
    inconsistent_answer,
    inconsistent_voice,
    needless_approval,
    ping_pong,
    renewal_only_contact,
    repeated_info_request,
    stalled_wait,
    ticket_churn,
    tone_deaf_outreach,
    unanswered,
)

INJECTED: Final[tuple[Kind, ...]] = tuple(
    kind
    for symptom in (
        duplicate_outreach,
        conflicting_message,
        renewal_only_contact,
        inconsistent_answer,
        repeated_info_request,
        inconsistent_voice,
        ignored_bug_feedback,
        handoff_drop,
        ping_pong,
        stalled_wait,
        unanswered,
        needless_approval,
        ticket_churn,
        form_pile_up,
        back_to_go,
        experience_debt,
        green_silo,
        tone_deaf_outreach,
        contact_pressure,
        channel_role_breach,
        broken_promise,
        contact_without_consent,
    )
    for kind in symptom.STORIES
)
