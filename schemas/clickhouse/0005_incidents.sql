-- Incidents: the current state of each in `v_incidents`; its alerts are those in `v_alerts` with its incident_id.
-- All tellings of one come through one partition of the topic, so the last by offset stands.

CREATE TABLE IF NOT EXISTS incidents
(
    incident_id String COMMENT 'A hash of symptom, departments, cause and first alert; begins with the month in which that opened',
    status LowCardinality(String) COMMENT 'open, ended or retracted',
    symptom LowCardinality(String) COMMENT 'What the customers suffer from',
    departments Array(LowCardinality(String)) COMMENT 'Departments of the alerts, sorted',
    cause Tuple(kind LowCardinality(String), value String)
        COMMENT 'What the alerts have in common: kind is message_ref, release, fact, topic or product; value is which',
    severity LowCardinality(String) COMMENT 'The highest of the alerts: info, warning or critical',
    opened_at DateTime64(3, 'UTC') COMMENT 'Event time of the alert that made it an incident, UTC',
    updated_at DateTime64(3, 'UTC') COMMENT 'Event time of its newest alert, UTC',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Event time of the end, UTC; NULL while it lasts',
    customers UInt64 COMMENT 'How many customers suffer',
    alerts UInt64 COMMENT 'How many alerts it holds',
    sample Array(String) COMMENT 'Ids of its first alerts; all are in v_alerts by incident_id',
    owner_department LowCardinality(String) COMMENT 'Who should act: whom most of the alerts name',
    kafka_partition UInt32 COMMENT 'Partition of topic siloscope.incidents it was read from',
    kafka_offset UInt64 COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, UTC; retention counts from it'
)
ENGINE = ReplacingMergeTree(kafka_offset)
ORDER BY incident_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Tellings of incidents; earlier ones may stand in it too: read v_incidents';

CREATE VIEW IF NOT EXISTS v_incidents AS
SELECT * EXCEPT (kafka_partition, kafka_offset) FROM incidents FINAL
COMMENT 'One row per incident as it stands now; status retracted: it turned out to be none';
