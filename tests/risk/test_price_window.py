"""The breaker's memory against a plain list of all trades."""

from hypothesis import given
from hypothesis import strategies as st

from venue.risk import PriceWindow

# (time since the one before, price) of trades; between them, every price is asked about.
TRADES = st.lists(st.tuples(st.integers(0, 6), st.integers(90, 112)), max_size=40)


@given(trades=TRADES, basis_points=st.integers(1, 1_500), window=st.integers(1, 12))
def test_it_allows_what_all_prices_of_the_window_allow(
    trades: list[tuple[int, int]], basis_points: int, window: int
) -> None:
    memory, seen, at = PriceWindow(basis_points, window), [], 100
    for pause, price in trades:
        at += pause
        check(memory, seen, basis_points, window, at)
        if not seen or seen[-1][1] != price:
            memory.add(price, at)
        seen.append((at, price))
        check(memory, seen, basis_points, window, at)
        restored = PriceWindow(basis_points, window)
        restored.load(memory.dump())
        check(restored, seen, basis_points, window, at)
    check(memory, seen, basis_points, window, at + 3 * window)


def check(memory: PriceWindow, seen: list[tuple[int, int]], basis_points: int, window: int, at: int) -> None:
    start = at - window
    compared = [price for time, price in seen if time > start] + [price for time, price in seen if time <= start][-1:]
    for price in range(70, 135):
        low, high = (10_000 - basis_points), (10_000 + basis_points)
        expected = all(other * low <= price * 10_000 <= other * high for other in compared)
        assert memory.allows(price, at) is expected, (price, compared)
