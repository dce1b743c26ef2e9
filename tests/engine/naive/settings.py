"""What operators set about money: the ledger's opening, fees, tiers, limits, suspensions, the block of withdrawals."""

from tests.engine.naive.reference import is_name, refuse
from tests.engine.naive.state import NaiveState
from venue.domain.enums import AccountState, LimitScope
from venue.domain.funds import NO_FEES, NO_LIMITS, RiskLimits
from venue.domain.funds_commands import (
    BlockWithdrawals,
    OpenLedger,
    SetAccountState,
    SetFees,
    SetFirmTier,
    SetLimits,
)
from venue.domain.funds_events import (
    AccountStateSet,
    FeesSet,
    FirmTierSet,
    LedgerOpened,
    LimitsSet,
    WithdrawalsBlocked,
)
from venue.domain.reject_reason import RejectReason as R

MAX_QUANTITY = 9_000_000_000
MAX_AMOUNT = 10**38 - 1


def is_text(text: str, longest: int) -> bool:
    return len(text) <= longest and text.isprintable()


def is_tier(text: str) -> bool:
    return text == "" or is_name(text, 64)


def open_ledger(s: NaiveState, c: OpenLedger) -> None:
    if not is_text(c.reason, 200):
        refuse(s, R.MALFORMED_REFERENCE)
    elif s.ledger_open:
        return
    elif s.open:
        refuse(s, R.LEDGER_NEEDS_EMPTY_BOOKS)
    else:
        s.ledger_open = True
        s.emit(LedgerOpened())


def set_fees(s: NaiveState, c: SetFees) -> None:
    rates = c.rates
    if c.symbol not in s.markets:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not is_text(c.reason, 200) or not is_tier(c.tier):
        refuse(s, R.MALFORMED_REFERENCE)
    elif max(abs(rates.maker), abs(rates.taker)) > 100_000 or rates.maker + rates.taker < 0:
        refuse(s, R.INVALID_FEES)
    elif s.rates.get((c.tier, c.symbol), NO_FEES if c.tier == "" else None) != rates:
        # Rates of nothing are other than none for a tier: those for all do not apply then.
        s.rates[c.tier, c.symbol] = rates
        s.emit(FeesSet(c.tier, c.symbol, rates))


def set_firm_tier(s: NaiveState, c: SetFirmTier) -> None:
    if c.firm not in s.firms:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not is_text(c.reason, 200) or not is_tier(c.tier):
        refuse(s, R.MALFORMED_REFERENCE)
    elif s.tiers.get(c.firm, "") != c.tier:
        s.tiers[c.firm] = c.tier
        s.emit(FirmTierSet(c.firm, c.tier))


def set_limits(s: NaiveState, c: SetLimits) -> None:
    names = {
        LimitScope.INSTRUMENT: list(s.markets),
        LimitScope.FIRM: s.firms,
        LimitScope.ACCOUNT: [account.name for account in s.accounts],
    }
    symbols = [""] if c.scope is LimitScope.INSTRUMENT else ["", *s.markets]
    level = (c.scope, c.name, c.symbol)
    old = s.risk_limits.get(level, NO_LIMITS)
    if c.name not in names[c.scope] or c.symbol not in symbols:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not is_text(c.reason, 200):
        refuse(s, R.MALFORMED_REFERENCE)
    elif not are_valid(c.scope, c.symbol, c.limits):
        refuse(s, R.INVALID_LIMITS)
    elif c.limits != old:
        s.risk_limits[level] = c.limits
        if NO_LIMITS in (old, c.limits):
            s.accepted[level] = []
        s.emit(LimitsSet(c.scope, c.name, c.symbol, c.limits))


def are_valid(scope: LimitScope, symbol: str, limits: RiskLimits) -> bool:
    """Within their bounds, and 0 where the scope has no such limit."""
    bounds = {
        "order_quantity": MAX_QUANTITY,
        "order_notional": MAX_AMOUNT,
        "open_orders": MAX_QUANTITY,
        "daily_volume": MAX_QUANTITY,
        "position": MAX_QUANTITY,
        "collar_basis_points": 9_999,
        "orders_per_second": 1_000_000,
    }
    if scope is LimitScope.INSTRUMENT:
        may_have = ["order_quantity", "order_notional", "collar_basis_points"]
    else:
        may_have = list(bounds) if symbol else ["open_orders", "orders_per_second"]
    return all(0 <= getattr(limits, name) <= (bounds[name] if name in may_have else 0) for name in bounds)


def set_account_state(s: NaiveState, c: SetAccountState) -> None:
    if c.account not in [account.name for account in s.accounts]:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not is_text(c.reason, 200):
        refuse(s, R.MALFORMED_REFERENCE)
    elif s.state_of(c.account) is not c.state:
        if c.state is AccountState.SUSPENDED:
            s.suspended.append(c.account)
        else:
            s.suspended.remove(c.account)
        s.emit(AccountStateSet(c.account, c.state))


def block_withdrawals(s: NaiveState, c: BlockWithdrawals) -> None:
    if not is_text(c.reason, 200):
        refuse(s, R.MALFORMED_REFERENCE)
    elif s.blocked is not c.blocked:
        s.blocked = c.blocked
        s.emit(WithdrawalsBlocked(c.blocked, c.operator, c.reason))
