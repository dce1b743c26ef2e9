"""What the sequencer asks of a state machine. The engine is one; tests bring a toy."""

from typing import Protocol, Self

from venue.domain.commands import Command
from venue.domain.events import Event
from venue.domain.reference import Reference


class StateMachine(Protocol):
    """Deterministic: the same commands give the same events, snapshots and hashes in every process.

    sequence: of the last command applied; 0 before the first. apply raises its number by one, always. unfinished: the
    last command left work that did not fit into its record: Continue goes on with it, and may leave some again. due:
    from this time on, nanoseconds since 1970 UTC, PassTime has something to do.
    """

    sequence: int

    @property
    def unfinished(self) -> bool: ...

    @property
    def due(self) -> int: ...

    def apply(self, command: Command) -> list[Event]: ...

    def snapshot(self) -> bytes: ...

    @classmethod
    def restore(cls, snapshot: bytes) -> Self: ...

    def state_hash(self) -> str:
        """Hex SHA-256 over the whole state."""

    def reference(self) -> Reference: ...
