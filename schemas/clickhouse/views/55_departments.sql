-- Which department gets into which other's way.

CREATE OR REPLACE VIEW v_department_pairs AS
SELECT
    alert_id, opened_at, symptom, severity, confidence, status, customer_id, relation,
    pair.1 AS department, pair.2 AS other_department
FROM
(
    SELECT
        alert_id, opened_at, symptom, severity, confidence, status, customer_id,
        transform(symptom,
            ['duplicate_outreach', 'contact_pressure', 'form_pile_up', 'tone_deaf_outreach', 'conflicting_message',
             'inconsistent_answer', 'inconsistent_voice', 'handoff_drop', 'ping_pong'],
            ['collides with', 'collides with', 'collides with', 'collides with', 'contradicts',
             'contradicts', 'contradicts', 'drops to', 'bounces to'], '') AS relation,
        CAST(departments, 'Array(String)') AS involved,
        CAST(arrayMap(e -> e.department, evidence), 'Array(String)') AS acted,
        multiIf(
            relation = 'drops to', arrayMap(d -> (acted[1], d), involved),
            relation = 'bounces to', arrayZip(arrayPopBack(acted), arrayPopFront(acted)),
            arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), involved), involved))) AS pairs
    FROM v_alerts
    WHERE status != 'retracted' AND mode != 'shadow' AND relation != ''
)
ARRAY JOIN arrayDistinct(arrayFilter(pair -> pair.1 != pair.2, pairs)) AS pair
COMMENT 'One row per alert and ordered pair of departments in it. collides with, contradicts: each pair stands both ways round; drops to, bounces to: from the first to the second. Retracted and shadow alerts are not in it';

ALTER TABLE v_department_pairs
    COMMENT COLUMN alert_id 'The alert; joins v_alerts',
    COMMENT COLUMN opened_at 'Event time from which the symptom was there, UTC',
    COMMENT COLUMN symptom 'What the customer suffers from',
    COMMENT COLUMN severity 'info, warning or critical',
    COMMENT COLUMN confidence 'confirmed, or suspected: for review',
    COMMENT COLUMN status 'open, updated or resolved',
    COMMENT COLUMN customer_id 'The customer; empty where the alert is about no single one',
    COMMENT COLUMN relation 'collides with (duplicate_outreach, contact_pressure, form_pile_up, tone_deaf_outreach), contradicts (conflicting_message, inconsistent_answer, inconsistent_voice), drops to (handoff_drop), bounces to (ping_pong)',
    COMMENT COLUMN department 'The one department; who hands over in drops to and bounces to',
    COMMENT COLUMN other_department 'The other; who should receive in drops to and bounces to';

CREATE OR REPLACE VIEW v_department_matrix AS
SELECT
    toDate(opened_at, 'UTC') AS day, relation, department, other_department,
    count() AS alerts, countIf(status != 'resolved') AS open_alerts, countIf(confidence = 'confirmed') AS confirmed_alerts,
    uniqExactIf(customer_id, customer_id != '') AS customers
FROM v_department_pairs
GROUP BY day, relation, department, other_department
COMMENT 'One row per day, relation and ordered pair of departments. An alert counts on the day it opened, in each pair it involves; collides with and contradicts stand both ways round, so do not add up the whole matrix';

ALTER TABLE v_department_matrix
    COMMENT COLUMN day 'Day on which the symptoms began, UTC',
    COMMENT COLUMN relation 'collides with, contradicts (both stand both ways round), drops to, bounces to (from department to other_department)',
    COMMENT COLUMN department 'Row of the matrix',
    COMMENT COLUMN other_department 'Column of the matrix',
    COMMENT COLUMN alerts 'Alerts that began on this day between the two; for one pair and relation they add up over days',
    COMMENT COLUMN open_alerts 'Those that last still',
    COMMENT COLUMN confirmed_alerts 'Those that do not rest on likeness of texts or style alone',
    COMMENT COLUMN customers 'Different customers; they do not add up over rows';
