-- How old what was computed beforehand is.

CREATE OR REPLACE VIEW v_snapshots AS
SELECT subject, rows, snapshot_at, toBool((SELECT NOT small FROM store_size)) AS read
FROM
(
    SELECT 'v_touchpoints_hourly' AS subject, count() AS rows, max(snapshot_at) AS snapshot_at FROM snapshot_hourly
    UNION ALL
    SELECT 'v_touchpoints_daily', count(), max(snapshot_at) FROM snapshot_daily
    UNION ALL
    SELECT 'v_waits', count(), max(snapshot_at) FROM snapshot_waits
    UNION ALL
    SELECT 'v_promises', count(), max(snapshot_at) FROM snapshot_promises
    UNION ALL
    SELECT 'v_transitions, v_journey_map', count(), max(snapshot_at) FROM snapshot_journey
    UNION ALL
    SELECT 'v_renewal_readiness', count(), max(snapshot_at) FROM snapshot_contracts
    UNION ALL
    SELECT 'v_outcomes', count(), max(snapshot_at) FROM snapshot_outcomes
    UNION ALL
    SELECT 'v_scorecard', count(), max(snapshot_at) FROM snapshot_scorecard
    UNION ALL
    SELECT 'v_scorecard_messages', count(), max(snapshot_at) FROM snapshot_messages
    UNION ALL
    SELECT 'v_answer_divergence', count(), max(snapshot_at) FROM snapshot_answers
)
COMMENT 'One row per snapshot of a large store; up to 100,000 touchpoints they are not read, and the views are computed when they are asked';

ALTER TABLE v_snapshots
    COMMENT COLUMN subject 'The views that read it',
    COMMENT COLUMN rows 'Its rows',
    COMMENT COLUMN snapshot_at 'When it was made, UTC; 1970: never, or it is empty',
    COMMENT COLUMN read 'Whether it is read: the store is large';
