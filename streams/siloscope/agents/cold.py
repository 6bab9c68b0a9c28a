"""Customers at rest: in memory as far as it goes, the rest on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, MutableMapping
from typing import Final

_CACHE_KIB: Final = 2_048  # of the disk part, in memory


class Cold(MutableMapping[str, bytes]):
    """Packed customers by key; past `limit` bytes they go to a temporary file that dies with the process.

    Nothing here must survive: the state topic is the truth.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._memory: dict[str, bytes] = {}
        self._disk: sqlite3.Connection | None = None
        self._on_disk = 0

    def _table(self) -> sqlite3.Connection:
        if self._disk is None:
            # No name: a private temporary file.
            self._disk = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._disk.execute("pragma journal_mode=off")
            self._disk.execute("pragma synchronous=off")
            self._disk.execute(f"pragma cache_size=-{_CACHE_KIB}")
            self._disk.execute("create table customers (key text primary key, packed blob) without rowid")
        return self._disk

    def __getitem__(self, key: str) -> bytes:
        data = self._memory.get(key)
        if data is not None:
            return data
        if not self._on_disk:
            raise KeyError(key)
        row = self._table().execute("select packed from customers where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __setitem__(self, key: str, packed: bytes) -> None:
        if key in self:
            del self[key]
        if self._size + len(packed) <= self._limit:
            self._memory[key] = packed
            self._size += len(packed)
        else:
            self._table().execute("insert into customers values (?, ?)", (key, packed))
            self._on_disk += 1

    def __delitem__(self, key: str) -> None:
        data = self._memory.pop(key, None)
        if data is not None:
            self._size -= len(data)
            return
        if not self._on_disk or not self._table().execute("delete from customers where key = ?", (key,)).rowcount:
            raise KeyError(key)
        self._on_disk -= 1

    def __contains__(self, key: object) -> bool:
        if key in self._memory:
            return True
        if not self._on_disk:
            return False
        return self._table().execute("select 1 from customers where key = ?", (key,)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        yield from self._memory
        if self._on_disk:
            for (key,) in self._table().execute("select key from customers").fetchall():
                yield key

    def __len__(self) -> int:
        return len(self._memory) + self._on_disk
