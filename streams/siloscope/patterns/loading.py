"""The symptoms that are not ours: of installed packages, of Python files, of pattern files."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

from ..core.symptom import Symptom
from ..errors import Unusable, WrongUsage
from ..symptoms import ALL
from ..yaml_lines import Node, read
from .definition import definition
from .pattern import Pattern, symptom_of
from .python_files import check_symptom, symptoms_of_file, symptoms_of_module

GROUP: Final = "siloscope.symptoms"  # of entry points, each a Symptom or a module of some
_PATTERNS: Final = (".yml", ".yaml")


def own(paths: Iterable[Path | str] = ()) -> tuple[type[Symptom], ...]:
    """The symptoms of installed packages, then those in `paths`, in their order.

    Raises Unusable in one line with the place, the value and the remedy; a name may be taken only once.
    """
    return distinct(_all(paths))


def distinct(found: Iterable[tuple[str, type[Symptom]]]) -> tuple[type[Symptom], ...]:
    """The symptoms found, each with its place, if no two have one name and none that of ours."""
    taken = {symptom.name: "one of Siloscope's own" for symptom in ALL}
    symptoms = []
    for place, symptom in found:
        if symptom.name in taken:
            raise Unusable(f"{place}: the name {symptom.name} is taken by {taken[symptom.name]}: choose another")
        taken[symptom.name] = f"that of {place}"
        symptoms.append(symptom)
    return tuple(symptoms)


def _all(paths: Iterable[Path | str]) -> Iterator[tuple[str, type[Symptom]]]:
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        yield from ((f"entry point {point.name}", each) for each in _installed(point))
    for path in map(Path, paths):
        yield from ((str(path), each) for each in symptoms_in(path))


def symptoms_in(path: Path) -> list[type[Symptom]]:
    """The symptoms in a Python or pattern file; raises Unusable in one line."""
    if not path.is_file():
        raise WrongUsage(f"{path}: there is no such file")
    if path.suffix == ".py":
        return list(symptoms_of_file(path))
    if path.suffix in _PATTERNS:
        return [pattern_of(tree(path))]
    raise WrongUsage(f"{path}: a symptom is written in a Python file (.py) or as a pattern (.yml)")


def tree(path: Path) -> Node:
    """What stands in a YAML file."""
    return read(text_of(path), str(path))


def text_of(path: Path) -> str:
    """The text of a file; raises WrongUsage where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongUsage(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{path}: is no UTF-8 text") from None


def pattern_of(root: Node) -> type[Pattern]:
    """The symptom that a pattern's file declares."""
    return symptom_of(definition(root))


def _installed(point: EntryPoint) -> list[type[Symptom]]:
    place = f"entry point {point.name} = {point.value}"
    try:
        found = point.load()
    except Exception as error:
        raise Unusable(f"{place}: cannot be imported: {type(error).__name__}: {error}; mend or remove it") from error
    if isinstance(found, ModuleType):
        return symptoms_of_module(found, place)
    if not inspect.isclass(found) or not issubclass(found, Symptom):
        raise Unusable(f"{place}: is no Symptom: name a class of that kind, or a module of some")
    check_symptom(found, place)
    return [found]
