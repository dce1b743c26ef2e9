"""A journal that the first release wrote: every later one replays it to the same events and the same state.

Its 1,513 records are the reference data of tests/engine/trading.py and 1,500 random requests of every kind. Its hash is
over the state as that release wrote it down: today's, less the fields that came later and that it left empty.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from venue.engine import Engine
from venue.sequencer.recovery import replay_onto
from venue.sequencer.segments import ChainWalk, list_segments

RELEASE_1 = Path(__file__).parent / "release_1"
STATE_FIELDS, ORDER_FIELDS = 8, 13
# at, then by instrument: the rules of a market that never had any, open, without a clock; last price; nothing waits.
NO_RULES = [["F", 0, 0, [], 0, 0, False], 0, False, 0, 0, 0, 0, 0]
NO_MONEY = [False, *[[]] * 8, b"", False]
LATER_MARKET_FIELDS = (NO_RULES, "17", 0, ..., 0, 0, [], [0, 0], 0, [], [])


def test_the_first_releases_journal_replays_to_its_hash() -> None:
    engine = Engine()
    replay_onto(engine, ChainWalk(list_segments(RELEASE_1)))
    assert engine.sequence == 1_513
    state = as_release_1(msgspec.msgpack.decode(engine.snapshot()))
    expected = (RELEASE_1 / "state_hash").read_text(encoding="ascii").strip()
    assert sha256(msgspec.msgpack.encode(state)).hexdigest() == expected


def as_release_1(state: list[Any]) -> list[Any]:
    # Any: a state without its types, as release 1 knew it.
    _, markets, session_rules, *rest = state[STATE_FIELDS:]
    for market in markets:
        assert all(has == empty for has, empty in zip(market, LATER_MARKET_FIELDS, strict=True) if empty is not ...)
    assert set(map(tuple, session_rules)) == {(False, False)}
    assert rest == [[], [], "", [], NO_MONEY, [[], []]]
    old = [1, *state[1:STATE_FIELDS]]
    # Whether the ledger is open.
    assert old[2].pop() is False
    for session in old[2][4]:
        # Whether it is logged on.
        del session[3:]
    for orders in (old[4], old[5]):
        for order in orders:
            assert order[0][ORDER_FIELDS:] == [None]
            del order[0][ORDER_FIELDS:]
            # What it holds.
            assert order.pop() is None
    return old
