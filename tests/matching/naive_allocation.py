"""The slow twin of the allocation algorithms: lot by lot, in fractions, each rule as one would tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from venue.matching.allocation import (
    Allocation,
    ConfigurableAllocation,
    FifoAllocation,
    ProRataAllocation,
    TopProRataAllocation,
)


@dataclass(frozen=True)
class Rule:
    algorithm: str
    top_maximum: int | None = None
    makers: tuple[tuple[str, int], ...] = ()
    fifo_percent: int = 0
    pro_rata_minimum: int = 1
    leveling: bool = False

    def built(self) -> Allocation:
        match self.algorithm:
            case "F":
                return FifoAllocation()
            case "A":
                return TopProRataAllocation(top_maximum=self.top_maximum, pro_rata_minimum=self.pro_rata_minimum)
            case "C":
                return ProRataAllocation(pro_rata_minimum=self.pro_rata_minimum)
            case _:
                return ConfigurableAllocation(
                    top_maximum=self.top_maximum,
                    lead_market_makers=self.makers,
                    fifo_percent=self.fifo_percent,
                    pro_rata_minimum=self.pro_rata_minimum,
                    leveling=self.leveling,
                )


class NaiveAllocation:
    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def allocate(self, quantities: list[int], accounts: list[str], wanted: int, top: int) -> list[int]:
        self.quantities = quantities
        self.orders = range(len(quantities))
        self.fills = [0 for _ in self.orders]
        self.wanted = wanted
        letter = self.rule.algorithm
        if letter in "AK" and top >= 0:
            self.give_by_time([top], wanted if self.rule.top_maximum is None else self.rule.top_maximum)
        if letter == "K":
            base = self.wanted
            for maker, percent in self.rule.makers:
                orders = [order for order in self.orders if accounts[order] == maker]
                self.give_by_time(orders, floor(base * Fraction(percent, 100)))
            self.give_by_time(self.orders, ceil(self.wanted * Fraction(self.rule.fifo_percent, 100)))
        if letter in "ACK":
            shares = self.shares()
            for order in self.orders:
                self.give_by_time([order], shares[order])
            if letter == "K" and self.rule.leveling:
                self.level([order for order in self.orders if shares[order] == 0])
        self.give_by_time(self.orders, self.wanted)
        return self.fills

    def open(self, order: int) -> int:
        return self.quantities[order] - self.fills[order]

    def give_by_time(self, orders: Sequence[int], lots: int) -> None:
        """One lot after the other to the first of these orders that still takes one."""
        for _ in range(lots):
            takers = [order for order in orders if self.open(order) > 0]
            if takers and self.wanted > 0:
                self.fills[takers[0]] += 1
                self.wanted -= 1

    def shares(self) -> list[int]:
        total = sum(self.open(order) for order in self.orders)
        if total == 0:
            return [0 for _ in self.orders]
        # No order gets more than it has, even when more is wanted than there is.
        part = min(Fraction(self.wanted, total), Fraction(1))
        exact = [floor(part * self.open(order)) for order in self.orders]
        return [share if share >= self.rule.pro_rata_minimum else 0 for share in exact]

    def level(self, orders: list[int]) -> None:
        while orders:
            largest = max(orders, key=lambda order: (self.open(order), -order))
            orders.remove(largest)
            self.give_by_time([largest], 1)
