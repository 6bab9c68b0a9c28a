"""What an owner may tune of a pattern: `within: {duration: 72 h, meaning: how long …}`."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from dataclasses import fields, make_dataclass
from typing import Any, Final

from ..core import parameters
from ..core.parameters import BadParameter, parameters_of
from ..core.rejected import shown
from ..yaml_lines import Node
from .scope import name_of
from .templates import OF_ALL

MODE: Final = "mode"  # of a symptom, in the owner's rules
_KINDS: Final[dict[str, tuple[type, Callable[..., Any], Any]]] = {
    "duration": (int, parameters.duration, "1 h"),
    "count": (int, parameters.count, 1),
    "share": (float, parameters.share, 0.0),
    "number": (float, parameters.number, 0.0),
    "names": (tuple, parameters.names, ""),
}


def tunable(node: Node | None, pattern: str) -> type[Any]:
    """The class of a pattern's parameters; raises Unusable in one line."""
    found = [_parameter(name, each, pattern) for name, each in node.keys().items()] if node is not None else []
    return make_dataclass("Parameters", found, frozen=True)


def kinds_of(kind: type[Any]) -> dict[str, str]:
    """The parameters' kinds by their names."""
    return {each.name: each.metadata["kind"] for each in fields(kind)}


def _parameter(name: str, node: Node, pattern: str) -> tuple[str, type, Any]:
    name_of(name, node, "a parameter")
    if keyword.iskeyword(name):
        raise node.wrong(f"{name} is a word of Python: choose another name")
    if name in (*OF_ALL, MODE):
        where = "the rules" if name == MODE else "sentences"
        raise node.wrong(f"{name} means something else in {where}: choose another")
    keys = node.keys((*_KINDS, "meaning", "stricter"))
    given = [kind for kind in _KINDS if kind in keys]
    if len(given) != 1 or "meaning" not in keys:
        raise node.wrong("write its kind with the default, and what it means: {duration: 72 h, meaning: how long …}")
    kind = given[0]
    type_, make, any_default = _KINDS[kind]
    options = {"stricter": keys["stricter"].choice(("less", "more"))} if "stricter" in keys else {}
    if kind == "names" and options:
        raise keys["stricter"].wrong("names are neither more nor less strict: leave it out")
    meaning = " ".join(keys["meaning"].text().split())
    # The readers of owners' values say what is wrong with a default, too.
    probe = make_dataclass("Probe", [(name, type_, make(any_default, meaning, **options))], frozen=True)
    try:
        default = getattr(parameters_of(probe, pattern, {name: _plain(keys[kind])}), name)
    except BadParameter as error:
        raise keys[kind].wrong(str(error)) from None
    written = keys[kind].text() if kind == "duration" else ", ".join(default) if kind == "names" else default
    if not meaning:
        raise keys["meaning"].wrong(f"say what {shown(name)} means, for who tunes it")
    return (name, type_, make(written, meaning, **options))


def _plain(node: Node) -> object:
    return [each.text() for each in node.value] if isinstance(node.value, list) else node.text()
