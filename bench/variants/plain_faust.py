"""A Faust agent as its documentation shows it: upstream transport, our decoder and core, one Table write per event."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import faust

from bench.detecting import Detecting
from bench.measure import Meter, Task, report, settled, task
from siloscope.core.touchpoint import Touchpoint
from siloscope.garbage import collect_young
from siloscope.wire import decode_touchpoint


def build(given: Task) -> Any:
    """The app with its agent."""
    app = faust.App(
        given.group,
        broker=f"kafka://{given.broker}",
        store="memory://",
        datadir=given.work,
        web_enabled=False,
        topic_partitions=given.partitions,
        topic_replication_factor=1,
        topic_disable_leader=True,
        producer_acks=-1,
        producer_linger=0.02,  # seconds; the default sends each record on its own
        consumer_auto_offset_reset="earliest",
        key_serializer="raw",
        value_serializer="raw",
    )
    topic = app.topic("touchpoints", key_type=bytes, value_type=bytes, key_serializer="raw")
    table = app.Table("last", key_type=bytes, value_type=bytes, partitions=given.partitions)
    detecting, meter = Detecting(given.partitions), Meter()

    @app.agent(topic)  # type: ignore[untyped-decorator]
    async def detect(stream: Any) -> None:
        seen = 0
        async for event in stream.events():
            meter.begin()
            raw, message = event.value, event.message
            touchpoint = decode_touchpoint(raw)
            assert isinstance(touchpoint, Touchpoint)
            detecting.take(message.partition, touchpoint, message.offset, raw)
            table[event.key] = raw
            seen += 1
            if seen == given.events:
                detecting.close()
                await app.producer.flush()
                report(meter.end(seen))
                os._exit(0)  # all is measured; an orderly stop takes Faust seconds

    return app


async def run(app: Any) -> None:
    """Until the agent ends the process."""
    await app.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    app = build(task())
    settled(collect_young)  # as the worker
    asyncio.run(run(app))
