"""The replica: a reader of the feed that runs every command again and writes the snapshots, so that trading never
waits for one. It is also a live check of determinism: events that differ from the recorded ones stop it.
"""

import logging
from hashlib import sha256
from pathlib import Path

from venue.sequencer import codec
from venue.sequencer.frames import GENESIS
from venue.sequencer.link import Link, LinkLost
from venue.sequencer.recovery import compare_values, restore, take_snapshot
from venue.sequencer.snapshots import Snapshots
from venue.sequencer.state_machine import StateMachine

log = logging.getLogger("venue.sequencer")


class Replica:
    """Starts from the newest good snapshot and follows the engine; writes one more every so many records."""

    def __init__(self, snapshots: Snapshots, machine_type: type[StateMachine], every: int) -> None:
        self._snapshots = snapshots
        self._every = every
        self._stopping = False
        self._link: Link | None = None
        self._machine: StateMachine = machine_type()
        self._hash = GENESIS
        snapshots.drop_unfinished()
        for snapshot in snapshots.good():
            machine = restore(snapshot, machine_type)
            if machine is not None:
                self._machine, self._hash = machine, snapshot.journal_hash
                break

    def follow(self, socket_path: Path) -> None:
        """Until the engine goes away or stop is called. Raises LinkLost, ReplayDiverged."""
        machine = self._machine
        self._link = Link(socket_path, "replica", machine.sequence + 1)
        while not self._stopping:
            try:
                payloads = self._link.receive()
            except LinkLost:
                if self._stopping:
                    return
                raise
            for payload in payloads:
                self._apply(payload)
                if machine.sequence % self._every == 0:
                    self.write_snapshot()

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._stopping = True
        if self._link is not None:
            self._link.close()

    def write_snapshot(self) -> None:
        path = self._snapshots.write(take_snapshot(self._machine, self._hash))
        log.info("snapshot written", extra={"file": path.name})

    def _apply(self, payload: bytes) -> None:
        record = codec.decode_raw_record(payload)
        events = self._machine.apply(record.command)
        assert self._machine.sequence == record.sequence, f"the feed gave {record.sequence} out of turn"
        if codec.encode(events) != bytes(record.events):
            compare_values(record.sequence, record, events)
        self._hash = sha256(self._hash + payload).digest()
