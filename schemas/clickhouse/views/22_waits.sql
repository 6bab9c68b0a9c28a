-- Waits, each with what ended it: by the rule of the symptom stalled_wait. An end ends what it names (refers_to or
-- reply_to: a touchpoint or a case); else the latest open wait of its kind in its thread, else in its case. A closed
-- case ends all waits of its case and of its thread. What a customer's newest 512 of such touchpoints say counts.

CREATE OR REPLACE VIEW may_matter_to_waits AS
WITH begun AS (SELECT case_ref, thread_ref FROM touchpoints WHERE activity IN ('wait_started', 'approval_requested'))
SELECT touchpoint_id FROM touchpoints
WHERE activity IN ('wait_started', 'approval_requested', 'wait_ended', 'approval_decided')
    OR activity = 'case_closed'
    AND (case_ref IN (SELECT case_ref FROM begun WHERE case_ref != '')
        OR thread_ref IN (SELECT thread_ref FROM begun WHERE thread_ref != ''))
COMMENT 'Ids of which a copy begins or may end a wait: so that the rest need not be read';

CREATE OR REPLACE VIEW now_waits AS
WITH arraySlice(arraySort(groupArray(CAST((
        occurred_at, rank, touchpoint_id, activity, account, case_ref,
        thread_ref, if(reply_to = '', refers_to, arrayPushBack(refers_to, reply_to)), department, team, channel, phase,
        product, topic, reason, due_at
    ), 'Tuple(at DateTime64(3, \'UTC\'), rank UInt8, id String, activity String, account String, case_ref String,
        thread String, refs Array(String), department String, team String, channel String, phase String,
        product String, topic String, reason String, due Nullable(DateTime64(3, \'UTC\')))'))), -512) AS events
SELECT
    wait.id AS touchpoint_id, customer_id, wait.account AS account, wait.case_ref AS case_ref,
    wait.department AS department, wait.team AS team, wait.channel AS channel, wait.phase AS phase,
    wait.product AS product, wait.topic AS topic,
    if(wait.activity = 'approval_requested' OR wait.reason = 'approval', 'approval', 'wait') AS kind,
    wait.reason AS reason, wait.at AS started_at, wait.due AS due_at,
    if(ended.1 = '', NULL, ended.3) AS ended_at, ended.2 AS ended_by,
    if(ended.1 = '', NULL, intDiv(dateDiff('millisecond', wait.at, ended.3), 60000)) AS minutes
FROM
(
    SELECT
        customer_id,
        arrayFilter(event -> event.rank = 0, events) AS waits,
        arrayFold(
            (state, event) -> arrayMap(
                gone -> (
                    if(event.rank = 0,
                        arrayPushBack(state.1, (event.id, event.case_ref, event.thread, arrayConcat(
                            if(event.activity = 'wait_started', ['wait_ended'], []),
                            if(event.activity = 'approval_requested' OR event.reason = 'approval', ['approval_decided'], [])))),
                        arrayFilter(open -> NOT has(gone, open.1), state.1)),
                    if(event.rank = 0, arrayPushBack(state.2, (event.id, event.case_ref)), state.2),
                    arrayConcat(state.3, arrayMap(id -> (id, event.id, event.at), gone))
                ),
                [multiIf(
                    event.rank = 0,
                    [],
                    event.activity = 'case_closed',
                    arrayMap(open -> open.1, arrayFilter(
                        open -> event.case_ref != '' AND open.2 = event.case_ref OR event.thread != '' AND open.3 = event.thread,
                        state.1)),
                    arrayExists(begun -> has(event.refs, begun.1) OR has(event.refs, begun.2), state.2),
                    arrayMap(open -> open.1, arrayFilter(
                        open -> has(event.refs, open.1) OR has(event.refs, open.2), state.1)),
                    arraySlice(arrayMap(open -> open.1, arrayConcat(
                        arrayFilter(
                            open -> has(open.4, event.activity) AND event.case_ref != '' AND open.2 = event.case_ref, state.1),
                        arrayFilter(
                            open -> has(open.4, event.activity) AND event.thread != '' AND open.3 = event.thread, state.1)
                    )), -1)
                )]
            )[1],
            events,
            (
                CAST([], 'Array(Tuple(String, String, String, Array(String)))'),
                CAST([], 'Array(Tuple(String, String))'),
                CAST([], 'Array(Tuple(String, String, DateTime64(3, \'UTC\')))')
            )
        ).3 AS ends
    FROM now_touchpoints
    WHERE activity IN ('wait_started', 'approval_requested', 'wait_ended', 'approval_decided', 'case_closed')
        AND touchpoint_id IN (SELECT touchpoint_id FROM may_matter_to_waits)
    GROUP BY customer_id
    HAVING notEmpty(waits)
)
ARRAY JOIN waits AS wait, arrayMap(wait -> arrayFirst(each -> each.1 = wait.id, ends), waits) AS ended
COMMENT 'Waits, computed from all touchpoints';

CREATE OR REPLACE VIEW v_waits AS
SELECT * EXCEPT snapshot_at FROM snapshot_waits WHERE NOT (SELECT small FROM store_size)
UNION ALL
SELECT * FROM now_waits WHERE (SELECT small FROM store_size)
SETTINGS use_index_for_in_with_subqueries = 0
COMMENT 'One row per wait or approval asked for, with what ended it (the rule of the symptom stalled_wait). In a large store a snapshot';

ALTER TABLE v_waits
    COMMENT COLUMN touchpoint_id 'What began it: a wait_started or approval_requested',
    COMMENT COLUMN customer_id 'Who waits',
    COMMENT COLUMN account 'The organisation the person belongs to',
    COMMENT COLUMN case_ref 'Ticket, order or case',
    COMMENT COLUMN department 'For whom is waited',
    COMMENT COLUMN team 'Queue or group below the department',
    COMMENT COLUMN channel 'By what it began',
    COMMENT COLUMN phase 'Lifecycle phase, where the source said it',
    COMMENT COLUMN product 'Product or component',
    COMMENT COLUMN topic 'What it is about',
    COMMENT COLUMN kind 'approval or wait',
    COMMENT COLUMN reason 'hold, approval, backlog, …; customer: we wait for her',
    COMMENT COLUMN started_at 'When it began, UTC',
    COMMENT COLUMN due_at 'When it should be over, where that was said, UTC',
    COMMENT COLUMN ended_at 'When it ended, UTC; NULL while it lasts',
    COMMENT COLUMN ended_by 'The touchpoint that ended it; empty while it lasts',
    COMMENT COLUMN minutes 'Whole minutes from beginning to end; NULL while it lasts';

CREATE OR REPLACE MATERIALIZED VIEW refresh_waits REFRESH AFTER 15 MINUTE TO snapshot_waits EMPTY AS
SELECT * FROM now_waits WHERE (SELECT due FROM snapshots_due)
SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000000, max_bytes_before_external_group_by = 1000000000;
