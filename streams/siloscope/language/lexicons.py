"""Reads lexicons: one YAML file for each language. `docs/language.md` says what its keys mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import snowballstemmer
import xxhash

from ..core.claims import UNITS
from ..core.lexicon import Lexicon
from ..core.text import PlainReader
from ..core.tokens import phrase
from ..errors import Unusable
from ..yaml_lines import Node, read

T = TypeVar("T")

SHIPPED: Final = Path(__file__).resolve().parent
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_FORMS: Final = ("formal", "neutral", "informal")
_BOUNDS: Final = ("within", "by", "from")
_CLAIMED: Final = ("money", "share", "duration", "date")
_TITLES: Final = {"Mr": "Mr", "Ms": "Ms", "none": ""}


@cache
def shipped() -> PlainReader:
    """The reader with the languages that come with the program."""
    return PlainReader(lexicons(SHIPPED))


def reader(directory: Path) -> PlainReader:
    """The reader with the shipped languages and those in `directory`; a file replaces the shipped one of its language.

    Raises Unusable: one line with the file, the line, the key and the remedy.
    """
    own = lexicons(directory)
    if not own:
        raise Unusable(f"{directory}: there is no lexicon: write one as LANGUAGE.yml, as docs/language.md says")
    names = {each.language for each in own}
    together = [*own, *(each for each in lexicons(SHIPPED) if each.language not in names)]
    together.sort(key=lambda each: (each.language != "en", each.language))
    content = b"\0".join(path.read_bytes() for path in _files(directory))
    return PlainReader(together, f"lexicons {xxhash.xxh3_64_hexdigest(content)[:8]}")


def lexicons(directory: Path) -> list[Lexicon]:
    """The lexicons in a directory, English first."""
    found = [lexicon(path) for path in _files(directory)]
    return sorted(found, key=lambda each: (each.language != "en", each.language))


def lexicon(path: Path) -> Lexicon:
    """The lexicon in a file; raises Unusable: one line with the file, the line, the key and the remedy."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} cannot be read: {error}: check the path, and that it is UTF-8 text") from None
    root = read(text, str(path))
    keys = root.keys(_KEYS)
    for wanted in ("language", "stop_words"):
        if wanted not in keys:
            raise root.wrong(f"has no `{wanted}`: the keys are {', '.join(_KEYS)}")
    given: dict[str, Any] = {}
    for key, node in keys.items():
        given.update(_KEYS[key](node))
    if path.stem != given["language"]:
        raise keys["language"].wrong(f"is {given['language']}, so the file must be named {given['language']}.yml")
    return Lexicon(**given)


def _files(directory: Path) -> list[Path]:
    if not directory.is_dir():
        raise Unusable(f"{directory} is no directory: name the one with the lexicons")
    return sorted(directory.glob("*.yml"))


# -- what stands under a key


def _words(node: Node, *, as_written: bool = False) -> frozenset[str]:
    """The words and phrases between commas; one with a comma in it stands in quotation marks."""
    found: set[str] = set()
    for each in node.items():
        for row in csv.reader([each.text()], skipinitialspace=True):
            for text in row:
                word = " ".join(text.split())
                if not word:
                    raise node.wrong("has an empty word: take out the comma too many")
                if not as_written and word != word.lower():
                    raise node.wrong(f"{word!r} must be in lower case")
                if not phrase(word):
                    raise node.wrong(f"{word!r} is no word that a text can have")
                found.add(word)
    return frozenset(found)


def _meanings(node: Node, meaning: Callable[[str, Node], T]) -> dict[str, T]:
    """Each word under each key, with what the key means; a word has one meaning."""
    found: dict[str, T] = {}
    for key, under in node.keys().items():
        means = meaning(key, under)
        for word in _words(under):
            if found.setdefault(word, means) != means:
                raise under.wrong(f"{word!r} stands under another key too: it can have one meaning")
    return found


def _among(known: Iterable[str] | Mapping[str, str]) -> Callable[[str, Node], str]:
    """The meaning of a key that must be one of `known`."""
    meanings = known if isinstance(known, Mapping) else {each: each for each in known}

    def meaning(key: str, node: Node) -> str:
        if key not in meanings:
            raise node.wrong(f"there is no {key!r} here: the keys are {', '.join(meanings)}")
        return meanings[key]

    return meaning


def _counted(most: int) -> Callable[[str, Node], int]:
    def meaning(key: str, node: Node) -> int:
        if not key.isdecimal() or not 1 <= int(key) <= most:
            raise node.wrong(f"{key!r} must be a number from 1 to {most}")
        return int(key)

    return meaning


def _number(key: str, node: Node) -> str:
    try:
        number = Decimal(key)
    except InvalidOperation:
        number = Decimal(-1)
    if not 0 <= number <= 1_000_000:
        raise node.wrong(f"{key!r} must be a number in figures, like 12 or 0.5")
    return key


def _code(key: str, node: Node) -> str:
    if key != "unknown" and re.fullmatch("[A-Z]{3}", key) is None:
        raise node.wrong(f"{key!r} must be a currency's code, like EUR")
    return "" if key == "unknown" else key


def _about(node: Node) -> dict[str, dict[str, str]]:
    return {
        _among(_CLAIMED)(kind, under): _meanings(under, lambda subject, _: subject)
        for kind, under in node.keys().items()
    }


def _under(node: Node, known: Mapping[str, str], *, as_written: bool = False) -> dict[str, frozenset[str]]:
    """The words under each of `known` keys, by the name of its field."""
    if node.value == {}:
        return {}
    return {known[key]: _words(under, as_written=as_written) for key, under in node.keys(known).items()}


def _language(node: Node) -> str:
    name = node.text()
    if _LANGUAGE.fullmatch(name) is None:
        raise node.wrong(f"{name!r} must be a language's code, like en")
    return name


def _plain(field: str) -> Callable[[Node], dict[str, Any]]:
    return lambda node: {field: _words(node)}


_PLAIN: Final = (
    "stop_words", "quoted", "nobody", "particles", "articles", "of", "per", "articles_per", "by_way", "percent",
    "range", "abbreviations",
)  # fmt: skip
_ANSWERS: Final = {"yes": "yes", "yes first": "yes_first", "no": "no", "no first": "no_first", "unsure": "unsure"}
_VAGUE: Final = {each: f"vague_{each}" for each in ("number", "date", "after", "sentence")}
_KEYS: Final[dict[str, Callable[[Node], dict[str, Any]]]] = {
    "language": lambda node: {"language": _language(node)},
    "stemmer": lambda node: {"stemmer": node.choice(snowballstemmer.algorithms())},
    "decimal": lambda node: {"decimal": node.choice((".", ","))},
    "letters": lambda node: {"letters": frozenset(node.text())},
    "greetings": lambda node: {"greetings": _meanings(node, _among(_FORMS))},
    "closings": lambda node: {"closings": _meanings(node, _among(_FORMS))},
    "titles": lambda node: {"titles": _meanings(node, _among(_TITLES))},
    "address": lambda node: _under(node, {"formal": "formal", "informal": "informal"}, as_written=True),
    "answers": lambda node: _under(node, _ANSWERS),
    "months": lambda node: {"months": _meanings(node, _counted(12))},
    "weekdays": lambda node: {"weekdays": _meanings(node, _counted(7))},
    "numbers": lambda node: {"numbers": _meanings(node, _number)},
    "units": lambda node: {"units": _meanings(node, _among(tuple(UNITS)))},
    "periods": lambda node: {"periods": _meanings(node, _among(tuple(UNITS)))},
    "currencies": lambda node: {"currencies": _meanings(node, _code)},
    "cents": lambda node: {"cents": _meanings(node, _code)},
    "bounds": lambda node: {"bounds": _meanings(node, _among(_BOUNDS))},
    "vague": lambda node: _under(node, _VAGUE),
    "about": lambda node: {"about": _about(node)},
    **{field.replace("_", " ") if field != "stop_words" else field: _plain(field) for field in _PLAIN},
}
