-- What takes too long to be computed for each question once there are many touchpoints: the answers of the views now_…
-- (views/20_… and up), written down whole every few minutes, so that late events, redeliveries and reused ids are in
-- their right place. While the store is small the views v_… ask now_… directly and these are not read.

CREATE TABLE IF NOT EXISTS snapshot_hourly
(
    hour DateTime('UTC') COMMENT 'Beginning of the hour, UTC',
    department LowCardinality(String) COMMENT 'Who in the company',
    channel LowCardinality(String) COMMENT 'By what',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, where the source said it',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    touchpoints UInt64 COMMENT 'How many there were',
    customers UInt64 COMMENT 'How many different customers',
    sentiments UInt64 COMMENT 'Touchpoints with a sentiment',
    mean_sentiment Nullable(Float64) COMMENT 'Their mean',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (hour, department, channel, phase, direction)
COMMENT 'Snapshot: read v_touchpoints_hourly';

CREATE TABLE IF NOT EXISTS snapshot_daily
(
    day Date COMMENT 'The day, UTC',
    department LowCardinality(String) COMMENT 'Who in the company',
    channel LowCardinality(String) COMMENT 'By what',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, where the source said it',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    touchpoints UInt64 COMMENT 'How many there were',
    customers UInt64 COMMENT 'How many different customers',
    sentiments UInt64 COMMENT 'Touchpoints with a sentiment',
    mean_sentiment Nullable(Float64) COMMENT 'Their mean',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (day, department, channel, phase, direction)
COMMENT 'Snapshot: read v_touchpoints_daily';

CREATE TABLE IF NOT EXISTS snapshot_journey
(
    day Date COMMENT 'The day, UTC',
    from_phase LowCardinality(String) COMMENT 'Phase at the touchpoint before; empty: there is none',
    from_department LowCardinality(String) COMMENT 'Its department; empty: there is none',
    from_channel LowCardinality(String) COMMENT 'Its channel; empty: there is none',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, said or derived',
    department LowCardinality(String) COMMENT 'Who in the company',
    channel LowCardinality(String) COMMENT 'By what',
    touchpoints UInt64 COMMENT 'Touchpoints that the customer sees: inbound and outbound',
    customers UInt64 COMMENT 'How many different customers had them',
    gap_seconds UInt64 COMMENT 'Seconds since the touchpoint before, summed up',
    gap_seconds_median Nullable(Float64) COMMENT 'Their median; NULL where there is none before',
    waits UInt64 COMMENT 'Waits and approvals that began, but those for the customer herself',
    wait_minutes Int64 COMMENT 'Minutes of those that ended',
    open_waits UInt64 COMMENT 'Those that last',
    promises UInt64 COMMENT 'Promises made',
    broken_promises UInt64 COMMENT 'Those overdue or kept late',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (day, department, channel, phase, from_department, from_channel, from_phase)
COMMENT 'Snapshot: read v_transitions or v_journey_map';

CREATE TABLE IF NOT EXISTS snapshot_waits
(
    touchpoint_id String COMMENT 'What began it: a wait_started or approval_requested',
    customer_id String COMMENT 'Who waits',
    account String COMMENT 'The organisation the person belongs to',
    case_ref String COMMENT 'Ticket, order or case',
    department LowCardinality(String) COMMENT 'For whom is waited',
    team LowCardinality(String) COMMENT 'Queue or group below the department',
    channel LowCardinality(String) COMMENT 'By what it began',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, where the source said it',
    product LowCardinality(String) COMMENT 'Product or component',
    topic LowCardinality(String) COMMENT 'What it is about',
    kind LowCardinality(String) COMMENT 'approval or wait',
    reason LowCardinality(String) COMMENT 'hold, approval, backlog, …; customer: we wait for her',
    started_at DateTime64(3, 'UTC') COMMENT 'When it began, UTC',
    due_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it should be over, where that was said, UTC',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it ended, UTC; NULL while it lasts',
    ended_by String COMMENT 'The touchpoint that ended it; empty while it lasts',
    minutes Nullable(Int64) COMMENT 'Whole minutes from beginning to end; NULL while it lasts',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (started_at, touchpoint_id)
COMMENT 'Snapshot: read v_waits';

CREATE TABLE IF NOT EXISTS snapshot_promises
(
    touchpoint_id String COMMENT 'The promise_made',
    customer_id String COMMENT 'To whom',
    account String COMMENT 'The organisation the person belongs to',
    case_ref String COMMENT 'Ticket, order or case',
    department LowCardinality(String) COMMENT 'Who promised',
    channel LowCardinality(String) COMMENT 'By what',
    phase LowCardinality(String) COMMENT 'Lifecycle phase, where the source said it',
    product LowCardinality(String) COMMENT 'Product or component',
    topic LowCardinality(String) COMMENT 'What it is about',
    made_at DateTime64(3, 'UTC') COMMENT 'When it was made, UTC',
    due_at Nullable(DateTime64(3, 'UTC')) COMMENT 'By when; NULL where no later time was said, UTC',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was kept, or not needed any more, UTC',
    ended_by String COMMENT 'The touchpoint that kept or ended it; empty while it stands',
    kept_by LowCardinality(String) COMMENT 'The department that kept it; empty where nobody did',
    kept Bool COMMENT 'Whether it was kept, in time or late',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (made_at, touchpoint_id)
COMMENT 'Snapshot: read v_promises';

CREATE TABLE IF NOT EXISTS snapshot_contracts
(
    holder String COMMENT 'Whose contract it is: the account, else the customer',
    renewal_at DateTime64(3, 'UTC') COMMENT 'End of the term that was said last, UTC',
    cancelled Bool COMMENT 'Whether what was last heard of a purchase, signing or cancellation is a cancellation',
    first_at DateTime64(3, 'UTC') COMMENT 'The first touchpoint, UTC',
    last_at DateTime64(3, 'UTC') COMMENT 'The newest touchpoint, UTC',
    last_value_at Nullable(DateTime64(3, 'UTC')) COMMENT 'The last word of substance to her, UTC; NULL: never',
    last_ask_at Nullable(DateTime64(3, 'UTC')) COMMENT 'The last renewal_ask, UTC; NULL: never',
    last_score Nullable(Float64) COMMENT 'Her last survey score, 0 to 10; NULL: none',
    customers Array(String) COMMENT 'The people of it: customer ids',
    snapshot_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the snapshot was made, UTC'
)
ENGINE = MergeTree
ORDER BY (renewal_at, holder)
COMMENT 'Snapshot: read v_renewal_readiness';
