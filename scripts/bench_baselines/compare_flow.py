"""The engine against the bare book on the same order flow, in CPU time, in turns.

python -m scripts.bench_baselines.compare_flow FLOW.commands.csv.xz [ROUNDS]
"""

import gc
import sys
import time
from pathlib import Path
from statistics import median

from scripts.bench_baselines.bare_book import Message, run_bare_book
from venue.domain.enums import Side
from venue.ops.flow import FlowRow, measure, read_flow, translate


def bare_messages(rows: list[FlowRow]) -> list[Message]:
    """The flow as the bare book takes it."""
    return [
        (
            row.action,
            row.order_id,
            1 if row.side is Side.BUY else -1,
            row.price,
            row.quantity,
            row.immediate_or_cancel,
        )
        for row in rows
    ]


def measure_bare(messages: list[Message]) -> float:
    """CPU seconds, under the same conditions as the engine's."""
    gc.collect()
    gc.freeze()
    try:
        started = time.process_time()
        run_bare_book(messages)
        return time.process_time() - started
    finally:
        gc.unfreeze()


def compare(path: Path, rounds: int = 5) -> tuple[float, float]:
    """Rows per CPU second of the engine and of the bare book, the median round of each.

    The bare book takes its turn before and after the engine's: on a shared machine a short run finds a quiet moment
    more easily than a long one.
    """
    rows = read_flow(path)
    commands, trades = translate(rows, path)
    messages = bare_messages(rows)
    assert [tuple(trade[1:]) for trade in trades] == run_bare_book(messages), "they differ in their trades"
    engine, bare = [], [measure_bare(messages)]
    for _ in range(rounds):
        engine.append(measure(rows, commands))
        bare += [measure_bare(messages), measure_bare(messages)]
    return len(rows) / median(engine), len(rows) / median(bare)


if __name__ == "__main__":
    engine_speed, bare_speed = compare(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
    print(f"engine {engine_speed:,.0f}/s, bare book {bare_speed:,.0f}/s, ratio {engine_speed / bare_speed:.3f}")
