"""What is told of a finding: the alert with its words, and what was told before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from .alert import SEVERITIES, Alert, Evidence, Status, alert_id
from .customer_key import COMPANY, account_of
from .detection import Detection
from .membership import Standing
from .privacy import masked
from .symptom import Finding, Words
from .touchpoint import Entry

EXCERPT: Final = 160  # characters
OPEN: Final = ("open", "updated")
NEVER: Final = "never"  # found only because older touchpoints left: not told until more evidence comes
SILENT: Final = ("retracted", "withdrawn", NEVER)


class Told(msgspec.Struct, array_like=True, gc=False):
    """What was told of one alert or warning: `data` is its last telling, `topic` and `offset` the input that led to it.

    `anchor` is the (time, id) of its earliest evidence on the timeline, `until` the time from which it lapses: that of
    its newest evidence, or of its opening where that came later than a lapse would. `standing` is what is between an
    alert and the incidents of its causes.
    """

    revision: int
    digest: int
    status: str
    anchor: tuple[int, str]
    until: int
    topic: str
    offset: int
    generation: int
    data: bytes
    standing: Standing | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Of two, the one with the higher rank holds."""
        return (self.generation, self.revision)


def words_of(finding: Finding) -> Words:
    """What a finding says; raises what its symptom does, and TypeError for what no one could read."""
    words = finding.symptom.words(finding)
    if not isinstance(words, Words) or not all(isinstance(each, str) for each in words):
        raise TypeError("words must return Words of three texts: a title, an explanation and a suggested action")
    return words


def alert_of(finding: Finding, customer: str, detection: Detection) -> Alert:
    """The alert that tells `finding`, in revision 0 and part of nothing; raises what its symptom's words do."""
    entries = finding.entries
    anchor = min(entries, key=lambda entry: entry.age)
    symptom = finding.symptom
    words = words_of(finding)
    account = account_of(customer) or _first(entry.account for entry in entries)
    key = f"{account or customer}|{finding.key}" if symptom.level == "account" else finding.key
    return Alert(
        alert_id=alert_id(symptom.name, finding.key, anchor.touchpoint_id, anchor.at),
        symptom=symptom.name,
        status=_status(finding),
        revision=0,
        severity=SEVERITIES[finding.severity],
        confidence="confirmed" if finding.confirmed else "suspected",
        customer_id="" if customer == COMPANY else customer,
        account=account,
        key=key,
        departments=tuple(finding.departments),
        channels=tuple(sorted({entry.channel for entry in entries})),
        case_ref=_first(entry.case_ref for entry in entries),
        product=_first(entry.product for entry in entries),
        topic=_first(entry.topic for entry in entries),
        message_ref=_first(entry.message_ref for entry in entries),
        segment=_first(entry.more.segment for entry in entries),
        phase=_first(entry.more.phase for entry in entries) or finding.phase,
        opened_at=finding.opened_at,
        updated_at=finding.updated_at,
        resolved_at=finding.resolved_at,
        resolution=finding.resolution,
        detected_at=None,
        mode=detection.mode_of(symptom.name, finding.opened_at, finding.departments),
        incident_id=None,
        part_of=None,
        superseded_by=None,
        supersedes=None,
        title=words.title,
        explanation=words.explanation,
        evidence=tuple(_evidence(entry, finding.evidence[entry.touchpoint_id][1]) for entry in entries),
        suggested_action=words.suggested_action,
        owner_department=finding.owner or entries[-1].department,
        minutes_lost=finding.minutes_lost,
        detector_version=detection.versions[detection.index[symptom.name]],
    )


def _status(finding: Finding) -> Status:
    if finding.resolved_at is not None:
        return "resolved"
    return "updated" if finding.updated_at > finding.opened_at else "open"


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)


def _evidence(entry: Entry, role: str) -> Evidence:
    excerpt = masked(entry.text)[:EXCERPT] if entry.text else None
    return Evidence(entry.touchpoint_id, entry.at, entry.department, entry.channel, role, excerpt)


def parts(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    """Which finding's evidence is all contained in another's: (symptom, key) to the one it is part of.

    Of several the one with most evidence, then the earliest in the reference; of two with equal evidence the
    one told first is the whole.
    """
    held: dict[str, list[Finding]] = {}
    standing = list(findings)
    for finding in standing:
        for touchpoint_id in finding.evidence:
            held.setdefault(touchpoint_id, []).append(finding)
    found = {}
    for finding in standing:
        candidates = held[next(iter(finding.evidence))]
        wholes = [
            each for each in candidates
            if each is not finding and _precedes(each, finding) and finding.evidence.keys() <= each.evidence.keys()
        ]  # fmt: skip
        if wholes:
            found[finding.symptom.name, finding.key] = max(
                wholes, key=lambda each: (len(each.evidence), _rank(finding=each))
            )
    return found


def _rank(finding: Finding) -> tuple[Any, ...]:
    """A total order among findings with equal evidence: the first opened, then by name and key, is the whole."""
    name = (finding.symptom.name, finding.key)
    return (-finding.opened_at, *(tuple(-ord(letter) for letter in each) for each in name))


def _precedes(whole: Finding, part: Finding) -> bool:
    return len(whole.evidence) > len(part.evidence) or _rank(whole) > _rank(part)
