"""Cancel and replace requests. Source: FIX 4.4 vol. 4, matrices B, C and D."""

from typing import Any, Final

from msgspec.structs import astuple

from venue.domain.commands import CancelOrder, RefuseChange, ReplaceOrder
from venue.domain.enums import CancelReason, OrderStatus, RequestType, Side, TimeInForce
from venue.domain.events import CancelRejected, Event, OrderCancelled, OrderReplaced
from venue.domain.reject_reason import RejectReason
from venue.engine.answers import ChangeCommand, cancel_rejected, order_state, repeated_change
from venue.engine.checks import cancel_difference, is_client_order_id, replace_difference, terms_refusal
from venue.engine.directory import Directory, Market, TradingSession
from venue.engine.known_orders import KnownOrders
from venue.engine.placing import PlacingDesk
from venue.matching import Order, priority_key

_astuple: Final = astuple
_OrderCancelled: Final = OrderCancelled
_OrderReplaced: Final = OrderReplaced
_CancelRejected: Final = CancelRejected
_CANCEL: Final = RequestType.CANCEL
_REPLACE: Final = RequestType.REPLACE
_UNKNOWN_SESSION: Final = RejectReason.UNKNOWN_SESSION
_TOO_LATE: Final = RejectReason.TOO_LATE
_TOO_LATE_TEXT: Final = RejectReason.TOO_LATE.text
_BUY: Final = Side.BUY
_REQUESTED: Final = CancelReason.REQUESTED
_NEW: Final = OrderStatus.NEW
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_FILLED: Final = OrderStatus.FILLED
_CANCELED: Final = OrderStatus.CANCELED
_DAY: Final = TimeInForce.DAY
_GTC: Final = TimeInForce.GTC


class ChangingDesk:
    __slots__ = ("_directory", "_known", "_markets", "_placing", "_sessions")

    def __init__(self, directory: Directory, known: KnownOrders, placing: PlacingDesk) -> None:
        self._directory = directory
        self._markets = directory.markets
        self._sessions = directory.sessions
        self._known = known
        self._placing = placing

    def cancel(self, command: CancelOrder, sequence: int) -> list[Event]:
        fields = _astuple(command)
        session = self._heard(fields)
        if session is None:
            return cancel_rejected(command, None, _UNKNOWN_SESSION)
        order = self._found(session, command, fields)
        if not isinstance(order, Order):
            return order
        level = order.level
        if level is None:
            return self._too_late(session, order, _CANCEL, fields[3])
        if fields[6] != order.symbol or fields[7] is not order.side:
            return self._differs(session, command, order, cancel_difference(command, order))
        book = self._markets[order.symbol].book
        level.quantity -= order.quantity - order.cum_quantity
        (book.bids if order.side is _BUY else book.asks).unlink(order, level)
        order.status = _CANCELED
        client_order_id: str = fields[3]
        self._known.add_request(session, order, client_order_id)
        self._known.close(order)
        return [_OrderCancelled(order_state(order), _REQUESTED, client_order_id)]

    def replace(self, command: ReplaceOrder, sequence: int) -> list[Event]:
        fields = _astuple(command)
        session = self._heard(fields)
        if session is None:
            return cancel_rejected(command, None, _UNKNOWN_SESSION)
        order = self._found(session, command, fields)
        if not isinstance(order, Order):
            return order
        price: int | None = fields[11]
        quantity: int = fields[12]
        if order.level is None and not _reopens(order, quantity):
            return self._too_late(session, order, _REPLACE, fields[3])
        difference = replace_difference(fields, order)
        if difference:
            return self._differs(session, command, order, difference)
        reason = terms_refusal(fields[9], price, quantity)
        if reason is not None:
            return self._refuse(session, command, order, reason)
        original = order.client_order_id
        self._known.rename(session, order, fields[3])
        return self._change(self._markets[order.symbol], order, price, quantity, original)

    def refuse(self, command: RefuseChange, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        if session is None:
            return cancel_rejected(command, None, RejectReason.UNKNOWN_SESSION)
        if not self._known.claim(session, command.client_order_id):
            return repeated_change(command, session)
        return self._refuse(session, command, self._named(session, command), command.reason, command.text)

    def _heard(self, fields: tuple[Any, ...]) -> TradingSession | None:
        """The session of a request, its last message number kept; None: unknown. Any: fields of a command, in order."""
        session = self._sessions.get(fields[1])
        if session is not None:
            message_sequence: int = fields[2]
            if message_sequence > session.message_sequence:
                session.message_sequence = message_sequence
        return session

    def _found(
        self, session: TradingSession, command: CancelOrder | ReplaceOrder, fields: tuple[Any, ...]
    ) -> Order | list[Event]:
        """The order that a request names, or its refusal. The request's ClOrdID is claimed by it."""
        client_order_id: str = fields[3]
        if not self._known.claim(session, client_order_id):
            return repeated_change(command, session)
        original: str = fields[4]
        order = session.ids.get(original) or self._named(session, command)
        # The usual request passes at a glance; any other goes through the checks, in their order.
        if order is None or original != order.client_order_id or fields[5] or not is_client_order_id(client_order_id):
            reason = self._chain_refusal(command, order)
            if reason is not None:
                return self._refuse(session, command, order, reason)
            assert order is not None, "an unknown order is a reason"
        return order

    def _change(self, market: Market, order: Order, price: int | None, quantity: int, original: str) -> list[Event]:
        """The accepted replace: its terms, then its place in the queue."""
        executed = order.cum_quantity
        if order.status is _FILLED:
            self._known.leave_closed(order)
        elif executed < quantity <= order.quantity and price == order.price:
            market.book.reduce(order, quantity)
            return [_OrderReplaced(order_state(order), original)]
        else:
            market.book.remove(order)
        order.price = price
        order.key = priority_key(order.side, price)
        if quantity <= executed:
            order.quantity = executed
            order.status = _FILLED
            self._known.close(order)
            return [_OrderReplaced(order_state(order), original)]
        order.quantity = quantity
        order.status = _PARTIALLY_FILLED if executed else _NEW
        events: list[Event] = [_OrderReplaced(order_state(order), original)]
        self._placing.execute(market, order, events)
        return events

    def _named(self, session: TradingSession, command: ChangeCommand) -> Order | None:
        """The order that a request means: by OrigClOrdID(41) if given, else by OrderID(37)."""
        if command.original_client_order_id:
            return session.ids.get(command.original_client_order_id)
        order = self._known.by_id.get(command.order_id)
        return order if order is not None and order.session == session.name else None

    def _chain_refusal(self, command: CancelOrder | ReplaceOrder, order: Order | None) -> RejectReason | None:
        if not is_client_order_id(command.client_order_id):
            return RejectReason.MALFORMED_CLIENT_ORDER_ID
        if order is None:
            return RejectReason.UNKNOWN_ORDER
        original, order_id = command.original_client_order_id, command.order_id
        if original and original != order.client_order_id and order.status is not _CANCELED:
            return RejectReason.NOT_THE_LAST_ACCEPTED_ID
        if order_id and order_id != order.order_id:
            return RejectReason.ORDER_ID_MISMATCH
        return None

    def _differs(
        self, session: TradingSession, command: CancelOrder | ReplaceOrder, order: Order, field: str
    ) -> list[Event]:
        text = f"{field} is not the order's, and no request changes it"
        return self._refuse(session, command, order, RejectReason.CANNOT_CHANGE, text)

    def _too_late(
        self, session: TradingSession, order: Order, request: RequestType, client_order_id: str
    ) -> list[Event]:
        """The commonest refusal; as _refuse with TOO_LATE."""
        self._known.add_request(session, order, client_order_id)
        return [
            _CancelRejected(
                order.session,
                request,
                client_order_id,
                order.client_order_id,
                order.order_id,
                order.status,
                _TOO_LATE,
                _TOO_LATE_TEXT,
            )
        ]

    def _refuse(
        self,
        session: TradingSession,
        command: ChangeCommand,
        order: Order | None,
        reason: RejectReason,
        text: str = "",
    ) -> list[Event]:
        """A refused request's ClOrdID is used, and names the order that it meant."""
        if not is_client_order_id(command.client_order_id):
            self._known.forget(session, command.client_order_id)
        elif order is None:
            self._known.add_orderless(session, command.client_order_id)
        else:
            self._known.add_request(session, order, command.client_order_id)
        return cancel_rejected(command, order, reason, text)


def _reopens(order: Order, quantity: int) -> bool:
    """A filled order that could rest goes on with a larger quantity. Source: matrices C.1.c, C.2.a, G.1.c."""
    return (
        order.status is _FILLED
        and order.price is not None
        and (order.time_in_force is _DAY or order.time_in_force is _GTC)
        and quantity > order.cum_quantity
    )
