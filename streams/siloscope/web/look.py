"""The board's stylesheet: the palette that all our pages share, then the board's own look."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import xxhash


@cache
def stylesheet() -> str:
    """CSS, light or dark with the reader's screen."""
    parts = (("siloscope.panels", "palette.css"), ("siloscope.web", "static/board.css"))
    return "\n".join(files(package).joinpath(name).read_text(encoding="utf-8") for package, name in parts)


@cache
def version() -> str:
    """Changes with the stylesheet: browsers may keep it for ever under an address that holds this."""
    return xxhash.xxh3_64_hexdigest(stylesheet().encode())
