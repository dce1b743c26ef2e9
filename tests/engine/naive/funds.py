"""Credits, withdrawals and transfers: each asked for under an id, done once."""

from msgspec.structs import replace as with_fields

from tests.engine.naive.reference import is_name, refuse
from tests.engine.naive.settings import MAX_AMOUNT, is_text
from tests.engine.naive.state import NaiveCredit, NaiveState, NaiveWithdrawal
from venue.domain.enums import Bucket
from venue.domain.funds import Leg
from venue.domain.funds_commands import (
    AssignCredit,
    CreditAccount,
    ReleaseWithdrawal,
    RequestWithdrawal,
    ReverseCredit,
    SettleWithdrawal,
    TransferFunds,
)
from venue.domain.funds_events import (
    BalanceCredited,
    CreditAssigned,
    CreditReversed,
    FundsTransferred,
    TransferFound,
    WithdrawalReleased,
    WithdrawalRequested,
    WithdrawalSettled,
)
from venue.domain.reject_reason import RejectReason as R

AVAILABLE, PENDING = Bucket.AVAILABLE, Bucket.PENDING
CUSTODY, SUSPENSE = ("", Bucket.CUSTODY), ("", Bucket.SUSPENSE)
MovesFunds = (
    CreditAccount
    | AssignCredit
    | ReverseCredit
    | RequestWithdrawal
    | SettleWithdrawal
    | ReleaseWithdrawal
    | TransferFunds
)


def move_funds(s: NaiveState, c: MovesFunds) -> None:
    content = with_fields(c, at=0, operator="", reason="")
    known = s.transfers.get(c.transfer_id)
    reason = None
    if not s.ledger_open:
        reason = R.LEDGER_NOT_OPEN
    elif not is_name(c.transfer_id, 64):
        reason = R.MALFORMED_TRANSFER_ID
    elif known is not None and is_held(s, c.transfer_id) and known[0] == content:
        s.emit(TransferFound(c.transfer_id, known[1]))
        return
    elif known is not None:
        reason = R.TRANSFER_ID_REUSED
    elif not is_text(c.reason, 200):
        reason = R.MALFORMED_REFERENCE
    else:
        reason = HANDLERS[type(c)](s, c)
    if reason is not None:
        refuse(s, reason)
    else:
        s.transfers[c.transfer_id] = (content, s.sequence)
        if not isinstance(c, RequestWithdrawal) and not (isinstance(c, CreditAccount) and c.account == ""):
            s.done.append(c.transfer_id)


def is_held(s: NaiveState, transfer_id: str) -> bool:
    """Whether its content is still known: it is under way, or one of the last that were done."""
    return transfer_id not in s.done[: -s.max_transfers]


def find_credit(s: NaiveState, credit_id: str) -> NaiveCredit | None:
    return next((c for c in s.credits if c.transfer_id == credit_id and is_held(s, credit_id)), None)


def find_withdrawal(s: NaiveState, withdrawal_id: str) -> NaiveWithdrawal | None:
    return next((w for w in s.withdrawals if w.transfer_id == withdrawal_id and is_held(s, withdrawal_id)), None)


def firm_of(s: NaiveState, name: str) -> str | None:
    """None: no such account."""
    return next((account.firm for account in s.accounts if account.name == name), None)


def is_theirs(s: NaiveState, name: str, firm: str) -> bool:
    """Whether there is such an account, of that firm or of any."""
    return firm_of(s, name) is not None and firm in ("", firm_of(s, name))


def is_amount(amount: int) -> bool:
    return 0 < amount <= MAX_AMOUNT


# -- deposits


def credit(s: NaiveState, c: CreditAccount) -> R | None:
    if c.asset not in s.assets or (c.account and firm_of(s, c.account) is None):
        return R.UNKNOWN_REFERENCE
    if not is_amount(c.amount):
        return R.INVALID_AMOUNT
    if -s.balance(*CUSTODY, c.asset) + c.amount > MAX_AMOUNT:
        return R.BALANCE_TOO_LARGE
    s.credits.append(NaiveCredit(c.transfer_id, c.account, c.asset, c.amount))
    s.move(c.asset, c.amount, CUSTODY, owner(c.account))
    s.emit(BalanceCredited(c.transfer_id, c.account, c.asset, c.amount, c.effective_at or c.at))
    return None


def assign(s: NaiveState, c: AssignCredit) -> R | None:
    known = find_credit(s, c.credit_id)
    if known is None:
        return R.UNKNOWN_TRANSFER
    if firm_of(s, c.account) is None:
        return R.UNKNOWN_REFERENCE
    if known.account or known.reversed:
        return R.ALREADY_DONE
    known.account = c.account
    s.done.append(c.credit_id)
    s.move(known.asset, known.amount, SUSPENSE, (c.account, AVAILABLE))
    s.emit(CreditAssigned(c.transfer_id, c.credit_id, c.account, known.asset, known.amount))
    return None


def reverse(s: NaiveState, c: ReverseCredit) -> R | None:
    known = find_credit(s, c.credit_id)
    if known is None:
        return R.UNKNOWN_TRANSFER
    if known.reversed:
        return R.ALREADY_DONE
    if s.balance(*owner(known.account), known.asset) < known.amount:
        return R.INSUFFICIENT_BALANCE
    known.reversed = True
    if not known.account:
        s.done.append(c.credit_id)
    s.move(known.asset, known.amount, owner(known.account), CUSTODY)
    s.emit(CreditReversed(c.transfer_id, c.credit_id, known.account, known.asset, known.amount))
    return None


def owner(account: str) -> tuple[str, Bucket]:
    return (account, AVAILABLE) if account else SUSPENSE


# -- withdrawals


def request(s: NaiveState, c: RequestWithdrawal) -> R | None:
    reasons = [
        (R.UNKNOWN_REFERENCE, c.asset not in s.assets),
        (R.UNKNOWN_ACCOUNT, not is_theirs(s, c.account, c.firm)),
        (R.ACCOUNT_SUSPENDED, c.account in s.suspended),
        (R.MALFORMED_REFERENCE, not is_text(c.destination, 128)),
        (R.INVALID_AMOUNT, not is_amount(c.amount)),
        (R.WITHDRAWALS_BLOCKED, s.blocked),
        (R.INSUFFICIENT_BALANCE, s.balance(c.account, AVAILABLE, c.asset) < c.amount),
    ]
    for reason, applies in reasons:
        if applies:
            return reason
    s.withdrawals.append(NaiveWithdrawal(c.transfer_id, c.account, c.asset, c.amount))
    s.move(c.asset, c.amount, (c.account, AVAILABLE), (c.account, PENDING))
    s.emit(WithdrawalRequested(c.transfer_id, c.account, c.asset, c.amount, c.destination))
    return None


def settle(s: NaiveState, c: SettleWithdrawal) -> R | None:
    known = find_withdrawal(s, c.withdrawal_id)
    if known is None:
        return R.UNKNOWN_TRANSFER
    if known.done:
        return R.ALREADY_DONE
    if c.amount < 0:
        return R.INVALID_AMOUNT
    if c.amount > known.amount:
        return R.AMOUNT_ABOVE_PENDING
    if s.blocked:
        return R.WITHDRAWALS_BLOCKED
    amount = c.amount or known.amount
    known.done = True
    s.done.append(c.withdrawal_id)
    s.move(known.asset, amount, (known.account, PENDING), CUSTODY)
    s.move(known.asset, known.amount - amount, (known.account, PENDING), (known.account, AVAILABLE))
    account, asset = known.account, known.asset
    s.emit(WithdrawalSettled(c.transfer_id, c.withdrawal_id, account, asset, amount, known.amount - amount))
    return None


def release(s: NaiveState, c: ReleaseWithdrawal) -> R | None:
    known = find_withdrawal(s, c.withdrawal_id)
    if known is None or not is_theirs(s, known.account, c.firm):
        return R.UNKNOWN_TRANSFER
    if known.done:
        return R.ALREADY_DONE
    known.done = True
    s.done.append(c.withdrawal_id)
    s.move(known.asset, known.amount, (known.account, PENDING), (known.account, AVAILABLE))
    s.emit(WithdrawalReleased(c.transfer_id, c.withdrawal_id, known.account, known.asset, known.amount))
    return None


# -- transfers


def transfer(s: NaiveState, c: TransferFunds) -> R | None:
    if not 1 <= len(c.legs) <= 100:
        return R.INVALID_AMOUNT
    before = dict(s.balances)
    for leg in c.legs:
        reason = leg_reason(s, leg, c.firm)
        if reason is not None:
            s.balances = before
            return reason
        s.move(leg.asset, leg.amount, (leg.debit_account, AVAILABLE), (leg.credit_account, AVAILABLE))
    s.emit(FundsTransferred(c.transfer_id, c.legs))
    return None


def leg_reason(s: NaiveState, leg: Leg, firm: str) -> R | None:
    debit, credit = leg.debit_account, leg.credit_account
    both_theirs = is_theirs(s, debit, firm) and is_theirs(s, credit, firm)
    reasons = [
        (R.UNKNOWN_REFERENCE, leg.asset not in s.assets),
        (R.UNKNOWN_ACCOUNT, not both_theirs or firm_of(s, debit) != firm_of(s, credit)),
        (R.SAME_ACCOUNT, debit == credit),
        (R.ACCOUNT_SUSPENDED, debit in s.suspended),
        (R.INVALID_AMOUNT, not is_amount(leg.amount)),
        (R.INSUFFICIENT_BALANCE, s.balance(debit, AVAILABLE, leg.asset) < leg.amount),
    ]
    return next((reason for reason, applies in reasons if applies), None)


HANDLERS = {
    CreditAccount: credit,
    AssignCredit: assign,
    ReverseCredit: reverse,
    RequestWithdrawal: request,
    SettleWithdrawal: settle,
    ReleaseWithdrawal: release,
    TransferFunds: transfer,
}
