"""Matching: icebergs, shared levels, the TOP order."""

from tests.engine.cases.case import Case
from tests.engine.short import AGGRESSING, FOK, RESTING, buy, phase, replace, rules, sell
from venue.domain.enums import Algorithm, Phase
from venue.domain.rules import AllocationRule, LeadMarketMaker

PRO_RATA = AllocationRule(Algorithm.PRO_RATA, pro_rata_minimum=2)
TOP = AllocationRule(Algorithm.TOP_PRO_RATA, top_minimum=2, pro_rata_minimum=1)
SMALL_TOP = AllocationRule(Algorithm.TOP_PRO_RATA, top_minimum=2, top_maximum=3, pro_rata_minimum=1)

CASES = [
    Case(
        "price first, then time; an iceberg trades what it shows and goes to the back",
        [
            sell("a", 101, 5),
            sell("b", 100, 7, display=3),
            sell("d", 100, 4),
            buy("t", 101, 12),
        ],
        # 3 of b, 4 of d, 3 of b shown anew, the last of b, 1 of a.
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x3 | b 3/7@100 PARTIAL hides 1 | t 3/12@101 PARTIAL =300
        matched 100 x4 | d 4/4@100 FILLED | t 7/12@101 PARTIAL =700
        matched 100 x3 | b 6/7@100 PARTIAL | t 10/12@101 PARTIAL =1000
        matched 100 x1 | b 7/7@100 FILLED | t 11/12@101 PARTIAL =1100
        matched 101 x1 | a 1/5@101 PARTIAL | t 12/12@101 FILLED =1201
        """,
    ),
    Case(
        "pro rata: shares rounded down, those below the minimum none, what is left by time",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 10),
            sell("b", 100, 30),
            sell("d", 100, 3),
            buy("t", 100, 20),
        ],
        # Of 43: 10*20/43 = 4, 30*20/43 = 13, 3*20/43 = 1, which is none; 3 are left, to a.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        matched 100 x7 | a 7/10@100 PARTIAL | t 7/20@100 PARTIAL
        matched 100 x13 | b 13/30@100 PARTIAL | t 20/20@100 FILLED
        """,
    ),
    Case(
        "a taker of at least the whole level trades by time, and the rest at the next level is shared",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 2),
            sell("b", 100, 3),
            sell("d", 101, 4),
            sell("e", 101, 12),
            buy("t", 101, 13),
        ],
        # 8 are left at 101, of 16: 2 and 6.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        -
        placed 19
        matched 100 x2 | a 2/2@100 FILLED | t 2/13@101 PARTIAL =200
        matched 100 x3 | b 3/3@100 FILLED | t 5/13@101 PARTIAL =500
        matched 101 x2 | d 2/4@101 PARTIAL | t 7/13@101 PARTIAL =702
        matched 101 x6 | e 6/12@101 PARTIAL | t 13/13@101 FILLED =1308
        """,
    ),
    Case(
        "shares are of what is displayed; the level is looked at again while the taker is open",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 10, display=2),
            sell("b", 100, 4),
            buy("t", 100, 9),
        ],
        # 9 of 14, shared: the 6 that are shown go, a shows 2 of its 8 and is alone: 2, and 1 of the next 2.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x2 | a 2/10@100 PARTIAL hides 6 | t 2/9@100 PARTIAL
        matched 100 x4 | b 4/4@100 FILLED | t 6/9@100 PARTIAL
        matched 100 x2 | a 4/10@100 PARTIAL hides 4 | t 8/9@100 PARTIAL
        matched 100 x1 | a 5/10@100 PARTIAL hides 4 | t 9/9@100 FILLED
        """,
    ),
    Case(
        "own orders of a shared level come first, and what is shared is among the others",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 10),
            sell("b", 100, 4, session="A2"),
            sell("d", 100, 10),
            buy("t", 100, 8, mode=RESTING),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        cancelled b 0/4@100 CANCELED SELF_TRADE against 18
        matched 100 x4 | a 4/10@100 PARTIAL | t 4/8@100 PARTIAL
        matched 100 x4 | d 4/10@100 PARTIAL | t 8/8@100 FILLED
        """,
    ),
    Case(
        "when own orders are gone the taker may be the whole, and time decides",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 1),
            sell("b", 100, 9, session="A2"),
            sell("d", 100, 4),
            buy("t", 100, 5, mode=RESTING),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        cancelled b 0/9@100 CANCELED SELF_TRADE against 18
        matched 100 x1 | a 1/1@100 FILLED | t 1/5@100 PARTIAL
        matched 100 x4 | d 4/4@100 FILLED | t 5/5@100 FILLED
        """,
    ),
    Case(
        "the first to better its side is TOP and is filled first",
        [rules(allocation=TOP), sell("a", 100, 4), sell("b", 100, 16), buy("t", 100, 8)],
        # 4 to TOP; 4 of the other 16 pro rata.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x4 | a 4/4@100 FILLED | t 4/8@100 PARTIAL
        matched 100 x4 | b 4/16@100 PARTIAL | t 8/8@100 FILLED
        """,
    ),
    Case(
        "an order too small to be TOP leaves its side without one",
        [rules(allocation=TOP), sell("e", 101, 5), sell("a", 100, 1), sell("b", 100, 7), buy("t", 100, 4)],
        # Of 8: 0 and 3 pro rata; the one left to a, by time.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        matched 100 x1 | a 1/1@100 FILLED | t 1/4@100 PARTIAL
        matched 100 x3 | b 3/7@100 PARTIAL | t 4/4@100 FILLED
        """,
    ),
    Case(
        "TOP is lost when bettered, and does not come back",
        [
            rules(allocation=TOP),
            sell("a", 100, 4),
            sell("b", 99, 3),
            buy("t", 99, 3),
            sell("d", 100, 12),
            buy("u", 100, 8),
        ],
        # No TOP any more: 4*8/16 = 2 and 12*8/16 = 6.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 99 x3 | b 3/3@99 FILLED | t 3/3@99 FILLED
        -
        placed 18
        -
        placed 19
        matched 100 x2 | a 2/4@100 PARTIAL | u 2/8@100 PARTIAL
        matched 100 x6 | d 6/12@100 PARTIAL | u 8/8@100 FILLED
        """,
    ),
    Case(
        "TOP gets its maximum as such, then its part of the rest",
        [rules(allocation=SMALL_TOP), sell("a", 100, 7), sell("b", 100, 12), buy("t", 100, 7)],
        # 3 to TOP; of the other 4: 4*4/16 = 1 to a, 12*4/16 = 3 to b.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x4 | a 4/7@100 PARTIAL | t 4/7@100 PARTIAL
        matched 100 x3 | b 3/12@100 PARTIAL | t 7/7@100 FILLED
        """,
    ),
    Case(
        "TOP is lost with its place, and when rules change",
        [
            rules(allocation=TOP),
            sell("a", 100, 4),
            sell("b", 100, 12),
            replace(sell("a", 100, 4), "a2", 100, 5),
            replace(sell("a", 100, 4), "a3", 100, 4, original="a2"),
            buy("t", 100, 4),
            rules(allocation=SMALL_TOP),
        ],
        # b is first by time: of 16, b 3 and a 1.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        replaced a > a2 0/5@100 NEW
        -
        replaced a2 > a3 0/4@100 NEW
        -
        placed 19
        matched 100 x3 | b 3/12@100 PARTIAL | t 3/4@100 PARTIAL
        matched 100 x1 | a3 1/4@100 PARTIAL | t 4/4@100 FILLED
        -
        rules BTC/USD
        """,
    ),
    Case(
        "lead market makers and the FIFO part",
        [
            rules(
                allocation=AllocationRule(
                    Algorithm.CONFIGURABLE,
                    top_minimum=100,
                    lead_market_makers=(LeadMarketMaker("acc-b2", 40),),
                    fifo_percent=50,
                    pro_rata_minimum=1,
                )
            ),
            sell("a", 100, 10),
            sell("b", 100, 20, account="acc-b2"),
            sell("d", 100, 10),
            buy("t", 100, 20),
        ],
        # No TOP. 8 to b; 6 of 12 by time to a; of what is open, 4 + 12 + 10 = 26, 6 pro rata: 0, 2, 2; 2 by time to a.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        matched 100 x8 | a 8/10@100 PARTIAL | t 8/20@100 PARTIAL
        matched 100 x10 | b 10/20@100 PARTIAL | t 18/20@100 PARTIAL
        matched 100 x2 | d 2/10@100 PARTIAL | t 20/20@100 FILLED
        """,
    ),
    Case(
        "an iceberg that goes to the back is TOP no longer",
        [rules(allocation=TOP), sell("a", 100, 10, display=2), sell("b", 100, 6), buy("t", 100, 2), buy("u", 100, 4)],
        # u: of the 8 that are shown, 6*4/8 = 3 to b, 1 to a.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x2 | a 2/10@100 PARTIAL hides 6 | t 2/2@100 FILLED
        -
        placed 18
        matched 100 x3 | b 3/6@100 PARTIAL | u 3/4@100 PARTIAL
        matched 100 x1 | a 3/10@100 PARTIAL hides 6 | u 4/4@100 FILLED
        """,
    ),
    Case(
        "an order of just the minimum is TOP",
        [rules(allocation=TOP), sell("a", 100, 2), sell("b", 100, 6), buy("t", 100, 4)],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x2 | a 2/2@100 FILLED | t 2/4@100 PARTIAL
        matched 100 x2 | b 2/6@100 PARTIAL | t 4/4@100 FILLED
        """,
    ),
    Case(
        "orders that gather are never TOP, and take it away",
        [
            rules(allocation=TOP),
            sell("e", 101, 4),
            phase(Phase.PRE_OPEN),
            sell("a", 100, 4),
            phase(Phase.OPEN),
            sell("b", 100, 12),
            buy("t", 100, 8),
            buy("u", 100, 8),
            sell("f", 101, 12),
            buy("v", 101, 8),
        ],
        # t: 4*8/16 = 2 and 6; u takes the whole level by time; e is not TOP again: v gives it 2 and f 6.
        """
        rules BTC/USD
        -
        placed 15
        -
        phase PRE_OPEN
        -
        placed 17
        -
        phase OPEN
        -
        placed 19
        -
        placed 20
        matched 100 x2 | a 2/4@100 PARTIAL | t 2/8@100 PARTIAL
        matched 100 x6 | b 6/12@100 PARTIAL | t 8/8@100 FILLED
        -
        placed 21
        matched 100 x2 | a 4/4@100 FILLED | u 2/8@100 PARTIAL
        matched 100 x6 | b 12/12@100 FILLED | u 8/8@100 FILLED
        -
        placed 22
        -
        placed 23
        matched 101 x2 | e 2/4@101 PARTIAL | v 2/8@101 PARTIAL
        matched 101 x6 | f 6/12@101 PARTIAL | v 8/8@101 FILLED
        """,
    ),
    Case(
        "TOP is forgotten when rules change",
        [
            rules(allocation=TOP),
            sell("a", 100, 4),
            rules(allocation=SMALL_TOP),
            sell("b", 100, 12),
            buy("t", 100, 8),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        rules BTC/USD
        -
        placed 17
        -
        placed 18
        matched 100 x2 | a 2/4@100 PARTIAL | t 2/8@100 PARTIAL
        matched 100 x6 | b 6/12@100 PARTIAL | t 8/8@100 FILLED
        """,
    ),
    Case(
        "a taker of exactly the whole level trades by time",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 5),
            sell("b", 100, 3, session="A2"),
            buy("t", 100, 8, mode=AGGRESSING),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x5 | a 5/5@100 FILLED | t 5/8@100 PARTIAL
        cancelled t 5/8@100 CANCELED SELF_TRADE against 16
        """,
    ),
    Case(
        "the whole level counts what it hides",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 10, display=2),
            sell("b", 100, 1, session="A2"),
            buy("t", 100, 3, mode=AGGRESSING),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        cancelled t 0/3@100 CANCELED SELF_TRADE against 16
        """,
    ),
    Case(
        "fill or kill meets own orders of a shared level first",
        [
            rules(allocation=PRO_RATA),
            sell("a", 100, 5),
            sell("b", 100, 2, session="A2"),
            buy("t", 100, 4, tif=FOK, mode=AGGRESSING),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        cancelled t 0/4@100 CANCELED FILL_OR_KILL
        """,
    ),
]
