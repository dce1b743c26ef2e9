"""Events: what a command did, in the past tense. A reader needs nothing but the record (sequence, command,
events) to write any report of it: an event carries the full state of the orders it touched.

New fields last, with defaults; a tag is never reused.
"""

from msgspec import Struct

from venue.domain.commands import PlaceOrder
from venue.domain.enums import CancelReason, OrderStatus, OrderType, RequestType, Side, TimeInForce
from venue.domain.money import Amount
from venue.domain.reference import Account, Asset, Instrument, Session
from venue.domain.reject_reason import RejectReason


class OrderState(Struct, frozen=True, array_like=True, gc=False):
    """An order as it stood after an event.

    order_id: the sequence of the record that placed it. client_order_id: the last accepted of its chain.
    price: ticks or None; quantity and cum_quantity: lots; notional: sum of price x quantity over its
    executions, in tick-lots, so AvgPx = notional / cum_quantity, exactly.
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

    @property
    def leaves_quantity(self) -> int:
        """LeavesQty(151): 0 once the order is closed."""
        if self.status is OrderStatus.CANCELED or self.status is OrderStatus.REJECTED:
            return 0
        return self.quantity - self.cum_quantity


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
        command.quantity,
        0,
        0,
        OrderStatus.NEW,
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
    placed_order. account: the one that it trades for, given or the firm's only one.
    """

    order_id: int
    account: str


class OrderRejected(Struct, frozen=True, array_like=True, gc=False, tag=21):
    """For a duplicate ClOrdID, order is the first order's state (matrix F.1.a)."""

    order: OrderState
    reason: RejectReason
    text: str


class OrderMatched(Struct, frozen=True, array_like=True, gc=False, tag=22):
    """One match, at the maker's price. price: ticks; quantity: lots; amount: smallest units of quote.

    maker and taker are the two orders after it.
    """

    price: int
    quantity: int
    amount: Amount
    maker: OrderState
    taker: OrderState


class OrderCancelled(Struct, frozen=True, array_like=True, gc=False, tag=23):
    """client_order_id: of the request that it answers; "" when unsolicited."""

    order: OrderState
    reason: CancelReason
    client_order_id: str


class OrderReplaced(Struct, frozen=True, array_like=True, gc=False, tag=24):
    """order carries the new ClOrdID; original_client_order_id the one it had before."""

    order: OrderState
    original_client_order_id: str


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

    client_order_id: as the request named it; order None: unknown.
    """

    session: str
    client_order_id: str
    order: OrderState | None
    text: str = ""


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
)
