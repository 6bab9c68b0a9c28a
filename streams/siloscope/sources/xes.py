"""XES event logs (IEEE 1849) as rows: one a event, in bounded memory however long the log is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.parsers import expat

from ..errors import Unusable
from .rows import Numbered

CASE: Final = "case:"
_CHUNK: Final = 1 << 16  # bytes


def events(file: BinaryIO, name: str) -> Iterator[Numbered]:
    """Each event's attributes by key, its trace's attributes under `case:KEY`; numbered through the file.

    `@event` is its number within its trace. All values are texts as they stand; attributes of attributes are
    left out, and so are the log's own. Raises `Unusable` where the file is no well-formed XML.
    """
    log = _Log(name)
    parse = log.parser.Parse
    try:
        while chunk := file.read(_CHUNK):
            parse(chunk)
            yield from log.taken()
        parse(b"", True)
    except expat.ExpatError as error:
        raise Unusable(
            f"{name}, line {error.lineno}: no well-formed XES ({expat.errors.messages[error.code]}): "
            "is the file whole, and is it XML?"
        ) from error
    yield from log.taken()


class _Log:
    """What the parser has met and nobody has taken yet.

    The standard library's parser, used as it is: building elements takes three times as long. A document
    type, by which XML is made to attack its reader, is refused; XES has none.
    """

    def __init__(self, name: str) -> None:
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._name = name
        self._done: list[Numbered] = []
        self._depth = 0
        self._row = 0
        self._event = 0
        self._trace: dict[str, str] | None = None
        self._into: dict[str, str] | None = None  # whose attributes come now
        self._at = 0  # and at which depth

    def taken(self) -> list[Numbered]:
        """The events read since the last time."""
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._into is not None and self._depth == self._at:
            if tag == "event" and self._into is self._trace:
                self._event += 1
                self._into = {**self._trace, "@event": str(self._event)}
                self._at += 1
            elif attributes and attributes[0] == "key":
                key = attributes[1] if self._into is not self._trace else CASE + attributes[1]
                self._into[key] = attributes[3] if len(attributes) > 3 else ""
        elif tag == "trace" and self._trace is None:
            self._trace = self._into = {}
            self._event = 0
            self._at = self._depth + 1

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._into is None or self._depth != self._at - 2:
            return
        if self._into is self._trace:
            self._trace = self._into = None
        else:
            self._row += 1
            self._done.append((self._row, self._into, ""))
            self._into = self._trace
            self._at -= 1

    def _refuse(self, *_: object) -> None:
        raise Unusable(f"{self._name} has a document type (<!DOCTYPE …>), which XES has not: take it out")
