"""Replaces of orders with terms."""

from tests.engine.cases.case import Case
from tests.engine.short import BOTH, DECREMENT, GTC, GTD, RESTING, buy, phase, replace, rules, sell
from venue.domain.enums import Phase

ICE = sell("a", 100, 9, display=3)
GOOD_TILL = buy("g", 90, 5, tif=GTD, expires=50)
STOP = buy("x", None, 5, stop=110)
TERMS = buy("m", 90, 5, group="g1", mode=BOTH)
CANNOT = "is not the order's, and no request changes it"

CASES = [
    Case(
        "less of an iceberg keeps its place and what it shows; another display does not",
        [
            ICE,
            sell("b", 100, 9),
            buy("t", 100, 1),
            replace(ICE, "a2", 100, 4),
            replace(ICE, "a3", 100, 4, original="a2", display=1),
            buy("u", 100, 10),
        ],
        # 2 of 8 are shown: of 3 left, 2. Then it shows 1 of 3, at the back.
        """
        placed 14
        -
        placed 15
        -
        placed 16
        matched 100 x1 | a 1/9@100 PARTIAL hides 6 | t 1/1@100 FILLED
        -
        replaced a > a2 1/4@100 PARTIAL hides 1 display 3
        -
        replaced a2 > a3 1/4@100 PARTIAL display 1
        -
        placed 19
        matched 100 x9 | b 9/9@100 FILLED | u 9/10@100 PARTIAL
        matched 100 x1 | a3 2/4@100 PARTIAL hides 1 | u 10/10@100 FILLED
        """,
    ),
    Case(
        "what is shown stays as far as what is open allows; a display above the quantity is refused",
        [ICE, replace(ICE, "a2", 100, 2), replace(ICE, "a3", 100, 2, display=2), buy("u", 100, 2)],
        """
        placed 14
        -
        refused REPLACE a2 of a NEW INVALID_DISPLAY_QUANTITY
        -
        replaced a > a3 0/2@100 NEW display 2
        -
        placed 17
        matched 100 x2 | a3 2/2@100 FILLED | u 2/2@100 FILLED
        """,
    ),
    Case(
        "another expiry keeps the place and counts",
        [
            GOOD_TILL,
            buy("h", 90, 5),
            replace(GOOD_TILL, "g2", 90, 5, expires=60),
            replace(GOOD_TILL, "g3", 90, 5, original="g2", expires=2),
            sell("t", 90, 1, at=55),
            sell("u", 90, 1, at=60),
        ],
        """
        placed 14
        -
        placed 15
        -
        replaced g > g2 0/5@90 NEW expires 60
        -
        refused REPLACE g3 of g2 NEW EXPIRY_PAST
        -
        placed 18
        matched 90 x1 | g2 1/5@90 PARTIAL | t 1/1@90 FILLED
        -
        expired g2 1/5@90 EXPIRED
        placed 19
        matched 90 x1 | h 1/5@90 PARTIAL | u 1/1@90 FILLED
        """,
    ),
    Case(
        "terms that no request changes, by name",
        [
            TERMS,
            replace(TERMS, "r1", 90, 5, minimum=1),
            replace(TERMS, "r2", 90, 5, cash=1),
            replace(TERMS, "r3", 90, 5, post=True),
            replace(TERMS, "r4", 90, 5, halt=True),
            replace(TERMS, "r5", 90, 5, group="g2"),
            replace(TERMS, "r6", 90, 5, mode=DECREMENT, group="g1"),
            replace(TERMS, "r7", 90, 5, mode=BOTH, group="g1"),
        ],
        f"""
        placed 14
        -
        refused REPLACE r1 of m NEW CANNOT_CHANGE "MinQty(110) {CANNOT}"
        -
        refused REPLACE r2 of m NEW CANNOT_CHANGE "CashOrderQty(152) {CANNOT}"
        -
        refused REPLACE r3 of m NEW CANNOT_CHANGE "ExecInst(18) {CANNOT}"
        -
        refused REPLACE r4 of m NEW CANNOT_CHANGE "ExecInst(18) {CANNOT}"
        -
        refused REPLACE r5 of m NEW CANNOT_CHANGE "SelfTradePreventionGroup(7928) {CANNOT}"
        -
        refused REPLACE r6 of m NEW CANNOT_CHANGE "SelfTradePreventionMode(2362) {CANNOT}"
        -
        replaced m > r7 0/5@90 NEW
        """,
    ),
    Case(
        "a triggered stop keeps its stop price",
        [
            sell("a", 100, 1),
            buy("b", 100, 1),
            buy("x", 90, 5, stop=99),
            replace(buy("x", 90, 5, stop=99), "x2", 90, 5, stop=98),
            replace(buy("x", 90, 5, stop=99), "x3", 91, 5, stop=99),
        ],
        f"""
        placed 14
        -
        placed 15
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        placed 16 waits
        triggered x 0/5@90 NEW
        -
        refused REPLACE x2 of x NEW CANNOT_CHANGE "StopPx(99) {CANNOT}"
        -
        replaced x > x3 0/5@91 NEW stop 99
        """,
    ),
    Case(
        "terms of another type or time in force are refused as of a new order",
        [
            buy("a", 90, 5),
            replace(buy("a", 90, 5), "r1", 90, 5, stop=99),
            replace(buy("a", 90, 5), "r2", 90, 5, expires=99),
            replace(buy("a", 90, 5), "r3", 90, 5, display=6),
            STOP,
            replace(STOP, "r4", 100, 5),
            replace(STOP, "r5", None, 5, stop=-1),
            replace(STOP, "r6", None, 5, display=2),
        ],
        """
        placed 14
        -
        refused REPLACE r1 of a NEW STOP_PRICE_NOT_ALLOWED
        -
        refused REPLACE r2 of a NEW EXPIRY_NOT_ALLOWED
        -
        refused REPLACE r3 of a NEW INVALID_DISPLAY_QUANTITY
        -
        placed 18 waits
        -
        refused REPLACE r4 of x NEW PRICE_NOT_ALLOWED
        -
        refused REPLACE r5 of x NEW INVALID_STOP_PRICE
        -
        refused REPLACE r6 of x NEW DISPLAY_NOT_ALLOWED
        """,
    ),
    Case(
        "the band counts only for another price, post-only where the order would match anew",
        [
            buy("a", 120, 5, post=True),
            rules(band_basis_points=1_000, reference_price=100),
            replace(buy("a", 120, 5), "r1", 120, 6),
            replace(buy("a", 120, 5), "r2", 121, 6, original="r1"),
            sell("b", 121, 1),
            rules(),
            sell("d", 121, 1),
            replace(buy("a", 120, 5), "r3", 121, 6, original="r1"),
            replace(buy("a", 120, 5), "r4", 119, 6, original="r1"),
        ],
        """
        placed 14
        -
        rules BTC/USD
        -
        replaced a > r1 0/6@120 NEW
        -
        refused REPLACE r2 of r1 NEW PRICE_OUTSIDE_BAND
        -
        rejected b PRICE_OUTSIDE_BAND
        -
        rules BTC/USD
        -
        placed 20
        -
        refused REPLACE r3 of r1 NEW WOULD_MATCH
        -
        replaced r1 > r4 0/6@119 NEW
        """,
    ),
    Case(
        "an order with a minimum rests on, whatever a replace finds; in a halt it goes to the back",
        [
            sell("s", 100, 2),
            buy("a", 100, 4, minimum=2),
            replace(buy("a", 100, 4), "a2", 99, 4),
            buy("b", 99, 4),
            phase(Phase.HALTED),
            replace(buy("a", 100, 4), "a3", 99, 5, original="a2"),
            sell("t", 99, 4),
            phase(Phase.OPEN),
        ],
        """
        placed 14
        -
        placed 15
        matched 100 x2 | s 2/2@100 FILLED | a 2/4@100 PARTIAL
        -
        replaced a > a2 2/4@99 PARTIAL =200
        -
        placed 17
        -
        phase HALTED
        -
        replaced a2 > a3 2/5@99 PARTIAL =200
        -
        placed 20
        -
        phase OPEN
        priced 99 x4
        auctioned 99 x4 | b 4/4@99 FILLED | t 4/4@99 FILLED
        """,
    ),
    Case(
        "a filled GTD order goes on with a larger quantity",
        [
            buy("g", 90, 5, tif=GTD, expires=50),
            sell("t", 90, 5),
            replace(GOOD_TILL, "g2", 90, 7),
            sell("u", 90, 1, at=50),
        ],
        """
        placed 14
        -
        placed 15
        matched 90 x5 | g 5/5@90 FILLED | t 5/5@90 FILLED
        -
        replaced g > g2 5/7@90 PARTIAL expires 50
        -
        expired g2 5/7@90 EXPIRED
        placed 17
        """,
    ),
    Case(
        "a market order that rests takes no price and keeps its own",
        [
            rules(protection_ticks=2, protection_rests=True),
            sell("a", 100, 1),
            buy("t", None, 5, tif=GTC),
            sell("e", 104, 1),
            replace(buy("t", None, 5), "t2", 103, 6, original="t"),
            replace(buy("t", None, 5), "t3", None, 6, original="t"),
            sell("b", 102, 1),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        matched 100 x1 | a 1/1@100 FILLED | t 1/5@- PARTIAL =100
        restated t 1/5@102 PARTIAL =100 RESTS_AT_PROTECTION_PRICE
        -
        placed 17
        -
        refused REPLACE t2 of t PARTIALLY_FILLED PRICE_NOT_ALLOWED
        -
        replaced t > t3 1/6@102 PARTIAL =100
        -
        placed 20
        matched 102 x1 | t3 2/6@102 PARTIAL =202 | b 1/1@102 FILLED
        """,
    ),
    Case(
        "a replace that matches prevents self-trades like a new order",
        [
            sell("s", 101, 2, session="A2"),
            buy("a", 100, 4, mode=RESTING),
            replace(buy("a", 100, 4), "a2", 101, 4),
        ],
        """
        placed 14
        -
        placed 15
        -
        replaced a > a2 0/4@101 NEW
        cancelled s 0/2@101 CANCELED SELF_TRADE against 15
        """,
    ),
    Case(
        "a stop-limit that was triggered and filled goes on with a larger quantity",
        [
            sell("a", 100, 1),
            buy("b", 100, 1),
            buy("x", 100, 2, stop=99),
            sell("d", 100, 2),
            replace(buy("x", 100, 2, stop=99), "x2", 100, 3),
        ],
        """
        placed 14
        -
        placed 15
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        placed 16 waits
        triggered x 0/2@100 NEW
        -
        placed 17
        matched 100 x2 | x 2/2@100 FILLED | d 2/2@100 FILLED
        -
        replaced x > x2 2/3@100 PARTIAL stop 99
        """,
    ),
    Case(
        "a post-only order that a replace closes would not match",
        [
            buy("a", 100, 5, post=True),
            sell("s", 100, 2),
            sell("q", 103, 1),
            replace(buy("a", 100, 5), "a2", 103, 2),
        ],
        """
        placed 14
        -
        placed 15
        matched 100 x2 | a 2/5@100 PARTIAL | s 2/2@100 FILLED
        -
        placed 16
        -
        replaced a > a2 2/2@103 FILLED =200
        """,
    ),
]
