"""The incidents of a customer's alerts: what the groups of their causes must know, and what these say."""

from __future__ import annotations

from msgspec.structs import replace

from . import alert as alerts
from .alert import Alert
from .bulletin import Bulletin
from .customer import Customer
from .detection import Detection
from .membership import NO_VERDICT, Member, Standing, Verdict, groups_of, hash_of, members_of
from .settling import Cause, Settling, next_revision
from .telling import SILENT, Told


def belong(customer: Customer, detection: Detection, out: Settling) -> None:
    """Give what is told the incident it belongs to, and note for the groups of its causes what is new to them."""
    for number in {alert.alert_id: number for number, alert in enumerate(out.alerts)}.values():
        alert = out.alerts[number]
        told = customer.told[alert.alert_id]
        groups = _groups(alert, customer.bulletin, detection)
        if not groups and told.standing is None:
            continue
        incident = told.standing.incident(groups) if told.standing is not None else None
        if incident != alert.incident_id:
            alert = out.alerts[number] = replace(alert, incident_id=incident)
            told.data = alerts.packed(alert)
        out.members.extend(_news(alert, customer.key, told, groups))


def claim(customer: Customer, verdict: Verdict, detection: Detection, cause: Cause) -> Settling:
    """What a group says to an alert; it is told again where that changes its incident."""
    out = Settling([], [], [], [], [], [])
    told = customer.told.get(verdict.alert_id)
    standing = told.standing if told is not None else None
    if told is None or standing is None or standing.verdicts.get(verdict.group, NO_VERDICT)[1] >= verdict.rank:
        return out
    standing = Standing(standing.sent, {**standing.verdicts, verdict.group: (verdict.incident_id, verdict.rank)})
    alert = alerts.unpacked(told.data)
    groups = _groups(alert, customer.bulletin, detection)
    incident = standing.incident(groups)
    if incident != alert.incident_id and told.status not in SILENT:
        alert = replace(alert, incident_id=incident, revision=next_revision(told, cause))
        told = replace(
            told, revision=alert.revision, topic=cause.topic, offset=cause.offset, generation=cause.generation,
            data=alerts.packed(alert),
        )  # fmt: skip
        out.alerts.append(alert)
    told = customer.told[alert.alert_id] = replace(told, standing=standing)
    out.told.append(alert.alert_id)
    out.members.extend(_news(alert, customer.key, told, groups))
    return out


def members_again(alert: Alert, key: str, told: Told, bulletin: Bulletin, detection: Detection) -> list[Member]:
    """What the groups were told of an alert, if they were: after a crash it may not have got out."""
    if told.standing is None:
        return []
    return members_of(alert, key, told.rank, _groups(alert, bulletin, detection), told.standing)


def _groups(alert: Alert, bulletin: Bulletin, detection: Detection) -> list[str]:
    return groups_of(alert, bulletin, detection.coarse_topics, detection.silenced_by)


def _news(alert: Alert, customer: str, told: Told, groups: list[str]) -> list[Member]:
    """What the groups must know of it, if it is not what they were told last."""
    standing = told.standing or Standing()
    members = members_of(alert, customer, told.rank, groups, standing)
    if told.standing is None and not any(member.counts for member in members):
        return []  # nobody has heard of it, nor needs to
    sent = hash_of(members)
    if sent == standing.sent:
        return []
    told.standing = Standing(sent, {**dict.fromkeys(groups, NO_VERDICT), **standing.verdicts})
    return members
