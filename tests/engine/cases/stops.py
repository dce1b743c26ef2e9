"""Stops and their cascades."""

from tests.engine.cases.case import Case
from tests.engine.short import FOK, GTC, buy, cancel, phase, replace, rules, sell
from venue.domain.enums import Phase

STOP = buy("x", None, 2, stop=101)

CASES = [
    Case(
        "a stop waits until a trade reaches its price, then it is a market order",
        [
            buy("x", None, 2, stop=101),
            sell("a", 100, 1),
            buy("b", 100, 1),
            sell("d", 101, 1),
            sell("e", 105, 3),
            buy("f", 101, 1),
        ],
        """
        placed 14 waits
        -
        placed 15
        -
        placed 16
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        placed 17
        -
        placed 18
        -
        placed 19
        matched 101 x1 | d 1/1@101 FILLED | f 1/1@101 FILLED
        triggered x 0/2@- NEW
        matched 105 x2 | e 2/3@105 PARTIAL | x 2/2@- FILLED =210
        """,
    ),
    Case(
        "a stop whose price is met already is triggered at once; a sell stop is met from below",
        [
            sell("a", 100, 1),
            buy("b", 100, 1),
            buy("d", 98, 5),
            sell("x", None, 2, stop=100),
            sell("y", None, 2, stop=97),
            sell("z", 99, 4, stop=101, tif=GTC),
        ],
        # The last trade is at 100, then 98, by x.
        """
        placed 14
        -
        placed 15
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        placed 16
        -
        placed 17 waits
        triggered x 0/2@- NEW
        matched 98 x2 | d 2/5@98 PARTIAL | x 2/2@- FILLED =196
        -
        placed 18 waits
        -
        placed 19 waits
        triggered z 0/4@99 NEW
        """,
    ),
    Case(
        "triggered stops run one after the other: buys by price and time, then sells; what they reach comes after",
        [
            sell("a", 100, 1),
            sell("o", 102, 9),
            buy("m", None, 1, stop=100),
            buy("l", None, 1, stop=99),
            buy("n", None, 1, stop=100),
            sell("p", 90, 1, stop=100),
            buy("q", 80, 1, stop=102),
            buy("t", 100, 1),
        ],
        # l, m, n, p in the queue; l's trade at 102 adds q, behind them. p meets no buyer at 90 or above.
        """
        placed 14
        -
        placed 15
        -
        placed 16 waits
        -
        placed 17 waits
        -
        placed 18 waits
        -
        placed 19 waits
        -
        placed 20 waits
        -
        placed 21
        matched 100 x1 | a 1/1@100 FILLED | t 1/1@100 FILLED
        triggered l 0/1@- NEW
        matched 102 x1 | o 1/9@102 PARTIAL | l 1/1@- FILLED =102
        triggered m 0/1@- NEW
        matched 102 x1 | o 2/9@102 PARTIAL | m 1/1@- FILLED =102
        triggered n 0/1@- NEW
        matched 102 x1 | o 3/9@102 PARTIAL | n 1/1@- FILLED =102
        triggered p 0/1@90 NEW
        triggered q 0/1@80 NEW
        """,
    ),
    Case(
        "a triggered stop keeps its minimum and its fill or kill, and a stop-limit may be an iceberg",
        [
            buy("x", 101, 5, stop=100, tif=FOK),
            buy("y", 101, 5, stop=100, minimum=4),
            buy("z", 101, 5, stop=100, display=2),
            sell("a", 100, 1),
            sell("b", 101, 3),
            buy("t", 100, 1),
            sell("u", 101, 1),
        ],
        """
        placed 14 waits
        -
        placed 15 waits
        -
        placed 16 waits
        -
        placed 17
        -
        placed 18
        -
        placed 19
        matched 100 x1 | a 1/1@100 FILLED | t 1/1@100 FILLED
        triggered x 0/5@101 NEW
        cancelled x 0/5@101 CANCELED FILL_OR_KILL
        triggered y 0/5@101 NEW
        cancelled y 0/5@101 CANCELED MINIMUM_QUANTITY
        triggered z 0/5@101 NEW
        matched 101 x3 | b 3/3@101 FILLED | z 3/5@101 PARTIAL
        -
        placed 20
        matched 101 x1 | z 4/5@101 PARTIAL | u 1/1@101 FILLED
        """,
    ),
    Case(
        "when the breaker ends a cascade, the stops in it go on waiting, and go first when trading is open again",
        [
            rules(breaker_basis_points=100, breaker_window_ns=100, halt_ns=50),
            buy("x", None, 1, stop=100, tif=GTC),
            buy("y", None, 1, stop=100, tif=GTC),
            sell("a", 100, 1),
            sell("b", 105, 5),
            buy("t", 100, 1),
            phase(Phase.OPEN, at=200),
        ],
        # x may not trade at 105. At 200 the trade at 100 is still compared with: it is the last before the window.
        """
        rules BTC/USD
        -
        placed 15 waits
        -
        placed 16 waits
        -
        placed 17
        -
        placed 18
        -
        placed 19
        matched 100 x1 | a 1/1@100 FILLED | t 1/1@100 FILLED
        triggered x 0/1@- NEW
        phase HALTED until 52 "circuit breaker"
        cancelled x 0/1@- CANCELED TRADING_HALT
        -
        phase OPEN "circuit breaker: reopening auction"
        triggered y 0/1@- NEW
        phase HALTED until 250 "circuit breaker"
        cancelled y 0/1@- CANCELED TRADING_HALT
        phase OPEN
        """,
    ),
    Case(
        "a stop that waits can be cancelled, and a replace that moves it makes it new",
        [
            STOP,
            buy("y", None, 2, stop=101),
            buy("z", None, 1, stop=101),
            cancel(STOP, "c"),
            replace(buy("y", None, 2, stop=101), "y2", None, 3),
            sell("a", 101, 1),
            sell("b", 102, 9),
            buy("t", 101, 1),
        ],
        """
        placed 14 waits
        -
        placed 15 waits
        -
        placed 16 waits
        -
        cancelled x 0/2@- CANCELED REQUESTED by c
        -
        replaced y > y2 0/3@- NEW waits stop 101
        -
        placed 19
        -
        placed 20
        -
        placed 21
        matched 101 x1 | a 1/1@101 FILLED | t 1/1@101 FILLED
        triggered z 0/1@- NEW
        matched 102 x1 | b 1/9@102 PARTIAL | z 1/1@- FILLED =102
        triggered y2 0/3@- NEW
        matched 102 x3 | b 4/9@102 PARTIAL | y2 3/3@- FILLED =306
        """,
    ),
    Case(
        "a stop moved to a price that is met is triggered at once",
        [
            sell("a", 100, 1),
            buy("b", 100, 1),
            buy("x", 99, 2, stop=101),
            replace(buy("x", 99, 2, stop=101), "x2", 99, 2, stop=100),
        ],
        """
        placed 14
        -
        placed 15
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        placed 16 waits
        -
        replaced x > x2 0/2@99 NEW waits stop 100
        triggered x2 0/2@99 NEW
        """,
    ),
    Case(
        "stops that gathered are triggered after the opening, those met by the last trade as those by the auction's",
        [
            sell("a", 100, 1),
            buy("b", 100, 1),
            phase(Phase.HALTED),
            buy("x", 90, 1, stop=100),
            buy("y", 90, 1, stop=102),
            sell("d", 101, 2),
            buy("e", 102, 2),
            phase(Phase.OPEN),
        ],
        # 101 and 102 trade the same with no surplus; 101 is nearer to 100. x is met, y is not.
        """
        placed 14
        -
        placed 15
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        phase HALTED
        -
        placed 17 waits
        -
        placed 18 waits
        -
        placed 19
        -
        placed 20
        -
        phase OPEN
        priced 101 x2
        auctioned 101 x2 | d 2/2@101 FILLED | e 2/2@102 FILLED =202
        triggered x 0/1@90 NEW
        """,
    ),
    Case(
        "of sell stops the highest goes first",
        [sell("x", 200, 1, stop=99), sell("y", 200, 1, stop=100), buy("b", 98, 1), sell("t", 98, 1)],
        """
        placed 14 waits
        -
        placed 15 waits
        -
        placed 16
        -
        placed 17
        matched 98 x1 | b 1/1@98 FILLED | t 1/1@98 FILLED
        triggered y 0/1@200 NEW
        triggered x 0/1@200 NEW
        """,
    ),
    Case(
        "every trade of an execution counts, not the last alone",
        [sell("x", 200, 1, stop=100), sell("a", 100, 1), sell("b", 102, 1), buy("t", 102, 2)],
        """
        placed 14 waits
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x1 | a 1/1@100 FILLED | t 1/2@102 PARTIAL =100
        matched 102 x1 | b 1/1@102 FILLED | t 2/2@102 FILLED =202
        triggered x 0/1@200 NEW
        """,
    ),
]
