-- How far all this may be trusted: what people say of the alerts, and how fresh the data is.

CREATE OR REPLACE VIEW v_precision AS
SELECT
    symptom, owner_department, sum(told) AS alerts, sum(said_of) AS judged, sum(said_useful) AS useful,
    sum(said_false) AS false_alarms,
    useful + false_alarms AS verdicts,
    if(verdicts = 0, NULL, useful / verdicts) AS precision_share,
    if(verdicts = 0, NULL, (useful + 1.9208 - 1.96 * sqrt(useful * false_alarms / verdicts + 0.9604)) / (verdicts + 3.8416)) AS low,
    if(verdicts = 0, NULL, (useful + 1.9208 + 1.96 * sqrt(useful * false_alarms / verdicts + 0.9604)) / (verdicts + 3.8416)) AS high
FROM
(
    SELECT symptom, owner_department, count() AS told, 0::UInt64 AS said_of, 0::UInt64 AS said_useful, 0::UInt64 AS said_false
    FROM v_alerts WHERE status != 'retracted' AND mode != 'shadow' GROUP BY symptom, owner_department
    UNION ALL
    SELECT symptom, owner_department, 0, uniqExact(alert_id), countIf(verdict = 'useful'), countIf(verdict = 'false')
    FROM v_feedback WHERE symptom != '' GROUP BY symptom, owner_department
)
GROUP BY symptom, owner_department
COMMENT 'One row per symptom and owner department: what people said of its alerts; of each alert and person the last verdict counts. Judged alerts that were retracted since count too';

ALTER TABLE v_precision
    COMMENT COLUMN symptom 'What the customers are said to suffer from',
    COMMENT COLUMN owner_department 'Who should act on the alerts, and so judges them best',
    COMMENT COLUMN alerts 'Standing alerts',
    COMMENT COLUMN judged 'Alerts of which anybody said something, whatever it was',
    COMMENT COLUMN useful 'Verdicts that it was so and worth knowing',
    COMMENT COLUMN false_alarms 'Verdicts that it was not so',
    COMMENT COLUMN verdicts 'useful + false_alarms: one for each alert and person',
    COMMENT COLUMN precision_share 'useful / verdicts; NULL where nobody has judged',
    COMMENT COLUMN low 'With 95 % certainty the true share is at least this (Wilson); few verdicts say little; NULL where there is none',
    COMMENT COLUMN high 'With 95 % certainty it is at most this';

CREATE OR REPLACE VIEW v_freshness AS
SELECT
    subject, if(any_rows, event_at, NULL) AS newest_event_at, if(any_rows, written_at, NULL) AS newest_ingested_at,
    dateDiff('second', newest_event_at, now64(3, 'UTC')) AS event_age_seconds,
    dateDiff('second', newest_ingested_at, now64(3, 'UTC')) AS ingested_age_seconds
FROM
(
    SELECT
        'touchpoints' AS subject, max(occurred_at) AS event_at, max(ingested_at) AS written_at, count() > 0 AS any_rows FROM touchpoints
    UNION ALL SELECT 'alerts', max(updated_at), max(ingested_at), count() > 0 FROM alerts
    UNION ALL SELECT 'warnings', max(greatest(handed_at, ifNull(accepted_at, handed_at), ifNull(closed_at, handed_at))), max(ingested_at), count() > 0 FROM warnings
    UNION ALL SELECT 'incidents', max(greatest(updated_at, ifNull(ended_at, updated_at))), max(ingested_at), count() > 0 FROM incidents
    UNION ALL SELECT 'actions', max(occurred_at), max(ingested_at), count() > 0 FROM actions
    UNION ALL SELECT 'dead letters', max(timestamp), max(ingested_at), count() > 0 FROM dead_letters
)
COMMENT 'One row per kind of record: how new the newest is. The only view whose ages count from the wall clock: old logs fed in just now have an old event and a fresh row';

ALTER TABLE v_freshness
    COMMENT COLUMN subject 'touchpoints, alerts, warnings, incidents, actions or dead letters',
    COMMENT COLUMN newest_event_at 'Event time of the newest record, UTC; NULL while there is none',
    COMMENT COLUMN newest_ingested_at 'When the last row was written, UTC; NULL while there is none',
    COMMENT COLUMN event_age_seconds 'Seconds from newest_event_at to now, by the wall clock; below 0: dated in the future',
    COMMENT COLUMN ingested_age_seconds 'Seconds from newest_ingested_at to now: grows while nothing comes in, or the writer stands still';
