"""Allocation at one price: CME's worked examples, the rules one by one, and properties against a slow twin."""

import math
import os
from collections.abc import Callable
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.naive_allocation import NaiveAllocation, Rule
from venue.matching.allocation import (
    Allocation,
    ConfigurableAllocation,
    FifoAllocation,
    ProRataAllocation,
    TopProRataAllocation,
)

SEED = int(os.environ.get("VENUE_TEST_SEED", "20240607"))
NO_TOP = -1


def fills(
    allocation: Allocation, quantities: list[int], wanted: int, top: int = NO_TOP, accounts: str | None = None
) -> list[int]:
    """accounts: one letter for each order."""
    return allocation.allocate(quantities, list(accounts or "x" * len(quantities)), wanted, top)


K = ConfigurableAllocation

# Source of the first five: CME's algorithm pages and Globex notices 2004/11219, 2005/11985.
EXAMPLES = {
    "A": (TopProRataAllocation(), [10, 5, 20, 50, 75], 60, 0, None, [10, 3, 6, 16, 25]),
    "pro-rata, minimum 2": (
        ProRataAllocation(pro_rata_minimum=2),
        [5, 9, 57, 4, 28, 300],
        50,
        NO_TOP,
        None,
        [0 + 3, 0, 7, 0, 3, 37],
    ),
    "TOP 10 to 100, minimum 1": (
        TopProRataAllocation(top_minimum=10, top_maximum=100, pro_rata_minimum=1),
        [150, 8, 160],
        200,
        0,
        None,
        [100 + 22 + 2, 3, 73],
    ),
    "TOP to 250, maker 40%": (
        K(top_maximum=250, lead_market_makers=(("m", 40),)),
        [300, 15, 160],
        400,
        0,
        "xym",
        [250 + 27 + 1, 8, 60 + 54],
    ),
    "40% FIFO, minimum 2": (
        K(fifo_percent=40, pro_rata_minimum=2, leveling=True),
        [1, 100, 30, 80, 30, 60],
        8,
        NO_TOP,
        None,
        [1, 3 + 1, 1, 1, 0, 1],
    ),
    "F": (FifoAllocation(), [4, 4, 4], 6, NO_TOP, None, [4, 2, 0]),
    "F has no TOP": (FifoAllocation(), [4, 4, 4], 6, 2, None, [4, 2, 0]),
    "C has no TOP": (ProRataAllocation(), [4, 4, 4], 6, 2, None, [2, 2, 2]),
    "TOP by size, not by place": (TopProRataAllocation(), [10, 10, 10], 14, 1, None, [2 + 0, 10, 2]),
    "TOP takes it all": (TopProRataAllocation(), [10, 10], 7, 1, None, [0, 7]),
    "TOP of a maker": (K(top_maximum=5, lead_market_makers=(("m", 50),)), [9, 20], 15, 0, "mx", [5 + 4 + 0 + 0, 6]),
    "makers have one base": (
        K(lead_market_makers=(("m", 30), ("n", 30)), fifo_percent=100),
        [100, 50, 50],
        99,
        NO_TOP,
        "xmn",
        [99 - 29 - 29, 29, 29],
    ),
    "a maker's orders by time": (
        K(lead_market_makers=(("m", 50),), fifo_percent=100),
        [100, 10, 10, 10],
        30,
        NO_TOP,
        "xmmm",
        [15, 10, 5, 0],
    ),
    "a maker gets what it has": (
        K(lead_market_makers=(("m", 90),), fifo_percent=100),
        [100, 10],
        50,
        NO_TOP,
        "xm",
        [40, 10],
    ),
    "a maker's percent rounds down": (
        K(lead_market_makers=(("m", 50),), fifo_percent=100),
        [10, 10],
        3,
        NO_TOP,
        "xm",
        [2, 1],
    ),
    "the split rounds up": (K(fifo_percent=1, leveling=True), [9, 10], 2, NO_TOP, None, [1, 1]),
    "a whole split is not rounded": (K(fifo_percent=50), [10, 10, 20], 20, NO_TOP, None, [10, 3 + 1, 6]),
    "a share of the minimum counts": (K(pro_rata_minimum=2), [15, 5], 8, NO_TOP, None, [6, 2]),
    "the minimum of A is 2": (TopProRataAllocation(), [90, 5, 5], 20, NO_TOP, None, [18 + 2, 0, 0]),
    "leveling goes to those without a share": (
        K(pro_rata_minimum=2, leveling=True),
        [40, 4, 6, 6],
        10,
        NO_TOP,
        None,
        [7, 1, 1, 1],
    ),
    "leveling, time breaks ties": (K(leveling=True), [3, 5, 5, 5], 2, NO_TOP, None, [0, 1, 1, 0]),
    "leveling gives only what is there": (
        K(fifo_percent=50, pro_rata_minimum=9, leveling=True),
        [1, 9, 1],
        6,
        NO_TOP,
        None,
        [1, 2 + 1 + 1, 1],
    ),
    "nothing wanted": (K(leveling=True), [3, 5], 0, 0, None, [0, 0]),
    "an order that shows nothing": (K(leveling=True), [0, 2, 5], 1, NO_TOP, None, [0, 0, 1]),
    "nothing rests": (K(), [], 5, NO_TOP, None, []),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example(name: str) -> None:
    allocation, quantities, wanted, top, accounts, expected = EXAMPLES[name]
    assert fills(allocation, quantities, wanted, top, accounts) == expected


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: K(lead_market_makers=(("m", 101),)), "percentage of lead market maker m is 101, not within 0 to 100"),
        (lambda: K(lead_market_makers=(("m", -1), ("n", 50))), "percentage of lead market maker m is -1"),
        (lambda: K(lead_market_makers=(("m", 60), ("n", 41))), "percentages sum to 101, above 100"),
        (lambda: K(lead_market_makers=(("m", 10), ("m", 20))), "a lead market maker is named twice"),
        (lambda: K(fifo_percent=101), "FIFO percentage is 101"),
        (lambda: K(fifo_percent=-1), "FIFO percentage is -1"),
        (lambda: K(pro_rata_minimum=-1), "pro-rata minimum is -1, below 0"),
        (lambda: K(top_minimum=0), "TOP minimum is 0, not at least 1 lot"),
        (lambda: K(top_minimum=10, top_maximum=9), "TOP maximum, 9, is below the minimum, 10"),
        (lambda: ProRataAllocation(pro_rata_minimum=-1), "pro-rata minimum is -1"),
        (lambda: TopProRataAllocation(pro_rata_minimum=-1), "pro-rata minimum is -1"),
        (lambda: TopProRataAllocation(top_minimum=2, top_maximum=1), "TOP maximum, 1, is below the minimum, 2"),
    ],
)
def test_senseless_parameters_are_refused(build: Callable[[], Allocation], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        build()


def test_parameters_at_their_limits() -> None:
    K(lead_market_makers=(("m", 100), ("n", 0)), fifo_percent=100, pro_rata_minimum=0, top_minimum=1, top_maximum=1)


def test_which_orders_can_be_top() -> None:
    assert [K(top_minimum=10, top_maximum=100).can_be_top(lots) for lots in (9, 10, 101)] == [False, True, True]
    assert TopProRataAllocation().can_be_top(1)
    assert not FifoAllocation().can_be_top(10)
    assert not ProRataAllocation().can_be_top(10)


RULES = st.builds(
    Rule,
    algorithm=st.sampled_from("FACKKK"),
    top_maximum=st.none() | st.integers(1, 40),
    makers=st.lists(
        st.tuples(st.sampled_from("mno"), st.integers(0, 33)), max_size=3, unique_by=lambda maker: maker[0]
    ).map(tuple),
    fifo_percent=st.integers(0, 100),
    pro_rata_minimum=st.integers(0, 5),
    leveling=st.booleans(),
)


@st.composite
def level(draw: st.DrawFn, largest: int = 60) -> tuple[list[int], list[str], int, int]:
    """Quantities, accounts, wanted (sometimes more than there is) and TOP."""
    quantities = draw(st.lists(st.integers(0, largest), min_size=1, max_size=12))
    accounts = draw(st.lists(st.sampled_from("mnoxy"), min_size=len(quantities), max_size=len(quantities)))
    wanted = draw(st.integers(0, sum(quantities) + 3))
    top = draw(st.integers(-1, len(quantities) - 1))
    return quantities, accounts, wanted, top


@settings(max_examples=1500)
@given(RULES, level())
def test_the_same_as_the_slow_twin(rule: Rule, level: tuple[list[int], list[str], int, int]) -> None:
    assert rule.built().allocate(*level) == NaiveAllocation(rule).allocate(*level)


@settings(max_examples=500)
@given(RULES, level() | level(largest=10**30))
def test_nobody_gets_more_than_it_has_and_all_that_is_wanted_is_given(
    rule: Rule, level: tuple[list[int], list[str], int, int]
) -> None:
    quantities, _, wanted, _ = level
    given_ = rule.built().allocate(*level)
    assert len(given_) == len(quantities)
    assert all(0 <= fill <= quantity for fill, quantity in zip(given_, quantities, strict=True))
    assert sum(given_) == min(wanted, sum(quantities))


@given(level())
def test_fifo_fills_the_first_lots(level: tuple[list[int], list[str], int, int]) -> None:
    quantities, accounts, wanted, top = level
    queue = [order for order, quantity in enumerate(quantities) for _ in range(quantity)][:wanted]
    expected = [queue.count(order) for order in range(len(quantities))]
    assert FifoAllocation().allocate(*level) == expected
    # All else than FIFO switched off or taken by FIFO, it is the same.
    assert K(fifo_percent=100).allocate(quantities, accounts, wanted, NO_TOP) == expected
    assert ProRataAllocation(pro_rata_minimum=10**9).allocate(quantities, accounts, min(wanted, 10**9), top) == expected


@settings(max_examples=500)
@given(level() | level(largest=10**30), st.integers(0, 5))
def test_small_shares_are_none_and_the_remainder_goes_by_time(
    level: tuple[list[int], list[str], int, int], minimum: int
) -> None:
    """An order gets more than its exact share, rounded down or to none, only if all before it are filled."""
    quantities, accounts, wanted, _ = level
    total = sum(quantities)
    wanted = min(wanted, total)
    given_ = ProRataAllocation(pro_rata_minimum=minimum).allocate(quantities, accounts, wanted, NO_TOP)
    shares = [wanted * quantity // total if total else 0 for quantity in quantities]
    shares = [share if share >= minimum else 0 for share in shares]
    more = [fill - share for fill, share in zip(given_, shares, strict=True)]
    assert min(more) >= 0
    receivers = [order for order, lots in enumerate(more) if lots]
    last = receivers[-1] if receivers else 0
    assert given_[:last] == quantities[:last]


@given(RULES, level(), st.randoms(use_true_random=False))
def test_accounts_do_not_matter_without_lead_market_makers(
    rule: Rule, level: tuple[list[int], list[str], int, int], random: Random
) -> None:
    quantities, accounts, wanted, top = level
    allocation = Rule(
        rule.algorithm, rule.top_maximum, (), rule.fifo_percent, rule.pro_rata_minimum, rule.leveling
    ).built()
    permuted = random.sample(accounts, len(accounts))
    assert (
        allocation.allocate(quantities, accounts, wanted, top)
        == allocation.allocate(quantities, permuted, wanted, top)
        == allocation.allocate(quantities, (), wanted, top)
    )


@given(RULES, level())
def test_what_is_passed_in_is_not_changed(rule: Rule, level: tuple[list[int], list[str], int, int]) -> None:
    quantities, accounts, wanted, top = level
    before = list(quantities), list(accounts)
    given_ = rule.built().allocate(quantities, accounts, wanted, top)
    assert (quantities, accounts) == before
    assert given_ is not quantities


def seconds(orders: int) -> float:
    """For one allocation, the best of several, so that other work on the machine does not count."""
    random = Random(SEED)
    quantities = [random.randint(1, 1000) for _ in range(orders)]
    accounts = [random.choice(("m", "n", *(f"account {number}" for number in range(20)))) for _ in range(orders)]
    allocation = K(
        top_maximum=100,
        lead_market_makers=(("m", 5), ("n", 5)),
        fifo_percent=20,
        pro_rata_minimum=200,
        leveling=True,
    )
    took = []
    for _ in range(7):
        started = process_time()
        allocation.allocate(quantities, accounts, sum(quantities) // 3, 10)
        took.append(process_time() - started)
    return min(took)


def test_time_grows_with_the_orders_not_with_their_square() -> None:
    few, many = seconds(10_000), seconds(80_000)
    print(f"\n10,000 orders: {few * 1000:.1f} ms, 80,000 orders: {many * 1000:.1f} ms")
    assert many < few * 32, "8 times the orders; 64 times the time would be quadratic"


PARTICIPANTS = tuple("abcdefgh")


def random_allocations(random: Random, count: int) -> list[list[float]]:
    """Of each allocation, what every participant got above its exact proportional share.

    Arrival is shuffled. Quantities are the same for all, or drawn without regard to who it is.
    """
    allocations = [
        Rule("C", pro_rata_minimum=1).built(),
        Rule("C", pro_rata_minimum=3).built(),
        Rule("A", top_maximum=10, pro_rata_minimum=2).built(),
        Rule("K", top_maximum=10, fifo_percent=40, pro_rata_minimum=2, leveling=True).built(),
        Rule("K", fifo_percent=0, pro_rata_minimum=1, leveling=True).built(),
    ]
    found = []
    arrived = list(PARTICIPANTS)
    for number in range(count):
        random.shuffle(arrived)
        quantities = [random.randint(1, 30)] * len(arrived)
        if number % 2:
            quantities = [random.randint(1, 30) for _ in arrived]
        wanted = random.randint(1, sum(quantities) - 1)
        allocation, top = allocations[number % len(allocations)], random.choice((NO_TOP, 0))
        given_ = allocation.allocate(quantities, arrived, wanted, top)
        part = wanted / sum(quantities)
        excess = {
            name: fill - part * quantity for name, fill, quantity in zip(arrived, given_, quantities, strict=True)
        }
        found.append([excess[name] for name in PARTICIPANTS])
    return found


def test_rounding_favours_no_participant_when_arrival_is_random() -> None:
    """100,000 allocations: the mean excess of each participant over its exact share is zero but for chance.

    The sum of the squared deviations, in standard errors, is near a chi-square of 7 degrees of freedom: mean 7, above
    40.5 once in a million seeds.
    """
    count = 100_000
    found = random_allocations(Random(SEED), count)
    deviations = []
    for place in range(len(PARTICIPANTS)):
        excesses = [row[place] for row in found]
        mean = math.fsum(excesses) / count
        variance = math.fsum((excess - mean) ** 2 for excess in excesses) / (count - 1)
        deviations.append(mean / math.sqrt(variance / count))
    # All excesses of an allocation sum to zero, so the eight deviations are seven independent ones.
    statistic = math.fsum(deviation**2 for deviation in deviations) * (len(PARTICIPANTS) - 1) / len(PARTICIPANTS)
    shown = ", ".join(f"{name} {deviation:+.2f}" for name, deviation in zip(PARTICIPANTS, deviations, strict=True))
    print(f"\nseed {SEED}, {count} allocations, chi-square {statistic:.2f} of 7, standard errors from zero: {shown}")
    assert statistic < 40.5


def test_of_equal_orders_none_gets_more_than_an_earlier_one() -> None:
    """The time rule by itself, without TOP and makers: whatever rounding leaves is never to a later order's gain."""
    random = Random(SEED)
    print(f"\nseed {SEED}")
    for _ in range(5_000):
        rule = Rule(
            random.choice("CAK"),
            fifo_percent=random.randint(0, 100),
            pro_rata_minimum=random.randint(0, 5),
            leveling=random.random() < 0.5,
        )
        quantities = [random.randint(1, 30)] * random.randint(1, 12)
        wanted = random.randint(1, sum(quantities))
        given_ = rule.built().allocate(quantities, (), wanted, NO_TOP)
        assert given_ == sorted(given_, reverse=True), (rule, quantities, wanted)
