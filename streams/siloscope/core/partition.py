"""One partition's customers: touchpoints and time in; state, alerts, warnings and routed touchpoints out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, MutableMapping

from .baseline import Baseline
from .broadcasts import Broadcasts
from .bulletin import Bulletin
from .correspondence import Correspondence
from .customer import DUPLICATE
from .customer_key import COMPANY, EVERYBODY, account_key, account_of, partition_of
from .detection import Detection
from .held import CONFIRMED_WITHIN, Held, Waiting
from .membership import Note
from .preflight import Harm, keys_of
from .present import Changes, Present
from .standing import Standing
from .state import Loaded, baseline_record, entry_in, entry_record, rules_record, time_in
from .timelines import FOLDS_PER_DRAIN, Timelines
from .touchpoint import BROADCASTS, Entry, Rejected, Touchpoint, customer_of, entry_of

__all__ = ["EVERYBODY", "FOLDS_PER_DRAIN", "Changes", "Partition", "Position", "partition_of"]

Position = tuple[str, int]


class Partition:
    """The customers of partition `number` of `count`. Nothing here does I/O or reads a clock.

    `ahead` is how far past `now` a touchpoint may lie (wall clock); None is stream time: touchpoints move `now`.
    `hot` customers are kept live, the others packed in `cold`. Without `stateful` no state records are made: a
    replay needs none. Without `telling` nothing is told either, which takes little: it is only there to `imagine`.
    Call `drain` after a chunk of `take`s or after `tick`; the same touchpoints give the same alerts in any order.
    """

    def __init__(
        self, detection: Detection, number: int = 0, count: int = 1, *, ahead: int | None = None, generation: int = 0,
        hot: int = 20_000, stateful: bool = True, cold: MutableMapping[str, bytes] | None = None, telling: bool = True,
    ) -> None:  # fmt: skip
        self._detection = detection
        self._number = number
        self._count = count
        self._ahead = ahead
        self._stateful = stateful
        self._present = Present(generation)
        self._bulletin = Bulletin()
        cold = {} if cold is None else cold
        self._timelines = Timelines(
            detection, self._bulletin, self._present, hot=hot, stateful=stateful, cold=cold, telling=telling
        )
        self._broadcasts = Broadcasts(self._bulletin, self._timelines, self._present)
        self._notes = Correspondence(detection, self._timelines, self._present, number, count, hot=hot, cold=cold)
        self._held = Held()
        self._loading: dict[str, Loaded] = {}
        self._judged_by: str | None = None  # the rules by which everybody was judged

    @property
    def now(self) -> int:
        """The partition's time."""
        return self._present.now

    @property
    def counts(self) -> Counter[str]:
        """What came, by how it came."""
        return self._present.counts

    @property
    def standing(self) -> Standing:
        """What stands open, as it was told."""
        return self._present.standing

    @property
    def size(self) -> tuple[int, int, int]:
        """How many customers are kept live, how many packed, and how many timers they have."""
        return self._timelines.size

    # -- touchpoints

    def take(
        self, touchpoint: Touchpoint, position: Position, raw: bytes = b"", customer: str | None = None
    ) -> Rejected | None:
        """One touchpoint: from the public topic, or with the timeline (`customer`) that it was routed to.

        Returns why it is refused, if it is; `raw` is what is routed on.
        """
        present = self._present
        present.topic, present.offset = position
        if self._ahead is not None and touchpoint.occurred_at > present.now + self._ahead and customer is None:  # type: ignore[operator]
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
                if self._count > 1 and not self._timelines.knows(customer):
                    home = partition_of(customer, self._count)
                    if home != self._number:
                        self._route(home, customer, raw)
                        return None
        present.ticked = False
        entry = entry_of(touchpoint)
        if self._ahead is None and not self._in_time(entry, customer, raw):
            return None
        return self._apply(customer, entry, raw)

    def imagine(self, touchpoint: Touchpoint) -> list[Harm]:
        """What one customer's touchpoint would set off if it came, on her timeline and her account's; nothing is kept.

        Only customers of this partition are known here.
        """
        entry = entry_of(touchpoint)
        return [harm for key in keys_of(touchpoint, entry) for harm in self._timelines.imagine(key, entry)]

    def knows(self, customer: str) -> bool:
        """Whether anything has happened with this customer."""
        return self._timelines.knows(customer)

    def take_note(self, note: Note, position: Position) -> None:
        """What an alert's partition says to the groups of its causes, or a group to an alert."""
        present = self._present
        present.topic, present.offset = position
        present.ticked = False
        self._notes.take(note)

    def _route(self, number: int, key: str, raw: bytes) -> None:
        self._present.changes.routed.append((number, key, raw))
        self._present.counts["routed"] += 1

    def _apply(self, key: str, entry: Entry, raw: bytes) -> Rejected | None:
        if key == EVERYBODY:
            return self._broadcast(entry)
        refused = self._timelines.insert(key, entry)
        if refused is None and entry.account is not None and account_of(key) is None:
            self._copy_for_account(key, entry, raw)
        return refused

    def _copy_for_account(self, key: str, entry: Entry, raw: bytes) -> None:
        """The account's timeline gets what its symptoms want, and each member's first touchpoint.

        A touchpoint that comes again is copied again: after a crash the first copy may not have got out.
        """
        entries = self._timelines.customer(key).entries
        if self._detection.for_account(entry) or not any(
            each.account == entry.account and each.order < entry.order for each in entries
        ):
            account = account_key(entry.account or "")
            home = partition_of(account, self._count)
            if home != self._number:
                self._route(home, account, raw)
            else:
                self._timelines.insert(account, entry)

    def _broadcast(self, entry: Entry) -> Rejected | None:
        """What was said to everybody also lies on a timeline of the company, in one partition; again after a crash."""
        refused = self._broadcasts.take(entry)
        if refused is None and partition_of(COMPANY, self._count) == self._number:
            self._timelines.insert(COMPANY, entry)
        return refused

    # -- time

    def _in_time(self, entry: Entry, customer: str, raw: bytes) -> bool:
        """Stream time: `entry` moves the clock, or waits where it is too far ahead to be believed alone."""
        present = self._present
        if present.now == 0 or entry.at <= present.now + CONFIRMED_WITHIN:
            if entry.at > present.now:
                present.now = entry.at
            return True
        if self._standing(customer, entry.touchpoint_id) is not None:
            return True  # an id that is taken: it will be refused
        if self._held.put(customer, entry):
            self._hold(entry, customer, raw)
        else:
            present.counts[DUPLICATE] += 1
        for at in self._held.believed(customer):
            self._release(at)
        return False

    def _hold(self, entry: Entry, customer: str, raw: bytes) -> None:
        if entry.account is not None and account_of(customer) is None:
            home = partition_of(account_key(entry.account), self._count)
            if home != self._number:
                self._route(home, account_key(entry.account), raw)
        self._present.counts["held"] += 1
        due = self._timelines.due.get(customer)
        if due is None and self._timelines.touched(customer):
            due = self._present.now
        self._present.changes.state.append(entry_record(customer, entry, due, held=True))

    def _standing(self, customer: str, touchpoint_id: str) -> Entry | None:
        """What has the id on this timeline."""
        if customer == EVERYBODY:
            return self._bulletin.get(touchpoint_id)
        timelines = self._timelines
        return timelines.customer(customer).ids.get(touchpoint_id) if timelines.knows(customer) else None

    def _release(self, now: int) -> None:
        """Time has come to `now`: what was held and is near enough is taken in."""
        present = self._present
        present.now = max(present.now, now)
        while (held := self._held.pop(present.now)) is not None:
            present.now = max(present.now, held.at)
            self._apply_held(held)

    def _apply_held(self, held: Waiting) -> None:
        """Its copies to other partitions went out when it came."""
        entry = held.entry
        if held.customer == EVERYBODY:
            self._broadcast(entry)
            return
        self._timelines.insert(held.customer, entry)
        if entry.account is not None and partition_of(account_key(entry.account), self._count) == self._number:
            self._timelines.insert(account_key(entry.account), entry)

    def tick(self, now: int) -> None:
        """Time is at least `now`: a clock record, or the wall clock minus its grace."""
        present = self._present
        present.ticked = True
        if self._ahead is None and now > present.now:  # no touchpoint says so after a restart
            clock = Baseline(through=(now, ""), generation=present.generation)
            present.changes.state.append(baseline_record(EVERYBODY, clock, None))
        present.now = max(present.now, now)
        first = self._held.first
        if first is not None and first <= present.now:
            self._release(present.now)
        self._timelines.tick()
        self._notes.tick(present.now)

    @property
    def busy(self) -> bool:
        """Whether customers concerned by a broadcast or whose time has come, or incidents, wait: drain again."""
        return self._broadcasts.busy or self._timelines.busy or self._notes.busy

    @property
    def next_due(self) -> int | None:
        """When some customer or incident next wants to be woken."""
        dues = (self._timelines.due.next_due, self._notes.next_due)
        return min((due for due in dues if due is not None), default=None)

    @property
    def latest(self) -> int:
        """The newest time seen, what is held included."""
        return max(self._present.now, self._held.last)

    # -- out

    def drain(self) -> Changes:
        """What came of all since the last drain."""
        present = self._present
        self._broadcasts.tell()
        self._timelines.settle()
        self._notes.settle()
        present.ticked = True  # what a further drain tells, the last input may have been committed without
        self._timelines.pack()
        if self._judged_by != self._detection.digest and not self.busy:
            self._judged_by = self._detection.digest
            present.changes.state.append(rules_record(self._judged_by))
        changes = present.taken()
        if not self._stateful:
            changes.state.clear()
        return changes

    # -- loading

    def load(self, key: bytes, value: bytes | None) -> None:
        """One record of the state topic, in the log's order."""
        customer, _, suffix = key.decode().partition("\0")
        if not customer:
            self._notes.load(suffix, value)
            return
        loaded = self._loading.get(customer)
        if loaded is None:
            loaded = self._loading[customer] = Loaded()
        loaded.put(suffix, value)

    def loaded(self, committed: Mapping[str, int]) -> None:
        """All records are in; what was told at or after the `committed` offset of its topic is told again."""
        present = self._present
        for present.topic, offset in committed.items():
            present.offset = offset
        everybody = self._loading.pop(EVERYBODY, None)
        if everybody is not None:
            self._load_everybody(everybody)
        for key, loaded in self._loading.items():
            self._timelines.tell_again(key, loaded, committed)
            self._load_customer(key, loaded)
        self._loading = {}
        self._broadcasts.loaded()
        self._notes.loaded(committed)
        if self._judged_by != self._detection.digest:
            self._timelines.judge_anew()

    def _load_everybody(self, loaded: Loaded) -> None:
        for kept in loaded.kept_whole():
            if kept.held:
                self._held.put(EVERYBODY, kept.entry)
                continue
            self._broadcasts.load(kept.entry, bool(kept.stated))
            self._time_was(kept.entry.at)
        self._judged_by = loaded.rules
        if loaded.baseline is not None:
            self._time_was(loaded.baseline.through[0])

    def _time_was(self, at: int) -> None:
        if self._ahead is None:
            self._present.now = max(self._present.now, at)

    def _load_customer(self, key: str, loaded: Loaded) -> None:
        entries = []
        for kept in loaded.kept():
            if kept.held:
                self._held.put(key, entry_in(kept))
                continue
            entries.append(kept.entry)
            for subject in kept.stated:
                self._timelines.about.setdefault(subject, set()).add(key)
            self._time_was(time_in(kept))
        self._timelines.load(key, loaded, entries)
