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

from ..core.parameters import duration, share
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import IN, OUT, Entry
from ..core.words import length, listed, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    within: int = duration("7 d", "how far apart two copies may lie")
    similarity: float = share(0.8, "share of common content words from which texts count as the same")


class _Episode:
    """Copies of one thing, from the first on."""

    __slots__ = ("copies",)

    def __init__(self, copies: list[Entry]) -> None:
        self.copies = copies


class DuplicateOutreach(Symptom):
    name = "duplicate_outreach"
    Parameters = Parameters
    __slots__ = ("episodes", "sent")

    def begin(self) -> None:
        self.sent: list[Entry] = []
        self.episodes: dict[str, _Episode] = {}

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT

    def see(self, entry: Entry) -> None:
        comparable = entry.message_ref is not None or entry.text is not None or entry.claims is not None
        if not comparable or self.fold.view.introduces:
            return
        since = entry.at - self.longest("within")
        if self.sent and self.sent[0].at < since:
            self.sent = [each for each in self.sent if each.at >= since]
        if (self.sent or self.episodes) and self._exempt_or_told(entry):
            return
        self.sent.append(entry)

    def _exempt_or_told(self, entry: Entry) -> bool:
        """Whether `entry` is excused as a reply; where it is a copy, it is told."""
        since = entry.at - self.tuned(entry).within
        alike = [each for each in self.sent if each.at >= since and self._same(entry, each) is not None]
        episode = self._episode_of(entry)
        if not alike and episode is None:
            return False
        if self._replies_since(entry, episode.copies[0] if episode is not None else alike[0]):
            return True
        if episode is not None:
            episode.copies.append(entry)
            self._tell(episode, entry)
        elif any(each.department != entry.department for each in alike):
            episode = _Episode([*alike, entry])
            self.episodes[alike[0].touchpoint_id] = episode
            self._tell(episode, entry)
        return False

    def _episode_of(self, entry: Entry) -> _Episode | None:
        """The first of the running episodes of one of whose copies `entry` is another."""
        since = entry.at - self.tuned(entry).within
        for episode in self.episodes.values():
            if episode.copies[-1].at >= since and any(self._same(entry, each) is not None for each in episode.copies):
                return episode
        return None

    def _replies_since(self, entry: Entry, first: Entry) -> bool:
        if self.fold.view.answers_since(entry, first):
            return True
        asked = self.fold.ids.get(entry.reply_to) if entry.reply_to is not None else None
        return asked is not None and asked.direction == IN and first.order < asked.order < entry.order

    def _tell(self, episode: _Episode, entry: Entry) -> None:
        key = episode.copies[0].touchpoint_id
        confirmed = any(
            self._same(entry, other) is True for other in episode.copies if other.department != entry.department
        )
        roles = zip(episode.copies, ["first copy"] + ["copy"] * len(episode.copies), strict=False)
        self.fold.open(self, key, roles, confirmed=confirmed, owner=entry.department)
        self.fold.wake(self, key, entry.at + self.tuned(entry).within)

    def _same(self, one: Entry, other: Entry) -> bool | None:
        """True: the same by what it is; False: the texts are alike; None: neither."""
        if one.message_ref is not None and one.message_ref == other.message_ref:
            return True
        topic = self.fold.view.topic(one)
        if one.claims and topic is not None and topic == other.topic and one.claims == other.claims:
            return True
        return False if self.fold.alike(one, other, self.tuned(one).similarity) else None

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
