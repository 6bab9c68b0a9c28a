"""This customer suffers from a breach of channel roles: what comes by this channel is not what it is there for.

Why it hurts
    She learnt that the ticket is for her problem and the text message for the courier. When everything may come by
    everything, she must watch every channel, and the one for alarms becomes noise.

What is told
    An outbound touchpoint in a channel that the owner's `charter` names for other things. Each row of the charter
    names a channel and, where they matter, a lifecycle phase, an activity and a department; what a row leaves out
    may be any. A touchpoint in a channel with rows must fit one of them; a channel without rows is free. Where the
    touchpoint does not say the phase it is derived. The alert ends as it opens.

What to do
    Send it by the channel that it belongs to, or give it a row in the charter.

What is not told
    Anything while there is no charter; what the customer sends.

Example
    The charter has `{channel: sms, activity: delivery}`; marketing sends a promotion by sms: told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.parameters import rows
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import ACTIVITIES, OUT, Entry
from ..core.words import moment, quote, who


@dataclass(frozen=True)
class Parameters:
    charter: tuple[Mapping[str, str], ...] = rows(
        "what each channel is for: rows of `channel` and, where it matters, `phase`, `activity`, `department`",
        "channel phase? activity? department?",
        activity=ACTIVITIES,
    )


class ChannelRoleBreach(Symptom):
    name = "channel_role_breach"
    Parameters = Parameters
    __slots__ = ()

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT

    @classmethod
    def idle(cls, parameters: Any) -> bool:
        return not parameters.charter

    def see(self, entry: Entry) -> None:
        roles = [row for row in self.tuned(entry).charter if row["channel"].lower() == entry.channel]
        if roles and not any(self._fits(entry, row) for row in roles):
            key = entry.touchpoint_id
            allowed = [_named(row) for row in roles]
            self.fold.open(self, key, [(entry, "sent")], owner=entry.department, allowed=allowed)
            self.fold.resolve(self, key)

    def _fits(self, entry: Entry, row: Mapping[str, str]) -> bool:
        if row.get("activity", entry.activity) != entry.activity:
            return False
        if row.get("department", entry.department).lower() != entry.department:
            return False
        return "phase" not in row or row["phase"] == (entry.more.phase or self.fold.view.phase(entry.at))

    @classmethod
    def words(cls, finding: Finding) -> Words:
        sent = finding.entries[0]
        what = sent.activity.replace("_", " ")
        allowed = "; ".join(finding.facts["allowed"])
        return Words(
            f"{sent.department} used {sent.channel} for a {what}, which the charter gives to other things",
            f"On {moment(sent.at)} a {what} went out from {who(sent)}: {quote(sent)}. By the charter {sent.channel} is "
            f"for: {allowed}.",
            f"{finding.owner}: send it by the channel it belongs to, or agree on a row for it in the charter.",
        )


def _named(row: Mapping[str, str]) -> str:
    """`promotion from marketing in the phase use`; `anything` where the row names only the channel."""
    said = [row.get("activity", "anything").replace("_", " ")]
    if "department" in row:
        said.append(f"from {row['department']}")
    if "phase" in row:
        said.append(f"in the phase {row['phase']}")
    return " ".join(said)
