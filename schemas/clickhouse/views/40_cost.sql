-- Time of customers that went by for nothing, and what it costs at the owner's rates.

CREATE OR REPLACE VIEW v_rates AS
SELECT department, reason, hour, currency FROM rates
COMMENT 'One row per rate of the setting rates. Of those that fit, one for the reason counts before one for the department, that before one for all';

ALTER TABLE v_rates
    COMMENT COLUMN department 'For this department; empty: for any',
    COMMENT COLUMN reason 'For this reason; empty: for any',
    COMMENT COLUMN hour 'What an hour of lost time costs',
    COMMENT COLUMN currency 'ISO 4217 code';

CREATE OR REPLACE VIEW v_time_wasted AS
WITH arraySort(
    rate -> (rate.2 = '', rate.1 = ''),
    arrayFilter(
        rate -> rate.1 IN ('', department) AND rate.2 IN ('', reason),
        (SELECT groupArray((toString(department), toString(reason), toFloat64(hour), toString(currency))) FROM rates))) AS fit
SELECT
    day, department, reason, sum(of_times) AS times, uniqExact(customer_id) AS customers, sum(of_minutes) AS minutes,
    if(empty(fit), NULL, minutes / 60 * fit[1].3) AS cost, fit[1].4 AS currency
FROM
(
    SELECT
        toDate(started_at) AS day, toString(department) AS department,
        multiIf(reason != '', toString(reason), kind = 'approval', 'approval', 'waiting') AS reason,
        customer_id, 1 AS of_times, ifNull(minutes, 0) AS of_minutes
    FROM v_waits
    WHERE reason != 'customer' AND ended_by != ''
    UNION ALL
    SELECT
        toDate(opened_at) AS day, toString(owner_department) AS department, toString(symptom) AS reason,
        customer_id, 1 AS of_times, ifNull(minutes_lost, 0) AS of_minutes
    FROM v_alerts
    WHERE status != 'retracted' AND mode != 'shadow' AND minutes_lost > 0
        AND symptom NOT IN ('stalled_wait', 'needless_approval')
)
GROUP BY day, department, reason
COMMENT 'One row per day, department and reason: waits and approvals that ended (by the day they began; not those for the customer herself), and the lost minutes of standing alerts that rest on no wait, such as broken_promise and unanswered (by the day they opened, with the department that should act). Minutes run day and night; those of different reasons may overlap';

ALTER TABLE v_time_wasted
    COMMENT COLUMN day 'Day it began, UTC',
    COMMENT COLUMN department 'For whom was waited; of an alert, who should act',
    COMMENT COLUMN reason 'hold, approval, backlog, … (waiting: none was given), or the symptom',
    COMMENT COLUMN times 'How often',
    COMMENT COLUMN customers 'How many different customers; does not add up over rows',
    COMMENT COLUMN minutes 'Minutes of customers'' time',
    COMMENT COLUMN cost 'What they cost; NULL where no rate fits: set rates',
    COMMENT COLUMN currency 'ISO 4217 code of the cost; empty where there is none';
