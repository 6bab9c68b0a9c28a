"""The doctor's look at the store: is it there, up to date, and may we write to it."""

from __future__ import annotations

import importlib.util
from contextlib import suppress
from typing import Any

from clickhouse_connect.driver.exceptions import ClickHouseError

from ..errors import Unusable
from ..settings import Settings
from ..stores.client import opened, refused_by
from ..stores.lock import OpenElsewhere
from ..stores.migrations import pending


def look(settings: Settings) -> str:
    """What store there is; raises Unusable with the remedy where the writer could not use it."""
    store = settings.store
    where = store.url or f"embedded in {store.path}"
    if not store.url and importlib.util.find_spec("chdb") is None:
        raise Unusable("the embedded store is not installed: pip install 'siloscope[embedded]', or set store.url")
    if not store.url and not store.path.exists():  # opening it would make it
        return f"{where}, made when the writer starts"
    try:
        with opened(settings) as client:
            todo = pending(client)
            if todo and store.url:
                raise Unusable(f"{len(todo)} migrations are to be applied to {where}: siloscope migrate")
            _may_write(client, settings)
            later = f", {len(todo)} migrations applied when the writer starts" if todo else ""
            return f"{where}, ClickHouse {client.server_version}{later}"
    except OpenElsewhere as error:
        read_at = f", read through {error.holder.gateway}" if error.holder.gateway else ""
        return f"{where}, open in process {error.holder.process} now{read_at}"
    except ClickHouseError as error:
        raise refused_by(settings, error) from None


def _may_write(client: Any, settings: Settings) -> None:
    """Raise Unusable when the server says that this user may not; servers before 24.10 do not say."""
    if not settings.store.url:
        return
    for right in ("SELECT", "INSERT"):
        allowed: Any = True
        with suppress(ClickHouseError):
            allowed = client.command(f"CHECK GRANT {right} ON {settings.database}.*")
        if not int(allowed):
            user = settings.store.username
            raise Unusable(f"user {user} lacks {right} on {settings.database}: GRANT {right} ON {settings.database}.*")
