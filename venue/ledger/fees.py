"""Fees, and what an order holds for the worst that it may cost.

A rate is in millionths of the notional; below zero it is a rebate. An order's fees are summed exactly, in parts
(millionths of a smallest unit of quote), and rounded up over all its trades so far, not trade by trade: the rounding is
always the member's, a rebate's too, is less than one unit in all, and splitting an order's fills costs nothing.
"""

from typing import Final

PARTS: Final = 1_000_000


def whole_fee(parts: int) -> int:
    """So many parts, rounded up to smallest units: a fee away from zero, a rebate towards it."""
    return -(-parts // PARTS)


def buy_hold(notional: int, parts: int, rate: int) -> int:
    """What a buy holds for the notional still to trade: that, and the fee at the given rate, which is the highest that
    may apply and at least 0. parts: of its trades so far.
    """
    return notional + whole_fee(parts + notional * rate) - whole_fee(parts)
