"""New orders: from the request to the book, the window of closed ones, or a reject."""

from typing import Final

from msgspec.structs import astuple, replace

from venue.domain.commands import PlaceOrder, RefuseOrder
from venue.domain.enums import OrderStatus, OrderType, Side, TimeInForce
from venue.domain.events import Event, OrderPlaced, OrderState
from venue.domain.limits import MAX_NAME_LENGTH, MAX_QUANTITY_LOTS, MAX_SYMBOL_LENGTH
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS
from venue.engine.answers import order_rejected, refused_state, repeated_order
from venue.engine.checks import is_client_order_id, order_refusal
from venue.engine.clock import Clock
from venue.engine.directory import Directory, TradingSession
from venue.engine.execution import Execution
from venue.engine.known_orders import KnownOrders
from venue.engine.market import Market
from venue.engine.treasury import Treasury, as_units
from venue.matching import Order, Special, priority_key

# Reading a module's own constant costs compiled code next to nothing, an imported name a look into a dictionary.
_astuple: Final = astuple
_OrderPlaced: Final = OrderPlaced
_LIMIT: Final = OrderType.LIMIT
_GTD: Final = TimeInForce.GTD
_NEW: Final = OrderStatus.NEW


class PlacingDesk:
    __slots__ = ("_clock", "_directory", "_execution", "_known", "_markets", "_treasury")

    def __init__(
        self, directory: Directory, known: KnownOrders, clock: Clock, execution: Execution, treasury: Treasury
    ) -> None:
        self._treasury = treasury
        self._directory = directory
        self._known = known
        self._markets = directory.markets
        self._clock = clock
        self._execution = execution

    def place(self, command: PlaceOrder, sequence: int) -> list[Event]:
        # All fields at once, as declared: a read of each one costs compiled code more than the rest of this method.
        fields = _astuple(command)
        session = self._directory.heard(fields[1], fields[2])
        if session is None:
            return order_rejected(refused_state(command, sequence), RejectReason.UNKNOWN_SESSION)
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
            or market.gated
            or session.gated
            or account not in firm.accounts
            or order_type is not _LIMIT
            or time_in_force is _GTD
            or fields[12] is not None
            or price is None
            or not market.lowest_price <= price <= market.highest_price
            or not 0 < quantity <= MAX_QUANTITY_LOTS
            or not is_client_order_id(client_order_id)
        ):
            reason = order_refusal(command, self._directory, session, market, account)
            if reason is not None:
                return self._refuse(session, refused_state(command, sequence), reason)
            assert market is not None, "an unknown symbol is a reason"
            if fields[12] is not None and fields[12] != NO_TERMS:
                return self._place_special(session, market, command, account, sequence)
        order = Order(
            sequence, session.name, client_order_id, account, symbol, side, order_type, time_in_force,
            price, quantity, 0, 0, _NEW, (), priority_key(side, price), firm.name,
        )  # fmt: skip
        reason = self._treasury.admit(market, order)
        if reason is not None:
            return self._refuse(session, refused_state(command, sequence), reason)
        session.ids[client_order_id] = order
        self._known.by_id[sequence] = order
        events: list[Event] = [_OrderPlaced(sequence, account, None, 0, as_units(order.held))]
        self._execution.execute(market, order, events)
        return events

    def _place_special(
        self, session: TradingSession, market: Market, command: PlaceOrder, account: str, sequence: int
    ) -> list[Event]:
        """An accepted order with terms."""
        terms = command.terms
        assert terms is not None, "an order without terms is not special"
        owner = session.firm.name
        if terms.self_trade_group:
            owner = f"{owner}\0{terms.self_trade_group}"
        quantity, bought = command.quantity, 0
        if terms.cash:
            quantity = bought = self._execution.bought_for(market, terms, owner)
            if not quantity:
                return self._refuse(session, refused_state(command, sequence), RejectReason.CASH_BUYS_NOTHING)
        special = Special(terms, waiting=terms.stop_price != 0)
        order = Order(
            sequence, command.session, command.client_order_id, account, command.symbol, command.side,
            command.order_type, command.time_in_force, command.price, quantity, 0, 0, _NEW, (),
            priority_key(command.side, command.price), owner, special,
        )  # fmt: skip
        reason = self._treasury.admit(market, order)
        if reason is not None:
            return self._refuse(session, refused_state(command, sequence), reason)
        self._known.add(session, order)
        if terms.expires_at:
            self._clock.expires(order)
        held = as_units(order.held)
        events: list[Event] = [_OrderPlaced(sequence, account, special.state(), bought, held)]
        if special.waiting:
            self._execution.wait(market, order, events)
        else:
            self._execution.execute(market, order, events, terms.min_quantity)
        return events

    def refuse(self, command: RefuseOrder, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        if session is None:
            return order_rejected(refused_state(command, sequence), RejectReason.UNKNOWN_SESSION)
        if not self._known.claim(session, command.client_order_id):
            return repeated_order(command, session, sequence)
        return self._refuse(session, refused_state(command, sequence), command.reason, command.text)

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
        special=_remembered_special(state),
    )


def _remembered_special(state: OrderState) -> Special | None:
    if state.special is None:
        return None
    terms = state.special.terms
    return Special(replace(terms, self_trade_group=terms.self_trade_group[:MAX_NAME_LENGTH]))
