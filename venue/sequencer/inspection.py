"""Looking at a journal from outside: is every byte of it good, and what does it say. Needs no lock, changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from venue.sequencer import codec
from venue.sequencer.frames import GENESIS
from venue.sequencer.recovery import Progress
from venue.sequencer.segments import ChainWalk, list_segments


class Verified(NamedTuple):
    """last_hash vouches for the whole journal. torn_bytes: of an unfinished write at the end, never acknowledged."""

    segments: int
    last_sequence: int
    last_hash: bytes
    torn_bytes: int


def verify(directory: Path, progress: Progress | None = None) -> Verified:
    """Checks every byte and the whole hash chain. Raises JournalDamaged (file, offset, sequence) or SchemaTooNew."""
    segments = list_segments(directory)
    if not segments:
        return Verified(0, 0, GENESIS, 0)
    walk = ChainWalk(segments)
    for first, payloads in walk:
        if progress is not None:
            progress(first + len(payloads) - 1)
    return Verified(len(segments), walk.sequence, walk.hash, walk.torn_bytes)


def inspect(directory: Path, from_sequence: int = 1, to_sequence: int | None = None) -> Iterator[dict[str, Any]]:
    """The records of a range as plain values for JSON or a terminal, fields by name, checked on the way.

    Any: what the fields hold depends on their command or event.
    """
    segments = list_segments(directory)
    if not segments:
        return
    for first, payloads in ChainWalk(segments, from_sequence):
        for sequence, payload in enumerate(payloads, first):
            if to_sequence is not None and sequence > to_sequence:
                return
            record = codec.decode_record(payload)
            events = [_named(event) for event in record.events]
            yield {"sequence": sequence, "command": _named(record.command), "events": events}


def _named(value: msgspec.Struct) -> dict[str, Any]:
    return {"type": type(value).__name__, **{field: _plain(getattr(value, field)) for field in value.__struct_fields__}}


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {field: _plain(getattr(value, field)) for field in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(element) for element in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return getattr(value, "name", value)
