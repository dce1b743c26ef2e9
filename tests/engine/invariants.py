"""What must hold after every command, whatever it was: checked on the slow twin, whose state is easy to read."""

from tests.engine.naive import NaiveEngine
from tests.engine.naive.state import OPEN, STOPS, NaiveMarket, is_within, other
from tests.engine.naive.trades import is_met
from venue.domain.enums import Algorithm, OrderStatus, Phase, Side
from venue.domain.events import OPEN_STATUSES, Event, OrderMatched, OrderPlaced, OrderState
from venue.domain.terms import NO_TERMS


def check_state(twin: NaiveEngine) -> None:
    assert not twin.cascade
    for symbol, market in twin.markets.items():
        check_market(twin, symbol, market)
    for order in twin.open:
        assert order.status in OPEN
        assert 0 < order.displayed <= order.leaves
        assert order.hidden == 0 or order.displayed <= order.terms.display_quantity
        assert not order.waiting or (order.order_type in STOPS and order.cum == 0)
        assert order.waiting or order.price is not None
    still_open = {id(order) for order in twin.open}
    for order in twin.closed:
        assert order.status not in OPEN
        assert id(order) not in still_open
        if order.status is not OrderStatus.REJECTED:
            assert (order.leaves == 0) == (order.status is OrderStatus.FILLED)
        assert order.hidden == 0


def check_market(twin: NaiveEngine, symbol: str, market: NaiveMarket) -> None:
    bids, asks = twin.book(symbol, Side.BUY), twin.book(symbol, Side.SELL)
    if market.phase is Phase.OPEN:
        assert not bids or not asks or bids[0].price < asks[0].price
        assert market.last_price is None or not any(is_met(stop, market.last_price) for stop in twin.stops(symbol))
    assert market.until == 0 or market.phase is Phase.HALTED
    for orders in (bids, asks):
        top = market.top[Side.BUY if orders is bids else Side.SELL]
        assert top is None or (top in orders and top.price == orders[0].price)
        assert top is None or market.rules.allocation.algorithm in (Algorithm.TOP_PRO_RATA, Algorithm.CONFIGURABLE)


def check_conservation(twin: NaiveEngine) -> None:
    """What was bought was sold, at the same prices. Only while no order has been forgotten."""
    for symbol in twin.markets:
        fills = {side: [0, 0] for side in Side}
        for order in twin.known():
            if order.symbol == symbol:
                fills[order.side][0] += order.cum
                fills[order.side][1] += order.notional
        assert fills[Side.BUY] == fills[Side.SELL]


def check_matches(twin: NaiveEngine, events: list[Event]) -> None:
    for event in events:
        if not isinstance(event, OrderMatched):
            continue
        maker, taker = event.maker, event.taker
        assert (maker.symbol, maker.side) == (taker.symbol, other(taker.side))
        assert event.quantity > 0
        assert mode(twin, taker) is None or owner(twin, maker) != owner(twin, taker), "no self-trades"
        for order in (maker, taker):
            assert order.status in OPEN_STATUSES
            assert is_within(order.side, order.price, event.price)
        if event.auction:
            assert maker.order_id < taker.order_id
        else:
            assert event.price == maker.price
            assert taker.special is None or taker.special.hidden_quantity == 0


def mode(twin: NaiveEngine, state: OrderState) -> object:
    own = state.special.terms.self_trade_mode if state.special else None
    return own or twin.modes.get(twin.firm_of[state.session])


def owner(twin: NaiveEngine, state: OrderState) -> tuple[str, str]:
    return twin.firm_of[state.session], (state.special.terms if state.special else NO_TERMS).self_trade_group


class Queues:
    """The law of time: where nothing is shared, a new order takes those that rest at a price in their order, each one
    whole before the next. Icebergs, which come back, are left out with their levels."""

    def __init__(self, twin: NaiveEngine) -> None:
        self.twin = twin
        self.levels: dict[tuple[str, Side, int], list[int]] = {}
        for symbol, market in twin.markets.items():
            if market.rules.allocation.algorithm is not Algorithm.FIFO:
                continue
            for order in [*twin.book(symbol, Side.BUY), *twin.book(symbol, Side.SELL)]:
                self.levels.setdefault((symbol, order.side, order.price), []).append(order.order_id)
        icebergs = [order for order in twin.open if order.terms.display_quantity]
        for order in icebergs:
            self.levels.pop((order.symbol, order.side, order.price), None)

    def check(self, events: list[Event]) -> None:
        """events: of the command that came next."""
        if not events or not isinstance(events[0], OrderPlaced):
            return
        sequence = events[0].order_id
        own = [e for e in events if isinstance(e, OrderMatched) and e.taker.order_id == sequence and not e.auction]
        prices = [event.price for event in own]
        assert prices == sorted(prices, reverse=bool(own) and own[0].taker.side is Side.SELL), "the best price first"
        for price in dict.fromkeys(prices):
            makers = [event.maker for event in own if event.price == price]
            queue = self.levels.get((makers[0].symbol, makers[0].side, price))
            if queue is None:
                continue
            ids = [maker.order_id for maker in makers]
            assert ids == [order_id for order_id in queue if order_id in ids], "the oldest first"
            assert all(maker.status is OrderStatus.FILLED for maker in makers[:-1])
