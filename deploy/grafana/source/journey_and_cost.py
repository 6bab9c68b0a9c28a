"""*Journey and cost*: where on her way does a customer wait, break off and lose time, and what does it cost?"""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.choices import DEPARTMENT, EMPTY, HAPPENED, chosen, counted
from deploy.grafana.source.page import page
from deploy.grafana.source.panels import CUSTOMER, Column, Said, course, matrix, number, rows
from deploy.grafana.source.targets import over_time, table

DAYS: Final = f"$__dateFilter(day) AND {chosen('department')}"
# Phases in the order of her way, so that they stand in it.
PHASES: Final = "['aware', 'consider', 'buy', 'onboard', 'use', 'support', 'renew', 'leave']"
PHASE: Final = f"if(phase = '', 'not known', concat(toString(indexOf({PHASES}, phase)), ' ', phase))"
NO_CONTACT: Final = "No touchpoint of what is chosen in this time. Choose a longer one."
NO_WASTE: Final = "No time was wasted in this time, as far as waits, promises, handoffs and repeated requests tell."
NO_RATES: Final = "Not known: no rates are set (`rates:` in the settings), or no time was wasted. See *BI*."
READY: Final = {
    "ready": colours.WELL, "at risk": colours.WATCH, "not ready": colours.ACT, "grey": colours.UNKNOWN,
}  # fmt: skip
OUR_WAIT: Final = "isNull(ended_at) AND reason != 'customer'"
DUE_SOON: Final = "days_left >= 0 AND days_left <= 90"

NUMBERS: Final = (
    number(
        "How much of customers' time was wasted?",
        Said("In the time shown: waits past their limit, promises kept late, handoffs nobody took, things asked or "
             "done twice. What is behind it stands below.", EMPTY, "bi.md"),
        table(f"SELECT if({HAPPENED}, sum(minutes) * 60, NULL) AS seconds FROM v_time_wasted WHERE {DAYS}"),
        unit="s", decimals=0,
    ),
    number(
        "What did that cost?",
        Said("Minutes wasted by the rates of the settings, in their currency (the table below names it). Grey: no rate "
             "is set, or rates are of several currencies.", NO_RATES, "bi.md"),
        table(f"""
            SELECT if(uniqExactIf(currency, isNotNull(cost)) = 1, sum(cost), NULL) AS cost_ FROM v_time_wasted
            WHERE {DAYS}
        """),
        unit="short", decimals=0,
    ),
    number(
        "How many customers wait for us now?",
        Said("Waits and approvals that have begun and not ended, whatever the time shown; not those in which we wait "
             "for her.", EMPTY, "symptoms/stalled_wait.md"),
        table(f"""
            SELECT if({HAPPENED}, uniqExactIf(customer_id, {OUR_WAIT}), NULL) AS customers
            FROM v_waits WHERE {chosen("department")}
        """),
    ),
    number(
        "How many promises are overdue?",
        Said("Made, past their time, and neither kept nor needless since; whatever the time shown.", EMPTY,
             "symptoms/broken_promise.md"),
        table(counted("state = 'overdue'", "v_promises", chosen("department"))), limits=colours.rising(1, 10),
    ),
    number(
        "How many customers are in debt?",
        Said("Customers to whom several things went wrong and nothing was made good: experience debt. One more may "
             "lose them.", EMPTY, "symptoms/experience_debt.md"),
        table(f"""
            SELECT if({HAPPENED}, uniqExactIf(customer_id, is_open), NULL) AS customers FROM v_experience_debt
            WHERE $__conditionalAll(hasAny(departments, [${{department:singlequote}}]), $department)
        """),
        limits=colours.rising(1, 50),
    ),
    number(
        "How many renewals of the next 90 days are in danger?",
        Said("Contracts that end within 90 days, of customers who are not ready for the question: silence, open "
             "alerts, broken promises. Listed at the end.", EMPTY, "symptoms/renewal_only_contact.md"),
        table(counted(f"{DUE_SOON} AND readiness IN ('at risk', 'not ready')", "v_renewal_readiness", "1")),
        limits=colours.rising(1, 20),
    ),
)  # fmt: skip

WAY: Final = (
    matrix(
        "Where on her way does it break?",
        Said("Alerts for 100 touchpoints, by phase and department: the darker, the more often she is hurt there. A "
             "phase that no source says is derived from her purchases and cases.", NO_CONTACT, "bi.md"),
        table(f"""
            SELECT {PHASE} AS `phase of her way`, department, 100 * sum(alerts) / sum(touchpoints) AS rate
            FROM v_journey_map WHERE {DAYS}
            GROUP BY `phase of her way`, department HAVING sum(touchpoints) >= 10
            ORDER BY department, `phase of her way`
        """),
        down="phase of her way", across="department", value="rate", unit="none", decimals=1, width=24, height=7,
    ),
    matrix(
        "By which channel does she meet us?",
        Said("Touchpoints by phase and channel.", NO_CONTACT, "bi.md"),
        table(f"""
            SELECT {PHASE} AS `phase of her way`, channel, sum(touchpoints) AS touchpoints_
            FROM v_journey_map WHERE {DAYS} GROUP BY `phase of her way`, channel ORDER BY channel, `phase of her way`
        """),
        down="phase of her way", across="channel", value="touchpoints_", width=24, height=7,
    ),
    matrix(
        "From whom to whom does she go?",
        Said("From one contact to the next, by department: rows to columns, those that stay in a department left out.",
             NO_CONTACT, "bi.md"),
        table(f"""
            SELECT from_department AS `from`, department AS `to`, sum(transitions) AS times FROM v_transitions
            WHERE {DAYS} AND from_department != department GROUP BY `from`, `to` ORDER BY `to`, `from`
        """),
        down="from", across="to", value="times",
    ),
    rows(
        "Between whom does it take long?",
        Said("The way from one department to another, and the typical time in between; at least 5 times.",
             NO_CONTACT, "bi.md"),
        table(f"""
            SELECT from_department AS `from`, department AS `to`, sum(transitions) AS times,
                quantileExactWeighted(0.5)(gap_seconds_median, transitions) AS `in between`
            FROM v_transitions WHERE {DAYS} AND from_department != department
            GROUP BY `from`, `to` HAVING times >= 5 ORDER BY `in between` DESC LIMIT 40
        """),
        Column("in between", "s", decimals=0, cell="gauge"), width=12, height=9,
    ),
)  # fmt: skip

WASTE: Final = (
    course(
        "Does it get better?",
        Said("Hours of customers' time wasted, by reason and day.", NO_WASTE, "bi.md"),
        over_time(f"""
            SELECT toDateTime(day) AS time, replaceAll(reason, '_', ' ') AS `with what`, sum(minutes) / 60 AS Value
            FROM v_time_wasted WHERE {DAYS} GROUP BY time, `with what` ORDER BY time, `with what`
        """),
        unit="none", bars=True, stacked=True, width=24,
    ),
    rows(
        "Who wastes her time with what?",
        Said("By department and reason: how often, to how many customers (they do not add up), how long, and the cost "
             "by the rates of the settings.", NO_WASTE, "bi.md"),
        table(f"""
            SELECT department, replaceAll(reason, '_', ' ') AS `with what`, sum(times) AS often,
                sum(customers) AS `customers hit`, sum(minutes) * 60 AS wasted,
                if(countIf(isNotNull(cost)) = 0, NULL, sum(cost)) AS `at a cost of`, any(currency) AS `in`
            FROM v_time_wasted WHERE {DAYS} GROUP BY department, `with what` ORDER BY wasted DESC LIMIT 50
        """),
        Column("wasted", "s", decimals=0, cell="gauge"),
        Column("at a cost of", "short", decimals=0, limits=colours.plain()), width=24, height=10,
    ),
    rows(
        "Which waits last longest?",
        Said("Waits and approvals that have not ended, the longest first; not those in which we wait for her.",
             "Nobody waits for us.", "symptoms/stalled_wait.md"),
        table(f"""
            SELECT started_at AS since, due_at AS due, customer_id AS customer, department, kind, reason, topic
            FROM v_waits WHERE {OUR_WAIT} AND {chosen("department")} ORDER BY started_at LIMIT 30
        """),
        Column("since", width=160), Column("due", width=160), CUSTOMER, width=12,
    ),
    rows(
        "Which promises are overdue?",
        Said("The oldest first. Keep it today, or tell her now by when.", "All promises are kept so far.",
             "symptoms/broken_promise.md"),
        table(f"""
            SELECT due_at AS due, customer_id AS customer, department, topic, case_ref AS `case` FROM v_promises
            WHERE state = 'overdue' AND {chosen("department")} ORDER BY due_at LIMIT 30
        """),
        Column("due", width=160), CUSTOMER, width=12,
    ),
)  # fmt: skip

RISK: Final = (
    rows(
        "Who is asked to renew soon, and is she ready?",
        Said("Contracts that end within 90 days. Ready: heard from us with something of value, nothing open. Grey: too "
             "little is known to say.", "No contract ends within 90 days, or no touchpoint says `renewal_at`.",
             "symptoms/renewal_only_contact.md"),
        table(f"""
            SELECT readiness, days_left AS `days left`, holder AS `account or customer`,
                silent_days AS `silent for days`, open_alerts AS `open alerts`,
                overdue_promises AS `promises overdue`, open_waits AS `waits open`, in_debt AS `in debt`,
                last_score AS `last score`
            FROM v_renewal_readiness WHERE {DUE_SOON}
            ORDER BY indexOf(['not ready', 'at risk', 'grey', 'ready'], readiness), days_left LIMIT 60
        """),
        Column("readiness", cell="color-text", width=100, mappings=[colours.words(READY, {"grey": "not known"})]),
        Column("account or customer", width=200), Column("silent for days", decimals=0),
        Column("days left", cell="color-text", decimals=0, limits=colours.falling(30, 60)), width=24, height=10,
    ),
    rows(
        "To whom do we owe something?",
        Said("Customers in experience debt, by how much went wrong and for how long nothing was made good.",
             "We owe nobody anything.", "symptoms/experience_debt.md"),
        table("""
            SELECT severity, customer_id AS customer, negatives AS `went wrong`, days,
                owner_department AS `who should act`, arrayStringConcat(departments, ', ') AS involved
            FROM v_experience_debt
            WHERE is_open AND $__conditionalAll(hasAny(departments, [${department:singlequote}]), $department)
            ORDER BY severity = 'critical' DESC, negatives DESC, days DESC LIMIT 40
        """),
        Column("severity", width=90, cell="color-text", mappings=[colours.words(colours.SEVERITIES)]),
        CUSTOMER, Column("days", decimals=0), width=24, height=9,
    ),
)  # fmt: skip

PAGE: Final = page(
    "journey-and-cost", "Journey and cost",
    "For product and process owners: where does a customer wait, break off and lose time, and what does it cost?",
    (("", NUMBERS), ("Her way", WAY), ("Time wasted", WASTE), ("What is at risk", RISK)),
    choices=(DEPARTMENT,), since="now-30d", refresh="15m",
)  # fmt: skip
