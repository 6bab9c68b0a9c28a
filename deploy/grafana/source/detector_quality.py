"""*Detector quality*: may the alerts be trusted, which symptom should be tuned, and what was not judged at all?"""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.choices import ALERTS, DEPARTMENT, EMPTY, SPELLED, SYMPTOM, SYMPTOM_CHOSEN, chosen, counted
from deploy.grafana.source.page import page
from deploy.grafana.source.panels import CUSTOMER, Column, Said, course, matrix, number, ranking, rows
from deploy.grafana.source.targets import over_time, table

BEGAN: Final = f"$__timeFilter(opened_at) AND {ALERTS}"
JUDGED: Final = f"$__timeFilter(given_at) AND {SYMPTOM_CHOSEN} AND {chosen('owner_department')}"
UNJUDGED: Final = (
    "Nobody has judged an alert in this time. Verdicts are actions of kind `feedback`, `useful` or `false`, on topic "
    "siloscope.actions."
)
NONE_BEGAN: Final = "No alert began in this time. Choose a longer one."
TRENDS: Final = {"up": colours.WATCH, "down": colours.PLAIN, "steady": colours.UNKNOWN, "unknown": colours.UNKNOWN,
    "incomplete": colours.UNKNOWN}
SO: Final = {
    "tune it": colours.ACT, "not sure": colours.WATCH, "trust it": colours.WELL, "too few to say": colours.UNKNOWN,
}  # fmt: skip
RIGHT: Final = colours.falling(0.6, 0.8)

NUMBERS: Final = (
    number(
        "How often are alerts right?",
        Said("Of the verdicts given in the time shown, those that say `useful`. A dozen "
             "verdicts say little: the table below gives the range.", UNJUDGED, "quality.md"),
        table(f"""
            SELECT if(countIf(verdict IN ('useful', 'false')) = 0, NULL,
                countIf(verdict = 'useful') / countIf(verdict IN ('useful', 'false'))) AS share
            FROM v_feedback WHERE {JUDGED}
        """),
        unit="percentunit", decimals=0, limits=RIGHT,
    ),
    number(
        "How many verdicts is that?",
        Said("Verdicts given in the time shown; of each alert and person the last one counts.", UNJUDGED, "quality.md"),
        table(f"SELECT if(count() = 0, NULL, count()) AS verdicts FROM v_feedback WHERE {JUDGED}"),
    ),
    number(
        "How many alerts turned out not to be so?",
        Said("Of the alerts that began in the time shown, those taken back since, because something arrived late. "
             "Many: a source delivers late.", NONE_BEGAN, "quality.md"),
        table(f"""
            SELECT if(count() = 0, NULL, countIf(status = 'retracted') / count()) AS share FROM v_alerts WHERE {BEGAN}
        """),
        unit="percentunit", decimals=1, limits=colours.rising(0.05, 0.15),
    ),
    number(
        "How many are only suspected?",
        Said("Of the alerts that began in the time shown, those that rest on similar texts or style alone: for review, "
             "never paged.", NONE_BEGAN, "quality.md"),
        table(f"""
            SELECT if(count() = 0, NULL, countIf(confidence = 'suspected') / count()) AS share
            FROM v_alerts WHERE {BEGAN} AND status != 'retracted'
        """),
        unit="percentunit", decimals=0,
    ),
    number(
        "How often is one thing told?",
        Said("Tellings for each alert that began in the time shown: opened, changed, ended, taken back. Far above 3: "
             "something flickers; the symptom's limits are too tight.", NONE_BEGAN, "rules.md"),
        table(f"""
            SELECT if(count() = 0, NULL, uniqExact(alert_id, revision) / uniqExact(alert_id)) AS tellings
            FROM v_alert_revisions WHERE {BEGAN}
        """),
        decimals=1,
    ),
    number(
        "How many inputs could not be used?",
        Said("All dead letters that the store keeps, whatever the time shown: they carry the broker's time, not the "
             "event's. Nothing is thrown away; `siloscope deadletters` shows them whole.", EMPTY,
             "store.md#dead-letters"),
        table(counted("1", "v_dead_letters", "1")),
    ),
)  # fmt: skip

TRUST: Final = (
    rows(
        "Which symptoms may be trusted?",
        Said("What people said of the alerts of all time, by symptom and the department that should act. With 95 % "
             "certainty the true share lies between *at least* and *at most*: surely below 60 % tune it or let it run "
             "in the shadow, surely above it trust it.", UNJUDGED, "rules.md"),
        table(f"""
            SELECT {SPELLED} AS `symptom`, owner_department AS `who should act`, alerts, judged,
                precision_share AS `right`, low AS `at least`, high AS `at most`,
                multiIf(verdicts < 5, 'too few to say', high < 0.6, 'tune it', low < 0.6, 'not sure', 'trust it')
                    AS `take it as`
            FROM v_precision WHERE {SYMPTOM_CHOSEN} AND {chosen("owner_department")}
            ORDER BY indexOf(['tune it', 'not sure', 'trust it', 'too few to say'], `take it as`), `right`, alerts DESC
        """),
        Column("right", "percentunit", decimals=0, cell="gauge", most=1, limits=colours.plain()),
        Column("take it as", width=120, cell="color-text", mappings=[colours.words(SO)]),
        Column("at least", "percentunit", decimals=0, width=90), Column("at most", "percentunit", decimals=0, width=90),
        width=14, height=12,
    ),
    course(
        "Does it get better?",
        Said("Verdicts by when they were given.", UNJUDGED, "quality.md"),
        over_time(f"""
            SELECT $__timeInterval(given_at) AS time, verdict, count() AS Value FROM v_feedback
            WHERE {JUDGED} AND verdict IN ('useful', 'false') GROUP BY time, verdict ORDER BY time, verdict
        """),
        bars=True, stacked=True, named={"useful": colours.WELL, "false": colours.ACT}, width=10, height=12,
    ),
    matrix(
        "Where are alerts right, by symptom and department?",
        Said("Share of the verdicts of all time that say `useful`: rows are symptoms, columns the departments that "
             "should act. Grey: fewer than 5 verdicts, too few to say.", UNJUDGED, "rules.md"),
        table(f"""
            SELECT {SPELLED} AS `symptom`, owner_department, if(verdicts < 5, NULL, precision_share) AS `right`
            FROM v_precision WHERE verdicts > 0 AND {SYMPTOM_CHOSEN} AND {chosen("owner_department")}
            ORDER BY owner_department, `symptom`
        """),
        down="symptom", across="owner_department", value="right", unit="percentunit", decimals=0, limits=RIGHT,
        width=14, height=12,
    ),
    ranking(
        "What do people say of alerts?",
        Said("Verdicts of the time shown, by the department that should act. Known: she knew before us; accepted: "
             "it is so and shall stay so. Both say nothing about how often alerts are right.", UNJUDGED, "bi.md"),
        table(f"""
            SELECT owner_department AS department, countIf(verdict = 'useful') AS useful,
                countIf(verdict = 'false') AS `false`, countIf(verdict = 'known') AS known,
                countIf(verdict = 'accepted') AS accepted
            FROM v_feedback WHERE {JUDGED} AND symptom != '' GROUP BY department ORDER BY count() DESC, department
        """),
        x="department", width=10, height=12,
        named={"useful": colours.WELL, "false": colours.ACT, "known": colours.PLAIN, "accepted": colours.UNKNOWN},
    ),
    rows(
        "Which alerts were judged to be false?",
        Said("The latest. Read some before tuning: often one kind of message is behind many.", UNJUDGED, "rules.md"),
        table(f"""
            SELECT judged.given_at AS given, replaceAll(told.symptom, '_', ' ') AS `told of`,
                told.title AS `what was told`, judged.reason AS `what they say`, told.customer_id AS customer
            FROM v_feedback AS judged INNER JOIN v_alerts AS told ON told.alert_id = judged.alert_id
            WHERE judged.verdict = 'false' AND $__timeFilter(judged.given_at) AND {chosen("told.owner_department")}
                AND {chosen("told.symptom", "symptom")}
            ORDER BY given DESC LIMIT 30
        """),
        Column("given", width=170), Column("told of", width=180), CUSTOMER, width=24,
    ),
)  # fmt: skip

TOLD_OF: Final = (
    ranking(
        "What is told, and how sure is it?",
        Said("Alerts that began in the time shown: confirmed rest on ids, equal fields or clashing values; suspected "
             "on texts or style; grey ones were taken back.", NONE_BEGAN, "quality.md"),
        table(f"""
            SELECT {SPELLED} AS `told of`, countIf(status != 'retracted' AND confidence = 'confirmed') AS confirmed,
                countIf(status != 'retracted' AND confidence = 'suspected') AS suspected,
                countIf(status = 'retracted') AS `taken back`
            FROM v_alerts WHERE {BEGAN} GROUP BY `told of` ORDER BY count() DESC, `told of`
        """),
        x="told of", height=12,
        named={"confirmed": colours.PLAIN, "suspected": colours.WATCH, "taken back": colours.UNKNOWN},
    ),
    rows(
        "What changed beyond noise?",
        Said("Alerts of the last whole week (before there is one: of this week) beside the weeks before it; a change "
             "within the noise of such numbers is `steady`. A jump after a release of a source or a change of rules is "
             "a finding about them.",
             "No alert is stored yet.", "quality.md"),
        table(f"""
            SELECT {SPELLED} AS `told of`, week, alerts AS `this week`, usual, change, trend FROM v_symptom_trends
            WHERE {SYMPTOM_CHOSEN} AND week <= toDate($__toTime)
            QUALIFY (complete, week) = max((complete, week)) OVER ()
            ORDER BY trend = 'steady', abs(change) DESC LIMIT 40
        """),
        Column("usual", decimals=1), Column("change", decimals=1),
        Column("trend", cell="color-text", mappings=[colours.words(TRENDS)]), width=12, height=12,
    ),
)  # fmt: skip

COMES: Final = (
    rows(
        "Why could inputs not be used?",
        Said("All dead letters that the store keeps, by reason and field, with the latest message: it names the "
             "remedy. What is mended can be sent again.", "All inputs could be used.", "store.md#dead-letters"),
        table("""
            SELECT reason, field, count() AS letters, max(timestamp) AS latest,
                argMax(message, timestamp) AS `what to do`
            FROM v_dead_letters GROUP BY reason, field ORDER BY latest DESC LIMIT 20
        """),
        Column("letters", width=90), Column("latest", width=170), Column("reason", width=140), width=14,
    ),
    rows(
        "How fresh is what stands here?",
        Said("The newest event of each kind, and how long ago, by the wall clock, a row was last written. Old logs fed "
             "in just now have an old event and a fresh row.", EMPTY, "bi.md"),
        table("""
            SELECT subject AS kind, newest_event_at AS `newest event`, ingested_age_seconds AS `last written`
            FROM v_freshness ORDER BY kind
        """),
        Column("newest event", width=190), Column("last written", "s", decimals=0), width=10,
    ),
)  # fmt: skip

PAGE: Final = page(
    "detector-quality", "Detector quality",
    "For who tunes: may the alerts be trusted, which symptom should be tuned, and what was not judged at all?",
    (("", NUMBERS), ("Are they right?", TRUST), ("What is told?", TOLD_OF), ("What it rests on", COMES)),
    choices=(DEPARTMENT, SYMPTOM), since="now-30d", refresh="15m",
)  # fmt: skip
