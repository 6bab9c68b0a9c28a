-- Experience debt: as the symptom of that name found it.

CREATE OR REPLACE VIEW v_experience_debt AS
SELECT
    alert_id, customer_id, account, segment, arrayMin(evidence.occurred_at) AS began_at, opened_at, resolved_at,
    toBool(status != 'resolved') AS is_open,
    dateDiff('minute', began_at, ifNull(resolved_at, (SELECT as_of FROM v_clock))) / 1440 AS days,
    length(evidence) AS negatives, departments, owner_department, severity
FROM v_alerts
WHERE symptom = 'experience_debt' AND status != 'retracted' AND mode != 'shadow'
COMMENT 'One row per time a customer was in debt: bad experiences that nothing made up for within three days (symptom experience_debt); a debt paid earlier is none';

ALTER TABLE v_experience_debt
    COMMENT COLUMN alert_id 'The alert; v_alerts has its evidence',
    COMMENT COLUMN customer_id 'Who is owed',
    COMMENT COLUMN account 'The organisation the person belongs to',
    COMMENT COLUMN segment 'Customer segment, where the evidence says',
    COMMENT COLUMN began_at 'When the oldest of the bad experiences happened, UTC',
    COMMENT COLUMN opened_at 'When it had lasted long enough to be told, UTC',
    COMMENT COLUMN resolved_at 'When it was paid, UTC; NULL while it lasts',
    COMMENT COLUMN is_open 'Whether it lasts',
    COMMENT COLUMN days 'Days from began_at to its end, or to now (the newest touchpoint)',
    COMMENT COLUMN negatives 'How many bad experiences it is made of',
    COMMENT COLUMN departments 'With whom she had them',
    COMMENT COLUMN owner_department 'Who should call her',
    COMMENT COLUMN severity 'warning or critical';
