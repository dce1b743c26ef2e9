"""Placing and executing: cash, protection, all or a minimum at once, icebergs coming to rest."""

from tests.engine.cases.case import Case
from tests.engine.short import AGGRESSING, DAY, FOK, GTC, GTD, IOC, RESTING, buy, cancel, phase, rules, sell
from venue.domain.commands import PassTime
from venue.domain.enums import Phase

A = sell("a", 100, 5)

CASES = [
    Case(
        "terms that ask for nothing are none",
        [sell("a", 100, 5, minimum=0), buy("b", 100, 5, display=0)],
        """
        placed 14
        -
        placed 15
        matched 100 x5 | a 5/5@100 FILLED | b 5/5@100 FILLED
        """,
    ),
    Case(
        "a cash order buys whole lots, level by level, as far as the cash goes",
        [sell("a", 100, 5), sell("b", 101, 5), buy("t", None, 0, cash=803)],
        # 5 x 100 leaves 303: 3 lots at 101 leave nothing.
        """
        placed 14
        -
        placed 15
        -
        placed 16 x8
        matched 100 x5 | a 5/5@100 FILLED | t 5/8@- PARTIAL =500
        matched 101 x3 | b 3/5@101 PARTIAL | t 8/8@- FILLED =803
        """,
    ),
    Case(
        "the cash walk ends at the first level that is not taken whole",
        [sell("a", 100, 5), sell("b", 101, 5), buy("t", None, 0, cash=402)],
        """
        placed 14
        -
        placed 15
        -
        placed 16 x4
        matched 100 x4 | a 4/5@100 PARTIAL | t 4/4@- FILLED =400
        """,
    ),
    Case(
        "cash that does not pay for one lot buys nothing; nor does any where there are no sellers",
        [sell("a", 100, 5), buy("t", None, 0, cash=99), cancel(A, "c"), buy("u", None, 0, cash=10_000)],
        """
        placed 14
        -
        rejected t CASH_BUYS_NOTHING
        -
        cancelled a 0/5@100 CANCELED REQUESTED by c
        -
        rejected u CASH_BUYS_NOTHING
        """,
    ),
    Case(
        "the cash walk stays within the protection price",
        [rules(protection_ticks=1), sell("a", 100, 5), sell("b", 102, 5), buy("t", None, 0, cash=10_000)],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17 x5
        matched 100 x5 | a 5/5@100 FILLED | t 5/5@- FILLED =500
        """,
    ),
    Case(
        "a cash order counts hidden lots, and none of its owner's where they do not trade",
        [
            sell("a", 100, 6, display=2),
            sell("b", 100, 4, session="A1"),
            buy("t", None, 0, cash=1_000, mode=RESTING),
        ],
        # 2 of a, which goes to the back; b is own; 4 of a in two turns.
        """
        placed 14
        -
        placed 15
        -
        placed 16 x6
        matched 100 x2 | a 2/6@100 PARTIAL hides 2 | t 2/6@- PARTIAL =200
        cancelled b 0/4@100 CANCELED SELF_TRADE against 16
        matched 100 x2 | a 4/6@100 PARTIAL | t 4/6@- PARTIAL =400
        matched 100 x2 | a 6/6@100 FILLED | t 6/6@- FILLED =600
        """,
    ),
    Case(
        "a market order without protection takes all there is, and its rest finds no liquidity",
        [sell("a", 100, 5), sell("b", 500, 5), buy("t", None, 11)],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        matched 100 x5 | a 5/5@100 FILLED | t 5/11@- PARTIAL =500
        matched 500 x5 | b 5/5@500 FILLED | t 10/11@- PARTIAL =3000
        cancelled t 10/11@- CANCELED =3000 NO_LIQUIDITY
        """,
    ),
    Case(
        "a protected market order stops at the best price plus the protection, and says so",
        [rules(protection_ticks=2), sell("a", 100, 5), sell("b", 103, 5), buy("t", None, 6), buy("u", None, 5)],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x5 | a 5/5@100 FILLED | t 5/6@- PARTIAL =500
        cancelled t 5/6@- CANCELED =500 PROTECTION_PRICE
        -
        placed 18
        matched 103 x5 | b 5/5@103 FILLED | u 5/5@- FILLED =515
        """,
    ),
    Case(
        "a protected market order to sell reaches down, to 1 at least",
        [rules(protection_ticks=200), buy("a", 100, 5), buy("b", 1, 5), sell("t", None, 12)],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x5 | a 5/5@100 FILLED | t 5/12@- PARTIAL =500
        matched 1 x5 | b 5/5@1 FILLED | t 10/12@- PARTIAL =505
        cancelled t 10/12@- CANCELED =505 NO_LIQUIDITY
        """,
    ),
    Case(
        "where it may, the rest of a protected market order rests at the protection price",
        [rules(protection_ticks=2, protection_rests=True), sell("a", 100, 5), buy("t", None, 6), sell("b", 102, 1)],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        matched 100 x5 | a 5/5@100 FILLED | t 5/6@- PARTIAL =500
        restated t 5/6@102 PARTIAL =500 RESTS_AT_PROTECTION_PRICE
        -
        placed 17
        matched 102 x1 | t 6/6@102 FILLED =602 | b 1/1@102 FILLED
        """,
    ),
    Case(
        "no protection price without an opposite order; none rests of an order that may not",
        [
            rules(protection_ticks=2, protection_rests=True),
            buy("t", None, 6),
            sell("a", 100, 5),
            sell("b", 103, 5),
            buy("u", None, 6, tif=IOC),
        ],
        """
        rules BTC/USD
        -
        placed 15
        cancelled t 0/6@- CANCELED NO_LIQUIDITY
        -
        placed 16
        -
        placed 17
        -
        placed 18
        matched 100 x5 | a 5/5@100 FILLED | u 5/6@- PARTIAL =500
        cancelled u 5/6@- CANCELED =500 PROTECTION_PRICE
        """,
    ),
    Case(
        "fill or kill counts hidden lots of orders that are not its own",
        [sell("a", 100, 6, display=2), buy("t", 100, 7, tif=FOK), buy("u", 100, 6, tif=FOK)],
        """
        placed 14
        -
        placed 15
        cancelled t 0/7@100 CANCELED FILL_OR_KILL
        -
        placed 16
        matched 100 x2 | a 2/6@100 PARTIAL hides 2 | u 2/6@100 PARTIAL
        matched 100 x2 | a 4/6@100 PARTIAL | u 4/6@100 PARTIAL
        matched 100 x2 | a 6/6@100 FILLED | u 6/6@100 FILLED
        """,
    ),
    Case(
        "before an own order only what is displayed counts, and nothing behind it",
        [
            sell("a", 100, 6, display=2),
            sell("b", 100, 1, session="A2"),
            sell("d", 100, 9),
            buy("t", 100, 3, tif=FOK, mode=AGGRESSING),
            buy("u", 100, 2, tif=FOK, mode=AGGRESSING),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        placed 17
        cancelled t 0/3@100 CANCELED FILL_OR_KILL
        -
        placed 18
        matched 100 x2 | a 2/6@100 PARTIAL hides 2 | u 2/2@100 FILLED
        """,
    ),
    Case(
        "an own order that would be cancelled is passed over",
        [
            sell("b", 100, 1, session="A2"),
            sell("d", 100, 9, display=1),
            buy("t", 100, 3, tif=FOK, mode=RESTING),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        cancelled b 0/1@100 CANCELED SELF_TRADE against 16
        matched 100 x1 | d 1/9@100 PARTIAL hides 7 | t 1/3@100 PARTIAL
        matched 100 x1 | d 2/9@100 PARTIAL hides 6 | t 2/3@100 PARTIAL
        matched 100 x1 | d 3/9@100 PARTIAL hides 5 | t 3/3@100 FILLED
        """,
    ),
    Case(
        "a minimum quantity that is there at once is enough; the rest rests",
        [sell("a", 100, 5), buy("t", 100, 9, minimum=6), buy("u", 100, 9, minimum=5)],
        """
        placed 14
        -
        placed 15
        cancelled t 0/9@100 CANCELED MINIMUM_QUANTITY
        -
        placed 16
        matched 100 x5 | a 5/5@100 FILLED | u 5/9@100 PARTIAL
        """,
    ),
    Case(
        "of fill or kill and a minimum quantity, fill or kill is looked at first",
        [sell("a", 100, 5), buy("t", 100, 9, tif=FOK, minimum=6)],
        """
        placed 14
        -
        placed 15
        cancelled t 0/9@100 CANCELED FILL_OR_KILL
        """,
    ),
    Case(
        "a minimum quantity within a market order's protection only",
        [rules(protection_ticks=1), sell("a", 100, 5), sell("b", 102, 5), buy("t", None, 9, tif=IOC, minimum=6)],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        cancelled t 0/9@- CANCELED MINIMUM_QUANTITY
        """,
    ),
    Case(
        "an iceberg that matches first shows its display of what is left",
        [sell("a", 100, 5), buy("t", 100, 12, display=3), sell("b", 100, 1), sell("d", 100, 2)],
        # 7 are left: 3 shown, 4 hidden.
        """
        placed 14
        -
        placed 15
        matched 100 x5 | a 5/5@100 FILLED | t 5/12@100 PARTIAL
        -
        placed 16
        matched 100 x1 | t 6/12@100 PARTIAL hides 4 | b 1/1@100 FILLED
        -
        placed 17
        matched 100 x2 | t 8/12@100 PARTIAL hides 1 | d 2/2@100 FILLED
        """,
    ),
    Case(
        "a GTD order expires at its time, before the next command's own events",
        [
            buy("a", 100, 5, tif=GTD, expires=30),
            buy("b", 99, 5, tif=GTD, expires=20),
            buy("d", 99, 5, tif=GTC),
            PassTime(19, "clock"),
            sell("t", 99, 5, at=30),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        -
        expired b 0/5@99 EXPIRED
        expired a 0/5@100 EXPIRED
        placed 18
        matched 99 x5 | d 5/5@99 FILLED | t 5/5@99 FILLED
        """,
    ),
    Case(
        "expiries at one time come by order id",
        [
            buy("a", 100, 5, tif=GTD, expires=20),
            buy("b", 101, 5, tif=GTD, expires=20),
            PassTime(20, "clock"),
        ],
        """
        placed 14
        -
        placed 15
        -
        expired a 0/5@100 EXPIRED
        expired b 0/5@101 EXPIRED
        """,
    ),
    Case(
        "orders gather without matching before the opening, and no order that cannot rest is taken",
        [
            phase(Phase.PRE_OPEN),
            sell("a", 100, 5),
            buy("b", 101, 5, tif=DAY),
            buy("d", None, 5),
            buy("e", 101, 5, tif=IOC),
            buy("f", 101, 5, tif=FOK),
            buy("g", 101, 5, minimum=1),
            buy("h", None, 5, stop=90),
            buy("i", None, 5, stop=90, tif=IOC),
        ],
        """
        phase PRE_OPEN
        -
        placed 15
        -
        placed 16
        -
        rejected d NOT_IN_THIS_PHASE
        -
        rejected e NOT_IN_THIS_PHASE
        -
        rejected f NOT_IN_THIS_PHASE
        -
        rejected g NOT_IN_THIS_PHASE
        -
        placed 21 waits
        -
        rejected i NOT_IN_THIS_PHASE
        """,
    ),
    Case(
        "the band is around the reference price until there is a last trade's",
        [
            rules(band_basis_points=1_000, reference_price=100),
            buy("a", 111, 1),
            buy("b", 110, 1),
            sell("d", 110, 1),
            sell("e", 121, 1),
            sell("f", 98, 1),
            sell("g", 99, 1),
        ],
        # After the trade at 110: 99 to 121.
        """
        rules BTC/USD
        -
        rejected a PRICE_OUTSIDE_BAND
        -
        placed 16
        -
        placed 17
        matched 110 x1 | b 1/1@110 FILLED | d 1/1@110 FILLED
        -
        placed 18
        -
        rejected f PRICE_OUTSIDE_BAND
        -
        placed 20
        """,
    ),
    Case(
        "a post-only order never matches, not even an own order",
        [sell("a", 100, 5, session="A1"), buy("t", 100, 5, post=True), buy("u", 99, 5, post=True)],
        """
        placed 14
        -
        rejected t WOULD_MATCH
        -
        placed 16
        """,
    ),
    Case(
        "fill or kill sees that its own first trades would let the breaker stop the next",
        [
            rules(breaker_basis_points=300, breaker_window_ns=100, halt_ns=50),
            sell("s", 103, 1),
            buy("b", 103, 1),
            sell("a", 100, 1),
            sell("d", 104, 1),
            buy("t", 104, 2, tif=FOK),
            buy("u", 104, 1, tif=FOK),
        ],
        # 100 and 104 are both within 3% of 103, but not of each other.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        matched 103 x1 | s 1/1@103 FILLED | b 1/1@103 FILLED
        -
        placed 17
        -
        placed 18
        -
        placed 19
        cancelled t 0/2@104 CANCELED FILL_OR_KILL
        -
        placed 20
        matched 100 x1 | a 1/1@100 FILLED | u 1/1@104 FILLED =100
        """,
    ),
    Case(
        "cash buys nothing where only its owner's orders are within the protection",
        [
            rules(protection_ticks=2, protection_rests=True),
            sell("b", 100, 4, session="A2"),
            sell("a", 103, 1),
            buy("t", None, 0, cash=400, mode=RESTING),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        rejected t CASH_BUYS_NOTHING
        """,
    ),
]
