"""What orders hold, pay, receive and release. Nothing here happens before the ledger is open."""

from fractions import Fraction
from math import ceil

from tests.engine.naive.books import protection_price, sweep
from tests.engine.naive.state import NaiveExecution, NaiveOrder, NaiveState
from venue.domain.enums import Bucket, Side
from venue.domain.funds import NO_FEES, FeeRates
from venue.domain.reference import Instrument

MILLION = 1_000_000
AVAILABLE, HELD, FEES = Bucket.AVAILABLE, Bucket.HELD, Bucket.FEES


def fix(s: NaiveState, order: NaiveOrder) -> None:
    """What stays as it is once an order, or what a replace makes of it, is accepted."""
    if not s.ledger_open:
        return
    if order.rates is None:
        order.rates = rates_of(s, s.firm_of[order.session], order.symbol)


def rates_of(s: NaiveState, firm: str, symbol: str) -> FeeRates:
    for tier in (s.tiers.get(firm, ""), ""):
        if (tier, symbol) in s.rates:
            return s.rates[tier, symbol]
    return NO_FEES


# -- the worst that an order may cost


def worst_case(s: NaiveState, order: NaiveOrder) -> int:
    """Smallest units of what it pays with, for all of it that is still to trade."""
    instrument = s.markets[order.symbol].instrument
    if order.side is Side.SELL:
        return order.leaves * instrument.lot_size
    assert order.rates is not None
    notional = worst_notional(s, order, order.leaves)
    rate = max(order.rates.maker, order.rates.taker, 0)
    all_fees = whole(order, notional * rate)
    return notional + all_fees - whole(order)


def worst_notional(s: NaiveState, order: NaiveOrder, quantity: int) -> int:
    market = s.markets[order.symbol]
    unit = market.instrument.tick_lot_amount
    if order.price is not None:
        return order.price * quantity * unit
    if order.waiting:
        return order.terms.stop_price * quantity * unit
    if order.side is Side.BUY and market.rules.protection_ticks and not order.terms.cash:
        return (protection_price(s, market, order.side) or 0) * quantity * unit
    return sweep(s, order) * unit


def whole(order: NaiveOrder, more: int = 0) -> int:
    """The fee of all its executions and of so many parts more: rounded up once, over all of them."""
    return ceil(Fraction(sum(amount * rate for amount, rate in order.charges) + more, MILLION))


# -- holding and releasing


def paying(s: NaiveState, order: NaiveOrder) -> str:
    instrument = s.markets[order.symbol].instrument
    return instrument.quote.symbol if order.side is Side.BUY else instrument.base.symbol


def available(s: NaiveState, order: NaiveOrder) -> int:
    return s.balance(order.account, AVAILABLE, paying(s, order))


def hold(s: NaiveState, order: NaiveOrder, amount: int) -> None:
    order.held += amount
    s.move(paying(s, order), amount, (order.account, AVAILABLE), (order.account, HELD))


def rehold(s: NaiveState, order: NaiveOrder) -> int:
    """It holds its worst case from now on. Returns how much more that is."""
    if not s.ledger_open:
        return 0
    more = worst_case(s, order) - order.held
    hold(s, order, more)
    return more


def lacks(s: NaiveState, order: NaiveOrder) -> bool:
    """Whether its worst case is more than what it holds and all that is available."""
    return s.ledger_open and worst_case(s, order) - order.held > available(s, order)


def excess(s: NaiveState, order: NaiveOrder) -> int:
    """Releases what is held beyond the worst case; nothing of a buy that may still trade at any price."""
    if order.side is Side.BUY and order.price is None and order.leaves > 0:
        return 0
    return -rehold(s, order)


def let_go(s: NaiveState, order: NaiveOrder) -> int:
    """Releases all."""
    released = order.held
    hold(s, order, -released)
    return released


# -- executions


def settle(
    s: NaiveState, maker: NaiveOrder, taker: NaiveOrder, amount: int, quantity: int, *, auction: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Both pay and are paid, with fees. Returns the fees, and what each releases; of the maker first."""
    if not s.ledger_open:
        return (0, 0), (0, 0)
    assert maker.rates is not None
    assert taker.rates is not None
    instrument = s.markets[maker.symbol].instrument
    buyer, seller = (maker, taker) if maker.side is Side.BUY else (taker, maker)
    pay(s, buyer, seller, instrument.quote.symbol, amount)
    pay(s, seller, buyer, instrument.base.symbol, quantity * instrument.lot_size)
    maker_fee = charge(s, maker, amount, maker.rates.taker if auction else maker.rates.maker, instrument)
    taker_fee = charge(s, taker, amount, taker.rates.taker, instrument)
    for order in (maker, taker):
        firm = s.firm_of[order.session]
        s.executions.append(NaiveExecution(firm, order.account, order.symbol, order.side, quantity, s.days))
    return (maker_fee, taker_fee), (excess(s, maker), excess(s, taker))


def pay(s: NaiveState, payer: NaiveOrder, payee: NaiveOrder, asset: str, amount: int) -> None:
    payer.held -= amount
    s.move(asset, amount, (payer.account, HELD), (payee.account, AVAILABLE))


def charge(s: NaiveState, order: NaiveOrder, amount: int, rate: int, instrument: Instrument) -> int:
    before = whole(order)
    order.charges.append((amount, rate))
    fee = whole(order) - before
    if fee > 0 and order.side is Side.BUY:
        order.held -= fee
        s.move(instrument.quote.symbol, fee, (order.account, HELD), ("", FEES))
    else:
        s.move(instrument.quote.symbol, fee, (order.account, AVAILABLE), ("", FEES))
    return fee
