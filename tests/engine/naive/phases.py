"""Phases and the auctions between them, the cascade of stops, and what the clock brings about."""

from tests.engine.naive.execution import cancel_on_halt, execute
from tests.engine.naive.money import lacks, let_go, rehold
from tests.engine.naive.reference import refuse
from tests.engine.naive.state import NaiveMarket, NaiveOrder, NaiveState
from tests.engine.naive.trades import cancel, prevent_self_trade, trade_in_auction, trigger_reached
from venue.domain.commands import SetPhase
from venue.domain.enums import CancelReason, OrderStatus, Phase, Side
from venue.domain.events import AuctionPriced, OrderExpired, OrderTriggered, PhaseChanged
from venue.domain.reject_reason import RejectReason as R


def pass_time(s: NaiveState, at: int) -> None:
    """What is due by now."""
    if at <= 0:
        return
    expired = [o for o in s.open if o.terms.expires_at and o.terms.expires_at <= at]
    for order in sorted(expired, key=lambda o: (o.terms.expires_at, o.order_id)):
        s.close(order, OrderStatus.EXPIRED)
        s.emit(OrderExpired(order.state(), let_go(s, order)))
    due = [market for market in s.markets.values() if market.until and market.until <= at]
    for market in sorted(due, key=lambda market: (market.until, market.instrument.symbol)):
        change_phase(s, market, Phase.OPEN, "circuit breaker: reopening auction")
        run_cascade(s)


def set_phase(s: NaiveState, c: SetPhase) -> None:
    if c.symbol not in s.markets:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif s.markets[c.symbol].phase is not c.phase or s.markets[c.symbol].until:
        # The same phase again takes the end from a breaker's halt.
        change_phase(s, s.markets[c.symbol], c.phase, c.reason)


def change_phase(s: NaiveState, market: NaiveMarket, phase: Phase, reason: str) -> None:
    symbol = market.instrument.symbol
    market.phase, market.until = phase, 0
    s.emit(PhaseChanged(symbol, phase, 0, reason))
    if phase is Phase.HALTED:
        cancel_on_halt(s, symbol)
    if phase is Phase.OPEN:
        prices = hold_auctions(s, market)
        # The breaker starts anew from the last price.
        market.watched = market.watched[-1:]
        if market.last_price is not None:
            prices = [*prices, market.last_price]
        trigger_reached(s, symbol, prices)


def run_cascade(s: NaiveState) -> None:
    """Triggered stops, one after the other. Where the phase is no longer OPEN they go on waiting."""
    while s.cascade:
        order = s.cascade.pop(0)
        if s.markets[order.symbol].phase is Phase.OPEN and order in s.open:
            s.open.remove(order)
            order.waiting = False
            if lacks(s, order):
                s.emit(OrderTriggered(order.state(), 0))
                cancel(s, order, CancelReason.INSUFFICIENT_BALANCE)
            else:
                s.emit(OrderTriggered(order.state(), rehold(s, order)))
                execute(s, order)


# -- auctions


def hold_auctions(s: NaiveState, market: NaiveMarket) -> list[int]:
    """Until the book is no longer crossed. Returns the prices traded at."""
    traded = []
    while (best := crossed(s, market)) is not None:
        bid, ask = best
        price, volume = auction_price(s, market, ask.price, bid.price)
        s.emit(AuctionPriced(market.instrument.symbol, price, volume))
        while (best := crossed(s, market)) is not None and best[0].price >= price >= best[1].price:
            maker, taker = sorted(best, key=lambda o: o.order_id)
            if s.is_own(taker, maker):
                prevent_self_trade(s, maker, taker)
            else:
                trade_in_auction(s, maker, taker, price, min(maker.leaves, taker.leaves))
                traded.append(price)
    return traded


def crossed(s: NaiveState, market: NaiveMarket) -> tuple[NaiveOrder, NaiveOrder] | None:
    symbol = market.instrument.symbol
    bids, asks = s.book(symbol, Side.BUY), s.book(symbol, Side.SELL)
    return (bids[0], asks[0]) if bids and asks and bids[0].price >= asks[0].price else None


def auction_price(s: NaiveState, market: NaiveMarket, lowest: int, highest: int) -> tuple[int, int]:
    """The price, and the volume that it lets trade."""
    bids, asks = s.book(market.instrument.symbol, Side.BUY), s.book(market.instrument.symbol, Side.SELL)
    reference = market.reference_price

    def badness(price: int) -> tuple[int, int, int, int]:
        demand = sum(o.leaves for o in bids if o.price >= price)
        supply = sum(o.leaves for o in asks if o.price <= price)
        distance = abs(price - reference) if reference else 0
        return -min(demand, supply), abs(demand - supply), distance, price

    best = min(candidates(bids + asks, reference, lowest, highest), key=badness)
    return best, -badness(best)[0]


def candidates(orders: list[NaiveOrder], reference: int, lowest: int, highest: int) -> list[int]:
    """All prices in the range; of a wide one, those where demand or supply changes and those next to them, as between
    them only the distance to the reference differs."""
    if highest - lowest < 20:
        return list(range(lowest, highest + 1))
    prices = {price for o in orders for price in (o.price - 1, o.price, o.price + 1)} | {reference}
    return sorted(price for price in prices if lowest <= price <= highest)
