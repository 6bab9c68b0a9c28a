"""Quix Streams: our decoder and core, one state write per event (RocksDB), with its changelog."""

from __future__ import annotations

from typing import Any

from quixstreams import Application, message_context

from bench.detecting import Detecting
from bench.measure import Meter, Task, report, settled, task
from siloscope.core.touchpoint import Touchpoint
from siloscope.garbage import collect_young
from siloscope.wire import decode_touchpoint


def run(given: Task) -> None:
    """Handle the task's events, then report."""
    app = Application(
        broker_address=given.broker,
        consumer_group=given.group,
        auto_offset_reset="earliest",
        state_dir=given.work,
        use_changelog_topics=True,
        producer_extra_config={"acks": "all"},
        loglevel="ERROR",
    )
    topic = app.topic("touchpoints", key_deserializer="bytes", value_deserializer="bytes")
    detecting, meter, seen = Detecting(given.partitions), Meter(), 0

    def detect(raw: bytes, state: Any) -> None:
        nonlocal seen
        meter.begin()
        message = message_context()
        touchpoint = decode_touchpoint(raw)
        assert isinstance(touchpoint, Touchpoint)
        detecting.take(message.partition, touchpoint, message.offset, raw)
        state.set_bytes("last", raw)
        seen += 1
        if seen == given.events:
            detecting.close()
            app.stop()

    app.dataframe(topic).apply(detect, stateful=True)
    settled(collect_young)  # as the worker
    app.run()
    report(meter.end(seen))


if __name__ == "__main__":
    given: Any = task()
    run(given)
