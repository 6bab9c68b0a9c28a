-- Touchpoints: one row per record of the topic, one row per touchpoint_id in the view.
-- An absent string is empty, an absent number or time is NULL.

-- Sorted by id and not partitioned: copies of one id must meet to be told apart, whatever customer or month they name.
-- `precedence` makes the copy with the smaller (occurred_at, content) stand, as the contract says of a reused id.
CREATE TABLE IF NOT EXISTS touchpoints
(
    touchpoint_id String COMMENT 'The idempotency key, unique in the company',
    occurred_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'When it happened, UTC',
    activity LowCardinality(String) COMMENT 'What happened: one of the contract''s vocabulary',
    department LowCardinality(String) COMMENT 'Who in the company',
    channel LowCardinality(String) COMMENT 'By what: email, phone, chat, ticket, …',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    customer_id String COMMENT 'The customer_id identifier, else the first as kind:value; empty for what is said to everybody',
    identifiers Array(Tuple(kind LowCardinality(String), value String)) COMMENT 'Who the customer is, as the source knows it',
    account String COMMENT 'The organisation the person belongs to',
    case_ref String COMMENT 'Ticket, order or case',
    thread_ref String COMMENT 'The conversation: call, mail thread, chat session',
    message_ref String COMMENT 'Campaign, template or content id of what was sent',
    staff_ref String COMMENT 'The employee; a pseudonym is fine',
    product LowCardinality(String) COMMENT 'Product or component',
    topic LowCardinality(String) COMMENT 'What it is about: billing.price, delivery.date, …',
    text String CODEC(ZSTD(1)) COMMENT 'What was said: subject and body',
    language LowCardinality(String) COMMENT 'BCP-47 tag of the text',
    sentiment Nullable(Float64) COMMENT '-1 to 1; NULL when unknown',
    score Nullable(Float64) COMMENT 'Survey answer, 0 to 10; NULL when there is none',
    claims Map(String, String) COMMENT 'Facts asserted: price.pro -> 49 EUR',
    fields Array(LowCardinality(String)) COMMENT 'Data fields asked for or given: iban, birth_date, …',
    amount String COMMENT 'Money involved, a decimal number exactly as given; amount_value in the view is the number',
    currency LowCardinality(String) COMMENT 'ISO 4217 code of the amount',
    due_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When a promise, handoff or approval is due, UTC',
    renewal_at Nullable(DateTime64(3, 'UTC')) COMMENT 'End of the contract term, UTC',
    to_department LowCardinality(String) COMMENT 'Receiver of a handoff or escalation',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, where the source said it',
    segment LowCardinality(String) COMMENT 'Customer segment',
    team LowCardinality(String) COMMENT 'Queue or group below the department',
    priority LowCardinality(String) COMMENT 'low, normal, high or critical: of the case',
    outcome LowCardinality(String) COMMENT 'approved, refused, solved, withdrawn, duplicate, done, …',
    audience LowCardinality(String) COMMENT 'Whom a message was meant for: prospect, new_customer, customer, …',
    reply_to String COMMENT 'The touchpoint answered',
    refers_to Array(String) COMMENT 'Touchpoint ids, cases or bug refs this corrects, ends, fixes, acknowledges or keeps',
    kpi Tuple(name LowCardinality(String), value Nullable(Float64), target Nullable(Float64), met Nullable(Bool))
        COMMENT 'A department''s own measure of this step; empty name: none; NULL is unknown: grey, not green',
    reason LowCardinality(String) COMMENT 'Why waiting, lost or reopened: hold, approval, backlog, …',
    source Tuple(system LowCardinality(String), id String) COMMENT 'Where it came from, and its id there',
    attributes Map(LowCardinality(String), String) COMMENT 'Anything else',
    content UInt64 COMMENT 'Hash of the whole record: tells a reused id from a redelivery',
    kafka_partition UInt32 CODEC(T64, ZSTD(1)) COMMENT 'Partition of topic touchpoints it was read from',
    kafka_offset UInt64 CODEC(Delta(8), ZSTD(1)) COMMENT 'Its offset there',
    ingested_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta(8), ZSTD(1)) COMMENT 'When this row was written, UTC; retention counts from it',
    precedence UInt128 MATERIALIZED
        bitShiftLeft(toUInt128(18446744073709551615 - toUInt64(toUnixTimestamp64Milli(occurred_at))), 64)
        + (18446744073709551615 - content) COMMENT 'Of rows with one touchpoint_id the highest stands: smallest (occurred_at, content)',
    INDEX by_customer customer_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_case case_ref TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_time occurred_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(precedence)
ORDER BY touchpoint_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every touchpoint read from Kafka; redeliveries are still in it: read v_touchpoints';

CREATE VIEW IF NOT EXISTS v_touchpoints AS
SELECT * EXCEPT (content, kafka_partition, kafka_offset), toDecimal128OrNull(amount, 6) AS amount_value
FROM touchpoints FINAL
COMMENT 'One row per touchpoint';

ALTER TABLE v_touchpoints COMMENT COLUMN amount_value 'The amount as a number with 6 decimals; NULL when there is none';
