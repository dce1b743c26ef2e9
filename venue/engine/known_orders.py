"""Which orders and ClOrdIDs are known: open orders, the last closed ones, and every id ever used."""

from collections import deque

from venue.domain.limits import (
    MAX_CLIENT_ORDER_ID_LENGTH,
    MAX_CLOSED_ORDERS,
    MAX_ORDERLESS_REQUESTS,
    MAX_REQUEST_IDS_PER_ORDER,
)
from venue.engine.directory import TradingSession
from venue.matching import Order, OrderQueue


class KnownOrders:
    """Ids leave by name in a fixed order, whatever the process, and only then become fingerprints.

    by_id: every open order, and the closed ones in the window. closed: the window, oldest first.
    orderless: ids of requests that found no order, oldest first.
    """

    __slots__ = ("_closed_count", "_max_closed", "_max_request_ids", "_sessions", "by_id", "closed", "orderless")

    def __init__(self, sessions: dict[str, TradingSession]) -> None:
        self.by_id: dict[int, Order] = {}
        self.closed = OrderQueue()
        self._closed_count = 0
        # Read once: an imported number costs compiled code a look into a dictionary.
        self._max_closed = MAX_CLOSED_ORDERS
        self._max_request_ids = MAX_REQUEST_IDS_PER_ORDER
        self.orderless: deque[tuple[str, str]] = deque()
        self._sessions = sessions

    def claim(self, session: TradingSession, client_order_id: str) -> bool:
        """Whether the session never used the id before; it is used from now on."""
        length = len(client_order_id)
        if length > MAX_CLIENT_ORDER_ID_LENGTH:
            return not session.used.contains(client_order_id)
        # Most clients count upwards: an id above all before it is new without a look at the fingerprints.
        highest_length = session.highest_length
        if length > highest_length or (length == highest_length and client_order_id > session.highest_id):
            session.highest_id = client_order_id
            session.highest_length = length
            return True
        return client_order_id not in session.ids and not session.used.contains(client_order_id)

    def add(self, session: TradingSession, order: Order) -> None:
        session.ids[order.client_order_id] = order
        self.by_id[order.order_id] = order

    def add_rejected(self, session: TradingSession, order: Order) -> None:
        self.add(session, order)
        self.close(order)

    def forget(self, session: TradingSession, client_order_id: str) -> None:
        """Used, but never to be known by name."""
        session.used.add(client_order_id)

    def close(self, order: Order) -> None:
        """The order is closed; the one that closed longest ago is forgotten when the window is full."""
        self.closed.append(order)
        self._closed_count += 1
        if self._closed_count > self._max_closed:
            oldest = self.closed.first
            assert oldest is not None, "the window is full"
            self.leave_closed(oldest)
            self._forget(oldest)

    def leave_closed(self, order: Order) -> None:
        self.closed.unlink(order)
        self._closed_count -= 1

    def add_request(self, session: TradingSession, order: Order, client_order_id: str) -> None:
        """One more ClOrdID that names the order."""
        session.ids[client_order_id] = order
        self.keep(session, order, client_order_id)

    def rename(self, session: TradingSession, order: Order, client_order_id: str) -> None:
        """client_order_id is the order's last accepted one from now on."""
        session.ids[client_order_id] = order
        self.keep(session, order, order.client_order_id)
        order.client_order_id = client_order_id

    def open_orders(self, session: TradingSession) -> list[Order]:
        """Those that rest or wait, in no order that matters."""
        return [
            order
            for client_order_id, order in session.ids.items()
            if order is not None and is_open(order) and order.client_order_id == client_order_id
        ]

    def add_orderless(self, session: TradingSession, client_order_id: str) -> None:
        session.ids[client_order_id] = None
        self.orderless.append((session.name, client_order_id))
        if len(self.orderless) > MAX_ORDERLESS_REQUESTS:
            name, oldest = self.orderless.popleft()
            owner = self._sessions[name]
            del owner.ids[oldest]
            owner.used.add(oldest)

    def keep(self, session: TradingSession, order: Order, client_order_id: str) -> None:
        """Among the ids of its chain; the oldest makes room where there are too many."""
        ids = order.request_ids
        if len(ids) == self._max_request_ids:
            del session.ids[ids[0]]
            session.used.add(ids[0])
            ids = ids[1:]
        # An order has one such id at most, mostly: its cancel's.
        order.request_ids = (*ids, client_order_id) if ids else (client_order_id,)

    def _forget(self, order: Order) -> None:
        session = self._sessions[order.session]
        known, add = session.ids, session.used.add
        del self.by_id[order.order_id]
        del known[order.client_order_id]
        add(order.client_order_id)
        for client_order_id in order.request_ids:
            del known[client_order_id]
            add(client_order_id)


def is_open(order: Order) -> bool:
    """Whether it rests in a book or waits for its stop price."""
    return order.level is not None or (order.special is not None and order.special.waiting)
