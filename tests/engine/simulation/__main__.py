"""The simulation from the command line. It prints the seed first, so that whatever stops it can be had again."""

import argparse
import time
import traceback
from random import SystemRandom

from tests.engine.simulation.run import Broken, simulate


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the engine on random commands and check its laws.")
    parser.add_argument("--commands", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    parser.add_argument("--restore-every", type=int, default=20_000, help="commands, on average; default: 20000")
    arguments = parser.parse_args()
    seed = SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}, {arguments.commands} commands", flush=True)
    started = time.monotonic()
    try:
        result = simulate(seed, arguments.commands, arguments.restore_every)
    except Broken as broken:
        traceback.print_exc()
        print(f"seed {seed}: {broken}", flush=True)
        return 1
    seconds = time.monotonic() - started
    counts = f"{result.events} events, {result.matches} matches, {result.transfers} transfers"
    print(f"{counts}, {result.restores} restores in {seconds:.0f} s")
    print(f"state {result.state_hash}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
