"""Cancel and replace requests. Source: FIX 4.4 vol. 4, matrices B, C and D."""

from typing import Any, Final

from msgspec.structs import astuple, replace

from venue.domain.commands import CancelOrder, RefuseChange, ReplaceOrder
from venue.domain.enums import CancelReason, OrderStatus, OrderType, RequestType, TimeInForce
from venue.domain.events import CancelRejected, Event, OrderCancelled, OrderReplaced
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS, Terms
from venue.engine.answers import ChangeCommand, cancel_rejected, order_state, repeated_change
from venue.engine.checks import (
    cancel_difference,
    display_refusal,
    expiry_refusal,
    is_client_order_id,
    post_only_refusal,
    price_refusal,
    quantity_refusal,
    replace_difference,
    stop_refusal,
    trading_refusal,
)
from venue.engine.clock import Clock
from venue.engine.directory import Directory, TradingSession
from venue.engine.execution import Execution
from venue.engine.known_orders import KnownOrders, is_open
from venue.engine.market import Market
from venue.engine.treasury import Treasury
from venue.matching import Order, Special, priority_key

_astuple: Final = astuple
_OrderCancelled: Final = OrderCancelled
_OrderReplaced: Final = OrderReplaced
_CancelRejected: Final = CancelRejected
_CANCEL: Final = RequestType.CANCEL
_REPLACE: Final = RequestType.REPLACE
_UNKNOWN_SESSION: Final = RejectReason.UNKNOWN_SESSION
_TOO_LATE: Final = RejectReason.TOO_LATE
_TOO_LATE_TEXT: Final = RejectReason.TOO_LATE.text
_REQUESTED: Final = CancelReason.REQUESTED
_NEW: Final = OrderStatus.NEW
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_FILLED: Final = OrderStatus.FILLED
_CANCELED: Final = OrderStatus.CANCELED
_IOC: Final = TimeInForce.IOC
_FOK: Final = TimeInForce.FOK
_MARKET: Final = OrderType.MARKET
_LIMIT: Final = OrderType.LIMIT
_STOP: Final = OrderType.STOP
_STOP_LIMIT: Final = OrderType.STOP_LIMIT


class ChangingDesk:
    __slots__ = ("_clock", "_directory", "_execution", "_known", "_markets", "_sessions", "_treasury")

    def __init__(
        self, directory: Directory, known: KnownOrders, clock: Clock, execution: Execution, treasury: Treasury
    ) -> None:
        self._treasury = treasury
        self._directory = directory
        self._markets = directory.markets
        self._sessions = directory.sessions
        self._known = known
        self._clock = clock
        self._execution = execution

    def cancel(self, command: CancelOrder, sequence: int) -> list[Event]:
        fields = _astuple(command)
        session = self._heard(fields)
        if session is None:
            return cancel_rejected(command, None, _UNKNOWN_SESSION)
        order = self._found(session, command, fields)
        if not isinstance(order, Order):
            return order
        if not is_open(order):
            return self._too_late(session, order, _CANCEL, fields[3])
        if fields[6] != order.symbol or fields[7] is not order.side:
            return self._differs(session, command, order, cancel_difference(command, order))
        self._execution.withdraw(self._markets[order.symbol], order)
        order.end(_CANCELED)
        client_order_id: str = fields[3]
        self._known.add_request(session, order, client_order_id)
        self._known.close(order)
        released = self._treasury.ended(order)
        return [_OrderCancelled(order_state(order), _REQUESTED, client_order_id, 0, released)]

    def replace(self, command: ReplaceOrder, sequence: int) -> list[Event]:
        fields = _astuple(command)
        session = self._heard(fields)
        if session is None:
            return cancel_rejected(command, None, _UNKNOWN_SESSION)
        order = self._found(session, command, fields)
        if not isinstance(order, Order):
            return order
        quantity: int = fields[12]
        if not is_open(order) and not _reopens(order, quantity):
            return self._too_late(session, order, _REPLACE, fields[3])
        market = self._markets[order.symbol]
        if session.gated or market.gated:
            reason = trading_refusal(self._directory, session, market, order.account)
            if reason is not None:
                return self._refuse(session, command, order, reason)
        difference = replace_difference(fields, order)
        if difference:
            return self._differs(session, command, order, difference)
        wish = _wish(order, fields[11], quantity, fields[14])
        reason = self._wish_refusal(market, order, command, wish)
        if reason is not None:
            return self._refuse(session, command, order, reason)
        original = order.client_order_id
        self._known.rename(session, order, fields[3])
        return self._change(market, order, wish, original)

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

    def _wish_refusal(self, market: Market, order: Order, command: ReplaceOrder, wish: "_Wish") -> RejectReason | None:
        order_type, terms = order.order_type, wish.terms
        reason = quantity_refusal(wish.quantity) or price_refusal(order_type, command.price)
        if reason is None and terms is not NO_TERMS:
            reason = (
                stop_refusal(order_type, terms)
                or expiry_refusal(order.time_in_force, terms, command.at)
                or display_refusal(order_type, order.time_in_force, wish.quantity, terms)
            )
        if reason is not None or wish.keeps_place:
            return reason
        if wish.price is not None and wish.price != order.price and market.outside_band(wish.price):
            return RejectReason.PRICE_OUTSIDE_BAND
        if wish.quantity > order.cum_quantity:
            reason = post_only_refusal(market, order.side, wish.price, terms)
        return reason or self._treasury.admit_replace(market, order, wish.price, wish.quantity, terms.stop_price)

    def _change(self, market: Market, order: Order, wish: "_Wish", original: str) -> list[Event]:
        """The accepted replace: its terms, then its place in the queue."""
        quantity, executed = wish.quantity, order.cum_quantity
        waiting = order.special is not None and order.special.waiting
        if wish.keeps_place:
            self._set_terms(order, wish.terms)
            if waiting:
                order.quantity = quantity
            else:
                market.book.reduce(order, quantity)
            held = self._treasury.adjust(market, order)
            return [_OrderReplaced(order_state(order), original, held)]
        if order.status is _FILLED:
            self._known.leave_closed(order)
        else:
            self._execution.withdraw(market, order)
        self._set_terms(order, wish.terms)
        order.price = wish.price
        order.key = priority_key(order.side, wish.price)
        order.quantity = quantity if quantity > executed else executed
        if order.special is not None:
            order.special.hidden = 0
        if quantity <= executed:
            order.status = _FILLED
            self._known.close(order)
            held = self._treasury.adjust(market, order)
            return [_OrderReplaced(order_state(order), original, held)]
        order.status = _PARTIALLY_FILLED if executed else _NEW
        held = self._treasury.adjust(market, order)
        events: list[Event] = [_OrderReplaced(order_state(order), original, held)]
        if waiting:
            self._execution.wait(market, order, events)
        else:
            self._execution.execute(market, order, events)
        return events

    def _set_terms(self, order: Order, terms: Terms) -> None:
        special = order.special
        if special is None:
            if terms is NO_TERMS:
                return
            special = order.special = Special(terms)
        before = special.terms
        special.terms = terms
        if terms.expires_at != before.expires_at:
            self._clock.expires(order)

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


class _Wish:
    """What an order would be by a replace. keeps_place: no more than a smaller quantity."""

    __slots__ = ("keeps_place", "price", "quantity", "terms")

    def __init__(self, price: int | None, quantity: int, terms: Terms, keeps_place: bool) -> None:
        self.price = price
        self.quantity = quantity
        self.terms = terms
        self.keeps_place = keeps_place


def _wish(order: Order, price: int | None, quantity: int, given: Terms | None) -> _Wish:
    """given: terms of the replace; what they leave out stays."""
    special = order.special
    has = NO_TERMS if special is None else special.terms
    terms = has
    if given is not None:
        terms = replace(
            has,
            stop_price=given.stop_price or has.stop_price,
            expires_at=given.expires_at or has.expires_at,
            display_quantity=given.display_quantity or has.display_quantity,
        )
        if terms == has:
            terms = has
    if order.order_type is _MARKET or order.order_type is _STOP:
        # What rests of a market order rests at a price of the venue's making.
        price = order.price
    keeps_place = (
        order.cum_quantity < quantity <= order.quantity
        and price == order.price
        and (terms is has or (terms.display_quantity == has.display_quantity and terms.stop_price == has.stop_price))
    )
    return _Wish(price, quantity, terms, keeps_place and order.status is not _FILLED)


def _reopens(order: Order, quantity: int) -> bool:
    """A filled order that could rest goes on with a larger quantity. Source: matrices C.1.c, C.2.a, G.1.c."""
    return (
        order.status is _FILLED
        and (order.order_type is _LIMIT or order.order_type is _STOP_LIMIT)
        and order.time_in_force is not _IOC
        and order.time_in_force is not _FOK
        and quantity > order.cum_quantity
    )
