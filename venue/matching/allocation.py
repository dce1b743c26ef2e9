"""Allocation: how an aggressor's quantity is shared among the orders that rest at one price.

Every algorithm is a tuple of steps; a step sees what is still open and still wanted, and says what it gives to whom.
All end with FIFO, so everything wanted is given. Displayed quantities only: that an aggressor of at least all that
rests, hidden included, is filled by time is the caller's rule.

Source: CME Globex notices 2004/11219 and 2005/11985 (TOP, pro-rata, minimum, FIFO remainder), 20080512 (the sequence
of algorithm K, leveling), and "Lead Market Maker (LMM) Allocation Algorithm".
"""

from collections.abc import Callable, Sequence
from functools import partial
from operator import sub
from typing import Protocol

from venue.domain.enums import Algorithm
from venue.domain.rules import AllocationRule


class Allocation(Protocol):
    def allocate(self, quantities: Sequence[int], accounts: Sequence[str], wanted: int, top: int) -> list[int]:
        """The fills of the orders at a price, in the order given, which is time; together wanted, or all there is.

        quantities: displayed lots. accounts: theirs; () will do without lead market makers. wanted: lots.
        top: index of the TOP order, -1 if there is none.
        """
        ...

    def can_be_top(self, quantity: int) -> bool:
        """Whether an order of so many lots may be the TOP order."""
        ...


class Sharing:
    """An allocation under way. open: lots of each order not yet filled; previous: what the step before gave."""

    __slots__ = ("accounts", "open", "previous", "top", "wanted")

    def __init__(self, quantities: Sequence[int], accounts: Sequence[str], wanted: int, top: int) -> None:
        self.open: list[int] = list(quantities)
        self.accounts = accounts
        self.wanted = wanted
        self.top = top
        self.previous: list[int] = []


# A step changes nothing: it returns lots to give to each order. More is open than wanted, whenever one is taken.
Step = Callable[[Sharing], list[int]]


class SteppedAllocation:
    """What the algorithms have in common. top_minimum: lots; None where there is no TOP order."""

    __slots__ = ("_steps", "_top_minimum")

    def __init__(self, steps: tuple[Step, ...], top_minimum: int | None = None) -> None:
        self._steps = steps
        self._top_minimum = top_minimum

    def allocate(self, quantities: Sequence[int], accounts: Sequence[str], wanted: int, top: int) -> list[int]:
        assert wanted >= 0
        assert -1 <= top < len(quantities)
        if wanted >= sum(quantities):
            return list(quantities)
        sharing = Sharing(quantities, accounts, wanted, top)
        for step in self._steps:
            if not sharing.wanted:
                break
            given = step(sharing)
            sharing.open = list(map(sub, sharing.open, given))
            sharing.wanted -= sum(given)
            sharing.previous = given
        return list(map(sub, quantities, sharing.open))

    def can_be_top(self, quantity: int) -> bool:
        return self._top_minimum is not None and quantity >= self._top_minimum


class FifoAllocation(SteppedAllocation):
    """F: by time."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__((by_time,))


class TopProRataAllocation(SteppedAllocation):
    """A: TOP, pro-rata, FIFO. Parameters as in ConfigurableAllocation."""

    __slots__ = ()

    def __init__(self, *, top_minimum: int = 1, top_maximum: int | None = None, pro_rata_minimum: int = 2) -> None:
        _check_top(top_minimum, top_maximum)
        _check_pro_rata_minimum(pro_rata_minimum)
        super().__init__((partial(top_first, top_maximum), partial(pro_rata, pro_rata_minimum), by_time), top_minimum)


class ProRataAllocation(SteppedAllocation):
    """C: pro-rata, FIFO. Parameters as in ConfigurableAllocation."""

    __slots__ = ()

    def __init__(self, *, pro_rata_minimum: int = 1) -> None:
        _check_pro_rata_minimum(pro_rata_minimum)
        super().__init__((partial(pro_rata, pro_rata_minimum), by_time))


class ConfigurableAllocation(SteppedAllocation):
    """K: TOP, lead market makers, split FIFO percentage, pro-rata, leveling, FIFO.

    top_minimum, top_maximum: lots an order needs to be TOP, lots that it gets as such at most (None: no limit).
    lead_market_makers: account and percent. fifo_percent: of what the makers leave. pro_rata_minimum: lots; a
    smaller share is none. Raises ValueError on parameters that make no sense.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        top_minimum: int = 1,
        top_maximum: int | None = None,
        lead_market_makers: tuple[tuple[str, int], ...] = (),
        fifo_percent: int = 0,
        pro_rata_minimum: int = 1,
        leveling: bool = False,
    ) -> None:
        _check_top(top_minimum, top_maximum)
        _check_makers(lead_market_makers)
        _check_percent("FIFO percentage", fifo_percent)
        _check_pro_rata_minimum(pro_rata_minimum)
        steps: list[Step] = [partial(top_first, top_maximum)]
        if lead_market_makers:
            steps.append(partial(makers_first, lead_market_makers))
        if fifo_percent:
            steps.append(partial(percent_by_time, fifo_percent))
        steps.append(partial(pro_rata, pro_rata_minimum))
        if leveling:
            steps.append(level)
        steps.append(by_time)
        super().__init__(tuple(steps), top_minimum)


def allocation_of(rule: AllocationRule) -> Allocation | None:
    """The algorithm that a rule names; None for FIFO, which needs no sharing. Raises ValueError."""
    top_minimum, top_maximum = rule.top_minimum or 1, rule.top_maximum or None
    minimum = rule.pro_rata_minimum
    match rule.algorithm:
        case Algorithm.FIFO:
            return None
        case Algorithm.TOP_PRO_RATA:
            return TopProRataAllocation(top_minimum=top_minimum, top_maximum=top_maximum, pro_rata_minimum=minimum or 2)
        case Algorithm.PRO_RATA:
            return ProRataAllocation(pro_rata_minimum=minimum or 1)
        case Algorithm.CONFIGURABLE:
            return ConfigurableAllocation(
                top_minimum=top_minimum,
                top_maximum=top_maximum,
                lead_market_makers=tuple((maker.account, maker.percent) for maker in rule.lead_market_makers),
                fifo_percent=rule.fifo_percent,
                pro_rata_minimum=minimum or 1,
                leveling=rule.leveling,
            )


def top_first(maximum: int | None, sharing: Sharing) -> list[int]:
    """The TOP order before all others, whatever its size, up to its maximum.

    Source: CME Globex notices 2004/11219, 2005/11985; the maximum: 20080512.
    """
    given = [0] * len(sharing.open)
    if sharing.top >= 0:
        lots = min(sharing.open[sharing.top], sharing.wanted)
        given[sharing.top] = lots if maximum is None else min(lots, maximum)
    return given


def makers_first(makers: tuple[tuple[str, int], ...], sharing: Sharing) -> list[int]:
    """To each maker its percent of what TOP left, rounded down, never above what it has open; its orders by time.

    Source: CME, "Lead Market Maker (LMM) Allocation Algorithm".
    """
    assert len(sharing.accounts) == len(sharing.open)
    due = {account: sharing.wanted * percent // 100 for account, percent in makers}
    given = [0] * len(sharing.open)
    for index, account in enumerate(sharing.accounts):
        lots = min(due.get(account, 0), sharing.open[index])
        if lots:
            given[index] = lots
            due[account] -= lots
    return given


def percent_by_time(percent: int, sharing: Sharing) -> list[int]:
    """The FIFO part of the split, rounded up, so the pro-rata part is rounded down.

    Source: CME Globex notice 20080512; the rounding: CME's worked example, 40% of 8 lots as 4.
    """
    return _first(sharing.open, sharing.wanted - sharing.wanted * (100 - percent) // 100)


def pro_rata(minimum: int, sharing: Sharing) -> list[int]:
    """To each order its part of what is open, rounded down; nothing if that is below the minimum.

    Source: CME Globex notices 2004/11219, 2005/11985.
    """
    wanted, total = sharing.wanted, sum(sharing.open)
    shares = [wanted * quantity // total for quantity in sharing.open]
    return [share if share >= minimum else 0 for share in shares]


def level(sharing: Sharing) -> list[int]:
    """One lot to each order that pro-rata, the step before, left without; the most open first, then by time.

    Source: CME Globex notice 20080512, "one contract to orders that have an allocation value of less than one".
    """
    lots, shares = sharing.open, sharing.previous
    given = [0] * len(lots)
    without = [index for index, quantity in enumerate(lots) if quantity and not shares[index]]
    if len(without) > sharing.wanted:
        # Stable, also in reverse: equal quantities stay in time order.
        without.sort(key=lots.__getitem__, reverse=True)
    for index in without[: sharing.wanted]:
        given[index] = 1
    return given


def by_time(sharing: Sharing) -> list[int]:
    """First in, first out. Source: CME Globex notices 2004/11219, 2005/11985 (the remainder)."""
    return _first(sharing.open, sharing.wanted)


def _first(lots: list[int], wanted: int) -> list[int]:
    """The first so many of these lots."""
    given = [0] * len(lots)
    for index, quantity in enumerate(lots):
        if wanted <= quantity:
            given[index] = wanted
            break
        given[index] = quantity
        wanted -= quantity
    return given


def _check_top(minimum: int, maximum: int | None) -> None:
    if minimum < 1:
        raise ValueError(f"the TOP minimum is {minimum}, not at least 1 lot")
    if maximum is not None and maximum < minimum:
        raise ValueError(f"the TOP maximum, {maximum}, is below the minimum, {minimum}")


def _check_makers(makers: tuple[tuple[str, int], ...]) -> None:
    if len({account for account, _ in makers}) < len(makers):
        raise ValueError("a lead market maker is named twice")
    for account, percent in makers:
        _check_percent(f"percentage of lead market maker {account}", percent)
    total = sum([percent for _, percent in makers])
    if total > 100:
        raise ValueError(f"the lead market makers' percentages sum to {total}, above 100")


def _check_percent(name: str, percent: int) -> None:
    if not 0 <= percent <= 100:
        raise ValueError(f"the {name} is {percent}, not within 0 to 100")


def _check_pro_rata_minimum(minimum: int) -> None:
    if minimum < 0:
        raise ValueError(f"the pro-rata minimum is {minimum}, below 0")
