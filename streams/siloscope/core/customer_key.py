"""Under which key a timeline lies: a customer, an account, the company itself; and on which partition."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

COMPANY: Final = "company:"  # where what the company said to everybody is judged; its alerts have no customer
EVERYBODY: Final = "*"  # the message key of a broadcast's copies
_ACCOUNT: Final = "account:"


def account_key(account: str) -> str:
    """The timeline of an organisation."""
    return _ACCOUNT + account


def account_of(key: str) -> str | None:
    """The organisation whose timeline this is, if it is one's."""
    return key[len(_ACCOUNT) :] if key.startswith(_ACCOUNT) else None


@lru_cache(maxsize=16_384)  # the members of an account come again and again
def partition_of(key: str, count: int) -> int:
    """The partition of `count` where a key belongs: murmur2 as Kafka's own default partitioner has it."""
    return (_murmur2(key.encode()) & 0x7FFFFFFF) % count


def _murmur2(data: bytes) -> int:
    """Kafka's 32-bit murmur2, seed 0x9747b28c."""
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    length = len(data)
    h = 0x9747B28C ^ length
    whole = length & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ (k >> 24)) * m & mask
        h = (h * m & mask) ^ k
    if length > whole:
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & mask
    h = (h ^ (h >> 13)) * m & mask
    return h ^ (h >> 15)
