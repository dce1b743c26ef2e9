"""Commands, events and records to bytes and back: MessagePack arrays, with one extension type for big amounts.

The schema version stands in every segment's header; ``UPCASTS`` lifts older payloads, one version at a time.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from venue.domain.commands import Command
from venue.domain.events import Event
from venue.domain.money import decode_hook, encode_hook, extension_hook

SCHEMA_VERSION = 1

# version -> a function that turns a plain record [sequence, command, events] of that version into the next one's.
# Any: a record of an older schema has no type any more.
UPCASTS: dict[int, Callable[[list[Any]], list[Any]]] = {}


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One journal record, as one feed message: the command (with its time) and all that it did."""

    sequence: int
    command: Command
    events: list[Event]


class RawRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A record whose events stay encoded, for replay: they are compared, not read."""

    sequence: int
    command: Command
    events: msgspec.Raw


def decoder(shape: Any) -> "msgspec.msgpack.Decoder[Any]":
    # Any: msgspec's decoder takes a type or a union, for which typing has no name.
    return msgspec.msgpack.Decoder(shape, dec_hook=decode_hook, ext_hook=extension_hook)


_encoder = msgspec.msgpack.Encoder(enc_hook=encode_hook)
encode = _encoder.encode
encode_into = _encoder.encode_into
decode_command: Callable[[bytes | memoryview], Command] = decoder(Command).decode
decode_events: Callable[[bytes | memoryview], list[Event]] = decoder(list[Event]).decode
decode_record: Callable[[bytes | memoryview], Record] = decoder(Record).decode
decode_raw_record: Callable[[bytes | memoryview], RawRecord] = decoder(RawRecord).decode


class UnknownSchema(Exception):
    """A payload of an older schema version for which there is no upcast."""


def upcast_payload(version: int, payload: bytes) -> bytes:
    """The payload of a record of an older version as one of today's, lifted one version at a time.

    Raises UnknownSchema; a version newer than ours is refused before, where its file is opened.
    """
    if version == SCHEMA_VERSION:
        return payload
    record: list[Any] = _decode_plain(payload)
    for step in range(version, SCHEMA_VERSION):
        if step not in UPCASTS:
            raise UnknownSchema(f"no upcast from schema version {step}")
        record = UPCASTS[step](record)
    return encode(record)


def decode_record_of(version: int, payload: bytes) -> Record:
    """A record of any version up to today's, in today's types."""
    return decode_record(upcast_payload(version, payload))


_decode_plain = decoder(list[Any]).decode
