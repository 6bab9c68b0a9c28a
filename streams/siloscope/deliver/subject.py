"""What the deliveries know of one alert, warning or incident: what it is, what it was, what staff did about it.

An alert that supersedes another is the same subject. Pure; times in epoch milliseconds.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from typing import Final

import msgspec

from ..core.alert import SEVERITIES, Alert, Severity
from ..core.desk import meant_for, severity_of, stands
from ..core.followup import Action, FollowUp
from ..core.handoff import Warning
from ..core.incident import Incident
from .config import SubjectKind
from .message import Subject as Record
from .message import What, id_of
from .routing import Facts

Place = tuple[int, int]  # revision (an incident has none), offset: of two tellings the higher counts
MATTERS: Final = ("accept", "snooze", "hand_on", "resolve")  # kinds of action that change what is told
_ALERT_ENDS: Final[dict[str, What]] = {"resolved": "ended", "retracted": "retracted"}
_WARNING: Final[dict[str, What]] = {"overdue": "overdue", "accepted": "accepted", "closed": "closed"}
_INCIDENT_ENDS: Final[dict[str, What]] = {"ended": "ended", "retracted": "retracted"}


class Subject(msgspec.Struct):
    """One subject, as the journal keeps it.

    `root` is its first id and stays; `ids` are all, in order. `seen` is what it ever was, `done` what staff did and
    when that was written, `turn` how often it stood again after its end.
    """

    root: str
    ids: list[str]
    alert: Alert | None = None
    warning: Warning | None = None
    incident: Incident | None = None
    place: Place = (-1, -1)
    arose_at: int = 0
    turn: int = 0
    told_at: int = 0
    seen: list[Facts] = []
    done: list[tuple[int, Action]] = []

    @property
    def record(self) -> Record | None:
        """What was told last; None: only what staff did is known yet."""
        return self.alert or self.warning or self.incident

    @property
    def follow(self) -> FollowUp:
        """What staff did about it."""
        found = FollowUp()
        found.arise(self.arose_at)
        for at, action in self.done:
            found.take(action, at)
        return found

    @property
    def what(self) -> What | None:
        """What is to be told of it as it stands."""
        if self.alert is not None:
            return _ALERT_ENDS.get(self.alert.status, "opening")
        if self.warning is not None:
            return _WARNING.get(self.warning.status, "pending")
        return _INCIDENT_ENDS.get(self.incident.status, "opening") if self.incident is not None else None

    @property
    def worst(self) -> Severity:
        """The highest severity that it ever had."""
        return max((each.severity for each in self.seen), key=SEVERITIES.index)

    @property
    def owner(self) -> str | None:
        """Whose it is now: whom it was handed on to, else who should act."""
        return self.follow.handed_to or (meant_for(self.record) if self.record else None)

    @property
    def handed_on(self) -> Action | None:
        """How it came to another department than its words were written for; None where it did not."""
        handed = self.follow.handed_on
        return handed if handed and self.record and handed.value != meant_for(self.record) else None

    @property
    def owners(self) -> list[str]:
        """All whose it ever was."""
        return list(dict.fromkeys((*(each.department for each in self.seen), *self.handed)))

    @property
    def handed(self) -> Counter[str]:
        """The departments that it was handed on to, and how often."""
        return Counter(action.value for _, action in self.done if action.kind == "hand_on" and action.value)

    @property
    def touched_at(self) -> int:
        """When anything was heard of it last."""
        return max((self.told_at, *(at for at, _ in self.done)))

    def take(self, record: Record, place: Place, at: int) -> bool:
        """The next telling of it, written at `at`; False where a later one is known already."""
        name = id_of(record)
        if name == self.ids[-1] and place <= self.place:
            return False
        if name in self.ids[:-1] or (isinstance(record, Alert) and record.superseded_by is not None):
            return False  # what has superseded it says all
        if name not in self.ids:
            self.ids.append(name)
        if self.record is None:
            self.arose_at = at
        elif not self._stands and stands(record):
            self.arose_at, self.turn = at, self.turn + 1
        match record:
            case Alert():
                self.alert = record
            case Warning():
                self.warning = record
            case Incident():
                self.incident = record
        self.place, self.told_at = place, at
        if not isinstance(record, Alert) or record.mode == "live":
            self._remember(record)
        return True

    def act(self, action: Action, at: int) -> bool:
        """What somebody did, written at `at`; False where it changes nothing of what is told."""
        if action.kind not in MATTERS or any(each.action_id == action.action_id for _, each in self.done):
            return False
        bare = msgspec.structs.replace(action, reason=None)  # what is written of it in the journal stays small
        insort(self.done, (at, bare), key=lambda each: each[0])
        return True

    @property
    def accepted_by(self) -> str | None:
        """Who has it."""
        return self.follow.accepted_by

    def done_with(self) -> bool:
        """Whether somebody has resolved it since it arose."""
        return self.follow.done_by is not None

    @property
    def rest(self) -> Subject:
        """What stays known of it when it is over and forgotten: when it stands again, that is another time."""
        return Subject(self.root, self.ids, place=self.place, turn=self.turn + 1, told_at=self.touched_at)

    @property
    def is_rest(self) -> bool:
        """Whether no more is known of it."""
        return self.record is None and self.turn > 0

    @property
    def _stands(self) -> bool:
        return self.record is not None and stands(self.record)

    def _remember(self, record: Record) -> None:
        what = self.what
        assert what is not None
        facts = _facts(record, what)._replace(turn=self.turn)
        if what == "opening" and self.seen and SEVERITIES.index(facts.severity) > SEVERITIES.index(self.worst):
            self.seen.append(facts._replace(what="worse"))
        if facts not in self.seen:
            self.seen.append(facts)


def _facts(record: Record, what: What) -> Facts:
    severity = severity_of(record)
    if isinstance(record, Warning):
        return Facts("warning", what, meant_for(record), severity, team=record.team)
    suspected = isinstance(record, Alert) and record.confidence == "suspected"
    kind: SubjectKind = "alert" if isinstance(record, Alert) else "incident"
    return Facts(kind, what, meant_for(record), severity, record.symptom, suspected=suspected)
