"""`duplicate_outreach`: two departments send the same information."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding
from .rules import differ, explicit, outbound, replies, same, topic
from .texts import similar
from .timeline import DAY, Timeline, order


def by_structure(one: Any, other: Any) -> bool:
    """The same message, or the same claims on the same topic."""
    if same(one.message_ref, other.message_ref):
        return True
    return same(topic(one), topic(other)) and same(one.claims, other.claims)


def introduces(x: Any, timeline: Timeline) -> bool:
    """The first outbound touchpoint of its department in a case since the case was handed to it."""
    earlier = [t for t in timeline.before(x) if same(t.case_ref, x.case_ref)]
    handed = [
        t
        for t in earlier
        if (explicit(t) and t.to_department == x.department)
        or (t.activity == "handoff_accepted" and t.department == x.department)
    ]
    if not handed:
        return False
    return not any(outbound(t) and t.department == x.department and order(t) > order(handed[-1]) for t in earlier)


def asked_after(x: Any, first: Any, timeline: Timeline) -> bool:
    """`x` is a reply to something that came in after `first`."""
    return any(replies(x, t) for t in timeline.before(x) if order(t) > order(first))


def findings(timeline: Timeline, within: int = 7 * DAY, similarity: float = 0.8) -> list[Finding]:
    """All duplicates of a customer."""

    def match(one: Any, other: Any) -> bool:
        return by_structure(one, other) or similar(one.text, other.text, similarity)

    sends: list[Any] = []
    episodes: list[list[Any]] = []
    found: list[Finding] = []
    for x in timeline.touchpoints:
        if not outbound(x) or introduces(x, timeline):
            continue
        seen = timeline.touchpoints.index(x) + 1
        live = [n for n, e in enumerate(episodes) if x.occurred_at - e[-1].occurred_at <= within]
        joined = [n for n in live if any(match(x, copy) for copy in episodes[n])]
        earlier = [y for y in sends if x.occurred_at - y.occurred_at <= within and match(x, y)]
        if joined:
            copies = episodes[joined[0]]
            if asked_after(x, copies[0], timeline):
                continue
            copies.append(x)
            found[joined[0]].changes.append(Change(x.occurred_at, seen, [x]))
        elif earlier and asked_after(x, earlier[0], timeline):
            continue
        elif any(differ(y.department, x.department) for y in earlier):
            episodes.append([*earlier, x])
            finding = Finding("duplicate_outreach", earlier[0].touchpoint_id, timeline, owner="last")
            finding.changes.append(Change(x.occurred_at, seen, [*earlier, x]))
            found.append(finding)
        sends.append(x)
    for copies, finding in zip(episodes, found, strict=True):
        end = copies[-1].occurred_at + within
        finding.changes.append(Change(end, timeline.seen_at(end), ended="ended", timer=True))
        pairs = [(a, b) for a in copies for b in copies if differ(a.department, b.department)]
        finding.confirmed = any(by_structure(a, b) for a, b in pairs)
    return found
