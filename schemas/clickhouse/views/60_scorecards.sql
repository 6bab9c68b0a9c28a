-- The watermelon: green outside (a department's own KPI), red inside (what its customers went through).
-- An outcome is what a customer said or did of the company as a whole: good is praise, a survey score of at least 8, or
-- that she was recovered; bad is a complaint, a score of at most 4, a reopened case or a cancelled contract.

CREATE OR REPLACE VIEW now_outcomes AS
SELECT
    touchpoint_id, occurred_at, customer_id, department, case_ref, activity, score,
    CAST(activity IN ('praise', 'recovered') OR (activity = 'survey_response' AND ifNull(score, 5) >= 8), 'Bool') AS good
FROM touchpoints FINAL
WHERE customer_id != '' AND (activity IN ('praise', 'recovered', 'complaint', 'case_reopened', 'contract_cancelled')
    OR (activity = 'survey_response' AND (score >= 8 OR score <= 4)))
COMMENT 'Outcomes, computed from all touchpoints';

CREATE OR REPLACE VIEW v_outcomes AS
SELECT touchpoint_id, occurred_at, customer_id, department, case_ref, activity, score, good
FROM snapshot_outcomes WHERE NOT (SELECT small FROM store_size)
UNION ALL
SELECT * FROM now_outcomes WHERE (SELECT small FROM store_size)
COMMENT 'One row per touchpoint in which a customer said or showed how she fared. Survey answers between 4 and 8 are neither. In a large store a snapshot';

ALTER TABLE v_outcomes
    COMMENT COLUMN touchpoint_id 'The touchpoint; joins v_touchpoints',
    COMMENT COLUMN occurred_at 'When, UTC',
    COMMENT COLUMN customer_id 'The customer',
    COMMENT COLUMN department 'To whom she said it: not who caused it',
    COMMENT COLUMN case_ref 'The case, where there is one',
    COMMENT COLUMN activity 'praise, recovered, complaint, survey_response, case_reopened or contract_cancelled',
    COMMENT COLUMN score 'Survey answer, 0 to 10; NULL when there is none',
    COMMENT COLUMN good 'True: praise, recovered, a score of 8 or more; false: complaint, reopened, cancelled, a score of 4 or less';

CREATE OR REPLACE VIEW now_scorecard AS
SELECT
    served.week AS week, served.department AS department, sum(served.touchpoints) AS touchpoints,
    countIf(served.customer_id != '') AS customers, sum(served.met) AS kpi_met, sum(served.missed) AS kpi_missed,
    sum(served.unknown) AS kpi_unknown, sum(fared.good) AS good_outcomes, sum(fared.bad) AS bad_outcomes
FROM
(
    SELECT
        toMonday(toDate(occurred_at, 'UTC')) AS week, customer_id, department, count() AS touchpoints,
        countIf(kpi.name != '' AND kpi.met = 1) AS met, countIf(kpi.name != '' AND kpi.met = 0) AS missed,
        countIf(kpi.name != '' AND isNull(kpi.met)) AS unknown
    FROM touchpoints FINAL
    GROUP BY week, customer_id, department
) AS served
LEFT JOIN
(
    SELECT toMonday(toDate(occurred_at, 'UTC')) AS week, customer_id, countIf(outcome.good) AS good, countIf(NOT outcome.good) AS bad
    FROM now_outcomes AS outcome
    GROUP BY week, customer_id
) AS fared ON fared.week = served.week AND fared.customer_id = served.customer_id
GROUP BY week, department
COMMENT 'KPIs and outcomes by week and department, computed from all touchpoints';

CREATE OR REPLACE VIEW v_scorecard AS
SELECT
    week, department, sum(of_touchpoints) AS touchpoints, sum(of_customers) AS customers,
    sum(of_met) AS kpi_met, sum(of_missed) AS kpi_missed, sum(of_unknown) AS kpi_unknown,
    if(kpi_met + kpi_missed = 0, NULL, kpi_met / (kpi_met + kpi_missed)) AS kpi_met_share,
    sum(of_good) AS good_outcomes, sum(of_bad) AS bad_outcomes,
    if(good_outcomes + bad_outcomes = 0, NULL, good_outcomes / (good_outcomes + bad_outcomes)) AS good_outcome_share,
    kpi_met_share - good_outcome_share AS watermelon_index,
    multiIf(
        kpi_met + kpi_missed < 5 OR good_outcomes + bad_outcomes < 5, 'grey',
        kpi_met_share >= 0.9 AND good_outcome_share >= 0.5, 'green',
        kpi_met_share >= 0.9, 'watermelon',
        good_outcome_share >= 0.5, 'amber',
        'red') AS verdict,
    sum(of_alerts) AS alerts, sum(of_green_silos) AS green_silo_alerts
FROM
(
    SELECT
        week, CAST(department, 'String') AS department, touchpoints AS of_touchpoints, customers AS of_customers,
        kpi_met AS of_met, kpi_missed AS of_missed, kpi_unknown AS of_unknown, good_outcomes AS of_good,
        bad_outcomes AS of_bad, 0::UInt64 AS of_alerts, 0::UInt64 AS of_green_silos
    FROM snapshot_scorecard WHERE NOT (SELECT small FROM store_size)
    UNION ALL
    SELECT *, 0, 0 FROM now_scorecard WHERE (SELECT small FROM store_size)
    UNION ALL
    SELECT
        toMonday(toDate(opened_at, 'UTC')) AS week, CAST(department, 'String'), 0, 0, 0, 0, 0, 0, 0,
        uniqExact(alert_id), uniqExactIf(alert_id, symptom = 'green_silo')
    FROM v_alert_parts
    GROUP BY week, department
)
GROUP BY week, department
COMMENT 'One row per week and department: its own KPIs beside the outcome of the customers it had to do with in that week, whoever they told it to. Counts add up over weeks (customers do not): work out shares from the counts. NULL is unknown: grey, not green. In a large store all but the alerts is a snapshot';

ALTER TABLE v_scorecard
    COMMENT COLUMN week 'Monday of the week, UTC',
    COMMENT COLUMN department 'The department',
    COMMENT COLUMN touchpoints 'Touchpoints of the department',
    COMMENT COLUMN customers 'Different customers of those touchpoints',
    COMMENT COLUMN kpi_met 'KPIs it reported as met: of a step (kpi of a touchpoint) or of the department (kpi_reported)',
    COMMENT COLUMN kpi_missed 'KPIs it reported as missed',
    COMMENT COLUMN kpi_unknown 'KPIs it reported without saying whether they were met: in no share',
    COMMENT COLUMN kpi_met_share 'kpi_met / (kpi_met + kpi_missed): green outside; NULL where it reported none',
    COMMENT COLUMN good_outcomes 'What its customers said or did in that week, to whatever department: praise, recovered, score of 8 or more',
    COMMENT COLUMN bad_outcomes 'The same: complaint, case reopened, contract cancelled, score of 4 or less',
    COMMENT COLUMN good_outcome_share 'good_outcomes / (good_outcomes + bad_outcomes): red inside; NULL where there was none',
    COMMENT COLUMN watermelon_index 'kpi_met_share - good_outcome_share, -1 to 1: how much better the department looks than its customers fare; NULL where either is unknown',
    COMMENT COLUMN verdict 'grey: fewer than 5 KPIs or 5 outcomes; green: 90 % of KPIs met and half of the outcomes good; watermelon: KPIs met, outcomes mostly bad; amber: KPIs missed, outcomes good; red: neither',
    COMMENT COLUMN alerts 'Alerts that opened in that week and involve the department; over departments they do not add up',
    COMMENT COLUMN green_silo_alerts 'Of those, cases in which every department was green and the customer was not';

CREATE OR REPLACE VIEW now_sent AS
SELECT
    message_ref, customer_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at, count() AS copies,
    groupUniqArray(CAST(department, 'String')) AS senders
FROM touchpoints FINAL
WHERE message_ref != '' AND direction = 'outbound' AND customer_id != ''
GROUP BY message_ref, customer_id
COMMENT 'Which message reached whom and when, computed from all touchpoints';

CREATE OR REPLACE VIEW now_messages AS
SELECT
    sent.message_ref AS message_ref, arraySort(groupUniqArrayArray(sent.senders)) AS departments,
    min(sent.first_at) AS first_sent, max(sent.last_at) AS last_sent, sum(sent.copies) AS sent, count() AS customers,
    countIf(after.answered) AS attention_customers, countIf(after.withdrew) AS consents_withdrawn,
    sum(after.good) AS good_outcomes, sum(after.bad) AS bad_outcomes
FROM now_sent AS sent
LEFT JOIN
(
    SELECT
        sent.message_ref AS message_ref, sent.customer_id AS customer_id, max(came.answered) AS answered,
        max(came.withdrew) AS withdrew, sum(came.good) AS good, sum(came.bad) AS bad
    FROM
    (
        SELECT customer_id, occurred_at, 1 AS answered, activity = 'consent_withdrawn' AS withdrew, 0 AS good, 0 AS bad
        FROM touchpoints FINAL WHERE direction = 'inbound' AND customer_id != ''
        UNION ALL
        SELECT customer_id, occurred_at, 0, 0, good, NOT good FROM now_outcomes
    ) AS came
    INNER JOIN now_sent AS sent ON sent.customer_id = came.customer_id
    WHERE came.occurred_at > sent.first_at AND came.occurred_at <= sent.first_at + INTERVAL 7 DAY
    GROUP BY message_ref, customer_id
) AS after ON after.message_ref = sent.message_ref AND after.customer_id = sent.customer_id
GROUP BY message_ref
COMMENT 'Messages and what came after them, computed from all touchpoints';

CREATE OR REPLACE VIEW v_scorecard_messages AS
SELECT
    message.message_ref AS message_ref, message.departments AS departments, message.first_sent AS first_sent,
    message.last_sent AS last_sent, message.sent AS sent, message.customers AS customers,
    message.attention_customers AS attention_customers, attention_customers / customers AS attention_share,
    message.consents_withdrawn AS consents_withdrawn, message.good_outcomes AS good_outcomes,
    message.bad_outcomes AS bad_outcomes,
    if(good_outcomes + bad_outcomes = 0, NULL, good_outcomes / (good_outcomes + bad_outcomes)) AS good_outcome_share,
    told.alerts AS alerts, CAST(last_sent + INTERVAL 7 DAY <= (SELECT as_of FROM v_clock), 'Bool') AS complete
FROM
(
    SELECT * EXCEPT snapshot_at FROM snapshot_messages WHERE NOT (SELECT small FROM store_size)
    UNION ALL
    SELECT * FROM now_messages WHERE (SELECT small FROM store_size)
) AS message
LEFT JOIN
(
    SELECT message_ref, count() AS alerts FROM v_alerts
    WHERE message_ref != '' AND status != 'retracted' AND mode != 'shadow' GROUP BY message_ref
) AS told ON told.message_ref = message.message_ref
COMMENT 'One row per message_ref (campaign, template): the attention it got from its customers in the 7 days after each one''s first copy, beside how they fared in those days. After it, not because of it. In a large store all but the alerts is a snapshot';

ALTER TABLE v_scorecard_messages
    COMMENT COLUMN message_ref 'Campaign, template or content id of what was sent',
    COMMENT COLUMN departments 'Departments that sent it, sorted',
    COMMENT COLUMN first_sent 'First copy to anybody, UTC',
    COMMENT COLUMN last_sent 'Last copy to anybody, UTC',
    COMMENT COLUMN sent 'Copies sent',
    COMMENT COLUMN customers 'Different customers who got it',
    COMMENT COLUMN attention_customers 'Those from whom anything came in (a visit, a question, a purchase, …) in the 7 days after their first copy',
    COMMENT COLUMN attention_share 'attention_customers / customers',
    COMMENT COLUMN consents_withdrawn 'Customers who withdrew a consent in those 7 days',
    COMMENT COLUMN good_outcomes 'In those 7 days: praise, recovered, survey score of 8 or more',
    COMMENT COLUMN bad_outcomes 'In those 7 days: complaint, case reopened, contract cancelled, survey score of 4 or less',
    COMMENT COLUMN good_outcome_share 'good_outcomes / (good_outcomes + bad_outcomes); NULL where there was neither',
    COMMENT COLUMN alerts 'Standing alerts that name this message',
    COMMENT COLUMN complete 'Whether the 7 days after the last copy are over';

CREATE OR REPLACE MATERIALIZED VIEW refresh_outcomes REFRESH AFTER 15 MINUTE TO snapshot_outcomes EMPTY AS
SELECT * FROM now_outcomes WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;

CREATE OR REPLACE MATERIALIZED VIEW refresh_scorecard REFRESH AFTER 15 MINUTE TO snapshot_scorecard EMPTY AS
SELECT * FROM now_scorecard WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;

CREATE OR REPLACE MATERIALIZED VIEW refresh_messages REFRESH AFTER 15 MINUTE TO snapshot_messages EMPTY AS
SELECT * FROM now_messages WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
