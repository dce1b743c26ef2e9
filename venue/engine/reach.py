"""How far an order would get: what is within its price, and in as many matches as it may make."""

from typing import Final

from venue.domain.enums import SelfTradeMode, Side
from venue.domain.limits import MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.engine.market import Market
from venue.matching import WORST_KEY, BookSide, Level, Order

_BUY: Final = Side.BUY
_CANCEL_RESTING: Final = SelfTradeMode.CANCEL_RESTING


def protection_price(market: Market, side: Side) -> int:
    """The price that a market order of the side reaches; 0: there is nothing to reach."""
    best = market.book.other(side).best_within(WORST_KEY)
    if best is None:
        return 0
    points = market.rules.protection_ticks
    return min(best.price + points, MAX_PRICE_TICKS) if side is _BUY else max(best.price - points, 1)


def bought_for(market: Market, cash: int, owner: str | None) -> int:
    """Whole lots that so much cash buys now, in smallest units of quote; owner: whose orders it does not buy."""
    limit = protection_price(market, _BUY) if market.rules.protection_ticks else MAX_PRICE_TICKS
    quantity = 0
    for level in market.book.asks:
        if level.price > limit:
            break
        cost, whole = level.price * market.unit, level.quantity
        if owner is not None:
            whole -= sum([order.open_quantity() for order in level if order.owner == owner])
        lots = min(cash // cost, whole)
        quantity += lots
        cash -= lots * cost
        if lots < whole:
            break
    return min(quantity, MAX_QUANTITY_LOTS)


def sweep_notional(market: Market, side: Side, quantity: int, owner: str | None) -> int:
    """What so many lots would trade for now, at whatever price; smallest units of quote. owner: as in bought_for."""
    notional, other = 0, market.book.other(side)
    for level in other:
        whole = level.quantity
        if owner is not None:
            whole -= sum([order.open_quantity() for order in level if order.owner == owner])
        lots = min(quantity, whole)
        notional += lots * level.price
        quantity -= lots
        if not quantity:
            break
    return notional * market.unit


def holds(
    market: Market,
    taker: Order,
    other: BookSide,
    reach: int,
    need: int,
    mode: SelfTradeMode | None,
    matches: int,
    at: int,
) -> bool:
    """Whether the other side has so much for the taker, as it would trade now. reach: the worst key that it takes."""
    if not _may_hold(other, reach, need, matches):
        return False
    taken, first = 0, 0
    for level in other:
        if level.key < reach:
            return False
        shared = market.allocation is not None and taker.open_quantity() - taken < level.quantity
        blocked = mode is not None and mode is not _CANCEL_RESTING and _has_own(level, taker)
        if shared and blocked:
            return False
        for order in level:
            if mode is not None and order.owner == taker.owner:
                if blocked:
                    return False
                quantity, turns = 0, 1
            else:
                if first != level.price and not _breaker_allows(market, level.price, first, at):
                    return False
                first = first or level.price
                quantity, turns = _turns(order, need, blocked)
            matches -= turns
            if matches < 0:
                return False
            need -= quantity
            taken += quantity
            # Of a level that is shared, every order may get a part.
            if need <= 0 and not shared:
                return True
        if need <= 0:
            return True
    return False


def _may_hold(other: BookSide, reach: int, need: int, levels: int) -> bool:
    """A quick look: every level takes a match at least."""
    for level in other:
        if level.key < reach or levels == 0:
            return False
        levels -= 1
        need -= level.quantity
        if need <= 0:
            return True
    return False


def _breaker_allows(market: Market, price: int, first: int, at: int) -> bool:
    """first: the price at which the order would have traded before; 0: nowhere."""
    window = market.window
    return window is None or (window.allows(price, at) and (not first or window.near(price, first)))


def _turns(order: Order, need: int, shown_only: bool) -> tuple[int, int]:
    """(lots, matches) that an order gives to who needs so much; shown_only: it gets no second turn."""
    shown = order.shown_quantity()
    hidden = order.open_quantity() - shown
    if hidden == 0 or need <= shown or shown_only:
        return shown, 1
    assert order.special is not None, "only a special order hides anything"
    part = order.special.terms.display_quantity
    more = min(need - shown, hidden)
    return shown + hidden, 1 + (more + part - 1) // part


def _has_own(level: Level, taker: Order) -> bool:
    return any(order.owner == taker.owner for order in level)
