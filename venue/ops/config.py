"""Configuration: ``fix_config/`` and where the data lies. Text from people, so it is checked, with errors that say
which file and line to mend."""

import os
import tomllib
from pathlib import Path

import pydantic

import venue
from venue.domain.commands import AddAccount, AddAsset, AddFirm, AddSession, Command, ListInstrument
from venue.domain.money import NotADecimal, TooFine, parse_decimal
from venue.fix.dialect import DIALECTS

PROJECT = Path(venue.__file__).resolve().parent.parent
DEFAULT_CONFIG = PROJECT / "fix_config"
DEFAULT_DATA = PROJECT / ".venue"
DICTIONARIES = PROJECT / "dictionaries"
OPERATOR = "configuration"
_LONGEST_SOCKET_PATH = 107


class ConfigError(Exception):
    """The text tells the file and what to change in it."""


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class AssetConfig(_Strict):
    symbol: str = pydantic.Field(min_length=1)
    decimals: int


class InstrumentConfig(_Strict):
    """tick: in whole quote; lot: in whole base; decimal text."""

    symbol: str = pydantic.Field(min_length=1)
    base: str
    quote: str
    tick: str
    lot: str


class _Market(_Strict):
    asset: tuple[AssetConfig, ...]
    instrument: tuple[InstrumentConfig, ...]


class FixSession(_Strict):
    """One [SESSION] of a gateway. begin_string: the version of FIX that it speaks; firm and accounts: order entry;
    sees_firms: drop copy."""

    comp_id: str = pydantic.Field(min_length=1)
    begin_string: str
    firm: str = ""
    accounts: tuple[str, ...] = ()
    sees_firms: frozenset[str] = frozenset()
    password: str = ""


class GatewayConfig(_Strict):
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


class Config(_Strict):
    """All of it. directory: where it was read."""

    directory: Path
    assets: tuple[AssetConfig, ...]
    instruments: tuple[InstrumentConfig, ...]
    gateways: tuple[GatewayConfig, ...]

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
                where = self.directory / "instruments.toml"
                raise ConfigError(f"{where}: {i.symbol}: {error} is not an asset, or too fine for it") from None
            commands.append(ListInstrument(0, OPERATOR, i.symbol, i.base, i.quote, tick, lot))
        for session in (s for gateway in self.gateways for s in gateway.sessions if s.firm):
            commands.append(AddFirm(0, OPERATOR, session.firm))
            commands += [AddAccount(0, OPERATOR, account, session.firm) for account in session.accounts]
            commands.append(AddSession(0, OPERATOR, session.comp_id, session.firm))
        return commands


def load(directory: Path) -> Config:
    """Reads instruments.toml and every .cfg file of the directory. Raises ConfigError."""
    market_path = directory / "instruments.toml"
    try:
        market = _Market.model_validate(tomllib.loads(market_path.read_text(encoding="utf-8")))
        gateways = tuple(_gateway(path) for path in sorted(directory.glob("*.cfg"), reverse=True))
        return Config(directory=directory, assets=market.asset, instruments=market.instrument, gateways=gateways)
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}: is --config right?") from None
    except (tomllib.TOMLDecodeError, pydantic.ValidationError) as error:
        raise ConfigError(f"{market_path}: {error}") from None


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
    )


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
        self.engine_socket = self.run / "engine.sock"
        self.priority_socket = self.run / "priority.sock"
        if len(os.fsencode(self.priority_socket)) > _LONGEST_SOCKET_PATH:
            raise ConfigError(f"{self.root}: the path is too long for a Unix socket; give a shorter --data-dir")
