"""What must hold before a venue starts on this machine: what its settings name there is, its ports are free, and nobody
else works in its directory."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from venue.domain.commands import AddAccount, AddFirm
from venue.domain.events import AccountAdded, FirmAdded
from venue.ops.config import Config, DataDirectory
from venue.ops.errors import ConfigError
from venue.sequencer import codec
from venue.sequencer.frames import JournalDamaged
from venue.sequencer.segments import ChainWalk, SchemaTooNew, list_segments

# The processes of a venue that was killed need a moment to end.
_PORTS_SECONDS = 5
_PAUSE_SECONDS = 0.2


def check_names(config: Config, data: DataDirectory) -> None:
    """Raises ConfigError where settings name a firm or an account that neither they nor the journal have."""
    try:
        config.check_named(_listed(data.journal))
    except (JournalDamaged, SchemaTooNew):
        # The engine, which looks at all of it, tells what that means.
        return


def check_ports(config: Config, data: DataDirectory) -> None:
    """Raises ConfigError, which names the port, where one cannot be listened on."""
    deadline = time.monotonic() + (_PORTS_SECONDS if _was_killed(data) else 0)
    while True:
        try:
            _listen_on_all(config)
            return
        except ConfigError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)


@contextmanager
def occupied(data: DataDirectory) -> Iterator[None]:
    """Makes the directory and keeps other venues out of it. Raises ConfigError where one is at work in it."""
    path = data.run / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}: is --data-dir right?") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = f"{data.root}: another venue is running on this directory; stop it, or give another --data-dir"
            raise ConfigError(text) from None
        yield
    finally:
        os.close(lock)


def _listed(journal: Path) -> Iterator[tuple[type, str]]:
    """Every firm and account, as Config.check_named takes them. Raises JournalDamaged or SchemaTooNew."""
    if not (segments := list_segments(journal)):
        return
    for _, payloads in ChainWalk(segments):
        for payload in payloads:
            record = codec.decode_raw_record(payload)
            if type(record.command) is AddFirm or type(record.command) is AddAccount:
                for event in codec.decode_events(bytes(record.events)):
                    if isinstance(event, FirmAdded):
                        yield AddFirm, event.firm
                    elif isinstance(event, AccountAdded):
                        yield AddAccount, event.account.name


def _was_killed(data: DataDirectory) -> bool:
    """Whether the last venue in the directory could not clear up after itself: its pid files are left, its lock not."""
    if not any(data.run.glob("*.pid")):
        return False
    try:
        with occupied(data):
            return True
    except ConfigError:
        return False


def _listen_on_all(config: Config) -> None:
    with ExitStack() as held:
        for gateway in config.gateways:
            places = (("ListenPort", gateway.listen_host, gateway.listen_port),)
            # QuickFIX listens on every interface.
            for key, host, port in (*places, ("SocketAcceptPort", "", gateway.acceptor_port)):
                try:
                    held.enter_context(socket.create_server((host, port)))
                except OSError as error:
                    where = config.directory / f"{gateway.name}.cfg"
                    raise ConfigError(f"{where}: {key}={port}: {_why(error, host, port)}") from None


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken, perhaps by another venue: stop that one, or change {port} here"
    return f"cannot listen on {host or 'this machine'}, port {port}: {error.strerror or error}"
