"""This customer suffers from an inconsistent voice: one department speaks to her like this, the next like that.

Why it hurts
    One writes German and first name, the other English and Ms: to her it is plain that they never read each other,
    and that nobody noted how she wants to be addressed.

What is told
    With at least `texts` texts to her from each of two departments (or of two kinds of message of one department)
    `within`, the last ones of each address her in different languages, one formally and one informally, or under
    different names. Always `suspected`, always `info`. It ends when the next two texts agree with each other and with
    the last of the other side.

What to do
    Ask her once how she wants to be addressed, note it where all see it, and follow it.

What is not told
    She switched first: her own last text before was in the language, or form, of the side that changed. A side
    that does not agree with itself. Names are compared only where both are formal, or both informal: that one writes
    Ann and the other Ms Miller is the form, told once.

Example
    marketing writes to her twice as “Liebe Anna, hast du …”, finance twice as “Sehr geehrte Frau Muster”.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..core.parameters import count, duration
from ..core.symptom import Finding, Symptom, Words
from ..core.text import Reading
from ..core.touchpoint import OUT, Entry
from ..core.words import moment, quote

_ASPECTS: Final = ("language", "form", "name")


@dataclass(frozen=True)
class Parameters:
    within: int = duration("90 d", "the time in which the texts of both sides lie", "more")
    texts: int = count(2, "how many texts of each side")


class _Text(NamedTuple):
    """A text to her and how it speaks: its language, its form, or the words of a name together with the form."""

    entry: Entry
    voice: str | None
    name: frozenset[str] = frozenset()

    def agrees(self, other: _Text) -> bool:
        return self.voice == other.voice and (self.name <= other.name or other.name <= self.name)

    def differs(self, other: _Text) -> bool:
        """Not the opposite: names in two forms neither agree nor differ."""
        return not self.agrees(other) and (not self.name or self.voice == other.voice)


class _Pair:
    """Two sides that are told of, and the text of theirs that came last since."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last: _Text | None = None


Sides = dict[str, list[_Text]]  # department, or department and kind of message -> its last texts


class InconsistentVoice(Symptom):
    name = "inconsistent_voice"
    Parameters = Parameters
    __slots__ = ("first", "groups", "heard", "pairs", "said")

    def begin(self) -> None:
        self.said: list[Entry] = []  # texts to her
        self.heard: list[Entry] = []  # her own texts
        self.first: dict[str, str] = {}  # how the first of them spoke: while all do, there is nothing to compare
        self.groups: dict[str, dict[str, Sides]] = {}  # of what differs: department, "" of all -> sides to compare
        self.pairs: dict[str, _Pair] = {}

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction != "internal"

    def see(self, entry: Entry) -> None:
        if entry.text is None:
            return
        if entry.direction != OUT:
            self.heard.append(entry)
            return
        self.said.append(entry)
        reading = self.fold.reading(entry)
        for aspect in _ASPECTS:
            voice = getattr(reading, aspect)
            if voice is None:
                continue
            if aspect not in self.groups:
                if self.first.setdefault(aspect, voice) == voice:
                    continue
                self._begin_to_compare(aspect)
            self._say(aspect, entry, reading)

    def _begin_to_compare(self, aspect: str) -> None:
        """Catch up with what was said before the text shown."""
        self.groups[aspect] = {}
        for entry in self.said[:-1]:
            for _ in self._sides(aspect, entry, self.fold.reading(entry)):
                pass

    def _sides(self, aspect: str, entry: Entry, reading: Reading) -> Iterator[tuple[str, Sides]]:
        """Note a text under each of its sides; yields the side and those that it is compared with."""
        text, texts = _text(entry, reading, aspect), self.tuned(entry).texts
        if text is None:
            return
        groups, department = self.groups[aspect], entry.department
        for name, side in (("", department), (department, f"{department} {entry.activity}")):
            sides = groups.setdefault(name, {})
            said = sides.setdefault(side, [])
            said.append(text)
            if len(said) > texts:
                del said[:-texts]
            yield side, sides

    def _say(self, aspect: str, entry: Entry, reading: Reading) -> None:
        """Compare a text of one side with what the others of its groups last said."""
        tuned = self.tuned(entry)
        for side, sides in self._sides(aspect, entry, reading):
            said = sides[side]
            for other, theirs in sides.items():
                if other != side and (self.pairs or theirs[-1].differs(said[-1])):
                    self._compare(f"{aspect}|{min(side, other)}|{max(side, other)}", said, theirs, tuned)

    def _compare(self, key: str, said: list[_Text], theirs: list[_Text], tuned: Any) -> None:
        pair = self.pairs.get(key)
        if pair is not None and self._goes_on(key):
            self._follow(key, pair, said[-1], theirs[-1])
        elif theirs[-1].differs(said[-1]) and self._at_odds(said, theirs, tuned):
            later = max((said, theirs), key=lambda each: each[0].entry.order)
            if not self._switched(key.partition("|")[0], later[0]):
                texts = sorted((*said, *theirs), key=lambda each: each.entry.order)
                evidence = [(each.entry, "said") for each in texts]
                owner = said[-1].entry.department
                self.fold.open(self, key, evidence, confirmed=False, early=True, owner=owner, aspect=key)
                self.pairs[key] = _Pair()

    def _goes_on(self, key: str) -> bool:
        finding = self.fold.found(self, key)
        return finding is not None and finding.resolved_at is None

    def _follow(self, key: str, pair: _Pair, text: _Text, theirs: _Text) -> None:
        """End it with the second text since that agrees with the one before and with the other side's last."""
        if pair.last is not None and text.agrees(pair.last) and text.agrees(theirs):
            self.fold.resolve(self, key)
        pair.last = text

    def _at_odds(self, said: list[_Text], theirs: list[_Text], tuned: Any) -> bool:
        """Whether both sides agree with themselves, and differ from each other."""
        since = self.fold.at - tuned.within
        if any(len(each) < tuned.texts or each[0].entry.at < since for each in (said, theirs)):
            return False
        of_one_voice = all(_agree(each) for each in (said, theirs))
        return of_one_voice and all(one.differs(other) for one in said for other in theirs)

    def _switched(self, aspect: str, changed: _Text) -> bool:
        """Whether she herself spoke like this before: her last text that says how."""
        if aspect == "name":
            return False
        for heard in reversed(self.heard):
            if heard.order < changed.entry.order:
                voice = getattr(self.fold.reading(heard), aspect)
                if voice is not None:
                    return bool(voice == changed.voice)
        return False

    def wake(self, key: str) -> None:
        raise AssertionError("inconsistent_voice sets no timer")

    @classmethod
    def words(cls, finding: Finding) -> Words:
        aspect, *sides = finding.facts["aspect"].split("|")
        one, other = (each.replace("_", " ") for each in sides)
        said = "; ".join(
            f"{name}: " + " and ".join(f"{quote(each)} ({moment(each.at)})" for each in _said_by(side, finding)[-2:])
            for name, side in zip((one, other), sides, strict=True)
        )
        return Words(
            f"{one} and {other} address the customer {_DIFFERENT[aspect]}",
            f"The last texts of {one} and {other} address her {_DIFFERENT[aspect]}: {said}.",
            f"{finding.owner}: ask her once how she wants to be addressed, and note it where {one} and {other} see it.",
        )


def _said_by(side: str, finding: Finding) -> list[Entry]:
    return [each for each in finding.entries if side in (each.department, f"{each.department} {each.activity}")]


_DIFFERENT: Final = {
    "language": "in different languages", "form": "one formally, one informally", "name": "under different names",
}  # fmt: skip


def _text(entry: Entry, reading: Reading, aspect: str) -> _Text | None:
    """How a text speaks in one aspect; None where it does not show."""
    if aspect == "name":
        if reading.name is None:
            return None
        return _Text(entry, reading.form, frozenset(reading.name.casefold().split()))
    voice = getattr(reading, aspect)
    return None if voice is None else _Text(entry, voice)


def _agree(texts: Sequence[_Text]) -> bool:
    return all(each.agrees(texts[0]) for each in texts)
