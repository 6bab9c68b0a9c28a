"""A lexicon that is wrong is refused with its file, line, key and the remedy."""

from __future__ import annotations

import pytest

from siloscope import language
from siloscope.core.lexicon import Lexicon, agreed, merged
from siloscope.errors import Unusable
from siloscope.language.lexicons import _KEYS, SHIPPED, lexicon

GOOD = "language: fr\nstop_words: le, la\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("stop_words: le\n", 1, "has no `language`"),
        ("language: fr\n", 1, "has no `stop_words`"),
        ("language: French\nstop_words: le\n", 1, "'French' must be a language's code, like en"),
        ("language: it\nstop_words: le\n", 1, "so the file must be named it.yml"),
        (GOOD + "stemer: french\n", 3, "unknown key 'stemer': did you mean stemmer?"),
        (GOOD + "stemmer: klingon\n", 3, "'klingon' is none of"),
        (GOOD + "decimal: ';'\n", 3, "is none of ,, ."),
        (GOOD + "quoted: a, , b\n", 3, "has an empty word: take out the comma too many"),
        (GOOD + "quoted: A écrit\n", 3, "'A écrit' must be in lower case"),
        (GOOD + "months:\n  13: mars\n", 4, "'13' must be a number from 1 to 12"),
        (GOOD + "months:\n  3: mars\n  4: avril, mars\n", 5, "'mars' stands under another key too"),
        (GOOD + "numbers:\n  two: deux\n", 4, "'two' must be a number in figures"),
        (GOOD + "units:\n  moon: lune\n", 4, "there is no 'moon' here: the keys are second, minute"),
        (GOOD + "currencies:\n  euro: euro\n", 4, "must be a currency's code, like EUR"),
        (GOOD + "greetings:\n  warm: salut\n", 4, "there is no 'warm' here: the keys are formal, neutral, informal"),
        (GOOD + "about:\n  price:\n    refund: avoir\n", 5, "there is no 'price' here: the keys are money, share"),
        (GOOD + "vague:\n  before: vers\n", 4, "unknown key 'before'"),
        (GOOD + "titles:\n  M: monsieur\n", 4, "there is no 'M' here: the keys are Mr, Ms, none"),
        (GOOD + "bounds: dans\n", 3, "must be a mapping"),
        (GOOD + "months: [\n", 4, "no YAML"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_the_remedy(tmp_path, text, line, message):
    path = tmp_path / "fr.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(Unusable) as error:
        lexicon(path)
    said = str(error.value)
    assert said.startswith(f"{path}, line {line}: ") and message in said and "\n" not in said


def test_a_directory_without_lexicons_is_refused(tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Unusable, match=str(place)):
            language.reader(place)


def test_the_smallest_lexicon_reads(tmp_path):
    (tmp_path / "fr.yml").write_text(GOOD, "utf-8")
    reading = language.reader(tmp_path).read("le 3 mars 2026, la fin de 49 EUR", "fr")
    assert reading.language == "fr" and "le" not in reading.stems


def test_an_own_file_replaces_the_shipped_one_of_its_language(tmp_path):
    (tmp_path / "de.yml").write_text("language: de\nstop_words: der, die, das\n", "utf-8")
    own = language.reader(tmp_path)
    assert not own.read("Der Tarif kostet 49 Mäuse im Monat.", "de").claims
    assert own.read("The plan costs 49 EUR a month.", "en").claims


def test_the_shipped_languages_have_everything():
    for name in ("en", "de"):
        text = (SHIPPED / f"{name}.yml").read_text("utf-8")
        there = {line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()}
        assert _KEYS.keys() - there <= {"letters"}, name


def test_what_two_languages_disagree_on_is_dropped_where_the_language_is_not_known():
    assert agreed([{"a": 1, "b": 2}, {"a": 1, "b": 3}]) == {"a": 1}
    both = merged(
        [Lexicon("xx", months={"mar": 3, "mai": 5}), Lexicon("yy", months={"mar": 4}, stop_words=frozenset("y"))]
    )
    assert both.months == {"mai": 5} and both.stop_words == {"y"} and both.decimal is None
