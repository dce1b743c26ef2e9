"""Snapshot files: a state machine's whole state at one sequence, tied to the journal by the hash there.

One file: magic, schema version, sequence, journal hash, state hash, length of the body, CRC-32 of all that,
body, SHA-256 of everything before it. It appears under its name whole and durable, or not at all.
"""

import logging
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from struct import Struct
from zlib import crc32

import msgspec

from venue.domain import limits
from venue.sequencer import codec
from venue.sequencer.journal import sync_directory
from venue.sequencer.segments import SchemaTooNew

log = logging.getLogger("venue.sequencer")

MAGIC = b"VENUES\r\n"
SUFFIX = ".snapshot"

_UNFINISHED = ".unfinished"
_HEADER = Struct("<8sIQ32s32sQ")
_CRC = Struct("<I")
_BODY_AT = _HEADER.size + _CRC.size
_DIGEST_BYTES = 32


class Snapshot(msgspec.Struct, frozen=True):
    """journal_hash: of the record with this sequence; state_hash: hex SHA-256, as StateMachine.state_hash gives."""

    sequence: int
    journal_hash: bytes
    state_hash: str
    body: bytes


class SnapshotDamaged(Exception):
    """The bytes of a snapshot file are not what was written."""


class Snapshots:
    """A directory of snapshots, made where missing. kept: how many of the newest stay."""

    def __init__(self, directory: Path, kept: int = limits.SNAPSHOTS_KEPT) -> None:
        self.directory = directory
        self.kept = kept
        directory.mkdir(parents=True, exist_ok=True)

    def write(self, snapshot: Snapshot) -> Path:
        """Returns once the file is durable; then drops the ones beyond kept. Raises OSError, leaving no new file."""
        path = self.directory / f"{snapshot.sequence:020d}{SUFFIX}"
        unfinished = path.with_suffix(_UNFINISHED)
        try:
            with unfinished.open("wb") as file:
                file.write(pack(snapshot))
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        sync_directory(self.directory)
        for old in self.paths()[self.kept :]:
            old.unlink()
        return path

    def drop_unfinished(self) -> None:
        """What a writer that was killed left. Only the one writer may call it."""
        for path in self.directory.glob(f"*{_UNFINISHED}"):
            path.unlink()

    def paths(self) -> list[Path]:
        """All snapshot files, newest first."""
        return sorted(self.directory.glob(f"*{SUFFIX}"), reverse=True)

    def good(self) -> Iterator[Snapshot]:
        """The good ones, newest first; a damaged one, or one of an older schema, is passed over with a warning.

        Raises SchemaTooNew.
        """
        for path in self.paths():
            try:
                yield read(path)
            except SnapshotDamaged as error:
                log.warning("%s; an older one is used", error)


def pack(snapshot: Snapshot) -> bytes:
    header = _HEADER.pack(
        *(MAGIC, codec.SCHEMA_VERSION, snapshot.sequence, snapshot.journal_hash),
        *(bytes.fromhex(snapshot.state_hash), len(snapshot.body)),
    )
    content = b"".join((header, _CRC.pack(crc32(header)), snapshot.body))
    return content + sha256(content).digest()


def read(path: Path) -> Snapshot:
    """Raises SnapshotDamaged (also for one of an older schema: it cannot be used) or SchemaTooNew."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotDamaged(f"{path}: the snapshot cannot be read: {error.strerror}") from error
    if len(data) < _BODY_AT + _DIGEST_BYTES or _CRC.unpack_from(data, _HEADER.size)[0] != crc32(data[: _HEADER.size]):
        raise SnapshotDamaged(f"{path}: the snapshot's header is damaged")
    magic, version, sequence, journal_hash, state_hash, size = _HEADER.unpack_from(data)
    if magic != MAGIC or path.stem != f"{sequence:020d}":
        raise SnapshotDamaged(f"{path}: not a snapshot of the sequence in its name")
    if version > codec.SCHEMA_VERSION:
        raise SchemaTooNew(path, version)
    if version < codec.SCHEMA_VERSION:
        raise SnapshotDamaged(f"{path}: the snapshot has the older schema version {version}")
    content = memoryview(data)[:-_DIGEST_BYTES]
    if len(content) != _BODY_AT + size or sha256(content).digest() != data[-_DIGEST_BYTES:]:
        raise SnapshotDamaged(f"{path}: the snapshot's body is damaged")
    return Snapshot(sequence, journal_hash, state_hash.hex(), bytes(content[_BODY_AT:]))
