"""A group: all alerts on one symptom with one cause, the incidents they make, and what was told of these."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from .alert import SEVERITIES
from .episodes import Episode, Series
from .incident import SETTLED, Incident, Parameters, incident_id, packed, unpacked
from .membership import Member, Order, Verdict, parts_of
from .settling import Cause as Input
from .touchpoint import DAY


class Seat(msgspec.Struct, array_like=True, gc=False):
    """An alert of a group, the incident it was last told to belong to ("": none), and the input that led to that."""

    member: Member
    incident_id: str = ""
    rank: tuple[int, int] = (0, 0)
    topic: str = ""
    offset: int = 0
    written: int = 0  # the generation of the worker that wrote it

    def verdict(self) -> Verdict:
        """What its alert is told."""
        member = self.member
        return Verdict(member.group, member.customer, member.alert_id, self.incident_id, self.rank)


class ToldIncident(msgspec.Struct, array_like=True, gc=False):
    """What was told of an incident, where its episode begins, and the input that led to the telling."""

    data: bytes
    departments: tuple[str, ...]
    first: Order
    opened_at: int
    retracted: bool
    topic: str
    offset: int
    written: int


class Outcome:
    """What follows: incidents to tell, verdicts for the partitions of their alerts, and what is to be kept.

    `kept` are names of seats (an alert's id) and of tellings (`!` and an incident's) that changed or are gone.
    """

    __slots__ = ("incidents", "kept", "verdicts")

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.verdicts: list[tuple[int, Verdict]] = []
        self.kept: list[str] = []


TELLING = "!"  # before an incident's id; an alert's begins with a year


class Group:
    """One group. `join` takes alerts in any order; `settle` says what follows."""

    __slots__ = (
        "_changed",
        "_newest",
        "_others",
        "_parameters",
        "_swept",
        "cause",
        "key",
        "seats",
        "series",
        "symptom",
        "told",
    )

    def __init__(self, key: str, parameters: Parameters) -> None:
        self.key = key
        self.symptom, self.cause = parts_of(key)
        self._parameters = parameters
        self.seats: dict[str, Seat] = {}
        self.series: dict[tuple[str, ...], Series] = {}
        self.told: dict[str, ToldIncident] = {}
        self._newest = 0
        self._swept = 0
        self._changed: dict[str, None] = {}  # alerts that something is new of
        self._others: set[str] = set()  # alerts of other symptoms, which its incidents silence

    # -- alerts

    def join(self, member: Member) -> bool:
        """An alert, or what is new of one; whether anything may follow."""
        seat = self.seats.get(member.alert_id)
        if seat is None:
            if not member.counts or member.opened_at <= self._newest - SETTLED:
                return False
            self._sit(Seat(member))
        else:
            oldest = min(member.opened_at, seat.member.opened_at)
            if seat.member.rank >= member.rank or oldest <= self._newest - SETTLED:
                return False
            if self._suffers(seat.member):
                self.series[seat.member.departments].remove(seat.member)
            seat.member = member
        self._newest = max(self._newest, member.opened_at)
        self._changed[member.alert_id] = None
        if self._suffers(member):
            self._series_of(member.departments).add(member)
        return True

    def _sit(self, seat: Seat) -> None:
        self.seats[seat.member.alert_id] = seat
        if seat.member.symptom != self.symptom:
            self._others.add(seat.member.alert_id)

    def _suffers(self, member: Member) -> bool:
        """Whether it makes incidents."""
        return member.counts and member.symptom == self.symptom

    def _series_of(self, departments: tuple[str, ...]) -> Series:
        series = self.series.get(departments)
        if series is None:
            series = self.series[departments] = Series(self._parameters)
        return series

    # -- what follows

    def settle(self, now: int, input: Input) -> Outcome:
        """Bring the incidents up to date, as of `now`."""
        out = Outcome()
        self._judge(input, out)
        self._tell(now, input, out)
        self._sweep(out)
        out.kept.extend(self._changed)
        self._changed = {}
        return out

    def _judge(self, input: Input, out: Outcome) -> None:
        """Say to each alert to which incident it belongs, if that is new."""
        folded = False
        for departments, series in self.series.items():
            if series.since is not None:
                folded = True
                for alert_id, incident in self._belongings(departments, series):
                    self._say(self.seats[alert_id], incident, input, out)
        for alert_id in [*self._changed, *(self._others if folded else ())]:
            seat = self.seats[alert_id]
            if not self._suffers(seat.member):
                self._say(seat, self._silenced_by(seat.member), input, out)

    def _belongings(self, departments: tuple[str, ...], series: Series) -> Iterator[tuple[str, str]]:
        """The alerts that may belong to another incident than before, and to which they do."""
        since = series.since or 0
        if series.fold(self._newest - SETTLED):
            since -= self._parameters.within  # an incident begins up to so long before it opens
        episodes = [(each, self._id(departments, each)) for each in series.episodes]
        for member in series.members[series.index(since) :]:
            while len(episodes) > 1 and episodes[1][0].first <= member.order:
                episodes.pop(0)
            belongs = (
                bool(episodes) and episodes[0][0].first <= member.order and member.opened_at <= episodes[0][0].last
            )
            yield member.alert_id, episodes[0][1] if belongs else ""

    def _silenced_by(self, member: Member) -> str:
        """The first incident that is open when `member` opens."""
        if not member.counts:
            return ""
        ends = self._parameters.ends
        standing = (
            (episode.opened_at, self._id(departments, episode))
            for departments, series in self.series.items()
            for episode in series.episodes
            if episode.opened_at <= member.opened_at < episode.last + ends
        )
        return min(standing, default=(0, ""))[1]

    def _say(self, seat: Seat, incident: str, input: Input, out: Outcome) -> None:
        if seat.incident_id != incident:
            seat.incident_id = incident
            seat.rank = (input.generation, seat.rank[1] + 1)
            seat.topic, seat.offset = input.topic, input.offset
            self._changed[seat.member.alert_id] = None
            out.verdicts.append((seat.member.home, seat.verdict()))

    def _id(self, departments: tuple[str, ...], episode: Episode) -> str:
        return incident_id(self.symptom, departments, self.cause, episode.first[1], episode.first[0])

    # -- incidents

    def _tell(self, now: int, input: Input, out: Outcome) -> None:
        standing = set()
        for departments, series in self.series.items():
            for episode in series.episodes:
                incident = self._incident(departments, series, episode, now)
                standing.add(incident.incident_id)
                self._tell_one(incident, episode.first, input, out)
        for name, told in self.told.items():
            if name not in standing and not told.retracted:
                self._tell_one(replace(unpacked(told.data), status="retracted"), told.first, input, out)

    def _incident(self, departments: tuple[str, ...], series: Series, episode: Episode, now: int) -> Incident:
        ends_at = episode.last + self._parameters.ends
        ended = now >= ends_at or series.members[-1].opened_at > ends_at
        return Incident(
            incident_id=self._id(departments, episode),
            status="ended" if ended else "open",
            symptom=self.symptom,
            departments=departments,
            cause=self.cause,
            severity=SEVERITIES[episode.severity],
            opened_at=episode.opened_at,
            updated_at=episode.last,
            ended_at=ends_at if ended else None,
            customers=len(episode.customers),
            alerts=episode.alerts,
            sample=tuple(episode.sample),
            owner_department=min(episode.owners, key=lambda owner: (-episode.owners[owner], owner)),
        )

    def _tell_one(self, incident: Incident, first: Order, input: Input, out: Outcome) -> None:
        data, told = packed(incident), self.told.get(incident.incident_id)
        if told is not None and told.data == data:
            return
        self.told[incident.incident_id] = ToldIncident(
            data, incident.departments, first, incident.opened_at, incident.status == "retracted", *input
        )
        out.incidents.append(incident)
        out.kept.append(TELLING + incident.incident_id)

    # -- what leaves

    def _sweep(self, out: Outcome) -> None:
        """Once a day of its alerts' time, forget what can matter no more."""
        if self._newest - self._swept < DAY:
            return
        self._swept = self._newest
        until = self._newest - self._parameters.kept
        staying = set()
        for departments, series in self.series.items():
            for member in series.let_go(until):
                self._forget(member.alert_id)
            staying |= {self._id(departments, each) for each in series.episodes}
        for seat in list(self.seats.values()):
            if not self._suffers(seat.member) and seat.member.opened_at < until:
                self._forget(seat.member.alert_id)
        for name, told in list(self.told.items()):
            if name not in staying and told.first[0] < until:
                del self.told[name]
                out.kept.append(TELLING + name)

    def _forget(self, alert_id: str) -> None:
        del self.seats[alert_id]
        self._others.discard(alert_id)
        self._changed[alert_id] = None

    def next_due(self, now: int) -> int:
        """When one of its incidents ends, or else the group is over."""
        ends = self._parameters.ends
        open_until = [series.episodes[-1].last + ends for series in self.series.values() if series.episodes]
        return min((at for at in open_until if at > now), default=self.over_at)

    @property
    def over_at(self) -> int:
        """When nothing more can be expected of it."""
        return self._newest + self._parameters.kept

    # -- loading

    def load(self) -> None:
        """All seats and tellings are in: the incidents are found again."""
        self._newest = max((seat.member.opened_at for seat in self.seats.values()), default=0)
        settled = self._newest - SETTLED
        members: dict[tuple[str, ...], list[Member]] = {}
        for seat in list(self.seats.values()):
            self._sit(seat)
            if self._suffers(seat.member):
                members.setdefault(seat.member.departments, []).append(seat.member)
        for departments, each in members.items():
            begun = [
                (told.first, told.opened_at)
                for told in self.told.values()
                if told.departments == departments and not told.retracted and told.opened_at <= settled
            ]
            self._series_of(departments).load(each, begun, settled)
