"""``python -m tests.marketdata.simulation [--commands N] [--seed N]``: readers of every stream against the engine, over
long random streams of every command, with restarts of the engine and of the views. Prints its seed first."""

import argparse
import time
from dataclasses import dataclass
from random import Random, SystemRandom

from tests.engine.all_commands import FOCUSES
from tests.marketdata.feed import Feed, check
from tests.marketdata.readers import AllReaders
from venue.engine import Engine
from venue.marketdata.saved import capture, decode_views, encode_views, restore


@dataclass
class Result:
    records: int = 0
    increments: int = 0
    trades: int = 0
    indicatives: int = 0
    gaps: int = 0
    conflated: int = 0
    restarts: int = 0


def simulate(seed: int, number: int, restart_every: int = 500, *, funded: bool = False) -> Result:
    """After every record: views against the engine, clients against the views. Raises AssertionError with the step."""
    feed, random, result = Feed(funded=funded), Random(seed), Result()
    readers = AllReaders(feed, seed)
    try:
        for increments in readers.see(feed.random(seed, number)):
            check(feed, [increment.symbol for increment in increments])
            for increment in increments:
                result.trades += len(increment.trades)
                result.indicatives += increment.indicative is not None
            if random.randrange(restart_every) == 0:
                restart(feed, readers)
                result.restarts += 1
        check(feed)
        readers.finish()
    except AssertionError as broken:
        raise AssertionError(f"seed {seed}, sequence {feed.engine.sequence}") from broken
    result.records, result.increments = feed.views.sequence, readers.seen
    result.gaps = sum(each.gaps for each in readers.of.values())
    result.conflated = sum(each.outbox.conflated for each in readers.of.values())
    return result


def restart(feed: Feed, readers: AllReaders) -> None:
    """The engine from its snapshot, the views from theirs; clients stay, and go on with the numbers that they have."""
    feed.engine = Engine.restore(feed.engine.snapshot())
    saved = capture(feed.views)
    feed.views = restore(decode_views(encode_views(saved)))
    assert capture(feed.views) == saved
    readers.move_to(feed)
    check(feed)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run clients of market data against the engine on random commands.")
    parser.add_argument("--commands", type=int, default=200_000, help="in all, over streams of every focus")
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    arguments = parser.parse_args()
    seed = SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}, {arguments.commands} commands", flush=True)
    for each in range(seed, seed + len(FOCUSES)):
        started = time.monotonic()
        result = simulate(each, arguments.commands // len(FOCUSES), funded=each % 2 == 1)
        print(f"seed {each}: {result}, {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
