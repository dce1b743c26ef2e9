"""Orders over FIX: order to New report, journalled and fsynced, against a bare QuickFIX echo in Python."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.benchmarks.fix_client import Load
from scripts.benchmarks.report import Row, median, median_ratio
from tests.support.running_venue import RunningVenue, free_port

_PIPELINED = 10_000
_SINGLE = 1_000


def fix_rows(rounds: int, directory: Path, drop_copy: bool) -> list[Row]:
    """Both rows; venue and echo take turns. drop_copy: with that gateway running too, for which no target is set."""
    ours: list[tuple[float, float]] = []
    echoes: list[tuple[float, float]] = []
    fsyncs: list[float] = []
    with _venue(directory / "venue", drop_copy) as venue, _echo(directory / "echo") as port:
        for _ in range(rounds):
            fsyncs.append(fsync_microseconds(directory))
            echoes.append(_both(port))
            ours.append(_both(venue.order_entry))
    throughput = [rate for rate, _ in ours]
    echoed = [rate for rate, _ in echoes]
    without_fsync = [trip - fsync for (_, trip), fsync in zip(ours, fsyncs, strict=True)]
    trips = [trip for _, trip in echoes]
    which = "with drop copy" if drop_copy else "one session"
    return [
        Row(
            f"orders/s over FIX, order to New, fsynced, pipelined ({which})",
            f"{median(throughput):,.0f} orders/s",
            f"echo {median(echoed):,.0f}/s",
            median_ratio(throughput, echoed),
            0 if drop_copy else 0.5,
        ),
        Row(
            f"round trip p50, less one fsync of {median(fsyncs):,.0f} us ({which})",
            f"{median([trip for _, trip in ours]):,.0f} us",
            f"echo {median(trips):,.0f} us",
            median_ratio(without_fsync, trips),
            0 if drop_copy else 3,
            at_most=True,
        ),
    ]


def fsync_microseconds(directory: Path) -> float:
    """Median of a 200-byte append with fdatasync, here and now."""
    path = directory / "fsync"
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    times = []
    for _ in range(200):
        started = time.perf_counter()
        os.write(file, bytes(200))
        os.fdatasync(file)
        times.append(time.perf_counter() - started)
    os.close(file)
    path.unlink()
    return statistics.median(times) * 1e6


def _both(port: int) -> tuple[float, float]:
    load = Load(port)
    try:
        load.pipelined(load.orders(500))
        return load.pipelined(load.orders(_PIPELINED)), load.one_at_a_time(load.orders(_SINGLE))
    finally:
        load.close()
        time.sleep(0.5)


@contextmanager
def _venue(root: Path, drop_copy: bool) -> Iterator[RunningVenue]:
    venue = RunningVenue(root)
    if not drop_copy:
        (venue.config / "drop_copy.cfg").unlink()
    venue.start()
    try:
        yield venue
    finally:
        venue.stop()


@contextmanager
def _echo(directory: Path) -> Iterator[int]:
    port = free_port()
    program = Path(__file__).parent / "echo_acceptor.py"
    echo = subprocess.Popen([sys.executable, str(program), str(port), str(directory)], stdout=subprocess.PIPE)
    try:
        assert echo.stdout is not None
        echo.stdout.readline()
        time.sleep(0.5)
        yield port
    finally:
        echo.kill()
        echo.communicate()
