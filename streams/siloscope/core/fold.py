"""The fold over a customer's timeline: touchpoints in order, timers between them, findings out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .customer_key import COMPANY, account_of
from .rejected import SymptomFailed, place_of
from .symptom import Finding, Silenced, Symptom
from .text import WORDS, Reading
from .timers import Timers
from .touchpoint import BROADCASTS, DAY, IN, Entry
from .view import View
from .watch import kind_of

if TYPE_CHECKING:
    from .baseline import Baseline
    from .bulletin import Bulletin
    from .detection import Detection
    from .handoff import Handoff

LAPSES_AFTER: Final = 90 * DAY
# Timers of one due time fire by symptom, then: its own, that it has lasted twice its limit, that the alert lapses.
_OWN: Final = "\1"
_TWICE: Final = "\2"
_LAPSE: Final = "\3"
INFO, WARNING, CRITICAL = 0, 1, 2
Made = TypeVar("Made")


class Fold:
    """One customer being watched. `show` takes touchpoints in order; `advance` lets time pass.

    `last` is the order of the newest touchpoint shown and `fired` the due time of the last timer fired:
    what comes before either is late, and the timeline must be folded again. `first_at` is the time of the
    customer's first touchpoint, `ids` her timeline by touchpoint id. With `among` only those symptoms watch.
    """

    __slots__ = (
        "_timers", "_watch", "_watching", "account", "at", "at_company", "baseline", "bulletin", "changed",
        "detection", "failures", "findings", "fired", "first_at", "handoffs", "ids", "last", "name", "settled",
        "tuned", "untold", "view", "warned",
    )  # fmt: skip

    def __init__(
        self, detection: Detection, name: str, baseline: Baseline, bulletin: Bulletin, ids: Mapping[str, Entry],
        first_at: int, among: Collection[int] | None = None,
    ) -> None:  # fmt: skip
        self.detection = detection
        self.ids = ids
        self.name = name
        self.account = account_of(name)
        self.at_company = name == COMPANY
        self.baseline = baseline
        self.bulletin = bulletin
        self.view = View(detection.coarse_topics, baseline)
        self.at = 0
        self.failures: tuple[tuple[Entry, SymptomFailed], ...] = ()
        self.untold: frozenset[tuple[str, str]] = frozenset()  # findings at whose telling their symptom failed
        self.first_at = first_at
        self.last: tuple[int, int, str] = (0, 0, "")
        self.fired = 0
        self.findings: dict[tuple[str, str], Finding] = {}
        self.changed: dict[tuple[str, str], Finding] = {}
        self.handoffs: dict[str, Handoff] = {}  # those whose warning may have changed
        self.settled: dict[tuple[str, str], tuple[str, str | None]] | None = None  # (id, id it is part of), once told
        self.tuned: dict[tuple[str, str], Any] = {}  # parameters by symptom and touchpoint, where the owner overrides
        self.warned: bool | None = None  # whether its handoffs were compared with what was told
        self._watch = detection.watch_of(name, among)
        self._watching: dict[int, Symptom] = {}  # by number, those that have begun
        self._timers: Timers[tuple[int, str]] = Timers()  # by symptom and key

    # -- time and touchpoints

    def show(self, entry: Entry, order: tuple[int, int, str]) -> None:
        """The next touchpoint, at its place in the order; timers due before it fire first."""
        at = entry.at
        if self._timers.soonest < at:
            self._fire(at - 1)
        self.at = at
        self.last = order
        if entry.activity not in BROADCASTS and (self.account is None or self.detection.for_account(entry)):
            self.view.see(entry)
        watching = self._watching
        shown, self._watch = self._watch[kind_of(entry)]
        for index in shown:
            symptom = watching.get(index)
            try:
                if symptom is None:
                    symptom = watching[index] = self.detection.watch(index, self)
                symptom.see(entry)
            except Exception as error:  # noqa: BLE001 - one symptom's mistake must not stop the others
                self._silence(index, entry, error)

    def advance(self, now: int) -> None:
        """Let time pass to `now`: timers due by then fire."""
        if self._timers.soonest <= now:
            self._fire(now)

    def _fire(self, now: int) -> None:
        while (timer := self._timers.pop(now)) is not None:
            due, (index, key) = timer
            self.at = self.fired = due
            if key[:1] == _LAPSE:
                self._lapse(self.findings[self.detection.symptoms[index].name, key[1:]])
            elif key[:1] == _TWICE:
                self._twice(self.findings.get((self.detection.symptoms[index].name, key[1:])))
            else:
                symptom = self._watching.get(index)
                if symptom is not None:
                    try:
                        symptom.wake(key[1:])
                    except Exception as error:  # noqa: BLE001 - as above
                        self._silence(index, self.ids.get(key[1:]) or next(iter(self.ids.values())), error)

    def _silence(self, index: int, entry: Entry, error: Exception) -> None:
        self._watching[index] = Silenced(self, None)
        self._fail(self.detection.symptoms[index].name, entry, error, "the other symptoms went on")

    def _fail(self, name: str, entry: Entry, error: Exception, so: str) -> None:
        what = f"{error!r:.200} in {place_of(error)}"
        message = f"{name} failed on this touchpoint ({what}): mend or report it; {so}"
        self.failures += ((entry, SymptomFailed("symptom_failed", None, message, name, self.name)),)

    def attempt(self, finding: Finding, make: Callable[[Finding], Made]) -> Made | None:
        """What `make` tells of a finding; None where its symptom fails at that, which is noted once."""
        try:
            return make(finding)
        except Exception as error:  # noqa: BLE001 - as above
            key = (finding.symptom.name, finding.key)
            if key not in self.untold:
                self.untold |= {key}
                entries = (*(entry for entry, _ in finding.evidence.values()), *self.ids.values())
                self._fail(finding.symptom.name, entries[0], error, "its alert is not told, those of the others are")
            return None

    def copied(self, ids: Mapping[str, Entry], baseline: Baseline) -> Fold | None:
        """The same, to go on by itself with the same timeline, which is in `ids` and `baseline` from now on.

        None where a symptom of an owner's remembers what cannot be copied.
        """
        shared = (self.detection, self.bulletin, self._watch, *self.detection.parameters)
        moved: dict[int, Any] = {id(self.ids): ids, id(self.baseline): baseline}
        try:
            return deepcopy(self, moved | {id(each): each for each in shared})
        except Exception:  # noqa: BLE001 - whatever it is, folding anew says the same
            return None

    def end(self) -> None:
        """Let go of the symptoms: they hold the fold, and what holds itself would wait for the garbage collector."""
        self._watching.clear()

    @property
    def restless(self) -> bool:
        """Whether there is something to compare with what was told."""
        return bool(self.changed or self.handoffs) or self.settled is None or self.warned is None

    @property
    def next_due(self) -> int | None:
        """When the fold next wants to be woken."""
        return self._timers.next_due

    # -- what symptoms call

    def deadline(self, department: str, at: int, limit: int) -> int:
        """When a `limit` that `department` must keep from `at` on is over, by its business calendar."""
        calendar = self.detection.calendar_of(department)
        return at + limit if calendar is None else calendar.after(at, limit)

    def reading(self, entry: Entry) -> Reading:
        """What its text says of itself."""
        return self.detection.readings.of(entry)

    def alike(self, one: Entry, other: Entry, share: float, words: int = WORDS) -> bool:
        """Whether the texts of both say the same, at least in `share` of it, and have at least `words` words."""
        if one.text is None or other.text is None:
            return False
        return self.detection.readings.alike(self.reading(one), self.reading(other), share, words)

    def replies(self, entry: Entry, since: Entry | None = None) -> bool:
        """Whether outbound `entry` is a reply to something inbound that came before it, and after `since`."""
        asked = self.ids.get(entry.reply_to) if entry.reply_to is not None else None
        if asked is not None and asked.direction == IN and asked.order < entry.order:
            return since is None or since.order < asked.order or self.view.answers_since(entry, since)
        return self.view.answers_since(entry, since)

    def wake(self, symptom: Symptom, key: str, due: int) -> None:
        """Call `symptom.wake(key)` at `due`; a later call for the same key replaces the earlier."""
        self._set(symptom, _OWN + key, due)

    def _set(self, symptom: Symptom, key: str, due: int) -> None:
        self._timers.set((self.detection.index[symptom.name], key), due)

    def sleep(self, symptom: Symptom, key: str) -> None:
        """Forget the timer of `key`."""
        self._unset(symptom, _OWN + key)

    def _unset(self, symptom: Symptom, key: str) -> None:
        self._timers.set((self.detection.index[symptom.name], key), None)

    def found(self, symptom: Symptom, key: str) -> Finding | None:
        """The finding of `key`, open or ended."""
        return self.findings.get((symptom.name, key))

    def open(
        self, symptom: Symptom, key: str, evidence: Iterable[tuple[Entry, str]], *, confirmed: bool = True,
        early: bool = False, owner: str | None = None, involved: tuple[str, ...] = (), twice_at: int | None = None,
        **facts: Any,
    ) -> Finding:  # fmt: skip
        """Open an alert now, or add evidence to the one that has this key; an ended one opens again."""
        finding = self.findings.get((symptom.name, key))
        if finding is None:
            finding = self.findings[symptom.name, key] = Finding(type(symptom), key, self.at)
            finding.phase = self.view.phase(self.at)
        before = (len(finding.evidence), finding.resolved_at, finding.confirmed, finding.early)
        for entry, role in evidence:
            finding.evidence.setdefault(entry.touchpoint_id, (entry, role))
        finding.confirmed |= confirmed
        finding.early = early
        if before == (len(finding.evidence), None, finding.confirmed, early):
            return finding
        finding.owner = self.detection.owners.get(symptom.name) or owner or finding.owner
        finding.involved = involved or finding.involved
        finding.facts.update(facts)
        finding.resolved_at = finding.resolution = finding.minutes_lost = None
        self._change(symptom, finding)
        if twice_at is not None and twice_at > self.at:
            self._set(symptom, _TWICE + key, twice_at)
        return finding

    def resolve(self, symptom: Symptom, key: str, resolution: str = "ended", minutes_lost: int | None = None) -> None:
        """End the alert of `key` now, if it is open."""
        finding = self.findings.get((symptom.name, key))
        if finding is not None and finding.resolved_at is None:
            self._end(finding, self.at, resolution, minutes_lost)
            self._unset(symptom, _LAPSE + key)
            self._unset(symptom, _TWICE + key)

    # -- the life of a finding

    def _change(self, symptom: Symptom, finding: Finding) -> None:
        finding.updated_at = self.at
        self.changed[symptom.name, finding.key] = finding
        self._judge(finding)
        if not symptom.lapses:
            return
        lapses = finding.last_evidence + LAPSES_AFTER
        self._set(
            symptom, _LAPSE + finding.key, lapses if lapses > finding.opened_at else finding.opened_at + LAPSES_AFTER
        )

    def _end(self, finding: Finding, at: int, resolution: str, minutes_lost: int | None = None) -> None:
        finding.resolved_at = at
        finding.resolution = resolution
        finding.minutes_lost = minutes_lost
        self.changed[finding.symptom.name, finding.key] = finding

    def _lapse(self, finding: Finding) -> None:
        if finding.resolved_at is None:
            self._end(finding, self.at, "lapsed")

    def _twice(self, finding: Finding | None) -> None:
        if finding is not None and finding.resolved_at is None and finding.severity < CRITICAL:
            finding.severity = CRITICAL
            finding.updated_at = self.at
            self.changed[finding.symptom.name, finding.key] = finding

    def _judge(self, finding: Finding) -> None:
        """How bad it is, as of now; it never gets better."""
        if finding.early:
            return
        severity = WARNING
        if len(finding.departments) >= 3 or self._complains_besides(finding) or self._renews_soon(finding):
            severity = CRITICAL
        finding.severity = max(finding.severity, severity)

    def _complains_besides(self, finding: Finding) -> bool:
        return any(
            each.entry.touchpoint_id not in finding.evidence and each.open_at(self.at) for each in self.view.complaints
        )

    def _renews_soon(self, finding: Finding) -> bool:
        return finding.symptom.name != "renewal_only_contact" and self.view.renews_soon(self.at)
