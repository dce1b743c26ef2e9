"""What is answered: shapes of JSON, and how they are made of the model's. Every number of the market is decimal text.

The OpenAPI document takes its schemas from here. order_id: OrderID(37) of FIX. Times: RFC 3339, UTC, to the nanosecond.
"""

from datetime import UTC, datetime
from typing import Annotated, Final, Generic, TypeVar

from msgspec import Meta, Struct

from venue.domain.enums import OrderStatus, OrderType, Phase, Side, TimeInForce
from venue.domain.events import OrderState
from venue.domain.money import format_decimal
from venue.domain.reference import Account, Asset, Instrument
from venue.domain.terms import NO_TERMS

Decimal = Annotated[str, Meta(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="Exact decimal text", examples=["1.25"])]
Position = Annotated[int, Meta(ge=0, description="The journal position that the answer reflects")]
Time = Annotated[str, Meta(description="RFC 3339, UTC", examples=["2026-01-05T09:30:00.000000001Z"])]

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """next_cursor: gives the page after this one; null on the last."""

    position: Position
    items: list[T]
    next_cursor: str | None = None


class One(Struct, Generic[T], frozen=True):
    """Of a change, position is its own in the journal."""

    position: Position
    item: T


class InstrumentView(Struct, frozen=True):
    symbol: str
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    phase: str


class AccountView(Struct, frozen=True):
    account: str
    firm: str
    suspended: bool


class BalanceView(Struct, frozen=True):
    """held: by open orders; pending: in withdrawals under way; total: all three."""

    account: str
    asset: str
    available: Decimal
    held: Decimal
    pending: Decimal
    total: Decimal


class WalletView(Struct, frozen=True):
    """Of one asset, over the accounts; as BalanceView."""

    asset: str
    available: Decimal
    held: Decimal
    pending: Decimal
    total: Decimal
    accounts: list[BalanceView]


class OrderView(Struct, frozen=True):
    """executed_amount: what was paid or got so far, in quote, before fees. waiting: a stop whose price was not reached
    yet; null: the order is closed. reason: why it ended or was refused; "" for none.
    """

    order_id: str
    client_order_id: str
    session: str
    account: str
    symbol: str
    side: str
    type: str
    time_in_force: str
    status: str
    quantity: Decimal
    executed_quantity: Decimal
    leaves_quantity: Decimal
    executed_amount: Decimal
    price: Decimal | None = None
    stop_price: Decimal | None = None
    waiting: bool | None = None
    reason: str = ""
    expires_at: Time | None = None
    placed_at: Time | None = None
    updated_at: Time | None = None


class ExecutionView(Struct, frozen=True):
    """One side of one match. execution_id: ExecID(17) of FIX. amount, fee: of the quote asset; a fee below zero is a
    rebate."""

    execution_id: str
    match_id: str
    at: Time | None
    order_id: str
    client_order_id: str
    account: str
    symbol: str
    side: str
    price: Decimal
    quantity: Decimal
    amount: Decimal
    fee: Decimal
    fee_asset: str
    liquidity: str


class TransferView(Struct, frozen=True):
    """One row of the double-entry ledger: amount left the debited account for the credited one. Accounts that are not
    the firm's are null. order_id, transfer_id: what it was for."""

    transfer: str
    at: Time | None
    kind: str
    asset: str
    amount: Decimal
    debit_account: str | None
    debit_bucket: str | None
    credit_account: str | None
    credit_bucket: str | None
    order_id: str | None
    transfer_id: str | None


class DepositView(Struct, frozen=True):
    """account null: its owner is not known yet. state: credited, unassigned, reversed."""

    deposit_id: str
    account: str | None
    asset: str
    amount: Decimal
    state: str
    effective_at: Time | None = None
    recorded_at: Time | None = None


class WithdrawalView(Struct, frozen=True):
    """state: pending; settled: so much of amount left the venue; released: none did."""

    withdrawal_id: str
    account: str
    asset: str
    amount: Decimal
    settled: Decimal
    destination: str
    state: str
    requested_at: Time | None = None


class DoneView(Struct, frozen=True):
    """A change of funds that was made, by its own id."""

    transfer_id: str


class HealthView(Struct, frozen=True):
    """engine, history: "here" or "away". withdrawals: "possible", or "blocked" by an operator or by reconciliation."""

    status: str
    position: Position
    engine: str
    history: str
    withdrawals: str


# As the read models name them too.
SIDES: Final = {member: member.name.lower() for member in Side}
TYPES: Final = {member: member.name.lower() for member in OrderType}
TIMES_IN_FORCE: Final = {member: member.name.lower() for member in TimeInForce}
STATUSES: Final = {member: member.name.lower() for member in OrderStatus}
PHASES: Final = {member: member.name.lower() for member in Phase}


def instrument_view(instrument: Instrument, phase: Phase) -> InstrumentView:
    return InstrumentView(
        instrument.symbol,
        instrument.base.symbol,
        instrument.quote.symbol,
        instrument.format_price(1),
        instrument.format_quantity(1),
        PHASES[phase],
    )


def account_view(account: Account, suspended: bool) -> AccountView:
    return AccountView(account.name, account.firm, suspended)


def balance_view(account: str, asset: Asset, available: int, held: int, pending: int) -> BalanceView:
    decimals = asset.decimals
    return BalanceView(
        account,
        asset.symbol,
        format_decimal(available, decimals),
        format_decimal(held, decimals),
        format_decimal(pending, decimals),
        format_decimal(available + held + pending, decimals),
    )


def wallet_view(asset: Asset, balances: list[BalanceView], sums: tuple[int, int, int]) -> WalletView:
    """sums: available, held and pending of all of them."""
    whole = balance_view("", asset, *sums)
    return WalletView(asset.symbol, whole.available, whole.held, whole.pending, whole.total, balances)


def order_view(state: OrderState, instrument: Instrument, placed_at: int = 0, updated_at: int = 0) -> OrderView:
    """placed_at, updated_at: nanoseconds since 1970 UTC; 0: not told."""
    terms = NO_TERMS if state.special is None else state.special.terms
    return OrderView(
        order_id=str(state.order_id),
        client_order_id=state.client_order_id,
        session=state.session,
        account=state.account,
        symbol=state.symbol,
        side=SIDES[state.side],
        type=TYPES[state.order_type],
        time_in_force=TIMES_IN_FORCE[state.time_in_force],
        status=STATUSES[state.status],
        quantity=instrument.format_quantity(state.quantity),
        executed_quantity=instrument.format_quantity(state.cum_quantity),
        leaves_quantity=instrument.format_quantity(state.leaves_quantity),
        executed_amount=format_decimal(
            state.notional * instrument.tick_lot_amount,
            instrument.quote.decimals,
        ),
        price=None if state.price is None else instrument.format_price(state.price),
        stop_price=instrument.format_price(terms.stop_price) if terms.stop_price else None,
        waiting=(state.special is not None and state.special.waiting) if state.leaves_quantity else None,
        expires_at=time_text(terms.expires_at),
        placed_at=time_text(placed_at),
        updated_at=time_text(updated_at),
    )


def time_text(nanoseconds: int) -> str | None:
    """Of nanoseconds since 1970 UTC; None for 0."""
    if not nanoseconds:
        return None
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
