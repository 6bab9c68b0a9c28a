"""A model that an owner plugs in: a directory with a `reader.py`. Nothing is ever downloaded."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import xxhash

from ..core.text import PlainReader, Reader
from ..errors import Unusable
from .lexicons import shipped


def model(directory: Path, plain: PlainReader | None = None) -> Reader:
    """`Reader(directory, plain)` of the `reader.py` in a directory; `plain` reads by lexicons, the shipped by default.

    Raises Unusable: one line with the file, what it lacks and the remedy.
    """
    path = directory / "reader.py"
    if not path.is_file():
        raise Unusable(f"{path} is not there: a model is a directory with a reader.py, as docs/language.md says")
    spec = spec_from_file_location(f"siloscope_model_{directory.name}", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        made = module.Reader(directory, plain or shipped())
    except Exception as error:
        line = f"{type(error).__name__}: {error}".splitlines()[0]
        raise Unusable(f"{path} cannot be used: {line}: it needs a class Reader(directory, plain)") from error
    for wanted in ("read", "similarity"):
        if not callable(getattr(made, wanted, None)):
            raise Unusable(f"{path} cannot be used: its Reader has no {wanted}: docs/language.md shows one")
    if not getattr(made, "version", ""):
        made.version = (
            f"model {xxhash.xxh3_64_hexdigest(path.read_bytes())[:8]} {plain.version if plain else ''}".strip()
        )
    return made  # type: ignore[no-any-return]
