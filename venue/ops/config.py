"""Configuration: ``fix_config/`` and where the data lies. Text from people, so it is checked, with errors that say
which file and line to mend."""

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar

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
from venue.domain.money import NotADecimal, TooFine, parse_decimal
from venue.domain.reference import Asset, Instrument
from venue.fix.dialect import DIALECTS
from venue.ops.rules_config import (
    SELF_TRADE_MODES,
    RulesConfig,
    ScheduleConfig,
    Strict,
    WrongRules,
    time_of_day,
    time_zone,
)
from venue.scheduler import PhaseTime, Plan

PROJECT = Path(venue.__file__).resolve().parent.parent
DEFAULT_CONFIG = PROJECT / "fix_config"
DEFAULT_DATA = PROJECT / ".venue"
DICTIONARIES = PROJECT / "dictionaries"
OPERATOR = "configuration"
_MARKET_FILE = "instruments.toml"
_LONGEST_SOCKET_PATH = 107
_YES = {"Y": True, "N": False}

Chosen = TypeVar("Chosen")
Shape = TypeVar("Shape", bound=pydantic.BaseModel)


class ConfigError(Exception):
    """The text tells the file and what to change in it."""


class AssetConfig(Strict):
    symbol: str = pydantic.Field(min_length=1)
    decimals: int


class InstrumentConfig(Strict):
    """tick: in whole quote; lot: in whole base; decimal text. rules: how it trades once listed."""

    symbol: str = pydantic.Field(min_length=1)
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


class _Market(Strict):
    day: DayConfig = DayConfig()
    asset: tuple[AssetConfig, ...]
    instrument: tuple[InstrumentConfig, ...]


class FixSession(Strict):
    """One [SESSION] of a gateway. begin_string: the version of FIX that it speaks; sees_firms: drop copy; all else of
    it: order entry."""

    comp_id: str = pydantic.Field(min_length=1)
    begin_string: str
    firm: str = ""
    accounts: tuple[str, ...] = ()
    sees_firms: frozenset[str] = frozenset()
    password: str = ""
    cancel_on_disconnect: bool = False
    keep_good_till: bool = False
    self_trade_mode: SelfTradeMode | None = None


class GatewayConfig(Strict):
    """One gateway: a QuickFIX settings file. text: its content, for QuickFIX."""

    name: str
    text: str
    comp_id: str
    listen_host: str
    listen_port: int = pydantic.Field(ge=1, le=65535)
    acceptor_port: int = pydantic.Field(ge=1, le=65535)
    sessions: tuple[FixSession, ...] = pydantic.Field(min_length=1)

    @property
    def drop_copy(self) -> bool:
        return all(session.sees_firms for session in self.sessions)


class Config(Strict):
    """All of it. directory: where it was read."""

    directory: Path
    day: DayConfig
    assets: tuple[AssetConfig, ...]
    instruments: tuple[InstrumentConfig, ...]
    gateways: tuple[GatewayConfig, ...]

    @property
    def market_file(self) -> Path:
        return self.directory / _MARKET_FILE

    def reference_commands(self) -> list[Command]:
        """The commands that bring an empty venue's reference data up to this configuration.

        Raises ConfigError for a tick or lot that is not a decimal of its asset.
        """
        decimals = {asset.symbol: asset.decimals for asset in self.assets}
        commands: list[Command] = [AddAsset(0, OPERATOR, a.symbol, a.decimals) for a in self.assets]
        for i in self.instruments:
            try:
                tick, lot = parse_decimal(i.tick, decimals[i.quote]), parse_decimal(i.lot, decimals[i.base])
            except (KeyError, NotADecimal, TooFine) as error:
                raise ConfigError(
                    f"{self.market_file}: {i.symbol}: {error} is not an asset, or too fine for it"
                ) from None
            commands.append(ListInstrument(0, OPERATOR, i.symbol, i.base, i.quote, tick, lot))
        for session in self._trading_sessions():
            commands.append(AddFirm(0, OPERATOR, session.firm))
            commands += [AddAccount(0, OPERATOR, account, session.firm) for account in session.accounts]
            commands.append(AddSession(0, OPERATOR, session.comp_id, session.firm))
        return commands

    def rule_commands(self) -> list[Command]:
        """The commands that make every instrument, session and firm trade by this configuration's rules.

        Raises ConfigError for a rule that cannot be.
        """
        decimals = {asset.symbol: asset.decimals for asset in self.assets}
        commands: list[Command] = []
        for listing in self.reference_commands():
            if isinstance(listing, ListInstrument):
                base, quote = (Asset(name, decimals[name]) for name in (listing.base, listing.quote))
                instrument = Instrument(listing.symbol, base, quote, listing.tick_size, listing.lot_size)
                config = next(i for i in self.instruments if i.symbol == listing.symbol)
                try:
                    rules = config.rules.for_instrument(instrument)
                except WrongRules as error:
                    raise ConfigError(f"{self.market_file}: {listing.symbol}: rules.{error}") from None
                commands.append(SetInstrumentRules(0, OPERATOR, listing.symbol, rules))
        for s in self._trading_sessions():
            commands.append(SetSessionRules(0, OPERATOR, s.comp_id, s.cancel_on_disconnect, s.keep_good_till))
        return commands + [SetSelfTradeMode(0, OPERATOR, firm, mode) for firm, mode in self._self_trade_modes().items()]

    def plan(self) -> Plan:
        """Raises ConfigError."""
        where = f"{self.market_file}: day"
        try:
            ends, zone = time_of_day("ends", self.day.ends), time_zone(self.day.time_zone)
            phases: list[PhaseTime] = []
            for i in self.instruments:
                where = f"{self.market_file}: {i.symbol}: schedule"
                phases += i.schedule.phase_times(i.symbol)
        except WrongRules as error:
            raise ConfigError(f"{where}.{error}") from None
        return Plan(ends, zone, tuple(phases))

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
    """Reads instruments.toml and every .cfg file of the directory. Raises ConfigError."""
    market = read_toml(directory / _MARKET_FILE, _Market, "is --config right?")
    try:
        gateways = tuple(_gateway(path) for path in sorted(directory.glob("*.cfg"), reverse=True))
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from None
    config = Config(
        directory=directory, day=market.day, assets=market.asset, instruments=market.instrument, gateways=gateways
    )
    config.rule_commands()
    config.plan()
    return config


def read_toml(path: Path, shape: type[Shape], where_else: str) -> Shape:
    """Raises ConfigError."""
    content: dict[str, Any] = {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return shape.model_validate(content)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: {where_else}") from None
    except ValueError as error:
        told = _faults(error, content) if isinstance(error, pydantic.ValidationError) else str(error)
        raise ConfigError(f"{path}: {told}") from None


def _faults(error: pydantic.ValidationError, content: dict[str, Any]) -> str:
    """Every fault in a line, an element of a list by its symbol. Any: what strangers wrote."""
    return "; ".join(_fault(fault, content) for fault in error.errors())


def _fault(fault: Any, content: Any) -> str:
    names = []
    for part in fault["loc"]:
        content = content[part] if isinstance(content, list) or part in content else ""
        symbol = content.get("symbol", "") if isinstance(part, int) and isinstance(content, dict) else ""
        names.append(str(symbol or part))
    key = ".".join(names)
    match fault["type"]:
        case "string_type" if isinstance(content, int | float):
            return f'{key}: numbers with decimals are written as text: "{content}"'
        case "extra_forbidden":
            return f"{key}: there is no such key"
        case "missing":
            return f"{key}: is missing"
        case _:
            return f"{key}: {fault['msg']}"


def _gateway(path: Path) -> GatewayConfig:
    text = path.read_text(encoding="utf-8")
    default, sessions = _sections(path, text)
    try:
        return GatewayConfig(
            name=path.stem,
            text=text,
            comp_id=default["SenderCompID"],
            listen_host=default.get("ListenHost", "127.0.0.1"),
            listen_port=int(default["ListenPort"]),
            acceptor_port=int(default["SocketAcceptPort"]),
            sessions=_sessions_of(default, sessions),
        )
    except KeyError as error:
        raise ConfigError(f"{path}: {error.args[0]} is missing") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None


def _sessions_of(default: dict[str, str], sections: list[dict[str, str]]) -> tuple[FixSession, ...]:
    """Raises ValueError where one of them cannot be."""
    sessions = tuple(_session(default | section) for section in sections)
    for number, session in enumerate(sessions):
        if session.begin_string not in DIALECTS:
            text = f"BeginString={session.begin_string} is not spoken here, but {' and '.join(DIALECTS)}"
            raise ValueError(f"{session.comp_id}: {text}")
        if session.comp_id in (earlier.comp_id for earlier in sessions[:number]):
            raise ValueError(
                f"{session.comp_id} is there twice: one TargetCompID has one [SESSION] and one BeginString"
            )
    return sessions


def _session(section: dict[str, str]) -> FixSession:
    return FixSession(
        comp_id=section["TargetCompID"],
        begin_string=section["BeginString"],
        firm=section.get("Firm", ""),
        accounts=_names(section.get("Accounts", "")),
        sees_firms=frozenset(_names(section.get("SeesFirms", ""))),
        password=section.get("Password", ""),
        cancel_on_disconnect=_choice(section, "CancelOnDisconnect", _YES, "N"),
        keep_good_till=_choice(section, "KeepGoodTill", _YES, "N"),
        self_trade_mode=_choice(section, "SelfTradeMode", SELF_TRADE_MODES, "none"),
    )


def _choice(section: dict[str, str], key: str, choices: dict[str, Chosen], default: str) -> Chosen:
    text = section.get(key, default)
    if text not in choices:
        raise ValueError(f"[SESSION] {section['TargetCompID']}: {key}={text} is none of {', '.join(choices)}")
    return choices[text]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _sections(path: Path, text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The [DEFAULT] section and the [SESSION] sections of a QuickFIX settings file, as QuickFIX reads it."""
    default: dict[str, str] = {}
    sessions: list[dict[str, str]] = []
    current = default
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line == "[SESSION]":
            current = {}
            sessions.append(current)
        elif line != "[DEFAULT]":
            key, equals, value = line.partition("=")
            if not equals:
                raise ConfigError(f"{path}:{number}: expected Key=Value, [DEFAULT] or [SESSION], not {line!r}")
            current[key.strip()] = value.strip()
    return default, sessions


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
        self.engine_socket = self.run / "engine.sock"
        self.priority_socket = self.run / "priority.sock"
        if len(os.fsencode(self.priority_socket)) > _LONGEST_SOCKET_PATH:
            raise ConfigError(f"{self.root}: the path is too long for a Unix socket; give a shorter --data-dir")
