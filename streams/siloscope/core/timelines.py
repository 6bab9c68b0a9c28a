"""The customers of a partition: kept, folded when something came or time has come, compared with what was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from . import alert as alerts
from . import handoff as handoffs
from .belonging import belong, claim, members_again
from .bulletin import Bulletin, subjects
from .customer import DUPLICATE, TOO_OLD, Customer, packed, packed_raw, reused, unpacked
from .customer_key import COMPANY
from .detection import Detection
from .membership import Verdict
from .preflight import Harm, harms
from .settling import NOTHING, Settling, disregard, settle
from .state import ALERT, WARNING, Loaded, baseline_record, entry_record, told_record, tombstone
from .telling import NEVER
from .timers import Timers
from .touchpoint import Entry, Rejected

if TYPE_CHECKING:
    import msgspec

    from .present import Present

FOLDS_PER_DRAIN: Final = 200  # customers concerned by a broadcast, or whose time has come, folded at a time


class Timelines:
    """Customers by key. `insert` and `hear` change timelines, `settle` tells what follows from it.

    `hot` customers are kept live, the others packed in `cold`. Without `stateful` no state records are made, without
    `telling` nobody is folded: the timelines are only there to imagine on.
    `about` maps a subject to the customers to whom something was said on it; `due` says who wants to be woken when.
    """

    def __init__(
        self, detection: Detection, bulletin: Bulletin, present: Present, *, hot: int, stateful: bool,
        cold: MutableMapping[str, bytes], telling: bool = True,
    ) -> None:  # fmt: skip
        self.about: dict[str, set[str]] = {}
        self.due: Timers[str] = Timers()
        self._detection = detection
        self._bulletin = bulletin
        self._present = present
        self._hot_limit = hot
        self._stateful = stateful
        self._telling = telling
        self._hot: dict[str, Customer] = {}
        self._cold = cold
        self._woken = 0  # up to where time has come for timers
        self._touched: dict[str, list[Entry]] = {}
        self._rebased: set[str] = set()  # customers to whom something came that was too old for their timelines

    # -- customers

    def knows(self, key: str) -> bool:
        """Whether there is such a customer."""
        return key in self._hot or key in self._cold

    @property
    def size(self) -> tuple[int, int, int]:
        """How many customers are kept live, how many packed (with groups of alerts), and how many timers they have."""
        return len(self._hot), len(self._cold), len(self.due)

    def touched(self, key: str) -> bool:
        """Whether something happened to her since the last `settle`."""
        return key in self._touched

    def customer(self, key: str) -> Customer:
        """The customer, a new one if need be, live."""
        customer = self._hot.get(key)
        if customer is None:
            data = self._cold.pop(key, None)
            if data is None:
                customer = Customer(key, self._detection, self._bulletin)
            else:
                customer = unpacked(key, data, self._detection, self._bulletin)
            self._hot[key] = customer
            if customer.overfull:
                self._trim(key, customer)
        return customer

    def pack(self) -> None:
        """Of too many, those to whom nothing happened for longest become cold, a tenth at a time."""
        if len(self._hot) > self._hot_limit:
            for key in list(self._hot)[: max(1, self._hot_limit // 10)]:
                customer = self._hot.pop(key)
                self._cold[key] = packed(customer)
                customer.fold_again()

    def load(self, key: str, loaded: Loaded, entries: list[msgspec.Raw]) -> None:
        """A customer that was kept, packed at once."""
        if entries or loaded.told or loaded.baseline is not None:
            self._cold[key] = packed_raw(loaded, entries)
        self.due.set(key, loaded.due)

    def judge_anew(self) -> None:
        """Let everybody be looked at, some with each `settle`: the rules are others than when it was told."""
        for key in chain(self._hot, self._cold):
            self.due.set(key, 0)

    # -- what comes

    def insert(self, key: str, entry: Entry) -> Rejected | None:
        """One touchpoint of a customer; returns why it is refused, if it is."""
        customer = self._hot.get(key) or self.customer(key)
        how = customer.insert(entry)
        touched = self._touched.get(key)
        if touched is None:
            touched = self._touched[key] = []
        counts = self._present.counts
        if isinstance(how, Rejected):
            counts["id_reused"] += 1
            return how
        counts[how] += 1
        if how == DUPLICATE:
            return None
        if customer.replaced is not None and key != COMPANY:  # the bulletin has told of it
            counts["id_reused"] += 1
            self._present.changes.refused.append((customer.replaced, reused(customer.replaced)))
        if how == TOO_OLD:
            self._rebased.add(key)
            return None
        touched.append(entry)
        if key != COMPANY:
            for subject in subjects(entry):
                self.about.setdefault(subject, set()).add(key)
        entries = customer.entries
        if len(entries) > self._detection.entries or entries[-1].at - entries[0].at > self._detection.horizon:
            self._trim(key, customer)
        return None

    def hear(self, key: str, said: list[Entry]) -> None:
        """What was said to everybody and concerns this customer."""
        if self.knows(key):
            self.customer(key).hear(said)
            self._touched.setdefault(key, [])

    def imagine(self, key: str, entry: Entry) -> list[Harm]:
        """What a touchpoint would set off if it came now; nobody is changed by it."""
        data = self._cold.get(key) if key not in self._hot else None
        if data is None:
            known = self._hot.get(key) or Customer(key, self._detection, self._bulletin)
        else:
            known = unpacked(key, data, self._detection, self._bulletin)  # and stays at rest: a list asks of many
        return harms(known, entry, self._detection, self._present.now)

    # -- time

    def tick(self) -> None:
        """Time has come up to now."""
        self._woken = self._present.now

    @property
    def busy(self) -> bool:
        """Whether time has come for customers who were not looked at."""
        due = self.due.next_due
        return due is not None and due <= self._woken

    def _wake(self) -> None:
        """The next customers whose time has come are touched, no more than one drain should fold."""
        for _ in range(FOLDS_PER_DRAIN):
            timer = self.due.pop(self._woken)
            if timer is None:
                return
            self._touched.setdefault(timer[1], [])

    # -- what leaves

    def _trim(self, key: str, customer: Customer) -> None:
        """Let the oldest leave, once what the timeline shows with them has been told."""
        if not self._telling:
            customer.let_go()
            customer.departed.clear()
            return
        now = self._present.now
        customer.folded().advance(now)
        self._settle(key, customer)
        customer.let_go()
        fold = customer.folded()
        fold.advance(now)
        out = disregard(customer, fold, self._detection, self._present.cause)
        due = self._schedule(customer)
        if self._stateful:
            self._write(customer, [], out, due)
        self._write_baseline(customer)
        self._present.changes.state.extend(tombstone(key, entry.touchpoint_id) for entry in customer.departed)
        customer.departed.clear()

    # -- what is told

    def settle(self) -> None:
        """Look at all to whom something happened or whose time has come."""
        self._wake()
        for key, entries in self._touched.items():
            customer = self.customer(key)
            self._hot[key] = self._hot.pop(key)  # the last in line to be packed
            if not self._telling:
                continue
            try:
                customer.folded().advance(self._present.now)
                self._settle(key, customer, entries)
            except Exception as error:  # noqa: BLE001 - one customer must not stop the others
                self._give_up(customer, entries, error)
        self._touched = {}

    def _give_up(self, customer: Customer, entries: list[Entry], error: Exception) -> None:
        """A mistake of ours: her touchpoints are kept, and named; she is looked at again with her next one."""
        customer.fold_again()
        self._present.counts["impossible"] += 1
        message = f"what follows from the touchpoint cannot be told ({error!r:.200}): report it"
        refused = ((entry, Rejected("impossible", None, message)) for entry in entries[-1:])
        self._present.changes.refused.extend(refused)
        if self._stateful:
            self._write(customer, entries, NOTHING, None)

    def _settle(self, key: str, customer: Customer, entries: Iterable[Entry] = ()) -> None:
        fold = customer.folded()
        changes = self._present.changes
        out = NOTHING
        if fold.restless or customer.baseline.through[0]:
            out = settle(customer, fold, self._detection, self._present.now, self._present.cause)
        if fold.failures:
            self._present.counts["symptom_failed"] += len(fold.failures)
            changes.refused.extend(fold.failures)
            fold.failures = ()
        if out.alerts:
            belong(customer, self._detection, out)
            self._present.members.extend(out.members)
        due = self._schedule(customer)
        changes.alerts.extend(out.alerts)
        changes.warnings.extend(out.warnings)
        if self._stateful:
            self._write(customer, [entry for entry in entries if entry.touchpoint_id in customer.ids], out, due)

    def claim(self, verdict: Verdict) -> None:
        """What the group of one of its causes says to an alert."""
        key = verdict.customer
        if not self.knows(key):
            return
        customer = self.customer(key)
        out = claim(customer, verdict, self._detection, self._present.cause)
        self._present.members.extend(out.members)
        self._present.changes.alerts.extend(out.alerts)
        if self._stateful and out.told:
            self._write(customer, [], out, self.due.get(key))

    def tell_again(self, key: str, loaded: Loaded, committed: Mapping[str, int]) -> None:
        """What was told of a customer at or after the `committed` offset of its topic, while she is loaded."""
        changes = self._present.changes
        for suffix, told in loaded.told.items():
            self._present.standing.load(suffix, told)
            if told.offset < committed.get(told.topic, 0) or told.status == NEVER:
                continue
            if suffix.startswith(WARNING):
                changes.warnings.append(handoffs.unpacked(told.data))
                continue
            alert = alerts.unpacked(told.data)
            changes.alerts.append(alert)
            self._present.members.extend(members_again(alert, key, told, self._bulletin, self._detection))

    def _schedule(self, customer: Customer) -> int | None:
        due = customer.next_due()
        self.due.set(customer.key, due)
        return due

    # -- what is kept

    def _write(self, customer: Customer, entries: list[Entry], out: Settling, due: int | None) -> None:
        """Only the last record says when she next wants to be woken; whoever reads less wakes her at once."""
        key, state = customer.key, self._present.changes.state
        dues = chain(repeat(self._present.now, len(entries) + len(out.told) + len(out.warned) - 1), (due,))
        for entry in entries:
            about = tuple(subjects(entry)) if key != COMPANY else ()
            state.append(entry_record(key, entry, next(dues), about))
        state.extend(told_record(key, ALERT + each, customer.told[each], next(dues)) for each in out.told)
        state.extend(told_record(key, WARNING + each, customer.warned[each], next(dues)) for each in out.warned)
        state.extend(tombstone(key, each) for each in out.forgotten)
        if out.forgotten or key in self._rebased:
            self._rebased.discard(key)
            self._write_baseline(customer)

    def _write_baseline(self, customer: Customer) -> None:
        customer.baseline.generation = self._present.generation
        self._present.changes.state.append(baseline_record(customer.key, customer.baseline, self.due.get(customer.key)))
