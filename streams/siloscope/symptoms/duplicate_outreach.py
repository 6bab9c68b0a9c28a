"""This customer suffers from duplicate outreach: two departments send her the same thing.

Why it hurts
    The second copy says that nobody knows what the other does, and costs attention that the next,
    important message will miss.

What is told
    Two departments send the same information outbound `within` of each other: the same `message_ref`; or the
    same topic with equal, non-empty claims; or texts at least `similarity` alike (then `suspected`). A later
    copy `within` the previous one joins. It ends `within` after the last copy.

What to do
    The later sender stops; agree who sends this kind of message.

What is not told
    Copies by one department alone (a cadence); a copy that replies to something the customer asked after the
    first; a department's introduction in a case that was handed to it.

Example
    marketing sends campaign spring-24 on Monday, sales the same campaign on Thursday.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.parameters import duration, share
from ..core.symptom import Finding, Symptom, Words
from ..core.text import Reading
from ..core.touchpoint import IN, OUT, Entry
from ..core.words import length, listed, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    within: int = duration("7 d", "how far apart two copies may lie")
    similarity: float = share(0.8, "share of common content words from which texts count as the same")


class _Sent(NamedTuple):
    """Something sent, and what its text says."""

    entry: Entry
    reading: Reading


class _Episode:
    """Copies of one thing, from the first on."""

    __slots__ = ("copies",)

    def __init__(self, copies: list[_Sent]) -> None:
        self.copies = copies


class DuplicateOutreach(Symptom):
    name = "duplicate_outreach"
    Parameters = Parameters
    __slots__ = ("episodes", "sent")

    def begin(self) -> None:
        self.sent: list[_Sent] = []
        self.episodes: dict[str, _Episode] = {}

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT

    def see(self, entry: Entry) -> None:
        comparable = entry.message_ref is not None or entry.text is not None or entry.claims is not None
        if not comparable or self.fold.view.introduces:
            return
        if self.sent:
            since = entry.at - self.longest("within")
            if self.sent[0].entry.at < since:
                self.sent = [each for each in self.sent if each.entry.at >= since]
        sent = _Sent(entry, self.fold.reading(entry))
        if (self.sent or self.episodes) and self._exempt_or_told(sent):
            return
        self.sent.append(sent)

    def _exempt_or_told(self, sent: _Sent) -> bool:
        """Whether it is excused as a reply; where it is a copy, it is told."""
        entry, p = sent.entry, self.tuned(sent.entry)
        since = entry.at - p.within
        alike = [each for each in self.sent if each.entry.at >= since and self._same(sent, each, p) is not None]
        episode = self._episode_of(sent, p) if self.episodes else None
        if not alike and episode is None:
            return False
        if self._replies_since(entry, episode.copies[0].entry if episode is not None else alike[0].entry):
            return True
        if episode is not None:
            episode.copies.append(sent)
            self._tell(episode, sent, p)
        elif any(each.entry.department != entry.department for each in alike):
            episode = _Episode([*alike, sent])
            self.episodes[alike[0].entry.touchpoint_id] = episode
            self._tell(episode, sent, p)
        return False

    def _episode_of(self, sent: _Sent, p: Any) -> _Episode | None:
        """The first of the running episodes of one of whose copies it is another."""
        since = sent.entry.at - p.within
        for episode in self.episodes.values():
            last = episode.copies[-1].entry.at
            if last >= since and any(self._same(sent, each, p) is not None for each in episode.copies):
                return episode
        return None

    def _replies_since(self, entry: Entry, first: Entry) -> bool:
        if self.fold.view.answers_since(entry, first):
            return True
        asked = self.fold.ids.get(entry.reply_to) if entry.reply_to is not None else None
        return asked is not None and asked.direction == IN and first.order < asked.order < entry.order

    def _tell(self, episode: _Episode, sent: _Sent, p: Any) -> None:
        entry, copies = sent.entry, [each.entry for each in episode.copies]
        confirmed = any(
            self._same(sent, other, p) is True
            for other in episode.copies
            if other.entry.department != entry.department
        )
        roles = zip(copies, ["first copy"] + ["copy"] * len(copies), strict=False)
        self.fold.open(self, copies[0].touchpoint_id, roles, confirmed=confirmed, owner=entry.department)
        self.fold.wake(self, copies[0].touchpoint_id, entry.at + p.within)

    def _same(self, sent: _Sent, before: _Sent, p: Any) -> bool | None:
        """True: the same by what it is; False: the texts are alike; None: neither."""
        one, other = sent.entry, before.entry
        if one.message_ref is not None and one.message_ref == other.message_ref:
            return True
        topic = self.fold.view.topic(one)
        if one.claims and topic is not None and topic == other.topic and one.claims == other.claims:
            return True
        alike = self.fold.detection.readings.alike
        return False if alike(sent.reading, before.reading, p.similarity) else None

    def wake(self, key: str) -> None:
        del self.episodes[key]
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        copies = finding.entries
        first, last = copies[0], copies[-1]
        return Words(
            f"{listed(finding.departments)} sent the same thing",
            f"{who(first)} sent {quote(first)} on {moment(first.at)}; {length(last.at - first.at)} later {who(last)} "
            f"sent it again: {quote(last)}. {len(copies)} copies in all.",
            f"{finding.owner}: send no further copy; agree with {first.department} who sends this.",
        )
