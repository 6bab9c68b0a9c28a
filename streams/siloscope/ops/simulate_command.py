"""`siloscope simulate`: the invented company's events as JSON lines, or into a broker at a multiple of real time."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from siloscope import wire
from siloscope.core.rejected import Rejected
from siloscope.core.soundness import milliseconds
from siloscope.core.touchpoint import Touchpoint, customer_of
from siloscope.core.words import counted, day
from siloscope.errors import Unusable, WrongUsage
from siloscope.ops.progress import progress
from siloscope.ops.simulate import DEFAULT_START, Plan, labels, moment, simulate
from siloscope.ops.simulate_company import rules_text
from siloscope.ops.simulate_injected import NORMAL
from siloscope.settings import Settings, load

TOPIC: Final = "touchpoints"
CHUNK: Final = 1_000  # touchpoints between two steps of the progress bar
FLUSH_SECONDS: Final = 30
CONNECT_SECONDS: Final = 10


def main(
    seed: int, customers: int, start: str | None, days: int, faults: str, *, out: Path | None, labelled: Path | None,
    rules: Path | None, to_broker: bool, speed: float, config: Path | None,
) -> None:  # fmt: skip
    """Write, or send to the broker of the settings; raises Unusable."""
    plan = plan_of(seed, customers, start, days, faults)
    if rules is not None:
        with _opened(rules) as put:
            put(rules_text().encode())
    if to_broker:
        send(plan, load(config), speed, labelled)
    elif speed:
        raise WrongUsage("--speed is how fast events go to a broker: add --to-broker")
    else:
        write(plan, out, labelled)


def plan_of(seed: int, customers: int, start: str | None, days: int, faults: str = "injected") -> Plan:
    """The plan the user asked for; `start` is a day or a time, `faults` injected, normal or the share of customers that
    a week's faults hit. Raises WrongUsage where they are not."""
    begins = DEFAULT_START if start is None else _time(start)
    return Plan(seed, customers, begins, days, _share(faults))


def _time(start: str) -> int:
    try:
        begins = milliseconds(datetime.fromisoformat(start if "T" in start else f"{start}T00:00:00Z"), "start")
    except ValueError:
        begins = Rejected(
            "invalid_value", "start", f"start {start} is no time: write it like 2026-03-05 or 2026-03-05T08:00:00Z"
        )
    if isinstance(begins, Rejected):
        raise WrongUsage(begins.message)
    return begins


def _share(faults: str) -> float | None:
    if faults in ("injected", "normal"):
        return NORMAL if faults == "normal" else None
    try:
        share = float(faults)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise WrongUsage(f"--faults {faults}: write injected, normal, or a share of customers a week like 0.02")
    return share


def write(plan: Plan, out: Path | None, labelled: Path | None) -> None:
    """Touchpoints as JSON lines to `out` (None: standard output), labels to `labelled`; raises Unusable."""
    put_in = _write_labels(plan, labelled)
    written, first, last = 0, plan.start, plan.start
    with _opened(out) as put, progress("simulate", "touchpoints") as advance:
        for touchpoint in simulate(plan):
            put(line_of(touchpoint))
            last = moment(touchpoint)
            first = min(first, last)
            written += 1
            if written % CHUNK == 0:
                advance(CHUNK)
    if out is not None:
        what = f"{counted(written, 'touchpoint')} of {counted(plan.customers, 'customer')} in {out}"
        span = f"from {day(plan.start)} to {day(last)} and before, since {day(first)}"
        print(f"{what}, {span}" + (f"; {put_in} in {labelled}" if put_in else ""), file=sys.stderr)


_encoder: Final = msgspec.json.Encoder()
_TIMES: Final = re.compile(rb'_at":(\d{13})')


def line_of(touchpoint: Touchpoint) -> bytes:
    """What `wire.json_line` says of a touchpoint that is known to be sound, several times as fast."""
    return _TIMES.sub(_spelled, _encoder.encode(touchpoint))


def _spelled(found: re.Match[bytes]) -> bytes:
    seconds, rest = divmod(int(found[1]), 1_000)
    return b'_at":"%s.%03dZ"' % (_second(seconds), rest) if rest else b'_at":"%sZ"' % _second(seconds)


@lru_cache(maxsize=65_536)
def _second(seconds: int) -> bytes:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)).encode()


def send(plan: Plan, settings: Settings, speed: float, labelled: Path | None) -> None:
    """Touchpoints into the broker's topic; `speed` times as fast as real time from `start` on, 0: as fast as it goes.

    What happened before `start` is sent at once. Raises Unusable when the broker does not take it.
    """
    from siloscope.agents.connection import for_confluent

    _write_labels(plan, labelled)
    failed: list[KafkaError] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failed.append(error)

    quick = {"linger.ms": 5, "partitioner": "murmur2_random", "enable.idempotence": True}
    producer = Producer(for_confluent(settings) | quick | {"on_delivery": delivered, "log_level": 2})
    _must_answer(producer, settings.bootstrap_servers)
    begins: float | None = None
    with progress("simulate", "touchpoints") as advance:
        for touchpoint in simulate(plan):
            if speed and moment(touchpoint) >= plan.start:
                begins = begins or time.monotonic()
                _wait(producer, begins + (moment(touchpoint) - plan.start) / 1000 / speed)
            _produce(producer, touchpoint)
            advance(1)
            if failed:
                break
        left = producer.flush(FLUSH_SECONDS)
    if failed or left:
        why = failed[0].str() if failed else "no answer"
        raise Unusable(
            f"the broker at {settings.bootstrap_servers} did not take everything: {why}; check it, then the topic"
        )


def _must_answer(producer: Producer, servers: str) -> None:
    try:
        known = producer.list_topics(timeout=CONNECT_SECONDS).topics
    except KafkaException:
        raise Unusable(f"no Kafka broker answers at {servers}: start it, or set bootstrap_servers") from None
    if TOPIC not in known:
        raise Unusable(f"the broker has no topic {TOPIC}: make the topics with `siloscope topics --create`")


def _wait(producer: Producer, until: float) -> None:
    while (left := until - time.monotonic()) > 0.001:
        producer.poll(min(left, 0.1))


def _produce(producer: Producer, touchpoint: Touchpoint) -> None:
    while True:
        try:
            producer.produce(TOPIC, wire.encode("touchpoint", touchpoint), customer_of(touchpoint) or "*")
            producer.poll(0)
            return
        except BufferError:
            producer.poll(0.1)


def _write_labels(plan: Plan, labelled: Path | None) -> str:
    """Writes them, and answers how many of which there are."""
    if labelled is None:
        return ""
    expected = near = 0
    with _opened(labelled) as put:
        for label in labels(plan):
            put(wire.json_line(label))
            expected, near = expected + label.expected, near + (not label.expected)
    return f"{counted(expected, 'symptom')} put in and {near:,} near miss{'' if near == 1 else 'es'}"


@contextmanager
def _opened(path: Path | None) -> Iterator[Callable[[bytes], Any]]:
    """Yields what writes one line; raises Unusable where the file cannot be written."""
    if path is None:
        yield lambda line: sys.stdout.buffer.write(line.rstrip(b"\n") + b"\n")
        sys.stdout.buffer.flush()
        return
    try:
        with path.open("wb") as file:
            yield lambda line: file.write(line.rstrip(b"\n") + b"\n")
    except KeyboardInterrupt:
        print(f"siloscope: interrupted; {path} is unfinished: delete it, or simulate again", file=sys.stderr)
        raise
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}; choose another place") from None
