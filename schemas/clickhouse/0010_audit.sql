-- Who read what customers wrote, and who came to the board. Only the auditor reads it: docs/board-access.md.

CREATE TABLE IF NOT EXISTS audit
(
    audit_id String COMMENT 'The idempotency key, unique in the company',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When, UTC',
    actor String COMMENT 'Who; nobody where that is not known',
    kind LowCardinality(String) COMMENT 'read_text, login, logout or refused',
    actor_id String COMMENT 'The issuer''s own name for her; empty where no issuer said who she is',
    customer_id String COMMENT 'Whose words were read; empty for what is not about a customer',
    place LowCardinality(String) COMMENT 'Where they were read: the page; of a login the way in',
    reason String COMMENT 'Why somebody was refused',
    address String COMMENT 'Network address, of the refused alone',
    kafka_partition UInt32 COMMENT 'Partition of topic siloscope.audit it was read from',
    kafka_offset UInt64 COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this row was written, UTC; retention counts from it'
)
ENGINE = ReplacingMergeTree
ORDER BY (occurred_at, audit_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The audit; redeliveries are still in it: read v_audit';
