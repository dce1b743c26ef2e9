"""Why an order or a replace is refused: all reasons there are; the first of the enum is told."""

from dataclasses import dataclass

from tests.engine.naive.books import MAX_PRICE, MAX_QUANTITY, cash_quantity, is_crossing
from tests.engine.naive.state import STOPS, NaiveMarket, NaiveOrder, NaiveState
from venue.domain.commands import CancelOrder, ReplaceOrder
from venue.domain.enums import KillScope, OrderType, Phase, Side, TimeInForce
from venue.domain.reject_reason import RejectReason as R
from venue.domain.terms import NO_TERMS, Terms

AT_ONCE = (TimeInForce.IOC, TimeInForce.FOK)
UNPRICED = (OrderType.MARKET, OrderType.STOP)


@dataclass
class Wanted:
    """What an order is to be, by a new order or by a replace."""

    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: int | None
    quantity: int
    terms: Terms
    session: str = ""


def first(reasons: list[R]) -> R | None:
    return min(reasons, key=list(R).index, default=None)


def new_order_reasons(s: NaiveState, w: Wanted, market: NaiveMarket) -> list[R]:
    is_cash = w.terms.cash != 0
    reasons = [] if is_cash else quantity_reasons(w)
    reasons += price_reasons(w) + stop_price_reasons(w) + display_reasons(w) + minimum_reasons(w)
    reasons += expiry_reasons(w, s.now) + cash_reasons(w) + post_only_reasons(w)
    at_once = w.order_type is OrderType.MARKET or w.time_in_force in AT_ONCE or w.terms.min_quantity != 0
    if market.phase in (Phase.PRE_OPEN, Phase.HALTED) and at_once:
        reasons.append(R.NOT_IN_THIS_PHASE)
    reasons += band_reasons(w, market)
    if reasons or market.phase is not Phase.OPEN:
        return reasons
    if w.terms.post_only and is_crossing(s, market, w.side, w.price):
        return [R.WOULD_MATCH]
    if is_cash and cash_quantity(s, market, w.session, w.terms) == 0:
        return [R.CASH_BUYS_NOTHING]
    return []


def replace_reasons(s: NaiveState, w: Wanted, order: NaiveOrder) -> list[R]:
    """w: the order as it is to become. A MARKET or STOP order gets no price; the one that it rests at stays."""
    market = s.markets[order.symbol]
    reasons = quantity_reasons(w) + price_reasons(w) + stop_price_reasons(w) + display_reasons(w)
    reasons += expiry_reasons(w, s.now) + post_only_reasons(w)
    price_changes = w.price != order.price and w.order_type not in UNPRICED
    if price_changes:
        reasons += band_reasons(w, market)
    if reasons or market.phase is not Phase.OPEN or w.quantity <= order.cum:
        return reasons
    matched_anew = price_changes or w.quantity > order.quantity
    return [R.WOULD_MATCH] if w.terms.post_only and matched_anew and is_crossing(s, market, w.side, w.price) else []


def market_reasons(s: NaiveState, session: str, account: str, symbol: str) -> list[R]:
    reasons = [R.ACCOUNT_SUSPENDED] if account in s.suspended else []
    if is_killed(s, session, account, symbol):
        reasons.append(R.KILL_SWITCH)
    if symbol in s.markets and s.markets[symbol].phase is Phase.CLOSED:
        reasons.append(R.MARKET_CLOSED)
    return reasons


def is_killed(s: NaiveState, session: str, account: str, symbol: str) -> bool:
    covering = [
        (KillScope.VENUE, ""),
        (KillScope.INSTRUMENT, symbol),
        (KillScope.FIRM, s.firm_of[session]),
        (KillScope.ACCOUNT, account),
        (KillScope.SESSION, session),
    ]
    return any(switch in s.kills for switch in covering)


def difference(c: CancelOrder | ReplaceOrder, order: NaiveOrder) -> str:
    """The first field that a request may not change, and would."""
    pairs = [("Symbol(55)", c.symbol, order.symbol), ("Side(54)", c.side, order.side)]
    if isinstance(c, ReplaceOrder):
        given, has = c.terms or NO_TERMS, order.terms
        execution = (given.post_only or has.post_only, given.cancel_on_halt or has.cancel_on_halt)
        triggered = order.order_type in STOPS and not order.waiting
        pairs += [
            ("OrdType(40)", c.order_type, order.order_type),
            ("Account(1)", c.account or order.account, order.account),
            ("TimeInForce(59)", c.time_in_force or order.time_in_force, order.time_in_force),
            ("MinQty(110)", given.min_quantity or has.min_quantity, has.min_quantity),
            ("CashOrderQty(152)", given.cash or has.cash, has.cash),
            ("ExecInst(18)", execution, (has.post_only, has.cancel_on_halt)),
            ("SelfTradePreventionGroup(7928)", given.self_trade_group or has.self_trade_group, has.self_trade_group),
            ("SelfTradePreventionMode(2362)", given.self_trade_mode or has.self_trade_mode, has.self_trade_mode),
        ]
        if triggered:
            pairs.append(("StopPx(99)", given.stop_price or has.stop_price, has.stop_price))
    return next((name for name, asked, has in pairs if asked != has), "")


def quantity_reasons(w: Wanted) -> list[R]:
    if w.quantity <= 0:
        return [R.QUANTITY_NOT_POSITIVE]
    return [R.QUANTITY_TOO_LARGE] if w.quantity > MAX_QUANTITY else []


def price_reasons(w: Wanted) -> list[R]:
    if w.price is None:
        return [] if w.order_type in UNPRICED else [R.PRICE_MISSING]
    reasons = [R.PRICE_NOT_ALLOWED] if w.order_type in UNPRICED else []
    if w.price <= 0:
        reasons.append(R.PRICE_NOT_POSITIVE)
    if w.price > MAX_PRICE:
        reasons.append(R.PRICE_TOO_LARGE)
    return reasons


def stop_price_reasons(w: Wanted) -> list[R]:
    price = w.terms.stop_price
    if w.order_type in STOPS and price == 0:
        return [R.STOP_PRICE_MISSING]
    reasons = [R.STOP_PRICE_NOT_ALLOWED] if w.order_type not in STOPS and price != 0 else []
    return reasons if 0 <= price <= MAX_PRICE else [*reasons, R.INVALID_STOP_PRICE]


def expiry_reasons(w: Wanted, now: int) -> list[R]:
    expires_at = w.terms.expires_at
    if w.time_in_force is TimeInForce.GTD and expires_at == 0:
        return [R.EXPIRY_MISSING]
    reasons = []
    if w.time_in_force is not TimeInForce.GTD and expires_at != 0:
        reasons.append(R.EXPIRY_NOT_ALLOWED)
    if expires_at != 0 and expires_at <= now:
        reasons.append(R.EXPIRY_PAST)
    return reasons


def display_reasons(w: Wanted) -> list[R]:
    display = w.terms.display_quantity
    reasons = []
    if display != 0 and (w.order_type in UNPRICED or w.time_in_force in AT_ONCE):
        reasons.append(R.DISPLAY_NOT_ALLOWED)
    if display < 0 or display > max(0, w.quantity):
        reasons.append(R.INVALID_DISPLAY_QUANTITY)
    return reasons


def minimum_reasons(w: Wanted) -> list[R]:
    most = 0 if w.terms.cash != 0 else max(0, w.quantity)
    return [] if 0 <= w.terms.min_quantity <= most else [R.INVALID_MINIMUM_QUANTITY]


def cash_reasons(w: Wanted) -> list[R]:
    reasons = []
    if w.terms.cash != 0 and (w.order_type, w.side, w.quantity) != (OrderType.MARKET, Side.BUY, 0):
        reasons.append(R.CASH_NOT_ALLOWED)
    if w.terms.cash < 0:
        reasons.append(R.INVALID_CASH)
    return reasons


def post_only_reasons(w: Wanted) -> list[R]:
    may_rest = w.order_type is OrderType.LIMIT and w.time_in_force not in AT_ONCE and w.terms.min_quantity == 0
    return [R.POST_ONLY_NOT_ALLOWED] if w.terms.post_only and not may_rest else []


def band_reasons(w: Wanted, market: NaiveMarket) -> list[R]:
    band, reference = market.rules.band_basis_points, market.reference_price
    if not band or not reference or w.price is None:
        return []
    return [R.PRICE_OUTSIDE_BAND] if abs(w.price - reference) * 10_000 > band * reference else []
