"""Where the files shipped with the program are: beside the package when installed, at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def shipped(name: str) -> Path:
    """The shipped file or directory `name`, like `schemas` or `schemas/topics.yml`."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _CHECKOUT / name


def checkout() -> Path | None:
    """The top of the checkout this program runs from; None when it is installed as a package."""
    return _CHECKOUT if (_CHECKOUT / "uv.lock").is_file() and (_CHECKOUT / "tests").is_dir() else None
