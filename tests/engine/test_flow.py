"""Order flow files through the engine: exactly the trades that price-time priority gives."""

import lzma
from pathlib import Path

import pytest

from venue.ops.flow import MalformedFlow, run_flow

SHARED = Path(__file__).parents[3] / "shared" / "flows"
HEADER = "seq,action,order_id,account_id,side,price,quantity,immediate_or_cancel\n"

# Order 1 keeps its place when reduced, loses it when moved or modified, even back to its own price.
SMALL = (
    HEADER
    + """0,new,1,7,sell,100,10,0
1,new,2,8,sell,100,10,0
2,reduce,1,7,,,4,
3,new,3,9,buy,100,1,0
4,move,1,7,,100,,
5,new,4,9,buy,100,12,0
6,modify,1,7,,99,8,
7,modify,1,7,,99,3,
8,new,5,9,buy,101,9,1
9,cancel,5,9,,,,
10,reduce,1,7,,,99,
11,move,77,7,,50,,
12,new,6,8,buy,90,5,0
13,new,7,7,sell,95,5,0
14,move,6,8,,96,,
15,modify,6,8,,97,500,
16,new,8,7,sell,95,1,1
"""
)
SMALL_TRADES = """seq,price,quantity,maker_order_id,taker_order_id
3,100,1,1,3
5,100,10,2,4
5,100,2,1,4
8,99,3,1,5
14,95,5,7,6
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small.commands.csv"
    path.write_text(text, encoding="ascii")
    return path


def test_a_small_flow(tmp_path: Path) -> None:
    trades = tmp_path / "trades.csv"
    result = run_flow(written(tmp_path, SMALL), trades)
    assert trades.read_text(encoding="ascii") == SMALL_TRADES
    assert (result.commands, result.trades) == (17, 5)
    assert result.cpu_seconds > 0


def test_an_xz_file(tmp_path: Path) -> None:
    path = tmp_path / "small.commands.csv.xz"
    path.write_bytes(lzma.compress(SMALL.encode()))
    assert run_flow(path).trades == 5
    path.write_bytes(lzma.compress(SMALL.encode())[:-20])
    with pytest.raises(MalformedFlow, match=r"small.commands.csv.xz, after line \d+: not a whole .xz file"):
        run_flow(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seq,action\n", "line 1: the header must be seq,action"),
        (HEADER + "0,new,1,7,buy,100,1\n", "line 2: 7 columns, not 8"),
        (HEADER + "0,new,1,7,buy,100,1,0\n1,buy,1,7,,,,\n", "line 3: unknown action 'buy'"),
        (HEADER + "0,new,1,7,hold,100,1,0\n", "line 2: side 'hold' is none of buy, sell"),
        (HEADER + "0,new,1,7,buy,1.5,1,0\n", "line 2: price '1.5' is not a whole number of at least 1"),
        (HEADER + "0,new,1,7,buy,100,0,0\n", "line 2: quantity '0' is not a whole number of at least 1"),
        (HEADER + "0,new,1,7,buy,100,1,\n", "line 2: immediate_or_cancel '' is none of 0, 1"),
        (HEADER + "0,cancel,x,7,,,,\n", "line 2: order_id 'x' is not"),
        (HEADER + "0,new,1,7,buy,100,1,0\n1,new,1,7,buy,100,1,0\n", "line 3: order 1 is open already"),
        (HEADER + "0,new,1,7,buy,1000000001,1,0\n", "line 2: the engine refuses the order"),
        ("\u00e9", "line 1:"),
    ],
)
def test_a_malformed_file_names_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "flow.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MalformedFlow) as error:
        run_flow(path)
    assert message in str(error.value)


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded order flows are not on this machine")
@pytest.mark.parametrize("name", ["normal_200k", "mixed_100k"])
def test_the_recorded_flows_give_exactly_their_trades(tmp_path: Path, name: str) -> None:
    trades = tmp_path / "trades.csv"
    run_flow(SHARED / f"{name}.commands.csv.xz", trades)
    assert trades.read_bytes() == lzma.decompress((SHARED / f"{name}.trades.csv.xz").read_bytes())
