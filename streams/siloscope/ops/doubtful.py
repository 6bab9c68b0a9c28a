"""What the doctor says of something that works, but not as well as it should."""

from __future__ import annotations

from ..errors import Unusable


class Doubtful(Unusable):
    """It works; the message says why it should be better and what to do."""
