"""Commands: everything that can happen to the engine, in the imperative. Together with the events they are
the schema of the journal and of the wire between processes; ``tests/golden/schema.txt`` pins them.

New fields last, with defaults; a tag is never reused. ``at`` is nanoseconds since 1970 UTC, stamped by the
sequencer when it numbers the command, never going back. ``message_sequence`` is the request's MsgSeqNum(34).
"""

from msgspec import Struct

from venue.domain.enums import (
    Delivery,
    KillScope,
    MassCancelScope,
    OrderType,
    Phase,
    RequestType,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.funds_commands import FundsCommand
from venue.domain.reject_reason import RejectReason
from venue.domain.rules import InstrumentRules
from venue.domain.terms import Terms


class AddAsset(Struct, frozen=True, array_like=True, gc=False, tag=1):
    at: int
    operator: str
    symbol: str
    decimals: int


class ListInstrument(Struct, frozen=True, array_like=True, gc=False, tag=2):
    """Sizes as in reference.Instrument."""

    at: int
    operator: str
    symbol: str
    base: str
    quote: str
    tick_size: int
    lot_size: int


class AddFirm(Struct, frozen=True, array_like=True, gc=False, tag=3):
    at: int
    operator: str
    firm: str


class AddAccount(Struct, frozen=True, array_like=True, gc=False, tag=4):
    at: int
    operator: str
    account: str
    firm: str


class AddSession(Struct, frozen=True, array_like=True, gc=False, tag=5):
    at: int
    operator: str
    session: str
    firm: str


class SetInstrumentRules(Struct, frozen=True, array_like=True, gc=False, tag=6):
    at: int
    operator: str
    symbol: str
    rules: InstrumentRules


class SetPhase(Struct, frozen=True, array_like=True, gc=False, tag=7):
    """To OPEN by way of an auction, from any other phase. reason: for people."""

    at: int
    operator: str
    symbol: str
    phase: Phase
    reason: str = ""


class SetSelfTradeMode(Struct, frozen=True, array_like=True, gc=False, tag=8):
    """A firm's default. None: its orders may trade with each other unless they say otherwise."""

    at: int
    operator: str
    firm: str
    mode: SelfTradeMode | None


class SetSessionRules(Struct, frozen=True, array_like=True, gc=False, tag=9):
    """cancel_on_disconnect: a session that is cut off or logs out has its orders cancelled; keep_good_till: but not
    its GTC and GTD orders."""

    at: int
    operator: str
    session: str
    cancel_on_disconnect: bool
    keep_good_till: bool


class LogOnSession(Struct, frozen=True, array_like=True, gc=False, tag=10):
    """A client logged on. reset: with ResetSeqNumFlag(141)=Y, so its MsgSeqNum starts again from 1."""

    at: int
    session: str
    message_sequence: int
    reset: bool


class LogOffSession(Struct, frozen=True, array_like=True, gc=False, tag=11):
    at: int
    session: str


class EngageKillSwitch(Struct, frozen=True, array_like=True, gc=False, tag=12):
    """No new orders within the scope, and all its resting ones cancelled, until it is released. name: "" for VENUE."""

    at: int
    operator: str
    scope: KillScope
    name: str
    reason: str = ""


class ReleaseKillSwitch(Struct, frozen=True, array_like=True, gc=False, tag=13):
    at: int
    operator: str
    scope: KillScope
    name: str


class PassTime(Struct, frozen=True, array_like=True, gc=False, tag=14):
    """The clock: whatever was to happen by now happens, if no other command brought it about before."""

    at: int
    operator: str


class EndDay(Struct, frozen=True, array_like=True, gc=False, tag=15):
    """The trading day is over: DAY orders are done, GTC and GTD orders carried into the next one. day: YYYYMMDD."""

    at: int
    operator: str
    day: str


class Continue(Struct, frozen=True, array_like=True, gc=False, tag=16):
    """Goes on with what the command before left unfinished, as one record holds only so many events."""

    at: int


class PlaceOrder(Struct, frozen=True, array_like=True, gc=False, tag=20):
    """NewOrderSingle (D). price: ticks, None for a market order; quantity: lots."""

    at: int
    session: str
    message_sequence: int
    client_order_id: str
    account: str
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: int | None
    quantity: int
    delivery: Delivery = Delivery.FIRST
    terms: Terms | None = None


class CancelOrder(Struct, frozen=True, array_like=True, gc=False, tag=21):
    """OrderCancelRequest (F). original_client_order_id "" or order_id 0: not given; one of them always is."""

    at: int
    session: str
    message_sequence: int
    client_order_id: str
    original_client_order_id: str
    order_id: int
    symbol: str
    side: Side
    delivery: Delivery = Delivery.FIRST


class ReplaceOrder(Struct, frozen=True, array_like=True, gc=False, tag=22):
    """OrderCancelReplaceRequest (G). quantity: the total intended, with what is already executed.

    time_in_force None, account "" and terms None: not given, so unchanged; of terms, those that are not given.
    """

    at: int
    session: str
    message_sequence: int
    client_order_id: str
    original_client_order_id: str
    order_id: int
    account: str
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce | None
    price: int | None
    quantity: int
    delivery: Delivery = Delivery.FIRST
    terms: Terms | None = None


class RequestOrderStatus(Struct, frozen=True, array_like=True, gc=False, tag=23):
    """OrderStatusRequest (H). client_order_id "" or order_id 0: not given."""

    at: int
    session: str
    message_sequence: int
    client_order_id: str
    order_id: int
    symbol: str
    side: Side
    status_request_id: str = ""


class RefuseOrder(Struct, frozen=True, array_like=True, gc=False, tag=24):
    """A NewOrderSingle that the edge read but that cannot be an order here: off tick, unknown symbol, a field
    not supported. Journalled so that its ClOrdID counts as used and its report comes from the feed.

    symbol, side, order_type, time_in_force, price and quantity are the client's own text, echoed in the report; so are
    terms, (tag, text) of what else an order may have.
    """

    at: int
    session: str
    message_sequence: int
    client_order_id: str
    account: str
    symbol: str
    side: str
    order_type: str
    time_in_force: str
    price: str
    quantity: str
    reason: RejectReason
    text: str
    delivery: Delivery = Delivery.FIRST
    terms: tuple[tuple[str, str], ...] = ()


class RefuseChange(Struct, frozen=True, array_like=True, gc=False, tag=25):
    """A cancel or replace request that the edge read but that cannot be one here; as RefuseOrder.

    mass_cancel: MassCancelRequestType(530), the client's own text, where it is a mass cancel request; else "".
    """

    at: int
    session: str
    message_sequence: int
    request: RequestType
    client_order_id: str
    original_client_order_id: str
    order_id: int
    reason: RejectReason
    text: str
    delivery: Delivery = Delivery.FIRST
    mass_cancel: str = ""


class CancelOrders(Struct, frozen=True, array_like=True, gc=False, tag=26):
    """OrderMassCancelRequest (q). side None, account "": not given. whole_firm: the orders of all the firm's sessions,
    not the own session's alone."""

    at: int
    session: str
    message_sequence: int
    client_order_id: str
    scope: MassCancelScope
    symbol: str = ""
    side: Side | None = None
    account: str = ""
    whole_firm: bool = False
    delivery: Delivery = Delivery.FIRST


class RequestMassStatus(Struct, frozen=True, array_like=True, gc=False, tag=27):
    """OrderMassStatusRequest (AF). symbol "", side None, account "": not given."""

    at: int
    session: str
    message_sequence: int
    request_id: str
    symbol: str = ""
    side: Side | None = None
    account: str = ""


OperatorCommand = (
    AddAsset
    | ListInstrument
    | AddFirm
    | AddAccount
    | AddSession
    | SetInstrumentRules
    | SetPhase
    | SetSelfTradeMode
    | SetSessionRules
    | EngageKillSwitch
    | ReleaseKillSwitch
    | FundsCommand
)
ClockCommand = PassTime | EndDay | Continue
SessionCommand = (
    LogOnSession
    | LogOffSession
    | PlaceOrder
    | CancelOrder
    | ReplaceOrder
    | RequestOrderStatus
    | RefuseOrder
    | RefuseChange
    | CancelOrders
    | RequestMassStatus
)
Command = OperatorCommand | ClockCommand | SessionCommand
