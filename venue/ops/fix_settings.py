"""QuickFIX settings files, one for each gateway: who may connect, and where. Read as QuickFIX reads them, but strictly:
a key that nobody knows would be swallowed, and with it what somebody meant by it."""

import difflib
from pathlib import Path
from typing import NamedTuple, TypeVar

from venue.domain.enums import SelfTradeMode
from venue.domain.limits import MAX_NAME_LENGTH
from venue.fix.dialect import DIALECTS
from venue.ops.errors import ConfigError
from venue.ops.rules_config import SELF_TRADE_MODES
from venue.ops.toml_file import Strict, read_text

# Of QuickFIX's keys, those of which an acceptor behind the front door makes use.
_ACCEPTOR_KEYS = """
    AllowUnknownMsgFields BeginString CheckCompID CheckLatency ConnectionType DefaultApplVerID EndDay EndTime LogonDay
    LogonTime LogonTimeout LogoutDay LogoutTime LogoutTimeout MaxLatency NonStopSession PersistMessages
    PreserveMessageFieldsOrder RefreshOnLogon ResetOnDisconnect ResetOnLogon ResetOnLogout SendNextExpectedMsgSeqNum
    SendRedundantResendRequests SenderCompID SocketAcceptPort SocketNodelay SocketReceiveBufferSize SocketReuseAddress
    SocketSendBufferSize StartDay StartTime TargetCompID UseDataDictionary UseLocalTime ValidateFieldsHaveValues
    ValidateFieldsOutOfOrder ValidateLengthAndChecksum ValidateUserDefinedFields
"""
_ORDER_ENTRY_KEYS = frozenset(("Firm", "Accounts", "CancelOnDisconnect", "KeepGoodTill", "SelfTradeMode"))
_VENUE_KEYS = _ORDER_ENTRY_KEYS | {"ListenHost", "ListenPort", "Password", "SeesFirms"}
_KEYS = _VENUE_KEYS | {*_ACCEPTOR_KEYS.split()}
_SET_BY_THE_VENUE = frozenset(
    ("AppDataDictionary", "DataDictionary", "FileStorePath", "TimestampPrecision", "TransportDataDictionary")
)
_OF_THE_FILE = frozenset(("ConnectionType", "ListenHost", "ListenPort", "SenderCompID", "SocketAcceptPort"))
_HIGHEST_PORT = 65_535
_YES = {"Y": True, "N": False}

Chosen = TypeVar("Chosen")


class FixSession(Strict):
    """One [SESSION] of a gateway. begin_string: the version of FIX that it speaks; sees_firms: drop copy; all else of
    it: order entry."""

    comp_id: str
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
    listen_port: int
    acceptor_port: int
    sessions: tuple[FixSession, ...]

    @property
    def drop_copy(self) -> bool:
        return all(session.sees_firms for session in self.sessions)


class _Value(NamedTuple):
    text: str
    line: int


class _Section:
    """A [SESSION] with what [DEFAULT] has for it, or [DEFAULT] itself; knows the line of everything, for errors."""

    def __init__(self, path: Path, line: int, default: "_Section | None" = None) -> None:
        self.path = path
        self.line = line
        self.values: dict[str, _Value] = {}
        self._default = default

    def take(self, key: str, text: str, line: int) -> None:
        """Raises ConfigError for a key that cannot be here."""
        if key not in _KEYS:
            raise self.error(_no_key(key), line)
        if key in self.values:
            raise self.error(f"{key} stands in line {self.values[key].line} already: keep one of them", line)
        if self._default is not None and key in _OF_THE_FILE:
            raise self.error(f"{key} holds for the whole file: put it under [DEFAULT]", line)
        self.values[key] = _Value(text, line)

    def find(self, key: str) -> _Value | None:
        return self.values.get(key) or (self._default.find(key) if self._default is not None else None)

    def get(self, key: str, default: str = "") -> str:
        found = self.find(key)
        return default if found is None else found.text

    def need(self, key: str) -> str:
        """Raises ConfigError."""
        if not (text := self.get(key)):
            raise self.error(f"{key} is missing: write {key}=... here")
        return text

    def port(self, key: str) -> int:
        """Raises ConfigError."""
        text = self.need(key)
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= _HIGHEST_PORT:
            raise self.wrong(key, f"a port is a whole number from 1 to {_HIGHEST_PORT}")
        return int(text)

    def choice(self, key: str, choices: dict[str, Chosen], default: str) -> Chosen:
        """Raises ConfigError."""
        text = self.get(key, default)
        if text not in choices:
            raise self.wrong(key, f"is none of {', '.join(choices)}")
        return choices[text]

    def names(self, key: str) -> tuple[str, ...]:
        """Raises ConfigError where one of them is no name that the venue takes."""
        names = tuple(name.strip() for name in self.get(key).split(",") if name.strip())
        for name in names:
            if len(name) > MAX_NAME_LENGTH or not (name.isascii() and name.isprintable()):
                raise self.wrong(key, f"a name has at most {MAX_NAME_LENGTH} characters, printable ASCII")
        return names

    def name(self, key: str) -> str:
        """Raises ConfigError."""
        self.need(key)
        names = self.names(key)
        if len(names) != 1:
            raise self.wrong(key, "is to be one name")
        return names[0]

    def wrong(self, key: str, text: str) -> ConfigError:
        found = self.find(key)
        assert found is not None, key
        return self.error(f"{key}={found.text}: {text}", found.line)

    def error(self, text: str, line: int = 0) -> ConfigError:
        return ConfigError(f"{self.path}:{line or self.line}: {text}")


def read_gateway(path: Path) -> GatewayConfig:
    """Raises ConfigError."""
    text = read_text(path, "is --config right?")
    default, sections = _sections(path, text)
    if default.get("ConnectionType", "acceptor") != "acceptor":
        raise default.wrong("ConnectionType", "the venue is an acceptor: brokers connect to it")
    if not sections:
        raise ConfigError(f"{path}: there is no [SESSION]: nobody could connect; add one, or remove the file")
    sessions = tuple(_session(section) for section in sections)
    _check_together(sections, sessions)
    return GatewayConfig(
        name=path.stem,
        text=text,
        comp_id=default.name("SenderCompID"),
        listen_host=default.get("ListenHost", "127.0.0.1"),
        listen_port=default.port("ListenPort"),
        acceptor_port=default.port("SocketAcceptPort"),
        sessions=sessions,
    )


def _sections(path: Path, text: str) -> tuple[_Section, list[_Section]]:
    """[DEFAULT], which comes first, and every [SESSION]. Raises ConfigError."""
    default: _Section | None = None
    sessions: list[_Section] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        current = sessions[-1] if sessions else default
        key, equals, value = line.partition("=")
        if line == "[DEFAULT]" and default is None:
            default = _Section(path, number)
        elif line == "[SESSION]" and default is not None:
            sessions.append(_Section(path, number, default))
        elif line == "[DEFAULT]":
            raise ConfigError(f"{path}:{number}: there is a second [DEFAULT]: put all of it into the first")
        elif line == "[SESSION]" or (equals and current is None):
            raise ConfigError(f"{path}:{number}: {line!r} stands before [DEFAULT], which comes first")
        elif not equals or current is None:
            raise ConfigError(f"{path}:{number}: expected Key=Value, [DEFAULT] or [SESSION], not {line!r}")
        else:
            current.take(key.strip(), value.strip(), number)
    if default is None:
        raise ConfigError(f"{path}: there is no [DEFAULT], which comes first")
    return default, sessions


def _session(section: _Section) -> FixSession:
    """Raises ConfigError."""
    comp_id, begin_string = section.name("TargetCompID"), section.need("BeginString")
    if begin_string not in DIALECTS:
        raise section.wrong("BeginString", f"is not spoken here, but {' and '.join(DIALECTS)}")
    session = FixSession(
        comp_id=comp_id,
        begin_string=begin_string,
        firm=section.name("Firm") if section.find("Firm") else "",
        accounts=section.names("Accounts"),
        sees_firms=frozenset(section.names("SeesFirms")),
        password=section.get("Password"),
        cancel_on_disconnect=section.choice("CancelOnDisconnect", _YES, "N"),
        keep_good_till=section.choice("KeepGoodTill", _YES, "N"),
        self_trade_mode=section.choice("SelfTradeMode", SELF_TRADE_MODES, "none"),
    )
    _check_kind(section, session)
    return session


def _check_kind(section: _Section, session: FixSession) -> None:
    """Order entry or drop copy, and what belongs to it. Raises ConfigError."""
    comp_id = session.comp_id
    if section.find("SeesFirms") is None:
        if not session.firm:
            how = "add Firm=... for order entry, or SeesFirms=... for drop copy"
            raise section.error(f"[SESSION] {comp_id} has neither Firm nor SeesFirms: {how}")
        if session.keep_good_till and not session.cancel_on_disconnect:
            raise section.wrong("KeepGoodTill", "goes with CancelOnDisconnect=Y")
        return
    if not session.sees_firms:
        raise section.wrong("SeesFirms", f"names no firm, so {comp_id} would see nothing: write SeesFirms=FIRM,FIRM")
    for key in sorted(_ORDER_ENTRY_KEYS):
        if section.find(key):
            raise section.wrong(key, f"is for order entry, and {comp_id} is drop copy, by its SeesFirms: remove one")


def _check_together(sections: list[_Section], sessions: tuple[FixSession, ...]) -> None:
    """Raises ConfigError where one session does not go with those before it."""
    for number, (section, session) in enumerate(zip(sections, sessions, strict=True)):
        if session.comp_id in (earlier.comp_id for earlier in sessions[:number]):
            text = "is there twice: one TargetCompID has one [SESSION] and one BeginString"
            raise section.error(f"{session.comp_id} {text}")
        if bool(session.sees_firms) != bool(sessions[0].sees_firms):
            text = "order entry and drop copy do not go in one file: move one kind to a .cfg file of its own"
            raise section.error(f"[SESSION] {session.comp_id}: {text}")


def _no_key(key: str) -> str:
    if key in _SET_BY_THE_VENUE:
        return f"{key} is set by the venue itself: remove it"
    by_lower = {known.lower(): known for known in _KEYS}
    near = difflib.get_close_matches(key.lower(), by_lower, 1)
    return f"there is no key {key}: " + (f"did you mean {by_lower[near[0]]}?" if near else "remove it")
