"""A toy state machine over the real commands, and journals made with it."""

from hashlib import sha256
from pathlib import Path
from typing import Self

import msgspec

from venue.domain.commands import AddFirm, Command, Continue, PassTime
from venue.domain.events import Event, FirmAdded, OperatorCommandRejected
from venue.domain.reference import Reference
from venue.domain.reject_reason import RejectReason
from venue.sequencer import codec
from venue.sequencer.journal import Journal

NEVER = 1 << 62


class Toy:
    """Knows firms; a firm added twice is refused. "a+b+c" adds firm a, and leaves b and c unfinished, one for each
    Continue; "a, then b+c" adds a, and has the rest due from then on. Its state: the firms in order, the unfinished
    ones, those that are due, and the sequence.
    """

    due = NEVER

    def __init__(self) -> None:
        self.sequence = 0
        self.firms: list[str] = []
        self.waiting: list[str] = []
        self.planned = ""

    @property
    def unfinished(self) -> bool:
        return bool(self.waiting)

    def apply(self, command: Command) -> list[Event]:
        self.sequence += 1
        if isinstance(command, Continue):
            return self.add(AddFirm(command.at, "", self.waiting.pop(0)))
        assert not self.unfinished, f"{command} comes amid unfinished work"
        if isinstance(command, PassTime):
            firms, self.planned, self.due = self.planned, "", NEVER
        else:
            assert isinstance(command, AddFirm)
            firms, _, planned = command.firm.partition(", then ")
            if planned:
                self.planned, self.due = planned, command.at
        firm, *self.waiting = firms.split("+")
        return self.add(AddFirm(command.at, "", firm))

    def add(self, command: AddFirm) -> list[Event]:
        if command.firm in self.firms:
            return [OperatorCommandRejected(RejectReason.ALREADY_EXISTS, self.text(command))]
        self.firms.append(command.firm)
        return [FirmAdded(command.firm)]

    def text(self, command: AddFirm) -> str:
        return f"{command.firm} is firm {self.firms.index(command.firm)}"

    def snapshot(self) -> bytes:
        return msgspec.msgpack.encode([self.sequence, self.firms, self.waiting, self.planned, self.due])

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        machine = cls()
        state = msgspec.msgpack.decode(snapshot, type=tuple[int, list[str], list[str], str, int])
        machine.sequence, machine.firms, machine.waiting, machine.planned, machine.due = state
        return machine

    def state_hash(self) -> str:
        return sha256(self.snapshot()).hexdigest()

    def reference(self) -> Reference:
        return Reference((), (), tuple(self.firms), (), ())


def run(machine: Toy, firms: list[str]) -> list[bytes]:
    """Applies a command for each firm; the records' payloads."""
    payloads = []
    for firm in firms:
        command = AddFirm(machine.sequence, "operator", firm)
        events = machine.apply(command)
        payloads.append(codec.encode(codec.Record(machine.sequence, command, events)))
    return payloads


def write_journal(directory: Path, batches: list[list[bytes]]) -> bytes:
    """Commits the batches and closes. Returns the last hash."""
    with Journal.open(directory) as journal:
        for batch in batches:
            journal.append(batch)
            journal.commit()
        return journal.last_hash


def payloads_of(directory: Path) -> list[bytes]:
    with Journal.open(directory) as journal:
        return [payload for _, payload in journal.records()]
