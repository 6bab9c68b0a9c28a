-- Who is ready to be asked to renew, and who is not.

CREATE OR REPLACE VIEW now_contracts AS
SELECT
    if(account != '', account, customer_id) AS holder,
    assumeNotNull(argMaxIf(renewal_at, (occurred_at, rank, touchpoint_id), isNotNull(renewal_at))) AS renewal_at,
    argMaxIf(
        activity = 'contract_cancelled', (occurred_at, rank, touchpoint_id),
        activity IN ('purchase', 'contract_signed', 'contract_cancelled')) = 1 AS cancelled,
    min(occurred_at) AS first_at,
    max(occurred_at) AS last_at,
    maxOrNullIf(
        occurred_at,
        direction = 'outbound' AND activity NOT IN ('promotion', 'survey_request', 'renewal_ask', 'invoice', 'notice')
    ) AS last_value_at,
    maxOrNullIf(occurred_at, activity = 'renewal_ask') AS last_ask_at,
    argMaxIf(score, (occurred_at, rank, touchpoint_id), activity = 'survey_response' AND isNotNull(score)) AS last_score,
    arraySort(groupUniqArray(customer_id)) AS customers
FROM now_touchpoints AS touchpoints
GROUP BY holder
HAVING countIf(isNotNull(touchpoints.renewal_at)) > 0
COMMENT 'Contracts with a known end, computed from all touchpoints';

CREATE OR REPLACE VIEW contracts AS
SELECT * EXCEPT snapshot_at FROM snapshot_contracts WHERE NOT (SELECT small FROM store_size)
UNION ALL
SELECT * FROM now_contracts WHERE (SELECT small FROM store_size)
COMMENT 'The snapshot, or in a small store what is so now';

CREATE OR REPLACE VIEW v_renewal_readiness AS
SELECT
    contract.holder AS holder, contract.renewal_at AS renewal_at,
    dateDiff('minute', (SELECT as_of FROM v_clock), contract.renewal_at) / 1440 AS days_left,
    contract.last_value_at AS last_value_at,
    dateDiff('minute', contract.last_value_at, (SELECT as_of FROM v_clock)) / 1440 AS silent_days,
    contract.last_ask_at AS last_ask_at, contract.last_score AS last_score,
    sum(told.of_alerts) AS open_alerts, sum(told.of_critical) AS critical_alerts, toBool(max(told.of_debt) = 1) AS in_debt,
    sum(told.of_overdue) AS overdue_promises, sum(told.of_waits) AS open_waits,
    multiIf(
        critical_alerts > 0 OR in_debt, 'not ready',
        open_alerts > 0 OR overdue_promises > 0 OR ifNull(last_score <= 4, false) OR ifNull(silent_days > 180, false), 'at risk',
        isNull(last_value_at) AND isNull(last_score), 'grey',
        'ready') AS readiness
FROM
(
    SELECT *, arrayJoin(arrayDistinct(arrayPushBack(customers, holder))) AS who
    FROM contracts
    WHERE NOT cancelled AND renewal_at >= (SELECT as_of FROM v_clock)
) AS contract
LEFT JOIN
(
    SELECT
        customer_id, sum(alert) AS of_alerts, sum(critical) AS of_critical, max(debt) AS of_debt,
        sum(overdue) AS of_overdue, sum(waits) AS of_waits
    FROM
    (
        SELECT
            customer_id, 1 AS alert, severity = 'critical' AS critical, symptom = 'experience_debt' AS debt, 0 AS overdue, 0 AS waits
        FROM v_alerts
        WHERE status IN ('open', 'updated') AND mode != 'shadow' AND confidence = 'confirmed' AND customer_id != ''
        UNION ALL
        SELECT customer_id, 0, 0, 0, 1, 0 FROM v_promises WHERE state = 'overdue'
        UNION ALL
        SELECT customer_id, 0, 0, 0, 0, 1 FROM v_waits WHERE ended_by = '' AND reason != 'customer'
    )
    GROUP BY customer_id
) AS told ON told.customer_id = contract.who
GROUP BY holder, renewal_at, last_value_at, last_ask_at, last_score
COMMENT 'One row per contract that stands and whose end is known and not past: an account, or a customer without one. Counts what is open now with all its people; suspected alerts do not count';

ALTER TABLE v_renewal_readiness
    COMMENT COLUMN holder 'The account, or the customer_id of a customer without one',
    COMMENT COLUMN renewal_at 'End of the term, as said last, UTC',
    COMMENT COLUMN days_left 'Days until then from now (the newest touchpoint)',
    COMMENT COLUMN last_value_at 'The last word of substance to her: no promotion, survey, renewal ask, invoice or notice, UTC; NULL: never',
    COMMENT COLUMN silent_days 'Days since then; NULL: never',
    COMMENT COLUMN last_ask_at 'When a renewal was asked for last, UTC; NULL: never',
    COMMENT COLUMN last_score 'The last survey score, 0 to 10; NULL: none',
    COMMENT COLUMN open_alerts 'Confirmed alerts that last',
    COMMENT COLUMN critical_alerts 'Of these, critical ones',
    COMMENT COLUMN in_debt 'Whether one of the people is in experience debt',
    COMMENT COLUMN overdue_promises 'Promises to them that are overdue',
    COMMENT COLUMN open_waits 'Waits and approvals that last, but those for the customer herself',
    COMMENT COLUMN readiness 'not ready: a critical alert or experience debt; at risk: another alert, an overdue promise, a score of at most 4, or silent for 180 days; grey: never a word of substance nor a score; else ready';

CREATE OR REPLACE MATERIALIZED VIEW refresh_contracts REFRESH AFTER 15 MINUTE TO snapshot_contracts EMPTY AS
SELECT * FROM now_contracts WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
