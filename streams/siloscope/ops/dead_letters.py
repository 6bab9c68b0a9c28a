"""`siloscope deadletters`: what could not be used and why, and back with it once that is mended."""

from __future__ import annotations

import logging
import time
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition
from rich.table import Table

from .. import wire
from ..agents.connection import for_confluent
from ..agents.telling import DEAD_LETTERS
from ..core.rejected import REASONS
from ..errors import Unusable, WrongUsage, nearest
from .brokers import silent, why_no_broker
from .console import output
from .topics import topics

if TYPE_CHECKING:
    from ..settings import Settings

log = logging.getLogger(__name__)

ACTIONS: Final = ("list", "show", "redrive")
LISTED: Final = 20  # of the newest
REDRIVEN: Final = "siloscope-redriven"  # header: the dead letter's id
SECONDS: Final = 10.0

Letter = dict[str, Any]


def main(
    action: str, ids: Sequence[str], settings: Settings, *, reason: str | None = None, every: bool = False
) -> None:
    """Do one of `ACTIONS`; to `show` and `redrive` letters are named by id, by `reason` or are `every` one.

    Raises WrongUsage or Unusable in one line.
    """
    if action not in ACTIONS:
        raise WrongUsage(f"deadletters {action}: there is no such action; write list, show or redrive")
    if reason is not None and reason not in REASONS:
        raise WrongUsage(f"--reason {reason}: there is no such reason{nearest(reason, REASONS)}")
    if action != "list" and not (ids or reason or every):
        raise WrongUsage(f"deadletters {action}: name dead letters by id, or give --reason REASON or --every")
    wire.configure(settings)
    chosen = (letter for letter in read(settings) if _is_meant(letter, ids, reason))
    if action == "list":
        _list(chosen)
        return
    found = _show(chosen) if action == "show" else redrive(settings, chosen)
    missing = [name for name in ids if name not in found]
    if missing:
        raise Unusable(f"no dead letter {missing[0]} is in topic {DEAD_LETTERS}: `siloscope deadletters` lists them")


def read(settings: Settings) -> Iterator[Letter]:
    """Every dead letter in the topic now, each once. Raises Unusable when that cannot be read."""
    known: set[str] = set()
    for value in _values(settings):
        try:
            letter = wire.decode("dead_letter", value)
        except wire.Undecodable as error:
            log.warning("a record of %s is no dead letter: %s", DEAD_LETTERS, error)
            continue
        if letter["dead_letter_id"] not in known:
            known.add(letter["dead_letter_id"])
            yield letter


def redrive(settings: Settings, letters: Iterator[Letter]) -> set[str]:
    """Produce what the letters hold, as it was, to the topic and partition it came from; answers their ids.

    A letter that does not hold its record whole (a touchpoint that another with its id replaced) is left where it is.
    Raises Unusable when the broker does not take them.
    """
    producer = Producer(for_confluent(settings) | {"enable.idempotence": True, "acks": "all"}, logger=log)
    failed: list[KafkaError] = []
    done: set[str] = set()
    left = 0
    for letter in letters:
        done.add(letter["dead_letter_id"])
        if letter["offset"] < 0 or letter["topic"] not in topics():
            left += 1
            continue
        _produce(producer, letter, lambda error, _: failed.append(error) if error else None)
    if producer.flush(SECONDS) or failed:
        why = failed[0].str() if failed else "no answer"
        raise Unusable(f"the broker did not take all of them ({why}): run it again, nothing counts twice")
    output().print(
        f"{len(done) - left} sent again" + (f", {left} cannot be: their record is not whole" if left else "")
    )
    return done


def _produce(producer: Any, letter: Letter, report: Callable[[Any, Any], None]) -> None:
    headers = [(header["name"], header["value"]) for header in letter["headers"] if header["name"] != REDRIVEN]
    headers.append((REDRIVEN, letter["dead_letter_id"].encode()))
    record = (letter["topic"], letter["value"], letter["key"], letter["partition"], report)
    while True:
        try:
            producer.produce(*record, headers=headers)
            return
        except BufferError:
            producer.poll(0.5)


def _is_meant(letter: Letter, ids: Sequence[str], reason: str | None) -> bool:
    return (not ids or letter["dead_letter_id"] in ids) and reason in (None, letter["reason"])


def _list(letters: Iterator[Letter]) -> None:
    reasons: Counter[str] = Counter()
    newest: deque[Letter] = deque(maxlen=LISTED)
    for letter in letters:
        reasons[letter["reason"]] += 1
        newest.append(letter)
    console = output()
    if not newest:
        console.print("no dead letters")
        return
    table = Table("id", "refused", "reason", "what is wrong", box=None, pad_edge=False)
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    for letter in sorted(newest, key=lambda letter: int(letter["detected_at"])):
        table.add_row(
            letter["dead_letter_id"], wire.rfc3339(letter["detected_at"]), letter["reason"], letter["message"]
        )
    console.print(table)
    console.print(", ".join(f"{count:,} {reason}" for reason, count in sorted(reasons.items())))


def _show(letters: Iterator[Letter]) -> set[str]:
    shown = set()
    for letter in letters:
        shown.add(letter["dead_letter_id"])
        print(msgspec.json.encode(_readable(letter)).decode())
    return shown


def _readable(letter: Letter) -> Letter:
    """The letter for people: times spelled out, bytes as text where they are text, else in base64."""
    times = {name: datetime.fromtimestamp(letter[name] / 1000, UTC) for name in ("timestamp", "detected_at")}
    headers = [{"name": header["name"], **_text("value", header["value"])} for header in letter["headers"]]
    whole = letter | times | {"headers": headers} | _text("key", letter["key"]) | _text("value", letter["value"])
    return {name: part for name, part in whole.items() if not isinstance(part, bytes)}


def _text(name: str, data: bytes | None) -> dict[str, str | None]:
    if data is None:
        return {name: None}
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": b64encode(data).decode()}


def _values(settings: Settings) -> Iterator[bytes]:
    """The values of the topic up to where it ends now: what is sent again may well come back behind that."""
    connection = for_confluent(settings) | {"group.id": f"{settings.group_id}-deadletters", "enable.auto.commit": False}
    consumer = Consumer(connection | {"enable.partition.eof": True}, logger=silent())
    try:
        places = _places(consumer, settings)
        ends = _ends(consumer, places)
        consumer.assign(places)
        heard = time.monotonic()
        while ends:
            messages = consumer.consume(1000, 0.1)
            heard = time.monotonic() if messages else heard
            if time.monotonic() - heard > SECONDS:
                raise Unusable(f"no Kafka broker answers at {settings.bootstrap_servers}: is it still there?")
            for message in messages:
                error, partition = message.error(), message.partition()
                if error is not None and error.code() != KafkaError._PARTITION_EOF:
                    raise Unusable(f"topic {DEAD_LETTERS} cannot be read: {error.str()}")
                if error is None and message.offset() < ends.get(partition, 0):
                    yield message.value() or b""
                if error is not None or message.offset() + 1 >= ends.get(partition, 0):
                    ends.pop(partition, None)
    finally:
        consumer.close()


def _ends(consumer: Any, places: Sequence[TopicPartition]) -> dict[int, int]:
    """The offset after the last record of each partition."""
    try:
        return {place.partition: consumer.get_watermark_offsets(place, timeout=SECONDS)[1] for place in places}
    except KafkaException as error:  # its leader is being chosen, or the broker went away just now
        raise Unusable(f"topic {DEAD_LETTERS} cannot be read now ({error.args[0].str()}): ask again") from None


def _places(consumer: Any, settings: Settings) -> list[TopicPartition]:
    try:
        found = consumer.list_topics(DEAD_LETTERS, timeout=SECONDS).topics[DEAD_LETTERS]
    except KafkaException:
        raise Unusable(why_no_broker(settings).text) from None
    if found.error is not None or not found.partitions:
        raise Unusable(f"there is no topic {DEAD_LETTERS}: make it with `siloscope topics --create`")
    return [TopicPartition(DEAD_LETTERS, number, OFFSET_BEGINNING) for number in found.partitions]
