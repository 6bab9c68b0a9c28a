"""A declared pattern at work: a symptom like any other, whose rule is read from a file.

Each touchpoint that takes the first step begins a *run*. A run takes its steps in order, each by the first touchpoint
that fits; when the last is taken (or what is missing after it is overdue) it is told, and further touchpoints that fit
the last step join. What a touchpoint does to the runs is decided for all of them before anything is done, so that their
order does not matter.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal

from ..core.symptom import Finding, Symptom, Words, belongs
from ..core.touchpoint import BROADCASTS, MINUTE, Entry
from .definition import Definition, Step
from .facts import FACTS
from .scope import Situation
from .templates import Told

_DUE: Final = "due:"
_OVER: Final = "over:"

Move = Literal["void", "ended", "step", "join"]


class Run:
    """One beginning, and what followed. `taken` has the touchpoints by step, `at_step` the steps taken wholly."""

    __slots__ = ("alerts", "at_step", "entry", "open", "overdue", "taken")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.taken: dict[str, list[Entry]] = {}
        self.at_step = 0
        self.open = True
        self.overdue = False
        self.alerts: list[str] = []


class _Thing:
    """A run as what an end or answer may belong to: by the touchpoint that took one of its steps."""

    __slots__ = ("entry", "open", "run")

    def __init__(self, run: Run, entry: Entry) -> None:
        self.run, self.entry, self.open = run, entry, run.open


class Pattern(Symptom):
    """A pattern; each file makes a subclass of its own."""

    definition: ClassVar[Definition]
    __slots__ = ("episodes", "runs")

    def begin(self) -> None:
        self.runs: dict[str, Run] = {}
        self.episodes: dict[tuple[Any, ...], str] = {}

    @classmethod
    def page(cls) -> str:
        return cls.definition.page

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return any((activity, direction) in each.wanted for each in cls.definition.clauses)

    # -- touchpoints

    def see(self, entry: Entry) -> None:
        if self.fold.at_company:
            return
        p = self.tuned(entry)
        if self.runs:
            belonging: dict[str, set[str]] = {}
            moves = [(run, self._move(run, entry, p, belonging)) for run in self.runs.values() if run.open]
            for run, move in moves:
                self._do(run, move, entry, p)
            if not self.definition.asks_what_it_belongs_to:
                self.runs = {key: run for key, run in self.runs.items() if run.open}
        self._start(entry, p)

    def _start(self, entry: Entry, p: Any) -> None:
        run = Run(entry)
        first = self.definition.steps[0]
        if entry.activity not in BROADCASTS and first.clause.holds(self._situation(run, entry, p, {})):
            self.runs[entry.touchpoint_id] = run
            self._take(run, first, entry, p)

    def _situation(self, run: Run, entry: Entry, p: Any, belonging: dict[str, set[str]]) -> Situation:
        def belongs_to(step: str) -> bool:
            if step not in belonging:
                things = [_Thing(each, each.taken[step][0]) for each in self.runs.values() if step in each.taken]
                belonging[step] = {thing.run.entry.touchpoint_id for thing in belongs(entry, things)}
            return run.entry.touchpoint_id in belonging[step]

        return Situation(entry, run.taken, p, self.fold, belongs_to)

    def _move(self, run: Run, entry: Entry, p: Any, belonging: dict[str, set[str]]) -> Move | None:
        """What a touchpoint does to a run."""
        rule, s = self.definition, self._situation(run, entry, p, belonging)
        if run.alerts and not any(map(self._stands, run.alerts)):
            return "void"  # its alert has lapsed
        if run.alerts and any(each.holds(s) for each in rule.ends):
            return "ended"
        if any(each.holds(s) for each in rule.unless):
            return "void"
        if run.at_step == len(rule.steps):
            if rule.missing is not None and rule.missing.clause.holds(s):
                return "ended"
            return "join" if rule.missing is None and rule.steps[-1].clause.holds(s) else None
        step = rule.steps[run.at_step]
        if step.within is not None and (until := step.within.over(s)) is not None and until < entry.at:
            return "void"
        if not step.clause.holds(s):
            return None
        return "step" if step.only_if is None or step.only_if.holds(s) else "void"

    def _do(self, run: Run, move: Move | None, entry: Entry, p: Any) -> None:
        if move == "void":
            self._over(run, None)
        elif move == "ended":
            self._over(run, self._lost(run))
        elif move == "step":
            self._take(run, self.definition.steps[run.at_step], entry, p)
        elif move == "join":
            run.taken[self.definition.steps[-1].name].append(entry)
            self._tell(run, entry, p)

    def _take(self, run: Run, step: Step, entry: Entry, p: Any) -> None:
        taken = run.taken.setdefault(step.name, [])
        taken.append(entry)
        s = self._situation(run, entry, p, {})
        if step.times is not None and len(taken) < step.times(s):
            return
        for field, least in step.kinds:
            if len({FACTS[field](each, self.fold) for each in taken} - {None}) < least(s):
                return
        run.at_step += 1
        if run.at_step < len(self.definition.steps):
            return
        missing = self.definition.missing
        if missing is None:
            self._tell(run, entry, p)
        elif (due := missing.due(s)) is not None:
            self.fold.wake(self, _DUE + run.entry.touchpoint_id, due[0])

    # -- time

    def wake(self, key: str) -> None:
        if key.startswith(_DUE):
            run = self.runs[key.removeprefix(_DUE)]
            last = run.taken[self.definition.steps[-1].name][-1]
            self._tell(run, last, self.tuned(last))
        else:
            self._end(key.removeprefix(_OVER), None)
            for run in self.runs.values():
                run.open &= not run.alerts or any(map(self._stands, run.alerts))

    # -- alerts

    def _tell(self, run: Run, entry: Entry, p: Any) -> None:
        rule = self.definition
        key = self._key(run, entry)
        if key not in run.alerts:
            run.alerts.append(key)
        s = self._situation(run, entry, p, {})
        due = rule.missing.due(s) if rule.missing is not None else None
        evidence = [(each, step.role) for step in rule.steps for each in self._evidence(run, step, entry)]
        self.fold.open(
            self, key, evidence, confirmed=not rule.suspected, owner=self._owner(run),
            twice_at=due[1] if due is not None else None, p=p,
        )  # fmt: skip
        if rule.at_once:
            self._over(run, self._lost(run))
        elif rule.ends_after is not None:
            finding, after = self.fold.findings[self.name, key], int(rule.ends_after(s))
            ends = finding.last_evidence + after
            self.fold.wake(self, _OVER + key, ends if ends > self.fold.at else self.fold.at + after)

    def _evidence(self, run: Run, step: Step, entry: Entry) -> list[Entry]:
        """What took a step; where each touchpoint of the last has an alert of its own, that one alone."""
        if step.name == self.definition.key and step is self.definition.steps[-1] and step.times is None:
            return [entry]
        return run.taken[step.name]

    def _key(self, run: Run, entry: Entry) -> str:
        """The key of the alert: the touchpoint of a step, or that which began the episode."""
        wanted = self.definition.key
        if isinstance(wanted, str):
            last = self.definition.steps[-1]
            of_last = wanted == last.name and last.times is None and self.definition.missing is None
            return (entry if of_last else run.taken[wanted][0]).touchpoint_id
        own = run.entry.touchpoint_id
        facts = tuple(FACTS[field](run.entry, self.fold) for field in wanted)
        if None in facts:
            return own
        if facts not in self.episodes or not self._stands(self.episodes[facts]):
            self.episodes[facts] = own
        return self.episodes[facts]

    def _stands(self, key: str) -> bool:
        finding = self.fold.found(self, key)
        return finding is not None and finding.resolved_at is None

    def _owner(self, run: Run) -> str | None:
        step, _, name = (self.definition.owner or "").rpartition(".")
        if not step:
            return name or None
        entry = run.taken[step][0]
        return FACTS[name](entry, self.fold) or entry.department

    def _lost(self, run: Run) -> int | None:
        """The minutes that the customer lost till now."""
        if self.definition.lost_since is None:
            return None
        step, _, name = self.definition.lost_since.partition(".")
        entry = run.taken[step][0]
        since = FACTS[name](entry, self.fold) if name else entry.at
        return None if since is None else max(0, self.fold.at - since) // MINUTE

    def _over(self, run: Run, minutes_lost: int | None) -> None:
        """The run is over; an alert ends when none that led to it goes on."""
        run.open = False
        self.fold.sleep(self, _DUE + run.entry.touchpoint_id)
        for key in run.alerts:
            if not any(key in each.alerts for each in self.runs.values() if each.open):
                self._end(key, minutes_lost)

    def _end(self, key: str, minutes_lost: int | None) -> None:
        self.fold.sleep(self, _OVER + key)
        self.fold.resolve(self, key, minutes_lost=minutes_lost)

    # -- words

    @classmethod
    def words(cls, finding: Finding) -> Words:
        rule = cls.definition
        taken: dict[str, list[Entry]] = {}
        names = {step.role: step.name for step in rule.steps}
        for entry in finding.entries:
            taken.setdefault(names[finding.evidence[entry.touchpoint_id][1]], []).append(entry)
        told = Told(finding, taken, finding.facts["p"], rule.kinds)
        return Words(*(each.told(told) for each in (rule.title, rule.explanation, rule.suggested_action)))


def symptom_of(definition: Definition) -> type[Pattern]:
    """The symptom that a pattern is."""
    heard = {activity for each in definition.clauses for activity, _ in each.wanted} & BROADCASTS
    return type(
        "".join(part.title() for part in definition.name.split("_")),
        (Pattern,),
        {
            "__slots__": (),
            "name": definition.name,
            "version": definition.version,
            "Parameters": definition.parameters,
            "hears_broadcasts": bool(heard),
            "definition": definition,
        },
    )
