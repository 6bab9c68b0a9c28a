"""YAML that knows on which line each value stands, so that an error can say where to mend it.

Every scalar is a text as written: `NO` is a country and `0612` a phone number, never false or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import yaml

from .core.rejected import nearest, shown
from .errors import Unusable

_DEEPEST: Final = 20


class _Loader(yaml.SafeLoader):
    """Knows no type but text; `<<` still merges."""

    yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))]}  # noqa: RUF012


@dataclass(frozen=True, eq=False)
class Node:
    """A value of the file: a text, a list or a mapping of nodes, and where it stands."""

    value: str | list[Node] | dict[str, Node]
    file: str
    line: int
    path: str  # like touchpoints[2].when

    def wrong(self, what: str) -> Unusable:
        """The error that `what` is wrong here."""
        return Unusable(f"{self.file}, line {self.line}: {self.path or 'the file'}: {what}")

    def text(self) -> str:
        """The text, or an error."""
        if isinstance(self.value, str):
            return self.value
        raise self.wrong("must be a text, not a list or mapping")

    def choice(self, among: Iterable[str]) -> str:
        """The text, which must be one of `among`."""
        text, known = self.text(), sorted(among)
        if text not in known:
            raise self.wrong(f"{shown(text)} is none of {', '.join(known)}")
        return text

    def yes(self) -> bool:
        """What `yes` or `no` says."""
        return self.choice(("yes", "no", "true", "false")) in ("yes", "true")

    def items(self) -> list[Node]:
        """The list; a single text counts as a list of one."""
        if isinstance(self.value, dict):
            raise self.wrong("must be a text or a list, not a mapping")
        return self.value if isinstance(self.value, list) else [self]

    def keys(self, known: Iterable[str] | None = None) -> dict[str, Node]:
        """The mapping; with `known` any other key is an error."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be a mapping of `key: value`")
        if known is not None:
            names = sorted(known)
            for key, node in self.value.items():
                if key not in names:
                    there = nearest(key, names) or f": the keys are {', '.join(names)}"
                    raise node.wrong(f"unknown key {shown(key)}{there}")
        return self.value


def read(text: str, file: str) -> Node:
    """The one document in `text`; raises `Unusable` where it is no YAML or names a key twice."""
    loader = _Loader(text)
    try:
        tree = loader.get_single_node()
        if tree is None:
            raise Unusable(f"{file} is empty: write a mapping into it")
        return _node(loader, tree, file, "", 0)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unusable(f"{file}, line {line}: no YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise Unusable(f"{file}: no YAML: {str(error).splitlines()[0]}") from error
    finally:
        loader.dispose()


def _node(loader: _Loader, tree: yaml.Node, file: str, path: str, depth: int) -> Node:
    line = tree.start_mark.line + 1
    if depth > _DEEPEST:
        raise Unusable(f"{file}, line {line}: {path} is nested too deep")
    if isinstance(tree, yaml.MappingNode):
        _once(tree, file)
        loader.flatten_mapping(tree)
        before = f"{path}." if path else ""
        keys = {key.value: _node(loader, each, file, before + key.value, depth + 1) for key, each in tree.value}
        return Node(keys, file, line, path)
    if isinstance(tree, yaml.SequenceNode):
        each = [_node(loader, one, file, f"{path}[{number}]", depth + 1) for number, one in enumerate(tree.value, 1)]
        return Node(each, file, line, path)
    return Node(tree.value, file, line, path)


def _once(tree: yaml.MappingNode, file: str) -> None:
    seen: set[str] = set()
    for key, _ in tree.value:
        if not isinstance(key, yaml.ScalarNode):
            raise Unusable(f"{file}, line {key.start_mark.line + 1}: a key must be a text")
        if key.value in seen and key.value != "<<":
            raise Unusable(f"{file}, line {key.start_mark.line + 1}: the key {shown(key.value)} is there twice")
        seen.add(key.value)
