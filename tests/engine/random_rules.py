"""Rules of an instrument by chance: every algorithm, now and then a breaker, a band, protection; seldom invalid."""

from random import Random

from venue.domain.enums import Algorithm
from venue.domain.rules import AllocationRule, InstrumentRules, LeadMarketMaker

MILLISECOND = 1_000_000


def random_rules(random: Random, middle: int, focus: str = "any") -> InstrumentRules:
    """focus: shared: levels shared by other than time, nothing that stops trading; breaker: always one."""

    def some(most: int, odds: float) -> int:
        return random.randrange(1, most) if random.random() < odds else 0

    breaker = random.random() < {"any": 0.3, "shared": 0, "breaker": 0.95}[focus]
    rules = InstrumentRules(
        allocation=random_allocation(random, focus),
        protection_ticks=some(5, 0.6),
        protection_rests=random.random() < 0.5,
        reference_price=middle if random.random() < 0.5 else 0,
        band_basis_points=0 if focus == "shared" else some(2_000, 0.2),
        breaker_basis_points=random.choice([100, 300, 300, 600]) if breaker else 0,
        breaker_window_ns=random.choice([1, 2, 3, 4, 20, 50]) * MILLISECOND if breaker else some(50, 0.3),
        halt_ns=random.randrange(1, 15) * MILLISECOND if breaker else 0,
    )
    return random.choice(invalid(rules)) if random.random() < 0.05 else rules


def random_allocation(random: Random, focus: str) -> AllocationRule:
    algorithms = [Algorithm.PRO_RATA, Algorithm.TOP_PRO_RATA, Algorithm.CONFIGURABLE]
    algorithm = random.choice([*algorithms, *([] if focus == "shared" else [Algorithm.FIFO, Algorithm.FIFO])])
    makers = (LeadMarketMaker("acc-b1", 30), LeadMarketMaker("acc-a", random.randrange(0, 60)))
    minimum = random.choice([0, 0, 1, 1, 2, 3, 8])
    return AllocationRule(
        algorithm=algorithm,
        top_minimum=minimum,
        top_maximum=random.choice([0, 0, minimum + 1, minimum + 10]),
        lead_market_makers=makers[: random.randrange(3)],
        fifo_percent=random.choice([0, 0, 20, 40, 100]),
        pro_rata_minimum=random.randrange(4),
        leveling=random.random() < 0.4,
    )


def invalid(rules: InstrumentRules) -> list[InstrumentRules]:
    makers = (LeadMarketMaker("acc-a", 60), LeadMarketMaker("acc-b1", 60))
    return [
        InstrumentRules(rules.allocation, -1),
        InstrumentRules(rules.allocation, band_basis_points=10_000),
        InstrumentRules(rules.allocation, breaker_basis_points=10_000, breaker_window_ns=1, halt_ns=1),
        InstrumentRules(rules.allocation, breaker_basis_points=10, breaker_window_ns=0, halt_ns=1),
        InstrumentRules(rules.allocation, breaker_basis_points=10, breaker_window_ns=1, halt_ns=0),
        InstrumentRules(AllocationRule(Algorithm.CONFIGURABLE, lead_market_makers=makers)),
        InstrumentRules(AllocationRule(Algorithm.CONFIGURABLE, fifo_percent=101)),
        InstrumentRules(AllocationRule(Algorithm.TOP_PRO_RATA, pro_rata_minimum=-1)),
    ]
