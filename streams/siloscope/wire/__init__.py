"""What stands on the wire: Avro in Confluent framing, or JSON, to our structs and back. See docs/events.md."""

from siloscope.wire.catalogue import KINDS
from siloscope.wire.framing import configure
from siloscope.wire.json_form import Undecodable, json_line, rfc3339
from siloscope.wire.records import decode, encode
from siloscope.wire.registry import RegistryDown
from siloscope.wire.touchpoints import Clock, decode_touchpoint

__all__ = [
    "KINDS",
    "Clock",
    "RegistryDown",
    "Undecodable",
    "configure",
    "decode",
    "decode_touchpoint",
    "encode",
    "json_line",
    "rfc3339",
]
