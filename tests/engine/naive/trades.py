"""What happens to two orders that meet, and to one that comes to rest."""

from tests.engine.naive.money import excess, let_go, settle
from tests.engine.naive.state import STOPS, NaiveMarket, NaiveOrder, NaiveState, priority
from venue.domain.enums import Algorithm, CancelReason, OrderStatus, Phase, RestatementReason, SelfTradeMode, Side
from venue.domain.events import OrderCancelled, OrderMatched, OrderRestated
from venue.domain.money import Amount


def trade(s: NaiveState, maker: NaiveOrder, taker: NaiveOrder, price: int, quantity: int) -> None:
    """In continuous matching. The taker, not in the book, is closed by its execution."""
    fill(s, maker, taker, price, quantity)
    if maker.displayed == 0 and maker.hidden > 0:
        maker.hidden -= min(maker.terms.display_quantity, maker.hidden)
        s.lose_top(maker)
        s.take_place(maker)
    emit_match(s, maker, taker, price, quantity, auction=False)
    if maker.leaves == 0:
        s.close(maker, OrderStatus.FILLED)


def trade_in_auction(s: NaiveState, maker: NaiveOrder, taker: NaiveOrder, price: int, quantity: int) -> None:
    """Both rest. What they show is used first; a new display keeps its place."""
    displayed = {order: max(0, order.displayed - quantity) for order in (maker, taker)}
    fill(s, maker, taker, price, quantity)
    for order in (maker, taker):
        order.hidden = order.leaves - displayed[order]
        if displayed[order] == 0:
            order.hidden = hidden_part(order)
    emit_match(s, maker, taker, price, quantity, auction=True)
    for order in (maker, taker):
        if order.leaves == 0:
            s.close(order, OrderStatus.FILLED)


def fill(s: NaiveState, maker: NaiveOrder, taker: NaiveOrder, price: int, quantity: int) -> None:
    for order in (maker, taker):
        order.fills.append((price, quantity))
        order.status = OrderStatus.FILLED if order.leaves == 0 else OrderStatus.PARTIALLY_FILLED
    s.markets[maker.symbol].trades.append((s.now, price))
    s.markets[maker.symbol].watched.append((s.now, price))


def emit_match(
    s: NaiveState, maker: NaiveOrder, taker: NaiveOrder, price: int, quantity: int, *, auction: bool
) -> None:
    amount = Amount(price * quantity * s.markets[maker.symbol].instrument.tick_lot_amount)
    fees, released = settle(s, maker, taker, amount, quantity, auction=auction)
    s.emit(OrderMatched(price, quantity, amount, maker.state(), taker.state(), auction, *fees, *released))


def prevent_self_trade(s: NaiveState, maker: NaiveOrder, taker: NaiveOrder) -> None:
    mode = s.mode(taker)
    if mode is SelfTradeMode.DECREMENT:
        quantity = min(maker.leaves, taker.leaves)
        decrement(s, maker, quantity, taker)
        decrement(s, taker, quantity, maker)
        return
    if mode in (SelfTradeMode.CANCEL_RESTING, SelfTradeMode.CANCEL_BOTH):
        cancel(s, maker, CancelReason.SELF_TRADE, taker.order_id)
    if mode in (SelfTradeMode.CANCEL_AGGRESSING, SelfTradeMode.CANCEL_BOTH):
        cancel(s, taker, CancelReason.SELF_TRADE, maker.order_id)


def decrement(s: NaiveState, order: NaiveOrder, quantity: int, against: NaiveOrder) -> None:
    if order.leaves == quantity:
        cancel(s, order, CancelReason.SELF_TRADE, against.order_id)
        return
    displayed = order.displayed
    order.quantity -= quantity
    order.hidden = max(0, order.leaves - displayed)
    s.emit(OrderRestated(order.state(), RestatementReason.DECREMENTED, against.order_id, -excess(s, order)))


def cancel(s: NaiveState, order: NaiveOrder, reason: CancelReason, other_order_id: int = 0) -> None:
    s.close(order, OrderStatus.CANCELED)
    s.emit(OrderCancelled(order.state(), reason, "", other_order_id, let_go(s, order)))


def rest(s: NaiveState, order: NaiveOrder) -> None:
    """At the back of its level, with the TOP rule of its side."""
    market = s.markets[order.symbol]
    order.hidden = hidden_part(order)
    others = s.book(order.symbol, order.side)
    if all(priority(order.side, order.price) < priority(order.side, o.price) for o in others):
        market.top[order.side] = order if may_be_top(market, order) else None
    s.take_place(order)


def may_be_top(market: NaiveMarket, order: NaiveOrder) -> bool:
    rule = market.rules.allocation
    has_top = rule.algorithm in (Algorithm.TOP_PRO_RATA, Algorithm.CONFIGURABLE)
    return has_top and market.phase is Phase.OPEN and order.displayed >= max(1, rule.top_minimum)


def hidden_part(order: NaiveOrder) -> int:
    display = order.terms.display_quantity
    return order.leaves - min(display, order.leaves) if display else 0


def wait(s: NaiveState, order: NaiveOrder) -> None:
    """In the stop book; triggered as soon as it can be, if the last trade's price meets it already."""
    s.take_place(order)
    market = s.markets[order.symbol]
    if market.phase is Phase.OPEN and market.last_price is not None:
        trigger_reached(s, order.symbol, [market.last_price])


def trigger_reached(s: NaiveState, symbol: str, prices: list[int]) -> None:
    """The waiting stops that trades at these prices reach join the cascade."""
    reached = [o for o in s.stops(symbol) if o not in s.cascade and any(is_met(o, price) for price in prices)]
    buys = [o for o in reached if o.side is Side.BUY]
    sells = [o for o in reached if o.side is Side.SELL]
    s.cascade += sorted(buys, key=lambda o: (o.terms.stop_price, o.arrival))
    s.cascade += sorted(sells, key=lambda o: (-o.terms.stop_price, o.arrival))


def is_met(stop: NaiveOrder, price: int) -> bool:
    assert stop.order_type in STOPS
    return price >= stop.terms.stop_price if stop.side is Side.BUY else price <= stop.terms.stop_price
