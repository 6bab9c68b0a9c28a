"""Episodes: when so many customers suffer at once from one cause that it is an incident. A fold over their alerts."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from itertools import takewhile
from operator import attrgetter

from .incident import SAMPLE, Parameters
from .membership import Member, Order

_order = attrgetter("order")


class Episode:
    """Alerts that came as one: from `first` on, an incident since `opened_at`, the newest at `last`."""

    __slots__ = ("alerts", "customers", "first", "last", "open", "opened_at", "owners", "sample", "severity")

    def __init__(self, first: Order, opened_at: int) -> None:
        self.first = first
        self.opened_at = opened_at
        self.begin()

    def begin(self) -> None:
        """Count anew."""
        self.open = True  # till it is told to have ended as it is now
        self.last = self.first[0]
        self.customers: set[str] = set()
        self.owners: Counter[str] = Counter()
        self.alerts = 0
        self.severity = 0
        self.sample: list[str] = []

    def add(self, member: Member) -> None:
        """Its next alert."""
        self.open = True
        self.last = member.opened_at
        self.customers.add(member.customer)
        self.owners[member.owner] += 1
        self.alerts += 1
        self.severity = max(self.severity, member.severity)
        if len(self.sample) < SAMPLE:
            self.sample.append(member.alert_id)


class Series:
    """The counting alerts of one group and the same departments, in order, and the episodes they make.

    Nothing that opened at or before `settled` makes or ends an episode any more.
    """

    __slots__ = ("episodes", "members", "parameters", "since")

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.members: list[Member] = []
        self.episodes: list[Episode] = []
        self.since: int | None = None  # from when on it must be folded again

    def add(self, member: Member) -> None:
        """One more alert."""
        insort(self.members, member, key=_order)
        self._changed(member.opened_at)

    def remove(self, member: Member) -> None:
        """One alert less."""
        del self.members[bisect_left(self.members, member.order, key=_order)]
        self._changed(member.opened_at)

    def _changed(self, at: int) -> None:
        self.since = at if self.since is None else min(self.since, at)

    def index(self, at: int) -> int:
        """How many opened before `at`."""
        return bisect_left(self.members, (at, ""), key=_order)

    def fold(self, settled: int) -> bool:
        """Bring the episodes up to date; whether one began or is no more, else they only grew."""
        since, episodes, members = self.since or 0, self.episodes, self.members
        self.since = None
        before = [episode.first for episode in episodes]
        while episodes and episodes[-1].opened_at >= since and episodes[-1].opened_at > settled:
            episodes.pop()
        start = self.index(since)
        if episodes and episodes[-1].last >= since:
            start = self._count_again(episodes[-1])
        for place in range(start, len(members)):
            self._step(place, settled)
        return before != [episode.first for episode in episodes]

    def later(self, at: int) -> list[Episode]:
        """The episodes that hold alerts from `at` on, in order."""
        return list(takewhile(lambda episode: episode.last >= at, reversed(self.episodes)))[::-1]

    def _count_again(self, episode: Episode) -> int:
        """Count what belongs to the last episode; returns where the rest begins."""
        episode.begin()
        place = bisect_left(self.members, episode.first, key=_order)
        while place < len(self.members) and self._goes_on(episode, self.members[place].opened_at):
            episode.add(self.members[place])
            place += 1
        return place

    def _step(self, place: int, settled: int) -> None:
        member, episodes = self.members[place], self.episodes
        if episodes and self._goes_on(episodes[-1], member.opened_at):
            episodes[-1].add(member)
        elif member.opened_at > settled:
            first = self._many(place)
            if first is not None:
                episode = Episode(self.members[first].order, member.opened_at)
                for each in self.members[first : place + 1]:
                    episode.add(each)
                episodes.append(episode)

    def _goes_on(self, episode: Episode, at: int) -> bool:
        """Whether an alert at `at` belongs to it. What has lasted as long as the usual is taken over is the usual."""
        p = self.parameters
        return at - episode.last <= p.ends and at - episode.opened_at <= p.usual

    def _many(self, place: int) -> int | None:
        """Where the alerts begin that, up to this one, are so many that they are an incident, if they are."""
        p, at = self.parameters, self.members[place].opened_at
        begins = self.index(at - p.within)
        first = max(begins, self.index(self.episodes[-1].last + 1)) if self.episodes else begins
        if place + 1 - first < p.customers:
            return None
        usual = (begins - self.index(at - p.within - p.usual)) * p.within / p.usual
        needed = max(p.customers, p.times_usual * usual)
        if place + 1 - first < needed or len({each.customer for each in self.members[first : place + 1]}) < needed:
            return None
        return first

    def load(self, members: list[Member], begun: list[tuple[Order, int]], settled: int) -> None:
        """What was kept: the counting alerts, and the (first, opened_at) of the episodes that are settled."""
        self.members = sorted(members, key=_order)
        for first, opened_at in sorted(begun):
            self.episodes.append(Episode(first, opened_at))
            self._count_again(self.episodes[-1])
        self.since = settled + 1

    def let_go(self, until: int) -> list[Member]:
        """Forget the episodes that were over by `until`, and the alerts before it in no other; returns these alerts."""
        self.episodes = [each for each in self.episodes if each.last + self.parameters.ends > until]
        if self.episodes:
            until = min(until, self.episodes[0].first[0])
        place = self.index(until)
        gone, self.members = self.members[:place], self.members[place:]
        return gone
