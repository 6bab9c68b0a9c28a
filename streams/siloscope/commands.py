"""The commands, each one call into the module that does it; those are imported when the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import __version__

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings (YAML); SILOSCOPE_* wins over it.")
]
Mapping = Annotated[
    str | None, typer.Option(metavar="FILE", help="How FILE's rows become touchpoints; or a shipped name.")
]

RulesFile = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="The owner's rules (YAML); see docs/rules.md.")
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def siloscope(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it and end.")
    ] = False,
) -> None:
    """Finds what customers suffer when departments do not talk to each other."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the sample is through.")] = False,
    input: Annotated[str | None, typer.Option(metavar="FILE", help="Your own log instead of the invented day.")] = None,
    mapping: Mapping = None,
    customers: Annotated[int, typer.Option(min=1, help="Of the invented company.")] = 400,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 1,
    day_seconds: Annotated[float, typer.Option(min=0, help="How long its day takes; 0: as fast as it goes.")] = 45,
    imitation: Annotated[
        bool, typer.Option("--imitation", help="The in-process imitation of Kafka, without Java.")
    ] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the broker; else any free one.")] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the store there; else it goes at the end.")
    ] = None,
) -> None:
    """The whole pipeline on this machine.

    Broker, worker, writer and store start here and end with it; alerts are shown as they come.
    """
    from .ops.demo import Options, run

    run(Options(once, input, mapping, customers, seed, day_seconds, imitation, port, store))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Everything the project tests.

    In a checkout. Arguments go to pytest, which then runs alone: siloscope test tests/unit -k settings.
    """
    from .ops.checks import main

    main(context.args)


@app.command()
def worker(
    config: Config = None,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Detect, but mark all alerts so that nobody is told.")
    ] = False,
) -> None:
    """One worker: reads touchpoints, writes alerts. Runs until it is told to stop."""
    from .agents.worker import run
    from .ops.logs import log_to_stderr
    from .settings import load

    log_to_stderr()
    run(load(config, mode="shadow") if shadow else load(config))


@app.command()
def writer(config: Config = None) -> None:
    """Writes what Kafka holds to the store.

    Touchpoints, alerts, warnings and dead letters. Runs until it is told to stop.
    """
    from .ops.logs import log_to_stderr
    from .settings import load
    from .stores.writer import run

    log_to_stderr()
    run(load(config))


@app.command()
def replay(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Recorded events; - is standard input.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where alerts, warnings, rejected lines and the summary go.")
    ],
    mapping: Mapping = None,
    set: Annotated[
        list[str] | None, typer.Option("--set", metavar="SYMPTOM.PARAM=VALUE", help="May be repeated.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Let time pass to TIME; else to the last event.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Write retracted alerts too.")] = False,
    rules: RulesFile = None,
) -> None:
    """Recorded events through the same detection."""
    from .ops.replay import main

    main(files, out, mapping, set or (), until, history, rules)


@app.command("check-event")
def check_event(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Events as JSON; - is standard input.")],
    readings: Annotated[bool, typer.Option("--readings", help="Also what is read in their texts.")] = False,
    lexicons: Annotated[Path | None, typer.Option(metavar="DIR", help="Read by these lexicons too.")] = None,
) -> None:
    """Dry run of the intake.

    For each event, what would become of it, as a JSON line.
    """
    from . import language
    from .ops.check_event import main

    reader = language.reader(lexicons) if lexicons is not None else language.shipped()
    main(files, reader if readings or lexicons is not None else None)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="A pattern (.yml), or Python (.py).")],
) -> None:
    """Tries symptoms of your own on their scenarios.

    As written, doubled, shuffled, at any tick rate, with crashes. Ends with 1 where one fails.
    """
    from .ops.check import main

    main(files)


@app.command()
def simulate(
    customers: Annotated[int, typer.Option(min=1, help="Of the invented company.")] = 400,
    days: Annotated[int, typer.Option(min=1, help="How many days; their history comes with them.")] = 1,
    start: Annotated[str | None, typer.Option(metavar="DAY", help="The first day.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON lines; else to standard output.")] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was put in on purpose, as JSON lines.")
    ] = None,
    faults: Annotated[
        str, typer.Option(metavar="HOW", help="injected: each daily; normal: seldom; or a share of customers a week.")
    ] = "injected",
    rules: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the company's rules there.")] = None,
    to_broker: Annotated[bool, typer.Option("--to-broker", help="Into the topic touchpoints, as Avro.")] = False,
    speed: Annotated[float, typer.Option(min=0, help="Times as fast as real; 0: as fast as it goes.")] = 0,
    config: Config = None,
) -> None:
    """Events of an invented company, with known symptoms.

    What was put in on purpose, to be found or to stay silent, stands in the labels.
    """
    from .ops.simulate_command import main

    main(
        seed, customers, start, days, faults, out=out, labelled=labels, rules=rules, to_broker=to_broker, speed=speed,
        config=config,
    )  # fmt: skip


@app.command()
def evaluate(
    labels: Annotated[Path, typer.Option("--labels", metavar="FILE", help="What is to be found, as JSON lines.")],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Recorded events; - is standard input.")
    ] = None,
    alerts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Alerts of an earlier replay; else the events are replayed.")
    ] = None,
    rules: RulesFile = None,
    set: Annotated[
        list[str] | None, typer.Option("--set", metavar="SYMPTOM.PARAM=VALUE", help="May be repeated.")
    ] = None,
    mapping: Mapping = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Let time pass to TIME; else to the last event.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where evaluation.json and evaluation.svg go.")
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="Kinds of false alarms and misses shown.")] = 5,
) -> None:
    """Compares alerts with labels.

    Precision, recall and delay of each symptom with 95 % confidence intervals, and the worst mistakes.
    """
    from .ops.evaluate import main

    main(files or (), labels, alerts, rules, set or (), mapping, until, out, worst)


@app.command()
def backtest(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Recorded events; none: those of the store.")
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option("--set", metavar="SYMPTOM.PARAM=VALUE", help="The change; may be repeated.")
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", metavar="NEW.yml", help="The rules after it.")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="OLD.yml", help="The rules before it; else none.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Only alerts of the last DAYS; else all.")] = None,
    mapping: Mapping = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="An embedded store, like that of a demo.")] = None,
    from_store: Annotated[bool, typer.Option("--from-store", help="The store of the settings.")] = False,
    config: Config = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where backtest.json goes.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Of each symptom, of what appears and disappears.")] = 3,
) -> None:
    """What a change would have told.

    The same events with the parameters before and after: what appears, what disappears.
    """
    from .ops.backtest import main
    from .settings import load

    settings = load(config, store={"path": store}) if store is not None else load(config) if from_store else None
    main(files or (), mapping, settings, set or (), rules, against, days, out, examples)


@app.command()
def preflight(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Messages as JSON; - is standard input.")],
    history: Annotated[
        list[str] | None, typer.Option("--history", metavar="FILE", help="Recorded events; may be repeated.")
    ] = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="Or an embedded store, like a demo's.")] = None,
    from_store: Annotated[bool, typer.Option("--from-store", help="Or the store of the settings.")] = False,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Whom it is meant for: a customer a line.")] = None,
    clear: Annotated[Path | None, typer.Option(metavar="FILE", help="Write those who may get it there.")] = None,
    mapping: Mapping = None,
    rules: RulesFile = None,
    set: Annotated[
        list[str] | None, typer.Option("--set", metavar="SYMPTOM.PARAM=VALUE", help="May be repeated.")
    ] = None,
    config: Config = None,
) -> None:
    """Before it is sent: what a message would set off.

    For each message and customer clear, caution or hold, with the reasons.
    """
    from .ops.preflight import main
    from .settings import load

    settings = load(config, store={"path": store}) if store is not None else load(config) if from_store else None
    main(files, history or (), settings, to, mapping, rules, set or (), clear)


@app.command()
def journey(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="As in alerts: her customer_id, or kind:value.")],
    history: Annotated[
        list[str] | None, typer.Option("--history", metavar="FILE", help="Recorded events; may be repeated.")
    ] = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="Or an embedded store, like a demo's.")] = None,
    from_store: Annotated[bool, typer.Option("--from-store", help="Or the store of the settings.")] = False,
    about: Annotated[str | None, typer.Option(metavar="SYMPTOM", help="Only what is around the last of these.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="SVG; else to standard output.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Without names, texts and references.")] = False,
    mapping: Mapping = None,
    rules: RulesFile = None,
    config: Config = None,
) -> None:
    """The film of one customer's journey.

    Lanes by department over time, waits, and the symptoms where they arose; it plays in a browser.
    """
    from .film.command import main
    from .settings import load

    settings = load(config, store={"path": store}) if store is not None else load(config) if from_store else None
    main(customer, history or (), settings, mapping, rules, about, out, anonymous)


@app.command()
def digest(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Ends with .html, or .pdf (needs Chromium or Chrome).")],
    week: Annotated[str | None, typer.Option(metavar="DAY", help="A day of it; else the last whole week.")] = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="An embedded store, like that of a demo.")] = None,
    config: Config = None,
) -> None:
    """The week for the customer-experience council.

    What broke most, between whom, what it cost, what changed, and who is green outside only.
    """
    from .digest.command import main
    from .settings import load

    main(load(config) if store is None else load(config, store={"path": store}), week, out)


@app.command()
def symptoms(
    name: Annotated[str | None, typer.Argument(help="One to explain; none: list them.")] = None,
    rules: RulesFile = None,
) -> None:
    """Lists the symptoms, or explains one.

    Definition, parameters with defaults and units, examples.
    """
    from .ops.symptom_pages import main

    main(name, rules)


@app.command()
def doctor(
    process: Annotated[
        str | None, typer.Argument(metavar="[worker|writer]", help="Only what this process needs.")
    ] = None,
    config: Config = None,
) -> None:
    """Says what is wrong and how to mend it.

    Checks settings, brokers, rights, topics, schemas, store and what else a process needs.
    """
    from .ops.doctor import main

    main(process, config)


@app.command()
def status(
    watch: Annotated[bool, typer.Option("--watch", help="Again and again, until Ctrl-C.")] = False,
    page: Annotated[
        list[str] | None, typer.Option(metavar="HOST:PORT", help="A process's metrics page; may be repeated.")
    ] = None,
    config: Config = None,
) -> None:
    """How everything is: processes, lag, store.

    One line each, in words and colours. Shown once it ends with 1 where anything is ill.
    """
    from .ops.status import main

    main(config, page or (), watch=watch)


@app.command()
def topics(
    config: Config = None,
    create: Annotated[bool, typer.Option("--create", help="Make those that are missing.")] = False,
) -> None:
    """Shows the Kafka topics and what is wrong with them."""
    from .ops.topics import main
    from .settings import load

    main(load(config), make=create)


@app.command()
def schemas(
    action: Annotated[str, typer.Argument(metavar="[list|check|register]", help="What to do with them.")] = "list",
    config: Config = None,
) -> None:
    """Lists the schemas of the events.

    check compares them with their ids and the registry; register puts them there.
    """
    from .settings import load
    from .wire.cli import main

    main(action, load(config))


@app.command()
def migrate(
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be applied.")] = False,
) -> None:
    """Brings the store up to date."""
    from .settings import load
    from .stores.migrations import migrate

    done = migrate(load(config), dry_run=dry_run)
    for migration in done:
        typer.echo(f"{'to apply' if dry_run else 'applied'}: {migration}")
    if not done:
        typer.echo("the store is up to date")


@app.command()
def deadletters(
    action: Annotated[str, typer.Argument(metavar="[list|show|redrive]", help="What to do with them.")] = "list",
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="topic/partition/offset.")] = None,
    reason: Annotated[str | None, typer.Option(help="All with this reason.")] = None,
    every: Annotated[bool, typer.Option("--every", help="All there are.")] = False,
    config: Config = None,
) -> None:
    """What could not be used, why, and back with it."""
    from .ops.dead_letters import main
    from .settings import load

    main(action, ids or (), load(config), reason=reason, every=every)


@app.command()
def sql(
    question: Annotated[str | None, typer.Argument(metavar="SQL", help="One question; none: a prompt.")] = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="An embedded store, like that of a demo.")] = None,
    format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="ClickHouse's name: CSVWithNames, Markdown, Vertical, …")
    ] = None,
    config: Config = None,
) -> None:
    """Asks the store: a table on a terminal, JSON lines in a pipe.

    Where a writer or a demo has the embedded store open, through its gateway: then the views v_* only.
    """
    from .settings import load
    from .stores.reading import main

    main(question, load(config) if store is None else load(config, store={"path": store}), format)


@app.command()
def dashboards(
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the pages there; else serve them.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the pages, on this machine; 0: any free one.")] = 9340,
    prometheus: Annotated[
        str | None, typer.Option(metavar="URL", help="Who keeps the metrics; else the processes' pages are read.")
    ] = None,
    store: Annotated[Path | None, typer.Option(metavar="DIR", help="An embedded store, like that of a demo.")] = None,
    config: Config = None,
) -> None:
    """The dashboards without Grafana.

    Its JSON drawn as pages for a browser. Runs until it is told to stop, but with --out.
    """
    from .panels.command import main
    from .settings import load

    main(load(config) if store is None else load(config, store={"path": store}), out, port, prometheus)
