"""The simulated company: what was put in against what is found, and how much a lead has to read in a normal one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import as_file, files
from multiprocessing import get_context
from typing import Final, NamedTuple

from bench.measure import settled
from siloscope.core.detection import Detection
from siloscope.core.told import shown, told, weekly
from siloscope.core.touchpoint import Touchpoint, customer_of
from siloscope.ops.evaluate import replayed
from siloscope.ops.evaluate_judge import INCIDENT, Score, Share, judge
from siloscope.ops.evaluate_mistakes import Evaluation, Mistake
from siloscope.ops.replay import Replay
from siloscope.ops.simulate import Plan, labels, simulate
from siloscope.ops.simulate_injected import NORMAL
from siloscope.rules import load as load_rules

PROCESSES: Final = 2
NORMALS: Final = 3  # companies that are also run with few faults


class Part(NamedTuple):
    """One seed's company: its evaluation and how many touchpoints and labels there were."""

    plan: Plan
    evaluation: Evaluation
    touchpoints: int
    labels: int


class Normal(NamedTuple):
    """A company with few faults over its simulated days: what is delivered, and what is only shown, by symptom.

    `faults` is how many it has, `foreign` how many of the delivered alerts are on none of them.
    """

    customers: int
    span: int
    faults: int
    told: Counter[str]
    shown: Counter[str]
    foreign: int

    def rate(self, symptom: str) -> float:
        """Delivered alerts per 1,000 customers and week."""
        return weekly(self.told[symptom], self.customers, self.span)

    def rate_shown(self, symptom: str) -> float:
        """Suspected alerts, shown for review, per 1,000 customers and week."""
        return weekly(self.shown[symptom], self.customers, self.span)

    @property
    def total(self) -> float:
        """Delivered alerts of all symptoms per 1,000 customers and week."""
        return weekly(self.told.total(), self.customers, self.span)


class Company(NamedTuple):
    """All seeds together."""

    parts: list[Part]
    normal: Normal
    scores: list[Score]
    false: list[Mistake]
    missed: list[Mistake]


def measured(plans: Sequence[Plan]) -> Company:
    """The plans one after the other, in two processes; the normal companies are the same with few faults."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(part, plan) for plan in plans]
        normal = [pool.submit(normal_of, plan) for plan in plans[:NORMALS]]
        found = [each.result() for each in parts]
        every = [each.evaluation for each in found]
        return Company(
            found, all_of([each.result() for each in normal]),
            together(score for each in every for score in each.scores),
            merged(each for one in every for each in one.false), merged(each for one in every for each in one.missed),
        )  # fmt: skip


def watching() -> Detection:
    """The detection with the company's own rules."""
    with as_file(files("siloscope.ops") / "simulate_rules.yml") as path:
        return load_rules(path).detection()


def part(plan: Plan) -> Part:
    """Simulate, replay and compare one plan."""
    settled()
    wanted = list(labels(plan))
    count = Counter[str]()

    def counted() -> Iterator[Touchpoint]:
        for each in simulate(plan):
            count["touchpoints"] += 1
            yield each

    evaluation, _ = replayed(counted(), wanted, watching(), plan.end)
    named = {
        name for each in (*evaluation.false, *evaluation.missed) if each.label is not None
        for name in each.label.touchpoints
    }  # fmt: skip
    known = {name: entry for name, entry in evaluation.known.items() if name in named}
    return Part(plan, evaluation._replace(known=known), count["touchpoints"], len(wanted))


def normal_of(plan: Plan) -> Normal:
    """The same company with as many faults as a normal one has."""
    settled()
    plan = plan._replace(faults=NORMAL)
    wanted = list(labels(plan))
    run, customers = Replay(watching()), set[str]()
    for each in simulate(plan):
        run.take(each)
        customers.add(customer_of(each))
    run.close(plan.end)
    alerts = [each for each in run.alerts() if each.opened_at >= plan.start]
    delivered = told(alerts)
    false = judge(delivered, wanted, plan.end, run.incidents()).false
    return Normal(
        len(customers - {""}), plan.end - plan.start, sum(each.expected for each in wanted),
        Counter(each.symptom for each in delivered), Counter(each.symptom for each in shown(alerts)),
        sum(not each.alert.symptom.startswith(INCIDENT) for each in false),
    )  # fmt: skip


def all_of(several: Sequence[Normal]) -> Normal:
    """Companies of the same days as one."""
    return Normal(
        sum(each.customers for each in several), several[0].span, sum(each.faults for each in several),
        sum((each.told for each in several), Counter()), sum((each.shown for each in several), Counter()),
        sum(each.foreign for each in several),
    )  # fmt: skip


def together(several: Iterable[Score]) -> list[Score]:
    """The scores of all seeds, of each symptom and confidence one, in the order they came."""
    sums: dict[tuple[str, str], Score] = {}
    for each in several:
        before = sums.get((each.symptom, each.confidence))
        sums[each.symptom, each.confidence] = each if before is None else _added(before, each)
    return sorted(sums.values(), key=lambda each: list(dict.fromkeys(name for name, _ in sums)).index(each.symptom))


def _added(one: Score, other: Score) -> Score:
    def both(left: Share, right: Share) -> Share:
        return Share(left.hits + right.hits, left.of + right.of)

    return one._replace(
        recall=both(one.recall, other.recall), precision=both(one.precision, other.precision),
        again=one.again + other.again, near=both(one.near, other.near),
        delays=tuple(sorted((*one.delays, *other.delays))),
    )  # fmt: skip


def merged(several: Iterable[Mistake]) -> list[Mistake]:
    """Mistakes of one kind together, the most frequent first."""
    sums: dict[tuple[object, ...], Mistake] = {}
    for each in several:
        kind = (each.symptom, each.confidence, each.story, each.told)
        before = sums.get(kind)
        sums[kind] = each if before is None else before._replace(number=before.number + each.number)
    return sorted(sums.values(), key=lambda each: (each.confidence, each.told, -each.number, each.symptom))
