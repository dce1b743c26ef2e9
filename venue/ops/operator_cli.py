"""The commands of operators: phases, kill switches, rules; and all others, together. What happened is told in plain
words."""

import argparse
import shlex
from pathlib import Path

from venue.domain.commands import (
    EngageKillSwitch,
    ReleaseKillSwitch,
    SetInstrumentRules,
    SetPhase,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import CancelReason, KillScope, Phase
from venue.domain.events import (
    AuctionPriced,
    Event,
    InstrumentRulesSet,
    KillSwitchEngaged,
    KillSwitchReleased,
    OrderCancelled,
    OrderMatched,
    PhaseChanged,
    SelfTradeModeSet,
    SessionRulesSet,
)
from venue.ops.balances_cli import add_balances, add_ledger
from venue.ops.command_line import AddData, Commands, add_operator, add_who_and_why, ordering
from venue.ops.config import DEFAULT_CONFIG, DataDirectory, load
from venue.ops.funds_cli import add_funds_commands
from venue.ops.operator import Desk, Refused, rules_in_force
from venue.ops.risk_cli import add_account, add_fees, add_instrument, add_limits
from venue.ops.rules_config import SELF_TRADE_MODES, RulesConfig, WrongRules, as_toml, no_account
from venue.ops.toml_file import place_of, read_toml
from venue.sequencer.frames import JournalDamaged

_PHASES = {"pre-open": Phase.PRE_OPEN, "open": Phase.OPEN, "halt": Phase.HALTED, "close": Phase.CLOSED}
_IN_WORDS = {
    Phase.PRE_OPEN: "in pre-open: orders gather for the auction",
    Phase.OPEN: "open",
    Phase.HALTED: "halted: orders gather for the auction that opens it again",
    Phase.CLOSED: "closed: new orders are refused",
}

# Headings of their list, each above its first command.
HEADINGS = {"phase": "the market", "account": "accounts and risk", "balances": "money"}


def add_operator_commands(commands: Commands, add_data: AddData) -> None:
    _add_phase(commands, add_data)
    _add_kill(commands, add_data)
    _add_rules(commands, add_data)
    add_instrument(commands, add_data)
    _add_settings(commands, add_data)
    add_account(commands, add_data)
    add_limits(commands, add_data)
    add_fees(commands, add_data)
    add_balances(commands, add_data)
    add_funds_commands(commands, add_data)
    add_ledger(commands, add_data)


def _add_phase(commands: Commands, add_data: AddData) -> None:
    phase = ordering(
        commands,
        "phase",
        _phase,
        "open, halt, close or pre-open an instrument",
        "Begins a phase of an instrument. Opening it begins with an auction of the orders that gathered. A halt stays "
        "until an operator ends it; any other phase, until the instrument's schedule begins the next. Whatever stops "
        "trading needs a reason.",
        _check_phase,
    )
    phase.add_argument("symbol", metavar="SYMBOL", help="the instrument")
    phase.add_argument("phase", choices=tuple(_PHASES), help="the phase to begin")
    add_who_and_why(phase, required=False)
    halt = ordering(
        *(commands, "halt", _phase, "halt an instrument: `venue phase SYMBOL halt`"),
        "Halts an instrument until `venue phase SYMBOL open`.",
    )
    halt.add_argument("symbol", metavar="SYMBOL", help="the instrument")
    halt.set_defaults(phase="halt")
    add_who_and_why(halt, required=True)
    for parser in (phase, halt):
        add_data(parser)


def _add_kill(commands: Commands, add_data: AddData) -> None:
    for name, action, text, description in (
        (
            "kill",
            _kill,
            "stop a session, account, firm, instrument or the venue",
            "Cancels all open orders within the scope and refuses new ones until the switch is released.",
        ),
        (
            "release",
            _release,
            "release a kill switch",
            "Releases a kill switch: new orders are taken again. Cancelled orders do not come back.",
        ),
    ):
        parser = ordering(commands, name, action, text, description, _check_scope)
        parser.add_argument("scope", choices=[scope.value for scope in KillScope], help="what to stop or release")
        parser.add_argument("name", metavar="NAME", nargs="?", default="", help="its name; none for the venue")
        if action is _kill:
            add_who_and_why(parser, required=True)
        else:
            add_operator(parser)
        add_data(parser)


def typed(command: str, data: DataDirectory) -> str:
    """What is told of an operator's command, typed as at a terminal: `venue kill venue`."""
    parser = argparse.ArgumentParser(prog="venue")
    add_operator_commands(parser.add_subparsers(), lambda added: added.set_defaults(data_dir=data.root))
    options = parser.parse_args(shlex.split(command)[1:])
    try:
        said: str = options.order(options)
        return said
    except Refused as error:
        return str(error)


def _add_rules(commands: Commands, add_data: AddData) -> None:
    rules = ordering(
        commands,
        "rules",
        _rules,
        "show or set an instrument's rules",
        "Shows an instrument's rules in force (the default), or sets them: protection of market orders, price band, "
        "circuit breaker, allocation. What is shown can be changed and set.",
    )
    rules.add_argument("symbol", metavar="SYMBOL", help="the instrument")
    what = rules.add_mutually_exclusive_group()
    what.add_argument("--show", action="store_true", help="print the rules in force, as TOML")
    what.add_argument("--set", type=Path, metavar="FILE", help="set the rules in a TOML file; what it lacks is off")
    what.add_argument("--from-config", action="store_true", help="set the rules that instruments.toml has")
    rules.add_argument(
        "--config", type=Path, default=DEFAULT_CONFIG, metavar="DIR", help="settings (default: %(default)s)"
    )
    add_operator(rules)
    add_data(rules)


def _add_settings(commands: Commands, add_data: AddData) -> None:
    self_trade = ordering(
        commands,
        "self-trade",
        _self_trade,
        "what happens to orders of one firm that would trade",
        "Sets what happens to two orders of one firm that would trade with each other, unless they say it themselves.",
    )
    self_trade.add_argument("firm", metavar="FIRM", help="the firm")
    self_trade.add_argument("mode", choices=tuple(SELF_TRADE_MODES), help="none: they trade")
    add_operator(self_trade)
    add_data(self_trade)
    session = ordering(
        commands,
        "session",
        _session,
        "what happens to a session's orders when it is cut off",
        "Sets whether a session that is cut off or logs out has its orders cancelled.",
        _check_session,
    )
    session.add_argument("session", metavar="NAME", help="the session: its SenderCompID")
    session.add_argument(
        "--cancel-on-disconnect",
        action=argparse.BooleanOptionalAction,
        required=True,
        help="whether its orders are cancelled",
    )
    session.add_argument("--keep-good-till", action="store_true", help="but not its GTC and GTD orders")
    add_operator(session)
    add_data(session)


def _check_phase(options: argparse.Namespace) -> None:
    if options.phase != "open" and not options.reason.strip():
        raise Refused("--reason: say why, of what stops trading")


def _phase(desk: Desk, options: argparse.Namespace) -> str:
    instrument = desk.instrument(options.symbol)
    phase = _PHASES[options.phase]
    events = desk.order(SetPhase(0, desk.operator, options.symbol, phase, options.reason))
    if not any(isinstance(event, PhaseChanged) and event.symbol == options.symbol for event in events):
        return f"{options.symbol} is {_IN_WORDS[phase]}. It was before; nothing changed."
    words = [f"{options.symbol} is {_IN_WORDS[phase]}."]
    priced = [event for event in events if isinstance(event, AuctionPriced) and event.symbol == options.symbol]
    if priced:
        trades = sum(isinstance(e, OrderMatched) and e.auction and e.maker.symbol == options.symbol for e in events)
        price, quantity = instrument.format_price(priced[-1].price), sum(event.quantity for event in priced)
        base, quote = instrument.base.symbol, instrument.quote.symbol
        words.append(
            f"Auction: {_count(trades, 'trade')}, {instrument.format_quantity(quantity)} {base} at {price} {quote}."
        )
    halted = _cancelled(events, CancelReason.TRADING_HALT, options.symbol)
    if halted:
        words.append(f"{_count(halted, 'order')} cancelled that asked for it in a halt.")
    return " ".join(words)


def _kill(desk: Desk, options: argparse.Namespace) -> str:
    scope, what = _scope(desk, options)
    command = EngageKillSwitch(0, desk.operator, scope, options.name, options.reason)
    events = desk.order(command)
    if not any(isinstance(event, KillSwitchEngaged) for event in events):
        return f"The kill switch of {what} is on. It was before; nothing changed."
    cancelled = _count(_cancelled(events, CancelReason.KILL_SWITCH), "order")
    release = " ".join(("venue release", scope.value, options.name)).strip()
    return f"The kill switch of {what} is on: {cancelled} cancelled, new ones are refused until `{release}`."


def _release(desk: Desk, options: argparse.Namespace) -> str:
    scope, what = _scope(desk, options)
    events = desk.order(ReleaseKillSwitch(0, desk.operator, scope, options.name))
    if not any(isinstance(event, KillSwitchReleased) for event in events):
        return f"The kill switch of {what} is off. It was before; nothing changed."
    return f"The kill switch of {what} is off: new orders are taken again, where no other switch is on."


def _check_scope(options: argparse.Namespace) -> None:
    if (options.scope == KillScope.VENUE.value) != (not options.name):
        raise Refused("the venue takes no name" if options.name else f"which {options.scope}? Give its name")


def _scope(desk: Desk, options: argparse.Namespace) -> tuple[KillScope, str]:
    """The scope, and what it is in words. Raises Refused."""
    scope = KillScope(options.scope)
    reference = desk.reference
    known = {
        KillScope.SESSION: [session.name for session in reference.sessions],
        KillScope.ACCOUNT: [account.name for account in reference.accounts],
        KillScope.FIRM: list(reference.firms),
        KillScope.INSTRUMENT: [instrument.symbol for instrument in reference.instruments],
        KillScope.VENUE: [""],
    }
    desk.check_known(scope.value, options.name, known[scope])
    return scope, f"{scope.value} {options.name}" if options.name else "the venue"


def _rules(desk: Desk, options: argparse.Namespace) -> str:
    symbol = options.symbol
    instrument = desk.instrument(symbol)
    if options.set is not None:
        file, table, rules = options.set, "", read_toml(options.set, RulesConfig, "is --set right?")
    elif options.from_config:
        config = load(options.config)
        file, table = config.market_file, symbol
        rules = next((i.rules for i in config.instruments if i.symbol == symbol), RulesConfig())
    else:
        try:
            return as_toml(rules_in_force(DataDirectory(options.data_dir).journal, symbol), instrument).rstrip("\n")
        except JournalDamaged as error:
            raise Refused(str(error)) from None
    try:
        wanted = rules.for_instrument(instrument)
        accounts = {account.name for account in desk.reference.accounts}
        for maker in wanted.allocation.lead_market_makers:
            if maker.account not in accounts:
                raise no_account(maker.account, accounts)
    except WrongRules as error:
        raise Refused(f"{place_of(file, error.key, table)}: {symbol}: {error}") from None
    events = desk.order(SetInstrumentRules(0, desk.operator, symbol, wanted))
    if not any(isinstance(event, InstrumentRulesSet) for event in events):
        return f"{symbol} has these rules already; nothing changed."
    return f"The rules of {symbol} are set:\n{as_toml(wanted, instrument)}".rstrip("\n")


def _self_trade(desk: Desk, options: argparse.Namespace) -> str:
    desk.check_known("firm", options.firm, desk.reference.firms)
    events = desk.order(SetSelfTradeMode(0, desk.operator, options.firm, SELF_TRADE_MODES[options.mode]))
    same = "" if any(isinstance(event, SelfTradeModeSet) for event in events) else " It was before; nothing changed."
    return f"Self-trade prevention of {options.firm}: {options.mode}.{same}"


def _check_session(options: argparse.Namespace) -> None:
    if options.keep_good_till and not options.cancel_on_disconnect:
        raise Refused("--keep-good-till goes with --cancel-on-disconnect")


def _session(desk: Desk, options: argparse.Namespace) -> str:
    desk.check_known("session", options.session, [session.name for session in desk.reference.sessions])
    command = SetSessionRules(0, desk.operator, options.session, options.cancel_on_disconnect, options.keep_good_till)
    events = desk.order(command)
    if not options.cancel_on_disconnect:
        what = "keeps its orders when it is cut off or logs out"
    elif options.keep_good_till:
        what = "has its orders cancelled when it is cut off or logs out, but for GTC and GTD ones"
    else:
        what = "has its orders cancelled when it is cut off or logs out"
    same = "" if any(isinstance(event, SessionRulesSet) for event in events) else " It did before; nothing changed."
    return f"{options.session} {what}.{same}"


def _cancelled(events: list[Event], reason: CancelReason, symbol: str = "") -> int:
    return sum(
        isinstance(event, OrderCancelled) and event.reason is reason and symbol in ("", event.order.symbol)
        for event in events
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
