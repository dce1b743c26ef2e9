"""A journal that the first release wrote: every later one replays it to the same events and the same state.

Its 1,513 records are the reference data of tests/engine/trading.py and 1,500 random requests of every kind.
"""

from pathlib import Path

from venue.engine import Engine
from venue.sequencer.recovery import replay

RELEASE_1 = Path(__file__).parent / "release_1"


def test_the_first_releases_journal_replays_to_its_hash() -> None:
    replayed = replay(RELEASE_1, Engine)
    assert replayed.sequence == 1_513
    assert replayed.state_hash == (RELEASE_1 / "state_hash").read_text(encoding="ascii").strip()
