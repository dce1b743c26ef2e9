"""Events: what a command did, in the past tense. A reader needs nothing but the record (sequence, command,
events) to write any report of it: an event carries the full state of the orders it touched.

New fields last, with defaults; a tag is never reused.
"""

from msgspec import Struct

from venue.domain.commands import PlaceOrder
from venue.domain.enums import (
    CancelReason,
    KillScope,
    MassCancelScope,
    OrderStatus,
    OrderType,
    Phase,
    RequestType,
    RestatementReason,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.funds_events import FundsEvent
from venue.domain.money import Units
from venue.domain.reference import Account, Asset, Instrument, Session
from venue.domain.reject_reason import RejectReason
from venue.domain.rules import InstrumentRules
from venue.domain.terms import SpecialState


class OrderState(Struct, frozen=True, array_like=True, gc=False):
    """An order as it stood after an event.

    order_id: the sequence of the record that placed it. client_order_id: the last accepted of its chain.
    price: ticks or None; quantity and cum_quantity: lots; notional: sum of price x quantity over its
    executions, in tick-lots, so AvgPx = notional / cum_quantity, exactly. special: None for an ordinary order.
    """

    order_id: int
    session: str
    client_order_id: str
    account: str
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: int | None
    quantity: int
    cum_quantity: int
    notional: int
    status: OrderStatus
    special: SpecialState | None = None

    @property
    def leaves_quantity(self) -> int:
        """LeavesQty(151): 0 once the order is closed."""
        return self.quantity - self.cum_quantity if self.status in OPEN_STATUSES else 0


OPEN_STATUSES = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED)


def placed_order(command: PlaceOrder, event: "OrderPlaced") -> OrderState:
    """The new order of a PlaceOrder and its OrderPlaced: the commonest event is the shortest."""
    return OrderState(
        event.order_id,
        command.session,
        command.client_order_id,
        event.account,
        command.symbol,
        command.side,
        command.order_type,
        command.time_in_force,
        command.price,
        event.quantity or command.quantity,
        0,
        0,
        OrderStatus.NEW,
        event.special,
    )


class AssetAdded(Struct, frozen=True, array_like=True, gc=False, tag=1):
    asset: Asset


class InstrumentListed(Struct, frozen=True, array_like=True, gc=False, tag=2):
    instrument: Instrument


class FirmAdded(Struct, frozen=True, array_like=True, gc=False, tag=3):
    firm: str


class AccountAdded(Struct, frozen=True, array_like=True, gc=False, tag=4):
    account: Account


class SessionAdded(Struct, frozen=True, array_like=True, gc=False, tag=5):
    session: Session


class OperatorCommandRejected(Struct, frozen=True, array_like=True, gc=False, tag=6):
    reason: RejectReason
    text: str


class SessionLoggedOn(Struct, frozen=True, array_like=True, gc=False, tag=10):
    session: str


class SessionLoggedOff(Struct, frozen=True, array_like=True, gc=False, tag=11):
    session: str


class OrderPlaced(Struct, frozen=True, array_like=True, gc=False, tag=20):
    """The order was accepted; it matches or rests in the events that follow. What it is, its command says; see
    placed_order. account: the one that it trades for, given or the firm's only one. quantity: of an order for cash,
    what it buys, in lots; else 0. held: from now on, smallest units of what it pays with: quote to buy, base to sell.
    """

    order_id: int
    account: str
    special: SpecialState | None = None
    quantity: int = 0
    held: Units = 0


class OrderRejected(Struct, frozen=True, array_like=True, gc=False, tag=21):
    """For a duplicate ClOrdID, order is the first order's state (matrix F.1.a)."""

    order: OrderState
    reason: RejectReason
    text: str


class OrderMatched(Struct, frozen=True, array_like=True, gc=False, tag=22):
    """One match, at the maker's price. price: ticks; quantity: lots; amount: smallest units of quote.

    maker and taker are the two orders after it. auction: both gathered before; maker is the older one. maker_fee,
    taker_fee: smallest units of quote; below zero: a rebate. maker_released, taker_released: of what the order held,
    what it needs no more after it paid amount and fee (a buy) or quantity (a sell); below zero: it holds more.
    """

    price: int
    quantity: int
    amount: Units
    maker: OrderState
    taker: OrderState
    auction: bool = False
    maker_fee: Units = 0
    taker_fee: Units = 0
    maker_released: Units = 0
    taker_released: Units = 0


class OrderCancelled(Struct, frozen=True, array_like=True, gc=False, tag=23):
    """client_order_id: of the request that it answers; "" when unsolicited. other_order_id: of the order that it would
    have traded with, for SELF_TRADE; else 0. released: all that it still held.
    """

    order: OrderState
    reason: CancelReason
    client_order_id: str
    other_order_id: int = 0
    released: Units = 0


class OrderReplaced(Struct, frozen=True, array_like=True, gc=False, tag=24):
    """order carries the new ClOrdID; original_client_order_id the one it had before. held: more than before; below
    zero: released.
    """

    order: OrderState
    original_client_order_id: str
    held: Units = 0


class CancelRejected(Struct, frozen=True, array_like=True, gc=False, tag=25):
    """OrderCancelReject (9). order_id 0: unknown order ("NONE"); status then is REJECTED.

    original_client_order_id: the order's last accepted ClOrdID, or the request's where it is unknown.
    """

    session: str
    request: RequestType
    client_order_id: str
    original_client_order_id: str
    order_id: int
    status: OrderStatus
    reason: RejectReason
    text: str


class OrderStatusReported(Struct, frozen=True, array_like=True, gc=False, tag=26):
    """Answer to a status request, or to a request with PossResend that was seen before.

    client_order_id: as the request named it; order None: unknown. mass_request_id: MassStatusReqID(584), of a mass
    status request; total: TotNumReports(911); last: LastRptRequested(912).
    """

    session: str
    client_order_id: str
    order: OrderState | None
    text: str = ""
    mass_request_id: str = ""
    total: int = 0
    last: bool = False


class OrderTriggered(Struct, frozen=True, array_like=True, gc=False, tag=27):
    """A stop's price was reached: it matches or rests in the events that follow. held: as in OrderReplaced."""

    order: OrderState
    held: Units = 0


class OrderRestated(Struct, frozen=True, array_like=True, gc=False, tag=28):
    """The venue changed the order. other_order_id: as in OrderCancelled, for DECREMENTED. held: as in OrderReplaced."""

    order: OrderState
    reason: RestatementReason
    other_order_id: int = 0
    held: Units = 0


class OrderDoneForDay(Struct, frozen=True, array_like=True, gc=False, tag=29):
    """A DAY order at the end of its day. released: as in OrderCancelled."""

    order: OrderState
    released: Units = 0


class OrderExpired(Struct, frozen=True, array_like=True, gc=False, tag=30):
    """A GTD order at its time. released: as in OrderCancelled."""

    order: OrderState
    released: Units = 0


class OrdersCancelled(Struct, frozen=True, array_like=True, gc=False, tag=31):
    """Answer to a mass cancel request, after its last OrderCancelled. reason None: served; total: how many orders."""

    session: str
    client_order_id: str
    scope: MassCancelScope
    symbol: str
    side: Side | None
    total: int
    reason: RejectReason | None = None
    text: str = ""


class InstrumentRulesSet(Struct, frozen=True, array_like=True, gc=False, tag=7):
    symbol: str
    rules: InstrumentRules


class PhaseChanged(Struct, frozen=True, array_like=True, gc=False, tag=8):
    """until: when the venue itself ends the phase, nanoseconds since 1970 UTC; 0: it does not."""

    symbol: str
    phase: Phase
    until: int
    reason: str


class SelfTradeModeSet(Struct, frozen=True, array_like=True, gc=False, tag=9):
    firm: str
    mode: SelfTradeMode | None


class SessionRulesSet(Struct, frozen=True, array_like=True, gc=False, tag=12):
    session: str
    cancel_on_disconnect: bool
    keep_good_till: bool


class KillSwitchEngaged(Struct, frozen=True, array_like=True, gc=False, tag=13):
    scope: KillScope
    name: str
    operator: str
    reason: str


class KillSwitchReleased(Struct, frozen=True, array_like=True, gc=False, tag=14):
    scope: KillScope
    name: str
    operator: str


class AuctionPriced(Struct, frozen=True, array_like=True, gc=False, tag=15):
    """The one price of an auction, ticks, and what it lets trade, lots; the matches follow."""

    symbol: str
    price: int
    quantity: int


class DayEnded(Struct, frozen=True, array_like=True, gc=False, tag=16):
    """day: YYYYMMDD."""

    day: str


Event = (
    AssetAdded
    | InstrumentListed
    | FirmAdded
    | AccountAdded
    | SessionAdded
    | OperatorCommandRejected
    | SessionLoggedOn
    | SessionLoggedOff
    | OrderPlaced
    | OrderRejected
    | OrderMatched
    | OrderCancelled
    | OrderReplaced
    | CancelRejected
    | OrderStatusReported
    | OrderTriggered
    | OrderRestated
    | OrderDoneForDay
    | OrderExpired
    | OrdersCancelled
    | InstrumentRulesSet
    | PhaseChanged
    | SelfTradeModeSet
    | SessionRulesSet
    | KillSwitchEngaged
    | KillSwitchReleased
    | AuctionPriced
    | DayEnded
    | FundsEvent
)
