"""The demo, run twice on one data directory, and ways to call the command as a user does."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.running_venue import write_config

Finished = subprocess.CompletedProcess[str]


class Demo(NamedTuple):
    """root: the --data-dir given; the demo's own is below it. runs: one after the other."""

    root: Path
    config: Path
    runs: tuple[Finished, Finished]

    @property
    def data(self) -> Path:
        return self.root / "demo"

    @property
    def journal(self) -> Path:
        return self.data / "journal"


def venue(*arguments: str | Path, seconds: float = 60) -> Finished:
    """Runs the command to its end, without a terminal."""
    command = [sys.executable, "-W", "error", "-m", "venue", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)


def processes_of(directory: Path) -> list[int]:
    """Ids of the processes that have a path below the directory among their arguments."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            arguments = Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(argument.startswith(os.fsencode(directory)) for argument in arguments):
            found.append(int(entry))
    return found


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    root = Path(tempfile.mkdtemp(prefix="venue-demo-"))
    config, data = root / "config", root / "data"
    write_config(config)

    def run() -> Finished:
        return venue("demo", "--once", "--config", config, "--data-dir", data, seconds=120)

    yield Demo(data, config, (run(), run()))
    shutil.rmtree(root)
