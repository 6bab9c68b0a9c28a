-- What different customers were told on one and the same matter.

CREATE OR REPLACE VIEW now_answers AS
SELECT
    topic, claim_key, answer, count() AS told, arraySort(groupUniqArray(department)) AS departments,
    min(at) AS first_at, max(at) AS last_at
FROM
(
    SELECT
        topic, claim.1 AS claim_key, customer_id,
        argMax(lower(trim(replaceRegexpAll(claim.2, '\\s+', ' '))), (occurred_at, touchpoint_id)) AS answer,
        argMax(CAST(department, 'String'), (occurred_at, touchpoint_id)) AS department, max(occurred_at) AS at
    FROM touchpoints FINAL
    ARRAY JOIN claims AS claim
    WHERE direction = 'outbound' AND customer_id != '' AND occurred_at > (SELECT as_of FROM v_clock) - INTERVAL 90 DAY
        AND NOT match(claim.1, '^(delivery|appointment|invoice|order)(\\.|$)')
    GROUP BY topic, claim_key, customer_id
)
GROUP BY topic, claim_key, answer
COMMENT 'What customers were last told in 90 days, and how many of them, computed from all touchpoints';

CREATE OR REPLACE VIEW v_answer_divergence AS
SELECT
    topic, claim_key, sum(told) AS customers, groupArray(answer) AS answers, count() AS answer_count,
    answers[1] AS majority_answer, max(told) / customers AS majority_share,
    arraySort(groupUniqArrayArray(of_departments)) AS departments, min(oldest) AS first_at, max(newest) AS last_at,
    CAST(answer_count > 1, 'Bool') AS diverges
FROM
(
    SELECT topic, claim_key, answer, told, departments AS of_departments, first_at AS oldest, last_at AS newest
    FROM
    (
        SELECT * EXCEPT snapshot_at FROM snapshot_answers WHERE NOT (SELECT small FROM store_size)
        UNION ALL
        SELECT * FROM now_answers WHERE (SELECT small FROM store_size)
    )
    ORDER BY told DESC, answer
)
GROUP BY topic, claim_key
COMMENT 'One row per topic and claim key: what customers were last told on it in the 90 days up to v_clock.as_of. Claims as the source gave them: nothing is drawn from texts. Keys that are about one case (delivery, appointment, invoice, order) are left out. In a large store a snapshot';

ALTER TABLE v_answer_divergence
    COMMENT COLUMN topic 'What it is about; empty where the source said nothing',
    COMMENT COLUMN claim_key 'The fact asserted: price.pro, contract.notice, …',
    COMMENT COLUMN customers 'Customers who were told something on it; each counts with the last she was told',
    COMMENT COLUMN answers 'The different answers, that of most customers first; lower case, spaces made one',
    COMMENT COLUMN answer_count 'How many different answers',
    COMMENT COLUMN majority_answer 'What most customers were told',
    COMMENT COLUMN majority_share 'Share of the customers who were told that',
    COMMENT COLUMN departments 'Departments that told, sorted',
    COMMENT COLUMN first_at 'The oldest of these answers, UTC',
    COMMENT COLUMN last_at 'The newest, UTC',
    COMMENT COLUMN diverges 'Whether there is more than one answer';

CREATE OR REPLACE MATERIALIZED VIEW refresh_answers REFRESH AFTER 15 MINUTE TO snapshot_answers EMPTY AS
SELECT * FROM now_answers WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
