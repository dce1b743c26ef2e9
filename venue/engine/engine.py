"""The engine: one synchronous, deterministic state machine. Commands in, events out."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, Self

from venue.domain import commands, funds_commands
from venue.domain.commands import Command
from venue.domain.events import Event
from venue.domain.reference import Reference
from venue.engine.answers import StatusDesk
from venue.engine.bulk import Bulk
from venue.engine.bulk_desk import BulkDesk
from venue.engine.changing import ChangingDesk
from venue.engine.clock import Clock
from venue.engine.directory import Directory
from venue.engine.execution import Execution
from venue.engine.funds_desk import FundsDesk
from venue.engine.known_orders import KnownOrders
from venue.engine.money_snapshot import Money
from venue.engine.phases import PhaseDesk
from venue.engine.placing import PlacingDesk
from venue.engine.risk_desk import RiskDesk
from venue.engine.snapshot import Parts, capture, decode_state, encode_state, reinstate
from venue.engine.switches import SwitchDesk
from venue.engine.treasury import Treasury

# Any: each handler takes its own command type, for which a dict has no name.
Handler = Callable[[Any, int], list[Event]]

_PlaceOrder: Final = commands.PlaceOrder
_CancelOrder: Final = commands.CancelOrder
_ReplaceOrder: Final = commands.ReplaceOrder


class Engine:
    """sequence: of the last command applied. apply never raises on a command that decodes: a refusal is an event."""

    __slots__ = (
        "_bulk",
        "_bulk_desk",
        "_changing",
        "_clock",
        "_directory",
        "_handlers",
        "_known",
        "_money",
        "_placing",
        "sequence",
    )

    def __init__(self) -> None:
        self.sequence = 0
        self._directory = directory = Directory()
        self._known = known = KnownOrders(directory.sessions)
        self._clock = clock = Clock()
        self._bulk = bulk = Bulk()
        treasury = Treasury(directory, clock)
        self._money = Money(directory, treasury, FundsDesk(directory, treasury))
        execution = Execution(directory, known, clock, bulk, treasury)
        phases = PhaseDesk(directory, known, clock, bulk, execution, treasury)
        self._bulk_desk = BulkDesk(directory, known, clock, bulk, execution, phases, treasury)
        self._placing = PlacingDesk(directory, known, clock, execution, treasury)
        self._changing = ChangingDesk(directory, known, clock, execution, treasury)
        self._handlers: dict[type, Handler] = {
            **_money_handlers(self._money.desk, RiskDesk(directory, known, treasury)),
            **_operator_handlers(directory, phases, SwitchDesk(directory, known, bulk), self._bulk_desk),
            **_session_handlers(
                directory,
                known,
                self._placing,
                self._changing,
                self._bulk_desk,
            ),
        }

    @property
    def unfinished(self) -> bool:
        """Whether the last command left work to a Continue: its record had no room for all of it."""
        return self._bulk.pending or self._clock.due <= self._clock.at

    @property
    def due(self) -> int:
        """When PassTime has something to do next, nanoseconds since 1970 UTC; nothing is before. A command with a
        later time than that does it first, in its own record."""
        return self._clock.due

    def apply(self, command: Command) -> list[Event]:
        self.sequence = sequence = self.sequence + 1
        self._clock.at = at = command.at
        if self._bulk.pending or at >= self._clock.due:
            return self._apply_after(command, sequence)
        events = self._handle(command, sequence)
        if self._bulk.pending:
            self._bulk_desk.run(events)
        return events

    def _handle(self, command: Any, sequence: int) -> list[Event]:
        # Any: a command. The commonest ones go straight to their handler, which saves compiled code a tenth of them.
        kind = type(command)
        if kind is _PlaceOrder:
            return self._placing.place(command, sequence)
        if kind is _CancelOrder:
            return self._changing.cancel(command, sequence)
        if kind is _ReplaceOrder:
            return self._changing.replace(command, sequence)
        return self._handlers[kind](command, sequence)

    def reference(self) -> Reference:
        return self._directory.reference(self._money.treasury.ledger.is_open)

    def snapshot(self) -> bytes:
        return encode_state(capture(self.sequence, self._parts()))

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        """Raises msgspec.DecodeError or UnknownSnapshotVersion."""
        state = decode_state(snapshot)
        engine = cls()
        engine.sequence = state.sequence
        reinstate(state, engine._parts())
        return engine

    def state_hash(self) -> str:
        return sha256(self.snapshot()).hexdigest()

    def _apply_after(self, command: Command, sequence: int) -> list[Event]:
        """What was left, and what is due by now, comes before the command's own work."""
        events: list[Event] = []
        self._bulk_desk.run(events)
        if command.at >= self._clock.due:
            self._bulk_desk.run_due(events)
        events += self._handle(command, sequence)
        self._bulk_desk.run(events)
        return events

    def _parts(self) -> Parts:
        return Parts(self._directory, self._known, self._clock, self._bulk, self._bulk_desk, self._money)


def _money_handlers(funds: FundsDesk, risk: RiskDesk) -> dict[type, Handler]:
    return {
        funds_commands.OpenLedger: risk.open_ledger,
        funds_commands.SetFees: risk.set_fees,
        funds_commands.SetFirmTier: risk.set_tier,
        funds_commands.SetLimits: risk.set_limits,
        funds_commands.SetAccountState: risk.set_account_state,
        funds_commands.CreditAccount: funds.credit,
        funds_commands.AssignCredit: funds.assign,
        funds_commands.ReverseCredit: funds.reverse,
        funds_commands.RequestWithdrawal: funds.request,
        funds_commands.SettleWithdrawal: funds.settle,
        funds_commands.ReleaseWithdrawal: funds.release,
        funds_commands.TransferFunds: funds.transfer,
        funds_commands.BlockWithdrawals: funds.block,
    }


def _operator_handlers(
    directory: Directory, phases: PhaseDesk, switches: SwitchDesk, bulk_desk: BulkDesk
) -> dict[type, Handler]:
    """With _session_handlers, every command's; tests/engine/test_engine.py holds them against the Command union."""
    return {
        commands.AddAsset: directory.add_asset,
        commands.ListInstrument: directory.list_instrument,
        commands.AddFirm: directory.add_firm,
        commands.AddAccount: directory.add_account,
        commands.AddSession: directory.add_session,
        commands.SetInstrumentRules: phases.set_rules,
        commands.SetPhase: phases.set_phase,
        commands.SetSelfTradeMode: switches.set_self_trade_mode,
        commands.SetSessionRules: switches.set_session_rules,
        commands.EngageKillSwitch: switches.engage,
        commands.ReleaseKillSwitch: switches.release,
        commands.PassTime: bulk_desk.nothing,
        commands.EndDay: bulk_desk.end_day,
        commands.Continue: bulk_desk.nothing,
        commands.LogOnSession: directory.log_on,
        commands.LogOffSession: switches.log_off,
    }


def _session_handlers(
    directory: Directory, known: KnownOrders, placing: PlacingDesk, changing: ChangingDesk, bulk_desk: BulkDesk
) -> dict[type, Handler]:
    return {
        commands.PlaceOrder: placing.place,
        commands.CancelOrder: changing.cancel,
        commands.ReplaceOrder: changing.replace,
        commands.RequestOrderStatus: StatusDesk(directory, known).report,
        commands.RefuseOrder: placing.refuse,
        commands.RefuseChange: changing.refuse,
        commands.CancelOrders: bulk_desk.cancel_orders,
        commands.RequestMassStatus: bulk_desk.report_all,
    }
