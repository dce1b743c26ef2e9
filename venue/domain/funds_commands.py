"""Commands about money: the ledger's opening, funding, withdrawals, fees, limits. As in ``commands``.

transfer_id: chosen by who asks, the same for a repeat: what has it already is not done again. reason: for people.
Amounts: smallest units of the asset. firm: on whose behalf, whose accounts alone it may touch; "": the venue's own.
"""

from msgspec import Struct

from venue.domain.enums import AccountState, LimitScope
from venue.domain.funds import FeeRates, Leg, RiskLimits
from venue.domain.money import Amount


class OpenLedger(Struct, frozen=True, array_like=True, gc=False, tag=30):
    """From now on orders hold what they may cost, and trades move it. Journals from before trade without balances."""

    at: int
    operator: str
    reason: str = ""


class SetFees(Struct, frozen=True, array_like=True, gc=False, tag=31):
    """Of an instrument for a tier of firms; tier "": for all without rates of their own. For orders from now on."""

    at: int
    operator: str
    tier: str
    symbol: str
    rates: FeeRates
    reason: str = ""


class SetFirmTier(Struct, frozen=True, array_like=True, gc=False, tag=32):
    at: int
    operator: str
    firm: str
    tier: str
    reason: str = ""


class SetLimits(Struct, frozen=True, array_like=True, gc=False, tag=33):
    """In the place of those that the same scope, name and symbol had.

    INSTRUMENT: name is its symbol, symbol "": order_quantity, order_notional and collar_basis_points, for every order.
    FIRM, ACCOUNT: all of them, in one instrument; symbol "": open_orders and orders_per_second alone, in all together.
    """

    at: int
    operator: str
    scope: LimitScope
    name: str
    symbol: str
    limits: RiskLimits
    reason: str = ""


class SetAccountState(Struct, frozen=True, array_like=True, gc=False, tag=34):
    at: int
    operator: str
    account: str
    state: AccountState
    reason: str = ""


class CreditAccount(Struct, frozen=True, array_like=True, gc=False, tag=35):
    """A deposit arrived. account "": nobody knows yet for whom; see AssignCredit. effective_at: when it took effect in
    the world, nanoseconds since 1970 UTC; 0: now."""

    at: int
    operator: str
    transfer_id: str
    account: str
    asset: str
    amount: Amount
    reason: str = ""
    effective_at: int = 0


class AssignCredit(Struct, frozen=True, array_like=True, gc=False, tag=36):
    """The owner of a credit without account is known."""

    at: int
    operator: str
    transfer_id: str
    credit_id: str
    account: str
    reason: str = ""


class ReverseCredit(Struct, frozen=True, array_like=True, gc=False, tag=37):
    """The whole of a credit is taken back from where it is available."""

    at: int
    operator: str
    transfer_id: str
    credit_id: str
    reason: str = ""


class RequestWithdrawal(Struct, frozen=True, array_like=True, gc=False, tag=38):
    """The amount is pending until it is settled or released. destination: where to, for people."""

    at: int
    operator: str
    transfer_id: str
    account: str
    asset: str
    amount: Amount
    destination: str
    reason: str = ""
    firm: str = ""


class SettleWithdrawal(Struct, frozen=True, array_like=True, gc=False, tag=39):
    """The withdrawal left the venue. amount: how much of it did, 0: all; the rest is available again."""

    at: int
    operator: str
    transfer_id: str
    withdrawal_id: str
    amount: Amount = Amount(0)
    reason: str = ""


class ReleaseWithdrawal(Struct, frozen=True, array_like=True, gc=False, tag=40):
    """The withdrawal does not happen; all of it is available again."""

    at: int
    operator: str
    transfer_id: str
    withdrawal_id: str
    reason: str = ""
    firm: str = ""


class TransferFunds(Struct, frozen=True, array_like=True, gc=False, tag=41):
    """Between accounts of one firm: all legs, in their order, or none."""

    at: int
    operator: str
    transfer_id: str
    legs: tuple[Leg, ...]
    reason: str = ""
    firm: str = ""


class BlockWithdrawals(Struct, frozen=True, array_like=True, gc=False, tag=42):
    """blocked False: they are possible again. Blocked, none is requested or settled; releasing one stays possible."""

    at: int
    operator: str
    blocked: bool
    reason: str = ""


FundsCommand = (
    OpenLedger
    | SetFees
    | SetFirmTier
    | SetLimits
    | SetAccountState
    | CreditAccount
    | AssignCredit
    | ReverseCredit
    | RequestWithdrawal
    | SettleWithdrawal
    | ReleaseWithdrawal
    | TransferFunds
    | BlockWithdrawals
)
