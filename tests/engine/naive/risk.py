"""The limits that operators set: everything counted anew, by a look through all orders and executions there are."""

from dataclasses import dataclass

from tests.engine.naive.money import available, worst_case, worst_notional
from tests.engine.naive.state import NaiveOrder, NaiveState
from venue.domain.enums import LimitScope, OrderType, Side
from venue.domain.funds import NO_LIMITS, RiskLimits
from venue.domain.reject_reason import RejectReason as R

SECOND = 10**9
Level = tuple[LimitScope, str, str]


@dataclass
class Change:
    """order: as it is to become. old: as it is, None for a new order. more: lots that it would have open beyond."""

    order: NaiveOrder
    old: NaiveOrder | None
    more: int


def risk_reasons(s: NaiveState, order: NaiveOrder, old: NaiveOrder | None) -> list[R]:
    """All limits that it would pass. It counts for those of orders per second if it passes none."""
    if not s.ledger_open:
        return []
    change = Change(order, old, order.leaves - (old.leaves if old else 0))
    limited = [(level, s.risk_limits.get(level, NO_LIMITS)) for level in levels(s, order)]
    reasons = [reason for level, limits in limited for reason in limit_reasons(s, change, level, limits)]
    rated = [(level, limits.orders_per_second) for level, limits in limited if limits.orders_per_second]
    if any(is_too_fast(s.accepted[level], rate, s.now) for level, rate in rated):
        reasons.append(R.ORDER_RATE_LIMIT)
    if worst_case(s, order) - (old.held if old else 0) > available(s, order):
        reasons.append(R.INSUFFICIENT_BALANCE)
    if not reasons:
        for level, rate in rated:
            s.accepted[level].append((s.now, SECOND // rate))
    return reasons


def levels(s: NaiveState, order: NaiveOrder) -> list[Level]:
    firm = s.firm_of[order.session]
    return [
        (LimitScope.INSTRUMENT, order.symbol, ""),
        (LimitScope.FIRM, firm, order.symbol),
        (LimitScope.FIRM, firm, ""),
        (LimitScope.ACCOUNT, order.account, order.symbol),
        (LimitScope.ACCOUNT, order.account, ""),
    ]


def limit_reasons(s: NaiveState, change: Change, level: Level, limits: RiskLimits) -> list[R]:
    order = change.order
    scope, name, symbol = level
    mine = {LimitScope.INSTRUMENT: lambda o: o.symbol, LimitScope.FIRM: lambda o: s.firm_of[o.session],
            LimitScope.ACCOUNT: lambda o: o.account}[scope]  # fmt: skip
    opened = [o for o in s.open if mine(o) == name and symbol in ("", o.symbol)]
    reasons = []
    if limits.order_quantity and order.quantity > limits.order_quantity:
        reasons.append(R.ORDER_QUANTITY_LIMIT)
    if limits.order_notional and worst_notional(s, order, order.quantity) > limits.order_notional:
        reasons.append(R.ORDER_NOTIONAL_LIMIT)
    if limits.open_orders and change.old is None and len(opened) + 1 > limits.open_orders:
        reasons.append(R.OPEN_ORDERS_LIMIT)
    if limits.daily_volume:
        traded = sum(e.quantity for e in executions(s, level) if e.day == s.days)
        if traded + sum(o.leaves for o in opened) + change.more > limits.daily_volume:
            reasons.append(R.DAILY_VOLUME_LIMIT)
    if limits.position:
        signed = [e.quantity if e.side is order.side else -e.quantity for e in executions(s, level)]
        same_side = sum(o.leaves for o in opened if o.side is order.side)
        if sum(signed) + same_side + change.more > limits.position:
            reasons.append(R.POSITION_LIMIT)
    if limits.collar_basis_points and is_beyond(s, change, limits.collar_basis_points):
        reasons.append(R.PRICE_COLLAR)
    return reasons


def executions(s: NaiveState, level: Level) -> list:
    scope, name, symbol = level
    return [e for e in s.executions if (e.firm if scope is LimitScope.FIRM else e.account, e.symbol) == (name, symbol)]


def is_beyond(s: NaiveState, change: Change, basis_points: int) -> bool:
    """Whether a price is too far through the last one."""
    order, reference = change.order, s.markets[change.order.symbol].reference_price
    if not reference or order.order_type not in (OrderType.LIMIT, OrderType.STOP_LIMIT):
        return False
    if change.old is not None and order.price == change.old.price:
        return False
    assert order.price is not None
    distance = order.price - reference if order.side is Side.BUY else reference - order.price
    return distance > reference * basis_points // 10_000


def is_too_fast(accepted: list[tuple[int, int]], rate: int, now: int) -> bool:
    """Every order takes its time to drain, one after the other; there is room for a second's worth of them."""
    drained_at = 0
    for at, time in accepted:
        drained_at = max(drained_at, at) + time
    time = SECOND // rate
    return max(drained_at, now) + time > now + rate * time
