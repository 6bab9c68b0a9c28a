-- Snapshots of what scorecards and answers are made of, as in 0007: read only while the store is large.

CREATE TABLE IF NOT EXISTS snapshot_outcomes
(
    touchpoint_id String COMMENT 'The touchpoint',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When, UTC',
    customer_id String COMMENT 'The customer',
    department LowCardinality(String) COMMENT 'To whom she said it: not who caused it',
    case_ref String COMMENT 'The case, where there is one',
    activity LowCardinality(String) COMMENT 'What happened',
    score Nullable(Float64) COMMENT 'Survey answer, 0 to 10; NULL when there is none',
    good Bool COMMENT 'Whether she fared well by it',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (occurred_at, touchpoint_id)
COMMENT 'Snapshot: read v_outcomes';

CREATE TABLE IF NOT EXISTS snapshot_scorecard
(
    week Date COMMENT 'Monday of the week, UTC',
    department LowCardinality(String) COMMENT 'The department',
    touchpoints UInt64 COMMENT 'Its touchpoints',
    customers UInt64 COMMENT 'Different customers of those',
    kpi_met UInt64 COMMENT 'KPIs it reported as met',
    kpi_missed UInt64 COMMENT 'KPIs it reported as missed',
    kpi_unknown UInt64 COMMENT 'KPIs it reported without saying whether they were met',
    good_outcomes UInt64 COMMENT 'Good outcomes of its customers in that week',
    bad_outcomes UInt64 COMMENT 'Bad ones',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (week, department)
COMMENT 'Snapshot: read v_scorecard';

CREATE TABLE IF NOT EXISTS snapshot_messages
(
    message_ref String COMMENT 'Campaign, template or content id of what was sent',
    departments Array(String) COMMENT 'Departments that sent it, sorted',
    first_sent DateTime64(3, 'UTC') COMMENT 'First copy to anybody, UTC',
    last_sent DateTime64(3, 'UTC') COMMENT 'Last copy to anybody, UTC',
    sent UInt64 COMMENT 'Copies sent',
    customers UInt64 COMMENT 'Different customers who got it',
    attention_customers UInt64 COMMENT 'Those from whom anything came in within 7 days',
    consents_withdrawn UInt64 COMMENT 'Those who withdrew a consent within 7 days',
    good_outcomes UInt64 COMMENT 'Good outcomes within 7 days',
    bad_outcomes UInt64 COMMENT 'Bad ones',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY message_ref
COMMENT 'Snapshot: read v_scorecard_messages';

CREATE TABLE IF NOT EXISTS snapshot_answers
(
    topic LowCardinality(String) COMMENT 'What it is about',
    claim_key String COMMENT 'The fact asserted',
    answer String COMMENT 'What was said, lower case, spaces made one',
    told UInt64 COMMENT 'Customers who were told that last',
    departments Array(String) COMMENT 'Who told them',
    first_at DateTime64(3, 'UTC') COMMENT 'The oldest of these answers, UTC',
    last_at DateTime64(3, 'UTC') COMMENT 'The newest, UTC',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (topic, claim_key, answer)
COMMENT 'Snapshot: read v_answer_divergence';
