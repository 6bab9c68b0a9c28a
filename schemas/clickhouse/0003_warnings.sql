-- Handoff warnings: every telling in `warnings`, the current state of each in `v_warnings`.

CREATE TABLE IF NOT EXISTS warnings
(
    warning_id String COMMENT 'A hash of the handoff''s id',
    status LowCardinality(String) COMMENT 'pending, accepted, overdue or closed',
    customer_id String COMMENT 'The customer',
    account String COMMENT 'The customer''s organisation',
    case_ref String COMMENT 'The case handed over',
    from_department LowCardinality(String) COMMENT 'Who hands over',
    to_department LowCardinality(String) COMMENT 'Who receives',
    team LowCardinality(String) COMMENT 'Queue or group of the receiver',
    implied Bool COMMENT 'True: nobody said it; a purchase or signing asks the receiver to act',
    urgency LowCardinality(String) COMMENT 'How urgent it is for the customer',
    handed_at DateTime64(3, 'UTC') COMMENT 'When it was handed over, UTC',
    due_at DateTime64(3, 'UTC') COMMENT 'By when the receiver must have accepted or made contact, UTC',
    accepted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When the receiver accepted, UTC',
    accepted_by String COMMENT 'Who accepted',
    closed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When nothing was left to do, UTC',
    close_reason LowCardinality(String) COMMENT 'Why nothing was left to do',
    revision UInt64 COMMENT 'Grows with each telling of the warning',
    evidence Array(String) COMMENT 'Touchpoint ids of the handoff and what followed',
    brief Tuple(summary String, phase String, open_cases Array(String), promises Array(String), already_given Array(String),
        answers_given Array(String), do_not Array(String), recent Array(String), open_alerts Array(String))
        COMMENT 'What the receiver must know; what was known when it was told',
    content UInt64 COMMENT 'Hash of the warning: what was told again after a crash collapses',
    kafka_partition UInt32 COMMENT 'Partition of topic siloscope.warnings it was read from',
    kafka_offset UInt64 COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, UTC; retention counts from it',
    precedence UInt128 MATERIALIZED bitShiftLeft(toUInt128(revision), 64) + kafka_offset
        COMMENT 'Of the tellings of one warning the highest is current: (revision, kafka_offset)'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY (warning_id, revision, content)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every telling of every handoff warning; the same may stand in it twice: read v_warnings';

CREATE TABLE IF NOT EXISTS warnings_current AS warnings
ENGINE = ReplacingMergeTree(precedence)
ORDER BY warning_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The last telling of each handoff warning, filled from warnings: read v_warnings';

CREATE MATERIALIZED VIEW IF NOT EXISTS warnings_to_current TO warnings_current AS SELECT * FROM warnings;

CREATE VIEW IF NOT EXISTS v_warnings AS
SELECT * EXCEPT (content, kafka_partition, kafka_offset)
FROM warnings_current FINAL
COMMENT 'One row per handoff warning as it stands now';
