"""What an error of the store means for whoever wants to write: wait, look for a row, or mend something."""

from __future__ import annotations

import struct
from typing import Final, Literal

from clickhouse_connect.driver.exceptions import DataError, ProgrammingError

# What the store says of single values: retrying is in vain, the other rows are well.
_OF_ROWS: Final = frozenset(
    {6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 190, 321, 349, 407, 469}  # parsing, conversion, ranges, constraints
)
# What the store says of its set-up: retrying is in vain until somebody mends it.
_OF_SET_UP: Final = frozenset(
    {10, 15, 16, 36, 47, 50, 60, 62, 80, 81, 115, 164, 192, 193, 194, 291, 392, 497, 516}  # names, rights, read-only
)
# What the client says of them, before it sends anything.
OF_VALUES: Final = (TypeError, ValueError, OverflowError, AttributeError, KeyError, struct.error)


class NoAnswer(Exception):
    """Something answered, but not the store: whether it has done what it was asked is not known."""


Meaning = Literal["again", "row", "set-up"]


def meaning_of(error: Exception) -> Meaning:
    """Whether to try again, to look for the row at fault, or to give up until the set-up is mended.

    What is not known is tried again: nothing is lost by waiting.
    """
    if isinstance(error, (DataError, *OF_VALUES)):
        return "row"
    code = getattr(error, "code", None)
    if code in _OF_ROWS or (code == 252 and "single INSERT block" in str(error)):
        return "row"
    return "set-up" if code in _OF_SET_UP or (code is None and isinstance(error, ProgrammingError)) else "again"
