"""New orders: from the request through matching to the book, the window, or a reject."""

from venue.domain.commands import PlaceOrder, RefuseOrder
from venue.domain.enums import CancelReason, OrderStatus, OrderType, TimeInForce
from venue.domain.events import Event, OrderCancelled, OrderMatched, OrderPlaced, OrderState
from venue.domain.limits import MAX_NAME_LENGTH, MAX_SYMBOL_LENGTH
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.engine.answers import order_rejected, order_state, refused_state, repeated_order
from venue.engine.checks import is_client_order_id, order_refusal
from venue.engine.directory import Directory, Market, TradingSession
from venue.engine.known_orders import KnownOrders
from venue.matching import Order, priority_key

_MARKET = OrderType.MARKET
_IOC, _FOK = TimeInForce.IOC, TimeInForce.FOK
_CANCELED, _FILLED = OrderStatus.CANCELED, OrderStatus.FILLED


class PlacingDesk:
    __slots__ = ("_directory", "_known")

    def __init__(self, directory: Directory, known: KnownOrders) -> None:
        self._directory = directory
        self._known = known

    def place(self, command: PlaceOrder, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        if session is None:
            return order_rejected(refused_state(command, sequence), RejectReason.UNKNOWN_SESSION)
        client_order_id = command.client_order_id
        if not self._known.claim(session, client_order_id):
            return repeated_order(command, session, sequence)
        market = self._directory.markets.get(command.symbol)
        firm = session.firm
        account = command.account or firm.sole_account
        reason = order_refusal(command, firm, market, account)
        if reason is not None or market is None:
            return self._refuse(session, refused_state(command, sequence), reason or RejectReason.UNKNOWN_SYMBOL)
        side, price = command.side, command.price
        order = Order(
            sequence,
            session.name,
            client_order_id,
            account,
            command.symbol,
            side,
            command.order_type,
            command.time_in_force,
            price,
            command.quantity,
            key=priority_key(side, price),
        )
        self._known.add(session, order)
        events: list[Event] = [OrderPlaced(order_state(order))]
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
        """Match an order that is not in the book, then rest it or cancel what may not rest."""
        book = market.book
        time_in_force = order.time_in_force
        if time_in_force is _FOK and not book.crossable(order, order.quantity):
            self._cancel(order, CancelReason.FILL_OR_KILL, events)
            return
        level = book.level_against(order)
        if level is not None:
            self._match(market, order, events)
            if order.status is _FILLED:
                self._known.close(order)
                return
        if order.order_type is _MARKET:
            self._cancel(order, CancelReason.NO_LIQUIDITY, events)
        elif time_in_force is _IOC:
            self._cancel(order, CancelReason.IMMEDIATE_OR_CANCEL, events)
        else:
            book.add(order)

    def _match(self, market: Market, taker: Order, events: list[Event]) -> None:
        book, unit = market.book, market.unit
        while (level := book.level_against(taker)) is not None:
            maker = level.first
            assert maker is not None, "the best level holds an order"
            traded = book.trade(level, maker, taker)
            amount = Amount(level.price * traded * unit)
            events.append(OrderMatched(level.price, traded, amount, order_state(maker), order_state(taker)))
            if maker.status is _FILLED:
                self._known.close(maker)
            if taker.status is _FILLED:
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
