-- Everything that happened to one customer, from all tables.

CREATE OR REPLACE VIEW v_customer_timeline AS
SELECT
    customer_id, occurred_at AS at, 'touchpoint' AS kind, CAST(department, 'String') AS department,
    CAST(channel, 'String') AS channel, activity || if(direction = '', '', ' (' || direction || ')') AS what,
    if(text != '', text, topic) AS detail, '' AS severity, touchpoint_id AS ref
FROM v_touchpoints WHERE customer_id != ''
UNION ALL
SELECT
    customer_id, opened_at, 'alert opened', CAST(owner_department, 'String'), arrayStringConcat(channels, ', '),
    CAST(symptom, 'String'), title, CAST(severity, 'String'), alert_id
FROM v_alerts WHERE customer_id != '' AND status != 'retracted' AND mode != 'shadow'
UNION ALL
SELECT
    customer_id, assumeNotNull(resolved_at), 'alert resolved', CAST(owner_department, 'String'),
    arrayStringConcat(channels, ', '), CAST(symptom, 'String'), CAST(resolution, 'String'), CAST(severity, 'String'), alert_id
FROM v_alerts WHERE customer_id != '' AND status = 'resolved' AND mode != 'shadow' AND isNotNull(resolved_at)
UNION ALL
SELECT
    customer_id, handed_at, 'handed over', CAST(from_department, 'String'), '', 'to ' || to_department,
    brief.summary, '', warning_id
FROM v_warnings WHERE customer_id != '' AND NOT implied
UNION ALL
SELECT
    customer_id, assumeNotNull(accepted_at), 'handoff accepted', CAST(to_department, 'String'), '',
    'from ' || from_department, accepted_by, '', warning_id
FROM v_warnings WHERE customer_id != '' AND NOT implied AND isNotNull(accepted_at)
UNION ALL
SELECT
    customer_id, assumeNotNull(closed_at), 'handoff closed', CAST(to_department, 'String'), '',
    'from ' || from_department, CAST(close_reason, 'String'), '', warning_id
FROM v_warnings WHERE customer_id != '' AND NOT implied AND isNotNull(closed_at)
UNION ALL
SELECT
    told.customer_id, done.occurred_at, 'action', '', '', done.kind || if(done.value = '', '', ': ' || done.value),
    done.reason, '', done.subject
FROM v_actions AS done
INNER JOIN
(
    SELECT alert_id AS subject, customer_id FROM v_alerts WHERE customer_id != ''
    UNION ALL SELECT warning_id, customer_id FROM v_warnings WHERE customer_id != ''
) AS told ON told.subject = done.subject
COMMENT 'One row per thing that happened to a customer: touchpoints, alerts, spoken handoffs, what staff did. Always filter on customer_id';

ALTER TABLE v_customer_timeline
    COMMENT COLUMN customer_id 'The customer: filter on it',
    COMMENT COLUMN at 'When, UTC: event time',
    COMMENT COLUMN kind 'touchpoint, alert opened, alert resolved, handed over, handoff accepted, handoff closed or action',
    COMMENT COLUMN department 'Who touched her; who should act on the alert; who hands over or receives; empty for an action',
    COMMENT COLUMN channel 'By what; of an alert those of its evidence',
    COMMENT COLUMN what 'Activity and direction; symptom; to or from whom; what staff did',
    COMMENT COLUMN detail 'What was said, or what it was about; the alert''s title or how it ended; what the receiver must know',
    COMMENT COLUMN severity 'Of an alert: info, warning or critical; else empty',
    COMMENT COLUMN ref 'Id of the touchpoint, alert or warning; of an action its subject';
