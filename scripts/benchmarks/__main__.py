"""``python -m scripts.benchmarks [--rounds N] [--quick]``: prints the table, then the cost of each stage."""

import argparse
import os
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.benchmarks.engine_speed import flow_row, loop_rows
from scripts.benchmarks.fix_speed import fix_rows
from scripts.benchmarks.market_data import market_data_rows
from scripts.benchmarks.memory import memory, memory_of_accounts
from scripts.benchmarks.money_speed import money_rows
from scripts.benchmarks.order_types import order_type_rows
from scripts.benchmarks.projector_speed import projector_lag, projector_rows
from scripts.benchmarks.report import Row
from scripts.benchmarks.rest_speed import rest_rows
from scripts.benchmarks.stages import stages


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures the venue against bare baselines.")
    parser.add_argument("--rounds", type=int, default=5, help="medians of so many rounds (default: %(default)s)")
    options = parser.parse_args()
    console = Console(width=None if os.isatty(1) else 150)
    console.print(f"{os.cpu_count()} cores; medians of {options.rounds} rounds; about 5 minutes")
    started = time.monotonic()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="venue-bench-", dir=Path.cwd() / ".venv") as name:
        directory = Path(name)
        for title, measure in (
            ("engine", lambda: [flow_row(options.rounds)]),
            ("engine loop and replay", lambda: loop_rows(options.rounds, directory)),
            ("the ledger and pre-trade risk", lambda: money_rows(options.rounds)),
            ("order types and floods", lambda: order_type_rows(options.rounds, _sub(directory, "orders"))),
            ("the projector", lambda: projector_rows(options.rounds, _sub(directory, "projector"))),
            ("market data", lambda: market_data_rows(options.rounds)),
            ("FIX, one session", lambda: fix_rows(options.rounds, _sub(directory, "fix"), drop_copy=False)),
            ("FIX, with drop copy", lambda: fix_rows(options.rounds, _sub(directory, "drop"), drop_copy=True)),
            ("REST reads", lambda: rest_rows(options.rounds, _sub(directory, "rest"))),
        ):
            console.print(f"measuring {title} ...")
            rows += measure()
        console.print("measuring the projector's lag ...")
        lag = projector_lag(_sub(directory, "lag"))
        console.print("measuring stages and memory ...")
        costs = stages(_sub(directory, "stages"))
    _print_rows(console, rows)
    console.print(
        f"projector's lag at {lag.orders_per_second:,.0f} orders/s over FIX: median {lag.median_ms:,.0f} ms, worst "
        f"{lag.worst_ms:,.0f} ms; all there {lag.caught_up_ms:,.0f} ms after the last report"
    )
    _print_stages(console, costs)
    _print_memory(console, memory(1_000_000, 200_000))
    for what, bytes_each in memory_of_accounts():
        console.print(f"memory of the engine: {what} {bytes_each:,.0f} bytes")
    console.print(f"{time.monotonic() - started:.0f} s")
    return 0


def _sub(directory: Path, name: str) -> Path:
    path = directory / name
    path.mkdir()
    return path


def _print_rows(console: Console, rows: list[Row]) -> None:
    table = Table(title="Against bare baselines, in one run")
    for column in ("what", "venue", "against", "ratio", "target", ""):
        table.add_column(column, justify="right" if column in ("ratio", "target") else "left")
    for row in rows:
        target = f"{'at most' if row.at_most else 'at least'} {row.target:g}" if row.target else ""
        verdict = ("ok" if row.reached else "MISSED") if row.target else ""
        table.add_row(row.what, row.ours, row.baseline, f"{row.ratio:.2f}", target, verdict)
    console.print(table)


def _print_stages(console: Console, costs: list[tuple[str, str, float]]) -> None:
    table = Table(title="Cost per order by stage, CPU")
    for column in ("process", "stage", "us"):
        table.add_column(column, justify="right" if column == "us" else "left")
    for process, stage, cost in costs:
        table.add_row(process, stage, f"{cost:.1f}")
    console.print(table)


def _print_memory(console: Console, points: list[tuple[int, int]]) -> None:
    table = Table(title="Memory of the engine, 1,000 orders open at any time")
    table.add_column("orders so far", justify="right")
    table.add_column("resident MB", justify="right")
    for orders, kilobytes in points:
        table.add_row(f"{orders:,}", f"{kilobytes / 1024:.1f}")
    console.print(table)


if __name__ == "__main__":
    # QuickFIX's objects do not survive the interpreter's end.
    code = main()
    os._exit(code)
