"""A text is read once for its touchpoint, however often the timeline is folded."""

from __future__ import annotations

from siloscope import language
from siloscope.core.bulletin import Bulletin
from siloscope.core.customer import Customer
from siloscope.core.text import Reading
from siloscope.core.touchpoint import entry_of
from siloscope.ops.simulate import Plan, simulate
from siloscope.symptoms import detection


class Counting:
    """The shipped reader, which writes down what it reads."""

    def __init__(self) -> None:
        self.plain = language.shipped()
        self.texts: list[str] = []

    def read(self, text: str, spoken: str | None) -> Reading:
        self.texts.append(text)
        return self.plain.read(text, spoken)

    def similarity(self, one: Reading, other: Reading) -> float:
        return self.plain.similarity(one, other)


def test_folding_a_timeline_again_reads_no_text_again():
    lived = [entry_of(each) for each in simulate(Plan(customers=30, days=60)) if each.identifiers]
    counting = Counting()
    watch = detection(reader=counting)
    for _ in range(3):
        customer = Customer("c", watch, Bulletin())
        for entry in lived[-512:]:
            customer.insert(entry)
        customer.fold = None
        customer.folded()
    assert counting.texts
    assert len(counting.texts) == len(set(counting.texts))


def test_a_symptom_that_reads_no_text_makes_nobody_read():
    counting = Counting()
    detection(reader=counting)
    assert not counting.texts
