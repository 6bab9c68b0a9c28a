"""docs/quality.md from what was measured: the prose stands in `quality_page*.md`, the figures come from here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.quality_company import NORMALS, Company
from bench.quality_dialogues import Spoken, Tried
from bench.quality_logs import Compared
from siloscope.ops.evaluate_judge import INCIDENT, Score, Share
from siloscope.ops.evaluate_mistakes import Mistake
from siloscope.ops.evaluate_table import PRECISION, RECALL, lag, percent, verdict
from siloscope.ops.simulate_injected import NORMAL

WORST: Final = 12  # kinds of mistakes listed
A_DAY: Final = 50  # alerts that one person can read and act on in a working day


class Quality(NamedTuple):
    """All that one run measured. What could not be measured is None, and `left_out` says why."""

    company: Company
    logs: list[Compared] | None
    dialogues: list[Tried] | None
    spoken: Spoken | None
    left_out: list[str]
    minutes: float


def page(found: Quality, symptoms: Sequence[str]) -> str:
    """The whole page; `symptoms` are all that watch, in the order of the reference."""
    company, plans = found.company, [part.plan for part in found.company.parts]
    return _prose(
        "quality_page.md",
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        minutes=found.minutes,
        in_short=_lines(_in_short(company)),
        customers=sum(plan.customers for plan in plans),
        companies=len(plans),
        seeds=f"{plans[0].seed} to {plans[-1].seed}",
        days=plans[0].days,
        touchpoints=sum(part.touchpoints for part in company.parts),
        labelled=sum(part.labels for part in company.parts),
        table=_lines(_table(company.scores)),
        not_put_in=_listed("Not put in, so not measured", _unmeasured(company.scores, symptoms)),
        false_alarms=_lines(_mistakes("False alarms", company.false)),
        missed=_lines(_mistakes("Missed", company.missed)),
        logs=_logs(found.logs or []),
        dialogues=_dialogues(found.dialogues or [], found.spoken),
        left_out="".join(f"\nLeft out: {reason}.\n" for reason in found.left_out),
        **_reading(company, symptoms),
    )


def _prose(name: str, **filled: Any) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").format(**filled)


def _lines(several: Iterable[str]) -> str:
    return "\n".join(several)


def _listed(title: str, names: Sequence[str]) -> str:
    return f"\n{title}: {', '.join(f'`{name}`' for name in names)}.\n" if names else ""


# -- the simulated company


def _in_short(company: Company) -> Iterator[str]:
    ours = [each for each in company.scores if each.confidence != "all" and not each.symptom.startswith(INCIDENT)]
    sure = f"precision ≥ {PRECISION['confirmed'] * 100:g} %, recall ≥ {RECALL['confirmed'] * 100:g} %"
    weak = f"precision ≥ {PRECISION['suspected'] * 100:g} % at whatever recall"
    yield from _reached("Confirmed", [each for each in ours if each.confidence == "confirmed"], sure)
    yield ""
    yield from _reached("Suspected", [each for each in ours if each.confidence == "suspected"], weak)


def _reached(what: str, several: Sequence[Score], target: str) -> Iterator[str]:
    short = [each for each in several if _short(each)]
    if not short:
        yield f"**{what}**, {target}: reached by all {len(several)}."
        return
    yield f"**{what}**, {target}: reached by {len(several) - len(short)} of {len(several)}. **Not reached**:"
    yield ""
    for each in short:
        yield f"- `{each.symptom}`: {'; '.join(_short(each))}"


def _short(score: Score) -> list[str]:
    """What does not reach its target."""
    pairs = (("precision", score.precision, PRECISION), ("recall", score.recall, RECALL))
    return [
        f"{name} {percent(share)}"
        for name, share, targets in pairs
        if verdict(share, targets.get(score.confidence)) not in (None, "reached")
    ]


def _table(scores: Sequence[Score]) -> Iterator[str]:
    yield "| symptom | | found | recall % | right | precision % | near misses told | again | delay, median | 95 % |"
    yield "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |"
    before = None
    for each in scores:
        cells = (
            f"`{each.symptom}`" if each.symptom != before else "", each.confidence,
            _counts(each.recall), _bold(each.recall, RECALL.get(each.confidence)),
            _counts(each.precision), _bold(each.precision, PRECISION.get(each.confidence)), _counts(each.near),
            str(each.again or ""), lag(each.delay(0.5)), lag(each.delay(0.95)),
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"
        before = each.symptom


def _counts(share: Share) -> str:
    return f"{share.hits:,} of {share.of:,}" if share.of else "–"


def _percent(share: Share) -> str:
    return percent(share).replace(" %", "")


def _bold(share: Share, target: float | None) -> str:
    said = _percent(share)
    return f"**{said}**" if verdict(share, target) in ("below", "perhaps") else said


def _unmeasured(scores: Sequence[Score], symptoms: Sequence[str]) -> list[str]:
    labelled = {each.symptom for each in scores if each.recall.of}
    return [name for name in symptoms if name not in labelled]


def _mistakes(title: str, several: Sequence[Mistake]) -> Iterator[str]:
    total = sum(each.number for each in several)
    if not total:
        yield f"**{title}**: none."
        return
    yield f"**{title}**: {total:,}, by what they are about:"
    yield ""
    for each in several[:WORST]:
        why = f" ({each.why})" if each.why else ""
        yield f"- {each.number:,} × `{each.symptom}`, {each.confidence}: {each.story}{why}{_besides(each)}"
    if len(several) > WORST:
        yield f"- and {sum(each.number for each in several[WORST:]):,} of {len(several) - WORST} other kinds"


def _besides(mistake: Mistake) -> str:
    if mistake.alert is not None:
        return f"; one says: “{' '.join(mistake.alert.explanation.split())[:200]}”"
    return "; told, but only as suspected" if mistake.told else ""


# -- how much there is to read


def _reading(company: Company, symptoms: Sequence[str]) -> dict[str, Any]:
    normal = company.normal
    rows = [
        f"| `{name}` | {normal.rate(name):.2f} | {normal.rate_shown(name):.2f} |"
        for name in symptoms
        if normal.told[name] or normal.shown[name]
    ]
    shown = sum(map(normal.rate_shown, symptoms))
    head = ["| symptom | told | suspected, for review |", "| --- | --: | --: |"]
    return {
        "normals": min(NORMALS, len(company.parts)),
        "faults_a_week": NORMAL * 1_000,
        "faults": normal.faults,
        "normal_customers": normal.customers,
        "reading": _lines([*head, *rows, f"| together | **{normal.total:.1f}** | {shown:.1f} |"]),
        "quiet": _listed(
            "No alert in that time", [name for name in symptoms if not normal.told[name] + normal.shown[name]]
        ),
        "foreign": normal.foreign,
        "told": normal.told.total(),
        "can": "can" if normal.total / 5 <= A_DAY else "**cannot**",
        "a_day": normal.total / 5,
        "most_a_day": A_DAY,
        "reach": A_DAY * 5 / normal.total * 1_000 if normal.total else float("inf"),
    }


# -- what is real


def _logs(several: Sequence[Compared]) -> str:
    if not several:
        return ""
    rows = ["| log | symptom | label: must be told / must not | labelled | recall % | precision % |"]
    rows.append("| --- | --- | --- | --: | --: | --: |")
    remarks = []
    for each in several:
        truth, wrong = each.truth, each.precision.of - each.precision.hits
        precision = _percent(each.precision) if truth.yes else f"{wrong} told"
        labelled = f"{len(truth.yes):,} / {len(truth.no):,}"
        rows.append(
            f"| {truth.log} | `{truth.symptom}` | {truth.states} | {labelled} | {_percent(each.recall)} | {precision} |"
        )
        missed = each.recall.of - each.recall.hits
        if wrong or missed:
            named = f"{missed} missed, {wrong} false ({', '.join((*each.missed, *each.wrong))})"
            remarks.append(f"- {truth.log}, `{truth.symptom}`: {named}. {truth.remark}")
        elif truth.remark and not truth.yes:
            remarks.append(f"- {truth.remark}")
    return _prose("quality_page_logs.md", table=_lines(rows), remarks=_lines(dict.fromkeys(remarks)))


def _dialogues(several: Sequence[Tried], spoken: Spoken | None) -> str:
    if not several or spoken is None:
        return ""
    rows = ["| read as | dialogues | with a repeated request | told | false | told twice |"]
    rows.append("| --- | --: | --: | --: | --: | --: |")
    for each in several:
        told = f"{each.right:,}" if each.repeated else "–"
        rows.append(
            f"| {each.what} | {each.dialogues:,} | {each.repeated:,} | {told} | {each.false:,} | {each.twice:,} |"
        )
    false = sum(each.false for each in several[:2])
    silence = f"**{false:,} alerts are told**" if false else "nothing is told"
    return _prose(
        "quality_page_dialogues.md", table=_lines(rows), silence=silence, utterances=spoken.utterances,
        alerts=spoken.alerts or "no",
    )  # fmt: skip
