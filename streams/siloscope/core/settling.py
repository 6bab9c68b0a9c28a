"""Compare what a fold finds with what was told, and tell the difference."""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec.structs import replace

from . import alert as alerts
from . import handoff as handoffs
from .alert import Alert
from .brief import brief_of, summary_of
from .customer import Customer
from .customer_key import COMPANY
from .detection import Detection
from .fold import LAPSES_AFTER, Fold
from .handoff import Brief, Handoff, Warning
from .membership import Member
from .state import ALERT, WARNING
from .symptom import Finding
from .telling import NEVER, OPEN, SILENT, Told, alert_of, parts

Key = tuple[str, str]


class Cause(NamedTuple):
    """The input that led to a telling, and the generation of the worker that tells."""

    topic: str
    offset: int
    generation: int = 0


class Settling(NamedTuple):
    """What to tell and to remember.

    `forgotten` are ids whose record can go, `members` what the groups of the alerts' causes must know.
    """

    alerts: list[Alert]
    warnings: list[Warning]
    told: list[str]
    warned: list[str]
    forgotten: list[str]
    members: list[Member]


UNDER_WAY: Final = 100_000  # records of a topic; more than a worker ever has in flight
NOTHING: Final = Settling([], [], [], [], [], [])


def settle(customer: Customer, fold: Fold, detection: Detection, now: int, cause: Cause) -> Settling:
    """Tell what changed since the last telling; afterwards `customer.told` is what stands."""
    if fold.settled is None and not (fold.findings or fold.handoffs or customer.told or customer.warned):
        fold.settled, fold.warned = {}, True
        return NOTHING
    out = Settling([], [], [], [], [], [])
    if fold.changed or fold.settled is None:
        _settle_alerts(customer, fold, detection, cause, out)
    if fold.handoffs or fold.warned is None:
        _settle_warnings(customer, fold, cause, out)
    if customer.baseline.through[0]:
        _settle_frozen(customer, now, cause, out)
    return out


def disregard(customer: Customer, fold: Fold, detection: Detection, cause: Cause) -> Settling:
    """What a fresh fold finds otherwise only because the oldest left is no news: remember it, and tell nothing."""
    out = Settling([], [], [], [], [], [])
    before = {**customer.told}
    _settle_alerts(customer, fold, detection, cause, out)
    for alert_id in set(out.told):
        customer.told[alert_id] = _as_it_was(before.get(alert_id), customer.told[alert_id], customer.baseline.through)
    before = {**customer.warned}
    _settle_warnings(customer, fold, cause, out)
    for warning_id in out.warned:
        now = customer.warned[warning_id]
        customer.warned[warning_id] = _as_it_was(before.get(warning_id), now, customer.baseline.through)
    out.alerts.clear()
    out.warnings.clear()
    return out


def _as_it_was(before: Told | None, now: Told, through: tuple[int, str]) -> Told:
    """The last telling, which stands; found first is never told, and found no more is as if its evidence had left."""
    if before is None or before.status in SILENT:
        revision, standing = (before.revision, before.standing) if before is not None else (0, None)
        return replace(now, status=NEVER, revision=revision, standing=standing)
    if now.status in SILENT:
        return replace(before, anchor=through)
    return replace(before, digest=now.digest)


def _settle_alerts(customer: Customer, fold: Fold, detection: Detection, cause: Cause, out: Settling) -> None:
    before = fold.settled
    if not (fold.findings or customer.told):
        fold.settled = {}
        return
    findings = _without_frozen(customer, fold.findings)
    made = {
        key: fold.attempt(finding, lambda each: alert_of(each, customer.key, detection))
        for key, finding in findings.items()
        if before is None or key in fold.changed or key not in before
    }
    findings = {key: finding for key, finding in findings.items() if key not in made or made[key] is not None}
    ids = {
        key: before[key][0] if before is not None and key not in fold.changed and key in before else _id_of(finding)
        for key, finding in findings.items()
    }
    wholes = {key: ids[whole.symptom.name, whole.key] for key, whole in parts(findings.values()).items()}
    settled = {key: (alert_id, wholes.get(key)) for key, alert_id in ids.items()}
    gone = _gone(customer, ids, before)
    for key, finding in findings.items():
        if before is not None and key not in made and before.get(key) == settled[key]:
            continue
        alert = replace(made.get(key) or alert_of(finding, customer.key, detection), part_of=wholes.get(key))
        digest = alerts.digest_of(alert)
        told = customer.told.get(alert.alert_id)
        if told is not None and told.digest == digest:
            continue
        old = _superseded_by(alert, gone, customer) if told is None else None
        if old is not None:
            gone.remove(old)
            _retract(customer, old, alert.alert_id, cause, out)
            _tell(customer, replace(alert, supersedes=old), 0, cause, out)
        _tell(customer, alert, digest, cause, out)
    for alert_id in gone:
        _retract(customer, alert_id, None, cause, out)
    fold.settled = settled
    fold.changed = {}


def _id_of(finding: Finding) -> str:
    anchor = min((entry for entry, _ in finding.evidence.values()), key=lambda entry: entry.age)
    return alerts.alert_id(finding.symptom.name, finding.key, anchor.touchpoint_id, anchor.at)


def _gone(customer: Customer, ids: dict[Key, str], before: dict[Key, tuple[str, str | None]] | None) -> list[str]:
    """Ids that were told and that nothing stands for any more."""
    standing = set(ids.values())
    through = customer.baseline.through
    candidates = (
        customer.told if before is None else {each: None for key, (each, _) in before.items() if each != ids.get(key)}
    )
    return sorted(
        alert_id
        for alert_id in candidates
        if alert_id not in standing
        and (told := customer.told.get(alert_id)) is not None
        and told.status not in SILENT
        and told.anchor > through
    )


def _superseded_by(alert: Alert, gone: list[str], customer: Customer) -> str | None:
    """Which of the gone this alert takes the place of: same symptom, and evidence in common."""
    evidence = {each.touchpoint_id for each in alert.evidence}
    for alert_id in gone:
        old = alerts.unpacked(customer.told[alert_id].data)
        if old.symptom == alert.symptom and any(each.touchpoint_id in evidence for each in old.evidence):
            return alert_id
    return None


def _retract(customer: Customer, alert_id: str, by: str | None, cause: Cause, out: Settling) -> None:
    old = alerts.unpacked(customer.told[alert_id].data)
    _tell(customer, replace(old, status="retracted", superseded_by=by, part_of=None, supersedes=None), 0, cause, out)


def next_revision(before: Told | None, cause: Cause) -> int:
    """One more than before, and more than whatever a worker of an earlier generation may yet tell."""
    return max((before.revision if before is not None else 0) + 1, cause.generation)


def _tell(customer: Customer, alert: Alert, digest: int, cause: Cause, out: Settling) -> None:
    before = customer.told.get(alert.alert_id)
    alert = replace(alert, revision=next_revision(before, cause))
    until = max(each.occurred_at for each in alert.evidence)
    if until + LAPSES_AFTER <= alert.opened_at:
        until = alert.opened_at
    customer.told[alert.alert_id] = Told(
        alert.revision,
        digest,
        alert.status,
        _anchor(customer, alert),
        until,
        cause.topic,
        cause.offset,
        cause.generation,
        alerts.packed(alert),
        before.standing if before is not None else None,
    )
    out.alerts.append(alert)
    if not out.told or out.told[-1] != alert.alert_id:
        out.told.append(alert.alert_id)


def _anchor(customer: Customer, alert: Alert) -> tuple[int, str]:
    """The earliest evidence that may leave her timeline: what was said to everybody is not on it."""
    ages = [(each.occurred_at, each.touchpoint_id) for each in alert.evidence]
    if customer.key == COMPANY:
        return min(ages)
    return min((age for age in ages if customer.bulletin.get(age[1]) is None), default=min(ages))


# -- alerts whose evidence has left


def _without_frozen(customer: Customer, findings: dict[Key, Finding]) -> dict[Key, Finding]:
    """The findings but those that only repeat, on what is left, an alert that was told on more, or is not to be."""
    if not customer.baseline.through[0]:
        return findings
    frozen = [alerts.unpacked(told.data) for told in customer.frozen() if told.status not in SILENT]
    never = [alerts.unpacked(told.data) for told in customer.told.values() if told.status == NEVER]
    return {
        key: finding
        for key, finding in findings.items()
        if not any(_repeats(finding, old) for old in frozen) and not any(_rests_on(finding, old) for old in never)
    }


def _repeats(finding: Finding, old: Alert) -> bool:
    same_key = old.key.rpartition("|")[2] == finding.key or old.key == finding.key
    return (same_key and finding.symptom.name == old.symptom) or _rests_on(finding, old)


def _rests_on(finding: Finding, old: Alert) -> bool:
    """Whether it is the same symptom, on evidence that the old alert has."""
    known = {each.touchpoint_id for each in old.evidence}
    return finding.symptom.name == old.symptom and finding.evidence.keys() <= known


def _settle_frozen(customer: Customer, now: int, cause: Cause, out: Settling) -> None:
    """Let frozen alerts lapse, and forget what can never be told of again."""
    through = customer.baseline.through
    oldest = customer.entries[0].at if customer.entries else now
    for alert_id, told in list(customer.told.items()):
        if told.anchor > through:
            continue
        lapses = told.until + LAPSES_AFTER
        if told.status in OPEN and lapses <= now:
            old = alerts.unpacked(told.data)
            lapsed = replace(old, status="resolved", resolved_at=lapses, resolution="lapsed")
            _tell(customer, lapsed, 0, cause, out)
        elif told.status not in OPEN and told.until < oldest and _has_got_out(told, cause):
            del customer.told[alert_id]
            out.forgotten.append(ALERT + alert_id)
    for warning_id, told in list(customer.warned.items()):
        if told.anchor <= through and told.until < oldest and _has_got_out(told, cause):
            del customer.warned[warning_id]
            out.forgotten.append(WARNING + warning_id)


def _has_got_out(told: Told, cause: Cause) -> bool:
    """Whether what was told lies so far behind that the broker must have it: till then it may have to be told again."""
    return told.topic != cause.topic or cause.offset - told.offset > UNDER_WAY


# -- handoff warnings


def _settle_warnings(customer: Customer, fold: Fold, cause: Cause, out: Settling) -> None:
    first = {handoffs.warning_id(key): handoff for key, handoff in fold.handoffs.items()}
    for warning_id, handoff in first.items():
        warning = handoff.warning(customer.key)
        digest = handoffs.digest_of(warning)
        told = customer.warned.get(warning_id)
        if told is None or (told.digest != digest and told.status != NEVER):
            _warn(customer, warning, _brief(customer, fold, handoff, told), digest, cause, out)
    if fold.warned is None:
        through = customer.baseline.through
        for warning_id, told in list(customer.warned.items()):
            if warning_id not in first and told.status not in SILENT and told.anchor > through:
                old = handoffs.unpacked(told.data)
                withdrawn = replace(old, status="closed", closed_at=old.handed_at, close_reason="withdrawn")
                _warn(customer, withdrawn, old.brief, 0, cause, out)
    fold.warned = True
    fold.handoffs = {}


def _brief(customer: Customer, fold: Fold, handoff: Handoff, told: Told | None) -> Brief:
    """The brief for who has yet to take over; once she has, what was said last is enough."""
    if handoff.status in ("pending", "overdue"):
        return brief_of(customer, fold, handoff)
    if told is not None:
        return handoffs.unpacked(told.data).brief
    return summary_of(fold, handoff)


def _warn(customer: Customer, warning: Warning, brief: Brief, digest: int, cause: Cause, out: Settling) -> None:
    before = customer.warned.get(warning.warning_id)
    warning = replace(warning, revision=next_revision(before, cause), brief=brief)
    status = "withdrawn" if warning.close_reason == "withdrawn" else warning.status
    anchor = (warning.handed_at, warning.evidence[0])
    customer.warned[warning.warning_id] = Told(
        warning.revision, digest, status, anchor, warning.handed_at, cause.topic, cause.offset, cause.generation,
        handoffs.packed(warning),
    )  # fmt: skip
    out.warnings.append(warning)
    out.warned.append(warning.warning_id)
