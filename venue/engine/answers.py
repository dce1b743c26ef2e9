"""Order states as events carry them, and the answers that change no order: duplicates, status, rejects."""

from typing import Final

from venue.domain.commands import CancelOrder, PlaceOrder, RefuseChange, RefuseOrder, ReplaceOrder, RequestOrderStatus
from venue.domain.enums import Delivery, OrderStatus, OrderType, RequestType, Side, TimeInForce
from venue.domain.events import CancelRejected, Event, OrderRejected, OrderState, OrderStatusReported
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS, SpecialState
from venue.engine.directory import Directory, TradingSession
from venue.engine.known_orders import KnownOrders
from venue.matching import Order

NewOrderCommand = PlaceOrder | RefuseOrder
ChangeCommand = CancelOrder | ReplaceOrder | RefuseChange

_OrderState: Final = OrderState

# A code that the venue does not serve: its report echoes the client's own, from the command.
_SIDES: Final[dict[str, Side]] = {member.value: member for member in Side}
_ORDER_TYPES: Final[dict[str, OrderType]] = {member.value: member for member in OrderType}
_TIMES_IN_FORCE: Final[dict[str, TimeInForce]] = {member.value: member for member in TimeInForce}
_USED_LONG_AGO: Final = "the order of this ClOrdID(11) is no longer held"


def order_state(order: Order) -> OrderState:
    return _OrderState(
        order.order_id,
        order.session,
        order.client_order_id,
        order.account,
        order.symbol,
        order.side,
        order.order_type,
        order.time_in_force,
        order.price,
        order.quantity,
        order.cum_quantity,
        order.notional,
        order.status,
        None if order.special is None else order.special.state(),
    )


def refused_state(command: NewOrderCommand, sequence: int) -> OrderState:
    """The order that a request would have been. Of a RefuseOrder the numbers are not known as such."""
    price: int | None
    special = None
    if isinstance(command, PlaceOrder):
        if command.terms is not None and command.terms != NO_TERMS:
            special = SpecialState(command.terms)
        side, order_type, time_in_force = command.side, command.order_type, command.time_in_force
        price, quantity = command.price, command.quantity
    else:
        side = _SIDES.get(command.side, Side.SELL)
        order_type = _ORDER_TYPES.get(command.order_type, OrderType.LIMIT)
        time_in_force = _TIMES_IN_FORCE.get(command.time_in_force, TimeInForce.DAY)
        price, quantity = None, 0
    return OrderState(
        sequence,
        command.session,
        command.client_order_id,
        command.account,
        command.symbol,
        side,
        order_type,
        time_in_force,
        price,
        quantity,
        0,
        0,
        OrderStatus.REJECTED,
        special,
    )


def order_rejected(state: OrderState, reason: RejectReason, text: str = "") -> list[Event]:
    return [OrderRejected(state, reason, text or reason.text)]


def repeated_order(command: NewOrderCommand, session: TradingSession, sequence: int) -> list[Event]:
    """Answer to a new order whose ClOrdID was used before. Source: FIX 4.4 vol. 4, matrices F.1.a and F.1.b."""
    first = session.ids.get(command.client_order_id)
    if command.delivery is Delivery.FIRST:
        state = refused_state(command, sequence) if first is None else order_state(first)
        return order_rejected(state, RejectReason.DUPLICATE_CLIENT_ORDER_ID)
    return _known_again(command, first)


def repeated_change(command: ChangeCommand, session: TradingSession) -> list[Event]:
    """Answer to a cancel or replace request whose ClOrdID was used before."""
    first = session.ids.get(command.client_order_id)
    if command.delivery is Delivery.FIRST:
        return cancel_rejected(command, first, RejectReason.DUPLICATE_CLIENT_ORDER_ID)
    return _known_again(command, first)


def cancel_rejected(command: ChangeCommand, order: Order | None, reason: RejectReason, text: str = "") -> list[Event]:
    """order: the one that the request means; None: unknown."""
    if order is None:
        original, order_id, status = command.original_client_order_id, 0, OrderStatus.REJECTED
    else:
        original, order_id, status = order.client_order_id, order.order_id, order.status
    return [
        CancelRejected(
            command.session,
            request_type(command),
            command.client_order_id,
            original,
            order_id,
            status,
            reason,
            text or reason.text,
        )
    ]


def request_type(command: ChangeCommand) -> RequestType:
    if isinstance(command, RefuseChange):
        return command.request
    return RequestType.CANCEL if isinstance(command, CancelOrder) else RequestType.REPLACE


def status_reported(session: str, client_order_id: str, order: Order | None, text: str = "") -> list[Event]:
    if order is None:
        return [OrderStatusReported(session, client_order_id, None, text)]
    return [OrderStatusReported(session, client_order_id, order_state(order), text or status_text(order))]


def status_text(order: Order) -> str:
    """Source: FIX 4.4 vol. 4, matrix G.1.b."""
    return "Nothing done" if order.status is OrderStatus.NEW else ""


class StatusDesk:
    """Answers order status requests (H). Source: FIX 4.4 vol. 4, matrices G.1.a to G.1.c."""

    __slots__ = ("_directory", "_known")

    def __init__(self, directory: Directory, known: KnownOrders) -> None:
        self._directory = directory
        self._known = known

    def report(self, command: RequestOrderStatus, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        if session is None:
            text = RejectReason.UNKNOWN_SESSION.text
            return status_reported(command.session, command.client_order_id, None, text)
        order = self._find(session, command)
        text = RejectReason.UNKNOWN_ORDER.text if order is None else ""
        return status_reported(session.name, command.client_order_id, order, text)

    def _find(self, session: TradingSession, command: RequestOrderStatus) -> Order | None:
        order = session.ids.get(command.client_order_id) if command.client_order_id else None
        if not command.order_id:
            return order
        by_id = self._known.by_id.get(command.order_id)
        if by_id is None or by_id.session != session.name or (command.client_order_id and by_id is not order):
            return None
        return by_id


def _known_again(command: NewOrderCommand | ChangeCommand, first: Order | None) -> list[Event]:
    if command.delivery is Delivery.POSSIBLE_DUPLICATE:
        return []
    text = _USED_LONG_AGO if first is None else ""
    return status_reported(command.session, command.client_order_id, first, text)
