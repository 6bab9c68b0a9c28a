"""A trial of symptoms on small timelines: the core behind a broker that is a few lists.

Partitions, their logs, their state, crashes and redelivery. What a topic would keep is kept: inputs by offset, state
records in the order they went out, tellings by revision.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from ..core.customer_key import partition_of
from ..core.detection import Detection
from ..core.membership import is_note, unpacked
from ..core.partition import Changes, Partition
from ..core.touchpoint import Rejected, Touchpoint, sound

_TOPICS: Final = ("touchpoints", "siloscope.routed")


class Failed(Exception):
    """A symptom made a mistake; the message says which, and on what touchpoint."""


def decoded(raw: bytes) -> Touchpoint:
    """The sound touchpoint of a JSON record."""
    touchpoint = msgspec.json.decode(raw, type=Touchpoint)
    wrong = sound(touchpoint)
    assert wrong is None, wrong
    return touchpoint


@dataclass
class Log:
    """All that the broker keeps for one partition."""

    inputs: dict[str, list[tuple[str | None, bytes]]] = field(default_factory=lambda: {topic: [] for topic in _TOPICS})
    # Each drain: the inputs taken by then (by topic), and what came out.
    drains: list[tuple[dict[str, int], Changes]] = field(default_factory=list)
    confirmed: int = 0  # drains whose state is known to be kept, because what waited for that has gone out


@dataclass
class Note:
    """What one partition has to say to another when what came of a drain is kept."""

    changes: Changes
    to: int
    key: str
    raw: bytes


class Trial:
    """Touchpoints in the contract's JSON form go in, alerts and warnings as they stand come out.

    With `eager` it drains after each input, else only at ticks, crashes and the end. Raises Failed where a symptom
    made a mistake.
    """

    def __init__(self, detection: Detection, count: int = 1, *, eager: bool = True) -> None:
        self.detection = detection
        self.count = count
        self.eager = eager
        self.logs = [Log() for _ in range(count)]
        self.partitions = [Partition(self.detection, number, count) for number in range(count)]
        self.tellings: list[Any] = []
        self.warned: list[Any] = []
        self.incidents: list[Any] = []
        self.notes: list[Note] = []
        self.rejected: list[Rejected] = []
        self.generation = 0

    # -- in

    def send(self, record: dict[str, Any], partition: int | None = None) -> None:
        """A touchpoint arrives, at the partition of its customer unless another is named."""
        if self.eager:
            self._deliver()
        raw = json.dumps(record).encode()
        if partition is None:
            identifiers = record.get("identifiers") or [{"value": record["touchpoint_id"]}]
            partition = partition_of(identifiers[0]["value"], self.count)
        self._put(partition, "touchpoints", None, raw)

    def _put(self, number: int, topic: str, key: str | None, raw: bytes) -> None:
        log = self.logs[number].inputs[topic]
        log.append((key, raw))
        self._take(number, topic, len(log) - 1)
        if self.eager:
            self.drain(number)

    def _take(self, number: int, topic: str, offset: int) -> None:
        key, raw = self.logs[number].inputs[topic][offset]
        if is_note(raw):
            self.partitions[number].take_note(unpacked(raw), (topic, offset))
            return
        wrong = self.partitions[number].take(decoded(raw), (topic, offset), raw, key)
        if wrong is not None:
            self.rejected.append(wrong)

    def tick(self, now: int) -> None:
        """A clock record for `now` (epoch ms) in every partition, after all that was routed has arrived."""
        self.quiet()
        for partition in self.partitions:
            partition.tick(now)
        self.quiet()

    def quiet(self) -> None:
        """Drain until nothing is under way between partitions."""
        under_way = -1
        while self.notes or under_way != (under_way := self._arrived()):
            self._deliver()
            for number in range(self.count):
                self.drain(number)

    def _arrived(self) -> int:
        return sum(len(log.inputs[topic]) for log in self.logs for topic in _TOPICS)

    def _deliver(self) -> None:
        """What waited for its state to be kept goes out."""
        notes, self.notes = self.notes, []
        for log in self.logs:
            log.confirmed = len(log.drains)
        for note in notes:
            self._put(note.to, "siloscope.routed", note.key, note.raw)

    def drain(self, number: int) -> None:
        """What came of the inputs goes out; what was routed arrives."""
        partition, log = self.partitions[number], self.logs[number]
        while True:
            changes = partition.drain()
            log.drains.append(({topic: len(log.inputs[topic]) for topic in _TOPICS}, changes))
            self._tell(changes)
            if not partition.busy:
                break

    def _tell(self, changes: Changes) -> None:
        self.tellings += changes.alerts
        self.warned += changes.warnings
        self.incidents += changes.incidents
        self.notes += [Note(changes, *note) for note in changes.notes]
        self.rejected += [rejected for _, rejected in changes.refused]
        for rejected in self.rejected:
            if rejected.reason == "symptom_failed":
                raise Failed(rejected.message)
        for other, key, raw in changes.routed:
            self._put(other, "siloscope.routed", key, raw)

    # -- crash

    def crash(self, redeliver: int = 0, lost: int = 0, cut: int | None = None, *, untold: bool = False) -> None:
        """Every worker dies; the last `redeliver` inputs of each topic, and more to a whole drain, come again.

        Of the drains after the committed position the state records of the last `lost` never got out;
        of the first lost one all but `cut` records (None: none got out). State goes out first: what is lost has told
        nothing; with `untold` nothing uncommitted has.
        """
        self.generation += 1
        notes, self.notes = self.notes, []
        out: set[int] = set()
        for number, log in enumerate(self.logs):
            # A chunk is committed when what came of it is out: whole drains of inputs, without what ticks gave.
            committed, safe = dict.fromkeys(_TOPICS, 0), 0
            for drained, (taken, _) in enumerate(log.drains, 1):
                reached = all(taken[topic] <= max(0, len(log.inputs[topic]) - redeliver) for topic in _TOPICS)
                if reached and taken != committed:
                    committed, safe = taken, drained
            kept = max(safe, log.confirmed, len(log.drains) - lost)
            out |= {id(changes) for _, changes in log.drains[:safe]}
            self._forget([changes for _, changes in log.drains[safe if untold else kept :]])
            state = [record for _, changes in log.drains[:kept] for record in changes.state]
            if cut is not None and kept < len(log.drains):
                state += log.drains[kept][1].state[:cut]
            del log.drains[kept + 1 :]
            if kept < len(log.drains):
                _, changes = log.drains[kept]
                log.drains[kept] = (committed, changes._replace(state=changes.state[: cut or 0]))
            log.drains[safe:] = [(committed, changes) for _, changes in log.drains[safe:]]
            partition = Partition(self.detection, number, self.count, generation=self.generation)
            for key, value in state:
                partition.load(key, value)
            partition.loaded(committed)
            self.partitions[number] = partition
            for topic in _TOPICS:
                for offset in range(committed[topic], len(log.inputs[topic])):
                    self._take(number, topic, offset)
            self.drain(number)
        for note in notes:
            if id(note.changes) in out:  # else it is said again by who is loaded
                self._put(note.to, "siloscope.routed", note.key, note.raw)

    def counted(self, what: str) -> int:
        """One of the core's counts, over all partitions."""
        return sum(partition.counts[what] for partition in self.partitions)

    def _forget(self, lost: list[Changes]) -> None:
        """These tellings never reached the broker."""
        gone = {
            id(telling) for changes in lost for telling in [*changes.alerts, *changes.warnings, *changes.incidents]
        }
        self.tellings = [telling for telling in self.tellings if id(telling) not in gone]
        self.warned = [telling for telling in self.warned if id(telling) not in gone]
        self.incidents = [telling for telling in self.incidents if id(telling) not in gone]

    # -- out

    def standing(self, until: int) -> list[Any]:
        """The alerts that stand at `until`: of each id the telling with the highest revision, the latest of equals."""
        self.tick(until)
        return sorted(
            (alert for alert in latest(self.tellings, "alert_id").values() if alert.status != "retracted"),
            key=lambda a: (a.opened_at, a.symptom, a.customer_id, a.account or "", a.key),
        )

    def warnings(self, until: int) -> list[Any]:
        """The handoff warnings that stand at `until`; what a late touchpoint disproved is closed as withdrawn."""
        self.tick(until)
        told = latest(self.warned, "warning_id").values()
        return sorted((w for w in told if w.close_reason != "withdrawn"), key=lambda w: (w.handed_at, w.evidence))

    def standing_incidents(self, until: int) -> list[Any]:
        """The incidents as they stand at `until`: of each id the last telling."""
        self.tick(until)
        told = {incident.incident_id: incident for incident in self.incidents}.values()
        return sorted((i for i in told if i.status != "retracted"), key=lambda i: (i.opened_at, i.incident_id))


def latest(tellings: list[Any], name: str) -> dict[str, Any]:
    """By id, the telling that the store would show."""
    current: dict[str, Any] = {}
    for telling in tellings:
        known = current.get(getattr(telling, name))
        if known is None or telling.revision >= known.revision:
            current[getattr(telling, name)] = telling
    return current


_FIELDS: Final = (
    "symptom", "key", "customer_id", "account", "status", "opened_at", "updated_at", "resolved_at", "resolution",
    "severity", "confidence", "departments", "channels", "case_ref", "product", "topic", "message_ref", "segment",
    "minutes_lost",
)  # fmt: skip


def judged(alert: Any) -> dict[str, Any]:
    """What a scenario may expect of an alert."""
    fields = {name: getattr(alert, name) for name in _FIELDS}
    fields["departments"], fields["channels"] = list(alert.departments), list(alert.channels)
    return fields | {"evidence": [each.touchpoint_id for each in alert.evidence]}


def agreed(alert: Any) -> dict[str, Any]:
    """All that two runs agree on."""
    return msgspec.to_builtins(alert) | {"revision": None, "detected_at": None}  # type: ignore[no-any-return]
