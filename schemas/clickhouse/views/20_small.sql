-- While the store is small, what is asked is computed when it is asked (the views now_…); above, snapshots of the same
-- views answer (0007_snapshots.sql). A snapshot is made again some time after the one before: `store.snapshot_minutes`.
-- Where most has come since (a log just fed in), what is asked is slow rather than wrong. Ids looked up by IN are found when
-- they are read (use_index_for_in_with_subqueries = 0): else they would be looked up for the branch that is not read, too.

CREATE OR REPLACE VIEW store_size AS
SELECT count() <= 100000 OR count() > 3 * (SELECT sum(touchpoints) FROM snapshot_hourly) AS small FROM touchpoints
COMMENT 'One row: whether what is asked is computed from the touchpoints, because they are few or most have come since the last snapshot';

CREATE OR REPLACE VIEW snapshots_due AS
SELECT count() > 100000 OR (SELECT NOT small FROM store_size) AS due FROM touchpoints
COMMENT 'One row: whether snapshots are made; those of a small store are empty';

-- At one instant what starts, opens or asks comes before what ends, closes or answers; a reopening after its closing.
CREATE OR REPLACE VIEW now_touchpoints AS
SELECT
    *,
    multiIf(
        activity IN ('question', 'info_request', 'form_request', 'case_opened', 'handoff_started', 'escalated', 'wait_started',
            'approval_requested', 'complaint', 'bug_reported', 'promise_made', 'purchase', 'contract_signed', 'fact_published'), 0,
        activity = 'case_reopened', 2,
        1) AS rank
FROM touchpoints FINAL
WHERE customer_id != ''
COMMENT 'Touchpoints of customers; they are in order by (occurred_at, rank, touchpoint_id)';
