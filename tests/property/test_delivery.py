"""Deliveries: what is planned follows from what was told alone; whatever dies when, all is told, and once by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.planning_tools import DAY, NOW, a_warning, an_action, an_alert, an_incident, delivery, read, topic_of

from siloscope.core.followup import said_of
from siloscope.deliver.figures import Figures
from siloscope.deliver.leader import Leader
from siloscope.deliver.planning import Planner
from siloscope.deliver.sending import Went
from siloscope.staff.tail import Read

ROUTES = [
    {"to": ["desk"], "departments": ["sales", "support"], "escalate": [{"after_minutes": 1, "to": ["lead"]}]},
    {"to": ["lead"], "severity": "critical"},
    {"to": ["quality"], "digest": ["09:05"], "suspected": True},
    {"to": ["legal"], "departments": ["legal"], "tell": ["opening", "pending", "ended"]},
]
RECEIVERS = {name: {"kind": "file", "path": "/nowhere"} for name in ("desk", "lead", "quality", "legal")}
RECEIVERS["desk"]["per_hour"] = 3  # type: ignore[assignment]
SETTINGS = delivery(ROUTES, receivers=RECEIVERS, newest_hours=False)

ALERT = st.sampled_from(
    [
        {}, {"severity": "critical"}, {"severity": "info"}, {"status": "resolved"}, {"status": "retracted"},
        {"confidence": "suspected"}, {"incident_id": "i1"}, {"owner_department": "legal"}, {"mode": "shadow"},
        {"part_of": "a0"},
    ]
)  # fmt: skip
WARNING = st.sampled_from(["pending", "overdue", "accepted", "closed"])
INCIDENT = st.sampled_from([{}, {"severity": "critical"}, {"status": "ended"}, {"status": "retracted"}])


@st.composite
def logs(draw: st.DrawFn) -> list[list[Any]]:
    """The records of each partition, in order; what staff do lies in one of its own."""
    alerts: list[Any] = []
    for name in ("a0", "a1"):
        for revision, other in enumerate(draw(st.lists(ALERT, max_size=4))):
            alerts.append(an_alert(name, revision=revision, **other))
    if alerts and draw(st.booleans()):
        last = alerts[-1].alert_id
        alerts.append(an_alert("a2", supersedes=last))
        alerts.append(an_alert(last, revision=99, status="retracted", superseded_by="a2"))
        alerts.append(an_alert("a2", revision=2, supersedes=last, **draw(ALERT)))
    warnings = [
        a_warning(status=each, revision=number) for number, each in enumerate(draw(st.lists(WARNING, max_size=4)))
    ]
    states = draw(st.lists(INCIDENT, max_size=3))
    incidents = [an_incident(updated_at=NOW + number, **each) for number, each in enumerate(states)]
    doing = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["accept", "snooze", "hand_on", "resolve", "note"]),
                st.sampled_from(["a0", "a1", "a2", "w1"]),
            ),
            max_size=4,
        )
    )
    values = {"hand_on": "legal", "snooze": said_of(NOW + 90_000)}
    actions = [an_action(kind, subject, values.get(kind), f"{number}") for number, (kind, subject) in enumerate(doing)]
    return [each for each in (alerts, warnings, incidents, actions) if each]


def merged(draw: st.DataObject, partitions: list[list[Any]]) -> Iterator[Read]:
    """The partitions in any interleaving; now and then one is read again from an earlier place."""
    at = [0] * len(partitions)
    again = draw.draw(st.integers(0, 3))
    while any(place < len(some) for place, some in zip(at, partitions, strict=True)):
        number = draw.draw(st.sampled_from([each for each, some in enumerate(partitions) if at[each] < len(some)]))
        yield read(NOW + at[number], partitions[number][at[number]], at[number])
        at[number] += 1
        if again and draw.draw(st.booleans()):
            again -= 1
            at[number] = draw.draw(st.integers(0, at[number]))


def planned(reads: Iterator[Read]) -> set[str]:
    planner = Planner(SETTINGS)
    for each in reads:
        planner.take(each.record, each.offset, each.timestamp)
    return set(planner.book.notices)


@given(logs(), st.data())
def test_whatever_the_order_of_topics_and_the_repetitions_the_same_is_planned(log: list[list[Any]], data: Any) -> None:
    straight = planned(read(NOW + place, record, place) for some in log for place, record in enumerate(some))
    assert planned(merged(data, log)) == straight


class Died(Exception):
    """The process was killed here."""


class Log:
    """The topics, read from a place; a record is there from its time on."""

    caught_up = True
    behind = 0

    def __init__(self, reads: list[Read], place: Mapping[tuple[str, int], int], world: World) -> None:
        self._reads = [each for each in reads if each.offset >= place.get((each.topic, 0), 0)]
        self._world = world

    def read(self, timeout: float = 0.0) -> list[Read]:
        found = [each for each in self._reads if each.timestamp <= self._world.now]
        self._reads = [each for each in self._reads if each.timestamp > self._world.now]
        return found


class World:
    """What outlives the process: the journal, and what receivers got; and the moments at which the process dies."""

    def __init__(self, deaths: list[int], moods: list[str]) -> None:
        self.now = NOW
        self.kept: dict[bytes, bytes] = {}
        self.place: dict[tuple[str, int], int] = {}
        self.got: dict[str, list[str]] = defaultdict(list)  # ids of notices by receiver, as they came
        self.messages: dict[str, tuple[str, ...]] = {}
        self._deaths = [*deaths]
        self._moods = [*moods]
        self._steps = 0
        self._went: list[Went] = []

    def step(self) -> None:
        self._steps += 1
        if self._deaths and self._steps >= self._deaths[0]:
            self._deaths.pop(0)
            raise Died

    def write(self, changes: list[tuple[bytes, bytes | None]], place: Mapping[tuple[str, int], int]) -> None:
        self.step()
        for key, value in changes:
            if value is None:
                del self.kept[key]
            else:
                self.kept[key] = value
        self.place = dict(place)
        self.step()

    def send(self, message: Any) -> None:
        self.step()
        mood = self._moods.pop(0) if self._moods else "taken"
        if mood == "again":
            self._went.append(Went(message.id, message.receiver, "again", "busy"))
            return
        ids = tuple(each.id for each in message.notices)
        assert self.messages.setdefault(message.id, ids) == ids
        if message.id not in self.got[message.receiver]:
            self.got[message.receiver].append(message.id)
        self.step()
        self._went.append(Went(message.id, message.receiver, "taken"))

    def went(self) -> list[Went]:
        found, self._went = self._went, []
        return found

    def live(self, reads: list[Read], until: int) -> None:
        """Run processes, one after the other, until that time."""
        while self.now < until:
            self._went = []
            planner = Planner(SETTINGS)
            for key, value in self.kept.items():
                planner.book.load(key, value)
            planner.loaded()
            log: Any = Log(reads, self.place, self)
            outgoing: Any = self
            leader = Leader(planner, log, self, outgoing, FIGURES, self.place, DAY, lambda: self.now)
            try:
                while self.now < until:
                    leader.round(0)
                    self.now += 5_000 if self.now < NOW + 400_000 else 60_000
            except Died:
                self.now += 7_000
        self.planner = planner


FIGURES = Figures(RECEIVERS)


@given(
    logs(),
    st.lists(st.integers(1, 60), max_size=12).map(sorted),
    st.lists(st.sampled_from(["taken", "taken", "again"]), max_size=20),
    st.data(),
)
def test_wherever_it_dies_all_is_told_once_by_id_and_ends_where_it_was_told(
    log: list[list[Any]], deaths: list[int], moods: list[str], data: Any
) -> None:
    offsets: dict[str, int] = defaultdict(int)
    reads: list[Read] = []
    for some in log:
        at = NOW
        for record in some:
            at += data.draw(st.integers(0, 30_000))
            reads.append(read(at, record, offsets[topic_of(record)]))
            offsets[topic_of(record)] += 1
    world = World(deaths, moods)
    world.live(reads, NOW + 8_000_000)
    book = world.planner.book
    assert {each.state for each in book.notices.values()} <= {"sent", "dropped"}
    told = {(name, notice) for name, some in world.got.items() for each in some for notice in world.messages[each]}
    assert told == {(each.receiver, each.id) for each in book.notices.values() if each.state == "sent"}
    for notice in book.notices.values():
        subject = book.subjects[notice.root]
        began = [each for each in book.of(notice.root, notice.receiver) if each.begins and each.state == "sent"]
        knows = book.standing(notice.root, notice.receiver, subject.turn)
        if notice.state == "sent" and not notice.begins:
            assert began, "it was told of the end of something of which it never heard"
        current = notice.what == subject.what and notice.turn == subject.turn
        # That somebody took a handoff on by hand was told, once; by events it may have been accepted and begun anew.
        by_hand = subject.warning is not None and any(action.kind == "accept" for _, action in subject.done)
        if not notice.begins and current and notice.what != "worse" and not by_hand:
            assert (notice.state == "sent") == (knows is not None), "who knew of it was not told how it ended"
        if notice.begins and current and notice.state == "dropped":
            assert notice.reason not in ("over", "not_told", "open_again"), "it stands, and it was not told"
            if notice.reason == "handed_on":
                assert notice.department != subject.owner, "it is theirs, and it was not told"
            assert notice.reason != "told_already" or knows or by_hand, "it stands again, and it was not told"


def test_the_journal_gives_back_what_was_written() -> None:
    planner, again = Planner(SETTINGS), Planner(SETTINGS)
    for number, record in enumerate((an_alert(), an_action("hand_on", value="legal"), a_warning(), an_incident())):
        planner.take(record, number, NOW)
    planner.decide(NOW + 10_000)
    for key, value in planner.book.changes():
        again.book.load(key, value)
    again.loaded()
    assert again.book.notices == planner.book.notices and again.book.subjects == planner.book.subjects
    assert again.messages == planner.messages and not list(planner.book.changes())
