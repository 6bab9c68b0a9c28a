-- What staff did, and what they think of alerts.

CREATE OR REPLACE VIEW v_actions AS
SELECT * EXCEPT (content, kafka_partition, kafka_offset) FROM actions FINAL
COMMENT 'One row per action of staff on an alert or a warning; delivered twice, it counts once';

CREATE OR REPLACE VIEW v_feedback AS
SELECT
    feedback.alert_id AS alert_id, feedback.actor AS actor, feedback.verdict AS verdict, feedback.reason AS reason,
    feedback.given_at AS given_at, alerts.symptom AS symptom, alerts.confidence AS confidence,
    alerts.owner_department AS owner_department, alerts.departments AS departments, alerts.customer_id AS customer_id
FROM
(
    SELECT
        subject AS alert_id, actor, argMax(value, (occurred_at, action_id)) AS verdict,
        argMax(reason, (occurred_at, action_id)) AS reason, max(occurred_at) AS given_at
    FROM v_actions
    WHERE kind = 'feedback'
    GROUP BY alert_id, actor
) AS feedback
LEFT JOIN v_alerts AS alerts ON alerts.alert_id = feedback.alert_id
COMMENT 'One row per alert and person who judged it: her last verdict. Alerts that were retracted since are in it';

ALTER TABLE v_feedback
    COMMENT COLUMN alert_id 'The alert judged',
    COMMENT COLUMN actor 'Who judged it; a pseudonym is fine',
    COMMENT COLUMN verdict 'useful: it was so and worth knowing; false: it was not so; other words as given',
    COMMENT COLUMN reason 'Why, in words',
    COMMENT COLUMN given_at 'When she said so last, UTC',
    COMMENT COLUMN symptom 'Symptom of the alert; empty where the store has no such alert',
    COMMENT COLUMN confidence 'confirmed or suspected, as the alert says',
    COMMENT COLUMN owner_department 'Who should act on the alert',
    COMMENT COLUMN departments 'Departments the alert involves',
    COMMENT COLUMN customer_id 'Whose alert it is';
