"""A toy venue for those who send it commands of operators and of the clock: it answers as the engine does, roughly."""

from hashlib import sha256
from typing import Any, Self

import msgspec

from venue.domain.commands import (
    Command,
    Continue,
    EndDay,
    EngageKillSwitch,
    PlaceOrder,
    ReleaseKillSwitch,
    SetInstrumentRules,
    SetPhase,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import CancelReason, OrderStatus, OrderType, Phase, Side, TimeInForce
from venue.domain.events import (
    AuctionPriced,
    DayEnded,
    Event,
    InstrumentRulesSet,
    KillSwitchEngaged,
    KillSwitchReleased,
    OperatorCommandRejected,
    OrderCancelled,
    OrderMatched,
    OrderPlaced,
    OrderState,
    PhaseChanged,
    SelfTradeModeSet,
    SessionRulesSet,
)
from venue.domain.money import Amount
from venue.domain.reference import Account, Asset, Instrument, Reference, Session
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import SpecialState

SYMBOL = "BTC-USD"
BTC, USD = Asset("BTC", 8), Asset("USD", 6)
REFERENCE = Reference(
    (BTC, USD),
    (Instrument(SYMBOL, BTC, USD, 10_000, 10_000),),
    ("FIRM",),
    (Account("A-1", "FIRM"),),
    (Session("DESK", "FIRM"),),
)
ORDERS = 3


def order(number: int) -> OrderState:
    return OrderState(
        *(number, "DESK", f"c{number}", "A-1", SYMBOL, Side.BUY, OrderType.LIMIT, TimeInForce.GTC),
        *(6_000_000, 5, 0, 0, OrderStatus.CANCELED),
    )


class ToyMarket:
    """Every kill switch finds three orders, one for each record; every opening, an auction of two trades.

    facts: what is in force, so that nothing happens twice. Nothing is ever due.
    """

    due = 1 << 62

    def __init__(self) -> None:
        self.sequence = 0
        self.day = ""
        self.facts: dict[str, Any] = {}
        self.left: list[int] = []

    @property
    def unfinished(self) -> bool:
        return bool(self.left)

    def apply(self, command: Command) -> list[Event]:
        self.sequence += 1
        match command:
            case Continue():
                return [OrderCancelled(order(self.left.pop(0)), CancelReason.KILL_SWITCH, "")]
            case PlaceOrder():
                special = None if command.terms is None else SpecialState(command.terms)
                return [OrderPlaced(self.sequence, command.account, special)]
            case EndDay():
                if command.day <= self.day:
                    return [OperatorCommandRejected(RejectReason.MALFORMED_REFERENCE, "ended before")]
                self.day = command.day
                return [DayEnded(command.day)]
            case SetPhase():
                return self.changed(f"phase {command.symbol}", command.phase.value, *self.phase_events(command))
            case SetInstrumentRules():
                rules = msgspec.to_builtins(command.rules)
                return self.changed(f"rules {command.symbol}", rules, InstrumentRulesSet(command.symbol, command.rules))
            case EngageKillSwitch():
                engaged = KillSwitchEngaged(command.scope, command.name, command.operator, command.reason)
                first = OrderCancelled(order(0), CancelReason.KILL_SWITCH, "")
                events = self.changed(f"kill {command.scope} {command.name}", True, engaged, first)
                self.left = [*range(1, ORDERS)] if events else []
                return events
            case ReleaseKillSwitch():
                released = KillSwitchReleased(command.scope, command.name, command.operator)
                return self.changed(f"kill {command.scope} {command.name}", False, released)
            case SetSelfTradeMode():
                return self.changed(f"mode {command.firm}", command.mode, SelfTradeModeSet(command.firm, command.mode))
            case SetSessionRules():
                given = [command.cancel_on_disconnect, command.keep_good_till]
                return self.changed(f"session {command.session}", given, SessionRulesSet(command.session, *given))
            case _:
                return []

    def phase_events(self, command: SetPhase) -> list[Event]:
        changed: list[Event] = [PhaseChanged(command.symbol, command.phase, 0, command.reason)]
        if command.phase is Phase.OPEN:
            match = OrderMatched(6_000_000, 5, Amount(1), order(1), order(2), True)
            return [*changed, AuctionPriced(command.symbol, 6_000_000, 10), match, match]
        if command.phase is Phase.HALTED:
            return [*changed, OrderCancelled(order(1), CancelReason.TRADING_HALT, "")]
        return changed

    def changed(self, key: str, value: object, *events: Event) -> list[Event]:
        if self.facts.get(key, False) == value:
            return []
        self.facts[key] = value
        return list(events)

    def snapshot(self) -> bytes:
        return msgspec.msgpack.encode([self.sequence, self.day, self.facts, self.left])

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        machine = cls()
        machine.sequence, machine.day, machine.facts, machine.left = msgspec.msgpack.decode(snapshot)
        return machine

    def state_hash(self) -> str:
        return sha256(self.snapshot()).hexdigest()

    def reference(self) -> Reference:
        return REFERENCE
