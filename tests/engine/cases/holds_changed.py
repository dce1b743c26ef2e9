"""What stops hold, waiting and triggered, and what replaces change. Takers pay 1 %, makers nothing."""

from tests.engine.cases.case import Case
from tests.engine.cases.holds import POOR, WITH_FEES
from tests.engine.short import buy, order, replace, rules, sell
from tests.engine.short_funds import credit, fees
from venue.domain.enums import Side

X = buy("x", None, 2, stop=101)
B = buy("b", 100, 10)
S = sell("s", 100, 10)

CASES = [
    Case(
        "a waiting stop holds its stop price; triggered, its protection price",
        [rules(protection_ticks=4), X, sell("d", 101, 1), sell("e", 105, 3), buy("f", 101, 1)],
        # 202 and 2.02. Triggered: 2 x 109 = 218 and 2.18. Paid: 210 and 2.1.
        """
        rules BTC/USD
        -
        placed 21 waits holds 205
        -
        placed 22 holds 10000
        -
        placed 23 holds 30000
        -
        placed 24 holds 103
        matched 101 x1 | d 1/1@101 FILLED | f 1/1@101 FILLED fee 2
        triggered x 0/2@- NEW holds 16
        matched 105 x2 | e 2/3@105 PARTIAL | x 2/2@- FILLED =210 fee 3 frees 8
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a triggered stop that the balance does not cover is cancelled",
        [
            credit("k", "acc-a", "USD", 205 + 103 + 15), rules(protection_ticks=4), X, sell("d", 101, 1),
            sell("e", 105, 3), buy("f", 101, 1),
        ],
        """
        credited k acc-a USD 323 at 2
        -
        rules BTC/USD
        -
        placed 19 waits holds 205
        -
        placed 20 holds 10000
        -
        placed 21 holds 30000
        -
        placed 22 holds 103
        matched 101 x1 | d 1/1@101 FILLED | f 1/1@101 FILLED fee 2
        triggered x 0/2@- NEW
        cancelled x 0/2@- CANCELED INSUFFICIENT_BALANCE frees 205
        """,
        """
        acc-a BTC available +10000
        acc-a USD available +220
        acc-b1 BTC available -40000 held +30000
        acc-b1 USD available +101
        venue USD fees +2 custody -323
        """,
        POOR,
    ),
    Case(
        "without protection a stop holds its stop price, then a sweep; of an empty side nothing",
        [
            X, sell("d", 101, 1), sell("e", 105, 3), buy("f", 101, 1),
            buy("y", None, 2, stop=106), sell("g", 106, 1), buy("h", 106, 2),
        ],
        # 202 and 2.02: 205. 210 and 2.1: 213. e's last lot at 105, g's at 106; y finds nobody: 212 and 2.12 are free.
        """
        placed 20 waits holds 205
        -
        placed 21 holds 10000
        -
        placed 22 holds 30000
        -
        placed 23 holds 103
        matched 101 x1 | d 1/1@101 FILLED | f 1/1@101 FILLED fee 2
        triggered x 0/2@- NEW holds 8
        matched 105 x2 | e 2/3@105 PARTIAL | x 2/2@- FILLED =210 fee 3
        -
        placed 24 waits holds 215
        -
        placed 25 holds 10000
        -
        placed 26 holds 215
        matched 105 x1 | e 3/3@105 FILLED | h 1/2@106 PARTIAL =105 fee 2 frees 1
        matched 106 x1 | g 1/1@106 FILLED | h 2/2@106 FILLED =211 fee 1
        triggered y 0/2@- NEW holds -215
        cancelled y 0/2@- CANCELED NO_LIQUIDITY
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a stop limit holds its limit, before and after; a sell stop its lots",
        [
            buy("x", 103, 2, stop=101), order("y", Side.SELL, None, 1, stop=101), sell("d", 101, 1), buy("f", 101, 1),
        ],
        # 206 and 2.06. x rests; y meets it at 103.
        """
        placed 20 waits holds 209
        -
        placed 21 waits holds 10000
        -
        placed 22 holds 10000
        -
        placed 23 holds 103
        matched 101 x1 | d 1/1@101 FILLED | f 1/1@101 FILLED fee 2
        triggered x 0/2@103 NEW
        triggered y 0/1@- NEW
        matched 103 x1 | x 1/2@103 PARTIAL frees 1 | y 1/1@- FILLED =103 fee 2
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a replaced stop holds its new stop price, whatever the protection",
        [X, rules(protection_ticks=9), replace(X, "x2", None, 1, stop=101), replace(X, "x3", None, 1, "x2", stop=110)],
        # 101 and 1.01; 110 and 1.1.
        """
        placed 20 waits holds 205
        -
        rules BTC/USD
        -
        replaced x > x2 0/1@- NEW waits stop 101 holds -102
        -
        replaced x2 > x3 0/1@- NEW waits stop 110 holds 9
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a replace holds or releases the difference",
        [
            B, replace(B, "b2", 100, 6), replace(B, "b3", 90, 6, original="b2"),
            replace(B, "b4", 90, 20, original="b3"), sell("s", 90, 4), replace(B, "b5", 90, 4, original="b4"),
        ],
        # 1010; 606; 540 and 5.4; 1800 and 18; 360 paid, 1440 and 14.4 left.
        """
        placed 20 holds 1010
        -
        replaced b > b2 0/6@100 NEW holds -404
        -
        replaced b2 > b3 0/6@90 NEW holds -60
        -
        replaced b3 > b4 0/20@90 NEW holds 1272
        -
        placed 24 holds 40000
        matched 90 x4 | b4 4/20@90 PARTIAL frees 3 | s 4/4@90 FILLED fee 4
        -
        replaced b4 > b5 4/4@90 FILLED holds -1455
        """,
        """
        acc-a BTC available +40000
        acc-a USD available -360
        acc-b1 BTC available -40000
        acc-b1 USD available +356
        venue USD fees +4
        """,
        WITH_FEES,
    ),
    Case(
        "a replace that the balance does not cover is refused; one that needs no more never is",
        [
            credit("k", "acc-a", "USD", 1_010), B, replace(B, "b2", 101, 10), replace(B, "b3", 99, 10),
            replace(B, "b4", 99, 9, original="b3"), replace(B, "b5", 100, 10, original="b4"),
        ],
        # 990 and 9.9: 1000. 891 and 8.91: 900.
        """
        credited k acc-a USD 1010 at 2
        -
        placed 18 holds 1010
        -
        refused REPLACE b2 of b NEW INSUFFICIENT_BALANCE
        -
        replaced b > b3 0/10@99 NEW holds -10
        -
        replaced b3 > b4 0/9@99 NEW holds -100
        -
        replaced b4 > b5 0/10@100 NEW holds 110
        """,
        """
        acc-a USD held +1010
        venue USD custody -1010
        """,
        POOR,
    ),
    Case(
        "a filled order that a replace reopens holds anew; what its fees were rounded up by counts",
        [sell("a", 82, 5), buy("b", 82, 5), replace(buy("b", 82, 5), "b2", 82, 6), sell("d", 82, 1)],
        # 410 and 4.1: 5 paid. 82 and 4.92 in all: no more fee.
        """
        placed 20 holds 50000
        -
        placed 21 holds 415
        matched 82 x5 | a 5/5@82 FILLED | b 5/5@82 FILLED fee 5
        -
        replaced b > b2 5/6@82 PARTIAL holds 82
        -
        placed 23 holds 10000
        matched 82 x1 | b2 6/6@82 FILLED | d 1/1@82 FILLED fee 1
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a reopened order keeps its rates",
        [
            sell("a", 100, 5), buy("b", 100, 5), fees(20_000, 30_000), replace(buy("b", 100, 5), "b2", 100, 6),
            replace(sell("a", 100, 5), "a2", 101, 6),
        ],
        """
        placed 20 holds 50000
        -
        placed 21 holds 505
        matched 100 x5 | a 5/5@100 FILLED | b 5/5@100 FILLED fee 5
        -
        fees - BTC/USD 20000/30000
        -
        replaced b > b2 5/6@100 PARTIAL holds 101
        -
        replaced a > a2 5/6@101 PARTIAL =500 holds 10000
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a replaced order that meets the other side at once pays from what it holds",
        [sell("a", 105, 4), B, replace(B, "b2", 106, 10)],
        # 1060 and 10.6: 1071. 420 and 4.2 paid; 636 and 10.56 in all, so 6 more.
        """
        placed 20 holds 40000
        -
        placed 21 holds 1010
        -
        replaced b > b2 0/10@106 NEW holds 61
        matched 105 x4 | a 4/4@105 FILLED | b2 4/10@106 PARTIAL =420 fee 5 frees 4
        """,
        prepared=WITH_FEES,
    ),
]  # fmt: skip
