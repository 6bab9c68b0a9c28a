"""*Departments*: does what each reports of itself agree with how its customers fare?"""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.choices import ALERTS, DEPARTMENT, EMPTY, OPEN, SPELLED, SYMPTOM, chosen
from deploy.grafana.source.page import page
from deploy.grafana.source.panels import Column, Said, course, matrix, number, rows
from deploy.grafana.source.targets import over_time, table

# Whole weeks: a week is shown when any of its days is.
WEEKS: Final = f"week > toDate($__fromTime) - 7 AND week <= toDate($__toTime) AND {chosen('department')}"
MET: Final = "if(sum(kpi_met) + sum(kpi_missed) = 0, NULL, sum(kpi_met) / (sum(kpi_met) + sum(kpi_missed)))"
VOICES: Final = "(sum(good_outcomes) + sum(bad_outcomes))"
GOOD: Final = f"if({VOICES} = 0, NULL, sum(good_outcomes) / {VOICES})"
VERDICTS: Final = {
    "green": colours.WELL, "amber": colours.WATCH, "red": colours.ACT, "watermelon": colours.SPLIT,
    "grey": colours.UNKNOWN,
}  # fmt: skip
IN_WORDS: Final = {
    "green": "green: measures met, customers well", "amber": "amber: measures missed, customers well",
    "red": "red: measures missed, customers not well", "watermelon": "watermelon: measures met, customers not well",
    "grey": "not known: too few measures or voices",
}  # fmt: skip
NO_SCORE: Final = (
    "Nothing to compare: no department reported a `kpi`, or no customer answered, complained or praised in this time."
)
SAID_BY_CUSTOMERS: Final = (
    "Customers' voice: of praise, high scores and what was made good against complaints, low scores, reopened cases "
    "and cancellations, the good share."
)

NUMBERS: Final = (
    number(
        "How many departments are watermelons?",
        Said("Green outside, red inside: at least 90 % of their own measures met in the last week shown, while more "
             "than half of what their customers said was bad. Grey: nobody reports measures.", NO_SCORE,
             "runbooks/SiloscopeWatermelon.md"),
        table(f"""
            SELECT if(countIf(verdict != 'grey') = 0, NULL, countIf(verdict = 'watermelon')) AS departments
            FROM (SELECT department, argMax(verdict, week) AS verdict FROM v_scorecard WHERE {WEEKS}
                GROUP BY department)
        """),
        limits=colours.rising(None, 1), width=6,
    ),
    number(
        "How often are their own measures met?",
        Said("Share of the measures that departments reported as met in the weeks shown. Without a judgement: the next "
             "number says whether it means anything.", NO_SCORE, "bi.md"),
        table(f"SELECT {MET} AS share FROM v_scorecard WHERE {WEEKS}"), unit="percentunit", decimals=0, width=6,
    ),
    number(
        "How do their customers fare?",
        Said(f"{SAID_BY_CUSTOMERS} Counted for each department they had to do with.", NO_SCORE,
             "bi.md"),
        table(f"SELECT {GOOD} AS share FROM v_scorecard WHERE {WEEKS}"),
        unit="percentunit", decimals=0, limits=colours.falling(0.5, 0.7), width=6,
    ),
    number(
        "How many cases were green everywhere and still went wrong?",
        Said("Alerts `green_silo` of the time shown: every department met its measure and the customer was let down.",
             EMPTY, "symptoms/green_silo.md"),
        table(f"""
            SELECT if(count() = 0, NULL, countIf(symptom = 'green_silo' AND $__timeFilter(opened_at)
                AND status != 'retracted')) AS alerts
            FROM v_alerts WHERE {ALERTS}
        """),
        limits=colours.rising(1), width=6,
    ),
)  # fmt: skip

SCORES: Final = (
    rows(
        "Does a department look better than its customers fare?",
        Said(f"The weeks shown. Measures met: what the department says of itself. {SAID_BY_CUSTOMERS} The difference "
             "is the watermelon index, from -1 to 1: orange from 0.3, red from 0.5. Grey: not known, which is never "
             "green. Customers do not add up over departments.", NO_SCORE, "bi.md"),
        table(f"""
            SELECT department, argMax(verdict, week) AS `last week`, {MET} AS `measures met`,
                {GOOD} AS `customers' voice`, `measures met` - `customers' voice` AS difference,
                sum(kpi_met) + sum(kpi_missed) AS measures, {VOICES} AS voices,
                sum(touchpoints) AS touchpoints, sum(alerts) AS alerts
            FROM v_scorecard WHERE {WEEKS}
            GROUP BY department ORDER BY difference DESC NULLS LAST, department
        """),
        Column("last week", cell="color-text", width=330, mappings=[colours.words(VERDICTS, IN_WORDS)]),
        Column("measures met", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.plain()),
        Column("customers' voice", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.falling(0.5, 0.7)),
        Column("difference", "none", decimals=2, cell="color-background", limits=colours.rising(0.3, 0.5)),
        height=10,
    ),
    matrix(
        "Since when?",
        Said("The verdict of each week: green, amber, red, watermelon (measures met, customers not well), grey (not "
             "known).", NO_SCORE, "bi.md"),
        table(f"""
            SELECT department, toString(week) AS `week of`, any(verdict) AS verdict
            FROM v_scorecard WHERE {WEEKS} GROUP BY department, week ORDER BY week, department
        """),
        down="department", across="week of", value="verdict", mappings=[colours.words(VERDICTS)],
    ),
    course(
        "Does the difference grow?",
        Said("The watermelon index by week: share of measures met less the good share of what customers said. Below 0 "
             "a department is better than it looks. Weeks without either are left out.", NO_SCORE, "bi.md"),
        over_time(f"""
            SELECT toDateTime(week) AS time, department, watermelon_index AS Value FROM v_scorecard
            WHERE {WEEKS} AND isNotNull(watermelon_index) ORDER BY time, department
        """),
        unit="none", limits=colours.rising(0.3, 0.5), least=-1, most=1, height=9,
    ),
)  # fmt: skip

SUFFERING: Final = (
    matrix(
        "What do customers suffer from, and whom does it involve?",
        Said("Open alerts by symptom and department, whatever the time shown: an alert counts for each department it "
             "involves, so rows do not add up.", "Nobody suffers from what is chosen.", "symptoms/index.md"),
        table(f"""
            SELECT {SPELLED} AS `suffers from`, arrayJoin(departments) AS department, count() AS alerts
            FROM v_alerts WHERE {OPEN} AND {ALERTS}
            GROUP BY `suffers from`, department ORDER BY department, `suffers from`
        """),
        down="suffers from", across="department", value="alerts", width=24, height=16,
    ),
)  # fmt: skip

SAYS: Final = (
    rows(
        "Which campaigns cost more than they bring?",
        Said("Messages sent in the time shown. Attention: customers of whom anything came in within 7 days after their "
             "first copy; voice: what they said in those days. After it, not because of it.",
             "No message with a `message_ref` went out in this time.", "bi.md"),
        table("""
            SELECT message_ref AS message, arrayStringConcat(departments, ', ') AS `sent by`, customers,
                attention_share AS attention, consents_withdrawn AS `consents withdrawn`,
                good_outcome_share AS `customers' voice`, good_outcomes + bad_outcomes AS voices, alerts,
                last_sent AS `last sent`
            FROM v_scorecard_messages
            WHERE last_sent >= $__fromTime AND first_sent <= $__toTime
                AND $__conditionalAll(hasAny(departments, [${department:singlequote}]), $department)
            ORDER BY alerts DESC, customers DESC LIMIT 50
        """),
        Column("attention", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.plain()),
        Column("customers' voice", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.falling(0.5, 0.7)),
        Column("last sent", width=170),
        width=24, height=9,
    ),
    rows(
        "Which questions are answered differently?",
        Said("The same topic and claim, told to different customers in different ways. Agree on one answer and publish "
             "it (`fact_published`).", "All customers hear the same.", "symptoms/inconsistent_answer.md"),
        table("""
            SELECT topic, claim_key AS claim, customers, answer_count AS `different answers`,
                majority_answer AS `most hear`, majority_share AS `share of most`,
                arrayStringConcat(arraySlice(arrayFilter(each -> each != majority_answer, answers), 1, 4), ', ')
                    AS `others hear`,
                arrayStringConcat(departments, ', ') AS `said by`
            FROM v_answer_divergence
            WHERE diverges AND last_at >= $__fromTime AND first_at <= $__toTime
                AND $__conditionalAll(hasAny(departments, [${department:singlequote}]), $department)
            ORDER BY customers * (1 - majority_share) DESC LIMIT 30
        """),
        Column("share of most", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.plain()),
        width=24, height=9,
    ),
)  # fmt: skip

PAGE: Final = page(
    "departments", "Departments",
    "For the council of departments: does what each reports of itself agree with how their customers fare?",
    (("", NUMBERS), ("Green outside, red inside?", SCORES), ("What is behind it?", SUFFERING),
     ("What do they say?", SAYS)),
    choices=(DEPARTMENT, SYMPTOM), since="now-30d", refresh="15m",
)  # fmt: skip
