"""Reference data, rules and modes that operators set."""

from tests.engine.naive.state import NaiveMarket, NaiveState
from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    ListInstrument,
    SetInstrumentRules,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import Algorithm
from venue.domain.events import (
    AccountAdded,
    AssetAdded,
    FirmAdded,
    InstrumentListed,
    InstrumentRulesSet,
    OperatorCommandRejected,
    SelfTradeModeSet,
    SessionAdded,
    SessionRulesSet,
)
from venue.domain.reference import Account, Asset, Instrument, Session
from venue.domain.reject_reason import RejectReason as R
from venue.domain.rules import AllocationRule, InstrumentRules
from venue.matching.allocation import (
    Allocation,
    ConfigurableAllocation,
    FifoAllocation,
    ProRataAllocation,
    TopProRataAllocation,
)


def refuse(s: NaiveState, reason: R) -> None:
    s.emit(OperatorCommandRejected(reason, reason.text))


def is_name(text: str, longest: int) -> bool:
    return 1 <= len(text) <= longest and all(" " <= c <= "~" for c in text) and text.strip() == text


def add_asset(s: NaiveState, c: AddAsset) -> None:
    asset = Asset(c.symbol, c.decimals)
    if c.symbol in s.assets:
        if s.assets[c.symbol] != asset:
            refuse(s, R.ALREADY_EXISTS)
    elif not is_name(c.symbol, 20) or not 0 <= c.decimals <= 18:
        refuse(s, R.MALFORMED_REFERENCE)
    else:
        s.assets[c.symbol] = asset
        s.emit(AssetAdded(asset))


def list_instrument(s: NaiveState, c: ListInstrument) -> None:
    if c.symbol in s.markets:
        known = s.markets[c.symbol].instrument
        content = (known.base.symbol, known.quote.symbol, known.tick_size, known.lot_size)
        if content != (c.base, c.quote, c.tick_size, c.lot_size):
            refuse(s, R.ALREADY_EXISTS)
    elif c.base not in s.assets or c.quote not in s.assets:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif c.tick_size * c.lot_size <= 0 or c.tick_size * c.lot_size % 10 ** s.assets[c.base].decimals:
        refuse(s, R.INEXACT_NOTIONAL)
    elif not is_name(c.symbol, 20) or c.tick_size < 1 or c.base == c.quote:
        refuse(s, R.MALFORMED_REFERENCE)
    else:
        instrument = Instrument(c.symbol, s.assets[c.base], s.assets[c.quote], c.tick_size, c.lot_size)
        s.markets[c.symbol] = NaiveMarket(instrument)
        s.emit(InstrumentListed(instrument))


def add_firm(s: NaiveState, c: AddFirm) -> None:
    if c.firm in s.firms:
        return
    if not is_name(c.firm, 64):
        refuse(s, R.MALFORMED_REFERENCE)
    else:
        s.firms.append(c.firm)
        s.emit(FirmAdded(c.firm))


def add_account(s: NaiveState, c: AddAccount) -> None:
    account = Account(c.account, c.firm)
    if c.account in [known.name for known in s.accounts]:
        if account not in s.accounts:
            refuse(s, R.ALREADY_EXISTS)
    elif c.firm not in s.firms:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not is_name(c.account, 64):
        refuse(s, R.MALFORMED_REFERENCE)
    else:
        s.accounts.append(account)
        s.emit(AccountAdded(account))


def add_session(s: NaiveState, c: AddSession) -> None:
    if c.session in s.firm_of:
        if s.firm_of[c.session] != c.firm:
            refuse(s, R.ALREADY_EXISTS)
    elif c.firm not in s.firms:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not is_name(c.session, 64):
        refuse(s, R.MALFORMED_REFERENCE)
    else:
        s.firm_of[c.session] = c.firm
        s.message_sequences[c.session] = 0
        s.emit(SessionAdded(Session(c.session, c.firm)))


def set_instrument_rules(s: NaiveState, c: SetInstrumentRules) -> None:
    if c.symbol not in s.markets:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif not are_valid(c.rules):
        refuse(s, R.INVALID_RULES)
    elif s.markets[c.symbol].rules != c.rules:
        market = s.markets[c.symbol]
        if breaker(c.rules) != breaker(market.rules):
            # A new breaker has seen the last trade only.
            market.watched = market.trades[-1:]
        market.rules = c.rules
        market.top = dict.fromkeys(market.top)
        s.emit(InstrumentRulesSet(c.symbol, c.rules))


def breaker(rules: InstrumentRules) -> tuple[int, int]:
    return rules.breaker_basis_points, rules.breaker_window_ns


def set_self_trade_mode(s: NaiveState, c: SetSelfTradeMode) -> None:
    if c.firm not in s.firms:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif s.modes.get(c.firm) is not c.mode:
        s.modes.pop(c.firm, None)
        if c.mode is not None:
            s.modes[c.firm] = c.mode
        s.emit(SelfTradeModeSet(c.firm, c.mode))


def set_session_rules(s: NaiveState, c: SetSessionRules) -> None:
    rules = (c.cancel_on_disconnect, c.keep_good_till)
    if c.session not in s.firm_of:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif s.session_rules.get(c.session, (False, False)) != rules:
        s.session_rules[c.session] = rules
        s.emit(SessionRulesSet(c.session, *rules))


def are_valid(rules: InstrumentRules) -> bool:
    allocation = rules.allocation
    numbers = [
        allocation.top_minimum, allocation.top_maximum, allocation.fifo_percent, allocation.pro_rata_minimum,
        rules.protection_ticks, rules.reference_price, rules.band_basis_points, rules.breaker_basis_points,
        rules.breaker_window_ns, rules.halt_ns,
    ]  # fmt: skip
    if min(numbers) < 0 or rules.band_basis_points >= 10_000 or rules.breaker_basis_points >= 10_000:
        return False
    if rules.breaker_basis_points and (rules.breaker_window_ns == 0 or rules.halt_ns == 0):
        return False
    try:
        # Every number has to make sense, whether the algorithm looks at it or not.
        configurable(allocation)
    except ValueError:
        return False
    return True


def configurable(rule: AllocationRule) -> Allocation:
    makers = tuple((maker.account, maker.percent) for maker in rule.lead_market_makers)
    return ConfigurableAllocation(
        top_minimum=max(1, rule.top_minimum), top_maximum=rule.top_maximum or None, lead_market_makers=makers,
        fifo_percent=rule.fifo_percent, pro_rata_minimum=rule.pro_rata_minimum, leveling=rule.leveling,
    )  # fmt: skip


def allocation_of(rule: AllocationRule) -> Allocation:
    if rule.algorithm is Algorithm.FIFO:
        return FifoAllocation()
    if rule.algorithm is Algorithm.PRO_RATA:
        return ProRataAllocation(pro_rata_minimum=rule.pro_rata_minimum or 1)
    if rule.algorithm is Algorithm.TOP_PRO_RATA:
        return TopProRataAllocation(
            top_minimum=max(1, rule.top_minimum), top_maximum=rule.top_maximum or None,
            pro_rata_minimum=rule.pro_rata_minimum or 2,
        )  # fmt: skip
    return configurable(rule)
