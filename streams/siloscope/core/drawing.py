"""What a text says in figures: amounts, shares, durations and dates, and which of them it claims.

Precision before recall. A figure that is a range, a limit, a guess, past, denied, asked, quoted or supposed is no claim
and makes all of its kind in the text none; so do two claims of one kind that differ.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from . import spelled
from .claims import Claim, money, on_day, span
from .grammar import Grammar
from .sentence import Sentence
from .tokens import DASHES, QUOTES, is_figure, sentences

_BEFORE: Final = 4  # words before a figure that are looked at
_ORDINAL: Final = frozenset({"st", "nd", "rd", "th", "er", "."})
_ALL: Final = Decimal(100)  # `100 % sure` says nothing


class Mention(NamedTuple):
    """Something said in figures between two places: `same` is equal where the same is said in another spelling."""

    begin: int
    end: int
    kind: str | None
    claim: Claim | None
    same: str


class Drawing:
    """One text being looked through for what it says in figures."""

    def __init__(self, raw: list[str], low: list[str], grammar: Grammar) -> None:
        self.raw = raw
        self.low = low
        self.grammar = grammar
        self._ends: list[int] | None = None
        self._of_sentence: dict[int, Sentence] = {}
        self.mentions = list(self._mentions())
        self._beginning = {each.begin: each for each in self.mentions}
        self._ending = {each.end: each for each in self.mentions}
        self._quotes = [place for place, token in enumerate(self.low) if token in QUOTES]

    @property
    def figures(self) -> frozenset[str]:
        """All that is said in figures, months and weekdays, spelled alike."""
        read = {place for each in self.mentions if each.kind == "date" for place in range(each.begin, each.end)}
        calendar = self.grammar.calendar
        days = [calendar[word] for place, word in enumerate(self.low) if word in calendar and place not in read]
        return frozenset([*days, *(each.same for each in self.mentions if each.same)])

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is claimed; of each kind at most one."""
        found: dict[str, set[Claim | None]] = {}
        for each in self.mentions:
            if each.kind is not None:
                found.setdefault(each.kind, set()).add(self._claim(each))
        alone = [next(iter(claims)) for claims in found.values() if len(claims) == 1]
        return tuple(claim for claim in alone if claim is not None)

    # -- what is said

    def _mentions(self) -> Iterator[Mention]:
        begins, read = self.grammar.begins, 0
        for place, token in enumerate(self.low):
            mention = None
            if place < read:
                continue
            if token in begins:
                mention = self._spoken(place)
            elif not token[0].isalpha() and is_figure(token):
                mention = self._date(place) or self._quantity(place, place + 1, token)
            if mention is not None:
                read = mention.end
                yield mention

    def _spoken(self, place: int) -> Mention | None:
        """What begins with a month or a number in words."""
        low, lexicon = self.low, self.grammar.lexicon
        if low[place] in lexicon.months and place + 1 < len(low) and is_figure(low[place + 1]):
            return self._month_first(place)
        found = self.grammar.numbers.at(low, place)
        if found is not None:
            return self._quantity(place, found[0], found[1], in_words=True)
        if low[place] in lexicon.articles and any(word in lexicon.bounds for word in low[max(0, place - 2) : place]):
            return self._quantity(place, place + 1, "1", in_words=True)
        return None

    def _date(self, place: int) -> Mention | None:
        token = self.low[place]
        if len(token) > 7:
            day = spelled.day(token)
            if day is not None:
                return Mention(place, place + 1, "date", on_day(day), day.isoformat())
        after = self._skip(place + 1, _ORDINAL)
        after = self._skip(after, self.grammar.lexicon.of)
        month = self.grammar.lexicon.months.get(self._at(after))
        if month is None or (token.isdecimal() and not 1 <= int(token[:3]) <= 31):
            return None
        return self._dated(place, after + 1, token, month)

    def _month_first(self, place: int) -> Mention | None:
        token = self.low[place + 1]
        if len(token) == 4 and token.isdecimal():
            return None  # a month of a year is no day
        after = self._skip(place + 2, _ORDINAL)
        if self.grammar.unit(self.low, after) is not None:
            return None  # `in May 30 days`
        return self._dated(place, after, token, self.grammar.lexicon.months[self.low[place]])

    def _dated(self, begin: int, end: int, number: str, month: int) -> Mention:
        """A day of a month; without a year nobody can say whether it is the same day as another."""
        comma = self._skip(end, frozenset(",."))
        year = self._at(comma)
        readable = number.isdecimal() and len(number) <= 2
        if len(year) == 4 and year.isdecimal():
            day = spelled.day_of(int(year), month, int(number)) if readable else None
            claim = on_day(day) if day is not None else None
            return Mention(begin, comma + 1, "date", claim, day.isoformat() if day else f"{year}-{month}-{number}")
        return Mention(begin, end, "date", None, f"{month}-{int(number) if readable else number}")

    def _quantity(self, begin: int, end: int, text: str, *, in_words: bool = False) -> Mention | None:
        """A number and what it counts."""
        grammar, low = self.grammar, self.low
        after = end
        if self._at(after) in (".", ",") and self._at(after + 1) in DASHES:  # 49.– EUR
            after += 2
            after = self._skip(after, DASHES)
        value = grammar.values.get(text) if in_words else spelled.number(text, grammar.decimal)
        word = self._at(after)
        percent = grammar.percent.at(low, after)
        if percent is not None:
            same = f"{_plain(value, text)} %"
            if value == _ALL:
                return Mention(begin, percent[0], None, None, same)
            return Mention(begin, percent[0], "share", None if value is None else Claim("share", "%", value), same)
        currency = grammar.currency(word, self.raw[after]) if word else None
        if currency is not None:
            return self._money(begin, after + 1, text, value, currency, in_words)
        unit = grammar.unit(low, end + 1 if self._at(end) == "-" else end)
        if unit is not None:
            claim = None if value is None else span(value, unit[1])
            same = f"{text} {unit[1]}" if claim is None else f"{spelled.shown(claim.value)} {claim.unit}"  # type: ignore[arg-type]
            return Mention(begin, unit[0], "duration", claim, same)
        currency = grammar.currency(low[begin - 1], self.raw[begin - 1]) if begin else None
        if currency is not None:
            return self._money(begin - 1, after, text, value, currency, in_words)
        if word in grammar.lexicon.cents:
            code = grammar.lexicon.cents[word]
            amount = value / 100 if code and value is not None else value
            return self._for_time(begin, after + 1, amount, code or "cents", text)
        if in_words and value is not None and value <= 1:
            return Mention(begin, end, None, None, "")  # `one` and `half` are said of anything
        return Mention(begin, end, None, None, _plain(value, text))

    def _money(self, begin: int, end: int, text: str, value: Decimal | None, currency: str, spoken: bool) -> Mention:
        amount = value if spoken else spelled.number(text, self.grammar.decimal, money=True)
        for more in (end, end + 1):  # 49 euros and 99 cents
            cents = self._at(more)
            if cents.isdecimal() and self._at(more + 1) in self.grammar.lexicon.cents and amount is not None:
                amount, end = amount + Decimal(cents) / 100, more + 2
                break
        if is_figure(self._at(end) or " "):
            amount = None  # 49 euros 99
        return self._for_time(begin, end, amount, currency, text)

    def _for_time(self, begin: int, end: int, amount: Decimal | None, currency: str, text: str) -> Mention:
        """An amount, once or for each of a unit of time."""
        if amount is None:
            return Mention(begin, end, "money", None, f"{text} {currency}")
        sentence = self._sentence(begin)
        found = self.grammar.periods_after.at(self.low, end)
        period = found[1] if found is not None else sentence.period
        if sentence.per_thing(begin, found[0] if found is not None else end):
            return Mention(begin, end, "money", None, f"{spelled.shown(amount)} {currency} each")
        claim = money(amount, currency, period)
        return Mention(
            begin, found[0] if found is not None else end, "money", claim, f"{spelled.shown(amount)} {claim.unit}"
        )

    # -- whether it is claimed

    def _claim(self, mention: Mention) -> Claim | None:
        claim, begin = mention.claim, mention.begin
        if claim is None:
            return None
        grammar, sentence = self.grammar, self._sentence(begin)
        window = max(sentence.begin, begin - _BEFORE)
        bounds = grammar.bounds.within(self.low, window, begin)
        if sentence.vague or not self._sure(mention, window, bounds):
            return None
        subjects = grammar.about.get(claim.kind)
        about = set() if subjects is None else {subjects[word] for word in sentence.words}
        if claim.kind in ("date", "duration"):
            about.update(bound for _, _, bound in bounds)
        about.discard("")
        return claim._replace(about=" ".join(sorted(about))) if about else claim

    def _sure(self, mention: Mention, window: int, bounds: list[tuple[int, int, str]]) -> bool:
        """Whether the words around it, from `window` on, let it stand as what it says."""
        grammar, begin = self.grammar, mention.begin
        if grammar.vague_after.at(self.low, mention.end) is not None or self._quoted(begin) or self._ranges(mention):
            return False
        before = grammar.vague_date if mention.kind == "date" else grammar.vague_number
        # `as of` is a bound, though `of` alone tells no date
        return all(
            any(first <= place and end <= last and last - first > end - place for first, last, _ in bounds)
            for place, end, _ in before.within(self.low, window, begin)
        )

    def _ranges(self, mention: Mention) -> bool:
        """Whether it is one end of a range, or one of two choices."""
        between = self.grammar.lexicon.range | DASHES
        kinds = (None, mention.kind)
        if mention.begin and self.low[mention.begin - 1] in between:
            other = self._ending.get(mention.begin - 1)
            if other is not None and other.kind in kinds:
                return True
        if self._at(mention.end) in between:
            other = self._beginning.get(mention.end + 1)
            return other is not None and other.kind in kinds
        return False

    def _quoted(self, place: int) -> bool:
        return bisect_right(self._quotes, place) % 2 == 1

    # -- where it stands

    def _at(self, place: int) -> str:
        return self.low[place] if place < len(self.low) else ""

    def _skip(self, place: int, what: frozenset[str]) -> int:
        return place + 1 if self._at(place) in what else place

    def _sentence(self, place: int) -> Sentence:
        if self._ends is None:
            self._ends = sentences(self.raw, self.low, self.grammar.lexicon.abbreviations)
        number = bisect_right(self._ends, place)
        found = self._of_sentence.get(number)
        if found is None:
            begin = self._ends[number - 1] if number else 0
            found = self._of_sentence[number] = Sentence(self.low, begin, self._ends[number], self.grammar)
        return found


def _plain(value: Decimal | None, text: str) -> str:
    return text if value is None else spelled.shown(value)
