"""Configuration: ``fix_config/`` and where the data lies. Text from people, so it is checked, with errors that say
which file and line to mend."""

import os
import tomllib
from pathlib import Path

import pydantic

import venue
from venue.domain.commands import AddAccount, AddAsset, AddFirm, AddSession, Command, ListInstrument
from venue.domain.money import NotADecimal, TooFine, parse_decimal

PROJECT = Path(venue.__file__).resolve().parent.parent
DEFAULT_CONFIG = PROJECT / "fix_config"
DEFAULT_DATA = PROJECT / ".venue"
DICTIONARY = PROJECT / "dictionaries" / "VENUE44.xml"
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
    """One [SESSION] of a gateway. firm and accounts: order entry; sees_firms: drop copy."""

    comp_id: str = pydantic.Field(min_length=1)
    firm: str = ""
    accounts: tuple[str, ...] = ()
    sees_firms: frozenset[str] = frozenset()
    password: str = ""


class GatewayConfig(_Strict):
    """One gateway: a QuickFIX settings file. text: its content, for QuickFIX."""

    name: str
    text: str
    comp_id: str
    begin_string: str
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
            begin_string=default["BeginString"],
            listen_host=default.get("ListenHost", "127.0.0.1"),
            listen_port=int(default["ListenPort"]),
            acceptor_port=int(default["SocketAcceptPort"]),
            sessions=tuple(_session(section) for section in sessions),
        )
    except KeyError as error:
        raise ConfigError(f"{path}: {error.args[0]} is missing") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None


def _session(section: dict[str, str]) -> FixSession:
    return FixSession(
        comp_id=section["TargetCompID"],
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
