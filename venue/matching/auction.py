"""The one price of a call auction: most volume, then least surplus, then nearest to the reference, then lowest."""

from itertools import accumulate, takewhile

from venue.matching.order_book import WORST_KEY, BookSide, OrderBook


def auction_price(book: OrderBook, reference: int) -> tuple[int, int] | None:
    """(price in ticks, lots that trade at it); None where no bid reaches an ask. reference: ticks; 0: none.

    Volume and surplus change only at prices where orders stand, so these, their neighbours and the reference are all
    that need a look. Hidden quantity counts.
    """
    bids, asks = _crossing(book)
    if not bids:
        return None
    # Of each price, the lots that would trade at it or better.
    bought = list(accumulate(quantity for _, quantity in bids))
    sold = list(accumulate(quantity for _, quantity in asks))
    low, high = asks[0][0], bids[0][0]
    candidates = sorted(
        {
            candidate
            for price, _ in (*bids, *asks)
            for candidate in (price - 1, price, price + 1)
            if low <= candidate <= high
        }
        | ({reference} if low <= reference <= high else set())
    )
    best: tuple[int, int, int, int] | None = None
    bid, ask = len(bids), 0
    for price in candidates:
        while bid and bids[bid - 1][0] < price:
            bid -= 1
        while ask < len(asks) and asks[ask][0] <= price:
            ask += 1
        demand = bought[bid - 1] if bid else 0
        supply = sold[ask - 1] if ask else 0
        volume = min(demand, supply)
        rank = (-volume, abs(demand - supply), abs(price - reference) if reference else 0, price)
        if best is None or rank < best:
            best = rank
    assert best is not None, "the book is crossed"
    return best[3], -best[0]


def _crossing(book: OrderBook) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(price, open quantity) of the levels that reach the other side's best, each side's best first."""
    bid, ask = book.bids.best_within(WORST_KEY), book.asks.best_within(WORST_KEY)
    if bid is None or ask is None or bid.price < ask.price:
        return [], []
    return _reaching(book.bids, -ask.key), _reaching(book.asks, -bid.key)


def _reaching(side: BookSide, reach: int) -> list[tuple[int, int]]:
    return [(level.price, level.quantity) for level in takewhile(lambda level: level.key >= reach, side)]
