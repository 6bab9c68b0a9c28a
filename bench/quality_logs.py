"""What two banks' logs state by themselves, against what Siloscope tells of them.

The labels are read from the raw files by the code below, which shares nothing with the mappings or the symptoms. A case
is labelled only where the log states a fact; else it is left out. docs/real-logs.md says what the logs are.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from siloscope.core.touchpoint import DAY, HOUR, Touchpoint
from siloscope.ops.evaluate_judge import Share
from siloscope.ops.replay import Replay
from siloscope.sources import touchpoints
from siloscope.sources.mapping import load

LOAN: Final = "bpic2012_loan/BPI_Challenge_2012.xes.gz"
INCIDENTS: Final = "bpic2014_rabobank_subset/BPIC14_incident_log.csv.gz"
RECORDS: Final = "bpic2014_rabobank_subset/BPIC14_incident_case_attributes.csv.gz"


class Truth(NamedTuple):
    """What a log states of a symptom, by case or row: `yes` must be told, `no` must not; all others are left out.

    `remark` says what the misses and false alarms are, where the log tells.
    """

    log: str
    symptom: str
    states: str
    yes: set[str]
    no: set[str]
    remark: str = ""


class Compared(NamedTuple):
    """A truth against the alerts; some of the cases told wrongly and missed, by name."""

    truth: Truth
    recall: Share
    precision: Share
    wrong: list[str]
    missed: list[str]


def compared(data: Path) -> Iterator[Compared]:
    """All truths of the logs that are in `data`."""
    for needed, mapping, truths in (
        ((LOAN,), "bpi2012_loan", loan_truths), ((INCIDENTS, RECORDS), "bpi2014_incidents", incident_truths),
    ):  # fmt: skip
        if all((data / each).is_file() for each in needed):
            found = told_of((each for _, _, each in touchpoints(data / needed[0], load(mapping))))
            yield from (compared_with(truth, found) for truth in truths(data))


def told_of(recorded: Iterable[object]) -> dict[str, set[str]]:
    """By symptom, the cases with an alert and the rows that alerts rest on, as the log names them."""
    run = Replay()
    for each in recorded:
        if isinstance(each, Touchpoint):
            run.take(each)
    run.close()
    found: dict[str, set[str]] = defaultdict(set)
    for alert in run.alerts():
        found[alert.symptom].add(alert.customer_id.partition(":")[2])
        found[alert.symptom].update(each.touchpoint_id.partition(":")[2] for each in alert.evidence)
    return found


def compared_with(truth: Truth, told: dict[str, set[str]]) -> Compared:
    found = told.get(truth.symptom, set())
    right, wrong, missed = truth.yes & found, truth.no & found, truth.yes - found
    return Compared(
        truth, Share(len(right), len(truth.yes)), Share(len(right), len(right) + len(wrong)),
        sorted(wrong)[:3], sorted(missed)[:3],
    )  # fmt: skip


# -- loan applications: each trace as (event, transition, epoch ms, who)

Step = tuple[str, str, int, str | None]
VALIDATION: Final = "W_Valideren aanvraag"
CALLS: Final = {
    "W_Afhandelen leads", "W_Completeren aanvraag", "W_Nabellen offertes", "W_Nabellen incomplete dossiers",
}  # fmt: skip


def traces(path: Path) -> Iterator[tuple[str, list[Step]]]:
    """Name and steps of each application."""
    with gzip.open(path) as file:
        for _, trace in iterparse(file):
            if trace.tag.rpartition("}")[2] == "trace":
                name = next(each.get("value") or "" for each in trace if each.get("key") == "concept:name")
                yield name, [_step(each) for each in trace if each.tag.rpartition("}")[2] == "event"]
                trace.clear()


def _step(event: Iterable[Element]) -> Step:
    found = {each.get("key"): each.get("value") or "" for each in event}
    at = datetime.fromisoformat(found["time:timestamp"]).timestamp()
    return found["concept:name"], found["lifecycle:transition"], round(at * 1000), found.get("org:resource")


def loan_truths(data: Path) -> list[Truth]:
    """Validation's queue and the first word to the applicant, by the log's own SCHEDULE, START and COMPLETE."""
    known = list(traces(data / LOAN))
    validators = _validators(step for _, steps in known for step in steps)
    late, quick, silent, heard = (set[str]() for _ in range(4))
    for name, steps in known:
        for number, step in enumerate(steps):
            if step[:2] == (VALIDATION, "SCHEDULE") and step[3] not in validators:
                wait = _queued(steps, number)
                if wait is not None:
                    (late if wait > DAY else quick).add(f"{name}:{number + 1}")
        asked, end = steps[0][2], max(step[2] for step in steps)
        first = next((at for event, how, at, _ in steps if _speaks(event, how)), None)
        if first is not None and first - asked <= 72 * HOUR:
            heard.add(name)
        elif first is not None or end - asked > 72 * HOUR:
            silent.add(name)
    return [
        Truth("loan applications 2012", "handoff_drop",
              "validation was started more than 24 h after somebody else put it into the queue / sooner", late, quick),
        Truth("loan applications 2012", "contact_pressure",
              "– / at most 5 calls completed and offers sent in any 7 days", set(),
              {name for name, steps in known if _most_contacts(steps) <= 5}),
        Truth("loan applications 2012", "unanswered",
              "no call, offer or refusal within 72 h of the application / one of them", silent, heard),
    ]  # fmt: skip


def _validators(steps: Iterable[Step]) -> set[str | None]:
    """Who validates more than anything else: what they put into the queue they hand to themselves."""
    done: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
    for event, how, _, person in steps:
        if how == "COMPLETE" and event.startswith("W_"):
            done[person][event == VALIDATION] += 1
    return {person for person, (other, validated) in done.items() if validated > other}


def _queued(steps: list[Step], number: int) -> int | None:
    """Milliseconds from the queue to the next start of the same work; None where the log has no start."""
    waits = (step[2] - steps[number][2] for step in steps[number:] if step[:2] == (VALIDATION, "START"))
    return next(waits, None)


def _most_contacts(steps: list[Step]) -> int:
    """The most calls and offers in any 7 days."""
    times = sorted(at for event, how, at, _ in steps if event == "O_SENT" or (event in CALLS and how == "COMPLETE"))
    return max((sum(at <= other <= at + 7 * DAY for other in times) for at in times), default=0)


def _speaks(event: str, how: str) -> bool:
    return event in ("O_SENT", "A_DECLINED") or (event in CALLS and how == "COMPLETE")


# -- incidents: rows of the activity log, and the bank's own record of each incident


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def incident_truths(data: Path) -> list[Truth]:
    """Reopened by the record's `reopen_time`; to and fro by the teams that handed on, and by `x_reassignments`."""
    records = {row["incident_id"]: row for row in rows_of(data / RECORDS)}
    handed: dict[str, list[str]] = {name: [] for name in records}
    rows = sorted(rows_of(data / INCIDENTS), key=lambda row: (row["data_stamp"], row["incident_activity_number"]))
    for row in rows:
        if row["incident_activity_type"] == "Reassignment" and row["incident_id"] in handed:
            handed[row["incident_id"]].append(row["assignment_group"])
    returns = {name: _returns(teams) for name, teams in handed.items()}
    often = {name for name, row in records.items() if int(row["x_reassignments"] or 0) >= 3}
    reopened = {name for name, row in records.items() if row["reopen_time"]}
    noted = {row["incident_id"] for row in rows if row["incident_activity_type"] == "Reopen"}
    sore = _sore(rows)
    more = sum(len(handed[name]) > 2 for name in records.keys() - often)
    return [
        Truth("incidents 2014", "ticket_churn", "the bank's record has a reopen time / it has none",
              reopened, records.keys() - reopened,
              f"{len(reopened - noted)} of the reopened have no reopening in the log that was read, and "
              f"{len(noted - reopened)} has one that the record does not know."),
        Truth("incidents 2014", "experience_debt", "reopened, and not closed again within 72 h / each time it was",
              sore, records.keys() - sore),
        Truth("incidents 2014", "ping_pong",
              "teams handed it on again after another had, twice, and the record has 3 moves / it has at most 2",
              {name for name in often if returns[name] >= 2}, records.keys() - often,
              "What is missed moved between two teams without a row that says so. "
              f"{more} of those with at most 2 moves on record have more in the log."),
    ]  # fmt: skip


def _sore(rows: list[dict[str, str]]) -> set[str]:
    """The incidents that stayed open for more than 72 hours after a reopening; `rows` in order of time."""
    closings: dict[str, list[int]] = defaultdict(list)
    reopenings: list[tuple[str, int]] = []
    for row in rows:
        at = round(datetime.fromisoformat(row["data_stamp"].replace("Z", "+00:00")).timestamp() * 1000)
        if row["incident_activity_type"] == "Closed":
            closings[row["incident_id"]].append(at)
        elif row["incident_activity_type"] == "Reopen":
            reopenings.append((row["incident_id"], at))
    return {name for name, at in reopenings if not any(at <= each <= at + 72 * HOUR for each in closings[name])}


def _returns(teams: list[str]) -> int:
    """How often it was handed on by a team that another had taken it from before; the last receiver is not known."""
    seen: set[str] = set()
    found = 0
    for before, now in pairwise(teams):
        if before != now:
            seen.add(before)
            found += now in seen
    return found
