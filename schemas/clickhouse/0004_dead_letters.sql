-- Inputs that could not be used, whole. Personal data: not for everybody.

CREATE TABLE IF NOT EXISTS dead_letters
(
    dead_letter_id String COMMENT 'topic/partition/offset of the record refused',
    topic LowCardinality(String) COMMENT 'Topic it came from',
    partition Int32 COMMENT 'Its partition',
    offset Int64 COMMENT 'Its offset',
    timestamp DateTime64(3, 'UTC') COMMENT 'Kafka''s timestamp of it, UTC',
    key String COMMENT 'Its key, whole; bytes',
    value String CODEC(ZSTD(3)) COMMENT 'Its value, whole; bytes',
    headers Array(Tuple(name String, value String)) COMMENT 'Its headers, whole and in order; values are bytes',
    reason LowCardinality(String) COMMENT 'One of the closed list of reasons',
    field LowCardinality(String) COMMENT 'The field at fault, where there is one',
    message String COMMENT 'A sentence that names the field and the remedy',
    detected_at DateTime64(3, 'UTC') COMMENT 'Wall clock of the refusal, UTC',
    kafka_partition UInt32 COMMENT 'Partition of topic siloscope.dead-letters it was read from',
    kafka_offset UInt64 COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, UTC; retention counts from it'
)
ENGINE = ReplacingMergeTree
ORDER BY dead_letter_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Inputs that could not be used; the same may stand in it twice: read v_dead_letters';

CREATE VIEW IF NOT EXISTS v_dead_letters AS
SELECT * EXCEPT (kafka_partition, kafka_offset) FROM dead_letters FINAL
COMMENT 'One row per input that could not be used';
