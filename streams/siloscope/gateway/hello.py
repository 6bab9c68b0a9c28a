"""The first question of clickhouse-go, and with it of Grafana, answered so that it can read what follows.

Over HTTP that driver asks the server for its revision and reads blocks as that revision writes them. The embedded
engine writes them in one way, the oldest: as revision 0. The answer that says so must itself be of the driver's own.
"""

from __future__ import annotations

import struct
from typing import Final

_QUESTION: Final = "SELECT displayName(), version(), revision(), timezone()"
_WITH_INFO: Final = 1  # from this revision a block begins with what it is
_WITH_SERIALIZATION: Final = 54_454  # from this one each column says whether it is written in a way of its own


def hello(sql: str, form: str, revision: int, version: str) -> bytes | None:
    """The answer to a driver of `revision` (0: it said none), a block in the format Native; None: another question."""
    if " ".join(sql.split()) != _QUESTION or form != "Native":
        return None
    info = b"\x01\x00\x02" + struct.pack("<i", -1) + b"\x00" if revision >= _WITH_INFO else b""
    own = b"\x00" if revision >= _WITH_SERIALIZATION else b""
    columns = (
        ("displayName()", "String", _text("siloscope")),
        ("version()", "String", _text(version)),
        ("revision()", "UInt32", struct.pack("<I", 0)),
        ("timezone()", "String", _text("UTC")),
    )
    return info + b"\x04\x01" + b"".join(_text(name) + _text(kind) + own + value for name, kind, value in columns)


def _text(text: str) -> bytes:
    """A short text as Native has it."""
    data = text.encode()
    return bytes([len(data)]) + data
