"""How much memory a worker may come to need, and how much there is for it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..settings import Settings

HOT_BYTES: Final = 35_000  # of a customer kept live
BESIDES: Final = 400_000_000  # the process itself, its queues and buffers
_LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def most_needed(settings: Settings) -> int:
    """Bytes that a worker takes with as many customers as the settings let it keep."""
    return settings.hot_customers * HOT_BYTES + settings.cold_megabytes * 1_000_000 + BESIDES


def there() -> int:
    """Bytes of this machine or, if that is less, of the container."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for file in _LIMITS:
        with suppress(OSError, ValueError):  # `max`: no limit
            found.append(int(Path(file).read_text()))
    return min(found)
