"""One partition's customers: touchpoints and time in; state, alerts, warnings and routed touchpoints out."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping
from heapq import heapify, heappop, heappush
from itertools import chain, islice, repeat, takewhile
from typing import Final, NamedTuple

from . import alert as alerts
from . import handoff as handoffs
from .alert import Alert
from .baseline import Baseline
from .bulletin import Bulletin, subjects
from .customer import DUPLICATE, IN_ORDER, TOO_OLD, Customer, packed, packed_raw, reused, unpacked
from .customer_key import COMPANY, EVERYBODY, account_key, account_of, partition_of
from .detection import Detection
from .handoff import Warning
from .settling import NOTHING, Cause, Settling, disregard, settle
from .state import (
    ALERT,
    WARNING,
    Loaded,
    Record,
    baseline_record,
    broadcast_record,
    entry_in,
    entry_record,
    time_in,
    told_record,
    tombstone,
)
from .telling import NEVER
from .touchpoint import BROADCASTS, DAY, Entry, Rejected, Touchpoint, customer_of, entry_of

CONFIRMED_WITHIN: Final = 30 * DAY  # in stream time, further ahead needs another customer's word
FOLDS_PER_DRAIN: Final = 200  # customers concerned by a broadcast, or whose time has come, folded at a time
Position = tuple[str, int]
Routed = tuple[int, str, bytes]


class Changes(NamedTuple):
    """What came of a chunk or tick; `refused` are entries that lost their id, or failed a symptom."""

    state: list[Record]
    alerts: list[Alert]
    warnings: list[Warning]
    routed: list[Routed]
    refused: list[tuple[Entry, Rejected]]


class _Held(NamedTuple):
    at: int
    customer: str
    entry: Entry

    def age(self) -> tuple[int, str]:
        return self.entry.age


class Partition:
    """The customers of partition `number` of `count`. Nothing here does I/O or reads a clock.

    `ahead` is how far past `now` a touchpoint may lie (wall clock); None is stream time: touchpoints move `now`.
    `hot` customers are kept live, the others packed in `cold`. Without `stateful` no state records are made: a
    replay needs none.
    Call `drain` after a chunk of `take`s or after `tick`; the same touchpoints give the same alerts in any order.
    """

    def __init__(
        self, detection: Detection, number: int = 0, count: int = 1, *, ahead: int | None = None, generation: int = 0,
        hot: int = 20_000, stateful: bool = True, cold: MutableMapping[str, bytes] | None = None,
    ) -> None:  # fmt: skip
        self.now = 0
        self.counts: Counter[str] = Counter()
        self._detection = detection
        self._number = number
        self._count = count
        self._ahead = ahead
        self._generation = generation
        self._hot_limit = hot
        self._stateful = stateful
        self._hot: dict[str, Customer] = {}
        self._cold: MutableMapping[str, bytes] = {} if cold is None else cold
        self._loading: dict[str, Loaded] = {}
        self._bulletin = Bulletin()
        self._stated: dict[str, set[str]] = {}  # subject -> customers whom it concerns
        self._untold: dict[str, Entry] = {}  # broadcasts whose customers have not all been folded
        self._concerned: dict[str, list[Entry]] = {}  # customers to fold -> the broadcasts they have not seen
        self._held: list[_Held] = []
        self._due: dict[str, int] = {}
        self._timers: list[tuple[int, str]] = []
        self._woken = 0  # up to where time has come for timers
        self._touched: dict[str, list[Entry]] = {}
        self._rebased: set[str] = set()  # customers to whom something came that was too old for their timelines
        self._topic = ""  # the last input, by which what is told is told again after a crash
        self._offset = 0
        self._ticked = False
        self._changes = Changes([], [], [], [], [])

    # -- touchpoints

    def take(
        self, touchpoint: Touchpoint, position: Position, raw: bytes = b"", customer: str | None = None
    ) -> Rejected | None:
        """One touchpoint: from the public topic, or with the timeline (`customer`) that it was routed to.

        Returns why it is refused, if it is; `raw` is what is routed on.
        """
        self._topic, self._offset = position
        if self._ahead is not None and touchpoint.occurred_at > self.now + self._ahead and customer is None:  # type: ignore[operator]
            return Rejected(
                "from_the_future", "occurred_at",
                f"occurred_at {touchpoint.occurred_at} is ahead of the clock: check the source's clock and time zone",
            )  # fmt: skip
        if customer is None:
            if touchpoint.activity in BROADCASTS:
                for number in range(self._count):
                    if number != self._number:
                        self._route(number, EVERYBODY, raw)
                customer = EVERYBODY
            else:
                customer = customer_of(touchpoint)
                if self._count > 1 and not self._knows(customer):
                    home = partition_of(customer, self._count)
                    if home != self._number:
                        self._route(home, customer, raw)
                        return None
        self._ticked = False
        entry = entry_of(touchpoint)
        if self._ahead is None and not self._in_time(entry, customer, raw):
            return None
        return self._apply(customer, entry, raw)

    def _route(self, number: int, key: str, raw: bytes) -> None:
        self._changes.routed.append((number, key, raw))
        self.counts["routed"] += 1

    def _knows(self, customer: str) -> bool:
        return customer in self._hot or customer in self._cold

    def _apply(self, key: str, entry: Entry, raw: bytes) -> Rejected | None:
        if key == EVERYBODY:
            return self._broadcast(entry)
        refused = self._insert(key, entry)
        if refused is None and entry.account is not None and account_of(key) is None:
            self._copy_for_account(key, entry, raw)
        return refused

    def _insert(self, key: str, entry: Entry) -> Rejected | None:
        customer = self._hot.get(key) or self._customer(key)
        how = customer.insert(entry)
        touched = self._touched.get(key)
        if touched is None:
            touched = self._touched[key] = []
        if isinstance(how, Rejected):
            self.counts["id_reused"] += 1
            return how
        self.counts[how] += 1
        if how == DUPLICATE:
            return None
        if customer.replaced is not None and key != COMPANY:  # the bulletin has told of it
            self.counts["id_reused"] += 1
            self._changes.refused.append((customer.replaced, reused(customer.replaced)))
        if how == TOO_OLD:
            self._rebased.add(key)
            return None
        touched.append(entry)
        if key != COMPANY:
            for subject in subjects(entry):
                self._stated.setdefault(subject, set()).add(key)
        entries = customer.entries
        if len(entries) > self._detection.entries or entries[-1].at - entries[0].at > self._detection.horizon:
            self._trim(key, customer)
        return None

    def _copy_for_account(self, key: str, entry: Entry, raw: bytes) -> None:
        """The account's timeline gets what its symptoms want, and each member's first touchpoint.

        A touchpoint that comes again is copied again: after a crash the first copy may not have got out.
        """
        entries = self._customer(key).entries
        if self._detection.for_account(entry) or not any(
            each.account == entry.account and each.order < entry.order for each in entries
        ):
            account = account_key(entry.account or "")
            home = partition_of(account, self._count)
            if home != self._number:
                self._route(home, account, raw)
            else:
                self._insert(account, entry)

    # -- what leaves

    def _trim(self, key: str, customer: Customer) -> None:
        """Let the oldest leave, once what the timeline shows with them has been told."""
        customer.folded().advance(self.now)
        self._settle(key, customer)
        customer.let_go()
        fold = customer.folded()
        fold.advance(self.now)
        out = disregard(customer, fold, self._detection, self._cause)
        due = self._schedule(key, customer.next_due())
        if self._stateful:
            self._write(customer, [], out, due)
        self._write_baseline(customer)
        self._changes.state.extend(tombstone(key, entry.touchpoint_id) for entry in customer.departed)
        customer.departed.clear()

    @property
    def _cause(self) -> Cause:
        return Cause(self._topic, self._offset + self._ticked, self._generation)

    def _write_baseline(self, customer: Customer) -> None:
        customer.baseline.generation = self._generation
        self._changes.state.append(baseline_record(customer.key, customer.baseline, self._due.get(customer.key)))

    # -- broadcasts

    def _broadcast(self, entry: Entry) -> Rejected | None:
        standing = self._bulletin.get(entry.touchpoint_id)
        if standing is not None:
            if standing.content == entry.content:
                self.counts[DUPLICATE] += 1
                self._judge_company(entry)
                return None
            if (standing.at, standing.content) < (entry.at, entry.content):
                self.counts["id_reused"] += 1
                return reused(entry)
            self._changes.refused.append((standing, reused(standing)))
            self._concern(standing)
        self.counts[IN_ORDER] += 1
        for gone in self._bulletin.add(entry):
            self._changes.state.append(tombstone(EVERYBODY, gone.touchpoint_id))
        self._concern(entry)
        self._untold[entry.touchpoint_id] = entry
        self._changes.state.append(broadcast_record(entry, untold=True))
        self._judge_company(entry)
        return None

    def _judge_company(self, entry: Entry) -> None:
        """What the company said to everybody lies on a timeline of its own, in one partition; again after a crash."""
        if partition_of(COMPANY, self._count) == self._number:
            self._insert(COMPANY, entry)

    def _concern(self, entry: Entry) -> None:
        for subject in subjects(entry):
            for key in self._stated.get(subject, ()):
                self._concerned.setdefault(key, []).append(entry)

    def _fold_concerned(self) -> None:
        for key in list(islice(self._concerned, FOLDS_PER_DRAIN)):
            said = self._concerned.pop(key)
            if self._knows(key):
                self._customer(key).hear(said)
                self._touched.setdefault(key, [])
        if not self._concerned and self._untold:
            self._changes.state.extend(broadcast_record(entry, untold=False) for entry in self._untold.values())
            self._untold.clear()

    @property
    def busy(self) -> bool:
        """Whether customers concerned by a broadcast, or whose time has come, are still to be folded: drain again."""
        return bool(self._concerned or (self._timers and self._timers[0][0] <= self._woken))

    # -- time

    def _in_time(self, entry: Entry, customer: str, raw: bytes) -> bool:
        """Stream time: `entry` moves the clock, or waits where it is too far ahead to be believed alone."""
        if self.now == 0 or entry.at <= self.now + CONFIRMED_WITHIN:
            self.now = max(self.now, entry.at)
            return True
        if self._standing(customer, entry.touchpoint_id) is not None:
            return True  # an id that is taken: it will be refused
        place = bisect_left(self._held, entry.age, key=_Held.age)
        if _Held(entry.at, customer, entry) in takewhile(lambda held: held.at == entry.at, self._held[place:]):
            self.counts[DUPLICATE] += 1
            self._confirm(customer)
            return False
        if entry.account is not None and account_of(customer) is None:
            home = partition_of(account_key(entry.account), self._count)
            if home != self._number:
                self._route(home, account_key(entry.account), raw)
        self._held.insert(place, _Held(entry.at, customer, entry))
        self.counts["held"] += 1
        due = self._due.get(customer, self.now if customer in self._touched else None)
        self._changes.state.append(entry_record(customer, entry, due, held=True))
        self._confirm(customer)
        return False

    def _standing(self, customer: str, touchpoint_id: str) -> Entry | None:
        """What has the id on this timeline."""
        if customer == EVERYBODY:
            return self._bulletin.get(touchpoint_id)
        return self._customer(customer).ids.get(touchpoint_id) if self._knows(customer) else None

    def _confirm(self, customer: str) -> None:
        """Believe what is held for two customers; all that stays held is one's."""
        if self._held[0].customer == customer == self._held[-1].customer:
            return
        while self._held and any(each.customer != self._held[0].customer for each in self._held):
            self._release(self._held[0].at)

    def _release(self, now: int) -> None:
        """Time has come to `now`: what was held and is near enough is taken in."""
        self.now = max(self.now, now)
        while self._held and self._held[0].at <= self.now + CONFIRMED_WITHIN:
            held = self._held.pop(0)
            self.now = max(self.now, held.at)
            self._apply_held(held)

    def _apply_held(self, held: _Held) -> None:
        """Its copies to other partitions went out when it came."""
        entry = held.entry
        if held.customer == EVERYBODY:
            self._broadcast(entry)
            return
        self._insert(held.customer, entry)
        if entry.account is not None and partition_of(account_key(entry.account), self._count) == self._number:
            self._insert(account_key(entry.account), entry)

    def tick(self, now: int) -> None:
        """Time is at least `now`: a clock record, or the wall clock minus its grace."""
        self._ticked = True
        if self._ahead is None and now > self.now:  # no touchpoint says so after a restart
            clock = Baseline(through=(now, ""), generation=self._generation)
            self._changes.state.append(baseline_record(EVERYBODY, clock, None))
        self.now = max(self.now, now)
        if self._held and self._held[0].at <= self.now:
            self._release(self.now)
        self._woken = self.now

    def _wake(self) -> None:
        """The next customers whose time has come are touched, no more than one drain should fold."""
        timers, left = self._timers, FOLDS_PER_DRAIN
        while left and timers and timers[0][0] <= self._woken:
            due, key = heappop(timers)
            if self._due.get(key) == due:
                del self._due[key]
                self._touched.setdefault(key, [])
                left -= 1

    @property
    def next_due(self) -> int | None:
        """When some customer next wants to be woken."""
        timers = self._timers
        while timers and self._due.get(timers[0][1]) != timers[0][0]:
            heappop(timers)
        return timers[0][0] if timers else None

    @property
    def latest(self) -> int:
        """The newest time seen, what is held included."""
        return max(self.now, self._held[-1].at if self._held else 0)

    # -- out

    def drain(self) -> Changes:
        """What came of all since the last drain."""
        if self._concerned or self._untold:
            self._fold_concerned()
        self._wake()
        for key, entries in self._touched.items():
            customer = self._customer(key)
            try:
                customer.folded().advance(self.now)
                self._settle(key, customer, entries)
            except Exception as error:  # noqa: BLE001 - one customer must not stop the others
                self._give_up(customer, entries, error)
        self._touched = {}
        self._ticked = True  # what a further drain tells, the last input may have been committed without
        if len(self._hot) > self._hot_limit:
            self._pack()
        changes = self._changes
        if not self._stateful:
            changes.state.clear()
        self._changes = Changes([], [], [], [], [])
        return changes

    def _give_up(self, customer: Customer, entries: list[Entry], error: Exception) -> None:
        """A mistake of ours: her touchpoints are kept, and named; she is looked at again with her next one."""
        customer.fold = None
        self.counts["impossible"] += 1
        message = f"what follows from the touchpoint cannot be told ({error!r:.200}): report it"
        self._changes.refused.extend((entry, Rejected("impossible", None, message)) for entry in entries[-1:])
        if self._stateful:
            self._write(customer, entries, NOTHING, None)

    def _settle(self, key: str, customer: Customer, entries: Iterable[Entry] = ()) -> None:
        fold = customer.folded()
        out = NOTHING
        if fold.restless or customer.baseline.through[0]:
            out = settle(customer, fold, self._detection, self.now, self._cause)
        if fold.failures:
            self.counts["symptom_failed"] += len(fold.failures)
            self._changes.refused.extend(fold.failures)
            fold.failures = []
        due = self._schedule(key, customer.next_due())
        self._changes.alerts.extend(out.alerts)
        self._changes.warnings.extend(out.warnings)
        if self._stateful:
            self._write(customer, [entry for entry in entries if entry.touchpoint_id in customer.ids], out, due)

    def _write(self, customer: Customer, entries: list[Entry], out: Settling, due: int | None) -> None:
        """Only the last record says when she next wants to be woken; whoever reads less wakes her at once."""
        key, state = customer.key, self._changes.state
        dues = chain(repeat(self.now, len(entries) + len(out.told) + len(out.warned) - 1), (due,))
        for entry in entries:
            about = tuple(subjects(entry)) if key != COMPANY else ()
            state.append(entry_record(key, entry, next(dues), about))
        state.extend(told_record(key, ALERT + each, customer.told[each], next(dues)) for each in out.told)
        state.extend(told_record(key, WARNING + each, customer.warned[each], next(dues)) for each in out.warned)
        state.extend(tombstone(key, each) for each in out.forgotten)
        if out.forgotten or key in self._rebased:
            self._rebased.discard(key)
            self._write_baseline(customer)

    def _schedule(self, key: str, due: int | None) -> int | None:
        if due is None:
            self._due.pop(key, None)
        elif self._due.get(key) != due:
            self._due[key] = due
            heappush(self._timers, (due, key))
            if len(self._timers) > 2 * len(self._due) + 1_000:  # most have been replaced: leave them out
                self._timers[:] = [(each, name) for name, each in self._due.items()]
                heapify(self._timers)
        return due

    # -- rest and load

    def _customer(self, key: str) -> Customer:
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

    def _pack(self) -> None:
        """The customers that came first become cold, a tenth at a time."""
        for key in list(self._hot)[: max(1, self._hot_limit // 10)]:
            self._cold[key] = packed(self._hot.pop(key))

    def load(self, key: bytes, value: bytes | None) -> None:
        """One record of the state topic, in the log's order."""
        customer, _, suffix = key.decode().partition("\0")
        loaded = self._loading.get(customer)
        if loaded is None:
            loaded = self._loading[customer] = Loaded()
        loaded.put(suffix, value)

    def loaded(self, committed: Mapping[str, int]) -> None:
        """All records are in; what was told at or after the `committed` offset of its topic is told again."""
        for self._topic, offset in committed.items():
            self._offset = offset
        everybody = self._loading.pop(EVERYBODY, None)
        for kept in everybody.kept_whole() if everybody is not None else ():
            if kept.held:
                self._held.append(_Held(kept.entry.at, EVERYBODY, kept.entry))
                continue
            self._bulletin.add(kept.entry)
            if self._ahead is None:
                self.now = max(self.now, kept.entry.at)
            if kept.stated:
                self._untold[kept.entry.touchpoint_id] = kept.entry
        if everybody is not None and everybody.baseline is not None and self._ahead is None:
            self.now = max(self.now, everybody.baseline.through[0])
        for key, loaded in self._loading.items():
            self._take_in(key, loaded, committed)
        self._loading = {}
        self._held.sort(key=_Held.age)
        for entry in self._untold.values():
            self._concern(entry)

    def _take_in(self, key: str, loaded: Loaded, committed: Mapping[str, int]) -> None:
        """One loaded customer, packed."""
        for suffix, told in loaded.told.items():
            if told.offset >= committed.get(told.topic, 0) and told.status != NEVER:
                if suffix.startswith(ALERT):
                    self._changes.alerts.append(alerts.unpacked(told.data))
                else:
                    self._changes.warnings.append(handoffs.unpacked(told.data))
        entries = []
        for kept in loaded.kept():
            if kept.held:
                entry = entry_in(kept)
                self._held.append(_Held(entry.at, key, entry))
                continue
            entries.append(kept.entry)
            for subject in kept.stated:
                self._stated.setdefault(subject, set()).add(key)
            if self._ahead is None:
                self.now = max(self.now, time_in(kept))
        if entries or loaded.told or loaded.baseline is not None:
            self._cold[key] = packed_raw(loaded, entries)
        self._schedule(key, loaded.due)
