"""Who has what: balances of accounts, and the whole ledger, which must come to nothing in every asset."""

import argparse

from venue.domain.funds_commands import CreditAccount, OpenLedger
from venue.domain.funds_events import LedgerOpened
from venue.domain.money import format_decimal
from venue.ops.books import Books, read_books
from venue.ops.command_line import AddData, Commands, add_who_and_why, group, ordering, reading, table
from venue.ops.config import DataDirectory
from venue.ops.money_text import format_amount
from venue.ops.operator import Desk, Refused

_NOT_OPEN = "The ledger is not open: orders are taken without balances. `venue ledger open` opens it."


def add_balances(commands: Commands, add_data: AddData) -> None:
    balances = reading(
        *(commands, "balances", _balances, "show what accounts have"),
        "Shows what accounts have: available, held by open orders, pending in withdrawals. Exact as of the journal "
        "record that is named, whether the venue is running or not.",
    )
    balances.add_argument("account", metavar="ACCOUNT", nargs="*", help="of these alone")
    add_data(balances)


def add_ledger(commands: Commands, add_data: AddData) -> None:
    actions = group(
        *(commands, "ledger", "show the trial balance; open the ledger"),
        "The double-entry ledger: from its opening on, orders hold what they may cost, and trades move it.",
    )
    show = reading(
        *(actions, "show", _show, "show the sums of all accounts: debits equal credits"),
        "Shows for every asset the sum over all accounts and the venue's own: debits equal credits. Fails where not.",
    )
    add_data(show)
    opened = ordering(
        *(actions, "open", _open, "from now on orders need balances"),
        "Opens the ledger of a venue that traded without balances: from now on orders hold what they may cost. No "
        "order may be open.",
    )
    add_who_and_why(opened, required=True)
    add_data(opened)


def _balances(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    known = [account.name for account in books.state.reference.accounts]
    for name in options.account:
        if name not in known:
            raise Refused(f"there is no account {name}; the venue knows {', '.join(known) or 'none'}")
    rows = []
    for funds in books.funds():
        if not options.account or funds.account in options.account:
            decimals = books.assets[funds.asset].decimals
            amounts = (format_decimal(each, decimals) for each in (funds.available, funds.held, funds.pending))
            rows.append((funds.account, funds.asset, *amounts))
    if not rows:
        return f"Nothing.\n{_as_of(books)}"
    return f"{table(('account', 'asset', 'available', 'held', 'pending'), rows, left=2)}\n{_as_of(books)}"


def _show(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    lines = books.trial_balance()
    head = ("asset", "accounts", "fees", "suspense", "settlement", "custody", "debits", "credits")
    rows = []
    for line in lines:
        numbers = (*line[1:], line.debits, line.credits)
        rows.append((line.asset.symbol, *(format_decimal(number, line.asset.decimals) for number in numbers)))
    shown = [table(head, rows, left=1)]
    for transfer in books.under_way(CreditAccount):
        credit = transfer.command
        assert isinstance(credit, CreditAccount)
        amount = format_amount(credit.amount, books.assets[credit.asset])
        shown.append(f"{amount} of credit {credit.transfer_id} is nobody's yet.")
    wrong = [line.asset.symbol for line in lines if line.debits != line.credits]
    if wrong:
        raise Refused(f"debits do not equal credits in {', '.join(wrong)}:\n{chr(10).join(shown)}\n{_as_of(books)}")
    return "\n".join([*shown, f"Debits equal credits in every asset. {_as_of(books)}"])


def _open(desk: Desk, options: argparse.Namespace) -> str:
    events = desk.order(OpenLedger(0, desk.operator, options.reason))
    if not any(isinstance(event, LedgerOpened) for event in events):
        return "The ledger is open. It was before; nothing changed."
    return "The ledger is open: orders need balances from now on. `venue credit` gives them."


def _as_of(books: Books) -> str:
    position = f"As of record {books.sequence:,}."
    return position if books.money.is_open else f"{position}\n{_NOT_OPEN}"
