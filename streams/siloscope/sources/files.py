"""Opening what is to be read: plain, gzip or Zstandard, or `-` for standard input."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

import zstandard

from ..errors import Unusable

STDIN: Final = "-"
_BUFFER: Final = 1 << 17  # bytes


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """The bytes of `path`, unpacked where they begin like gzip or Zstandard, whatever the name says.

    Raises `Unusable` when it cannot be read, also when the packed data are cut off or damaged on the way.
    """
    name = os.fspath(path)
    try:
        raw = sys.stdin.buffer if name == STDIN else open(name, "rb", buffering=_BUFFER)  # noqa: SIM115
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror or error}: check the path") from error
    try:
        yield _unpacked(cast(io.BufferedReader, raw))
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
        raise Unusable(f"{name} is cut off or damaged ({error}): copy it again") from error
    except IsADirectoryError as error:
        raise Unusable(f"{name} is a directory: name the file in it") from error
    finally:
        if name != STDIN:
            raw.close()


def _unpacked(raw: io.BufferedReader) -> BinaryIO:
    begin = raw.peek(4)[:4]
    if begin.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=raw), _BUFFER))
    if begin == b"\x28\xb5\x2f\xfd":
        return cast(BinaryIO, io.BufferedReader(_ZstandardFrames(raw), _BUFFER))
    return raw


class _ZstandardFrames(io.RawIOBase):
    """All frames of a Zstandard file; unlike the library's reader it tells when the last one is cut off."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._left = b""
        self._out = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """As `io.RawIOBase`; raises `EOFError` where a frame has no end."""
        while not self._out:
            packed = self._left or self._raw.read(_BUFFER)
            if not packed:
                if self._frame is not None:
                    raise EOFError("the end is missing")
                return 0
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._out = memoryview(self._frame.decompress(packed))
            self._left = b""
            if self._frame.eof:
                self._left, self._frame = self._frame.unused_data, None
        target = memoryview(cast(bytearray, buffer)).cast("B")
        count = min(len(target), len(self._out))
        target[:count] = self._out[:count]
        self._out = self._out[count:]
        return count
