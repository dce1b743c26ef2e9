"""New orders: from the request through matching to the book, the window, or a reject."""

from typing import Final

from msgspec.structs import astuple

from venue.domain.commands import PlaceOrder, RefuseOrder
from venue.domain.enums import CancelReason, OrderStatus, OrderType, Side, TimeInForce
from venue.domain.events import Event, OrderCancelled, OrderMatched, OrderPlaced, OrderState
from venue.domain.limits import (
    MAX_MATCHES_PER_REQUEST,
    MAX_NAME_LENGTH,
    MAX_PRICE_TICKS,
    MAX_QUANTITY_LOTS,
    MAX_SYMBOL_LENGTH,
)
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.engine.answers import order_rejected, order_state, refused_state, repeated_order
from venue.engine.checks import is_client_order_id, order_refusal
from venue.engine.directory import Directory, Market, TradingSession
from venue.engine.known_orders import KnownOrders
from venue.matching import BookSide, Order, priority_key

# Reading a module's own constant costs compiled code next to nothing, an imported name a look into a dictionary.
_astuple: Final = astuple
_OrderPlaced: Final = OrderPlaced
_OrderMatched: Final = OrderMatched
_BUY: Final = Side.BUY
_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_IOC: Final = TimeInForce.IOC
_FOK: Final = TimeInForce.FOK
_NEW: Final = OrderStatus.NEW
_CANCELED: Final = OrderStatus.CANCELED
_FILLED: Final = OrderStatus.FILLED


class PlacingDesk:
    __slots__ = ("_directory", "_known", "_markets", "_max_matches", "_sessions")

    def __init__(self, directory: Directory, known: KnownOrders) -> None:
        self._directory = directory
        self._known = known
        self._markets = directory.markets
        self._sessions = directory.sessions
        self._max_matches = MAX_MATCHES_PER_REQUEST

    def place(self, command: PlaceOrder, sequence: int) -> list[Event]:
        # All fields at once, as declared: a read of each one costs compiled code more than the rest of this method.
        fields = _astuple(command)
        name: str = fields[1]
        session = self._sessions.get(name)
        if session is None:
            return order_rejected(refused_state(command, sequence), RejectReason.UNKNOWN_SESSION)
        message_sequence: int = fields[2]
        if message_sequence > session.message_sequence:
            session.message_sequence = message_sequence
        client_order_id: str = fields[3]
        if not self._known.claim(session, client_order_id):
            return repeated_order(command, session, sequence)
        symbol: str = fields[5]
        side: Side = fields[6]
        order_type: OrderType = fields[7]
        time_in_force: TimeInForce = fields[8]
        price: int | None = fields[9]
        quantity: int = fields[10]
        firm, market = session.firm, self._markets.get(symbol)
        account: str = fields[4] or firm.sole_account
        # The usual order passes at a glance; any other goes through the checks, in their order.
        if (
            market is None
            or account not in firm.accounts
            or order_type is not _LIMIT
            or price is None
            or not 0 < price <= MAX_PRICE_TICKS
            or not 0 < quantity <= MAX_QUANTITY_LOTS
            or not is_client_order_id(client_order_id)
        ):
            reason = order_refusal(command, firm, market, account)
            if reason is not None:
                return self._refuse(session, refused_state(command, sequence), reason)
            assert market is not None, "an unknown symbol is a reason"
        order = Order(
            sequence, name, client_order_id, account, symbol, side, order_type, time_in_force,
            price, quantity, 0, 0, _NEW, (), priority_key(side, price),
        )  # fmt: skip
        session.ids[client_order_id] = order
        self._known.by_id[sequence] = order
        events: list[Event] = [_OrderPlaced(sequence, account)]
        self.execute(market, order, events)
        return events

    def refuse(self, command: RefuseOrder, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        if session is None:
            return order_rejected(refused_state(command, sequence), RejectReason.UNKNOWN_SESSION)
        if not self._known.claim(session, command.client_order_id):
            return repeated_order(command, session, sequence)
        return self._refuse(session, refused_state(command, sequence), command.reason, command.text)

    def execute(self, market: Market, order: Order, events: list[Event]) -> None:
        """Match an order that is not in the book, then rest it or cancel what may not rest. events: one, its own."""
        book = market.book
        own, other = (book.bids, book.asks) if order.side is _BUY else (book.asks, book.bids)
        time_in_force = order.time_in_force
        if time_in_force is _FOK and not book.crossable(order, order.quantity, self._max_matches):
            self._cancel(order, CancelReason.FILL_OR_KILL, events)
            return
        if other.best_key >= -order.key:
            self._match(market, order, other, events)
            if order.status is _FILLED:
                self._known.close(order)
                return
        if len(events) > self._max_matches:
            self._cancel(order, CancelReason.TOO_MANY_MATCHES, events)
        elif order.order_type is _MARKET:
            self._cancel(order, CancelReason.NO_LIQUIDITY, events)
        elif time_in_force is _IOC:
            self._cancel(order, CancelReason.IMMEDIATE_OR_CANCEL, events)
        else:
            own.add(order)

    def _match(self, market: Market, taker: Order, other: BookSide, events: list[Event]) -> None:
        book, unit, reach = market.book, market.unit, -taker.key
        while (level := other.best_within(reach)) is not None:
            maker = level.first
            assert maker is not None, "the best level holds an order"
            traded = book.trade(level, maker, taker)
            amount = Amount(level.price * traded * unit)
            events.append(_OrderMatched(level.price, traded, amount, order_state(maker), order_state(taker)))
            if maker.status is _FILLED:
                self._known.close(maker)
            if taker.status is _FILLED or len(events) > self._max_matches:
                return

    def _cancel(self, order: Order, reason: CancelReason, events: list[Event]) -> None:
        order.status = _CANCELED
        events.append(OrderCancelled(order_state(order), reason, ""))
        self._known.close(order)

    def _refuse(self, session: TradingSession, state: OrderState, reason: RejectReason, text: str = "") -> list[Event]:
        """A refused order is known like a closed one, so that status requests and duplicates find it."""
        if is_client_order_id(state.client_order_id):
            self._known.add_rejected(session, _remembered(state))
        else:
            self._known.forget(session, state.client_order_id)
        return order_rejected(state, reason, text)


def _remembered(state: OrderState) -> Order:
    # The client's own text, cut, as it may be of any length.
    return Order(
        state.order_id,
        state.session,
        state.client_order_id,
        state.account[:MAX_NAME_LENGTH],
        state.symbol[:MAX_SYMBOL_LENGTH],
        state.side,
        state.order_type,
        state.time_in_force,
        state.price,
        state.quantity,
        status=state.status,
    )
