"""What an order would meet in the book as it stands, before anything happens."""

from tests.engine.naive.state import NaiveMarket, NaiveOrder, NaiveState, is_within, other
from venue.domain.enums import Side
from venue.domain.terms import Terms

MAX_PRICE = 1_000_000_000
MAX_QUANTITY = 9_000_000_000


def protection_price(s: NaiveState, market: NaiveMarket, side: Side) -> int | None:
    """How far a market order of this side reaches; None: it is not protected, or there is nothing to match."""
    opposite = s.book(market.instrument.symbol, other(side))
    ticks = market.rules.protection_ticks
    if not ticks or not opposite:
        return None
    best = opposite[0].price
    return min(MAX_PRICE, best + ticks) if side is Side.BUY else max(1, best - ticks)


def levels_within(s: NaiveState, market: NaiveMarket, side: Side, limit: int | None) -> list[list[NaiveOrder]]:
    """The opposite orders that this side reaches, by price, best first, each level in queue order."""
    orders = s.book(market.instrument.symbol, other(side))
    prices = dict.fromkeys(o.price for o in orders if is_within(side, limit, o.price))
    return [[o for o in orders if o.price == price] for price in prices]


def is_crossing(s: NaiveState, market: NaiveMarket, side: Side, price: int | None) -> bool:
    return bool(levels_within(s, market, side, price))


def cash_quantity(s: NaiveState, market: NaiveMarket, session: str, terms: Terms) -> int:
    """The lots that a market order to buy gets for the cash; it buys nothing from its own owner."""
    lots, cash = 0, terms.cash
    mode = terms.self_trade_mode or s.modes.get(s.firm_of[session])
    owner = (s.firm_of[session], terms.self_trade_group)
    for level in levels_within(s, market, Side.BUY, protection_price(s, market, Side.BUY)):
        cost = level[0].price * market.instrument.tick_lot_amount
        whole = sum(o.leaves for o in level if mode is None or s.owner(o) != owner)
        taken = min(whole, cash // cost)
        lots += taken
        cash -= taken * cost
        if taken < whole:
            break
    return min(lots, MAX_QUANTITY)


def sweep(s: NaiveState, order: NaiveOrder) -> int:
    """Tick-lots that the order would trade for by what rests on the other side, best first, whatever the price."""
    left, total = order.leaves, 0
    for maker in s.book(order.symbol, other(order.side)):
        if not s.is_own(order, maker):
            taken = min(left, maker.leaves)
            total += taken * maker.price
            left -= taken
    return total
