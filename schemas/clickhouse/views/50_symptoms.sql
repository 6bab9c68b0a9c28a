-- How much of which symptom, when and where. Always from the alerts as they stand now: a late event, a revision or a
-- retraction moves the counts of the hour in which the symptom began, and nothing is counted twice.

CREATE OR REPLACE VIEW v_alert_parts AS
SELECT
    alert_id, opened_at, symptom, arrayJoin(involved) AS department, arrayJoin(used) AS channel, phase, severity, status,
    confidence, customer_id, ifNull(minutes_lost, 0) * weight AS minutes_lost_shared, weight
FROM
(
    SELECT
        alert_id, opened_at, symptom, phase, severity, status, confidence, customer_id, minutes_lost,
        if(empty(departments), [''], departments) AS involved, if(empty(channels), [''], channels) AS used,
        1 / (length(involved) * length(used)) AS weight
    FROM v_alerts
    WHERE status != 'retracted' AND mode != 'shadow'
)
COMMENT 'One row per alert, department and channel it involves; count with sum(weight) or uniqExact(alert_id). Retracted and shadow alerts are not in it';

ALTER TABLE v_alert_parts
    COMMENT COLUMN alert_id 'The alert; the same id stands in a row for each department and channel it involves',
    COMMENT COLUMN opened_at 'Event time from which the symptom was there, UTC',
    COMMENT COLUMN symptom 'What the customer suffers from',
    COMMENT COLUMN department 'A department involved; empty where the alert names none',
    COMMENT COLUMN channel 'A channel of the evidence; empty where there is none',
    COMMENT COLUMN phase 'Lifecycle phase of the customer then; empty where unknown',
    COMMENT COLUMN severity 'info, warning or critical: as the alert stands now',
    COMMENT COLUMN status 'open, updated or resolved',
    COMMENT COLUMN confidence 'confirmed, or suspected: rests on likeness of texts or style alone, for review',
    COMMENT COLUMN customer_id 'The customer; empty where the alert is about no single one',
    COMMENT COLUMN minutes_lost_shared 'The customer''s minutes wasted, divided evenly over the rows of the alert: adds up',
    COMMENT COLUMN weight 'The alert divided evenly over its rows: adds up to the number of alerts';

CREATE OR REPLACE VIEW v_symptoms_hourly AS
SELECT
    toStartOfHour(toDateTime(opened_at, 'UTC')) AS hour, symptom, department, channel, phase, severity,
    count() AS alerts, sum(weight) AS alerts_shared, countIf(status != 'resolved') AS open_alerts,
    countIf(confidence = 'suspected') AS suspected_alerts, uniqExactIf(customer_id, customer_id != '') AS customers,
    sum(minutes_lost_shared) AS minutes_lost_shared
FROM v_alert_parts AS parts
GROUP BY hour, symptom, department, channel, phase, severity
COMMENT 'One row per hour, symptom, department, channel, phase and severity. An alert counts in the hour in which it opened, once in each department and channel it involves: add up alerts_shared, not alerts. Retracted and shadow alerts do not count';

ALTER TABLE v_symptoms_hourly
    COMMENT COLUMN hour 'Hour in which the symptom began (opened_at), UTC',
    COMMENT COLUMN symptom 'What the customers suffer from',
    COMMENT COLUMN department 'A department involved; empty where the alert names none',
    COMMENT COLUMN channel 'A channel of the evidence; empty where there is none',
    COMMENT COLUMN phase 'Lifecycle phase of the customer then; empty where unknown',
    COMMENT COLUMN severity 'info, warning or critical: as the alert stands now',
    COMMENT COLUMN alerts 'Alerts that involve this department and channel; over departments or channels they do not add up',
    COMMENT COLUMN alerts_shared 'The same, each alert divided evenly over its departments and channels: adds up to the number of alerts',
    COMMENT COLUMN open_alerts 'Those that last still; over departments or channels they do not add up',
    COMMENT COLUMN suspected_alerts 'Those that rest on likeness of texts or style alone: for review',
    COMMENT COLUMN customers 'Different customers; they do not add up over rows',
    COMMENT COLUMN minutes_lost_shared 'Customers'' minutes wasted, each alert''s divided evenly over its departments and channels: adds up';

CREATE OR REPLACE VIEW v_symptoms_daily AS
SELECT
    toDate(opened_at, 'UTC') AS day, symptom, department, channel, phase, severity,
    count() AS alerts, sum(weight) AS alerts_shared, countIf(status != 'resolved') AS open_alerts,
    countIf(confidence = 'suspected') AS suspected_alerts, uniqExactIf(customer_id, customer_id != '') AS customers,
    sum(minutes_lost_shared) AS minutes_lost_shared
FROM v_alert_parts AS parts
GROUP BY day, symptom, department, channel, phase, severity
COMMENT 'One row per day, symptom, department, channel, phase and severity; counts as v_symptoms_hourly does';

ALTER TABLE v_symptoms_daily
    COMMENT COLUMN day 'Day on which the symptom began (opened_at), UTC',
    COMMENT COLUMN symptom 'What the customers suffer from',
    COMMENT COLUMN department 'A department involved; empty where the alert names none',
    COMMENT COLUMN channel 'A channel of the evidence; empty where there is none',
    COMMENT COLUMN phase 'Lifecycle phase of the customer then; empty where unknown',
    COMMENT COLUMN severity 'info, warning or critical: as the alert stands now',
    COMMENT COLUMN alerts 'Alerts that involve this department and channel; over departments or channels they do not add up',
    COMMENT COLUMN alerts_shared 'The same, each alert divided evenly over its departments and channels: adds up to the number of alerts',
    COMMENT COLUMN open_alerts 'Those that last still; over departments or channels they do not add up',
    COMMENT COLUMN suspected_alerts 'Those that rest on likeness of texts or style alone: for review',
    COMMENT COLUMN customers 'Different customers; they do not add up over rows',
    COMMENT COLUMN minutes_lost_shared 'Customers'' minutes wasted, each alert''s divided evenly over its departments and channels: adds up';

-- Noise: what four weeks usually differ by. A count varies at least by its root (Poisson), or more, as far as the weeks
-- before did; only past three times that it is said to have changed: of 22 symptoms about three a year say so by chance.
CREATE OR REPLACE VIEW v_symptom_trends AS
WITH
    (SELECT as_of FROM v_clock) AS as_of,
    (SELECT toMonday(toDate(min(opened_at), 'UTC')) FROM v_alerts WHERE status != 'retracted' AND mode != 'shadow') AS first_week
SELECT
    week, symptom, alerts, weeks_before,
    if(weeks_before >= 2, average, NULL) AS usual,
    alerts - usual AS change,
    if(weeks_before >= 2, 3 * sqrt(greatest(average, 1., spread) * (1 + 1 / weeks_before)), NULL) AS noise,
    CAST(week + 7 <= toDate(as_of, 'UTC'), 'Bool') AS complete,
    multiIf(NOT complete, 'incomplete', isNull(usual), 'unknown', change > noise, 'up', change < -noise, 'down', 'steady') AS trend
FROM
(
    SELECT
        week, symptom, alerts, count() OVER earlier AS weeks_before, avg(alerts) OVER earlier AS average,
        varSamp(alerts) OVER earlier AS spread
    FROM
    (
        SELECT grid.week AS week, grid.symptom AS symptom, counted.alerts AS alerts
        FROM
        (
            SELECT symptom, arrayJoin(arrayMap(n -> first_week + 7 * n,
                range(toUInt32(greatest(0, dateDiff('week', first_week, toMonday(toDate(as_of, 'UTC')))) + 1)))) AS week
            FROM (SELECT DISTINCT symptom FROM v_alerts WHERE status != 'retracted' AND mode != 'shadow')
        ) AS grid
        LEFT JOIN
        (
            SELECT toMonday(toDate(opened_at, 'UTC')) AS week, symptom, count() AS alerts FROM v_alerts
            WHERE status != 'retracted' AND mode != 'shadow' GROUP BY week, symptom
        ) AS counted ON counted.week = grid.week AND counted.symptom = grid.symptom
    )
    WINDOW earlier AS (PARTITION BY symptom ORDER BY week ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING)
)
COMMENT 'One row per week and symptom since the first alert, weeks without any included: alerts that opened in it against the four weeks before, and whether the change is beyond noise. Retracted and shadow alerts do not count';

ALTER TABLE v_symptom_trends
    COMMENT COLUMN week 'Monday of the week (UTC) in which the symptoms began',
    COMMENT COLUMN symptom 'What the customers suffer from',
    COMMENT COLUMN alerts 'Alerts that opened in this week; an alert counts once',
    COMMENT COLUMN weeks_before 'How many weeks before it is compared with: up to 4',
    COMMENT COLUMN usual 'Alerts in a week, the average of those; NULL with fewer than 2 of them',
    COMMENT COLUMN change 'alerts - usual; NULL where that is',
    COMMENT COLUMN noise 'A change up to this is noise: 3 times the larger of a count''s own spread (its root) and that of the weeks before; NULL where usual is',
    COMMENT COLUMN complete 'Whether the store knows the whole week',
    COMMENT COLUMN trend 'up or down: changed beyond noise; steady: not; unknown: fewer than 2 weeks before; incomplete: the week is not over';
