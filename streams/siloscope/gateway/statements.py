"""What drivers ask besides SELECT: DESCRIBE, EXISTS and SHOW, each answered by a SELECT that means the same.

They are told apart by the engine's own tokens. Nothing of them is run as it came.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from clickhouse_connect.driver.binding import format_str

from .allowed import PLAIN, Catalogue, Refused, readable
from .functions import words

_SKIPPED: Final = words("Whitespace Comment Semicolon EndOfStream")
_COLUMNS: Final = (
    "SELECT name, type, default_kind AS default_type, default_expression, comment,"
    " compression_codec AS codec_expression, '' AS ttl_expression FROM system.columns"
    " WHERE database = {d} AND table = {t} ORDER BY position"
)
_CREATE: Final = "SELECT create_table_query AS statement FROM system.tables WHERE database = {d} AND name = {t}"


class Token(NamedTuple):
    """A piece of a statement, and the byte it begins at."""

    kind: str
    text: str
    start: int


def significant(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that say something."""
    return [token for token in tokens if token.kind not in _SKIPPED]


def as_select(tokens: Sequence[Token], known: Catalogue) -> str | None:
    """The SELECT to run in the place of a statement, None for what is left to be parsed as one. Raises Refused."""
    said = [token.text.upper() if token.kind == "BareWord" else token.text for token in tokens]
    match said:
        case ["DESCRIBE" | "DESC", "TABLE", "(", *_] | ["DESCRIBE" | "DESC", "(", *_]:
            return None
        case ["DESCRIBE" | "DESC", "TABLE", *_] if len(said) > 2:
            return _about(_COLUMNS, tokens[2:], known)
        case ["DESCRIBE" | "DESC", *_]:
            return _about(_COLUMNS, tokens[1:], known)
        case ["SHOW", "CREATE", "TABLE" | "VIEW", *_]:
            return _about(_CREATE, tokens[3:], known)
        case ["SHOW", "CREATE", *_]:
            return _about(_CREATE, tokens[2:], known)
        case ["EXISTS", "DATABASE", *_]:
            name, form = _named(tokens[2:])
            return f"SELECT toUInt8({int(name == (known.database,))}) AS result{form}"
        case ["EXISTS", "TABLE" | "VIEW" | "DICTIONARY", *_]:
            return _exists(tokens[2:], known)
        case ["EXISTS", *_]:
            return _exists(tokens[1:], known)
        case _:
            return None


def _exists(tokens: Sequence[Token], known: Catalogue) -> str:
    path, form = _named(tokens)
    try:
        readable(path, known)
        there = 1
    except Refused:
        there = 0
    return f"SELECT toUInt8({there}) AS result{form}"


def _about(select: str, tokens: Sequence[Token], known: Catalogue) -> str:
    path, form = _named(tokens)
    readable(path, known)
    database, table = path if len(path) == 2 else (known.database, path[0])
    return select.format(d=format_str(database), t=format_str(table)) + form


def _named(tokens: Sequence[Token]) -> tuple[tuple[str, ...], str]:
    """The table that `tokens` name, and what they say about the format, as SQL; nothing else may be there."""
    match tokens:
        case [name]:
            return (_plain(name),), ""
        case [database, Token("Dot"), name]:
            return (_plain(database), _plain(name)), ""
        case [*before, word, form] if word.text.upper() == "FORMAT":
            return _named(before)[0], f" FORMAT {_plain(form)}"
        case _:
            raise Refused("this form of statement is not allowed: name one view")


def _plain(token: Token) -> str:
    text = token.text[1:-1] if token.kind == "QuotedIdentifier" else token.text
    if token.kind not in ("BareWord", "QuotedIdentifier") or not PLAIN.fullmatch(text):
        raise Refused(f"{re.sub(r'[^ -~]', '?', token.text)[:60]} is no name of a view")
    return text
