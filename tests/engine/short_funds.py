"""Commands about money in short form, and their events as one line of text each; and balances as text."""

from collections.abc import Iterable, Mapping

from tests.engine.trading import SYMBOL
from venue.domain import events as e
from venue.domain import funds_commands as f
from venue.domain import funds_events as fe
from venue.domain.enums import AccountState, Bucket, LimitScope
from venue.domain.funds import FeeRates, Leg, RiskLimits
from venue.domain.money import Amount

INSTRUMENT, FIRM, ACCOUNT = LimitScope.INSTRUMENT, LimitScope.FIRM, LimitScope.ACCOUNT
Balances = Mapping[tuple[str, Bucket, str], int]

OPEN = f.OpenLedger(2, "op")


def fees(maker: int, taker: int, tier: str = "", symbol: str = SYMBOL) -> f.SetFees:
    return f.SetFees(2, "op", tier, symbol, FeeRates(maker, taker))


def tier(firm: str, name: str) -> f.SetFirmTier:
    return f.SetFirmTier(2, "op", firm, name)


def limits(scope: LimitScope, name: str, symbol: str = "", **numbers: int) -> f.SetLimits:
    return f.SetLimits(2, "op", scope, name, symbol, RiskLimits(**numbers))


def suspend(account: str) -> f.SetAccountState:
    return f.SetAccountState(2, "op", account, AccountState.SUSPENDED)


def activate(account: str) -> f.SetAccountState:
    return f.SetAccountState(2, "op", account, AccountState.ACTIVE)


def credit(name: str, account: str, asset: str, amount: int, **rest: object) -> f.CreditAccount:
    return f.CreditAccount(2, "op", name, account, asset, Amount(amount), **rest)


def assign(name: str, of: str, account: str) -> f.AssignCredit:
    return f.AssignCredit(2, "op", name, of, account)


def reverse(name: str, of: str) -> f.ReverseCredit:
    return f.ReverseCredit(2, "op", name, of)


def withdraw(
    name: str, account: str, asset: str, amount: int, to: str = "bank", firm: str = "", **rest: object
) -> f.RequestWithdrawal:
    return f.RequestWithdrawal(2, "op", name, account, asset, Amount(amount), to, firm=firm, **rest)


def settle(name: str, of: str, amount: int = 0) -> f.SettleWithdrawal:
    return f.SettleWithdrawal(2, "op", name, of, Amount(amount))


def free(name: str, of: str, firm: str = "") -> f.ReleaseWithdrawal:
    return f.ReleaseWithdrawal(2, "op", name, of, firm=firm)


def move(name: str, *legs: tuple[str, str, str, int], firm: str = "") -> f.TransferFunds:
    """legs: from, to, asset, amount."""
    return f.TransferFunds(2, "op", name, tuple(Leg(*leg[:3], Amount(leg[3])) for leg in legs), firm=firm)


def block(blocked: bool = True, reason: str = "") -> f.BlockWithdrawals:
    return f.BlockWithdrawals(2, "op", blocked, reason)


def funded(account: str, **amounts: int) -> list[f.CreditAccount]:
    """Names of the credits follow from what they are for."""
    return [credit(f"{account}-{asset}", account, asset, amount) for asset, amount in amounts.items()]


# -- events as text


def line(event: e.Event) -> str:
    match event:
        case fe.LedgerOpened():
            return "opened"
        case fe.FeesSet():
            return f"fees {event.tier or '-'} {event.symbol} {event.rates.maker}/{event.rates.taker}"
        case fe.FirmTierSet():
            return f"tier {event.firm} {event.tier or '-'}"
        case fe.LimitsSet():
            fields = [(name, getattr(event.limits, name)) for name in RiskLimits.__struct_fields__]
            numbers = "".join(f" {name}={value}" for name, value in fields if value)
            return f"limits {event.scope.name} {event.name} {event.symbol or '-'}{numbers}"
        case fe.AccountStateSet():
            return f"account {event.account} {event.state.name}"
        case fe.BalanceCredited():
            return f"credited {event.transfer_id} {_amount(event)} at {event.effective_at}"
        case fe.CreditAssigned():
            return f"assigned {event.transfer_id} of {event.credit_id} {_amount(event)}"
        case fe.CreditReversed():
            return f"reversed {event.transfer_id} of {event.credit_id} {_amount(event)}"
        case fe.WithdrawalRequested():
            return f"requested {event.transfer_id} {_amount(event)} to {event.destination}"
        case fe.WithdrawalSettled():
            text = f"settled {event.transfer_id} of {event.withdrawal_id} {_amount(event)}"
            return f"{text} frees {event.released}" if event.released else text
        case fe.WithdrawalReleased():
            return f"freed {event.transfer_id} of {event.withdrawal_id} {_amount(event)}"
        case fe.FundsTransferred():
            legs = [f"{leg.debit_account}>{leg.credit_account} {leg.asset} {leg.amount}" for leg in event.legs]
            return f"moved {event.transfer_id} {', '.join(legs)}"
        case fe.WithdrawalsBlocked():
            reason = f' "{event.reason}"' if event.reason else ""
            return f"withdrawals {'blocked' if event.blocked else 'possible'} {event.operator}{reason}"
        case fe.TransferFound():
            return f"found {event.transfer_id} {event.sequence}"
    raise AssertionError(f"no short form of {event}")


def _amount(event: fe.BalanceCredited | fe.CreditAssigned | fe.CreditReversed | fe.WithdrawalReleased) -> str:
    return f"{event.account or '-'} {event.asset} {event.amount}"


# -- balances as text


def changes(before: Balances, after: Balances) -> Iterable[str]:
    """A line for each account and asset with a balance that is another now: `acc-a USD available -505 held +5`."""
    owners = dict.fromkeys((owner, asset) for owner, _, asset in [*before, *after])
    for owner, asset in sorted(owners, key=lambda key: (key[0] == "", key)):
        text = ""
        for bucket in Bucket:
            difference = after.get((owner, bucket, asset), 0) - before.get((owner, bucket, asset), 0)
            text += f" {bucket.value} {difference:+}" if difference else ""
        if text:
            yield f"{owner or 'venue'} {asset}{text}"
