"""Commands that move funds: credits, withdrawals, transfers between a firm's accounts. Each is done once."""

from collections.abc import Callable
from typing import Any

from venue.domain.events import Event
from venue.domain.funds import Leg
from venue.domain.funds_commands import (
    AssignCredit,
    BlockWithdrawals,
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
    WithdrawalsBlocked,
    WithdrawalSettled,
)
from venue.domain.limits import (
    MAX_AMOUNT,
    MAX_DESTINATION_LENGTH,
    MAX_LEGS_PER_TRANSFER,
    MAX_REASON_LENGTH,
    MAX_TRANSFER_ID_LENGTH,
)
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.engine.directory import Directory, is_name, rejected
from venue.engine.known_transfers import KnownTransfer, KnownTransfers, content_of
from venue.engine.treasury import Treasury
from venue.ledger.posting import post_funds

# What a request comes to: why it is refused, or its event.
Outcome = RejectReason | Event


class FundsDesk:
    """blocked: no withdrawal is requested or settled."""

    __slots__ = ("_directory", "_treasury", "blocked", "known")

    def __init__(self, directory: Directory, treasury: Treasury) -> None:
        self._directory = directory
        self._treasury = treasury
        self.known = KnownTransfers()
        self.blocked = False

    def credit(self, command: CreditAccount, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._credit)

    def assign(self, command: AssignCredit, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._assign)

    def reverse(self, command: ReverseCredit, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._reverse)

    def request(self, command: RequestWithdrawal, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._request)

    def settle(self, command: SettleWithdrawal, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._settle)

    def release(self, command: ReleaseWithdrawal, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._release)

    def transfer(self, command: TransferFunds, sequence: int) -> list[Event]:
        return self._once(command, sequence, self._transfer)

    def block(self, command: BlockWithdrawals, sequence: int) -> list[Event]:
        if not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        if command.blocked is self.blocked:
            return []
        self.blocked = command.blocked
        return [WithdrawalsBlocked(command.blocked, command.operator, command.reason)]

    def _once(self, command: Any, sequence: int, do: Callable[[Any], Outcome]) -> list[Event]:
        """Any: a command with a transfer_id, which do takes."""
        if not self._treasury.ledger.is_open:
            return rejected(RejectReason.LEDGER_NOT_OPEN)
        transfer_id: str = command.transfer_id
        if not is_name(transfer_id, MAX_TRANSFER_ID_LENGTH):
            return rejected(RejectReason.MALFORMED_TRANSFER_ID)
        known = self.known.by_id.get(transfer_id)
        if known is not None and known.command == content_of(command):
            return [TransferFound(transfer_id, known.sequence)]
        if known is not None or self.known.used.contains(transfer_id):
            return rejected(RejectReason.TRANSFER_ID_REUSED)
        if not is_text(command.reason, MAX_REASON_LENGTH):
            return rejected(RejectReason.MALFORMED_REFERENCE)
        outcome = do(command)
        if isinstance(outcome, RejectReason):
            return rejected(outcome)
        self._remember(command, sequence)
        post_funds(self._treasury.ledger, outcome)
        return [outcome]

    def _remember(self, command: Any, sequence: int) -> None:
        """Any: as in _once."""
        if isinstance(command, CreditAccount):
            self.known.add(command, sequence, under_way=not command.account, account=command.account)
        else:
            self.known.add(command, sequence, under_way=isinstance(command, RequestWithdrawal))

    def _credit(self, command: CreditAccount) -> Outcome:
        directory, amount = self._directory, command.amount
        if command.asset not in directory.assets or (command.account and command.account not in directory.accounts):
            return RejectReason.UNKNOWN_REFERENCE
        if not 0 < amount <= MAX_AMOUNT:
            return RejectReason.INVALID_AMOUNT
        if amount - self._treasury.ledger.venue_of(command.asset).custody.balance > MAX_AMOUNT:
            return RejectReason.BALANCE_TOO_LARGE
        effective_at = command.effective_at or command.at
        return BalanceCredited(command.transfer_id, command.account, command.asset, amount, effective_at)

    def _assign(self, command: AssignCredit) -> Outcome:
        credit = self._credit_of(command.credit_id)
        if credit is None:
            return RejectReason.UNKNOWN_TRANSFER
        if command.account not in self._directory.accounts:
            return RejectReason.UNKNOWN_REFERENCE
        if not credit.under_way:
            return RejectReason.ALREADY_DONE
        credit.account = command.account
        self.known.finish(command.credit_id)
        first: CreditAccount = credit.command
        return CreditAssigned(command.transfer_id, command.credit_id, command.account, first.asset, first.amount)

    def _reverse(self, command: ReverseCredit) -> Outcome:
        credit = self._credit_of(command.credit_id)
        if credit is None:
            return RejectReason.UNKNOWN_TRANSFER
        if credit.is_undone:
            return RejectReason.ALREADY_DONE
        first: CreditAccount = credit.command
        account = credit.account
        if account and first.amount > self._available(account, first.asset):
            return RejectReason.INSUFFICIENT_BALANCE
        credit.is_undone = True
        if credit.under_way:
            self.known.finish(command.credit_id)
        return CreditReversed(command.transfer_id, command.credit_id, account, first.asset, first.amount)

    def _request(self, command: RequestWithdrawal) -> Outcome:
        account = command.account
        if command.asset not in self._directory.assets:
            return RejectReason.UNKNOWN_REFERENCE
        if not self._is_of(account, command.firm):
            return RejectReason.UNKNOWN_ACCOUNT
        if account in self._directory.suspended:
            return RejectReason.ACCOUNT_SUSPENDED
        if not is_text(command.destination, MAX_DESTINATION_LENGTH):
            return RejectReason.MALFORMED_REFERENCE
        if not 0 < command.amount <= MAX_AMOUNT:
            return RejectReason.INVALID_AMOUNT
        if self.blocked:
            return RejectReason.WITHDRAWALS_BLOCKED
        if command.amount > self._available(account, command.asset):
            return RejectReason.INSUFFICIENT_BALANCE
        return WithdrawalRequested(command.transfer_id, account, command.asset, command.amount, command.destination)

    def _settle(self, command: SettleWithdrawal) -> Outcome:
        withdrawal = self._withdrawal_of(command.withdrawal_id, "")
        if withdrawal is None:
            return RejectReason.UNKNOWN_TRANSFER
        if not withdrawal.under_way:
            return RejectReason.ALREADY_DONE
        first: RequestWithdrawal = withdrawal.command
        amount = command.amount or first.amount
        if amount < 0:
            return RejectReason.INVALID_AMOUNT
        if amount > first.amount:
            return RejectReason.AMOUNT_ABOVE_PENDING
        if self.blocked:
            return RejectReason.WITHDRAWALS_BLOCKED
        self.known.finish(command.withdrawal_id)
        released = Amount(first.amount - amount)
        return WithdrawalSettled(
            command.transfer_id, command.withdrawal_id, first.account, first.asset, amount, released
        )

    def _release(self, command: ReleaseWithdrawal) -> Outcome:
        withdrawal = self._withdrawal_of(command.withdrawal_id, command.firm)
        if withdrawal is None:
            return RejectReason.UNKNOWN_TRANSFER
        if not withdrawal.under_way:
            return RejectReason.ALREADY_DONE
        first: RequestWithdrawal = withdrawal.command
        self.known.finish(command.withdrawal_id)
        return WithdrawalReleased(command.transfer_id, command.withdrawal_id, first.account, first.asset, first.amount)

    def _transfer(self, command: TransferFunds) -> Outcome:
        if not 0 < len(command.legs) <= MAX_LEGS_PER_TRANSFER:
            return RejectReason.INVALID_AMOUNT
        # What the legs before would leave available, by account and asset.
        after: dict[tuple[str, str], int] = {}
        for leg in command.legs:
            reason = self._leg_refusal(leg, command.firm, after)
            if reason is not None:
                return reason
        return FundsTransferred(command.transfer_id, command.legs)

    def _leg_refusal(self, leg: Leg, firm: str, after: dict[tuple[str, str], int]) -> RejectReason | None:
        accounts, debit, credit = self._directory.accounts, leg.debit_account, leg.credit_account
        if leg.asset not in self._directory.assets:
            return RejectReason.UNKNOWN_REFERENCE
        if not self._is_of(debit, firm) or not self._is_of(credit, accounts[debit].firm):
            return RejectReason.UNKNOWN_ACCOUNT
        if debit == credit:
            return RejectReason.SAME_ACCOUNT
        if debit in self._directory.suspended:
            return RejectReason.ACCOUNT_SUSPENDED
        if not 0 < leg.amount <= MAX_AMOUNT:
            return RejectReason.INVALID_AMOUNT
        for name in (debit, credit):
            after.setdefault((name, leg.asset), self._available(name, leg.asset))
        if leg.amount > after[debit, leg.asset]:
            return RejectReason.INSUFFICIENT_BALANCE
        after[debit, leg.asset] -= leg.amount
        after[credit, leg.asset] += leg.amount
        return None

    def _credit_of(self, transfer_id: str) -> KnownTransfer | None:
        known = self.known.by_id.get(transfer_id)
        return known if known is not None and isinstance(known.command, CreditAccount) else None

    def _withdrawal_of(self, transfer_id: str, firm: str) -> KnownTransfer | None:
        """firm: whose it must be; "": anybody's."""
        known = self.known.by_id.get(transfer_id)
        if known is None or not isinstance(known.command, RequestWithdrawal):
            return None
        return known if self._is_of(known.command.account, firm) else None

    def _is_of(self, account: str, firm: str) -> bool:
        """Whether there is such an account, of that firm; "": of any."""
        known = self._directory.accounts.get(account)
        return known is not None and (not firm or known.firm == firm)

    def _available(self, account: str, asset: str) -> int:
        return self._treasury.ledger.funds_of(account, asset).available.balance


def is_text(text: str, longest: int) -> bool:
    """Of people, for people; may be empty."""
    return len(text) <= longest and text.isprintable()
