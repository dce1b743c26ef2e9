"""What orders hold and release. Takers pay 1 %, makers nothing; one tick of one lot is one unit of USD."""

from tests.engine.cases.case import Case
from tests.engine.cases.fees import FUNDED
from tests.engine.short import DECREMENT, FOK, GTD, IOC, RESTING, buy, cancel, kill, order, phase, rules, sell
from tests.engine.short_funds import OPEN, credit, fees, funded
from venue.domain.commands import EndDay, PassTime
from venue.domain.enums import KillScope, Phase, Side

WITH_FEES = (*FUNDED, fees(0, 10_000))
POOR = (OPEN, *funded("acc-b1", BTC=10_000_000), fees(0, 10_000))
B = buy("b", 100, 10)
S = sell("s", 100, 10)
T = buy("t", None, 8)

CASES = [
    Case(
        "a better price than the limit releases what it saves, a cancel the rest",
        [sell("a", 98, 5), B, cancel(B, "c")],
        # 1000 and 10. 490 and 4.9 paid; 500 and 5 still to come, 9.9 in all: 10, so 5 more.
        """
        placed 20 holds 50000
        -
        placed 21 holds 1010
        matched 98 x5 | a 5/5@98 FILLED | b 5/10@100 PARTIAL =490 fee 5 frees 10
        -
        cancelled b 5/10@100 CANCELED =490 REQUESTED by c frees 505
        """,
        """
        acc-a BTC available +50000
        acc-a USD available -495
        acc-b1 BTC available -50000
        acc-b1 USD available +490
        venue USD fees +5
        """,
        WITH_FEES,
    ),
    Case(
        "a sell holds what it may deliver, an iceberg all of it; its fee comes out of what it gets",
        [S, buy("b", 100, 4), cancel(S, "c"), sell("d", 102, 5, display=2), buy("e", 90, 2), sell("f", 90, 2)],
        """
        placed 20 holds 100000
        -
        placed 21 holds 404
        matched 100 x4 | s 4/10@100 PARTIAL | b 4/4@100 FILLED fee 4
        -
        cancelled s 4/10@100 CANCELED REQUESTED by c frees 60000
        -
        placed 23 holds 50000
        -
        placed 24 holds 182
        -
        placed 25 holds 20000
        matched 90 x2 | e 2/2@90 FILLED frees 2 | f 2/2@90 FILLED fee 2
        """,
        """
        acc-a BTC available +60000
        acc-a USD available -584
        acc-b1 BTC available -110000 held +50000
        acc-b1 USD available +578
        venue USD fees +6
        """,
        WITH_FEES,
    ),
    Case(
        "a balance that covers the worst case to the unit is enough, one unit less is not",
        [
            credit("k", "acc-a", "USD", 1_009), B, credit("l", "acc-a", "USD", 1), buy("d", 100, 10), buy("e", 1, 1),
            sell("g", 1, 1, session="A1"),
        ],
        """
        credited k acc-a USD 1009 at 2
        -
        rejected b INSUFFICIENT_BALANCE
        -
        credited l acc-a USD 1 at 2
        -
        placed 20 holds 1010
        -
        rejected e INSUFFICIENT_BALANCE
        -
        rejected g INSUFFICIENT_BALANCE
        """,
        """
        acc-a USD held +1010
        venue USD custody -1010
        """,
        POOR,
    ),
    Case(
        "a market order without protection holds what a sweep of the book costs, hidden lots too",
        [sell("a", 100, 5), sell("d", 102, 5, display=2), T],
        # 500 + 306 and 8.06. Nothing is released before the end.
        """
        placed 20 holds 50000
        -
        placed 21 holds 50000
        -
        placed 22 holds 815
        matched 100 x5 | a 5/5@100 FILLED | t 5/8@- PARTIAL =500 fee 5
        matched 102 x2 | d 2/5@102 PARTIAL hides 1 | t 7/8@- PARTIAL =704 fee 3
        matched 102 x1 | d 3/5@102 PARTIAL hides 1 | t 8/8@- FILLED =806 fee 1
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a market order that finds nothing holds nothing; one that finds too little, no more than that costs",
        [T, sell("a", 100, 5), buy("u", None, 8)],
        """
        placed 20
        cancelled t 0/8@- CANCELED NO_LIQUIDITY
        -
        placed 21 holds 50000
        -
        placed 22 holds 505
        matched 100 x5 | a 5/5@100 FILLED | u 5/8@- PARTIAL =500 fee 5
        cancelled u 5/8@- CANCELED =500 NO_LIQUIDITY
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a sweep leaves out the owner's own orders where they do not trade",
        [
            sell("o", 99, 2, session="A1"), sell("a", 100, 5), buy("t", None, 3, mode=RESTING),
            sell("p", 99, 2, session="A1"), buy("u", None, 3),
        ],
        # t: 3 x 100. u: 2 x 99 and 100, 2.98.
        """
        placed 20 holds 20000
        -
        placed 21 holds 50000
        -
        placed 22 holds 303
        cancelled o 0/2@99 CANCELED SELF_TRADE against 22 frees 20000
        matched 100 x3 | a 3/5@100 PARTIAL | t 3/3@- FILLED =300 fee 3
        -
        placed 23 holds 20000
        -
        placed 24 holds 301
        matched 99 x2 | p 2/2@99 FILLED | u 2/3@- PARTIAL =198 fee 2
        matched 100 x1 | a 4/5@100 PARTIAL | u 3/3@- FILLED =298 fee 1
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a protected market order holds its protection price; filled, it releases what it saved",
        [rules(protection_ticks=3), sell("a", 100, 5), sell("d", 102, 5), T],
        # 8 x 103 = 824 and 8.24; 806 and 8.06 paid.
        """
        rules BTC/USD
        -
        placed 21 holds 50000
        -
        placed 22 holds 50000
        -
        placed 23 holds 833
        matched 100 x5 | a 5/5@100 FILLED | t 5/8@- PARTIAL =500 fee 5
        matched 102 x3 | d 3/5@102 PARTIAL | t 8/8@- FILLED =806 fee 4 frees 18
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a market order that comes to rest at its protection price holds that from then on",
        [rules(protection_ticks=2, protection_rests=True), sell("a", 100, 5), T, cancel(T, "c")],
        # 816 and 8.16. 500 and 5 paid: 320 left; 306 and 8.06 in all, so 4 more.
        """
        rules BTC/USD
        -
        placed 21 holds 50000
        -
        placed 22 holds 825
        matched 100 x5 | a 5/5@100 FILLED | t 5/8@- PARTIAL =500 fee 5
        restated t 5/8@102 PARTIAL =500 RESTS_AT_PROTECTION_PRICE holds -10
        -
        cancelled t 5/8@102 CANCELED =500 REQUESTED by c frees 310
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "an order for cash holds what the lots cost that it buys, whatever the protection, and the fee beyond",
        [
            rules(protection_ticks=50), sell("a", 100, 5), sell("b", 101, 5), buy("t", None, 0, cash=803),
            credit("k", "acc-b2", "USD", 202), buy("u", None, 0, cash=202, session="B1", account="acc-b2"),
            credit("l", "acc-b2", "USD", 1),
            buy("v", None, 0, cash=202, session="B1", account="acc-b2"),
        ],
        # 500 + 303 and 8.03. 202 and 2.02: 205.
        """
        rules BTC/USD
        -
        placed 21 holds 50000
        -
        placed 22 holds 50000
        -
        placed 23 x8 holds 812
        matched 100 x5 | a 5/5@100 FILLED | t 5/8@- PARTIAL =500 fee 5
        matched 101 x3 | b 3/5@101 PARTIAL | t 8/8@- FILLED =803 fee 4
        -
        credited k acc-b2 USD 202 at 2
        -
        rejected u INSUFFICIENT_BALANCE
        -
        credited l acc-b2 USD 1 at 2
        -
        rejected v INSUFFICIENT_BALANCE
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "a market sell holds its lots",
        [buy("b", 100, 2), sell("t", None, 5)],
        """
        placed 20 holds 202
        -
        placed 21 holds 50000
        matched 100 x2 | b 2/2@100 FILLED frees 2 | t 2/5@- PARTIAL =200 fee 2
        cancelled t 2/5@- CANCELED =200 NO_LIQUIDITY frees 30000
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "what may not rest is released at once",
        [S, buy("i", 101, 12, tif=IOC), sell("r", 100, 3), buy("f", 101, 12, tif=FOK)],
        # 1212 and 12.12. 1000 and 10 paid; 202 and 12.02 in all, so 3 more, for the rest.
        """
        placed 20 holds 100000
        -
        placed 21 holds 1225
        matched 100 x10 | s 10/10@100 FILLED | i 10/12@101 PARTIAL =1000 fee 10 frees 10
        cancelled i 10/12@101 CANCELED =1000 IMMEDIATE_OR_CANCEL frees 205
        -
        placed 22 holds 30000
        -
        placed 23 holds 1225
        cancelled f 0/12@101 CANCELED FILL_OR_KILL frees 1225
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "two own orders that decrement each other release what they lose; a market buy at its end",
        [
            sell("o", 100, 3, session="A1"), buy("d", 101, 5, mode=DECREMENT, session="A2"),
            sell("p", 101, 3, session="A1", group="g"), sell("a", 102, 5),
            buy("t", None, 5, mode=DECREMENT, group="g", session="A2"),
        ],
        # 505 and 5.05; 202 and 2.02 after it. p is sold to d: another owner; its rest, 1, is t's own. 5 x 102 and 5.1.
        """
        placed 20 holds 30000
        -
        placed 21 holds 511
        cancelled o 0/3@100 CANCELED SELF_TRADE against 21 frees 30000
        restated d 0/2@101 NEW DECREMENTED against 20 holds -306
        -
        placed 22 holds 30000
        matched 101 x2 | d 2/2@101 FILLED frees 3 | p 2/3@101 PARTIAL fee 3
        -
        placed 23 holds 50000
        -
        placed 24 holds 516
        cancelled p 2/3@101 CANCELED SELF_TRADE against 24 frees 10000
        restated t 0/4@- NEW DECREMENTED against 22
        matched 102 x4 | a 4/5@102 PARTIAL | t 4/4@- FILLED =408 fee 5 frees 103
        """,
        prepared=WITH_FEES,
    ),
    Case(
        "whatever ends an order releases all of it",
        [
            buy("g", 100, 10, tif=GTD, expires=5), PassTime(5, "clock"), buy("d", 100, 10, at=5),
            order("w", Side.SELL, None, 2, stop=90, at=5), EndDay(5, "clock", "20240102"),
            buy("k", 100, 10, at=5), kill(KillScope.VENUE, ""),
        ],
        """
        placed 20 holds 1010
        -
        expired g 0/10@100 EXPIRED frees 1010
        -
        placed 22 holds 1010
        -
        placed 23 waits holds 20000
        -
        done d 0/10@100 DONE_FOR_DAY frees 1010
        done w 0/2@- DONE_FOR_DAY frees 20000
        day 20240102
        -
        placed 25 holds 1010
        -
        killed VENUE  op "enough"
        cancelled k 0/10@100 CANCELED KILL_SWITCH frees 1010
        """,
        "",
        WITH_FEES,
    ),
    Case(
        "orders hold while they gather for an auction, too",
        [phase(Phase.PRE_OPEN), S, buy("b", 110, 10), buy("d", 109, 5), phase(Phase.OPEN)],
        # b: 1100 and 11. d: 545 and 5.45. At 110 all ten lots find a buyer; at 100 to 109 as well, with 5 buyers left.
        """
        phase PRE_OPEN
        -
        placed 21 holds 100000
        -
        placed 22 holds 1111
        -
        placed 23 holds 551
        -
        phase OPEN
        priced 110 x10
        auctioned 110 x10 | s 10/10@100 FILLED =1100 fee 11 | b 10/10@110 FILLED fee 11
        """,
        prepared=WITH_FEES,
    ),
]  # fmt: skip
