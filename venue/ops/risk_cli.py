"""The commands about what may be traded at which cost: accounts, instruments, risk limits, fees."""

import argparse
from collections.abc import Iterable

import pydantic

from venue.domain.enums import AccountState, LimitScope, Phase
from venue.domain.funds import NO_FEES, NO_LIMITS, RiskLimits
from venue.domain.funds_commands import SetAccountState, SetFees, SetFirmTier, SetLimits
from venue.domain.funds_events import AccountStateSet, FeesSet, FirmTierSet, LimitsSet
from venue.domain.reference import Instrument
from venue.ops.books import Books, read_books
from venue.ops.command_line import Action, AddData, Commands, add_who_and_why, group, ordering, reading, table
from venue.ops.config import DataDirectory
from venue.ops.money_config import LIMIT_KEYS, LimitValues, limits_in_words, rates_of
from venue.ops.money_text import format_rate
from venue.ops.operator import Desk, Refused
from venue.ops.rules_config import WrongRules

NO_LIMIT = "none"
_ALL = "(all)"
_SAME = " It was so before; nothing changed."
_PHASE_WORDS = {Phase.PRE_OPEN: "pre-open", Phase.OPEN: "open", Phase.HALTED: "halted", Phase.CLOSED: "closed"}
_LIMIT_HELP = {
    "order_quantity": "of one order, in whole base",
    "order_notional": "price x quantity of one order, in whole quote",
    "open_orders": "orders open at a time",
    "daily_volume": "traded since the day began with all that is open, in whole base",
    "position": "net bought or sold with all that is open on that side, in whole base",
    "collar_percent": "per cent that a buy's price may be above the last trade's, a sell's below it",
    "orders_per_second": "new orders and replaces in a second",
}


def add_instrument(commands: Commands, add_data: AddData) -> None:
    actions = group(commands, "instrument", "list the instruments", "The instruments, and how they stand.")
    add_data(reading(actions, "list", _instruments, "list instruments and their phases", "Lists the instruments."))


def add_account(commands: Commands, add_data: AddData) -> None:
    actions = group(commands, "account", "list, suspend or activate accounts", "The accounts that firms trade for.")
    add_data(reading(actions, "list", _accounts, "list accounts and their firms", "Lists the accounts."))
    for name, state, text, description in (
        (
            *("suspend", AccountState.SUSPENDED, "take no orders, withdrawals or transfers from an account"),
            "Suspends an account: no new orders, replaces, withdrawals or transfers out. What rests stays, and may be "
            "cancelled; `venue kill account` cancels it too.",
        ),
        ("activate", AccountState.ACTIVE, "let an account trade again", "Lets a suspended account trade again."),
    ):
        parser = ordering(actions, name, _set_state(state), text, description)
        parser.add_argument("account", metavar="ACCOUNT", help="the account")
        add_who_and_why(parser, required=state is AccountState.SUSPENDED)
        add_data(parser)


def add_limits(commands: Commands, add_data: AddData) -> None:
    actions = group(
        *(commands, "limits", "show or set risk limits of accounts, firms and instruments"),
        "Risk limits, which every order is held against before it matches. All that apply are: the instrument's, the "
        "firm's and the account's.",
    )
    add_data(reading(actions, "show", _show_limits, "show all limits", "Shows every limit that is set."))
    parser = ordering(
        *(actions, "set", _set_limits, "set limits, effective at once"),
        "Sets the limits that are given, and keeps the others of the same account, firm or instrument. none: no limit. "
        "Without --instrument, a firm or an account has --open-orders and --orders-per-second alone, of all its orders "
        "together; an instrument has --order-quantity, --order-notional and --collar-percent.",
    )
    parser.add_argument("scope", choices=[scope.value for scope in LimitScope], help="whose orders they are for")
    parser.add_argument("name", metavar="NAME", help="its name")
    parser.add_argument("--instrument", default="", metavar="SYMBOL", help="of a firm or account: in this one")
    for key in LIMIT_KEYS:
        parser.add_argument(f"--{key.replace('_', '-')}", metavar="LIMIT", help=_LIMIT_HELP[key])
    add_who_and_why(parser, required=False)
    add_data(parser)


def add_fees(commands: Commands, add_data: AddData) -> None:
    actions = group(
        *(commands, "fees", "show or set fees; put a firm into a tier"),
        "Fees of trades: a maker's and a taker's rate for each instrument, by tiers of firms.",
    )
    add_data(reading(actions, "show", _show_fees, "show all rates and tiers", "Shows every rate, and firms' tiers."))
    parser = ordering(
        *(actions, "set", _set_fees, "set an instrument's rates, for orders from now on"),
        'Sets an instrument\'s rates for new orders. A rate is "0.05%" or "5bp", exact to a millionth of the trade\'s '
        "price x quantity; below zero it is a rebate (--maker=-1bp).",
    )
    parser.add_argument("symbol", metavar="SYMBOL", help="the instrument")
    parser.add_argument("--tier", default="", metavar="TIER", help="for firms of this tier (default: all others)")
    parser.add_argument("--maker", required=True, metavar="RATE", help="of the order that rested (required)")
    parser.add_argument("--taker", required=True, metavar="RATE", help="of the order that came, or both in an auction")
    add_who_and_why(parser, required=False)
    add_data(parser)
    tier = ordering(actions, "tier", _set_tier, "put a firm into a tier", "Puts a firm into a tier, or out of all.")
    tier.add_argument("firm", metavar="FIRM", help="the firm")
    tier.add_argument("tier", metavar="TIER", help="the tier; none: of no tier")
    add_who_and_why(tier, required=False)
    add_data(tier)


def _instruments(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    rows = []
    for instrument, market in zip(books.state.reference.instruments, books.state.markets, strict=True):
        last = instrument.format_price(market.last_price) if market.last_price else "-"
        increments = (instrument.format_price(1), instrument.format_quantity(1), last)
        rows.append((instrument.symbol, _PHASE_WORDS[market.phase], *increments))
    return _table(("symbol", "phase", "tick", "lot", "last price"), rows, 2, books)


def _accounts(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    suspended = books.money.suspended
    rows = [
        (account.name, account.firm, "suspended" if account.name in suspended else "active")
        for account in books.state.reference.accounts
    ]
    return _table(("account", "firm", "state"), rows, 3, books)


def _set_state(state: AccountState) -> Action:
    def act(desk: Desk, options: argparse.Namespace) -> str:
        desk.check_account(options.account)
        events = desk.order(SetAccountState(0, desk.operator, options.account, state, options.reason))
        same = "" if any(isinstance(event, AccountStateSet) for event in events) else _SAME
        return f"{options.account} is {state.value}.{same}"

    return act


def _show_limits(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    rows = []
    for row in books.money.limits:
        symbol = row.name if row.scope is LimitScope.INSTRUMENT else row.symbol
        rows += [
            (row.scope.value, row.name, row.symbol or _ALL, key.replace("_", "-"), text)
            for key, text in limits_in_words(row.limits, books.instruments.get(symbol)).items()
        ]
    return _table(("of", "name", "instrument", "limit", ""), rows, 4, books) if rows else f"No limits.\n{_as_of(books)}"


def _set_limits(desk: Desk, options: argparse.Namespace) -> str:
    scope, name, symbol, instrument = _scope(desk, options)
    given = {key: text for key in LIMIT_KEYS if (text := getattr(options, key)) is not None}
    if not given:
        raise Refused("no limit is given: see `venue limits set --help`")
    before = _limits_in_force(read_books(desk.data), scope, name, symbol)
    words: dict[str, str] = limits_in_words(before, instrument) | given
    try:
        limits = _values(words).limits(scope, instrument)
    except WrongRules as error:
        raise Refused(f"--{error.key.replace('_', '-')}: {error.told}") from None
    events = desk.order(SetLimits(0, desk.operator, scope, name, symbol, limits, options.reason))
    same = "" if any(isinstance(event, LimitsSet) for event in events) else _SAME
    told = [f"{key.replace('_', ' ')} {text}" for key, text in limits_in_words(limits, instrument).items()]
    where = f" in {symbol}" if symbol else ""
    return f"Limits of {scope.value} {name}{where}: {', '.join(told) or 'none'}.{same}"


def _scope(desk: Desk, options: argparse.Namespace) -> tuple[LimitScope, str, str, Instrument | None]:
    """As SetLimits has it, and the instrument that the numbers are of. Raises Refused."""
    scope, name, symbol = LimitScope(options.scope), options.name, options.instrument
    if scope is LimitScope.INSTRUMENT:
        if symbol:
            raise Refused("--instrument goes with a firm or an account")
        return scope, name, "", desk.instrument(name)
    reference = desk.reference
    known = reference.firms if scope is LimitScope.FIRM else [account.name for account in reference.accounts]
    desk.check_known(scope.value, name, known)
    return scope, name, symbol, desk.instrument(symbol) if symbol else None


def _limits_in_force(books: Books, scope: LimitScope, name: str, symbol: str) -> RiskLimits:
    found = [row.limits for row in books.money.limits if (row.scope, row.name, row.symbol) == (scope, name, symbol)]
    return found[0] if found else NO_LIMITS


def _values(words: dict[str, str]) -> LimitValues:
    """Raises WrongRules."""
    try:
        return LimitValues.model_validate({key: text for key, text in words.items() if text != NO_LIMIT}, strict=False)
    except pydantic.ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise WrongRules(key, f"{words[key]!r} is not a whole number in its range, or none") from None


def _show_fees(data: DataDirectory, options: argparse.Namespace) -> str:
    books = read_books(data)
    rates = {(row[1], row[0]): row[2] for row in books.money.fees}
    rates = {(symbol, ""): NO_FEES for symbol in books.instruments} | rates
    rows = [
        (symbol, tier or _ALL, format_rate(each.maker), format_rate(each.taker))
        for (symbol, tier), each in sorted(rates.items())
    ]
    shown = table(("instrument", "tier", "maker", "taker"), rows, left=2)
    tiers = "".join(f"\n{firm} is of tier {tier}." for firm, tier in books.money.tiers)
    return f"{shown}{tiers}\n{_as_of(books)}"


def _set_fees(desk: Desk, options: argparse.Namespace) -> str:
    desk.instrument(options.symbol)
    try:
        rates = rates_of(options.maker, options.taker)
    except WrongRules as error:
        raise Refused(f"--{error}") from None
    events = desk.order(SetFees(0, desk.operator, options.tier, options.symbol, rates, options.reason))
    same = "" if any(isinstance(event, FeesSet) for event in events) else _SAME
    tier = f", tier {options.tier}" if options.tier else ""
    return (
        f"Fees of {options.symbol}{tier}, for orders from now on: maker {format_rate(rates.maker)}, "
        f"taker {format_rate(rates.taker)}.{same}"
    )


def _set_tier(desk: Desk, options: argparse.Namespace) -> str:
    desk.check_known("firm", options.firm, desk.reference.firms)
    tier = "" if options.tier == NO_LIMIT else options.tier
    events = desk.order(SetFirmTier(0, desk.operator, options.firm, tier, options.reason))
    same = "" if any(isinstance(event, FirmTierSet) for event in events) else _SAME
    return f"{options.firm} is of {f'tier {tier}' if tier else 'no tier'}: its rates are for orders from now on.{same}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], left: int, books: Books) -> str:
    return f"{table(head, list(rows), left)}\n{_as_of(books)}"


def _as_of(books: Books) -> str:
    return f"As of record {books.sequence:,}."
