"""Compiled or interpreted, the engine is the same machine."""

import subprocess
import sys
from pathlib import Path

import venue

PROGRAM = """
import sys
from importlib.util import spec_from_file_location

class Sources:
    #Finds the core's modules as sources only.
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith(("venue.engine.", "venue.matching.")):
            return spec_from_file_location(name, f"{path[0]}/{name.rpartition('.')[2]}.py")

if sys.argv[1] == "interpreted":
    sys.meta_path.insert(0, Sources)
from tests.engine.random_commands import RandomCommands
from tests.engine.trading import trading_engine
from venue.engine import placing
from venue.sequencer import codec
import hashlib
engine, commands, digest = trading_engine(), RandomCommands(7, 30), hashlib.sha256()
for _ in range(4_000):
    digest.update(codec.encode(engine.apply(commands.next())))
print(type(placing.PlacingDesk.place).__name__, engine.state_hash(), digest.hexdigest())
"""


def run(how: str) -> list[str]:
    root = Path(venue.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_compiled_and_interpreted_engines_give_the_same_events_and_state() -> None:
    interpreted, as_installed = run("interpreted"), run("as installed")
    assert interpreted[0] == "function", "the first run must not load a compiled module"
    assert interpreted[1:] == as_installed[1:]
