"""The engine's slow twin: lists, linear searches, one rule after the other. Obvious rather than fast."""

from dataclasses import dataclass, field

from venue.domain.commands import (
    CancelOrder,
    Command,
    LogOffSession,
    LogOnSession,
    PlaceOrder,
    RefuseChange,
    RefuseOrder,
    ReplaceOrder,
    RequestOrderStatus,
)
from venue.domain.enums import CancelReason, Delivery, OrderStatus, OrderType, RequestType, Side, TimeInForce
from venue.domain.events import (
    CancelRejected,
    Event,
    OrderCancelled,
    OrderMatched,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderState,
    OrderStatusReported,
    SessionLoggedOff,
    SessionLoggedOn,
)
from venue.domain.money import Amount
from venue.domain.reference import Instrument
from venue.domain.reject_reason import RejectReason as R

OPEN = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)


@dataclass
class NaiveOrder:
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
    status: OrderStatus = OrderStatus.NEW
    fills: list[tuple[int, int]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    arrival: int = 0

    @property
    def cum(self) -> int:
        return sum(quantity for _, quantity in self.fills)

    @property
    def leaves(self) -> int:
        return self.quantity - self.cum

    def state(self) -> OrderState:
        return OrderState(
            self.order_id, self.session, self.client_order_id, self.account, self.symbol, self.side, self.order_type,
            self.time_in_force, self.price, self.quantity, self.cum, sum(p * q for p, q in self.fills), self.status,
        )  # fmt: skip


class NaiveEngine:
    """Reference data are given ready. sessions: name -> accounts of its firm."""

    def __init__(
        self,
        instruments: dict[str, Instrument],
        sessions: dict[str, list[str]],
        *,
        max_closed: int,
        max_requests: int,
        max_orderless: int,
        max_matches: int,
    ) -> None:
        self.sequence = 0
        self.instruments = instruments
        self.sessions = sessions
        self.message_sequences = dict.fromkeys(sessions, 0)
        self.resting: list[NaiveOrder] = []
        self.closed: list[NaiveOrder] = []
        self.orderless: list[tuple[str, str]] = []
        self.used: set[tuple[str, str]] = set()
        self.limits = (max_closed, max_requests, max_orderless)
        self.max_matches = max_matches
        self.arrivals = 0

    def apply(self, command: Command) -> list[Event]:
        self.sequence += 1
        name = command.session
        if isinstance(command, LogOnSession):
            if name in self.sessions and command.reset:
                self.message_sequences[name] = command.message_sequence
            return [SessionLoggedOn(name)] if name in self.sessions else []
        if isinstance(command, LogOffSession):
            return [SessionLoggedOff(name)] if name in self.sessions else []
        if name in self.sessions:
            self.message_sequences[name] = max(self.message_sequences[name], command.message_sequence)
        if isinstance(command, RequestOrderStatus):
            return self.status(command)
        if isinstance(command, PlaceOrder | RefuseOrder):
            return self.new_order(command)
        return self.change(command)

    # -- new orders

    def new_order(self, c: PlaceOrder | RefuseOrder) -> list[Event]:
        state = self.wanted_state(c)
        if c.session not in self.sessions:
            return [OrderRejected(state, R.UNKNOWN_SESSION, R.UNKNOWN_SESSION.text)]
        if self.is_used(c.session, c.client_order_id):
            first = self.find(c.session, c.client_order_id)
            if c.delivery is Delivery.FIRST:
                reason = R.DUPLICATE_CLIENT_ORDER_ID
                return [OrderRejected(first.state() if first else state, reason, reason.text)]
            return self.known_again(c, first)
        if isinstance(c, RefuseOrder):
            return self.reject(state, c.reason, c.text or c.reason.text)
        accounts = self.sessions[c.session]
        account = c.account or (accounts[0] if len(accounts) == 1 else "")
        reasons = self.bad_id(c.client_order_id)
        if c.symbol not in self.instruments:
            reasons.append(R.UNKNOWN_SYMBOL)
        if account not in accounts:
            reasons.append(R.UNKNOWN_ACCOUNT)
        reasons += self.bad_terms(c.order_type, c.price, c.quantity)
        if reasons:
            reason = min(reasons, key=lambda reason: reason.value)
            return self.reject(state, reason, reason.text)
        order = NaiveOrder(
            self.sequence, c.session, c.client_order_id, account, c.symbol, c.side, c.order_type, c.time_in_force,
            c.price, c.quantity,
        )  # fmt: skip
        return [OrderPlaced(order.order_id, order.account), *self.execute(order)]

    def wanted_state(self, c: PlaceOrder | RefuseOrder) -> OrderState:
        if isinstance(c, PlaceOrder):
            side, terms = c.side, (c.order_type, c.time_in_force, c.price, c.quantity)
        else:
            side = Side(c.side) if c.side in ("1", "2") else Side.SELL
            kind = OrderType(c.order_type) if c.order_type in ("1", "2") else OrderType.LIMIT
            tif = TimeInForce(c.time_in_force) if c.time_in_force in ("0", "1", "3", "4") else TimeInForce.DAY
            terms = (kind, tif, None, 0)
        kind, tif, price, quantity = terms
        return OrderState(
            self.sequence, c.session, c.client_order_id, c.account, c.symbol, side, kind, tif, price, quantity,
            0, 0, OrderStatus.REJECTED,
        )  # fmt: skip

    def reject(self, state: OrderState, reason: R, text: str) -> list[Event]:
        if self.bad_id(state.client_order_id):
            self.used.add((state.session, state.client_order_id))
        else:
            # What is remembered of the client's own text is cut.
            account, symbol = state.account[:64], state.symbol[:20]
            order = NaiveOrder(
                state.order_id, state.session, state.client_order_id, account, symbol, state.side,
                state.order_type, state.time_in_force, state.price, state.quantity, OrderStatus.REJECTED,
            )  # fmt: skip
            self.close(order)
        return [OrderRejected(state, reason, text)]

    def execute(self, taker: NaiveOrder) -> list[Event]:
        events: list[Event] = []
        makers = [
            maker
            for maker in self.resting
            if maker.symbol == taker.symbol
            and maker.side is not taker.side
            and (
                taker.price is None
                or (maker.price <= taker.price if taker.side is Side.BUY else maker.price >= taker.price)
            )
        ]
        makers.sort(key=lambda maker: (maker.price if taker.side is Side.BUY else -maker.price, maker.arrival))
        reachable = makers[: self.max_matches]
        if taker.time_in_force is TimeInForce.FOK and sum(maker.leaves for maker in reachable) < taker.quantity:
            return [self.cancelled(taker, CancelReason.FILL_OR_KILL)]
        for maker in reachable:
            if taker.leaves == 0:
                break
            quantity = min(maker.leaves, taker.leaves)
            for order in (maker, taker):
                order.fills.append((maker.price, quantity))
                order.status = OrderStatus.FILLED if order.leaves == 0 else OrderStatus.PARTIALLY_FILLED
            unit = self.instruments[taker.symbol].tick_lot_amount
            amount = Amount(maker.price * quantity * unit)
            events.append(OrderMatched(maker.price, quantity, amount, maker.state(), taker.state()))
            if maker.leaves == 0:
                self.resting.remove(maker)
                self.close(maker)
        if taker.leaves == 0:
            self.close(taker)
        elif len(events) == self.max_matches:
            events.append(self.cancelled(taker, CancelReason.TOO_MANY_MATCHES))
        elif taker.order_type is OrderType.MARKET:
            events.append(self.cancelled(taker, CancelReason.NO_LIQUIDITY))
        elif taker.time_in_force is TimeInForce.IOC:
            events.append(self.cancelled(taker, CancelReason.IMMEDIATE_OR_CANCEL))
        else:
            self.rest(taker)
        return events

    def cancelled(self, order: NaiveOrder, reason: CancelReason) -> OrderCancelled:
        order.status = OrderStatus.CANCELED
        self.close(order)
        return OrderCancelled(order.state(), reason, "")

    def rest(self, order: NaiveOrder) -> None:
        self.arrivals += 1
        order.arrival = self.arrivals
        self.resting.append(order)

    # -- changes

    def change(self, c: CancelOrder | ReplaceOrder | RefuseChange) -> list[Event]:
        if c.session not in self.sessions:
            return [self.change_rejected(c, None, R.UNKNOWN_SESSION)]
        if self.is_used(c.session, c.client_order_id):
            first = self.find(c.session, c.client_order_id)
            if c.delivery is Delivery.FIRST:
                return [self.change_rejected(c, first, R.DUPLICATE_CLIENT_ORDER_ID)]
            return self.known_again(c, first)
        by_id = next((o for o in self.known() if (o.order_id, o.session) == (c.order_id, c.session)), None)
        order = self.find(c.session, c.original_client_order_id) if c.original_client_order_id else by_id
        if isinstance(c, RefuseChange):
            return self.refuse_change(c, order, c.reason, c.text)
        reasons = self.bad_id(c.client_order_id)
        text = ""
        if order is None:
            reasons.append(R.UNKNOWN_ORDER)
        else:
            stale = c.original_client_order_id and c.original_client_order_id != order.client_order_id
            if stale and order.status is not OrderStatus.CANCELED:
                reasons.append(R.NOT_THE_LAST_ACCEPTED_ID)
            if c.order_id and by_id is not order:
                reasons.append(R.ORDER_ID_MISMATCH)
            if order.status not in OPEN and not self.reopens(order, c):
                reasons.append(R.TOO_LATE)
            field = self.difference(c, order)
            if field:
                reasons.append(R.CANNOT_CHANGE)
                text = f"{field} is not the order's, and no request changes it"
            if isinstance(c, ReplaceOrder):
                reasons += self.bad_terms(c.order_type, c.price, c.quantity)
        if reasons:
            reason = min(reasons, key=lambda reason: reason.value)
            return self.refuse_change(c, order, reason, text if reason is R.CANNOT_CHANGE else "")
        assert order is not None
        if isinstance(c, CancelOrder):
            self.resting.remove(order)
            order.status = OrderStatus.CANCELED
            self.keep(order, c.client_order_id)
            self.close(order)
            return [OrderCancelled(order.state(), CancelReason.REQUESTED, c.client_order_id)]
        return self.replaced(c, order)

    def replaced(self, c: ReplaceOrder, order: NaiveOrder) -> list[Event]:
        original = order.client_order_id
        order.client_order_id = c.client_order_id
        self.keep(order, original)
        if order.status is OrderStatus.FILLED:
            self.closed.remove(order)
        else:
            keeps_its_place = c.price == order.price and order.cum < c.quantity <= order.quantity
            if keeps_its_place:
                order.quantity = c.quantity
                return [OrderReplaced(order.state(), original)]
            self.resting.remove(order)
        order.price, order.quantity = c.price, max(c.quantity, order.cum)
        if order.leaves == 0:
            order.status = OrderStatus.FILLED
            self.close(order)
            return [OrderReplaced(order.state(), original)]
        order.status = OrderStatus.PARTIALLY_FILLED if order.cum else OrderStatus.NEW
        return [OrderReplaced(order.state(), original), *self.execute(order)]

    def reopens(self, order: NaiveOrder, c: CancelOrder | ReplaceOrder) -> bool:
        return (
            isinstance(c, ReplaceOrder)
            and order.status is OrderStatus.FILLED
            and order.order_type is OrderType.LIMIT
            and order.time_in_force in (TimeInForce.DAY, TimeInForce.GTC)
            and c.quantity > order.cum
        )

    def difference(self, c: CancelOrder | ReplaceOrder, order: NaiveOrder) -> str:
        pairs = [("Symbol(55)", c.symbol, order.symbol), ("Side(54)", c.side, order.side)]
        if isinstance(c, ReplaceOrder):
            pairs.append(("OrdType(40)", c.order_type, order.order_type))
            pairs.append(("Account(1)", c.account or order.account, order.account))
            pairs.append(("TimeInForce(59)", c.time_in_force or order.time_in_force, order.time_in_force))
        return next((name for name, asked, has in pairs if asked != has), "")

    def refuse_change(
        self, c: CancelOrder | ReplaceOrder | RefuseChange, order: NaiveOrder | None, reason: R, text: str
    ) -> list[Event]:
        if self.bad_id(c.client_order_id):
            self.used.add((c.session, c.client_order_id))
        elif order is None:
            self.orderless.append((c.session, c.client_order_id))
            if len(self.orderless) > self.limits[2]:
                self.used.add(self.orderless.pop(0))
        else:
            self.keep(order, c.client_order_id)
        return [self.change_rejected(c, order, reason, text)]

    def change_rejected(
        self, c: CancelOrder | ReplaceOrder | RefuseChange, order: NaiveOrder | None, reason: R, text: str = ""
    ) -> CancelRejected:
        kinds = {CancelOrder: RequestType.CANCEL, ReplaceOrder: RequestType.REPLACE}
        kind = c.request if isinstance(c, RefuseChange) else kinds[type(c)]
        original = order.client_order_id if order else c.original_client_order_id
        order_id = order.order_id if order else 0
        status = order.status if order else OrderStatus.REJECTED
        return CancelRejected(
            c.session, kind, c.client_order_id, original, order_id, status, reason, text or reason.text
        )

    # -- status, and what is known

    def status(self, c: RequestOrderStatus) -> list[Event]:
        if c.session not in self.sessions:
            return [OrderStatusReported(c.session, c.client_order_id, None, R.UNKNOWN_SESSION.text)]
        candidates = [order for order in self.known() if order.session == c.session]
        if c.client_order_id:
            candidates = [o for o in candidates if c.client_order_id in (o.client_order_id, *o.requests)]
        if c.order_id:
            candidates = [o for o in candidates if o.order_id == c.order_id]
        if not candidates or not (c.client_order_id or c.order_id):
            return [OrderStatusReported(c.session, c.client_order_id, None, R.UNKNOWN_ORDER.text)]
        (order,) = candidates
        text = "Nothing done" if order.status is OrderStatus.NEW else ""
        return [OrderStatusReported(c.session, c.client_order_id, order.state(), text)]

    def known_again(self, c: Command, first: NaiveOrder | None) -> list[Event]:
        if c.delivery is Delivery.POSSIBLE_DUPLICATE:
            return []
        if first is None:
            text = "the order of this ClOrdID(11) is no longer held"
            return [OrderStatusReported(c.session, c.client_order_id, None, text)]
        text = "Nothing done" if first.status is OrderStatus.NEW else ""
        return [OrderStatusReported(c.session, c.client_order_id, first.state(), text)]

    def known(self) -> list[NaiveOrder]:
        return self.resting + self.closed

    def find(self, session: str, client_order_id: str) -> NaiveOrder | None:
        for order in self.known():
            if order.session == session and client_order_id in (order.client_order_id, *order.requests):
                return order
        return None

    def is_used(self, session: str, client_order_id: str) -> bool:
        key = (session, client_order_id)
        return self.find(*key) is not None or key in self.orderless or key in self.used

    def keep(self, order: NaiveOrder, client_order_id: str) -> None:
        order.requests.append(client_order_id)
        if len(order.requests) > self.limits[1]:
            self.used.add((order.session, order.requests.pop(0)))

    def close(self, order: NaiveOrder) -> None:
        self.closed.append(order)
        if len(self.closed) > self.limits[0]:
            oldest = self.closed.pop(0)
            self.used.update((oldest.session, name) for name in (oldest.client_order_id, *oldest.requests))

    @staticmethod
    def bad_id(text: str) -> list[R]:
        good = 1 <= len(text) <= 36 and all(" " <= c <= "~" for c in text) and text.strip() == text
        return [] if good else [R.MALFORMED_CLIENT_ORDER_ID]

    @staticmethod
    def bad_terms(order_type: OrderType, price: int | None, quantity: int) -> list[R]:
        reasons = []
        if quantity <= 0:
            reasons.append(R.QUANTITY_NOT_POSITIVE)
        if quantity > 9_000_000_000:
            reasons.append(R.QUANTITY_TOO_LARGE)
        if order_type is OrderType.LIMIT and price is None:
            reasons.append(R.PRICE_MISSING)
        if order_type is OrderType.MARKET and price is not None:
            reasons.append(R.PRICE_NOT_ALLOWED)
        if price is not None and price <= 0:
            reasons.append(R.PRICE_NOT_POSITIVE)
        if price is not None and price > 1_000_000_000:
            reasons.append(R.PRICE_TOO_LARGE)
        return reasons
