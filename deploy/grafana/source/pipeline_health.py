"""*Pipeline health*: for who is on call. Does it get on, is anything lost, and how soon is it told?"""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.asking import quantile, rate
from deploy.grafana.source.page import page
from deploy.grafana.source.panels import Column, Said, course, levels, note, number, rows, spread, transformed
from deploy.grafana.source.reaching_staff import STAFF
from deploy.grafana.source.targets import buckets, now, now_table, rates

NO_WORKER: Final = "Nothing yet: no worker is scraped. Start `siloscope worker`; Prometheus asks its metrics port."
NO_WRITER: Final = "Nothing yet: no writer is scraped. Start `siloscope writer`; Prometheus asks its metrics port."
QUIET: Final = "None in this time."


def _all(metric: str) -> str:
    """The sum over processes and labels; 0 where no process has counted one yet."""
    return f"(sum({metric}) or vector(0))"


UNACCOUNTED: Final = "abs(sum(siloscope_records_accepted_total) - " + " - ".join(
    _all(f"siloscope_records_{where}")
    for where in ("applied_total", "dead_total", "absent_total", "given_back_total", "unhandled")
) + ")"  # fmt: skip

WELL: Final = (
    number(
        "How many processes do not answer?",
        Said("Processes that Prometheus cannot reach.",
             "Nothing yet: Prometheus scrapes no job `siloscope`.", "runbooks/SiloscopeProcessDown.md"),
        now('sum(1 - up{job="siloscope"})'), limits=colours.rising(None, 1),
    ),
    number(
        "How many records are unaccounted for?",
        Said("Accepted minus applied, dead, absent, given back and in flight. It is 0; what stays above 0 for minutes "
             "is lost or counted twice.", NO_WORKER, "runbooks/SiloscopeBalanceBroken.md"),
        now(UNACCOUNTED), limits=colours.rising(None, 1),
    ),
    number(
        "How many partitions nobody reads?",
        Said("Partitions of the touchpoints topic that no worker holds and has loaded. Some for seconds after a start.",
             NO_WORKER, "runbooks/SiloscopePartitionsUnserved.md"),
        now("max(siloscope_partitions) - sum(siloscope_partitions_held)"), limits=colours.rising(1, 3),
    ),
    number(
        "How old is what is not yet committed?",
        Said("The oldest chunk read and not committed. Old: the broker confirms nothing; at 120 s the worker "
             "ends by itself and is started again.", NO_WORKER, "runbooks/SiloscopeCommitsNotMoving.md"),
        now("max(siloscope_uncommitted_seconds)"), unit="s", limits=colours.rising(30, 120), decimals=0,
    ),
    number(
        "For how long has the store taken nothing?",
        Said("0 while inserts succeed. The writer waits and loses nothing; what is told is not affected.",
             NO_WRITER, "runbooks/SiloscopeSinkFailing.md"),
        now("max((siloscope_writer_failing_since_timestamp_seconds > bool 0)"
            " * (time() - siloscope_writer_failing_since_timestamp_seconds))"),
        unit="s", limits=colours.rising(10, 300), decimals=0,
    ),
    number(
        "How much of the state is read?",
        Said("After a start the worker reads what it knew, and is not at work before. Standing still "
             "for minutes: see the page.", NO_WORKER, "runbooks/SiloscopeRecoveryStuck.md"),
        now("sum(siloscope_state_records_read) / (sum(siloscope_state_records_expected) > 0) or "
            "sum(siloscope_partitions_held > bool 0) / count(siloscope_partitions_held)"),
        unit="percentunit", limits=colours.falling(0.01, 0.999),
    ),
)  # fmt: skip

FIRING: Final = (
    rows(
        "Which alerts fire now?",
        Said("Of the rules in deploy/prometheus/rules; a click on a name opens its page: what it means, what to do, "
             "how to see that it is over.", "No alert fires, as far as this Prometheus has our rules.", "oncall.md"),
        now_table('sum by (alertname, severity, department, instance) '
                  '(ALERTS{alertname=~"Siloscope.+", alertname!="SiloscopeWatchdog", alertstate="firing"})'),
        Column("alert", link=("What to do", "${docs}/runbooks/${__value.raw}.md")),
        Column("severity", cell="color-text", mappings=[colours.words(colours.SEVERITIES)]),
        height=6, transformations=[transformed("organize", excludeByName={"Time": True, "Value": True},
                                               renameByName={"alertname": "alert"})],
    ),
)  # fmt: skip

SOON: Final = (
    course(
        "How long from event to alert?",
        Said("From the broker's time of the oldest record of a chunk until the broker has what it told. Half are "
             "faster than the lower line, 99 of 100 than the upper one.", "No alert in this time.",
             "runbooks/SiloscopeSlowToTell.md"),
        rates((quantile(0.5, "siloscope_event_to_alert_seconds"), "half"),
              (quantile(0.99, "siloscope_event_to_alert_seconds"), "99 of 100")),
        unit="s", limits=colours.rising(5, 60),
    ),
    spread(
        "How many alerts took how long?",
        Said("The same, spread out: each column is a step of time, darker where more chunks told something.",
             "No alert in this time.", "metrics.md"),
        buckets("sum by (le) (increase(siloscope_event_to_alert_seconds_bucket[$__rate_interval]))"),
    ),
    course(
        "How many records wait to be read?",
        Said("In the log and not yet read by a worker, by topic. Growing for minutes: more workers, or a slow broker.",
             NO_WORKER, "runbooks/SiloscopeLagging.md"),
        rates(("sum by (topic) (siloscope_lag_records)", "{{topic}}")),
    ),
    course(
        "How long until it can be queried?",
        Said("From the broker's time of the oldest record of a batch until its rows are in the store; 99 of 100 are "
             "faster, by table.", "Nothing was stored in this time.", "metrics.md"),
        rates((quantile(0.99, "siloscope_writer_stored_seconds", "table"), "{{table}}")),
        unit="s", limits=colours.rising(5, 60),
    ),
)  # fmt: skip

COMES: Final = (
    course(
        "How many touchpoints come, and how?",
        Said("Per second. Mostly `late`: a source delivers in bulk, and folds cost more. `duplicate` is harmless.",
             NO_WORKER, "runbooks/SiloscopeInputStopped.md"),
        rates((rate("siloscope_touchpoints_total", "how"), "{{how}}")), unit="cps", stacked=True,
    ),
    course(
        "What is refused, and why?",
        Said("Dead letters per second, by reason; nothing is thrown away. `siloscope deadletters` shows them whole and "
             "sends them again.", "Nothing was refused in this time.", "runbooks/SiloscopeDeadLetters.md"),
        rates((rate("siloscope_records_rejected_total", "reason"), "{{reason}}"),
              (rate("siloscope_writer_refused_total", "reason"), "{{reason}} (writer)")),
        unit="cps", stacked=True, bars=True,
    ),
    course(
        "How many alerts open?",
        Said("Per minute, by symptom; backfill and shadow not counted. A spike of one symptom: look at *Silos now*.",
             "No alert opened in this time.", "symptoms/index.md"),
        rates(("sum by (symptom) (rate(siloscope_alerts_opened_total[$__rate_interval])) * 60", "{{symptom}}")),
        unit="cpm", stacked=True, width=24,
    ),
)  # fmt: skip

WORKER: Final = (
    course(
        "How long does a chunk take?",
        Said("A chunk over a second delays all partitions of its worker.", NO_WORKER, "operations.md"),
        rates((quantile(0.5, "siloscope_chunk_seconds"), "half"),
              (quantile(0.99, "siloscope_chunk_seconds"), "99 of 100")),
        unit="s", limits=colours.rising(0.5, 1),
    ),
    course(
        "What waits to be confirmed by the broker?",
        Said("Records produced and not confirmed. Near 100,000 the broker is slower than the input.",
             NO_WORKER, "operations.md"),
        rates(("sum by (instance) (siloscope_records_in_flight)", "{{instance}}")),
        limits=colours.rising(50_000, 100_000),
    ),
    course(
        "How many timelines are kept?",
        Said("Customers whose history the workers hold: live in memory, packed when they rest.", NO_WORKER,
             "metrics.md"),
        rates(("sum by (kept) (siloscope_customers)", "{{kept}}")), stacked=True, width=8,
    ),
    course(
        "Do timers fire in time?",
        Said("How long ago the earliest timer fell due that was not looked at yet. What did not happen (no answer, no "
             "handoff) is told by timers.", NO_WORKER, "oncall.md"),
        rates(("max by (instance) (siloscope_timers_late_seconds)", "{{instance}}")), unit="s", width=8,
    ),
    course(
        "How often do workers change partitions?",
        Said("Assignments per hour. All the time: workers lose their membership; look for pauses longer than "
             "`session_timeout`.", NO_WORKER, "runbooks/SiloscopeRebalancing.md"),
        rates(("sum by (instance) (rate(siloscope_generations_total[$__rate_interval])) * 3600", "{{instance}}")),
        unit="none", width=8,
    ),
)  # fmt: skip

STORE: Final = (
    course(
        "How many rows are stored?",
        Said("Per second, by table.", NO_WRITER, "store.md#the-writer"),
        rates((rate("siloscope_writer_rows_total", "table"), "{{table}}")), unit="cps", stacked=True,
    ),
    course(
        "How many records wait to be stored?",
        Said("In the log and not yet in the store, by topic. With no commit for a minute: the writer waits for the "
             "store.", NO_WRITER, "runbooks/SiloscopeLagging.md"),
        rates(("sum by (topic) (siloscope_writer_lag_records)", "{{topic}}")),
    ),
    course(
        "How long does an insert take?",
        Said("99 of 100 are faster, by table; and how many per minute had to be tried again.", NO_WRITER, "oncall.md"),
        rates((quantile(0.99, "siloscope_writer_insert_seconds", "table"), "{{table}}")),
        unit="s", limits=colours.rising(5, 30), width=8,
    ),
    course(
        "How often does the store refuse an insert?",
        Said("Tries per minute that did not go well and are made again, by table.", QUIET,
             "runbooks/SiloscopeSinkFailing.md"),
        rates(("sum by (table) (rate(siloscope_writer_retries_total[$__rate_interval])) * 60", "{{table}}")),
        unit="cpm", bars=True, width=8,
    ),
    levels(
        "What became of queries to the gateway?",
        Said("Queries of BI tools to the embedded store in the time shown. Refused: not on the allow-list. Limited: "
             "too long, too large or too many at once.", "No query went through the gateway.", "gateway.md"),
        now("sum by (outcome) (increase(siloscope_gateway_queries_total[$__range]))", "{{outcome}}"),
        limits=colours.plain(), width=8, by_rows=False,
    ),
)  # fmt: skip

PAGE: Final = page(
    "pipeline-health", "Pipeline health",
    "For who is on call: does it get on, is anything lost, and how soon is it told?",
    (
        ("", (note("", "Green is well, orange to be watched, red to be acted on, grey not known. "
                   "[On call](${docs}/oncall.md) has a page for each alert; [metrics](${docs}/metrics.md) says what "
                   "each number counts.", height=2),)),
        ("Is it well?", (*WELL, *FIRING)),
        ("How soon is it told?", SOON),
        ("What comes, and what is told?", COMES),
        ("What reaches staff?", STAFF),
        ("The worker", WORKER),
        ("The store", STORE),
    ),
    since="now-3h", refresh="15s",
)  # fmt: skip
