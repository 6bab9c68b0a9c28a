"""The metrics of what reaches staff: delivery, the board, preflight. The other half of the closed list in `metrics`.

Receivers are those of the settings, bounded (`ops/names.py`); who did something is in no metric.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from .metrics import SECONDS

ACTIONS: Final = ("accept", "snooze", "hand_on", "resolve", "note", "feedback")
WAYS: Final = ("board", "api", "slack")

# -- delivery

DELIVER_PLANNED: Final = Counter(
    "siloscope_deliver_planned",
    "Notices planned, by receiver and what they tell: opening, worse, ended, retracted, …",
    ["receiver", "what"],
)
DELIVER_SENT: Final = Counter("siloscope_deliver_sent", "Notices the receiver has taken", ["receiver", "what"])
DELIVER_DROPPED: Final = Counter(
    "siloscope_deliver_dropped",
    "Notices not sent because they were no longer needed, by reason",
    ["receiver", "reason"],
)
DELIVER_FAILED: Final = Counter(
    "siloscope_deliver_failed", "Notices the receiver refused for good", ["receiver", "what"]
)
DELIVER_ATTEMPTS: Final = Counter(
    "siloscope_deliver_attempts", "Messages tried, by outcome: taken, again, refused", ["receiver", "outcome"]
)
DELIVER_WAITING: Final = Gauge(
    "siloscope_deliver_waiting", "Notices not yet sent, by when: due (now), later (their time has not come)",
    ["receiver", "when"],
)  # fmt: skip
DELIVER_BEHIND: Final = Gauge(
    "siloscope_deliver_behind_seconds", "How long ago the receiver's oldest unsent notice fell due", ["receiver"]
)
DELIVER_FAILING: Final = Gauge(
    "siloscope_deliver_failing_since_timestamp_seconds", "Since when the receiver takes nothing; 0 while it does",
    ["receiver"],
)  # fmt: skip
DELIVER_SECONDS: Final = Histogram(
    "siloscope_deliver_seconds",
    "From the broker's time of an alert or warning until its receiver has it: notices told at once, no digests",
    ["receiver"],
    buckets=SECONDS,
)
DELIVER_LEADS: Final = Gauge("siloscope_deliver_leads", "1: this process tells; 0: it stands by")
DELIVER_LAG: Final = Gauge("siloscope_deliver_lag_records", "Records in the log that were not yet planned from")

# -- the board

BOARD_CONNECTIONS: Final = Gauge("siloscope_board_connections", "Open pages that get live updates")
BOARD_REQUESTS: Final = Counter(
    "siloscope_board_requests", "Requests, by outcome: answered, refused (4xx), failed (5xx)", ["outcome"]
)
BOARD_SECONDS: Final = Histogram(
    "siloscope_board_request_seconds",
    "Time to the answer of one request; live updates do not count",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BOARD_ACTIONS: Final = Counter(
    "siloscope_board_actions",
    "What staff did, by kind (accept, snooze, …), way (board, api, slack) and outcome: taken, late, refused, failed",
    ["kind", "way", "outcome"],
)
BOARD_SHOWN: Final = Histogram(
    "siloscope_board_shown_seconds",
    "From the broker's time of a record until open pages are sent it; not while the board catches up",
    buckets=SECONDS,
)
BOARD_SEEN: Final = Gauge(
    "siloscope_board_seen_timestamp_seconds", "When the board's reading last went round: old while it hangs"
)
BOARD_LAG: Final = Gauge("siloscope_board_lag_records", "Records in the log that the board has not yet read")

# -- preflight

PREFLIGHT_VERDICTS: Final = Counter(
    "siloscope_preflight_verdicts",
    "Imagined touchpoints judged, by verdict: clear, caution, hold, refused",
    ["verdict"],
)
PREFLIGHT_SECONDS: Final = Histogram(
    "siloscope_preflight_seconds",
    "Time to the answer of one request, however many touchpoints",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
PREFLIGHT_LAG: Final = Gauge("siloscope_preflight_lag_records", "Records of state that it has not yet read")
