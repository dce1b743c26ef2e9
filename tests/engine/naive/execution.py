"""One order against the book: its limit, how a level is shared, the breaker, what becomes of the rest."""

from dataclasses import dataclass, field

from tests.engine.naive.books import levels_within, protection_price
from tests.engine.naive.money import rehold
from tests.engine.naive.reference import allocation_of
from tests.engine.naive.state import NaiveMarket, NaiveOrder, NaiveState, other
from tests.engine.naive.trades import cancel, prevent_self_trade, rest, trade, trigger_reached
from venue.domain.enums import (
    Algorithm,
    CancelReason,
    OrderStatus,
    OrderType,
    Phase,
    RestatementReason,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.events import OrderRestated, PhaseChanged

AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)


@dataclass
class Execution:
    """limit: None for none. prices: of the trades made."""

    order: NaiveOrder
    market: NaiveMarket
    limit: int | None
    matches: int = 0
    prices: list[int] = field(default_factory=list)
    tripped: bool = False


def execute(s: NaiveState, order: NaiveOrder, *, replaced: bool = False) -> None:
    """Match an order that is not in the book, then rest it or cancel what may not rest."""
    market = s.markets[order.symbol]
    assert market.phase is Phase.OPEN
    limit = protection_price(s, market, order.side) if order.is_market else order.price
    run = Execution(order, market, limit)
    if order.time_in_force is TimeInForce.FOK and not is_available(s, run, order.leaves):
        cancel(s, order, CancelReason.FILL_OR_KILL)
        return
    if order.terms.min_quantity and not replaced and not is_available(s, run, order.terms.min_quantity):
        cancel(s, order, CancelReason.MINIMUM_QUANTITY)
        return
    while is_under_way(s, run):
        level = best_level(s, run)
        if not level:
            break
        match_level(s, run, level)
    if run.tripped:
        halt(s, market)
    if order.leaves == 0:
        s.close(order, OrderStatus.FILLED)
    elif order.status is not OrderStatus.CANCELED:
        settle_rest(s, run)
    if run.tripped:
        cancel_on_halt(s, order.symbol)
    trigger_reached(s, order.symbol, run.prices)


def is_under_way(s: NaiveState, run: Execution) -> bool:
    order = run.order
    is_open = order.status is not OrderStatus.CANCELED and order.leaves > 0
    return is_open and run.matches < s.max_matches and not run.tripped


def best_level(s: NaiveState, run: Execution) -> list[NaiveOrder]:
    return next(iter(levels_within(s, run.market, run.order.side, run.limit)), [])


# -- matching


def match_level(s: NaiveState, run: Execution, level: list[NaiveOrder]) -> None:
    if is_shared(run.market, run.order.leaves, level):
        share_level(s, run, level)
        return
    maker = level[0]
    if s.is_own(run.order, maker):
        run.matches += 1
        prevent_self_trade(s, maker, run.order)
    else:
        meet(s, run, maker, min(maker.displayed, run.order.leaves))


def is_shared(market: NaiveMarket, wanted: int, level: list[NaiveOrder]) -> bool:
    return market.rules.allocation.algorithm is not Algorithm.FIFO and wanted < sum(o.leaves for o in level)


def share_level(s: NaiveState, run: Execution, level: list[NaiveOrder]) -> None:
    taker = run.order
    for maker in [o for o in level if s.is_own(taker, o)]:
        if not is_under_way(s, run):
            return
        run.matches += 1
        prevent_self_trade(s, maker, taker)
        level = [o for o in level if o is not maker]
    if not is_under_way(s, run) or not is_shared(run.market, taker.leaves, level):
        return
    displayed = [o.displayed for o in level]
    top = run.market.top[level[0].side]
    index = level.index(top) if top in level else -1
    accounts = [o.account for o in level]
    wanted = min(taker.leaves, sum(displayed))
    shares = allocation_of(run.market.rules.allocation).allocate(displayed, accounts, wanted, index)
    for maker, share in zip(level, shares, strict=True):
        if share > 0 and is_under_way(s, run):
            meet(s, run, maker, share)


def meet(s: NaiveState, run: Execution, maker: NaiveOrder, quantity: int) -> None:
    """Trade, unless the breaker does not let it."""
    price = maker.price
    if not is_allowed(s, run.market, price, []):
        run.tripped = True
        return
    run.matches += 1
    run.prices.append(price)
    trade(s, maker, run.order, price, quantity)


def is_allowed(s: NaiveState, market: NaiveMarket, price: int, more: list[int]) -> bool:
    """Whether the breaker lets a trade happen. more: prices of trades that would have happened before."""
    x, window = market.rules.breaker_basis_points, market.rules.breaker_window_ns
    if not x:
        return True
    compared = [q for at, q in market.watched if at > s.now - window]
    compared += [q for at, q in market.watched if at <= s.now - window][-1:] + more
    return all(q * (10_000 - x) <= price * 10_000 <= q * (10_000 + x) for q in compared)


# -- what could be had at once


def is_available(s: NaiveState, run: Execution, need: int) -> bool:
    """Whether so much could be had at once: a walk over the orders in the sequence in which they would trade."""
    order = run.order
    got, touched, prices = 0, 0, []
    for level in levels_within(s, run.market, order.side, run.limit):
        own = [o for o in level if s.is_own(order, o)]
        stops_at_own = bool(own) and s.mode(order) is not SelfTradeMode.CANCEL_RESTING
        shared = is_shared(run.market, order.leaves - got, level)
        if shared and stops_at_own:
            return False
        for maker in level:
            # Of a shared level every order counts.
            if got >= need and not shared:
                return True
            if maker in own:
                if stops_at_own:
                    return False
                touched += 1
            else:
                if not is_allowed(s, run.market, maker.price, prices):
                    return False
                touched += 1 if stops_at_own else turns(maker, need - got)
                got += maker.displayed if stops_at_own else maker.leaves
                prices.append(maker.price)
            if touched > s.max_matches:
                return False
        if got >= need:
            return True
    return got >= need


def turns(maker: NaiveOrder, need: int) -> int:
    """How many trades with an iceberg it takes to get so much, or all of it."""
    got, hidden, count = maker.displayed, maker.hidden, 1
    while got < need and hidden > 0:
        part = min(maker.terms.display_quantity, hidden)
        got, hidden, count = got + part, hidden - part, count + 1
    return count


# -- what is left


def settle_rest(s: NaiveState, run: Execution) -> None:
    """Of an order that is neither filled nor cancelled."""
    order = run.order
    if run.matches >= s.max_matches:
        cancel(s, order, CancelReason.TOO_MANY_MATCHES)
    elif run.tripped:
        if order.is_market or order.time_in_force in AT_ONCE:
            cancel(s, order, CancelReason.TRADING_HALT)
        else:
            rest(s, order)
    elif order.is_market:
        settle_market_order(s, run)
    elif order.time_in_force in AT_ONCE:
        cancel(s, order, CancelReason.IMMEDIATE_OR_CANCEL)
    else:
        rest(s, order)


def settle_market_order(s: NaiveState, run: Execution) -> None:
    order = run.order
    assert order.order_type in (OrderType.MARKET, OrderType.STOP)
    may_rest = order.time_in_force not in AT_ONCE and order.terms.cash == 0
    if run.limit is not None and run.market.rules.protection_rests and may_rest:
        order.price = run.limit
        held = rehold(s, order)
        s.emit(OrderRestated(order.state(), RestatementReason.RESTS_AT_PROTECTION_PRICE, 0, held))
        rest(s, order)
    elif s.book(order.symbol, other(order.side)):
        # Only what is beyond the limit is left: without one, everything would have been taken.
        assert run.limit is not None
        cancel(s, order, CancelReason.PROTECTION_PRICE)
    else:
        cancel(s, order, CancelReason.NO_LIQUIDITY)


def halt(s: NaiveState, market: NaiveMarket) -> None:
    market.phase = Phase.HALTED
    market.until = s.now + market.rules.halt_ns
    s.emit(PhaseChanged(market.instrument.symbol, Phase.HALTED, market.until, "circuit breaker"))


def cancel_on_halt(s: NaiveState, symbol: str) -> None:
    waiting = sorted(s.stops(symbol), key=lambda o: o.order_id)
    for order in s.book(symbol, Side.BUY) + s.book(symbol, Side.SELL) + waiting:
        if order.terms.cancel_on_halt:
            cancel(s, order, CancelReason.TRADING_HALT)
