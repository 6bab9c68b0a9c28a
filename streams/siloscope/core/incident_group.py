"""A group: all alerts on one symptom with one cause, the incidents they make, and what was told of these."""

from __future__ import annotations

import zlib
from typing import Final

import msgspec
from msgspec.structs import replace

from .alert import SEVERITIES
from .episodes import Episode, Series
from .incident import Incident, Parameters, incident_id, packed, unpacked
from .incident_records import TELLING, Seat, ToldIncident
from .membership import Member, Order, Verdict, parts_of
from .settling import Cause as Input
from .touchpoint import DAY


class Outcome:
    """What follows: incidents to tell, verdicts for the partitions of their alerts, and what is to be kept.

    `kept` are names of seats (an alert's id) and of tellings (`!` and an incident's) that changed or are gone.
    """

    __slots__ = ("incidents", "kept", "verdicts")

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.verdicts: list[tuple[int, Verdict]] = []
        self.kept: list[str] = []


class Group:
    """One group. `join` takes alerts in any order; `settle` says what follows."""

    __slots__ = (
        "_changed", "_horizon", "_newest", "_others", "_parameters", "_settled", "_unsure", "cause", "key", "seats",
        "series", "symptom", "told",
    )  # fmt: skip

    def __init__(self, key: str, parameters: Parameters, horizon: int) -> None:
        self.key = key
        self.symptom, self.cause = parts_of(key)
        self._parameters = parameters
        self.seats: dict[str, Seat] = {}
        self.series: dict[tuple[str, ...], Series] = {}
        self.told: dict[str, ToldIncident] = {}
        self._horizon = horizon  # how long before the newest an alert may open and yet be judged, in ms
        self._newest = 0
        self._settled = 0  # up to when nothing changes any more
        self._changed: dict[str, None] = {}  # alerts that something is new of
        self._others: set[str] = set()  # alerts of other symptoms, which its incidents silence
        self._unsure = False  # whether what was told has yet to be compared with what was kept

    # -- alerts

    def join(self, member: Member) -> bool:
        """An alert, or what is new of one; whether anything may follow."""
        seat = self.seats.get(member.alert_id)
        if seat is None:
            if not member.counts or member.opened_at <= self._settled:
                return False
            self._sit(Seat(member))
        else:
            oldest = min(member.opened_at, seat.member.opened_at)
            if seat.member.rank >= member.rank or oldest <= self._settled:
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
        judged = False
        for departments, series in self.series.items():
            since, regrouped = series.since, False
            if since is not None:
                judged = True
                regrouped = series.fold(self._settled)
                since -= self._parameters.within if regrouped else 0  # an incident begins so long before it opens
                self._judge(departments, series, since, input, out)
            for episode in series.episodes:
                if episode.open:
                    incident = self._incident(departments, series, episode, now)
                    episode.open = incident.status == "open"
                    self._tell(incident, episode.first, input, out)
            if regrouped:
                self._retract(departments, series, input, out)
        if self._unsure:
            self._take_back(input, out)
        self._judge_others([*self._changed, *(self._others if judged else ())], input, out)
        out.kept.extend(self._changed)
        self._changed = {}
        return out

    def _judge(self, departments: tuple[str, ...], series: Series, since: int, input: Input, out: Outcome) -> None:
        """Say to the alerts since then to which incident they belong, if that is new."""
        episodes = series.later(since)
        ids = [self._id(departments, episode) for episode in episodes]
        place = 0
        for member in series.members[series.index(since) :]:
            while place < len(episodes) and episodes[place].last < member.opened_at:
                place += 1
            belongs = place < len(episodes) and episodes[place].first <= member.order
            self._say(self.seats[member.alert_id], ids[place] if belongs else "", input, out)

    def _judge_others(self, alert_ids: list[str], input: Input, out: Outcome) -> None:
        """The same to those that belong to no series: that left, or are only silenced."""
        for alert_id in alert_ids:
            seat = self.seats[alert_id]
            if not self._suffers(seat.member):
                self._say(seat, self._silenced_by(seat.member), input, out)

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

    def _retract(self, departments: tuple[str, ...], series: Series, input: Input, out: Outcome) -> None:
        """Take back the incidents of the series that are none any more."""
        standing = {self._id(departments, episode) for episode in series.episodes}
        for name, told in self.told.items():
            if told.departments == departments and name not in standing and not told.retracted:
                self._tell(replace(unpacked(told.data), status="retracted"), told.first, input, out)

    def _take_back(self, input: Input, out: Outcome) -> None:
        """After a start: what a worker told before it died may rest on alerts that have left since."""
        self._unsure = False
        standing = {self._id(names, each) for names, series in self.series.items() for each in series.episodes}
        for name, told in list(self.told.items()):
            if name not in standing and not told.retracted and told.opened_at > self._settled:
                self._tell(replace(unpacked(told.data), status="retracted"), told.first, input, out)

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

    def _tell(self, incident: Incident, first: Order, input: Input, out: Outcome) -> None:
        data, told = packed(incident), self.told.get(incident.incident_id)
        if told is not None and told.data == data:
            return
        self.told[incident.incident_id] = ToldIncident(
            data, incident.departments, first, incident.opened_at, incident.status == "retracted", *input
        )
        out.incidents.append(incident)
        out.kept.append(TELLING + incident.incident_id)

    # -- what leaves

    def sweep(self, until: int, out: Outcome) -> None:
        """What opened by `until` is settled; forget what can matter no more, once a day of the alerts' time."""
        until = min(until, self._newest - self._horizon)
        if until - self._settled < DAY:
            return
        self._settled = until
        forgotten = until - self._parameters.looks_back
        staying = set()
        for departments, series in self.series.items():
            for member in series.let_go(forgotten):
                self._forget(member.alert_id, out)
            staying |= {self._id(departments, each) for each in series.episodes}
        for alert_id, seat in list(self.seats.items()):
            if not self._suffers(seat.member) and seat.member.opened_at < forgotten:
                self._forget(alert_id, out)
        for name, told in list(self.told.items()):
            if name not in staying and told.first[0] < forgotten:
                del self.told[name]
                out.kept.append(TELLING + name)

    def _forget(self, alert_id: str, out: Outcome) -> None:
        del self.seats[alert_id]
        self._others.discard(alert_id)
        out.kept.append(alert_id)

    def next_due(self, now: int) -> int:
        """When one of its incidents ends, or else the group is over."""
        ends = self._parameters.ends
        open_until = [series.episodes[-1].last + ends for series in self.series.values() if series.episodes]
        return min((at for at in open_until if at > now), default=self.over_at)

    @property
    def over_at(self) -> int:
        """When nothing more can be expected of it."""
        return self._newest + self._horizon + self._parameters.looks_back

    # -- rest and load

    def load(self, settled: int | None = None) -> None:
        """All seats and tellings are in: the incidents are found again, but for those settled, which are as told."""
        self._newest = max((seat.member.opened_at for seat in self.seats.values()), default=0)
        self._settled = self._newest - self._horizon if settled is None else settled
        self._unsure = settled is None
        members: dict[tuple[str, ...], list[Member]] = {}
        for seat in list(self.seats.values()):
            self._sit(seat)
            if self._suffers(seat.member):
                members.setdefault(seat.member.departments, []).append(seat.member)
        for departments, each in members.items():
            begun = [
                (told.first, told.opened_at)
                for told in self.told.values()
                if told.departments == departments and not told.retracted and told.opened_at <= self._settled
            ]
            self._series_of(departments).load(each, begun, self._settled)

    def packed(self) -> bytes:
        """The group at rest, compressed."""
        return zlib.compress(_encode((self.seats, self.told, self._settled)), 1)

    @classmethod
    def unpacked(cls, key: str, data: bytes, parameters: Parameters, horizon: int) -> Group:
        """The group that `packed` wrote."""
        group = cls(key, parameters, horizon)
        group.seats, group.told, settled = _rest.decode(zlib.decompress(data))
        group.load(settled)
        for series in group.series.values():
            series.fold(settled)
        return group


_encode: Final = msgspec.msgpack.Encoder().encode
_rest: Final = msgspec.msgpack.Decoder(tuple[dict[str, Seat], dict[str, ToldIncident], int])
