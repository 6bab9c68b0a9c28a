"""*Handoffs*: is she handed over and taken over in time, and which are waiting?"""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.choices import DEPARTMENT, EMPTY, chosen, counted
from deploy.grafana.source.page import page
from deploy.grafana.source.panels import CUSTOMER, Column, Said, course, matrix, number, ranking, rows
from deploy.grafana.source.targets import over_time, table

RECEIVED: Final = chosen("to_department")
HANDED: Final = f"$__timeFilter(handed_at) AND close_reason != 'handed_explicitly' AND {RECEIVED}"
TAKEN_AT: Final = "coalesce(least(accepted_at, closed_at), accepted_at, closed_at)"
# What became of a handoff: whoever was late stays late, also when it was taken over since.
FATE: Final = f"multiIf(ifNull({TAKEN_AT} <= due_at, 0), 'in time', status = 'pending', 'waiting', 'late')"
FATES: Final = {"in time": colours.WELL, "late": colours.ACT, "waiting": colours.UNKNOWN}
NONE_HANDED: Final = "Nothing was handed over in this time: no `handoff_started`, no `escalated`, no purchase."
PAGE_OF_SYMPTOM: Final = "symptoms/handoff_drop.md"
LATE_SHARE: Final = "countIf(fate = 'late') / countIf(fate != 'waiting')"

NUMBERS: Final = (
    number(
        "How many handoffs wait?",
        Said("Handed over and neither accepted nor contacted yet, overdue or not; whatever the time shown.", EMPTY,
             PAGE_OF_SYMPTOM),
        table(counted("status IN ('pending', 'overdue')", "v_warnings", RECEIVED)),
    ),
    number(
        "How many are overdue?",
        Said("Of those, past the time by which the receiver should have acted. Each is a customer who waits for "
             "somebody who does not know.", EMPTY, PAGE_OF_SYMPTOM),
        table(counted("status = 'overdue'", "v_warnings", RECEIVED)),
        limits=colours.rising(1, 10),
    ),
    number(
        "How many fall due in the next 24 hours?",
        Said("Pending handoffs due within a day of the end of the time shown.", EMPTY, PAGE_OF_SYMPTOM),
        table(counted("status = 'pending' AND due_at <= $__toTime + INTERVAL 1 DAY", "v_warnings", RECEIVED)),
    ),
    number(
        "How many were taken over in time?",
        Said("Of the handoffs of the time shown that were taken over or fell due: accepted, contacted or done by then.",
             NONE_HANDED, PAGE_OF_SYMPTOM),
        table(f"""
            SELECT if(countIf(fate != 'waiting') = 0, NULL, 1 - {LATE_SHARE}) AS share
            FROM (SELECT {FATE} AS fate FROM v_warnings WHERE {HANDED})
        """),
        unit="percentunit", decimals=1, limits=colours.falling(0.8, 0.95),
    ),
    number(
        "How long until somebody takes over?",
        Said("Half of the handoffs of the time shown were taken over faster; those that still wait are left out.",
             NONE_HANDED, PAGE_OF_SYMPTOM),
        table(f"""
            SELECT if(count() = 0, NULL, median(dateDiff('second', handed_at, {TAKEN_AT}))) AS seconds
            FROM v_warnings WHERE {HANDED} AND isNotNull({TAKEN_AT})
        """),
        unit="s", decimals=0,
    ),
    number(
        "How long did customers wait in vain?",
        Said("Time between due and taken over, of the handoffs of the time shown that were late (`minutes_lost` of "
             "`handoff_drop`).", NONE_HANDED, "bi.md"),
        table(f"""
            SELECT if(count() = 0, NULL, sum(if({FATE} = 'late',
                dateDiff('second', due_at, ifNull({TAKEN_AT}, $__toTime)), 0))) AS seconds
            FROM v_warnings WHERE {HANDED}
        """),
        unit="s", decimals=0,
    ),
)  # fmt: skip

WAITING: Final = (
    rows(
        "Who waits for whom?",
        Said("Handoffs that nobody has taken over, the longest overdue first. `do not` is what would hurt her now; a "
             "click on a customer shows what happened to her.", "Nobody waits for anybody.", PAGE_OF_SYMPTOM),
        table(f"""
            SELECT status, due_at AS due, customer_id AS customer, from_department AS `from`, to_department AS `to`,
                urgency, brief.summary AS `what it is about`, arrayStringConcat(brief.do_not, '; ') AS `do not`,
                case_ref AS `case`
            FROM v_warnings WHERE status IN ('pending', 'overdue') AND {RECEIVED}
            ORDER BY due_at, warning_id LIMIT 50
        """),
        Column("status", width=90, cell="color-text", mappings=[colours.words(colours.STATUSES)]),
        Column("due", width=170), Column("from", width=100), Column("to", width=100),
        CUSTOMER,
        Column("urgency", width=80), Column("do not", width=160), Column("case", width=170), height=9,
    ),
)  # fmt: skip

# Everything that staff may act on, with who should and since when.
SUBJECTS: Final = """
    SELECT alert_id AS subject, owner_department AS department, opened_at AS since FROM v_alerts
        WHERE status != 'retracted' AND mode = 'live' AND confidence = 'confirmed'
    UNION ALL SELECT warning_id, to_department, handed_at FROM v_warnings WHERE close_reason != 'handed_explicitly'
"""
NOTHING_DONE: Final = (
    "Nobody has done anything in this time. What staff do on the board, in Slack or by other tools is in topic "
    "siloscope.actions."
)

DONE: Final = (
    rows(
        "Who acts on what was told?",
        Said("Confirmed alerts and handoffs that arose in the time shown, by the department that should act: how many "
             "somebody accepted, and how soon (half were faster; where the data is older than the board, its times "
             "mean nothing). Many that nobody accepts: they go to the wrong people, or there are too many.",
             NOTHING_DONE, "delivery.md"),
        table(f"""
            SELECT department, count() AS told, countIf(taken) / count() AS accepted,
                if(countIf(taken) = 0, NULL, medianIf(dateDiff('second', since, taken_at), taken)) AS `accepted after`,
                countIf(settled) AS `resolved by hand`, countIf(passed) AS `handed on`, sum(written) AS notes
            FROM (
                SELECT any(told.department) AS department, any(told.since) AS since,
                    countIf(kind = 'accept') > 0 AS taken, minIf(occurred_at, kind = 'accept') AS taken_at,
                    countIf(kind = 'resolve') > 0 AS settled, countIf(kind = 'hand_on') > 0 AS passed,
                    countIf(kind = 'note') AS written
                FROM ({SUBJECTS}) AS told LEFT JOIN v_actions AS done ON done.subject = told.subject
                WHERE $__timeFilter(told.since) AND {chosen("told.department")} GROUP BY told.subject
            )
            WHERE department != '' GROUP BY department ORDER BY accepted, told DESC, department
        """),
        Column("accepted", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.plain()),
        Column("accepted after", "s", decimals=0), width=14,
    ),
    course(
        "What do staff do?",
        Said("What was done about alerts and handoffs, by when; feedback is in *Detector quality*.", NOTHING_DONE,
             "board.md"),
        over_time(f"""
            SELECT $__timeInterval(occurred_at) AS time, replaceAll(kind, '_', ' ') AS what, count() AS Value
            FROM v_actions AS done INNER JOIN ({SUBJECTS}) AS told ON told.subject = done.subject
            WHERE $__timeFilter(occurred_at) AND kind != 'feedback' AND {chosen("told.department")}
            GROUP BY time, what ORDER BY time, what
        """),
        bars=True, stacked=True, width=10,
    ),
)  # fmt: skip

COURSE: Final = (
    course(
        "How many are handed over, and are they taken over in time?",
        Said("Handoffs by when they were handed over, also those that a purchase or signing implies. Late: not by "
             "`due_at`, whatever happened later.", NONE_HANDED, PAGE_OF_SYMPTOM),
        over_time(f"""
            SELECT $__timeInterval(handed_at) AS time, {FATE} AS fate, count() AS Value
            FROM v_warnings WHERE {HANDED} GROUP BY time, fate ORDER BY time, fate
        """),
        bars=True, stacked=True, named=FATES,
    ),
    ranking(
        "Who takes over how fast?",
        Said("Hours until a receiving department takes over: half are faster than the first bar, nine of ten than the "
             "second.", NONE_HANDED, PAGE_OF_SYMPTOM),
        table(f"""
            SELECT to_department AS department,
                median(dateDiff('second', handed_at, {TAKEN_AT})) AS `half`,
                quantile(0.9)(dateDiff('second', handed_at, {TAKEN_AT})) AS `nine of ten`
            FROM v_warnings WHERE {HANDED} AND isNotNull({TAKEN_AT})
            GROUP BY department ORDER BY `nine of ten` DESC, department
        """),
        x="department", unit="s", stacked=False,
    ),
)  # fmt: skip

PAIRS: Final = (
    matrix(
        "Who hands over to whom?",
        Said("Handoffs of the time shown: rows hand over to columns.", NONE_HANDED, "bi.md"),
        table(f"""
            SELECT from_department, to_department, count() AS handoffs FROM v_warnings WHERE {HANDED}
            GROUP BY from_department, to_department ORDER BY to_department, from_department
        """),
        down="from_department", across="to_department", value="handoffs",
    ),
    matrix(
        "Between whom does it come late?",
        Said("Share of the handoffs of the time shown that were not taken over in time. Grey: none "
             "was due.", NONE_HANDED, PAGE_OF_SYMPTOM),
        table(f"""
            SELECT from_department, to_department,
                if(countIf(fate != 'waiting') = 0, NULL, {LATE_SHARE}) AS late
            FROM (SELECT from_department, to_department, {FATE} AS fate FROM v_warnings WHERE {HANDED})
            GROUP BY from_department, to_department ORDER BY to_department, from_department
        """),
        down="from_department", across="to_department", value="late", unit="percentunit",
        limits=colours.rising(0.05, 0.2),
    ),
)  # fmt: skip

PAGE: Final = page(
    "handoffs", "Handoffs",
    "For team leads: is a customer who is handed over taken over in time, and who waits for whom now?",
    (
        ("", NUMBERS), ("Who waits?", WAITING), ("What is done about it?", DONE), ("Over time", COURSE),
        ("Between departments", PAIRS),
    ),
    choices=(DEPARTMENT,), since="now-30d",
)  # fmt: skip
