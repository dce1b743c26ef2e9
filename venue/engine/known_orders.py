"""Which orders and ClOrdIDs are known: open orders, the last closed ones, and every id ever used."""

from collections import deque
from itertools import islice

from venue.domain.limits import (
    CLOSED_ORDERS_BATCH,
    MAX_CLIENT_ORDER_ID_LENGTH,
    MAX_CLOSED_ORDERS,
    MAX_ORDERLESS_REQUESTS,
    MAX_REQUEST_IDS_PER_ORDER,
)
from venue.engine.directory import TradingSession
from venue.matching import Order


class KnownOrders:
    """Ids leave by name in a fixed order, whatever the process, and only then become fingerprints.

    by_id: every open order, and the closed ones in the window. closed: the window, oldest first.
    orderless: ids of requests that found no order, oldest first.
    """

    __slots__ = ("_sessions", "by_id", "closed", "orderless")

    def __init__(self, sessions: dict[str, TradingSession]) -> None:
        self.by_id: dict[int, Order] = {}
        self.closed: dict[int, Order] = {}
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
        """The order is closed; those that closed longest ago are forgotten when the window is full, a batch at once."""
        closed = self.closed
        closed[order.order_id] = order
        if len(closed) >= MAX_CLOSED_ORDERS + CLOSED_ORDERS_BATCH:
            for oldest in list(islice(closed.values(), CLOSED_ORDERS_BATCH)):
                del closed[oldest.order_id]
                self._evict(oldest)

    def reopen(self, order: Order) -> None:
        del self.closed[order.order_id]

    def add_request(self, session: TradingSession, order: Order, client_order_id: str) -> None:
        """One more ClOrdID that names the order."""
        session.ids[client_order_id] = order
        self.keep(session, order, client_order_id)

    def rename(self, session: TradingSession, order: Order, client_order_id: str) -> None:
        """client_order_id is the order's last accepted one from now on."""
        session.ids[client_order_id] = order
        self.keep(session, order, order.client_order_id)
        order.client_order_id = client_order_id

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
        if ids is None:
            order.request_ids = [client_order_id]
            return
        ids.append(client_order_id)
        if len(ids) > MAX_REQUEST_IDS_PER_ORDER:
            oldest = ids.pop(0)
            del session.ids[oldest]
            session.used.add(oldest)

    def _evict(self, order: Order) -> None:
        session = self._sessions[order.session]
        known, add = session.ids, session.used.add
        del self.by_id[order.order_id]
        del known[order.client_order_id]
        add(order.client_order_id)
        if order.request_ids is not None:
            for client_order_id in order.request_ids:
                del known[client_order_id]
                add(client_order_id)
