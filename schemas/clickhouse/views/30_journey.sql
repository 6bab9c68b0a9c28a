-- The way a customer goes through phases, departments and channels. Where the source does not say a phase it is derived,
-- from what the store knows of the customer up to that touchpoint: leave after a cancellation (until she buys again),
-- support with an open case, consider before the first purchase or signing, onboard for 30 days after it, renew in the 90
-- days before the end of the term, else use. Unlike in detection, a cancellation ends all contracts of the customer.

CREATE OR REPLACE VIEW now_phases AS
SELECT
    customer_id, occurred_at, rank, touchpoint_id, direction, department, channel,
    multiIf(
        said != '', said,
        cancelled, 'leave',
        open_cases > 0, 'support',
        bought_at IS NULL, 'consider',
        occurred_at <= bought_at + toIntervalDay(30), 'onboard',
        term >= occurred_at AND term <= occurred_at + toIntervalDay(90), 'renew',
        'use') AS phase
FROM
(
    SELECT
        customer_id, occurred_at, rank, touchpoint_id, direction, department, channel, said,
        sum(opens) OVER so_far AS open_cases,
        min(if(activity IN ('purchase', 'contract_signed'), occurred_at, NULL)) OVER so_far AS bought_at,
        last_value(renewal_at) IGNORE NULLS OVER so_far AS term,
        last_value(multiIf(
            activity = 'contract_cancelled', true, activity IN ('purchase', 'contract_signed'), false, NULL
        )) IGNORE NULLS OVER so_far AS cancelled
    FROM
    (
        SELECT
            customer_id, occurred_at, rank, touchpoint_id, direction, department, channel, phase AS said, activity, renewal_at,
            multiIf(activity = 'case_closed', 0, activity IN ('case_opened', 'case_reopened'), 1, NULL) AS opened,
            if(case_ref = '', 0,
                ifNull(last_value(opened) IGNORE NULLS OVER (of_case ROWS UNBOUNDED PRECEDING), 1)
                - if(row_number() OVER (of_case ROWS UNBOUNDED PRECEDING) = 1, 0,
                    ifNull(last_value(opened) IGNORE NULLS OVER (of_case ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 1))
            ) AS opens
        FROM now_touchpoints
        WINDOW of_case AS (PARTITION BY customer_id, case_ref ORDER BY occurred_at, rank, touchpoint_id)
    )
    WINDOW so_far AS (PARTITION BY customer_id ORDER BY occurred_at, rank, touchpoint_id ROWS UNBOUNDED PRECEDING)
)
COMMENT 'Every touchpoint of a customer with the phase she was in';

CREATE OR REPLACE VIEW now_journey AS
SELECT
    day, from_phase, from_department, from_channel, phase, department, channel,
    countIf(seen) AS touchpoints, uniqExactIf(customer_id, seen) AS customers, sum(gap) AS gap_seconds,
    if(from_department = '', NULL, toFloat64(quantileExact(0.5)(gap))) AS gap_seconds_median,
    countIf(wait.started AND NOT wait.ours) AS waits, sumIf(wait.minutes, NOT wait.ours) AS wait_minutes,
    countIf(wait.started AND NOT wait.ours AND NOT wait.ended) AS open_waits,
    countIf(promise.made) AS promises, countIf(promise.broken) AS broken_promises
FROM
(
    SELECT
        touchpoint_id, customer_id, toDate(occurred_at) AS day, phase, department, channel, direction != 'internal' AS seen,
        if(seen, ifNull(last_value(if(seen, phase, NULL)) IGNORE NULLS OVER before, ''), '') AS from_phase,
        if(seen, ifNull(last_value(if(seen, department, NULL)) IGNORE NULLS OVER before, ''), '') AS from_department,
        if(seen, ifNull(last_value(if(seen, channel, NULL)) IGNORE NULLS OVER before, ''), '') AS from_channel,
        if(from_department = '', 0, toUInt64(dateDiff(
            'second', assumeNotNull(last_value(if(seen, occurred_at, NULL)) IGNORE NULLS OVER before), occurred_at))) AS gap
    FROM now_phases
    WINDOW before AS (
        PARTITION BY customer_id ORDER BY occurred_at, rank, touchpoint_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) AS step
LEFT JOIN
(
    SELECT touchpoint_id, true AS started, reason = 'customer' AS ours, ended_by != '' AS ended, ifNull(minutes, 0) AS minutes
    FROM v_waits
) AS wait ON wait.touchpoint_id = step.touchpoint_id
LEFT JOIN
(
    SELECT touchpoint_id, true AS made, state IN ('overdue', 'kept late') AS broken FROM v_promises
) AS promise ON promise.touchpoint_id = step.touchpoint_id
GROUP BY day, from_phase, from_department, from_channel, phase, department, channel
COMMENT 'Steps of customers by day, with what came before each, computed from all touchpoints';

CREATE OR REPLACE VIEW journey AS
SELECT * FROM snapshot_journey WHERE NOT (SELECT small FROM store_size)
UNION ALL
SELECT *, now64(3, 'UTC') AS snapshot_at FROM now_journey WHERE (SELECT small FROM store_size)
SETTINGS use_index_for_in_with_subqueries = 0
COMMENT 'The snapshot, or in a small store what is so now';

CREATE OR REPLACE VIEW v_transitions AS
SELECT
    day, from_phase, from_department, from_channel, phase, department, channel,
    touchpoints AS transitions, customers, gap_seconds, gap_seconds_median
FROM journey
WHERE from_department != ''
COMMENT 'One row per day and way from one touchpoint of a customer to her next, of those she sees (inbound, outbound): phase, department and channel before and after. In a large store a snapshot';

CREATE OR REPLACE VIEW v_journey_map AS
SELECT
    day, phase, department, channel, sum(touchpoints) AS touchpoints, sum(arrivals) AS arrivals,
    sum(entered) AS entered, sum(waits) AS waits, sum(wait_minutes) AS wait_minutes, sum(open_waits) AS open_waits,
    sum(promises) AS promises, sum(broken_promises) AS broken_promises, sum(alerts) AS alerts
FROM
(
    SELECT
        day, phase, department, channel, touchpoints,
        if(from_department NOT IN ('', department), touchpoints, 0) AS arrivals,
        if(from_phase NOT IN ('', phase), touchpoints, 0) AS entered,
        waits, wait_minutes, open_waits, promises, broken_promises, 0 AS alerts
    FROM journey
    UNION ALL
    SELECT
        toDate(opened_at) AS day, phase, part.1 AS department, part.2 AS channel, 0, 0, 0, 0, 0, 0, 0, 0, 1 AS alerts
    FROM
    (
        SELECT opened_at, phase, arrayDistinct(arrayZip(evidence.department, evidence.channel)) AS parts
        FROM v_alerts
        WHERE status != 'retracted'
    )
    ARRAY JOIN parts AS part
)
GROUP BY day, phase, department, channel
COMMENT 'One row per day, phase (said, else derived), department and channel where something happened to a customer. All add up over rows but alerts: one counts in each department and channel of its evidence, on the day it opened; retracted ones do not count. In a large store all but the alerts is a snapshot';

ALTER TABLE v_transitions
    COMMENT COLUMN day 'Day of the later touchpoint, UTC',
    COMMENT COLUMN from_phase 'Phase at the earlier touchpoint, said or derived',
    COMMENT COLUMN from_department 'Its department',
    COMMENT COLUMN from_channel 'Its channel',
    COMMENT COLUMN phase 'Phase at the later touchpoint, said or derived',
    COMMENT COLUMN department 'Its department',
    COMMENT COLUMN channel 'Its channel',
    COMMENT COLUMN transitions 'How often',
    COMMENT COLUMN customers 'How many different customers; does not add up over rows',
    COMMENT COLUMN gap_seconds 'Seconds between the two, summed up: divide by transitions',
    COMMENT COLUMN gap_seconds_median 'Their median; does not add up over rows';

ALTER TABLE v_journey_map
    COMMENT COLUMN day 'The day, UTC',
    COMMENT COLUMN phase 'Lifecycle phase: as the source said, else derived (views/30_journey.sql says how)',
    COMMENT COLUMN department 'Who in the company',
    COMMENT COLUMN channel 'By what',
    COMMENT COLUMN touchpoints 'Touchpoints that the customer sees: inbound and outbound',
    COMMENT COLUMN arrivals 'Of these, those whose customer was with another department before',
    COMMENT COLUMN entered 'Of these, those whose customer was in another phase before',
    COMMENT COLUMN waits 'Waits and approvals that began, but those for the customer herself',
    COMMENT COLUMN wait_minutes 'Minutes of those that ended',
    COMMENT COLUMN open_waits 'Those that last',
    COMMENT COLUMN promises 'Promises made',
    COMMENT COLUMN broken_promises 'Of these, those overdue or kept late',
    COMMENT COLUMN alerts 'Standing alerts with evidence there; does not add up over departments and channels';

CREATE OR REPLACE MATERIALIZED VIEW refresh_journey REFRESH AFTER 15 MINUTE TO snapshot_journey EMPTY AS
SELECT * FROM now_journey WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
