"""Cases where an execution may make two matches at most."""

from tests.engine.cases.case import Case
from tests.engine.short import FOK, RESTING, buy, sell

MAX_MATCHES = 2

CASES = [
    Case(
        "two matches are enough if nothing is left, too many if something is, whatever the order may do",
        [
            sell("a", 100, 1),
            sell("b", 100, 1),
            buy("t", 100, 2),
            sell("d", 100, 1),
            sell("e", 100, 1),
            buy("u", 100, 3),
            sell("v", 100, 1),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        matched 100 x1 | a 1/1@100 FILLED | t 1/2@100 PARTIAL
        matched 100 x1 | b 1/1@100 FILLED | t 2/2@100 FILLED
        -
        placed 17
        -
        placed 18
        -
        placed 19
        matched 100 x1 | d 1/1@100 FILLED | u 1/3@100 PARTIAL
        matched 100 x1 | e 1/1@100 FILLED | u 2/3@100 PARTIAL
        cancelled u 2/3@100 CANCELED TOO_MANY_MATCHES
        -
        placed 20
        """,
    ),
    Case(
        "fill or kill and a minimum quantity count on two orders at most",
        [
            sell("a", 100, 1),
            sell("b", 100, 1),
            sell("d", 100, 1),
            buy("t", 100, 3, tif=FOK),
            buy("u", 100, 3, minimum=3),
            buy("v", 100, 2, tif=FOK),
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
        cancelled u 0/3@100 CANCELED MINIMUM_QUANTITY
        -
        placed 19
        matched 100 x1 | a 1/1@100 FILLED | v 1/2@100 PARTIAL
        matched 100 x1 | b 1/1@100 FILLED | v 2/2@100 FILLED
        """,
    ),
    Case(
        "a self-trade that is prevented counts as a match",
        [
            sell("a", 100, 1, session="A2"),
            sell("b", 100, 1),
            sell("d", 100, 1),
            buy("t", 100, 2, tif=FOK, mode=RESTING),
            buy("u", 100, 2, mode=RESTING),
        ],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        placed 17
        cancelled t 0/2@100 CANCELED FILL_OR_KILL
        -
        placed 18
        cancelled a 0/1@100 CANCELED SELF_TRADE against 18
        matched 100 x1 | b 1/1@100 FILLED | u 1/2@100 PARTIAL
        cancelled u 1/2@100 CANCELED TOO_MANY_MATCHES
        """,
    ),
    Case(
        "each display of an iceberg is a match",
        [sell("a", 100, 3, display=1), buy("t", 100, 3)],
        """
        placed 14
        -
        placed 15
        matched 100 x1 | a 1/3@100 PARTIAL hides 1 | t 1/3@100 PARTIAL
        matched 100 x1 | a 2/3@100 PARTIAL | t 2/3@100 PARTIAL
        cancelled t 2/3@100 CANCELED TOO_MANY_MATCHES
        """,
    ),
]
