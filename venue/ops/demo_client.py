"""The demo's clients: brokers and a compliance desk, each a QuickFIX session, as a firm has it."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import quickfix as fix

from venue.fix.dialect import DIALECTS
from venue.fix.reports import transact_time
from venue.fix.wire import SOH, fields_of
from venue.ops.config import Config, dictionary_of
from venue.ops.errors import ConfigError
from venue.ops.fix_settings import FixSession, GatewayConfig

log = logging.getLogger("venue.ops.demo")

LOGON_SECONDS = 20
_STOP_SECONDS = 5
_POLL_SECONDS = 0.05
_PAUSE_SECONDS = 0.001

Message = dict[int, str]


class Clients(fix.Application):  # type: ignore[misc]  # quickfix has no types
    """All sessions in one initiator, whose loop runs in a Python thread. Messages wait in a queue by CompID."""

    def __init__(
        self, config: Config, directory: Path, names: tuple[str, ...], check_not_stopped: Callable[[], None]
    ) -> None:
        """directory: for the sessions' stores. check_not_stopped: raises to end a wait.

        Raises ConfigError when a name is not a session of the configuration.
        """
        super().__init__()
        self._check_not_stopped = check_not_stopped
        self._inbox: dict[str, queue.SimpleQueue[Message]] = {name: queue.SimpleQueue() for name in names}
        self._logged_on = {name: threading.Event() for name in names}
        self._leaving = threading.Event()
        self._ids: dict[str, Any] = {}  # Any: quickfix has no types.
        path = directory / "settings.cfg"
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text(_settings(config, directory, names), encoding="utf-8")
        settings = fix.SessionSettings(str(path))
        self._initiator = fix.SocketInitiator(self, fix.FileStoreFactory(settings), settings)
        self._loop = threading.Thread(target=self._run, name="demo clients", daemon=True)

    def log_on(self) -> list[str]:
        """Returns the names of those that did not get in."""
        self._loop.start()
        deadline = time.monotonic() + LOGON_SECONDS
        for event in self._logged_on.values():
            while not event.wait(_POLL_SECONDS) and time.monotonic() < deadline:
                self._check_not_stopped()
        return [name for name, event in self._logged_on.items() if not event.is_set()]

    def send(self, name: str, message_type: str, fields: Message) -> None:
        """ExpireTime(126) is given in seconds from now."""
        session_id = self._ids[name]
        begin_string = session_id.getBeginString().getString()
        stamped = {} if message_type == "H" else {60: _stamp(begin_string)}
        if 126 in fields:
            stamped[126] = _stamp(begin_string, int(fields[126]))
        body = "".join(f"{tag}={value}{SOH}" for tag, value in {**fields, **stamped}.items())
        message = fix.Message(f"8={begin_string}{SOH}9=0{SOH}35={message_type}{SOH}{body}10=000{SOH}", False)
        fix.Session.sendToTarget(message, session_id)

    def receive(self, name: str, seconds: float) -> Message | None:
        """The next application message or reject, or None when nothing came in time."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            try:
                return self._inbox[name].get(timeout=max(0.0, min(left, _POLL_SECONDS)))
            except queue.Empty:
                self._check_not_stopped()
                if left <= 0:
                    return None

    def log_off(self) -> None:
        if not self._loop.is_alive():
            return
        self._leaving.set()
        self._loop.join()

    def _run(self) -> None:
        """Connects, serves and stops in one thread: a stop from another one would race with QuickFIX's own loop."""
        try:
            while not self._leaving.is_set():
                self._poll()
            for session_id in self._ids.values():
                fix.Session.lookupSession(session_id).logout()
            deadline = time.monotonic() + _STOP_SECONDS
            while self._initiator.isLoggedOn() and time.monotonic() < deadline:
                self._poll()
            self._initiator.stop(True)
        except Exception:
            log.exception("the demo's clients ended")

    def _poll(self) -> None:
        self._initiator.poll()
        time.sleep(_PAUSE_SECONDS)

    def _keep(self, message: Any, session_id: Any) -> None:
        try:
            text = message.toString()
            self._inbox[_name(session_id)].put(fields_of(text.encode("latin-1")))
        except Exception:
            log.exception("a message could not be read")

    # QuickFIX's own names and argument order from here on. Any: quickfix has no types.

    def onCreate(self, session_id: Any) -> None:
        begin_string = session_id.getBeginString().getString()
        target = session_id.getTargetCompID().getString()
        self._ids[_name(session_id)] = fix.SessionID(begin_string, _name(session_id), target)

    def onLogon(self, session_id: Any) -> None:
        self._logged_on[_name(session_id)].set()

    def onLogout(self, session_id: Any) -> None:
        pass

    def toAdmin(self, message: Any, session_id: Any) -> None:
        pass

    def toApp(self, message: Any, session_id: Any) -> None:
        pass

    def fromAdmin(self, message: Any, session_id: Any) -> None:
        if f"{SOH}35=3{SOH}" in message.toString():
            self._keep(message, session_id)

    def fromApp(self, message: Any, session_id: Any) -> None:
        self._keep(message, session_id)


def _stamp(begin_string: str, in_seconds: int = 0) -> str:
    at = time.time_ns() + in_seconds * 10**9
    return transact_time(at)[: len("20260105-09:30:00.") + DIALECTS[begin_string].stamp_decimals]


def _name(session_id: Any) -> str:
    name: str = session_id.getSenderCompID().getString()
    return name


def _settings(config: Config, directory: Path, names: tuple[str, ...]) -> str:
    lines = ["[DEFAULT]", "ConnectionType=initiator", "HeartBtInt=30", "ReconnectInterval=1", "NonStopSession=Y"]
    lines += ["LogoutTimeout=1", "SocketNodelay=Y", f"FileStorePath={directory}", "UseDataDictionary=Y"]
    found = {session.comp_id: (gateway, session) for gateway in config.gateways for session in gateway.sessions}
    for name in names:
        if name not in found:
            raise ConfigError(f"{config.directory}: the demo needs a session {name}, as the settings shipped have it")
        lines += _session_settings(*found[name])
    return "\n".join(lines) + "\n"


def _session_settings(gateway: GatewayConfig, session: FixSession) -> list[str]:
    host = "127.0.0.1" if gateway.listen_host == "0.0.0.0" else gateway.listen_host
    lines = ["[SESSION]", f"SenderCompID={session.comp_id}", f"TargetCompID={gateway.comp_id}"]
    lines += [f"SocketConnectHost={host}", f"SocketConnectPort={gateway.listen_port}"]
    begin_string = session.begin_string
    decimals = DIALECTS[begin_string].stamp_decimals
    return [
        *lines,
        f"BeginString={begin_string}",
        f"DataDictionary={dictionary_of(begin_string)}",
        f"TimestampPrecision={decimals}",
    ]
