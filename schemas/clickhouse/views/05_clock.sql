-- What "now" is for every other view: the time of the data, so that old logs fed in answer the same tomorrow.

CREATE OR REPLACE VIEW v_clock AS
SELECT max(occurred_at) AS as_of FROM touchpoints WHERE occurred_at <= now64(3, 'UTC') + INTERVAL 10 MINUTE
COMMENT 'One row: the time up to which the store knows, that of the newest touchpoint which is not from the future. In an empty store it is 1970';

ALTER TABLE v_clock
    COMMENT COLUMN as_of 'Event time of the newest touchpoint, UTC; what lies more than 10 min ahead of the wall clock does not count';
