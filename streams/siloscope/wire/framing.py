"""Confluent framing: 0x00, four bytes of schema id, the record. Which schema an id names, and which id we write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ..core.touchpoint import Rejected
from .avro import FRAME, Decoder, decoder
from .catalogue import KINDS, Schema, current, fingerprint, own_id, read, versions
from .registry import Registry

if TYPE_CHECKING:
    from ..settings import Settings


class Reader(NamedTuple):
    """How messages with one id are read; `in_order`: the fields come as our schema has them."""

    decode: Decoder
    in_order: bool


READERS: Final[dict[str, dict[bytes, Reader]]] = {kind: {} for kind in KINDS}  # by kind and the message's first bytes
_frames: Final[dict[str, bytes]] = {}
_registry: Registry | None = None


def configure(settings: Settings) -> None:
    """Take ids from the registry that the settings name, or from the checkout's own table where they name none.

    Asks the registry nothing yet: it is asked once for each id that is read or kind that is written.
    """
    global _registry
    for known in READERS.values():
        known.clear()
    _frames.clear()
    _registry = Registry.of(settings)


def frame(kind: str) -> bytes:
    """The five bytes before each record of `kind` that we write. Raises Unusable where the registry does not help."""
    known = _frames.get(kind)
    if known is None:
        number = _registry.id_of(kind) if _registry else own_id(kind)
        known = _frames[kind] = b"\0" + number.to_bytes(4, "big")
    return known


def reader(kind: str, framed: bytes) -> Reader | Rejected:
    """How to read the message as a `kind`, or why that cannot be. Raises RegistryDown."""
    header = framed[:FRAME]
    known = READERS[kind].get(header)
    if known is not None:
        return known
    if len(header) < FRAME or header[0]:
        message = "the value begins neither with { (JSON) nor with 0x00 and a schema id (Avro): see docs/events.md"
        return Rejected("undecodable", None, message)
    writer = _writer(kind, int.from_bytes(header[1:], "big"))
    if isinstance(writer, Rejected):
        return writer
    ours = current(kind)
    same = fingerprint(writer) == fingerprint(ours)
    made = READERS[kind][header] = Reader(decoder(writer, None if same else ours), same)
    return made


def _writer(kind: str, number: int) -> Schema | Rejected:
    """The schema under which a message was written: ours by the own table, which the registry cannot contradict."""
    version = versions().get(number)
    if version is None:
        schema = _registry.schema(number) if _registry else None
        return schema or Rejected("unknown_schema", None, _unknown(number))
    if version.kind != kind:
        message = (
            f"the record is of the kind {version.kind}, not {kind}: send it to the topic {KINDS[version.kind].topic}"
        )
        return Rejected("undecodable", None, message)
    return read(version.file)


def _unknown(number: int) -> str:
    if _registry:
        return f"schema id {number} is in the registry {_registry.url} no Avro record: register the producer's schema"
    return f"schema id {number} is not in schemas/ids.yml: set schema_registry_url to the producer's, or send JSON"
