-- What staff did about alerts and warnings. Of one action_id the smallest (occurred_at, content) stands, as for touchpoints.

CREATE TABLE IF NOT EXISTS actions
(
    action_id String COMMENT 'The idempotency key, unique in the company',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When it was done, UTC',
    actor String COMMENT 'Who did it; a pseudonym is fine',
    kind LowCardinality(String) COMMENT 'accept, snooze, hand_on, resolve, note or feedback',
    subject String COMMENT 'The alert_id or warning_id it is about',
    value String COMMENT 'Until when (snooze), to whom (hand_on), useful or false (feedback); empty where nothing is said',
    reason String CODEC(ZSTD(1)) COMMENT 'Why, in words',
    content UInt64 COMMENT 'Hash of the whole record: tells a reused id from a redelivery',
    kafka_partition UInt32 COMMENT 'Partition of topic siloscope.actions it was read from',
    kafka_offset UInt64 COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, UTC; retention counts from it',
    precedence UInt128 MATERIALIZED
        bitShiftLeft(toUInt128(18446744073709551615 - toUInt64(toUnixTimestamp64Milli(occurred_at))), 64)
        + (18446744073709551615 - content) COMMENT 'Of rows with one action_id the highest stands: smallest (occurred_at, content)'
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY action_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What staff did, as read from Kafka; redeliveries are still in it: read v_actions';
