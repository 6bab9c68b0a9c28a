"""What happens together, so that a symptom comes of it; times are apart by what matters to it."""

from __future__ import annotations

from typing import Any, NamedTuple

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

Parameters = dict[str, dict[str, Any]]


class Theme(NamedTuple):
    """Activities (often the more likely), times apart (ms), how many touchpoints at least and at most.

    `parameters` are what an owner may have set, one of them for each timeline; `first` is what it begins with, if that
    matters.
    """

    activities: list[str]
    apart: list[int]
    fewest: int = 1
    most: int = 12
    parameters: tuple[Parameters, ...] = ()
    first: tuple[str, ...] = ()


CHARTER = [
    {"channel": "chat", "activity": "answer"},
    {"channel": "chat", "phase": "support", "department": "support"},
    {"channel": "chat", "phase": "onboard"},
]

THEMES: dict[str, Theme] = {
    "outreach": Theme(
        ["promotion", "promotion", "message", "notice", "answer", "question", "handoff_started", "handoff_accepted",
         "survey_request"],
        [0, HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY],
        parameters=({"duplicate_outreach": {"within": "2 d", "similarity": 0.7}},),
    ),
    "claims": Theme(
        ["message", "notice", "notice", "answer", "answer", "question", "fact_published", "fact_published"],
        [0, HOUR, DAY, 7 * DAY, 60 * DAY, 90 * DAY],
        parameters=({"conflicting_message": {"within": "60 d", "fact_within": "1 d", "per_case": ["price"]}},),
    ),
    "handoffs": Theme(
        ["handoff_started", "handoff_started", "escalated", "handoff_accepted", "message", "case_opened", "case_closed",
         "purchase", "contract_signed", "delivery", "onboarding_step", "promotion"],
        [0, 10 * MINUTE, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 7 * DAY],
        parameters=({"handoff_drop": {"within": "48 h", "implied_within": "24 h", "receivers": "support, sales"}},),
    ),
    "to and fro": Theme(
        ["handoff_started", "handoff_started", "handoff_started", "escalated", "escalated", "handoff_accepted",
         "case_opened", "case_closed", "case_reopened"],
        [0, HOUR, HOUR, DAY, 90 * DAY],
        5,
        12,
        ({"ping_pong": {"returns": 1}}, {"ping_pong": {"returns": 3}}),
    ),
    "waits": Theme(
        ["wait_started", "wait_started", "approval_requested", "wait_ended", "wait_ended", "approval_decided",
         "case_closed", "complaint", "recovered"],
        [0, 10 * MINUTE, 20 * MINUTE, DAY, 2 * DAY, 3 * DAY, 6 * DAY, 90 * DAY],
        parameters=({"stalled_wait": {"hold": "20 min", "approval": "10 min", "other": "24 h"}},),
    ),
    "questions": Theme(
        ["question", "complaint", "answer", "message", "notice", "promotion", "case_closed", "praise", "recovered",
         "invoice"],
        [0, HOUR, 3 * DAY, 6 * DAY, 14 * DAY, 90 * DAY],
        parameters=({"unanswered": {"within": "1 h", "silent_departments": ["support"]}},),
    ),
    "tickets": Theme(
        ["case_opened", "case_opened", "case_opened", "case_closed", "case_closed", "case_reopened", "case_updated",
         "question"],
        [0, HOUR, DAY, 13 * DAY, 14 * DAY, 90 * DAY],
        parameters=({"ticket_churn": {"within": "1 d"}},),
    ),
    "conversations": Theme(
        ["question", "message", "complaint", "info_given", "case_opened", "answer", "case_closed"],
        [0, MINUTE, HOUR, DAY, 5 * DAY, 7 * DAY, 14 * DAY],
        parameters=({"ticket_churn": {"conversations": 2, "staff": 1, "apart": "1 min"}},),
    ),
    "renewal": Theme(
        ["renewal_ask", "renewal_ask", "message", "invoice", "notice", "promotion", "visit", "contract_signed",
         "contract_cancelled", "complaint"],
        [0, DAY, 30 * DAY, 60 * DAY, 90 * DAY, 120 * DAY, 180 * DAY],
        parameters=({"renewal_only_contact": {"silence": "60 d", "before_renewal": "30 d", "warn_before": "60 d"}},),
    ),
    "approvals": Theme(
        ["approval_requested", "approval_decided", "approval_decided"],
        [0, MINUTE, HOUR, HOUR, HOUR, DAY],
        4,
        12,
        ({"needless_approval": {"amount": 20, "longer_than": "1 min"}},),
        ("approval_requested",),
    ),
    "bugs": Theme(
        ["bug_reported", "bug_reported", "release", "release", "release", "bug_acknowledged", "bug_fixed", "answer",
         "message"],
        [0, HOUR, 14 * DAY, 14 * DAY, 16 * DAY, 30 * DAY, 31 * DAY],
        parameters=({"ignored_bug_feedback": {"after": "1 h", "silence": "14 d", "again_after": "14 d"}},),
        first=("bug_reported",),
    ),
    "forms": Theme(
        ["form_request", "form_request", "form_request", "form_submitted", "info_given"],
        [0, HOUR, 10 * DAY, 15 * DAY, 30 * DAY],
        parameters=({"form_pile_up": {"within": "10 d", "forms": 2, "overlap": 1}}, {"form_pile_up": {"forms": 4}}),
    ),
    "pressure": Theme(
        ["message", "message", "promotion", "promotion", "meeting", "renewal_ask", "survey_request", "info_request",
         "form_request", "question"],
        [0, HOUR, HOUR, HOUR, DAY, DAY, 6 * DAY, 7 * DAY],
        8,
        16,
        ({"contact_pressure": {"cap": 2, "within": "1 d"}}, {"contact_pressure": {"cap": 3, "departments": 3}}),
    ),
    "charter": Theme(
        ["message", "answer", "notice", "promotion", "case_opened", "case_closed", "purchase", "contract_cancelled"],
        [0, HOUR, DAY, 30 * DAY, 60 * DAY],
        parameters=(
            {"channel_role_breach": {"charter": CHARTER}},
            {"channel_role_breach": {"charter": [*CHARTER, {"channel": "email", "activity": "notice"}]}},
        ),
    ),
    "promises": Theme(
        ["promise_made", "promise_made", "promise_kept", "delivery", "payment", "message", "case_closed", "promotion"],
        [0, HOUR, DAY, 2 * DAY, 4 * DAY, 90 * DAY],
        parameters=({"broken_promise": {"kept_by": ["payment"], "callbacks": ["login"]}},),
        first=("promise_made",),
    ),
    "consents": Theme(
        ["consent_given", "consent_withdrawn", "consent_withdrawn", "promotion", "promotion", "survey_request",
         "renewal_ask", "question"],
        [0, HOUR, 2 * DAY, 30 * DAY],
        parameters=(
            {"contact_without_consent": {"required": "email"}},
            {"contact_without_consent": {"required": "renewal, login", "promotion": "billing"}},
        ),
    ),
    "answers": Theme(
        ["question", "question", "answer", "answer", "answer", "answer", "answer", "notice"],
        [0, HOUR, HOUR, DAY, DAY, 90 * DAY],
        5,
        12,
        ({"inconsistent_answer": {"within": "1 d", "per_case": ["price"]}},),
        ("question",),
    ),
    "asks": Theme(
        ["info_given", "info_given", "form_submitted", "info_request", "info_request", "form_request", "case_updated"],
        [0, HOUR, 7 * DAY, 180 * DAY, 185 * DAY, 365 * DAY],
        3,
        12,
        ({"repeated_info_request": {"within": "7 d", "verification": "iban", "per_case": "email"}},),
        ("info_given",),
    ),
    "voices": Theme(
        ["message", "message", "message", "notice", "promotion"],
        [0, HOUR, DAY, 30 * DAY, 90 * DAY],
        6,
        12,
        ({"inconsistent_voice": {"within": "1 d"}},),
    ),
    "start over": Theme(
        ["purchase", "purchase", "contract_signed", "contract_cancelled", "message", "promotion", "promotion",
         "onboarding_step", "onboarding_step", "approval_requested", "form_request", "form_submitted"],
        [0, HOUR, DAY, 30 * DAY, 60 * DAY, 90 * DAY],
        5,
        12,
        ({"back_to_go": {"settled": "login, identity"}}, {"back_to_go": {"newcomer_for": "30 d", "over_after": "1 d"}}),
        ("purchase", "approval_requested"),
    ),
    "debts": Theme(
        ["complaint", "survey_response", "survey_response", "case_reopened", "praise", "recovered", "case_closed",
         "message", "message", "answer"],
        [0, HOUR, 2 * DAY, 3 * DAY, 6 * DAY, 14 * DAY, 90 * DAY],
        parameters=(
            {"experience_debt": {"ratio": 1, "low_score": 2, "high_score": 7}},
            {"experience_debt": {"ratio": 3, "lasting": "1 h", "sad": -0.4, "glad": 0.4}},
        ),
    ),
    "silos": Theme(
        ["case_updated", "case_updated", "case_updated", "case_closed", "answer", "answer", "complaint",
         "survey_response", "case_reopened", "case_opened", "contract_cancelled", "recovered"],
        [0, DAY, DAY, 7 * DAY, 14 * DAY, 16 * DAY, 30 * DAY],
        5,
        12,
        ({"green_silo": {"departments": 3, "within": "30 d"}}, {"green_silo": {"before": "7 d", "low_score": 7.9}}),
        ("case_updated",),
    ),
    "trouble": Theme(
        ["promotion", "promotion", "renewal_ask", "survey_request", "complaint", "recovered", "praise", "case_opened",
         "case_updated", "case_closed", "promise_made", "promise_kept", "message"],
        [0, HOUR, DAY, 2 * DAY, 14 * DAY, 60 * DAY, 90 * DAY],
        parameters=({"tone_deaf_outreach": {"messages": "promotion", "priorities": "normal", "overdue_for": "1 d"}},),
        first=("complaint", "case_opened", "promise_made"),
    ),
}  # fmt: skip
