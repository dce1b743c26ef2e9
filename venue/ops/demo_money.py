"""The demo's own books: what every account must have and pay by the reports that came over FIX, held against what the
venue says that it has."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple, TypeVar

from venue.domain.funds_commands import SetFees
from venue.domain.money import format_decimal
from venue.ops.books import Books, Line
from venue.ops.config import Config
from venue.ops.demo_client import Message

# What the operator of the last chapter credits.
CREDIT_ACCOUNT, CREDIT_ASSET, CREDIT = "B-1", "USD", Decimal(1_000_000)
_MILLION = 1_000_000
_NOTHING = Decimal(0)
_BUY, _ADDED_LIQUIDITY = "1", "1"
Key = tuple[str, str]
Sum = TypeVar("Sum", Key, str)


class Row(NamedTuple):
    """An account's total of an asset, in whole units: before, what moved it by the reports, and after."""

    account: str
    asset: str
    before: Decimal
    traded: Decimal
    fees: Decimal
    credited: Decimal
    after: Decimal

    @property
    def adds_up(self) -> bool:
        return self.before + self.traded - self.fees + self.credited == self.after


class MoneyCheck:
    """trades: copies of all executions, in order."""

    def __init__(self, config: Config, before: Books) -> None:
        self._before = before
        self._rates = {c.symbol: c.rates for c in config.rule_commands() if isinstance(c, SetFees) and not c.tier}
        self._traded: dict[Key, Decimal] = {}
        self._fees: dict[Key, Decimal] = {}
        # By order, what its trades so far cost before rounding, and what it was charged.
        self._exact: dict[str, Decimal] = {}
        self._charged: dict[str, Decimal] = {}

    def note(self, copy: Message) -> str:
        """A trade's report on drop copy; what is wrong with its fee: "" when nothing is."""
        base, quote = copy[55].split("-")
        account, quantity, amount = copy[1], Decimal(copy[32]), Decimal(copy[381])
        sign = 1 if copy[54] == _BUY else -1
        fee = Decimal(copy.get(12, "0"))
        _add(self._traded, (account, base), sign * quantity)
        _add(self._traded, (account, quote), -sign * amount)
        _add(self._fees, (account, quote), fee)
        due = self._due(copy, amount, self._before.assets[quote].decimals)
        return "" if fee == due else f"{account} {copy[11]}: Commission(12) is {fee}, not {due}"

    def rows(self, after: Books, credited: bool) -> list[Row]:
        """Of accounts that something happened to. credited: the operator's credit is among it."""
        credit = {(CREDIT_ACCOUNT, CREDIT_ASSET): CREDIT} if credited else {}
        keys = self._traded.keys() | credit.keys()
        return [
            Row(
                *key,
                _total(self._before, key),
                self._traded.get(key, _NOTHING),
                self._fees.get(key, _NOTHING),
                credit.get(key, _NOTHING),
                _total(after, key),
            )
            for key in sorted(keys)
        ]

    def _due(self, copy: Message, amount: Decimal, decimals: int) -> Decimal:
        """The order's fees so far, rounded up to smallest units, less what it was charged before."""
        rates = self._rates[copy[55]]
        rate = rates.maker if copy.get(851) == _ADDED_LIQUIDITY else rates.taker
        order = copy[37]
        _add(self._exact, order, amount * rate / _MILLION)
        total = self._exact[order].quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING)
        due = total - self._charged.get(order, _NOTHING)
        self._charged[order] = total
        return due


def balance_rows(books: Books) -> Iterable[tuple[str, ...]]:
    """Each account, and what it has of every asset."""
    for account in books.state.reference.accounts:
        yield account.name, *(_people(_total(books, (account.name, symbol))) for symbol in books.assets)


def money_cells(row: Row) -> tuple[str, ...]:
    return row.account, row.asset, *(_people(number) for number in row[2:])


def trial_cells(line: Line) -> tuple[str, ...]:
    numbers = (line.accounts, line.fees, line.custody, line.debits, line.credits)
    return line.asset.symbol, *(_people(Decimal(format_decimal(n, line.asset.decimals))) for n in numbers)


def _total(books: Books, key: Key) -> Decimal:
    found = [row for row in books.money.funds if (row.account, row.asset) == key]
    number = found[0].available + found[0].held + found[0].pending if found else 0
    return Decimal(format_decimal(number, books.assets[key[1]].decimals))


def _add(sums: dict[Sum, Decimal], key: Sum, number: Decimal) -> None:
    sums[key] = sums.get(key, _NOTHING) + number


def _people(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
