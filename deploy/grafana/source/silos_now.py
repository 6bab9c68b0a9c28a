"""*Silos now*: what customers suffer from at this moment, who should act, and what is behind it."""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.choices import (
    ALERTS,
    CONCERNS,
    DEPARTMENT,
    EMPTY,
    HAPPENED,
    OPEN,
    SPELLED,
    SYMPTOM,
    chosen,
    counted,
    known,
)
from deploy.grafana.source.page import page
from deploy.grafana.source.panels import CUSTOMER, Column, Said, course, matrix, number, ranking, rows
from deploy.grafana.source.targets import over_time, table

NOBODY: Final = "Nobody suffers from what is chosen. `siloscope symptoms` lists what is watched."
URGENT_FIRST: Final = "indexOf(['critical', 'warning', 'info'], severity), opened_at DESC"
SEVERITY: Final = Column(
    "severity", width=90, cell="color-text", mappings=[colours.words(colours.SEVERITIES)]
)  # fmt: skip

SUFFERING: Final = f"uniqExactIf(customer_id, {OPEN} AND customer_id != '')"

NUMBERS: Final = (
    number(
        "How many customers suffer now?",
        Said("Customers with an open alert of what is chosen, whatever the time shown.", EMPTY, "symptoms/index.md"),
        table(f"SELECT {known(SUFFERING)} AS customers FROM v_alerts WHERE {ALERTS}"),
    ),
    number(
        "From how many things?",
        Said("Open alerts of what is chosen: one for each customer, symptom and cause.", EMPTY, "symptoms/index.md"),
        table(counted(OPEN, "v_alerts", ALERTS)),
    ),
    number(
        "How many of them are critical?",
        Said("Three departments or more involved, a complaint open, a renewal near, or twice the limit. Act on these "
             "first.", EMPTY, "symptoms/index.md"),
        table(counted(f"{OPEN} AND severity = 'critical'", "v_alerts", ALERTS)),
        limits=colours.rising(None, 1),
    ),
    number(
        "How many incidents stand?",
        Said("One cause, many customers, not over yet. The list is below.", EMPTY, "runbooks/SiloscopeIncidentOpen.md"),
        table(counted("status = 'open'", "v_incidents", CONCERNS)),
        limits=colours.rising(None, 1),
    ),
    number(
        "How many handoffs are overdue?",
        Said("The receiving department neither accepted nor made contact in time; details in *Handoffs*.", EMPTY,
             "runbooks/SiloscopeHandoffsOverdue.md"),
        table(counted("status = 'overdue'", "v_warnings", chosen("to_department"))),
        limits=colours.rising(1, 10),
    ),
    number(
        "How old is the newest event?",
        Said("Between the newest touchpoint in the store and the end of the time shown. An old one: what "
             "stands here is not *now*. See *Pipeline health*.", EMPTY, "runbooks/SiloscopeInputStopped.md"),
        table(f"SELECT if({HAPPENED}, greatest(0, dateDiff('second', as_of, $__toTime)), NULL) AS age FROM v_clock"),
        unit="s", limits=colours.rising(900, 7200), decimals=0,
    ),
)  # fmt: skip

HURTS: Final = (
    ranking(
        "What do customers suffer from now?",
        Said("Open alerts by symptom and severity, whatever the time shown. A name is explained by "
             "`siloscope symptoms NAME`.", NOBODY, "symptoms/index.md"),
        table(f"""
            SELECT {SPELLED} AS `suffers from`, countIf(severity = 'critical') AS critical,
                countIf(severity = 'warning') AS warning, countIf(severity = 'info') AS info
            FROM v_alerts WHERE {OPEN} AND {ALERTS}
            GROUP BY `suffers from` ORDER BY critical + warning + info DESC, `suffers from`
        """),
        x="suffers from", named=colours.SEVERITIES, height=12,
    ),
    ranking(
        "Who should act?",
        Said("Open alerts by the department that each alert names as its owner, and severity.", NOBODY, "oncall.md"),
        table(f"""
            SELECT if(owner_department = '', 'nobody named', owner_department) AS `who should act`,
                countIf(severity = 'critical') AS critical,
                countIf(severity = 'warning') AS warning, countIf(severity = 'info') AS info
            FROM v_alerts WHERE {OPEN} AND {ALERTS}
            GROUP BY `who should act` ORDER BY critical + warning + info DESC, `who should act`
        """),
        x="who should act", named=colours.SEVERITIES, height=12,
    ),
    course(
        "What came up when?",
        Said("Alerts by the time from which the symptom was there, also those that ended since; what turned out not to "
             "be so is not counted.", "No alert began in this time. Choose a longer one.",
             "runbooks/SiloscopeSymptomSpike.md"),
        over_time(f"""
            SELECT $__timeInterval(opened_at) AS time, {SPELLED} AS `suffers from`, count() AS Value
            FROM v_alerts WHERE $__timeFilter(opened_at) AND status != 'retracted' AND {ALERTS}
            GROUP BY time, `suffers from` ORDER BY time, `suffers from`
        """),
        bars=True, stacked=True, width=24,
    ),
)  # fmt: skip

AGAINST: Final = (
    matrix(
        "Who collides with whom?",
        Said("Alerts that began in the time shown and lie between two departments: rows by columns, the darker the "
             "more. What kind it is stands on the right.", "No two departments met in an alert in this time.",
             "bi.md"),
        table(f"""
            SELECT department, other_department, sum(alerts) AS alerts FROM v_department_matrix
            WHERE $__dateFilter(day) AND {chosen("department")}
            GROUP BY department, other_department ORDER BY other_department, department
        """),
        down="department", across="other_department", value="alerts",
    ),
    rows(
        "In which way?",
        Said("The same by kind: collides with (both send), contradicts (they say different things), drops to (handed "
             "over, not taken), bounces to (handed back and forth).",
             "No two departments met in an alert in this time.", "bi.md"),
        table(f"""
            SELECT department, relation, other_department AS `the other`, sum(alerts) AS began,
                sum(open_alerts) AS `open now`, sum(confirmed_alerts) AS confirmed
            FROM v_department_matrix WHERE $__dateFilter(day) AND {chosen("department")}
                AND (relation NOT IN ('collides with', 'contradicts') OR department < other_department)
            GROUP BY department, relation, other_department ORDER BY began DESC, department, relation LIMIT 50
        """),
        Column("began", cell="gauge"), width=12, height=9,
    ),
)  # fmt: skip

CUSTOMER_SINCE: Final = (
    rows(
        "What happened to this customer?",
        Said("Everything the store knows of the customer written above, newest first, whatever the time shown; without "
             "one, of the customer at the top of *What should be done first?*. Alerts among it are in colour.",
             "Click a customer in a list above, or write her id into *Customer*.", "bi.md"),
        table(f"""
            SELECT at, customer_id AS customer, kind, department, channel, what, detail, severity
            FROM v_customer_timeline
            WHERE customer_id = if(${{customer:singlequote}} != '', ${{customer:singlequote}},
                (SELECT customer_id FROM v_alerts WHERE {OPEN} AND {ALERTS} ORDER BY {URGENT_FIRST}, alert_id LIMIT 1))
            ORDER BY at DESC LIMIT 200
        """),
        Column("at", width=170), Column("kind", width=130), Column("department", width=110),
        Column("channel", width=100), Column("what", width=200), SEVERITY, height=12,
    ),
)  # fmt: skip

FIRST: Final = (
    rows(
        "Which incidents were there?",
        Said("One cause, many customers: those open in the time shown, the standing ones first. One repair helps all.",
             "No incident in this time.", "incidents.md"),
        table(f"""
            SELECT status, opened_at AS since, {SPELLED} AS `suffers from`,
                concat(cause.kind, ': ', cause.value) AS `one cause`, customers, severity,
                owner_department AS `who should act`, arrayStringConcat(departments, ', ') AS involved
            FROM v_incidents
            WHERE status != 'retracted' AND opened_at <= $__toTime AND ifNull(ended_at, $__toTime) >= $__fromTime
                AND {CONCERNS}
            ORDER BY status = 'ended', customers DESC LIMIT 20
        """),
        Column("status", width=80, cell="color-text",
               mappings=[colours.words({"open": colours.ACT, "ended": colours.UNKNOWN})]),
        SEVERITY, Column("since", width=170), Column("customers", width=100, cell="gauge"), height=6,
    ),
    rows(
        "What should be done first?",
        Said("The most urgent open alerts: critical ones first, then the newest. A click on a customer shows what "
             "happened to her.", NOBODY, "symptoms/index.md"),
        table(f"""
            SELECT severity, opened_at AS since, customer_id AS customer, title AS `what happened`,
                suggested_action AS `what to do`, owner_department AS `who should act`
            FROM v_alerts WHERE {OPEN} AND {ALERTS}
            ORDER BY {URGENT_FIRST}, alert_id LIMIT 50
        """),
        SEVERITY, CUSTOMER, Column("since", width=170), Column("who should act", width=120), height=10,
    ),
)  # fmt: skip

PAGE: Final = page(
    "silos-now", "Silos now",
    "What customers suffer from because departments do not talk to each other: now, and what should be done first.",
    (
        ("", NUMBERS),
        ("What hurts?", HURTS),
        ("What should be done?", FIRST),
        ("Between which departments?", AGAINST),
        ("One customer", CUSTOMER_SINCE),
    ),
    choices=(DEPARTMENT, SYMPTOM), typed=(("customer", "Customer"),),
)  # fmt: skip
