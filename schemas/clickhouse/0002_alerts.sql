-- Alerts: every telling in `alerts`, the current state of each in `v_alerts`.
-- Partitioned by the month in the id (the anchor's): opened_at may move with a late event, an id never does.

CREATE TABLE IF NOT EXISTS alerts
(
    alert_id String COMMENT 'A hash of symptom, key and anchor; begins with the month of the anchor, its earliest evidence',
    symptom LowCardinality(String) COMMENT 'What the customer suffers from',
    status LowCardinality(String) COMMENT 'open, updated, resolved or retracted',
    revision UInt64 COMMENT 'Grows with each telling of the alert',
    severity LowCardinality(String) COMMENT 'info, warning or critical',
    confidence LowCardinality(String) COMMENT 'confirmed (ids, equal fields, clashing values) or suspected (similar texts, style: for review)',
    customer_id String COMMENT 'The customer; empty where the alert is about no single one',
    account String COMMENT 'The customer''s organisation',
    key String COMMENT 'What tells this alert from others of the symptom and customer',
    departments Array(LowCardinality(String)) COMMENT 'Departments involved, sorted',
    channels Array(LowCardinality(String)) COMMENT 'Channels of the evidence, sorted',
    case_ref String COMMENT 'The case, where the evidence names one',
    product LowCardinality(String) COMMENT 'The product, where the evidence names one',
    topic LowCardinality(String) COMMENT 'What it is about, where the evidence says',
    message_ref String COMMENT 'The campaign or template, where the evidence names one',
    segment LowCardinality(String) COMMENT 'Customer segment, where the evidence says',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, where the evidence says',
    opened_at DateTime64(3, 'UTC') COMMENT 'Event time from which the symptom was there, UTC',
    updated_at DateTime64(3, 'UTC') COMMENT 'Event time of the last change, UTC',
    resolved_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Event time of the end, UTC; NULL while it lasts',
    resolution LowCardinality(String) COMMENT 'How it ended: ended, corrected, lapsed, …',
    detected_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Wall clock of the detection, UTC',
    mode LowCardinality(String) COMMENT 'live, shadow or backfill',
    incident_id String COMMENT 'The incident it is told as a part of',
    part_of String COMMENT 'The alert whose evidence contains this one''s',
    superseded_by String COMMENT 'The alert that took its place when a late event changed the anchor',
    supersedes String COMMENT 'The alert whose place it took',
    title String COMMENT 'One line in plain words',
    explanation String CODEC(ZSTD(1)) COMMENT 'What happened, in plain words, with the facts of this case',
    evidence Array(Tuple(touchpoint_id String, occurred_at DateTime64(3, 'UTC'), department LowCardinality(String),
        channel LowCardinality(String), role LowCardinality(String), excerpt String))
        COMMENT 'Every touchpoint the alert rests on and no other; evidence.touchpoint_id joins v_touchpoints',
    suggested_action String COMMENT 'What to do now',
    owner_department LowCardinality(String) COMMENT 'Who should do it',
    minutes_lost Nullable(Int64) COMMENT 'Whole minutes of the customer''s time wasted, when the symptom has them',
    detector_version LowCardinality(String) COMMENT 'The version of the symptom''s rules',
    content UInt64 COMMENT 'Hash of the alert but detected_at: what was told again after a crash collapses',
    kafka_partition UInt32 COMMENT 'Partition of topic siloscope.alerts it was read from',
    kafka_offset UInt64 COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, UTC; retention counts from it',
    precedence UInt128 MATERIALIZED bitShiftLeft(toUInt128(revision), 64) + kafka_offset
        COMMENT 'Of the tellings of one alert the highest is current: (revision, kafka_offset)'
)
ENGINE = ReplacingMergeTree(precedence)
PARTITION BY substring(alert_id, 1, 7)
ORDER BY (alert_id, revision, content)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every telling of every alert; the same may stand in it twice: read v_alert_revisions or v_alerts';

CREATE TABLE IF NOT EXISTS alerts_current AS alerts
ENGINE = ReplacingMergeTree(precedence)
PARTITION BY substring(alert_id, 1, 7)
ORDER BY alert_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The last telling of each alert, filled from alerts: read v_alerts';

CREATE MATERIALIZED VIEW IF NOT EXISTS alerts_to_current TO alerts_current AS SELECT * FROM alerts;

CREATE VIEW IF NOT EXISTS v_alert_revisions AS
SELECT * EXCEPT (content, kafka_partition, kafka_offset)
FROM alerts FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'One row per telling of an alert';

CREATE VIEW IF NOT EXISTS v_alerts AS
SELECT * EXCEPT (content, kafka_partition, kafka_offset)
FROM alerts_current FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'One row per alert as it stands now; status retracted: it turned out not to be so';
