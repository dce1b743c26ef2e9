"""Events about money: what the commands of ``funds_commands`` did. As in ``events``; a reader needs nothing else.

What orders hold, pay and release is told by the events of orders.
"""

from msgspec import Struct

from venue.domain.enums import AccountState, LimitScope
from venue.domain.funds import FeeRates, Leg, RiskLimits
from venue.domain.money import Amount


class LedgerOpened(Struct, frozen=True, array_like=True, gc=False, tag=40):
    pass


class FeesSet(Struct, frozen=True, array_like=True, gc=False, tag=41):
    tier: str
    symbol: str
    rates: FeeRates


class FirmTierSet(Struct, frozen=True, array_like=True, gc=False, tag=42):
    firm: str
    tier: str


class LimitsSet(Struct, frozen=True, array_like=True, gc=False, tag=43):
    scope: LimitScope
    name: str
    symbol: str
    limits: RiskLimits


class AccountStateSet(Struct, frozen=True, array_like=True, gc=False, tag=44):
    account: str
    state: AccountState


class BalanceCredited(Struct, frozen=True, array_like=True, gc=False, tag=45):
    """account "": to the venue's suspense account. effective_at: never 0."""

    transfer_id: str
    account: str
    asset: str
    amount: Amount
    effective_at: int


class CreditAssigned(Struct, frozen=True, array_like=True, gc=False, tag=46):
    transfer_id: str
    credit_id: str
    account: str
    asset: str
    amount: Amount


class CreditReversed(Struct, frozen=True, array_like=True, gc=False, tag=47):
    """account: from which it is taken, "" for the suspense account."""

    transfer_id: str
    credit_id: str
    account: str
    asset: str
    amount: Amount


class WithdrawalRequested(Struct, frozen=True, array_like=True, gc=False, tag=48):
    transfer_id: str
    account: str
    asset: str
    amount: Amount
    destination: str


class WithdrawalSettled(Struct, frozen=True, array_like=True, gc=False, tag=49):
    """amount left the venue, released is available again; together what was pending."""

    transfer_id: str
    withdrawal_id: str
    account: str
    asset: str
    amount: Amount
    released: Amount


class WithdrawalReleased(Struct, frozen=True, array_like=True, gc=False, tag=50):
    transfer_id: str
    withdrawal_id: str
    account: str
    asset: str
    amount: Amount


class FundsTransferred(Struct, frozen=True, array_like=True, gc=False, tag=51):
    transfer_id: str
    legs: tuple[Leg, ...]


class WithdrawalsBlocked(Struct, frozen=True, array_like=True, gc=False, tag=52):
    blocked: bool
    operator: str
    reason: str


class TransferFound(Struct, frozen=True, array_like=True, gc=False, tag=53):
    """The same request was served before, by the record of that sequence; nothing is done again."""

    transfer_id: str
    sequence: int


FundsEvent = (
    LedgerOpened
    | FeesSet
    | FirmTierSet
    | LimitsSet
    | AccountStateSet
    | BalanceCredited
    | CreditAssigned
    | CreditReversed
    | WithdrawalRequested
    | WithdrawalSettled
    | WithdrawalReleased
    | FundsTransferred
    | WithdrawalsBlocked
    | TransferFound
)
