"""Configuration: ``fix_config/`` and where the data lies. Text from people, so it is checked, with errors that say
which file and line to mend."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pydantic

import venue
from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    Command,
    ListInstrument,
    SetInstrumentRules,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import SelfTradeMode
from venue.domain.limits import MAX_DECIMALS, MAX_SYMBOL_LENGTH, RECONCILE_EVERY_SECONDS
from venue.domain.money import NotADecimal, TooFine, format_decimal, parse_decimal
from venue.domain.reference import Asset, InexactNotional, Instrument
from venue.fix.dialect import DIALECTS
from venue.ops.errors import ConfigError
from venue.ops.fix_settings import FixSession, GatewayConfig, read_gateway
from venue.ops.money_config import Listed, MoneyConfig
from venue.ops.rules_config import RulesConfig, ScheduleConfig, WrongRules, no_account, time_of_day, time_zone
from venue.ops.toml_file import Strict, place_of, place_of_entry, read_toml
from venue.scheduler import PhaseTime, Plan

PROJECT = Path(venue.__file__).resolve().parent.parent
DEFAULT_CONFIG = PROJECT / "fix_config"
DEFAULT_DATA = PROJECT / ".venue"
DICTIONARIES = PROJECT / "dictionaries"
OPERATOR = "configuration"
# The environment's name for a PostgreSQL server to use; NO_DATABASE: none at all, nothing is projected.
DATABASE_URL = "VENUE_DATABASE_URL"
NO_DATABASE = "none"
_MARKET_FILE = "instruments.toml"
_MONEY_FILE = "money.toml"
_LONGEST_SOCKET_PATH = 107
# As the engine takes them: printable ASCII, no space at either end.
_NAME = r"^[!-~]([ -~]*[!-~])?$"


class AssetConfig(Strict):
    symbol: str = pydantic.Field(pattern=_NAME, max_length=MAX_SYMBOL_LENGTH)
    decimals: int = pydantic.Field(ge=0, le=MAX_DECIMALS)


class InstrumentConfig(Strict):
    """tick: in whole quote; lot: in whole base; decimal text. rules: how it trades once listed."""

    symbol: str = pydantic.Field(pattern=_NAME, max_length=MAX_SYMBOL_LENGTH)
    base: str
    quote: str
    tick: str
    lot: str
    rules: RulesConfig = RulesConfig()
    schedule: ScheduleConfig = ScheduleConfig()


class DayConfig(Strict):
    """When the trading day ends, by the clock of a time zone: HH:MM or HH:MM:SS."""

    ends: str = "00:00"
    time_zone: str = "UTC"


class ReconciliationConfig(Strict):
    """How often the tables are compared with the journal, and whether a difference blocks withdrawals."""

    every_seconds: int = pydantic.Field(default=RECONCILE_EVERY_SECONDS, ge=1, le=86_400)
    block_withdrawals: bool = True


class _Market(Strict):
    day: DayConfig = DayConfig()
    reconciliation: ReconciliationConfig = ReconciliationConfig()
    asset: tuple[AssetConfig, ...]
    instrument: tuple[InstrumentConfig, ...]


class Config(Strict):
    """All of it. directory: where it was read."""

    directory: Path
    day: DayConfig
    assets: tuple[AssetConfig, ...]
    instruments: tuple[InstrumentConfig, ...]
    money: MoneyConfig
    gateways: tuple[GatewayConfig, ...]
    reconciliation: ReconciliationConfig = ReconciliationConfig()

    @property
    def market_file(self) -> Path:
        return self.directory / _MARKET_FILE

    @property
    def money_file(self) -> Path:
        return self.directory / _MONEY_FILE

    def reference_commands(self) -> list[Command]:
        """The commands that bring an empty venue's reference data up to this configuration.

        Raises ConfigError for an instrument that the engine would not list.
        """
        commands: list[Command] = [AddAsset(0, OPERATOR, a.symbol, a.decimals) for a in self.assets]
        for i in self._listings():
            commands.append(
                ListInstrument(0, OPERATOR, i.symbol, i.base.symbol, i.quote.symbol, i.tick_size, i.lot_size)
            )
        for session in self._trading_sessions():
            commands.append(AddFirm(0, OPERATOR, session.firm))
            commands += [AddAccount(0, OPERATOR, account, session.firm) for account in session.accounts]
            commands.append(AddSession(0, OPERATOR, session.comp_id, session.firm))
        return commands

    def rule_commands(self) -> list[Command]:
        """The commands that make every instrument, session, firm and account trade by this configuration's rules, fees
        and limits.

        Raises ConfigError for a rule that cannot be.
        """
        commands: list[Command] = []
        for instrument, config in zip(self._listings(), self.instruments, strict=True):
            try:
                rules = config.rules.for_instrument(instrument)
            except WrongRules as error:
                raise self._wrong("rules", error, instrument.symbol) from None
            commands.append(SetInstrumentRules(0, OPERATOR, instrument.symbol, rules))
        for s in self._trading_sessions():
            commands.append(SetSessionRules(0, OPERATOR, s.comp_id, s.cancel_on_disconnect, s.keep_good_till))
        modes = self._self_trade_modes()
        commands += [SetSelfTradeMode(0, OPERATOR, firm, mode) for firm, mode in modes.items()]
        try:
            return commands + self.money.commands(self._listed(), OPERATOR)
        except WrongRules as error:
            raise self._wrong_money(error) from None

    def funding_commands(self) -> list[Command]:
        """The credits that accounts begin with. Raises ConfigError."""
        try:
            return self.money.credits(self._listed(), OPERATOR)
        except WrongRules as error:
            raise self._wrong_money(error) from None

    def plan(self) -> Plan:
        """Raises ConfigError."""
        phases: list[PhaseTime] = []
        for i in self.instruments:
            try:
                phases += i.schedule.phase_times(i.symbol)
            except WrongRules as error:
                raise self._wrong("schedule", error, i.symbol) from None
        try:
            ends, zone = time_of_day("ends", self.day.ends), time_zone(self.day.time_zone)
        except WrongRules as error:
            raise self._wrong("day", error) from None
        return Plan(ends, zone, tuple(phases))

    def firms(self) -> list[str]:
        return sorted({session.firm for session in self._trading_sessions()})

    def check_accounts(self) -> None:
        """Raises ConfigError where a firm has none, so that it could not trade, or an account is of two firms."""
        sessions = self._trading_sessions()
        firm_of: dict[str, str] = {}
        for session in sessions:
            for account in session.accounts:
                if (firm := firm_of.setdefault(account, session.firm)) != session.firm:
                    text = f"account {account} is of firm {firm} and of firm {session.firm}: take it from one of them"
                    raise ConfigError(f"{self.directory}: {text}")
        if without := sorted({session.firm for session in sessions} - set(firm_of.values())):
            raise ConfigError(f"{self.directory}: firm {without[0]} has no account: add Accounts=... to its [SESSION]")

    def check_named(self, listed: Iterable[tuple[type, str]]) -> None:
        """listed: the journal's, each AddFirm or AddAccount and a name; read only as far as it takes.

        Raises ConfigError where drop copy is to see a firm, or a rule names an account, that there is nowhere.
        """
        missing = self._named_elsewhere()
        if not missing:
            return
        for known in listed:
            missing.pop(known, None)
            if not missing:
                return
        raise ConfigError(next(iter(missing.values())))

    def _named_elsewhere(self) -> dict[tuple[type, str], str]:
        """What settings name and do not list: what to say where the journal does not have it either."""
        sessions = self._trading_sessions()
        firms = {session.firm for session in sessions}
        accounts = {account for session in sessions for account in session.accounts}
        found: dict[tuple[type, str], str] = {}
        for gateway, session in ((g, session) for g in self.gateways for session in g.sessions):
            for firm in sorted(session.sees_firms - firms):
                found[AddFirm, firm] = (
                    f"{self.directory / gateway.name}.cfg: [SESSION] {session.comp_id}: SeesFirms names {firm}, "
                    f"which is no firm: the firms are {', '.join(sorted(firms))}"
                )
        for instrument in self.instruments:
            for maker in instrument.rules.allocation.lead_market_makers:
                if maker.account not in accounts:
                    error = no_account(maker.account, accounts)
                    found[AddAccount, maker.account] = str(self._wrong("rules", error, instrument.symbol))
        return found

    def _wrong(self, table: str, error: WrongRules, symbol: str = "") -> ConfigError:
        """symbol: of the instrument whose table it is."""
        place = place_of(self.market_file, f"{table}.{error.key}", symbol)
        return ConfigError(": ".join(filter(None, [place, symbol, f"{table}.{error}"])))

    def _wrong_money(self, error: WrongRules) -> ConfigError:
        is_entry = re.match(r"[a-z]+\.\d+\.", error.key)
        place = (place_of_entry if is_entry else place_of)(self.money_file, error.key)
        return ConfigError(f"{place}: {error}")

    def _listed(self) -> Listed:
        """Raises ConfigError."""
        sessions = self._trading_sessions()
        return Listed(
            {asset.symbol: Asset(asset.symbol, asset.decimals) for asset in self.assets},
            {instrument.symbol: instrument for instrument in self._listings()},
            tuple(dict.fromkeys(session.firm for session in sessions)),
            tuple(dict.fromkeys(account for session in sessions for account in session.accounts)),
        )

    def _listings(self) -> list[Instrument]:
        """Raises ConfigError."""
        assets = {asset.symbol: Asset(asset.symbol, asset.decimals) for asset in self.assets}
        for what, symbols in (
            ("asset", [a.symbol for a in self.assets]),
            ("instrument", [i.symbol for i in self.instruments]),
        ):
            if twice := [symbol for number, symbol in enumerate(symbols) if symbol in symbols[:number]]:
                raise ConfigError(f"{self.market_file}: {what} {twice[0]} is there twice: keep one of them")
        return [self._listing(config, assets) for config in self.instruments]

    def _listing(self, config: InstrumentConfig, assets: dict[str, Asset]) -> Instrument:
        """Raises ConfigError."""
        where = f"{self.market_file}: {config.symbol}"
        for key, name in (("base", config.base), ("quote", config.quote)):
            if name not in assets:
                raise ConfigError(f"{where}: {key}: {name!r} is no asset: add it as an [[asset]], or name one")
        if config.base == config.quote:
            raise ConfigError(f"{where}: quote: {config.quote!r} is the base too: name another asset")
        base, quote = assets[config.base], assets[config.quote]
        tick, lot = _increment(f"{where}: tick", config.tick, quote), _increment(f"{where}: lot", config.lot, base)
        instrument = Instrument(config.symbol, base, quote, tick, lot)
        try:
            _ = instrument.tick_lot_amount
        except InexactNotional:
            product = format_decimal(tick * lot, quote.decimals + base.decimals)
            raise ConfigError(
                f"{where}: tick x lot is {product} {quote.symbol}, which is not a whole number of its smallest units, "
                f"{format_decimal(1, quote.decimals)} {quote.symbol}: choose a larger tick or lot"
            ) from None
        return instrument

    def _trading_sessions(self) -> list[FixSession]:
        return [session for gateway in self.gateways for session in gateway.sessions if session.firm]

    def _self_trade_modes(self) -> dict[str, SelfTradeMode | None]:
        """By firm. Raises ConfigError where two sessions of a firm do not agree."""
        modes: dict[str, SelfTradeMode | None] = {}
        for session in self._trading_sessions():
            if modes.setdefault(session.firm, session.self_trade_mode) is not session.self_trade_mode:
                raise ConfigError(
                    f"{self.directory}: SelfTradeMode is the firm's, and the sessions of {session.firm} differ in it"
                )
        return modes


def load(directory: Path) -> Config:
    """Reads instruments.toml, money.toml if it is there, and every .cfg file of the directory. Raises ConfigError."""
    market = read_toml(directory / _MARKET_FILE, _Market, "is --config right?")
    has_money = (directory / _MONEY_FILE).exists()
    money = read_toml(directory / _MONEY_FILE, MoneyConfig, "is --config right?") if has_money else MoneyConfig()
    paths = sorted(directory.glob("*.cfg"), reverse=True)
    if not paths:
        raise ConfigError(f"{directory}: there is no .cfg file: nobody could connect; is --config right?")
    gateways = tuple(read_gateway(path) for path in paths)
    config = Config(
        directory=directory,
        day=market.day,
        reconciliation=market.reconciliation,
        assets=market.asset,
        instruments=market.instrument,
        money=money,
        gateways=gateways,
    )
    config.rule_commands()
    config.funding_commands()
    config.plan()
    config.check_accounts()
    return config


def _increment(where: str, text: str, asset: Asset) -> int:
    """A tick or lot, in the asset's smallest units. Raises ConfigError."""
    try:
        number = parse_decimal(text, asset.decimals)
    except NotADecimal:
        raise ConfigError(f"{where}: {text!r} is not a decimal number") from None
    except TooFine:
        smallest = f"{format_decimal(1, asset.decimals)} {asset.symbol}"
        raise ConfigError(f"{where}: {text!r} is too fine: the smallest unit is {smallest}") from None
    if number <= 0:
        raise ConfigError(f"{where}: {text!r} is not above 0: give a larger one")
    return number


def dictionary_of(begin_string: str) -> Path:
    """The QuickFIX dictionary of a version of FIX, as brokers have it."""
    return DICTIONARIES / f"VENUE{DIALECTS[begin_string].number}.xml"


class DataDirectory:
    """Where a venue keeps what it writes."""

    def __init__(self, root: Path) -> None:
        """Raises ConfigError where the path is too long for the Unix sockets in it."""
        self.root = root.absolute()
        self.journal = self.root / "journal"
        self.snapshots = self.root / "snapshots"
        self.logs = self.root / "log"
        self.fix = self.root / "fix"
        self.run = self.root / "run"
        self.scheduler = self.root / "scheduler"
        # Short: its Unix socket, in it, must not have a longer path than the others.
        self.postgres = self.root / "pg"
        self.sidecar = self.root / "sidecar"
        self.engine_socket = self.run / "engine.sock"
        self.priority_socket = self.run / "priority.sock"
        if len(os.fsencode(self.priority_socket)) > _LONGEST_SOCKET_PATH:
            raise ConfigError(f"{self.root}: the path is too long for a Unix socket; give a shorter --data-dir")
