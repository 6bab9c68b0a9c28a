"""Every metric there is, one closed list (docs/metrics.md); each process serves those it moves on its own page.

Labels never hold what a customer said or is: `topic`, `table`, `reason`, `how` and the like are closed lists, symptoms
are those of the rules, departments are bounded (`ops/names.py`).
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from siloscope import __version__

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)

BUILD: Final = Gauge("siloscope_build_info", "Always 1; which version runs", ["version"])
BUILD.labels(__version__).set(1)

# -- the worker: the balance. accepted = applied + dead + absent + given back + unhandled, for each topic it reads

ACCEPTED: Final = Counter(
    "siloscope_records_accepted", "Offsets of a topic taken over from the broker, one after the other", ["topic"]
)
APPLIED: Final = Counter("siloscope_records_applied", "Records that the partitions have taken in", ["topic"])
DEAD: Final = Counter("siloscope_records_dead", "Records that became dead letters as they came", ["topic"])
ABSENT: Final = Counter(
    "siloscope_records_absent", "Offsets without a record: gone from the broker, or marks of transactions", ["topic"]
)
GIVEN_BACK: Final = Counter(
    "siloscope_records_given_back", "Offsets taken over and left unhandled at a rebalance: read again", ["topic"]
)
UNHANDLED: Final = Gauge("siloscope_records_unhandled", "Offsets taken over and not yet handled: in flight", ["topic"])

# -- the worker: what comes

TOUCHPOINTS: Final = Counter(
    "siloscope_touchpoints",
    "Touchpoints taken in, by how they came: in_order, late, duplicate, too_old, held, routed, id_reused, "
    "symptom_failed, impossible",
    ["how"],
)
REJECTED: Final = Counter("siloscope_records_rejected", "Dead letters of the worker, by reason", ["reason"])
KPIS: Final = Counter(
    "siloscope_kpis",
    "What departments report of their own measures, by whether met: yes, no, unknown",
    ["department", "met"],
)
LAG: Final = Gauge("siloscope_lag_records", "Records in the log that were not yet read", ["topic", "partition"])
CHUNK_SECONDS: Final = Histogram(
    "siloscope_chunk_seconds",
    "Time to handle one chunk",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)

# -- the worker: what it tells

ALERTS_TOLD: Final = Counter(
    "siloscope_alerts_told", "Tellings of alerts, by symptom and status", ["symptom", "status"]
)
WARNINGS_TOLD: Final = Counter("siloscope_warnings_told", "Tellings of handoff warnings, by status", ["status"])
INCIDENTS_TOLD: Final = Counter(
    "siloscope_incidents_told",
    "Tellings of incidents, by symptom and status: each that grows is told again",
    ["symptom", "status"],
)
ALERTS_OPENED: Final = Counter(
    "siloscope_alerts_opened",
    "Alerts (mode live) that opened, by the department that should act",
    ["symptom", "severity", "confidence", "department"],
)
ALERTS_INVOLVING: Final = Counter(
    "siloscope_alerts_involving",
    "Alerts (mode live) that opened, once for each department they involve",
    ["symptom", "department"],
)
ALERTS_OPEN: Final = Gauge(
    "siloscope_alerts_open",
    "Alerts (mode live) that stand open, by the department that should act",
    ["symptom", "severity", "department"],
)
INCIDENTS_OPEN: Final = Gauge(
    "siloscope_incidents_open",
    "Incidents that stand open, by the department that should act",
    ["symptom", "severity", "department"],
)
INCIDENT_CUSTOMERS: Final = Gauge(
    "siloscope_incident_customers",
    "Customers hit by the incidents that stand open",
    ["symptom", "severity", "department"],
)
HANDOFFS_WAITING: Final = Gauge(
    "siloscope_handoffs_waiting",
    "Handoffs nobody has taken over, by receiving department: pending, overdue",
    ["department", "status"],
)
EVENT_TO_ALERT: Final = Histogram(
    "siloscope_event_to_alert_seconds",
    "From the broker's time of a chunk's oldest record until the broker has what the chunk told: once for each chunk "
    "that told something",
    buckets=SECONDS,
)
ALERT_DELAY: Final = Histogram(
    "siloscope_alert_delay_seconds",
    "From an alert's opened_at until it is told, with grace_seconds and what the source was late; clock: wall only",
    buckets=SECONDS,
)

# -- the worker: how it is

WORKER_SEEN: Final = Gauge(
    "siloscope_worker_seen_timestamp_seconds", "When the worker's loop last went round: old while the process hangs"
)
COMMITTED: Final = Gauge(
    "siloscope_last_commit_timestamp_seconds", "When the worker last had something to commit, or began a generation"
)
UNCOMMITTED_SECONDS: Final = Gauge(
    "siloscope_uncommitted_seconds", "Age of the oldest chunk read and not yet committed"
)
IN_FLIGHT: Final = Gauge("siloscope_records_in_flight", "Records produced and not yet confirmed by the broker")
PARTITIONS_SET: Final = Gauge("siloscope_partitions", "Partitions of the touchpoints topic, as the settings say")
PARTITIONS_ASSIGNED: Final = Gauge("siloscope_partitions_assigned", "Partitions this worker was given")
PARTITIONS: Final = Gauge("siloscope_partitions_held", "Partitions this worker holds and has loaded")
GENERATIONS: Final = Counter("siloscope_generations", "Assignments of partitions this worker was given")
CUSTOMERS: Final = Gauge(
    "siloscope_customers", "Timelines kept, by how: live, packed (at rest in memory or in a temporary file)", ["kept"]
)
TIMERS: Final = Gauge("siloscope_timers_waiting", "Timelines that want to be woken at some time")
TIMERS_LATE: Final = Gauge(
    "siloscope_timers_late_seconds", "How long ago the earliest timer fell due that was not yet looked at"
)
STATE_WRITTEN: Final = Counter("siloscope_state_records_written", "Records of state produced")
STATE_READ: Final = Gauge(
    "siloscope_state_records_read", "Records of state read since the last assignment of partitions"
)
STATE_EXPECTED: Final = Gauge("siloscope_state_records_expected", "Records of state there may be to read, at most")
STATE_SECONDS: Final = Gauge("siloscope_state_read_seconds", "How long the last reading of state took")

# -- the writer: read = rows + skipped + refused + given back + waiting

WRITER_READ: Final = Counter("siloscope_writer_records_read", "Records read to be stored", ["topic"])
WRITER_ROWS: Final = Counter("siloscope_writer_rows", "Rows the store has answered for", ["table"])
WRITER_SKIPPED: Final = Counter("siloscope_writer_skipped", "Records that make no row, by reason", ["topic", "reason"])
WRITER_REFUSED: Final = Counter(
    "siloscope_writer_refused", "Records the store or we refused: dead letters", ["topic", "reason"]
)
WRITER_GIVEN_BACK: Final = Counter(
    "siloscope_writer_given_back", "Records read and left unstored at a rebalance: read again", ["topic"]
)
WRITER_WAITING: Final = Gauge("siloscope_writer_waiting_records", "Records read and not yet stored")

WRITER_BATCHES: Final = Counter("siloscope_writer_batches", "Inserts the store has answered", ["table"])
WRITER_RETRIES: Final = Counter(
    "siloscope_writer_retries", "Inserts tried again because the store did not answer well", ["table"]
)
WRITER_FAILING: Final = Gauge(
    "siloscope_writer_failing_since_timestamp_seconds", "Since when the store takes nothing; 0 while it does"
)
WRITER_INSERT_SECONDS: Final = Histogram(
    "siloscope_writer_insert_seconds",
    "Time to the store's answer to one insert, good ones only",
    ["table"],
    buckets=SECONDS,
)
WRITER_STORED_SECONDS: Final = Histogram(
    "siloscope_writer_stored_seconds",
    "From the broker's time of a batch's oldest record until it can be queried",
    ["table"],
    buckets=SECONDS,
)
WRITER_LAG: Final = Gauge(
    "siloscope_writer_lag_records", "Records in the log that are not yet stored", ["topic", "partition"]
)
WRITER_COMMITTED: Final = Gauge(
    "siloscope_writer_last_commit_timestamp_seconds", "When the writer last committed what is stored"
)

# -- the gateway, in the writer's process

GATEWAY_QUERIES: Final = Counter(
    "siloscope_gateway_queries", "Queries, by outcome: answered, refused, failed, limited, cancelled", ["outcome"]
)
GATEWAY_SECONDS: Final = Histogram(
    "siloscope_gateway_query_seconds",
    "Time a query took that was let in",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60),
)
