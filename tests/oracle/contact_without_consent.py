"""`contact_without_consent`: the customer has said no to this, or was never asked."""

from __future__ import annotations

from .life import Change, Finding
from .rules import outbound, reply, topic
from .timeline import Timeline


def findings(
    timeline: Timeline,
    promotion: tuple[str, ...] = ("marketing", "promotion"),
    survey_request: tuple[str, ...] = ("survey",),
    renewal_ask: tuple[str, ...] = ("renewal",),
    required: tuple[str, ...] = (),
) -> list[Finding]:
    """All promotions, surveys and renewal asks to a customer who does not want them."""
    usual = {"promotion": promotion, "survey_request": survey_request, "renewal_ask": renewal_ask}
    found = []
    for seen, x in enumerate(timeline.touchpoints, 1):
        if x.activity not in usual or not outbound(x) or reply(x, timeline):
            continue
        purposes = {*usual[x.activity], *([topic(x)] if topic(x) else [])}
        said = [
            t
            for t in timeline.before(x)
            if t.activity in ("consent_given", "consent_withdrawn")
            and t.channel == x.channel
            and (topic(t) is None or topic(t) in purposes)
        ]
        withdrawn = bool(said) and said[-1].activity == "consent_withdrawn"
        never_given = not said and not purposes.isdisjoint(required)
        never_given |= not said and x.channel in required
        if withdrawn or never_given:
            finding = Finding("contact_without_consent", x.touchpoint_id, timeline, owner="last")
            finding.changes.append(Change(x.occurred_at, seen, [*said[-1:], x]))
            finding.changes.append(Change(x.occurred_at, seen, ended="ended"))
            found.append(finding)
    return found
