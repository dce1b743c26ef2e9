"""What operators set about money: the ledger's opening, fees, limits, whether an account may trade."""

from venue.domain.enums import AccountState, LimitScope
from venue.domain.events import Event
from venue.domain.funds import NO_LIMITS, FeeRates, RiskLimits
from venue.domain.funds_commands import OpenLedger, SetAccountState, SetFees, SetFirmTier, SetLimits
from venue.domain.funds_events import AccountStateSet, FeesSet, FirmTierSet, LedgerOpened, LimitsSet
from venue.domain.limits import (
    MAX_AMOUNT,
    MAX_FEE_RATE,
    MAX_NAME_LENGTH,
    MAX_ORDERS_PER_SECOND,
    MAX_QUANTITY_LOTS,
    MAX_REASON_LENGTH,
)
from venue.domain.reject_reason import RejectReason
from venue.engine.directory import Directory, is_name, rejected
from venue.engine.funds_desk import is_text
from venue.engine.known_orders import KnownOrders, is_open
from venue.engine.treasury import Treasury
from venue.risk import LimitLevel
from venue.risk.price_window import BASIS_POINTS


class RiskDesk:
    __slots__ = ("_directory", "_known", "_treasury")

    def __init__(self, directory: Directory, known: KnownOrders, treasury: Treasury) -> None:
        self._directory = directory
        self._known = known
        self._treasury = treasury

    def open_ledger(self, command: OpenLedger, sequence: int) -> list[Event]:
        if not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        if self._treasury.ledger.is_open:
            return []
        if any(is_open(order) for order in self._known.by_id.values()):
            return rejected(RejectReason.LEDGER_NEEDS_EMPTY_BOOKS)
        self._treasury.ledger.is_open = True
        return [LedgerOpened()]

    def set_fees(self, command: SetFees, sequence: int) -> list[Event]:
        tier, symbol, rates = command.tier, command.symbol, command.rates
        if symbol not in self._directory.markets:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if not _is_tier(tier) or not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        if max(abs(rates.maker), abs(rates.taker)) > MAX_FEE_RATE or rates.maker + rates.taker < 0:
            return rejected(RejectReason.INVALID_FEES)
        if self._treasury.stakes.rates.get((tier, symbol), FeeRates() if tier == "" else None) == rates:
            return []
        self._treasury.stakes.rates[tier, symbol] = rates
        for stake in self._directory.markets[symbol].stakes.values():
            self._treasury.stakes.set_rates(stake)
        return [FeesSet(tier, symbol, rates)]

    def set_tier(self, command: SetFirmTier, sequence: int) -> list[Event]:
        firm = self._directory.firms.get(command.firm)
        if firm is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if not _is_tier(command.tier) or not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        if firm.tier == command.tier:
            return []
        firm.tier = command.tier
        for market in self._directory.markets.values():
            for stake in market.stakes.values():
                self._treasury.stakes.set_rates(stake)
        return [FirmTierSet(command.firm, command.tier)]

    def set_limits(self, command: SetLimits, sequence: int) -> list[Event]:
        key, limits = (command.scope, command.name, command.symbol), command.limits
        if not self._exists(*key):
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        if not _can_be(command.scope, command.symbol, limits):
            return rejected(RejectReason.INVALID_LIMITS)
        levels = self._treasury.stakes.levels
        before = levels.get(key)
        if limits == (NO_LIMITS if before is None else before.limits):
            return []
        level = LimitLevel(limits, 0 if before is None else before.full_at)
        if limits == NO_LIMITS:
            del levels[key]
        else:
            levels[key] = level
        for stake in self._treasury.stakes.covered(*key):
            stake.levels = [known for known in stake.levels if known is not before]
            if limits != NO_LIMITS:
                stake.levels.append(level)
                level.exposures.append(stake)
        return [LimitsSet(*key, limits)]

    def set_account_state(self, command: SetAccountState, sequence: int) -> list[Event]:
        suspended, account = self._directory.suspended, command.account
        if account not in self._directory.accounts:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        wanted = command.state is AccountState.SUSPENDED
        if wanted is (account in suspended):
            return []
        if wanted:
            suspended[account] = None
        else:
            del suspended[account]
        self._directory.regate()
        return [AccountStateSet(account, command.state)]

    def _exists(self, scope: LimitScope, name: str, symbol: str) -> bool:
        directory = self._directory
        if scope is LimitScope.INSTRUMENT:
            return name in directory.markets and symbol == ""
        known = name in directory.firms if scope is LimitScope.FIRM else name in directory.accounts
        return known and (symbol == "" or symbol in directory.markets)


def _is_tier(text: str) -> bool:
    return text == "" or is_name(text, MAX_NAME_LENGTH)


def _can_be(scope: LimitScope, symbol: str, limits: RiskLimits) -> bool:
    quantities = (limits.order_quantity, limits.open_orders, limits.daily_volume, limits.position)
    numbers = (*quantities, limits.order_notional, limits.collar_basis_points, limits.orders_per_second)
    if min(numbers) < 0 or max(quantities) > MAX_QUANTITY_LOTS or limits.order_notional > MAX_AMOUNT:
        return False
    if limits.collar_basis_points >= BASIS_POINTS or limits.orders_per_second > MAX_ORDERS_PER_SECOND:
        return False
    of_account = limits.open_orders or limits.daily_volume or limits.position or limits.orders_per_second
    if scope is LimitScope.INSTRUMENT:
        return not of_account
    of_instrument = (limits.order_quantity, limits.order_notional, limits.daily_volume, limits.position)
    return symbol != "" or not (any(of_instrument) or limits.collar_basis_points)
