"""This customer suffers from contact without consent: she said no, and one department had not heard of it.

Why it hurts
    She told the company once; that should do. Every message after it shows that her word reached one system and
    not the next, and it may be against the law.

What is told
    An outbound `promotion`, `survey_request` or `renewal_ask` in a channel and for a purpose whose consent she
    withdrew, or, where `required` names the channel or the purpose, never gave. What a message is for is its topic
    and the purposes that the parameter with its activity's name lists. Of the decisions on that channel and one
    of these purposes, or on that channel as a whole (no purpose said), the latest counts. The alert ends as it opens.

What to do
    Stop this message in every tool that sends it, and apologise. Ask why the sender's list was not told.

What is not told
    Replies; messages in a channel or for a purpose on which she decided nothing, unless consent is required there.

Example
    She withdraws e-mail for marketing on Monday at support; on Thursday marketing sends her a promotion by e-mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from ..core.baseline import CONSENTS, GIVEN
from ..core.parameters import names
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import OUT, Entry
from ..core.words import moment, quote, who

_MESSAGES: Final = ("promotion", "survey_request", "renewal_ask")


@dataclass(frozen=True)
class Parameters:
    promotion: tuple[str, ...] = names("marketing, promotion", "purposes that promotions serve, besides their topic")
    survey_request: tuple[str, ...] = names("survey", "purposes that survey requests serve, besides their topic")
    renewal_ask: tuple[str, ...] = names("renewal", "purposes that renewal asks serve, besides their topic")
    required: tuple[str, ...] = names(
        "", "channels and purposes for which consent must have been given before, like `sms` or `marketing`"
    )


class _Decision(NamedTuple):
    """When she decided, whether she gave her consent, and the touchpoint where it is still on the timeline."""

    age: tuple[int, str]
    given: bool
    entry: Entry | None


class ContactWithoutConsent(Symptom):
    name = "contact_without_consent"
    Parameters = Parameters
    __slots__ = ("decided",)

    def begin(self) -> None:
        self.decided: dict[tuple[str, str | None], _Decision] = {}  # (channel, purpose; None: all) -> the latest
        for (channel, topic), (at, touchpoint_id, given) in sorted(self.fold.baseline.consents.items()):
            purpose = topic if topic and topic not in self.fold.view.coarse else None
            known, decision = self.decided.get((channel, purpose)), _Decision((at, touchpoint_id), given, None)
            self.decided[channel, purpose] = max(known or decision, decision, key=lambda each: each.age)

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in CONSENTS or (activity in _MESSAGES and direction == OUT)

    def see(self, entry: Entry) -> None:
        if entry.activity in CONSENTS:
            key = (entry.channel, self.fold.view.topic(entry))
            self.decided[key] = _Decision(entry.age, entry.activity == GIVEN, entry)
            return
        p = self.tuned(entry)
        if not (self.decided or p.required):
            return
        purposes = [*getattr(p, entry.activity), self.fold.view.topic(entry)]
        decisions = [each for purpose in (None, *purposes) if (each := self.decided.get((entry.channel, purpose)))]
        latest = max(decisions, key=lambda each: each.age, default=None)
        required = entry.channel in p.required or any(purpose in p.required for purpose in purposes)
        if (required if latest is None else not latest.given) and not self.fold.replies(entry):
            self._tell(entry, latest)

    def _tell(self, entry: Entry, withdrawn: _Decision | None) -> None:
        evidence = [(entry, "sent")]
        if withdrawn is not None and withdrawn.entry is not None:
            evidence.insert(0, (withdrawn.entry, "consent withdrawn"))
        key, withdrawn_at = entry.touchpoint_id, withdrawn.age[0] if withdrawn is not None else None
        self.fold.open(self, key, evidence, owner=entry.department, withdrawn_at=withdrawn_at)
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entries, withdrawn_at = finding.entries, finding.facts["withdrawn_at"]
        sent = entries[-1]
        said = f"{who(sent)} sent a {sent.activity.replace('_', ' ')} on {moment(sent.at)}: {quote(sent)}."
        if withdrawn_at is None:
            return Words(
                f"A {sent.activity.replace('_', ' ')} by {sent.channel} for which she never gave her consent",
                f"{said} Here she must have agreed to that before, and nothing shows that she did.",
                f"{finding.owner}: send her no more of this until she agrees.",
            )
        to = f" to {entries[0].department}" if len(entries) > 1 else ""
        about = f" for {entries[0].topic}" if len(entries) > 1 and entries[0].topic else ""
        return Words(
            f"A {sent.activity.replace('_', ' ')} by {sent.channel} after she had withdrawn her consent",
            f"She withdrew her consent{about} by {sent.channel}{to} on {moment(withdrawn_at)}. {said}",
            f"{finding.owner}: take her off the list of this message in every tool that sends it, and apologise.",
        )
