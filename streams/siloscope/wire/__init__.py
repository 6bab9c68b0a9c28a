"""What stands on the wire: Avro in Confluent framing, or JSON, to our structs and back. See docs/events.md."""

from .catalogue import KINDS
from .framing import configure
from .json_form import Undecodable, json_line, rfc3339
from .records import decode, encode
from .registry import RegistryDown
from .touchpoints import Clock, decode_touchpoint

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
