"""The state of the money as one value, and back; part of the engine's snapshot. What is nothing is left out."""

from typing import NamedTuple

from msgspec import Struct

from venue.domain.enums import LimitScope
from venue.domain.funds import FeeRates, RiskLimits
from venue.domain.funds_commands import FundsCommand
from venue.domain.money import Amount
from venue.engine.directory import Directory
from venue.engine.funds_desk import FundsDesk
from venue.engine.known_transfers import KnownTransfer
from venue.engine.treasury import Treasury
from venue.engine.used_ids import UsedIds
from venue.ledger import Funds
from venue.risk import LimitLevel


class Money(NamedTuple):
    """What it lies in."""

    directory: Directory
    treasury: Treasury
    desk: FundsDesk


class FundsState(Struct, frozen=True, array_like=True):
    account: str
    asset: str
    available: Amount
    held: Amount
    pending: Amount


class VenueFundsState(Struct, frozen=True, array_like=True):
    asset: str
    fees: Amount
    suspense: Amount
    settlement: Amount
    custody: Amount


class TradedState(Struct, frozen=True, array_like=True):
    """Of an account in an instrument, lots; as in risk.Exposure."""

    symbol: str
    account: str
    traded: int
    position: int


class LimitState(Struct, frozen=True, array_like=True):
    scope: LimitScope
    name: str
    symbol: str
    limits: RiskLimits
    full_at: int


class TransferState(Struct, frozen=True, array_like=True):
    command: FundsCommand
    sequence: int
    under_way: bool
    account: str
    is_undone: bool


class MoneyState(Struct, frozen=True, array_like=True):
    """tiers: of firms. fees: (tier, symbol, rates). transfers: those done, oldest first, then those under way."""

    is_open: bool
    funds: tuple[FundsState, ...]
    venue: tuple[VenueFundsState, ...]
    traded: tuple[TradedState, ...]
    tiers: tuple[tuple[str, str], ...]
    fees: tuple[tuple[str, str, FeeRates], ...]
    limits: tuple[LimitState, ...]
    suspended: tuple[str, ...]
    transfers: tuple[TransferState, ...]
    used_ids: bytes
    blocked: bool


def capture_money(money: Money) -> MoneyState:
    directory, treasury, desk = money
    return MoneyState(
        treasury.ledger.is_open,
        tuple(
            _funds_state(treasury.ledger.funds[name][asset])
            for name in sorted(treasury.ledger.funds)
            for asset in sorted(treasury.ledger.funds[name])
            if _is_something(treasury.ledger.funds[name][asset])
        ),
        _venue_states(treasury),
        tuple(
            TradedState(symbol, account, stake.traded, stake.position)
            for symbol, market in directory.markets.items()
            for account, stake in sorted(market.stakes.items())
            if stake.traded or stake.position
        ),
        tuple((firm.name, firm.tier) for firm in directory.firms.values() if firm.tier),
        tuple((tier, symbol, rates) for (tier, symbol), rates in sorted(treasury.stakes.rates.items())),
        tuple(LimitState(*key, level.limits, level.full_at) for key, level in sorted(treasury.stakes.levels.items())),
        tuple(sorted(directory.suspended)),
        _transfer_states(desk),
        desk.known.used.dump(),
        desk.blocked,
    )


def reinstate_money(state: MoneyState, money: Money) -> None:
    """Before any order is."""
    directory, treasury, desk = money
    treasury.ledger.is_open = state.is_open
    for row in state.funds:
        funds = treasury.ledger.funds_of(row.account, row.asset)
        funds.available.balance, funds.held.balance, funds.pending.balance = row.available, row.held, row.pending
    for of_venue in state.venue:
        venue = treasury.ledger.venue_of(of_venue.asset)
        venue.fees.balance, venue.suspense.balance = of_venue.fees, of_venue.suspense
        venue.settlement.balance, venue.custody.balance = of_venue.settlement, of_venue.custody
    for firm, tier in state.tiers:
        directory.firms[firm].tier = tier
    treasury.stakes.rates.update({(tier, symbol): rates for tier, symbol, rates in state.fees})
    treasury.stakes.levels.update(
        {(row.scope, row.name, row.symbol): LimitLevel(row.limits, row.full_at) for row in state.limits}
    )
    directory.suspended.update(dict.fromkeys(state.suspended))
    for traded in state.traded:
        stake = treasury.stakes.of(directory.markets[traded.symbol], traded.account)
        stake.traded, stake.position = traded.traded, traded.position
    _reinstate_transfers(state, desk)
    desk.blocked = state.blocked


def _funds_state(funds: Funds) -> FundsState:
    amounts = (funds.available.balance, funds.held.balance, funds.pending.balance)
    return FundsState(funds.owner, funds.asset, *map(Amount, amounts))


def _is_something(funds: Funds) -> bool:
    return funds.available.balance != 0 or funds.held.balance != 0 or funds.pending.balance != 0


def _venue_states(treasury: Treasury) -> tuple[VenueFundsState, ...]:
    states = []
    for asset, venue in sorted(treasury.ledger.venue.items()):
        balances = [account.balance for account in (venue.fees, venue.suspense, venue.settlement, venue.custody)]
        if any(balances):
            states.append(VenueFundsState(asset, *map(Amount, balances)))
    return tuple(states)


def _transfer_states(desk: FundsDesk) -> tuple[TransferState, ...]:
    known = desk.known
    under_way = [transfer_id for transfer_id, transfer in known.by_id.items() if transfer.under_way]
    under_way.sort(key=lambda transfer_id: known.by_id[transfer_id].sequence)
    return tuple(_transfer_state(known.by_id[transfer_id]) for transfer_id in (*known.done, *under_way))


def _transfer_state(known: KnownTransfer) -> TransferState:
    return TransferState(known.command, known.sequence, known.under_way, known.account, known.is_undone)


def _reinstate_transfers(state: MoneyState, desk: FundsDesk) -> None:
    known = desk.known
    known.used = UsedIds.load(state.used_ids)
    for row in state.transfers:
        transfer_id: str = getattr(row.command, "transfer_id")  # noqa: B009 - of the union, those that are here have it
        known.by_id[transfer_id] = KnownTransfer(row.command, row.sequence, row.under_way, row.account, row.is_undone)
        if not row.under_way:
            known.done.append(transfer_id)
