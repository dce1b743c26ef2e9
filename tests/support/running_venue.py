"""A whole venue of real processes for a test: own data directory, own ports."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from venue.ops.config import DATABASE_URL, DEFAULT_CONFIG, NO_DATABASE

START_SECONDS = 60
ACCOUNTS = ("A-1", "A-2", "B-1", "C-1")
_PLENTY = 'amounts = { USD = "1000000000000000", BTC = "1000000000000", ETH = "1000000000000" }'


class RunningVenue:
    """ports: by gateway name, "order_entry" and "drop_copy". said: the lines that it printed when it started."""

    def __init__(self, root: Path, rest: bool = False) -> None:
        """rest: with the sidecar, too."""
        self.data = root / "data"
        self.config = root / "config"
        self.ports = write_config(self.config, rest)
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    @property
    def order_entry(self) -> int:
        return self.ports["order_entry"]

    @property
    def drop_copy(self) -> int:
        return self.ports["drop_copy"]

    @property
    def journal(self) -> Path:
        return self.data / "journal"

    def start(self, *options: str, database: bool | None = False) -> None:
        """database: with one of its own, and the projector; None: with the one that the environment names."""
        places = ["--config", str(self.config), "--data-dir", str(self.data)]
        command = [sys.executable, "-m", "venue", "run", *places, *options]
        environment = dict(os.environ)
        if database is not None:
            environment[DATABASE_URL] = "" if database else NO_DATABASE
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment
        )
        assert self.process.stdout is not None
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Ctrl-C"):
                return
        raise AssertionError(f"the venue did not start; logs in {self.data / 'log'}")

    def stop(self) -> int:
        """Asks it to stop and waits; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def pid(self, name: str) -> int:
        """Of one process: engine, replica, scheduler, order_entry, drop_copy, front."""
        return int((self.data / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        """kill -9 of one process; the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def wait_restarted(self, name: str, old_pid: int, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while self.pid(name) == old_pid:
            assert time.monotonic() < deadline, f"{name} was not started again"
            time.sleep(0.01)


def write_config(directory: Path, with_rest: bool = False) -> dict[str, int]:
    """The settings as shipped, in a new directory, with free ports and plenty of funds. Returns those to connect to, by
    gateway name, and as "rest"."""
    shutil.copytree(DEFAULT_CONFIG, directory)
    ports = {}
    for path in directory.glob("*.cfg"):
        front, acceptor = free_port(), free_port()
        lines = [
            f"ListenPort={front}"
            if line.startswith("ListenPort=")
            else f"SocketAcceptPort={acceptor}"
            if line.startswith("SocketAcceptPort=")
            else line
            for line in path.read_text().splitlines()
        ]
        path.write_text("\n".join(lines) + "\n")
        ports[path.stem] = front
    rest = directory / "rest.toml"
    if not with_rest:
        rest.unlink()
    else:
        ports["rest"] = free_port()
        rest.write_text(rest.read_text().replace("listen_port = 8080", f"listen_port = {ports['rest']}"))
    fund(directory, *ACCOUNTS)
    return ports


def fund(config: Path, *accounts: str) -> None:
    """So much for each account that no test's orders need more, in the place of what the settings give."""
    money = config / "money.toml"
    text = money.read_text()
    for account in accounts:
        shipped = text.partition(f'account = "{account}"\namounts = ')[2].partition("\n")[0]
        if shipped:
            text = text.replace(f'account = "{account}"\namounts = {shipped}', f'account = "{account}"\n{_PLENTY}')
        else:
            text += f'\n[[funding]]\naccount = "{account}"\n{_PLENTY}\n'
    money.write_text(text)


def drop_rules(config: Path) -> Path:
    """Takes the shipped rules and schedules away. Returns the file of instruments."""
    market = config / "instruments.toml"
    lines = [line for line in market.read_text().splitlines() if not line.startswith(("rules.", "schedule."))]
    market.write_text("\n".join(lines) + "\n")
    return market


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_venue(root: Path) -> Iterator[RunningVenue]:
    venue = RunningVenue(root)
    venue.start()
    try:
        yield venue
    finally:
        venue.stop()
