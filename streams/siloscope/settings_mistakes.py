"""What is wrong with a setting, in one line that gives no secret away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

from pydantic import BaseModel

from .errors import nearest
from .secret_files import secrets_of


def sentence(mistake: Any, root: type[BaseModel], place: Callable[[tuple[str, ...]], str]) -> str:
    """One line about a pydantic error: where, key, value, remedy; `place` says where a path stands."""
    path, groups = _walk(tuple(str(part) for part in mistake["loc"]), root)
    key, where, name, group = ".".join(path), place(path), path[-1], groups[0]
    if mistake["type"].startswith("union_tag"):
        return f"{where}{key}: say its kind, one of {', '.join(kind for each in groups for kind in _kinds(each))}"
    if mistake["type"] == "extra_forbidden":
        return f"{where}{key}: there is no such setting{nearest(name, group.model_fields)}"
    field = group.model_fields.get(path[-2] if name.isdecimal() and len(path) > 1 else name)
    meaning = f" ({field.description})" if field and field.description else ""
    return f"{where}{key}{_value(mistake, name in secrets_of(group))}: {_remedy(mistake)}{meaning}"


def _value(mistake: Any, secret: bool) -> str:
    """The wrong value, where it may be shown: groups hold secrets, and so do addresses with a user."""
    found, kind = mistake["input"], mistake["type"]
    said_elsewhere = kind in ("value_error", "missing", "model_type", "model_attributes_type")
    hidden = secret or isinstance(found, dict) or ("://" in str(found) and "@" in str(found))
    return "" if said_elsewhere or hidden else f" = {found!r}"


def _remedy(mistake: Any) -> str:
    match mistake["type"]:
        case "missing":
            return "it is missing: write it"
        case "string_pattern_mismatch":
            return "it does not fit"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "write settings below it, like {name: value}"
    said: str = mistake["msg"].removeprefix("Value error, ").replace("Input should be", "write")
    return said.replace("a valid tuple", "a list")


def _walk(found: tuple[str, ...], root: type[BaseModel]) -> tuple[tuple[str, ...], list[type[BaseModel]]]:
    """A path as the file has it, without the kinds that pydantic puts between, and the groups its end may be in."""
    groups: list[type[BaseModel]] = [root]
    path = []
    for part in found:
        field = next((each.model_fields[part] for each in groups if part in each.model_fields), None)
        of_kind = [each for each in groups if part in _kinds(each)]
        if field is None and of_kind:
            groups = of_kind
            continue
        path.append(part)
        if field is not None and len(path) < len(found):
            groups = list(_models(field.annotation)) or groups
    return tuple(path), groups


def _kinds(group: type[BaseModel]) -> tuple[str, ...]:
    """Of which kind a group is, where its setting has several."""
    kind = group.model_fields.get("kind")
    return get_args(kind.annotation) if kind else ()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The groups that a field may hold: itself, in a list, or by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)
