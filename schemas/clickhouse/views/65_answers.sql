-- What different customers were told on one and the same matter.

CREATE OR REPLACE VIEW v_answer_divergence AS
WITH (SELECT as_of FROM v_clock) AS as_of
SELECT
    topic, claim_key, sum(told) AS customers, groupArray(answer) AS answers, count() AS answer_count,
    argMax(answer, (told, answer)) AS majority_answer, max(told) / customers AS majority_share,
    arraySort(arrayDistinct(arrayFlatten(groupArray(by)))) AS departments, min(first) AS first_at, max(last) AS last_at,
    CAST(answer_count > 1, 'Bool') AS diverges
FROM
(
    SELECT
        topic, claim_key, answer, count() AS told, groupUniqArrayArray(by) AS by, min(at) AS first, max(at) AS last
    FROM
    (
        SELECT
            topic, claim.1 AS claim_key, customer_id,
            argMax(lower(trim(replaceRegexpAll(claim.2, '\\s+', ' '))), (occurred_at, touchpoint_id)) AS answer,
            max(occurred_at) AS at, [argMax(CAST(department, 'String'), (occurred_at, touchpoint_id))] AS by
        FROM v_touchpoints
        ARRAY JOIN claims AS claim
        WHERE direction = 'outbound' AND customer_id != '' AND occurred_at > as_of - INTERVAL 90 DAY
            AND NOT match(claim.1, '^(delivery|appointment|invoice|order)(\\.|$)')
        GROUP BY topic, claim_key, customer_id
    )
    GROUP BY topic, claim_key, answer
    ORDER BY told DESC, answer
)
GROUP BY topic, claim_key
COMMENT 'One row per topic and claim key: what customers were last told on it in the 90 days up to v_clock.as_of. Claims as the source gave them: nothing is drawn from texts. Keys that are about one case (delivery, appointment, invoice, order) are left out';

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
