"""Time to a verdict over HTTP for one message to one customer: `python -m bench.preflight`, about half a minute."""

from __future__ import annotations

import gc
import http.client
import json
import multiprocessing
import socket
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from bench.measure import settled
from siloscope.core.partition import Partition
from siloscope.core.replica import Replica
from siloscope.core.touchpoint import DAY, Touchpoint, customer_of
from siloscope.ops.health import Answer
from siloscope.ops.listening import Server, listening
from siloscope.ops.replay import Replay
from siloscope.ops.simulate import Plan, simulate
from siloscope.preflight.command import HOT
from siloscope.preflight.http import application
from siloscope.preflight.many import asking
from siloscope.symptoms import detection

REQUESTS: Final = 500
_COMPANY: Final = Plan(seed=5, customers=4_000, days=2)
_LIVES: Final = Plan(seed=2, customers=40, days=395, faults=0.0)
_LONG: Final = 512  # touchpoints of a full timeline
_ROOM: Final = 1_000_000
_MESSAGES: Final[tuple[dict[str, Any], ...]] = (
    {"activity": "promotion", "channel": "email", "department": "marketing",
     "text": "This week only: all plans 20 % off for you. Order until Friday."},
    {"activity": "message", "direction": "outbound", "channel": "email", "department": "support", "case_ref": "k-1",
     "text": "We have refunded the 40 euros; the money is with you by Monday."},
    {"activity": "renewal_ask", "channel": "phone", "department": "sales"},
    {"activity": "form_request", "channel": "portal", "department": "finance", "fields": ["iban", "birth_date"]},
)  # fmt: skip

Records = list[tuple[bytes, "bytes | None"]]


def main() -> None:
    company, lives = told(_COMPANY), told(_LIVES)
    print(f"{'p50':>8} {'p99':>8} {'CPU p50':>8} {'CPU p99':>8}  ms over HTTP, requests one after the other")
    mixed = [name for name in company if name]
    full = [name for name, count in lives.items() if name and count >= _LONG]
    _say("customers as they come, most of them at rest", company_records(_COMPANY), 50_000, mixed)
    records = company_records(_LIVES)
    _say(f"{len(full)} customers with {_LONG} touchpoints, kept folded", records, _ROOM, full)
    _say("the same, at rest: each folded anew", records, 1, full, REQUESTS // 2)
    print(f"{_listed(mixed):8.3f} ms of CPU for each customer of a list, in one process")


def told(plan: Plan) -> dict[str, int]:
    """How many touchpoints each customer has."""
    counts: dict[str, int] = {}
    for each in simulate(plan):
        counts[customer_of(each)] = counts.get(customer_of(each), 0) + 1
    return counts


def company_records(plan: Plan) -> Records:
    """What the state topic would hold of it."""
    partition, records = Partition(detection()), Records()
    for number, each in enumerate(simulate(plan)):
        partition.take(each, ("touchpoints", number))
        if number % 1_000 == 0:
            records += partition.drain().state
    records += partition.drain().state
    while partition.busy:
        records += partition.drain().state
    return records


def _say(what: str, records: Records, hot: int, customers: list[str], requests: int = REQUESTS) -> None:
    replica = Replica(detection(), {}, hot)
    for key, value in records:
        replica.load(key, value)
    replica.settle()
    with listening("bench", "127.0.0.1", 0) as at:
        server = multiprocessing.get_context("fork").Process(target=_serve, args=(replica, at))
        server.start()
        try:
            measured = list(_asked(at.getsockname()[1], customers, requests))
        finally:
            server.kill()
            server.join()
    columns = [sorted(column) for column in zip(*measured, strict=True)]
    figures = [column[int(len(column) * share)] for column in columns for share in (0.5, 0.99)]
    print(*(f"{each:8.1f}" for each in figures), what, flush=True)
    gc.collect()


def _listed(customers: list[str]) -> float:
    """Milliseconds of CPU for each, when `siloscope preflight --to` asks about all of them."""
    run = Replay(detection(), hot=HOT, telling=False)
    for each in simulate(_COMPANY):
        run.take(each)
    run.close()
    message = json.dumps(_MESSAGES[0]).encode()
    began = time.process_time()
    with asking(run, 0) as answers:
        count = sum(1 for _ in answers((message, each) for each in customers))
    return (time.process_time() - began) / count * 1e3


def _serve(replica: Replica, at: socket.socket) -> None:
    settled()

    def well() -> Answer:
        return Answer("preflight", True, "ready", 0, 0.0)

    def imagine(touchpoint: Touchpoint) -> Any:
        return replica.imagine(touchpoint, replica.newest)

    now: Callable[[], int] = lambda: replica.newest + DAY  # noqa: E731
    Server(_weighed(application(imagine, replica.knows, now, well, well, None))).run(sockets=[at])


def _weighed(app: Any) -> Any:
    """The application, which also says what CPU a request took: a busy machine leaves that as it is."""

    async def weighed(scope: Any, receive: Any, send: Any) -> None:
        began = time.process_time()

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                took = str((time.process_time() - began) * 1e3).encode()
                message["headers"] = [*message["headers"], (b"x-cpu", took)]
            await send(message)

        await app(scope, receive, sent)

    return weighed


def _asked(port: int, customers: list[str], requests: int) -> Iterator[tuple[float, float]]:
    """Milliseconds of each request, and those of CPU; after some that are not counted."""
    chance, connection = Random(1), http.client.HTTPConnection("127.0.0.1", port)
    for number in range(requests + 20):
        known = {"identifiers": [{"kind": "customer_id", "value": chance.choice(customers)}]}
        body = json.dumps(_MESSAGES[number % len(_MESSAGES)] | known)
        began = time.perf_counter()
        connection.request("POST", "/v1/preflight", body, {"content-type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            sys.exit(f"bench: {answer.status}: {said!r}")
        if number >= 20:
            yield (time.perf_counter() - began) * 1e3, float(answer.headers["x-cpu"])


if __name__ == "__main__":
    main()
