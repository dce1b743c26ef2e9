"""From files back to a running state machine: the newest good snapshot, then the journal's tail, run again.

Every command is run again and its events compared, as bytes, with the recorded ones; a difference stops it all. Those
that an older release wrote lack the fields that came since: they are compared as values, such fields at their defaults.
"""

import gc
import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from venue.domain.events import Event
from venue.sequencer import codec
from venue.sequencer.beside import beside
from venue.sequencer.journal import Journal
from venue.sequencer.segments import ChainWalk, list_segments
from venue.sequencer.snapshots import Snapshot, Snapshots
from venue.sequencer.state_machine import StateMachine

log = logging.getLogger("venue.sequencer")

Machine = TypeVar("Machine", bound=StateMachine)

# Called with the last sequence done, once per chunk of journal.
Progress = Callable[[int], None]


class ReplayDiverged(Exception):
    """Running a command again gave other events than the journal has: other code, or a bug."""

    def __init__(self, sequence: int, recorded: list[Event], replayed: list[Event]) -> None:
        super().__init__(f"sequence {sequence}: the journal has {recorded!r}, running it again gave {replayed!r}")
        self.sequence = sequence
        self.recorded = recorded
        self.replayed = replayed


class MisplacedRecord(Exception):
    """A record says that it has another number than its place in the journal gives it."""


class SnapshotRefused(Exception):
    """A good snapshot and the journal contradict each other: the journal lost its tail, or is another one."""


class Replayed(NamedTuple):
    sequence: int
    state_hash: str


def recover(
    journal: Journal, snapshots: Snapshots, machine_type: type[Machine], progress: Progress | None = None
) -> Machine:
    """The state machine as of the journal's last record, ready for the next command.

    Raises SnapshotRefused, ReplayDiverged, MisplacedRecord, JournalDamaged, SchemaTooNew.
    """
    for snapshot in snapshots.good():
        _refuse_beyond(snapshot, journal)
        walk = journal.walk(snapshot.sequence + 1)
        if walk.hash != snapshot.journal_hash:
            raise SnapshotRefused(
                f"the snapshot of sequence {snapshot.sequence} was taken on another journal: there the record's hash "
                f"was {snapshot.journal_hash.hex()}, in {journal.directory} it is {walk.hash.hex()}"
            )
        machine = restore(snapshot, machine_type)
        if machine is not None:
            break
    else:
        walk, machine = journal.walk(), machine_type()
    replay_onto(machine, walk, progress)
    return machine


def replay(directory: Path, machine_type: type[Machine], progress: Progress | None = None) -> Replayed:
    """Runs a whole journal again from its first record, without snapshots or lock. Raises as recover does."""
    machine = machine_type()
    segments = list_segments(directory)
    if segments:
        replay_onto(machine, ChainWalk(segments), progress)
    return Replayed(machine.sequence, machine.state_hash())


def replay_onto(machine: StateMachine, walk: ChainWalk, progress: Progress | None = None) -> None:
    """Runs the commands of all records that walk still has. The machine stands where the walk does."""
    collecting = gc.isenabled()
    # A growing state is no garbage: looking through it again and again would take longer than the replay.
    gc.disable()
    try:
        _run(machine, walk, progress)
    finally:
        if collecting:
            gc.enable()


def _run(machine: StateMachine, walk: ChainWalk, progress: Progress | None) -> None:
    assert machine.sequence == walk.sequence, f"machine at {machine.sequence}, journal at {walk.sequence}"
    decode, encode, apply = codec.decode_raw_record, codec.encode, machine.apply
    for first, payloads in beside(walk):
        for sequence, payload in enumerate(payloads, first):
            record = decode(payload)
            events = apply(record.command)
            if record.sequence != sequence:
                raise MisplacedRecord(f"record {sequence} says that it is record {record.sequence}")
            if encode(events) != bytes(record.events):
                compare_values(sequence, record, events)
        assert machine.sequence == first + len(payloads) - 1, "apply did not raise the machine's sequence by one"
        if progress is not None:
            progress(machine.sequence)


def compare_values(sequence: int, record: codec.RawRecord, events: list[Event]) -> None:
    """Of events whose bytes differ from the recorded ones. Raises ReplayDiverged where they say something else."""
    recorded = codec.decode_events(bytes(record.events))
    if recorded != events:
        raise ReplayDiverged(sequence, recorded, events)


def take_snapshot(machine: StateMachine, journal_hash: bytes) -> Snapshot:
    """journal_hash: of the record that the machine applied last."""
    return Snapshot(machine.sequence, journal_hash, machine.state_hash(), machine.snapshot())


def _refuse_beyond(snapshot: Snapshot, journal: Journal) -> None:
    if snapshot.sequence > journal.last_sequence:
        raise SnapshotRefused(
            f"there is a snapshot of sequence {snapshot.sequence}, but {journal.directory} ends with "
            f"{journal.last_sequence}: the journal lost its tail, or is another one"
        )


def restore(snapshot: Snapshot, machine_type: type[Machine]) -> Machine | None:
    """None, with a warning, where this version of the machine cannot read the snapshot as what it was."""
    try:
        machine = machine_type.restore(snapshot.body)
    except (msgspec.MsgspecError, ValueError) as error:
        log.warning(
            "the snapshot of sequence %d cannot be restored: %s; an older one is used", snapshot.sequence, error
        )
        return None
    if (machine.sequence, machine.state_hash()) != (snapshot.sequence, snapshot.state_hash):
        log.warning("the snapshot of sequence %d gives another state hash; an older one is used", snapshot.sequence)
        return None
    return machine
