"""The company's fortnight in an embedded store, for the pages that ask one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tests.browser.company import told, touchpoints
from tests.warehouse import Company, fill, records_of

from siloscope import wire
from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up


def company_of(now: int) -> Company:
    """What happened and what was told of it, as the warehouse's tests have it."""
    records = told(now)
    made = Company(now=now)
    made.arrivals = [wire.decode_touchpoint(json.dumps(each).encode()) for each in touchpoints(now)]
    made.alerts = [each for each in records if isinstance(each, Alert)]
    made.warnings = [each for each in records if isinstance(each, Warning)]
    made.incidents = [each for each in records if isinstance(each, Incident)]
    return made


@contextmanager
def stored(now: int, directory: Path) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    """What `Site.store` is: gives the client of a store that holds the company, to one at a time."""
    settings = load(None, store={"path": directory / "store"})
    turn = threading.Lock()
    with opened(settings) as client:
        bring_up(client, settings)
        fill(client, records_of(company_of(now)))

        @contextmanager
        def asked() -> Iterator[Any]:
            with turn:
                yield client

        yield asked
