"""What runs beside the demo in processes of its own: the worker, the writer, and the question what the store holds.

`python -m siloscope.ops.demo_child ROLE [LITTER]`, settings from the environment. Ends when its parent is gone, and
then removes the directory LITTER.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from siloscope.errors import Unusable
from siloscope.settings import Settings, load

_COUNTS: Final = {
    "touchpoints": "SELECT count() FROM v_touchpoints",
    "warnings": "SELECT count() FROM v_warnings",
    "incidents": "SELECT count() FROM v_incidents WHERE status != 'retracted'",
    "dead_letters": "SELECT count() FROM v_dead_letters",
}
_ALERTS: Final = "SELECT symptom, count() FROM v_alerts WHERE status != 'retracted' GROUP BY symptom"
ORPHAN_SECONDS: Final = 3
_ORPHANED: Final = threading.Event()


def worker(settings: Settings) -> None:
    """The worker, which says the port of its metrics page when it is ready."""
    from siloscope.agents.worker import run

    run(settings, keep_state=os.environ.get("DEMO_KEEPS_STATE") == "1", ready=lambda port: print(port, flush=True))


def writer(settings: Settings) -> None:
    """The writer."""
    from siloscope.stores.writer import run

    print(settings.metrics_port + 1, flush=True)
    run(settings, ask_rights=False)


def board(settings: Settings) -> None:
    """The staff board, which says its address."""
    from siloscope.web.run import run

    run(settings, ask_rights=False, said=lambda address: print(address, flush=True))


def deliver(settings: Settings) -> None:
    """The deliveries."""
    from siloscope.deliver.process import run

    run(settings, ask_rights=False)


def preflight(settings: Settings) -> None:
    """What answers before something is sent; it says its address."""
    from siloscope.preflight.service import run

    run(settings, ask_rights=False, said=lambda address: print(address, flush=True))


def counts(settings: Settings) -> None:
    """What the store holds, as one JSON object; the writer must have ended."""
    from siloscope.stores.client import opened

    with opened(settings) as store:
        found = {name: store.query(sql).result_rows[0][0] for name, sql in _COUNTS.items()}
        print(json.dumps(found | {"alerts": {row[0]: row[1] for row in store.query(_ALERTS).result_rows}}), flush=True)


def dashboards(settings: Settings) -> None:
    """The pages, whose address is said at once; they ask the writer's gateway as soon as it is there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        from siloscope.panels.command import serve

        pages = os.environ["DEMO_METRICS_PAGES"].split()
        while True:
            try:
                _wait_for_gateway(settings)
                serve(settings, listening, pages, None)
                return
            except Unusable as error:  # the gateway did not answer in time: much else runs on this machine
                print(error, file=sys.stderr)
                time.sleep(1)


def _wait_for_gateway(settings: Settings) -> None:
    """Until the writer lets others ask: whoever came before it would have the store to itself."""
    from siloscope.stores.lock import holder

    while (found := holder(settings.store.path)) is None or found.gateway is None:
        time.sleep(0.1)


ROLES: Final[dict[str, Callable[[Settings], None]]] = {
    "worker": worker, "writer": writer, "board": board, "deliver": deliver, "preflight": preflight,
    "dashboards": dashboards, "counts": counts,
}  # fmt: skip


def _watch_parent() -> None:
    """The parent holds the other end of standard input: it closes when the parent is gone, however it went."""
    while os.read(0, 1024):  # not sys.stdin: whose lock this thread would hold at the end of the program
        pass
    _ORPHANED.set()
    os.kill(os.getpid(), signal.SIGTERM)
    # The broker may have gone with the parent: nobody is left to end in good order with.
    time.sleep(ORPHAN_SECONDS)
    _leave_nothing()
    os._exit(1)


def _leave_nothing() -> None:
    if len(sys.argv) > 2:
        shutil.rmtree(sys.argv[2], ignore_errors=True)


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    threading.Thread(target=_watch_parent, daemon=True).start()
    status = 0
    try:
        ROLES[sys.argv[1]](load())
    except Unusable as error:
        print(error, file=sys.stderr)
        status = error.status
    if _ORPHANED.is_set():
        _leave_nothing()
    sys.exit(status)


if __name__ == "__main__":
    main()
