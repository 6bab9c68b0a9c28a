-- Promises, each with what kept or ended it: by the rule of the symptom broken_promise with its shipped parameters. A
-- promise_kept keeps what it names (refers_to or reply_to: a touchpoint or a case), else the latest open promise of its
-- thread, else of its case; a delivery or payment keeps those of its case and those it names; any outbound touchpoint keeps
-- a promised callback of its case. A case closed in time, as solved or by the customer, ends those of its case. What a
-- customer's newest 512 of such touchpoints say counts.

CREATE OR REPLACE VIEW may_matter_to_promises AS
WITH made AS (SELECT case_ref, topic FROM touchpoints WHERE activity = 'promise_made' AND case_ref != '')
SELECT touchpoint_id FROM touchpoints
WHERE activity IN ('promise_made', 'promise_kept')
    OR activity IN ('case_closed', 'delivery', 'payment') AND case_ref IN (SELECT case_ref FROM made)
    OR activity IN ('delivery', 'payment') AND (notEmpty(refers_to) OR reply_to != '')
    OR direction = 'outbound' AND case_ref IN (SELECT case_ref FROM made WHERE topic = 'callback')
COMMENT 'Ids of which a copy makes or may keep or end a promise: so that the rest need not be read';

CREATE OR REPLACE VIEW now_promises AS
WITH arraySlice(arraySort(groupArray(CAST((
        occurred_at, rank, touchpoint_id, activity, account, case_ref, thread_ref,
        if(reply_to = '', refers_to, arrayPushBack(refers_to, reply_to)), department, channel, phase, product, topic,
        if(due_at > occurred_at, due_at, NULL), direction, outcome
    ), 'Tuple(at DateTime64(3, \'UTC\'), rank UInt8, id String, activity String, account String, case_ref String,
        thread String, refs Array(String), department String, channel String, phase String, product String, topic String,
        due Nullable(DateTime64(3, \'UTC\')), direction String, outcome String)'))), -512) AS events
SELECT
    promise.id AS touchpoint_id, customer_id, promise.account AS account, promise.case_ref AS case_ref,
    promise.department AS department, promise.channel AS channel, promise.phase AS phase, promise.product AS product,
    promise.topic AS topic, promise.at AS made_at, promise.due AS due_at,
    if(ended.1 = '', NULL, ended.3) AS ended_at, ended.2 AS ended_by, if(ended.5, ended.4, '') AS kept_by, ended.5 AS kept
FROM
(
    SELECT
        customer_id,
        arrayFilter(event -> event.activity = 'promise_made' AND event.direction != 'inbound', events) AS promises,
        arrayFold(
            (state, event) -> arrayMap(
                gone -> (
                    arrayConcat(
                        arrayFilter(open -> NOT arrayExists(each -> each.1 = open.1, gone), state.1),
                        if(event.activity = 'promise_made' AND event.direction != 'inbound',
                            [(event.id, event.case_ref, event.thread, event.topic = 'callback', event.due)], [])),
                    if(event.activity = 'promise_made' AND event.direction != 'inbound',
                        arrayPushBack(state.2, (event.id, event.case_ref)), state.2),
                    arrayConcat(state.3, arrayMap(each -> (each.1, event.id, event.at, event.department, each.2), gone))
                ),
                [arrayFilter(each -> each.2 OR each.3, arrayMap(
                    open -> (
                        open.1,
                        has(
                            multiIf(
                                event.activity != 'promise_kept',
                                [],
                                arrayExists(made -> has(event.refs, made.1) OR has(event.refs, made.2), state.2),
                                arrayFilter(id -> has(event.refs, id) OR has(event.refs, open.2), [open.1]),
                                arraySlice(arrayMap(each -> each.1, arrayConcat(
                                    arrayFilter(each -> event.case_ref != '' AND each.2 = event.case_ref, state.1),
                                    arrayFilter(each -> event.thread != '' AND each.3 = event.thread, state.1))), -1)),
                            open.1)
                        OR event.activity IN ('delivery', 'payment')
                            AND (event.case_ref != '' AND open.2 = event.case_ref
                                OR has(event.refs, open.1) OR has(event.refs, open.2))
                        OR open.4 AND event.direction = 'outbound' AND event.case_ref != '' AND open.2 = event.case_ref,
                        event.activity = 'case_closed' AND event.case_ref != '' AND open.2 = event.case_ref
                            AND (event.outcome IN ('solved', 'withdrawn') OR event.direction = 'inbound')
                            AND ifNull(event.at <= open.5, true)
                    ),
                    state.1))]
            )[1],
            events,
            (
                CAST([], 'Array(Tuple(String, String, String, Bool, Nullable(DateTime64(3, \'UTC\'))))'),
                CAST([], 'Array(Tuple(String, String))'),
                CAST([], 'Array(Tuple(String, String, DateTime64(3, \'UTC\'), String, Bool))')
            )
        ).3 AS ends
    FROM now_touchpoints
    WHERE touchpoint_id IN (SELECT touchpoint_id FROM may_matter_to_promises)
    GROUP BY customer_id
    HAVING notEmpty(promises)
)
ARRAY JOIN promises AS promise, arrayMap(promise -> arrayFirst(each -> each.1 = promise.id, ends), promises) AS ended
COMMENT 'Promises, computed from all touchpoints';

CREATE OR REPLACE VIEW v_promises AS
SELECT
    * EXCEPT snapshot_at,
    multiIf(
        kept AND ifNull(ended_at <= due_at, true), 'kept', kept, 'kept late', ended_by != '', 'not needed',
        ifNull(due_at <= (SELECT as_of FROM v_clock), false), 'overdue', 'open') AS state,
    if(state = 'kept late', intDiv(dateDiff('millisecond', due_at, ended_at), 60000), NULL) AS minutes_late
FROM
(
    SELECT * FROM snapshot_promises WHERE NOT (SELECT small FROM store_size)
    UNION ALL
    SELECT *, now64(3, 'UTC') AS snapshot_at FROM now_promises WHERE (SELECT small FROM store_size)
    SETTINGS use_index_for_in_with_subqueries = 0
)
COMMENT 'One row per promise, with what kept or ended it (the rule of the symptom broken_promise). In a large store a snapshot';

ALTER TABLE v_promises
    COMMENT COLUMN touchpoint_id 'The promise_made',
    COMMENT COLUMN customer_id 'To whom',
    COMMENT COLUMN account 'The organisation the person belongs to',
    COMMENT COLUMN case_ref 'Ticket, order or case',
    COMMENT COLUMN department 'Who promised',
    COMMENT COLUMN channel 'By what',
    COMMENT COLUMN phase 'Lifecycle phase, where the source said it',
    COMMENT COLUMN product 'Product or component',
    COMMENT COLUMN topic 'What it is about',
    COMMENT COLUMN made_at 'When it was made, UTC',
    COMMENT COLUMN due_at 'By when, UTC; NULL where no time after the promise was said: never late',
    COMMENT COLUMN ended_at 'When it was kept, or not needed any more, UTC; NULL while it stands',
    COMMENT COLUMN ended_by 'The touchpoint that kept or ended it; empty while it stands',
    COMMENT COLUMN kept_by 'The department that kept it; empty where nobody did',
    COMMENT COLUMN kept 'Whether it was kept, in time or late',
    COMMENT COLUMN state 'kept, kept late, not needed (its case was closed in time), overdue or open; as of the newest touchpoint',
    COMMENT COLUMN minutes_late 'Whole minutes from due_at to the keeping, where it was kept late; else NULL';

CREATE OR REPLACE MATERIALIZED VIEW refresh_promises REFRESH AFTER 15 MINUTE TO snapshot_promises EMPTY AS
SELECT * FROM now_promises WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
