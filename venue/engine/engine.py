"""The engine: one synchronous, deterministic state machine. Commands in, events out."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Self

import msgspec

from venue.domain import commands
from venue.domain.commands import Command
from venue.domain.events import Event
from venue.domain.reference import Reference
from venue.engine.answers import StatusDesk
from venue.engine.changing import ChangingDesk
from venue.engine.directory import Directory
from venue.engine.known_orders import KnownOrders
from venue.engine.placing import PlacingDesk
from venue.engine.snapshot import EngineState, capture, reinstate

# Any: each handler takes its own command type, for which a dict has no name.
Handler = Callable[[Any, int], list[Event]]


class Engine:
    """sequence: of the last command applied. apply never raises on a command that decodes: a refusal is an event."""

    __slots__ = ("_directory", "_handlers", "_known", "sequence")

    def __init__(self) -> None:
        self.sequence = 0
        self._directory = Directory()
        self._known = KnownOrders(self._directory.sessions)
        self._handlers = _handlers(self._directory, self._known)

    def apply(self, command: Command) -> list[Event]:
        self.sequence = sequence = self.sequence + 1
        return self._handlers[type(command)](command, sequence)

    def reference(self) -> Reference:
        return self._directory.reference()

    def snapshot(self) -> bytes:
        return msgspec.msgpack.encode(capture(self.sequence, self._directory, self._known))

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        """Raises msgspec.DecodeError or UnknownSnapshotVersion."""
        state = msgspec.msgpack.decode(snapshot, type=EngineState)
        engine = cls()
        engine.sequence = state.sequence
        reinstate(state, engine._directory, engine._known)
        return engine

    def state_hash(self) -> str:
        return sha256(self.snapshot()).hexdigest()


def _handlers(directory: Directory, known: KnownOrders) -> dict[type, Handler]:
    """Every command's handler; tests/engine/test_engine.py holds it against the Command union."""
    placing = PlacingDesk(directory, known)
    changing = ChangingDesk(directory, known, placing)
    return {
        commands.AddAsset: directory.add_asset,
        commands.ListInstrument: directory.list_instrument,
        commands.AddFirm: directory.add_firm,
        commands.AddAccount: directory.add_account,
        commands.AddSession: directory.add_session,
        commands.LogOnSession: directory.log_on,
        commands.LogOffSession: directory.log_off,
        commands.PlaceOrder: placing.place,
        commands.CancelOrder: changing.cancel,
        commands.ReplaceOrder: changing.replace,
        commands.RequestOrderStatus: StatusDesk(directory, known).report,
        commands.RefuseOrder: placing.refuse,
        commands.RefuseChange: changing.refuse,
    }
