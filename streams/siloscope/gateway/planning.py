"""From the text of a query to what is run in its place: parsed by the engine, checked, and written anew by the engine.

What runs is a text of the engine's own making, and the tree that it reads in that text is checked once more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from siloscope.core.rejected import nearest

from .allowed import Catalogue, Refused, check, check_show
from .engine import Failed, Handle
from .statements import Token, as_select, significant


class Plan(NamedTuple):
    """What is run, and the format of its answer."""

    text: str
    form: str


def planned(
    handle: Handle, sql: str, known: Catalogue, form: str, forms: Collection[str], settings: Mapping[str, str]
) -> Plan:
    """What to run for `sql`, in `sql`'s own format (one of `forms`) or else in `form`, under our `settings`.

    Raises Refused, or Failed where the engine cannot parse it.
    """
    tokens = significant(_tokens(handle, sql))
    if tokens and tokens[0].text.upper() == "INSERT":  # with values the parser fails, in words of its own
        raise Refused("INSERT is not a SELECT")
    instead = as_select(tokens, known)
    if instead is None and _describes(tokens):
        return _described(handle, _from_bracket(sql, tokens), known, form, forms)
    tree = _parsed(handle, sql if instead is None else instead)
    chosen = _format(tree, form, forms)
    if tree.get("type") in ("ShowTablesQuery", "ShowColumnsQuery"):
        return Plan(_written(handle, tree, lambda here: check_show(here, known)), chosen)
    check(tree, known)
    ended = {"format_ast": {"type": "Identifier", "name": chosen}, "settings_ast": _settings(settings)}
    return Plan(_written(handle, tree | ended, lambda here: _check_ended(here, known, ended)), chosen)


def _described(handle: Handle, select: str, known: Catalogue, form: str, forms: Collection[str]) -> Plan:
    tree = _parsed(handle, select)
    chosen = _format(tree, form, forms)
    check(tree, known)
    return Plan(f"DESCRIBE TABLE ({_written(handle, tree, lambda here: check(here, known))})", chosen)


def _settings(settings: Mapping[str, str]) -> dict[str, Any]:
    changes = [{"name": name, "value": {"field_type": "String", "value": value}} for name, value in settings.items()]
    return {"type": "SetQuery", "changes": changes}


def _check_ended(tree: Mapping[str, Any], known: Catalogue, ended: Mapping[str, Any]) -> None:
    """Raise Refused unless `tree` ends in exactly our format and settings, and is else allowed."""
    rest = dict(tree)
    if {part: rest.pop(part, None) for part in ended} != ended:
        raise Refused("this form of query cannot be written anew: put it in other words")
    check(rest, known)


def _describes(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and tokens[0].text.upper() in ("DESCRIBE", "DESC")


def _from_bracket(sql: str, tokens: Sequence[Token]) -> str:
    """The query in brackets that is to be described, with what follows it."""
    start = next((token.start for token in tokens if token.text == "("), None)
    return "" if start is None else sql.encode()[start:].decode()


def _format(tree: dict[str, Any], form: str, forms: Collection[str]) -> str:
    """The format of the answer; it is taken out of `tree`."""
    named = tree.pop("format_ast", None)
    chosen = form if named is None else str(named.get("name"))
    if chosen not in forms:
        raise Refused(f"format {chosen[:60]} is not allowed{nearest(chosen, forms)}")
    return chosen


def _tokens(handle: Handle, sql: str) -> list[Token]:
    found = handle.rows("SELECT tokenizeQuery({q:String}) AS tokens", q=sql)[0]["tokens"]
    text = sql.encode()
    return [Token(one["type"], text[one["begin"] : one["end"]].decode(), one["begin"]) for one in found]


def _parsed(handle: Handle, sql: str) -> dict[str, Any]:
    """The tree of one statement as the engine parses it. Nothing is run; several statements are an error."""
    try:
        tree: Any = json.loads(handle.rows("SELECT parseQueryToJSON({q:String}) AS tree", q=sql)[0]["tree"])
    except UnicodeDecodeError:
        raise Refused("bytes that are no UTF-8 are not allowed in a text: unhex('…') makes them") from None
    except Failed as error:
        said, _, own = str(error).partition(": In scope SELECT parseQueryToJSON(")
        raise Failed(said + (" (" + own.rpartition("(")[2] if own else "")) from None
    if not isinstance(tree, dict):
        raise Refused("that is not a SELECT")
    return tree


_TOO_LARGE: Final = "a number this large cannot be written out in a query here: toFloat64('1e20') makes it from a text"


def _written(handle: Handle, tree: Mapping[str, Any], check_it: Callable[[Mapping[str, Any]], None]) -> str:
    """`tree` as SQL by the engine, which passes `check_it` as the engine reads it."""
    try:
        text = str(handle.rows("SELECT formatQueryFromJSON({t:String}) AS text", t=json.dumps(tree))[0]["text"])
    except Failed:
        raise Refused(_TOO_LARGE) from None
    check_it(_parsed(handle, text))
    return text
