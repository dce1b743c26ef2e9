"""How an instrument trades, as operators set it. An instrument without rules trades by price and time, all day."""

from msgspec import Struct

from venue.domain.enums import Algorithm


class LeadMarketMaker(Struct, frozen=True, array_like=True, gc=False):
    account: str
    percent: int


class AllocationRule(Struct, frozen=True, array_like=True, gc=False):
    """How a price level's orders share what comes to it. Source: CME Globex notices 2004/11219, 2005/11985.

    top_minimum, top_maximum: lots; of the order that first bettered the market. lead_market_makers, fifo_percent: whole
    per cent of what the step before left. pro_rata_minimum: lots; a smaller share becomes none. 0: what CME uses, no
    maximum, a minimum of 1 lot, of 2 for the pro-rata step of A.
    """

    algorithm: Algorithm = Algorithm.FIFO
    top_minimum: int = 0
    top_maximum: int = 0
    lead_market_makers: tuple[LeadMarketMaker, ...] = ()
    fifo_percent: int = 0
    pro_rata_minimum: int = 0
    leveling: bool = False


class InstrumentRules(Struct, frozen=True, array_like=True, gc=False):
    """0: none, in every number.

    protection_ticks: a market order reaches so far from the best opposite price; protection_rests: what is left of it
    then rests there, else it is cancelled. band_basis_points: a limit price may be so far from the reference, which is
    the last trade's price, before the first trade reference_price (ticks). A trade more than breaker_basis_points away
    from another one within breaker_window_ns does not happen: the instrument is halted for halt_ns, then reopens by
    auction.
    """

    allocation: AllocationRule = AllocationRule()
    protection_ticks: int = 0
    protection_rests: bool = False
    reference_price: int = 0
    band_basis_points: int = 0
    breaker_basis_points: int = 0
    breaker_window_ns: int = 0
    halt_ns: int = 0


PRICE_TIME = InstrumentRules()
