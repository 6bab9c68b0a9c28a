"""Whoever tells, from round to round: what it does for a receiver that takes nothing, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.planning_tools import HOUR, NOW, an_action, an_alert, delivery, read

from siloscope.deliver.figures import Figures
from siloscope.deliver.leader import Leader
from siloscope.deliver.message import Message
from siloscope.deliver.planning import Planner
from siloscope.deliver.sending import Went
from siloscope.staff.tail import Read


class Hands:
    """The topics, the journal and the receiver of a leader: what it is given, and what it did."""

    caught_up = True
    behind = 0

    def __init__(self, *reads: Read) -> None:
        self.now = NOW
        self.reads = list(reads)
        self.sent: list[Message] = []
        self.answers: list[Went] = []
        self.written: list[bytes] = []
        self.leader = self.made()

    def made(self) -> Leader:
        settings = delivery([{"to": ["desk"]}])
        self.planner = Planner(settings)
        me: Any = self
        return Leader(self.planner, me, me, me, Figures(settings.receivers), {}, 24 * HOUR, lambda: self.now)

    def read(self, timeout: float = 0.0) -> list[Read]:
        found, self.reads = self.reads, []
        return found

    def write(self, changes: Any, place: Mapping[Any, int]) -> None:
        self.written.extend(key for key, _ in changes)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def went(self) -> list[Went]:
        found, self.answers = self.answers, []
        return found

    def rounds(self, until: int, step: int = 60_000) -> None:
        while self.now < until:
            self.leader.round(0)
            self.now += step


def test_what_is_under_way_at_the_end_is_journalled_as_sent_and_not_sent_again() -> None:
    hands = Hands(read(NOW, an_alert()))
    hands.rounds(NOW + 20_000, 5_000)
    (message,) = hands.sent
    hands.answers.append(Went(message.id, "desk", "taken"))
    hands.written.clear()
    hands.leader.finish(1.0)
    assert hands.written == [f"n{message.id}".encode()] and not hands.planner.messages


def test_all_that_a_dead_receiver_was_never_asked_about_fails_when_its_time_is_up() -> None:
    hands = Hands(*(read(NOW, an_alert(f"a{each}"), each) for each in range(200)))
    while hands.now < NOW + 26 * HOUR:
        hands.leader.round(0)
        hands.answers = [Went(each.id, "desk", "again", "nobody listens there") for each in hands.sent]
        hands.sent.clear()
        hands.now += 600_000
    states = {each.state for each in hands.planner.book.notices.values()}
    assert states == {"failed"} and hands.leader.waiting == 0


def test_what_follows_on_what_hangs_is_not_looked_at_again_and_again() -> None:
    hands = Hands(*(read(NOW, an_alert(f"a{each}"), each) for each in range(20)))
    hands.rounds(NOW + 20_000, 5_000)
    hands.reads = [read(hands.now, an_action("accept", f"a{each}"), each) for each in range(20)]
    hands.rounds(NOW + 60_000, 5_000)
    assert hands.planner.next_due is None, "all wait for what went before"
    hands.answers = [Went(each.id, "desk", "taken") for each in hands.sent]
    hands.rounds(NOW + 120_000, 5_000)
    assert sorted(each.notices[0].what for each in hands.sent) == ["accepted"] * 20 + ["opening"] * 20
