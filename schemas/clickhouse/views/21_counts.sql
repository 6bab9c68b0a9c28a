-- How many touchpoints: exact whatever came twice, late or under a used id, because each touchpoint is counted where its
-- standing copy says it happened. The days before the newest one of the snapshot come from the snapshot.

CREATE OR REPLACE VIEW now_hourly AS
SELECT
    toStartOfHour(occurred_at) AS hour, department, channel, phase, direction,
    count() AS touchpoints, uniqExactIf(customer_id, customer_id != '') AS customers,
    count(sentiment) AS sentiments, avg(sentiment) AS mean_sentiment
FROM touchpoints FINAL
GROUP BY hour, department, channel, phase, direction
COMMENT 'Touchpoints by hour, computed from all';

CREATE OR REPLACE VIEW now_daily AS
SELECT
    toDate(occurred_at) AS day, department, channel, phase, direction,
    count() AS touchpoints, uniqExactIf(customer_id, customer_id != '') AS customers,
    count(sentiment) AS sentiments, avg(sentiment) AS mean_sentiment
FROM touchpoints FINAL
GROUP BY day, department, channel, phase, direction
COMMENT 'Touchpoints by day, computed from all';

CREATE OR REPLACE VIEW live_from AS
SELECT
    if((SELECT small FROM store_size), toDate(0), least((SELECT toDate(max(hour)) FROM snapshot_hourly), today())) AS hourly,
    if((SELECT small FROM store_size), toDate(0), least((SELECT max(day) FROM snapshot_daily), today())) AS daily
COMMENT 'One row: the first day that is counted from the touchpoints themselves, not from a snapshot';

CREATE OR REPLACE VIEW v_touchpoints_hourly AS
SELECT hour, department, channel, phase, direction, touchpoints, customers, sentiments, mean_sentiment
FROM snapshot_hourly
WHERE hour < toDateTime((SELECT hourly FROM live_from), 'UTC')
UNION ALL
SELECT hour, department, channel, phase, direction, touchpoints, customers, sentiments, mean_sentiment
FROM now_hourly
WHERE hour >= toDateTime((SELECT hourly FROM live_from), 'UTC')
COMMENT 'One row per hour, department, channel, phase and direction with touchpoints in it; a touchpoint counts once, in the hour it happened. In a large store what comes late for days before the newest is in it after the next snapshot';

CREATE OR REPLACE VIEW v_touchpoints_daily AS
SELECT day, department, channel, phase, direction, touchpoints, customers, sentiments, mean_sentiment
FROM snapshot_daily
WHERE day < (SELECT daily FROM live_from)
UNION ALL
SELECT day, department, channel, phase, direction, touchpoints, customers, sentiments, mean_sentiment
FROM now_daily
WHERE day >= (SELECT daily FROM live_from)
COMMENT 'One row per day (UTC), department, channel, phase and direction with touchpoints in it; a touchpoint counts once, on the day it happened. In a large store what comes late for days before the newest is in it after the next snapshot';

ALTER TABLE v_touchpoints_hourly
    COMMENT COLUMN hour 'Beginning of the hour, UTC',
    COMMENT COLUMN department 'Who in the company',
    COMMENT COLUMN channel 'By what',
    COMMENT COLUMN phase 'Lifecycle phase where the source said it, else empty; v_journey_map has the derived one',
    COMMENT COLUMN direction 'inbound, outbound or internal',
    COMMENT COLUMN touchpoints 'How many there were',
    COMMENT COLUMN customers 'How many different customers; does not add up over rows',
    COMMENT COLUMN sentiments 'Touchpoints with a sentiment',
    COMMENT COLUMN mean_sentiment 'Their mean, -1 to 1; NULL where none has one. Over rows: weigh it by sentiments';

ALTER TABLE v_touchpoints_daily
    COMMENT COLUMN day 'The day, UTC',
    COMMENT COLUMN department 'Who in the company',
    COMMENT COLUMN channel 'By what',
    COMMENT COLUMN phase 'Lifecycle phase where the source said it, else empty; v_journey_map has the derived one',
    COMMENT COLUMN direction 'inbound, outbound or internal',
    COMMENT COLUMN touchpoints 'How many there were',
    COMMENT COLUMN customers 'How many different customers; does not add up over rows',
    COMMENT COLUMN sentiments 'Touchpoints with a sentiment',
    COMMENT COLUMN mean_sentiment 'Their mean, -1 to 1; NULL where none has one. Over rows: weigh it by sentiments';

CREATE OR REPLACE MATERIALIZED VIEW refresh_hourly REFRESH AFTER 15 MINUTE TO snapshot_hourly EMPTY AS
SELECT * FROM now_hourly WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;

CREATE OR REPLACE MATERIALIZED VIEW refresh_daily REFRESH AFTER 15 MINUTE TO snapshot_daily EMPTY AS
SELECT * FROM now_daily WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
