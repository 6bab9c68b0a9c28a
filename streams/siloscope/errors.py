"""What is told to the user in one line, without a traceback."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class Unusable(Exception):
    """Something outside the program stops the work; the message is one line: what is wrong and how to mend it.

    The command line prints `siloscope: MESSAGE` on standard error and ends with `status`.
    """

    status = 1


class WrongUsage(Unusable):
    """The user asked for something that cannot be: a setting, an option, a name that does not exist."""

    status = 2


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: `; did you mean X?`, or the names there are."""
    names = sorted(known)
    near = get_close_matches(name, names, 1, 0.6)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
