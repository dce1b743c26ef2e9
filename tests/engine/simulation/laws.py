"""Laws that can be checked from the events alone, each order in constant time."""

from heapq import heappop, heappush

from venue.domain.commands import Command
from venue.domain.enums import OrderStatus, Phase, Side
from venue.domain.events import (
    Event,
    OrderCancelled,
    OrderDoneForDay,
    OrderExpired,
    OrderMatched,
    OrderPlaced,
    OrderReplaced,
    OrderRestated,
    OrderState,
    OrderTriggered,
    PhaseChanged,
    placed_order,
)

OPEN = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
ORDER_EVENTS = OrderCancelled | OrderDoneForDay | OrderExpired | OrderReplaced | OrderRestated | OrderTriggered
ENDS = {
    OrderCancelled: OrderStatus.CANCELED,
    OrderDoneForDay: OrderStatus.DONE_FOR_DAY,
    OrderExpired: OrderStatus.EXPIRED,
}


class Laws:
    """open: the last state of every open order, by id, from events; filled: of those that a replace may reopen."""

    def __init__(self) -> None:
        self.open: dict[int, OrderState] = {}
        self.filled: dict[int, OrderState] = {}
        self.phases: dict[str, Phase] = {}
        self.best: dict[tuple[str, Side], list[tuple[int, int]]] = {}

    def check(self, command: Command, events: list[Event]) -> int:
        """How many matches there were."""
        matches = 0
        touched = set()
        for event in events:
            if isinstance(event, OrderMatched):
                matches += 1
                self.match(event)
                touched.add(event.taker.symbol)
            elif isinstance(event, OrderPlaced):
                self.keep(placed_order(command, event))
                touched.add(command.symbol)
            elif isinstance(event, ORDER_EVENTS):
                self.change(event)
                touched.add(event.order.symbol)
            elif isinstance(event, PhaseChanged):
                self.phases[event.symbol] = event.phase
                touched.add(event.symbol)
        for symbol in sorted(touched):
            self.uncrossed(symbol)
        return matches

    def match(self, event: OrderMatched) -> None:
        maker, taker = event.maker, event.taker
        assert (maker.symbol, maker.side) != (taker.symbol, taker.side)
        assert maker.symbol == taker.symbol
        if not event.auction:
            assert maker.price == event.price, "the maker's price"
        for state in (maker, taker):
            before = self.open[state.order_id]
            assert state.cum_quantity == before.cum_quantity + event.quantity, "both sides trade the same"
            assert state.notional == before.notional + event.quantity * event.price
            assert state.quantity == before.quantity >= state.cum_quantity
            reach = state.price
            if reach is not None:
                assert event.price <= reach if state.side is Side.BUY else event.price >= reach, "beyond the limit"
            filled = state.cum_quantity == state.quantity
            assert state.status is (OrderStatus.FILLED if filled else OrderStatus.PARTIALLY_FILLED)
            self.keep(state)

    def change(self, event: ORDER_EVENTS) -> None:
        state = event.order
        before = self.open.get(state.order_id)
        if before is None:
            assert isinstance(event, OrderReplaced), "a closed order is only ever reopened by a replace"
            before = self.filled[state.order_id]
        assert (state.cum_quantity, state.notional) == (before.cum_quantity, before.notional), "executions stay"
        assert type(event) not in ENDS or state.status is ENDS[type(event)]
        self.keep(state)

    def keep(self, state: OrderState) -> None:
        hidden = state.special.hidden_quantity if state.special else 0
        assert 0 <= hidden <= max(0, state.quantity - state.cum_quantity), "no more hidden than open"
        self.open.pop(state.order_id, None)
        self.filled.pop(state.order_id, None)
        if state.status in OPEN:
            self.open[state.order_id] = state
            if state.price is not None:
                key = -state.price if state.side is Side.BUY else state.price
                heappush(self.best.setdefault((state.symbol, state.side), []), (key, state.order_id))
        elif state.status is OrderStatus.FILLED:
            self.filled[state.order_id] = state

    def uncrossed(self, symbol: str) -> None:
        if self.phases.get(symbol, Phase.OPEN) is Phase.OPEN:
            bid, ask = self.best_price(symbol, Side.BUY), self.best_price(symbol, Side.SELL)
            assert bid is None or ask is None or bid < ask, f"crossed at {bid} and {ask}"

    def best_price(self, symbol: str, side: Side) -> int | None:
        heap = self.best.get((symbol, side), [])
        while heap:
            key, order_id = heap[0]
            state = self.open.get(order_id)
            price = -key if side is Side.BUY else key
            if state is not None and state.price == price and not (state.special and state.special.waiting):
                return price
            heappop(heap)
        return None
