"""The commands that move funds: credits, transfers, withdrawals. Each is done once by its id, which is made here unless
it is given; what was done before under the same id is told and not done again."""

import argparse
import uuid
from collections.abc import Callable
from typing import TypeVar

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
from venue.domain.money import Amount
from venue.domain.reference import Asset
from venue.domain.reject_reason import RejectReason
from venue.ops.books import Books, read_books
from venue.ops.command_line import Action, AddData, Commands, add_who_and_why, group, ordering, reading, table
from venue.ops.config import DataDirectory
from venue.ops.money_text import WrongMoney, format_amount, parse_amount
from venue.ops.operator import Desk, Refused

UNASSIGNED = "-"
FundsCommand = (
    CreditAccount
    | AssignCredit
    | ReverseCredit
    | RequestWithdrawal
    | SettleWithdrawal
    | ReleaseWithdrawal
    | TransferFunds
)
Done = TypeVar("Done", bound=Event)
_ALSO_METAVAR = ("FROM", "TO", "ASSET", "AMOUNT")


def add_funds_commands(commands: Commands, add_data: AddData) -> None:
    credit = _moving(
        *(commands, "credit", _credit, "put funds that arrived into an account"),
        "Puts funds that arrived at the venue into an account. Account -: whose they are is not known yet; `venue "
        "credit-assign` gives them to their owner.",
    )
    _add_money(credit, ("account", "the account, or -"))
    assign = _moving(
        *(commands, "credit-assign", _assign, "give funds without an owner to an account"),
        "Gives a credit that was made to - to its owner's account.",
    )
    assign.add_argument("credit", metavar="CREDIT", help="the id of the credit")
    assign.add_argument("account", metavar="ACCOUNT", help="the account")
    reverse = _moving(
        *(commands, "credit-reverse", _reverse, "take a credit back"),
        "Takes the whole of a credit back, from where it is available.",
    )
    reverse.add_argument("credit", metavar="CREDIT", help="the id of the credit")
    transfer = _moving(
        *(commands, "transfer", _transfer, "move funds between accounts of one firm"),
        "Moves funds from one account of a firm to another. With --also, several moves together: all or none.",
    )
    transfer.add_argument("debit", metavar="FROM", help="the account that pays")
    _add_money(transfer, ("credit", "the account that gets it"), "TO")
    transfer.add_argument(
        "--also", nargs=4, action="append", default=[], metavar=_ALSO_METAVAR, help="a further move, together with it"
    )
    withdrawal = _add_withdrawal(commands, add_data)
    for parser in (credit, assign, reverse, transfer, *withdrawal):
        add_who_and_why(parser, required=True)
        add_data(parser)


def _add_withdrawal(commands: Commands, add_data: AddData) -> list[argparse.ArgumentParser]:
    """Those that move funds or stop that."""
    actions = group(
        *(commands, "withdrawal", "request, settle or release a withdrawal; list and block them"),
        "Funds that leave the venue: requested, they are pending; settled, they are gone; released, available again.",
    )
    request = _moving(actions, "request", _request, "set funds aside to leave the venue", "Makes an amount pending.")
    _add_money(request, ("account", "the account"))
    request.add_argument("--to", required=True, metavar="TEXT", help="where to, for people (required)")
    settle = _moving(
        *(actions, "settle", _settle, "a withdrawal has left the venue"),
        "Says that a withdrawal left the venue. With --amount, so much of it; the rest is available again.",
    )
    settle.add_argument("withdrawal", metavar="WITHDRAWAL", help="the id of the request")
    settle.add_argument("--amount", metavar="AMOUNT", help="how much of it left (default: all)")
    release = _moving(
        *(actions, "release", _release, "a withdrawal does not happen"), "Makes all of a withdrawal available again."
    )
    release.add_argument("withdrawal", metavar="WITHDRAWAL", help="the id of the request")
    shown = reading(
        *(actions, "list", _list, "show the withdrawals that are pending"), "Shows what is requested and not yet done."
    )
    add_data(shown)
    block = ordering(
        *(actions, "block", _block(True), "let no withdrawal be requested or settled"),
        "Blocks all withdrawals: none is requested or settled until `venue withdrawal unblock`.",
    )
    unblock = ordering(
        *(actions, "unblock", _block(False), "let withdrawals happen again"), "Makes withdrawals possible again."
    )
    return [request, settle, release, block, unblock]


def _moving(commands: Commands, name: str, action: Action, text: str, description: str) -> argparse.ArgumentParser:
    parser = ordering(commands, name, action, text, description)
    parser.add_argument("--id", default="", metavar="ID", help="the same again is not done twice (default: a new one)")
    return parser


def _add_money(parser: argparse.ArgumentParser, account: tuple[str, str], metavar: str = "ACCOUNT") -> None:
    parser.add_argument(account[0], metavar=metavar, help=account[1])
    parser.add_argument("asset", metavar="ASSET", help="the asset")
    parser.add_argument("amount", metavar="AMOUNT", help="how much, as 1250.5")


def _credit(desk: Desk, options: argparse.Namespace) -> str:
    asset = desk.asset(options.asset)
    account = "" if options.account == UNASSIGNED else options.account
    if account:
        desk.check_account(account)
    amount = _amount(options.amount, asset)
    command = CreditAccount(0, desk.operator, _id(options), account, asset.symbol, amount, options.reason)

    def told(done: BalanceCredited) -> str:
        if account:
            return f"{format_amount(amount, asset)} credited to {account}. Id {done.transfer_id}"
        given = f"`venue credit-assign {done.transfer_id} ACCOUNT` gives it to its owner."
        return f"{format_amount(amount, asset)} credited, to nobody yet. Id {done.transfer_id}: {given}"

    return _send(desk, command, BalanceCredited, told)


def _assign(desk: Desk, options: argparse.Namespace) -> str:
    desk.check_account(options.account)
    command = AssignCredit(0, desk.operator, _id(options), options.credit, options.account, options.reason)

    def told(done: CreditAssigned) -> str:
        amount = format_amount(done.amount, desk.asset(done.asset))
        return f"{amount} of credit {done.credit_id} given to {done.account}. Id {done.transfer_id}"

    return _send(desk, command, CreditAssigned, told)


def _reverse(desk: Desk, options: argparse.Namespace) -> str:
    command = ReverseCredit(0, desk.operator, _id(options), options.credit, options.reason)

    def told(done: CreditReversed) -> str:
        amount = format_amount(done.amount, desk.asset(done.asset))
        whose = f" from {done.account}" if done.account else ""
        return f"{amount} of credit {done.credit_id} taken back{whose}. Id {done.transfer_id}"

    return _send(desk, command, CreditReversed, told)


def _transfer(desk: Desk, options: argparse.Namespace) -> str:
    moves = [(options.debit, options.credit, options.asset, options.amount), *options.also]
    legs, told = [], []
    for debit, credit, symbol, text in moves:
        asset = desk.asset(symbol)
        _check_one_firm(desk, debit, credit)
        amount = _amount(text, asset)
        legs.append(Leg(debit, credit, symbol, amount))
        told.append(f"{format_amount(amount, asset)} from {debit} to {credit}")
    command = TransferFunds(0, desk.operator, _id(options), tuple(legs), options.reason)
    return _send(desk, command, FundsTransferred, lambda done: f"{', '.join(told)}. Id {done.transfer_id}")


def _request(desk: Desk, options: argparse.Namespace) -> str:
    asset = desk.asset(options.asset)
    desk.check_account(options.account)
    amount = _amount(options.amount, asset)
    command = RequestWithdrawal(
        *(0, desk.operator, _id(options), options.account, asset.symbol, amount, options.to, options.reason)
    )

    def told(done: WithdrawalRequested) -> str:
        return f"{format_amount(amount, asset)} of {done.account} pending, to {done.destination}. Id {done.transfer_id}"

    return _send(desk, command, WithdrawalRequested, told)


def _settle(desk: Desk, options: argparse.Namespace) -> str:
    amount = Amount(0)
    if options.amount is not None:
        amount = _amount(options.amount, _asset_of_withdrawal(desk, options.withdrawal))
    command = SettleWithdrawal(0, desk.operator, _id(options), options.withdrawal, amount, options.reason)

    def told(done: WithdrawalSettled) -> str:
        asset = desk.asset(done.asset)
        rest = f", {format_amount(done.released, asset)} available again" if done.released else ""
        return f"{format_amount(done.amount, asset)} of {done.account} left the venue{rest}. Id {done.transfer_id}"

    return _send(desk, command, WithdrawalSettled, told)


def _release(desk: Desk, options: argparse.Namespace) -> str:
    command = ReleaseWithdrawal(0, desk.operator, _id(options), options.withdrawal, options.reason)

    def told(done: WithdrawalReleased) -> str:
        amount = format_amount(done.amount, desk.asset(done.asset))
        return f"{amount} of {done.account} available again. Id {done.transfer_id}"

    return _send(desk, command, WithdrawalReleased, told)


def _list(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    rows = []
    for transfer in books.under_way(RequestWithdrawal):
        request = transfer.command
        assert isinstance(request, RequestWithdrawal)
        amount = format_amount(request.amount, books.assets[request.asset])
        rows.append((request.transfer_id, request.account, request.destination, amount))
    shown = table(("id", "account", "to", "amount"), rows, left=3) if rows else "No withdrawal is pending."
    blocked = "\nWithdrawals are blocked." if books.money.blocked else ""
    return f"{shown}{blocked}\nAs of record {books.sequence:,}."


def _block(blocked: bool) -> Action:
    def act(desk: Desk, options: argparse.Namespace) -> str:
        events = desk.order(BlockWithdrawals(0, desk.operator, blocked, options.reason))
        same = "" if any(isinstance(event, WithdrawalsBlocked) for event in events) else " They were before."
        if blocked:
            return f"Withdrawals are blocked.{same}"
        return f"Withdrawals are possible again.{same} `venue reconcile` tells whether anything still differs."

    return act


def _send(desk: Desk, command: FundsCommand, kind: type[Done], told: Callable[[Done], str]) -> str:
    """What was done, in words, or that it was done before. kind: of the event that tells it. Raises Refused."""
    try:
        events = desk.order(command)
    except Refused as error:
        if error.uncertain:
            raise Refused(f"{error}. To be safe, with --id {command.transfer_id}", uncertain=True) from None
        if error.reason is RejectReason.INSUFFICIENT_BALANCE:
            raise Refused(f"{error}{_short_of(read_books(desk.data), command)}", error.reason) from None
        raise
    for event in events:
        if isinstance(event, TransferFound):
            return f"{event.transfer_id} was done before, by record {event.sequence:,}; nothing is done again."
        if isinstance(event, kind):
            return told(event)
    raise AssertionError(f"{command} did nothing")


def _short_of(books: Books, command: FundsCommand) -> str:
    """What there is of what was asked for."""
    wanted: dict[tuple[str, str], int] = {}
    match command:
        case RequestWithdrawal():
            wanted[command.account, command.asset] = command.amount
        case TransferFunds():
            for leg in command.legs:
                key = (leg.debit_account, leg.asset)
                wanted[key] = wanted.get(key, 0) + leg.amount
        case ReverseCredit():
            credit = books.transfer(command.credit_id)
            if credit is not None and isinstance(credit.command, CreditAccount):
                wanted[credit.account, credit.command.asset] = credit.command.amount
    told = [
        f"{account} has {format_amount(books.balance(account, symbol), books.assets[symbol])} available, "
        f"{format_amount(amount, books.assets[symbol])} is wanted"
        for (account, symbol), amount in wanted.items()
        if amount > books.balance(account, symbol)
    ]
    return f": {'; '.join(told)}" if told else ""


def _check_one_firm(desk: Desk, debit: str, credit: str) -> None:
    """Raises Refused."""
    firms = {account.name: account.firm for account in desk.reference.accounts}
    for account in (debit, credit):
        desk.check_account(account)
    if firms[debit] != firms[credit]:
        told = f"{debit} is of {firms[debit]}, {credit} of {firms[credit]}"
        raise Refused(f"{told}: transfers are between accounts of one firm")


def _asset_of_withdrawal(desk: Desk, transfer_id: str) -> Asset:
    """Raises Refused."""
    known = read_books(desk.data).transfer(transfer_id)
    if known is not None and isinstance(known.command, RequestWithdrawal):
        return desk.asset(known.command.asset)
    raise Refused(f"there is no withdrawal {transfer_id}; `venue withdrawal list` shows those that are pending")


def _amount(text: str, asset: Asset) -> Amount:
    """Raises Refused."""
    try:
        return parse_amount(text, asset)
    except WrongMoney as error:
        raise Refused(f"amount: {error}") from None


def _id(options: argparse.Namespace) -> str:
    given: str = options.id
    return given or str(uuid.uuid4())
