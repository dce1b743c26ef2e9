"""Fees and holds against exact fractions, for any rates and any fills."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.domain.limits import MAX_FEE_RATE
from venue.ledger.fees import PARTS, buy_hold, whole_fee

# Up to what an order of the largest size costs in an asset of 18 decimals.
AMOUNTS = st.one_of(st.integers(1, 2_000), st.integers(1, 10**37))
RATES = st.integers(-MAX_FEE_RATE, MAX_FEE_RATE)
FILLS = st.lists(st.tuples(AMOUNTS, RATES), max_size=20)


@pytest.mark.parametrize(
    ("parts", "fee"), [(0, 0), (1, 1), (999_999, 1), (PARTS, 1), (PARTS + 1, 2), (-1, 0), (-999_999, 0), (-PARTS, -1)]
)
def test_a_fee_is_rounded_up_a_rebate_down(parts: int, fee: int) -> None:
    assert whole_fee(parts) == fee


@given(fills=FILLS)
def test_the_fees_of_an_order_are_those_of_all_its_trades_rounded_up_once(fills: list[tuple[int, int]]) -> None:
    parts, charged = 0, 0
    for amount, rate in fills:
        before = whole_fee(parts)
        parts += amount * rate
        charged += whole_fee(parts) - before
        exact = Fraction(parts, PARTS)
        assert charged == ceil(exact), "the member's rounding, less than one unit in all"
    assert 0 <= charged - sum((Fraction(amount * rate, PARTS) for amount, rate in fills), Fraction(0)) < 1


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20), rate=RATES)
def test_splitting_a_trade_changes_nothing(amounts: list[int], rate: int) -> None:
    parts, charged = 0, 0
    for amount in amounts:
        charged += whole_fee(parts + amount * rate) - whole_fee(parts)
        parts += amount * rate
    assert charged == whole_fee(sum(amounts) * rate)


@given(amount=AMOUNTS, parts=st.integers(-(10**30), 10**30), rate=RATES)
def test_a_fee_is_never_more_than_a_sell_gets(amount: int, parts: int, rate: int) -> None:
    assert whole_fee(parts + amount * rate) - whole_fee(parts) <= amount


# What a fill takes of the notional, how much of that it costs (in per cent: a better price), and as maker or taker.
BUY_FILLS = st.lists(st.tuples(AMOUNTS, st.integers(1, 100), st.booleans()), min_size=1, max_size=20)


@given(fills=BUY_FILLS, maker=RATES, taker=RATES, rest=st.integers(0, 2_000))
def test_a_buy_that_releases_as_it_trades_is_always_covered(
    fills: list[tuple[int, int, bool]], maker: int, taker: int, rest: int
) -> None:
    rate = max(maker, taker, 0)
    left, parts, available = sum(notional for notional, _, _ in fills) + rest, 0, 0
    held = buy_hold(left, parts, rate)
    assert held >= left
    for notional, percent, is_maker in fills:
        amount = max(1, notional * percent // 100)
        fee = whole_fee(parts + amount * (maker if is_maker else taker)) - whole_fee(parts)
        parts += amount * (maker if is_maker else taker)
        left -= notional
        held -= amount + max(fee, 0)
        available -= min(fee, 0)
        need = buy_hold(left, parts, rate)
        available += held - need
        held = need
        assert held >= 0
        assert available >= 0, "a rebate raises the hold by no more than it is"


@given(fills=BUY_FILLS, taker=RATES)
def test_a_buy_that_releases_at_its_end_is_always_covered(fills: list[tuple[int, int, bool]], taker: int) -> None:
    """A market order: it never rests, so it only takes."""
    held = buy_hold(sum(notional for notional, _, _ in fills), 0, max(taker, 0))
    parts = 0
    for notional, percent, _ in fills:
        amount = max(1, notional * percent // 100)
        fee = whole_fee(parts + amount * taker) - whole_fee(parts)
        parts += amount * taker
        held -= amount + max(fee, 0)
        assert held >= 0


@given(notional=AMOUNTS, less=st.integers(0, 10**37), parts=st.integers(-(10**30), 10**30), rate=st.integers(0, 10**5))
def test_less_to_trade_never_holds_more(notional: int, less: int, parts: int, rate: int) -> None:
    assert buy_hold(max(0, notional - less), parts, rate) <= buy_hold(notional, parts, rate)
    assert buy_hold(0, parts, rate) == 0
