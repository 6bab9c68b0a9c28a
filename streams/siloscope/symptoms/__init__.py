"""The symptoms, one file each, in the order of the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .. import language
from ..core.detection import Detection
from ..core.symptom import Symptom
from .back_to_go import BackToGo
from .broken_promise import BrokenPromise
from .channel_role_breach import ChannelRoleBreach
from .conflicting_message import ConflictingMessage
from .contact_pressure import ContactPressure
from .contact_without_consent import ContactWithoutConsent
from .duplicate_outreach import DuplicateOutreach
from .experience_debt import ExperienceDebt
from .form_pile_up import FormPileUp
from .green_silo import GreenSilo
from .handoff_drop import HandoffDrop
from .ignored_bug_feedback import IgnoredBugFeedback
from .inconsistent_answer import InconsistentAnswer
from .inconsistent_voice import InconsistentVoice
from .needless_approval import NeedlessApproval
from .ping_pong import PingPong
from .renewal_only_contact import RenewalOnlyContact
from .repeated_info_request import RepeatedInfoRequest
from .stalled_wait import StalledWait
from .ticket_churn import TicketChurn
from .tone_deaf_outreach import ToneDeafOutreach
from .unanswered import Unanswered

ALL: Final[tuple[type[Symptom], ...]] = (
    DuplicateOutreach,
    ConflictingMessage,
    RenewalOnlyContact,
    InconsistentAnswer,
    RepeatedInfoRequest,
    InconsistentVoice,
    IgnoredBugFeedback,
    HandoffDrop,
    PingPong,
    StalledWait,
    Unanswered,
    NeedlessApproval,
    TicketChurn,
    FormPileUp,
    BackToGo,
    ExperienceDebt,
    GreenSilo,
    ToneDeafOutreach,
    ContactPressure,
    ChannelRoleBreach,
    BrokenPromise,
    ContactWithoutConsent,
)


def detection(
    parameters: Mapping[str, Mapping[str, object]] | None = None,
    symptoms: Sequence[type[Symptom]] = ALL,
    **options: Any,
) -> Detection:
    """All symptoms with an owner's parameters; raises `BadParameter` for values they cannot have.

    Texts are read by the shipped lexicons where `options` name no other reader.
    """
    options["reader"] = options.get("reader") or language.shipped()
    return Detection(symptoms, parameters, **options)
