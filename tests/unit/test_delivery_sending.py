"""Messages on their way: whose turn it is, and that nobody waits for a receiver that hangs."""

from __future__ import annotations

import asyncio
import itertools
import time

from tests.deliver_tools import one

from siloscope.deliver.line import HANDED_OUT, Line
from siloscope.deliver.message import Message
from siloscope.deliver.senders import Again, Refused
from siloscope.deliver.sending import AT_ONCE, Outgoing, Went


def line(*names: str) -> Line:
    made = Line()
    for name in names:
        made.add(name, 0)
    return made


def test_a_message_is_under_way_once() -> None:
    tried = line("a", "b")
    assert tried.next(0) == ["a", "b"] and tried.next(0) == []
    tried.done("a", taken=True)
    assert tried.next(0) == [] and len(tried) == 1


def test_only_so_many_are_handed_out() -> None:
    tried = line(*map(str, range(HANDED_OUT + 5)))
    assert len(tried.next(0)) == HANDED_OUT and tried.next(0) == []


def test_a_receiver_that_does_not_take_is_asked_less_and_less_with_one_message() -> None:
    tried = line(*map(str, range(30)))
    for name in tried.next(0):
        tried.again(name, 0)
    asked, now = [], 0
    while now < 600_000:
        for name in tried.next(now):
            asked.append(now)
            tried.again(name, now)
        now += 1_000
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert gaps == sorted(gaps) and max(gaps) == 60_000 and len(asked) < 20
    while not (name := tried.next(now)):
        now += 1_000
    tried.done(name[0], taken=True)
    assert len(tried.next(now)) > 5, "it takes again, and all others go"


def test_a_message_that_is_never_taken_does_not_keep_the_others() -> None:
    tried, now, gone = line("poison", "b", "c", "d"), 0, []
    while len(gone) < 3:
        for name in tried.next(now):
            if name == "poison":
                tried.again(name, now)
            else:
                tried.done(name, taken=True)
                gone.append(name)
        now += 1_000
    assert now < 10_000 and len(tried) == 1


def test_what_waits_too_long_for_a_receiver_that_takes_nothing_is_given_up_at_once() -> None:
    tried = line("a", "b")
    tried.add("later", 90)
    assert tried.given_up(50) == [], "nobody was asked yet: it may take them"
    for name in tried.next(0):
        tried.again(name, 0)
    (asked,) = tried.next(50_000)
    assert {asked, *tried.given_up(50)} == {"a", "b"} and len(tried) == 2


def test_a_receiver_that_says_when_is_asked_then() -> None:
    tried = line("a", "b")
    tried.next(0)
    tried.again("a", 0, 120.0)
    tried.again("b", 0)
    assert tried.next(119_000) == [] and tried.next(120_000) == ["a"]


def test_the_oldest_counts_from_when_it_was_decided() -> None:
    tried = line("a")
    tried.add("b", 5_000)
    assert tried.oldest == 0
    tried.done("a", taken=True)
    assert tried.oldest == 5_000


class Saying:
    """A sender that does what it is told."""

    def __init__(self, what: str | BaseException | None = None) -> None:
        self.what = what
        self.at_once = self.most = 0
        self.closed = False

    async def send(self, message: Message) -> str | None:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(3600 if self.what == "hang" else 0.01)
        finally:
            self.at_once -= 1
        if isinstance(self.what, BaseException):
            raise self.what
        return self.what

    async def close(self) -> None:
        self.closed = True


def to(receiver: str, name: str = "m") -> Message:
    message = one()
    return Message(name, "one", receiver, message.notices)


def heard(outgoing: Outgoing, number: int) -> list[Went]:
    found: list[Went] = []
    until = time.monotonic() + 20
    while len(found) < number and time.monotonic() < until:
        found += outgoing.went()
        time.sleep(0.01)
    return sorted(found)


def test_how_it_went_is_said_whatever_a_sender_does() -> None:
    senders = {
        "good": Saying("receipt"), "busy": Saying(Again("busy", 3)), "no": Saying(Refused("never")),
        "broken": Saying(KeyError("oh")),
    }  # fmt: skip
    with Outgoing(senders) as outgoing:
        for name in (*senders, "unknown"):
            outgoing.send(to(name))
        found = {each.receiver: each for each in heard(outgoing, 5)}
    assert found["good"] == Went("m", "good", "taken", receipt="receipt")
    assert found["busy"] == Went("m", "busy", "again", "busy", 3)
    assert found["no"] == Went("m", "no", "refused", "never")
    assert found["broken"] == Went("m", "broken", "again", "KeyError")
    assert found["unknown"].outcome == "refused"
    assert all(each.closed for each in senders.values())


def test_nobody_waits_for_a_receiver_that_hangs_and_it_gets_only_so_many_at_once() -> None:
    hangs, good = Saying("hang"), Saying()
    with Outgoing({"hangs": hangs, "good": good}) as outgoing:
        for number in range(50):
            outgoing.send(to("hangs", str(number)))
            outgoing.send(to("good", str(number)))
        assert [each.receiver for each in heard(outgoing, 50)] == ["good"] * 50
        assert hangs.most == AT_ONCE >= good.most
        outgoing.drop()
        assert hangs.at_once == 0 and outgoing.went() == []
