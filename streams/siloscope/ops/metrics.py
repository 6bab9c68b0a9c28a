"""Every metric there is, one closed list; each process serves those it moves on its own page."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from siloscope.errors import Unusable

# -- the worker

TOUCHPOINTS: Final = Counter(
    "siloscope_touchpoints",
    "Touchpoints taken in, by how they came: in_order, late, duplicate, too_old, held, routed, id_reused",
    ["how"],
)
REJECTED: Final = Counter("siloscope_records_rejected", "Records that became dead letters, by reason", ["reason"])
CHUNK_SECONDS: Final = Histogram(
    "siloscope_chunk_seconds",
    "Time to handle one chunk",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
STATE_WRITTEN: Final = Counter("siloscope_state_records_written", "Records of state produced")
STATE_READ: Final = Gauge(
    "siloscope_state_records_read", "Records of state read since the last assignment of partitions"
)
STATE_EXPECTED: Final = Gauge("siloscope_state_records_expected", "Records of state there may be to read, at most")
STATE_SECONDS: Final = Gauge("siloscope_state_read_seconds", "How long the last reading of state took")
ALERTS_TOLD: Final = Counter("siloscope_alerts_told", "Alerts told, by symptom and status", ["symptom", "status"])
WARNINGS_TOLD: Final = Counter("siloscope_warnings_told", "Handoff warnings told, by status", ["status"])
INCIDENTS_TOLD: Final = Counter(
    "siloscope_incidents_told", "Tellings of incidents, by symptom and status: each that grows is told again",
    ["symptom", "status"],
)  # fmt: skip
IN_FLIGHT: Final = Gauge("siloscope_records_in_flight", "Records produced and not yet confirmed by the broker")
UNCOMMITTED_SECONDS: Final = Gauge(
    "siloscope_uncommitted_seconds", "Age of the oldest chunk read and not yet committed"
)
LAG: Final = Gauge("siloscope_lag_records", "Records in the log that were not yet read", ["topic", "partition"])
PARTITIONS: Final = Gauge("siloscope_partitions_held", "Partitions this worker holds and has loaded")
GENERATIONS: Final = Counter("siloscope_generations", "Assignments of partitions this worker was given")


def serve(host: str, port: int) -> int:
    """Serve this process's metrics over HTTP and return the port (`port` 0: any free one); raises Unusable."""
    try:
        server, _ = start_http_server(port, host)
    except OSError as error:
        raise Unusable(
            f"metrics cannot be served on {host}:{port}: {error.strerror or error}; set metrics_port (0: any free one)"
        ) from None
    return int(server.server_address[1])


# -- the writer

WRITER_ROWS: Final = Counter("siloscope_writer_rows", "Rows the store has answered for", ["table"])
WRITER_BATCHES: Final = Counter("siloscope_writer_batches", "Inserts the store has answered", ["table"])
WRITER_RETRIES: Final = Counter(
    "siloscope_writer_retries", "Inserts tried again because the store did not answer well", ["table"]
)
WRITER_SKIPPED: Final = Counter("siloscope_writer_skipped", "Records that make no row, by reason", ["topic", "reason"])
WRITER_REFUSED: Final = Counter(
    "siloscope_writer_refused", "Records the store or we refused: dead letters", ["topic", "reason"]
)
WRITER_WAITING: Final = Gauge("siloscope_writer_waiting_records", "Records read and not yet stored")
WRITER_LAG: Final = Gauge(
    "siloscope_writer_lag_records", "Records in the log that are not yet stored", ["topic", "partition"]
)
WRITER_COMMITTED: Final = Gauge(
    "siloscope_writer_last_commit_timestamp_seconds", "When the writer last committed what is stored"
)
