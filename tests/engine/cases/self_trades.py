"""Self-trade prevention in continuous matching."""

from tests.engine.cases.case import Case
from tests.engine.short import AGGRESSING, BOTH, DECREMENT, IOC, RESTING, buy, mode, sell

CASES = [
    Case(
        "without a mode of the taker, its firm's orders trade with it",
        [sell("a", 100, 5, session="A2", mode=BOTH), buy("t", 100, 5)],
        """
        placed 14
        -
        placed 15
        matched 100 x5 | a 5/5@100 FILLED | t 5/5@100 FILLED
        """,
    ),
    Case(
        "orders of different groups are of different owners",
        [sell("a", 100, 5, session="A2", group="g1"), buy("t", 100, 5, mode=BOTH)],
        """
        placed 14
        -
        placed 15
        matched 100 x5 | a 5/5@100 FILLED | t 5/5@100 FILLED
        """,
    ),
    Case(
        "the firm's mode is that of its orders without one",
        [mode("A", RESTING), sell("a", 100, 5, session="A2"), sell("b", 100, 5), buy("t", 100, 6)],
        """
        mode A CANCEL_RESTING
        -
        placed 15
        -
        placed 16
        -
        placed 17
        cancelled a 0/5@100 CANCELED SELF_TRADE against 17
        matched 100 x5 | b 5/5@100 FILLED | t 5/6@100 PARTIAL
        """,
    ),
    Case(
        "cancelling the aggressor leaves the book as it is behind the own order",
        [sell("b", 100, 2), sell("a", 100, 5, session="A1"), sell("d", 100, 5), buy("t", 100, 6, mode=AGGRESSING)],
        """
        placed 14
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x2 | b 2/2@100 FILLED | t 2/6@100 PARTIAL
        cancelled t 2/6@100 CANCELED SELF_TRADE against 15
        """,
    ),
    Case(
        "both: the maker first",
        [sell("a", 100, 5, session="A1"), buy("t", 100, 6, mode=BOTH)],
        """
        placed 14
        -
        placed 15
        cancelled a 0/5@100 CANCELED SELF_TRADE against 15
        cancelled t 0/6@100 CANCELED SELF_TRADE against 14
        """,
    ),
    Case(
        "decrement: the smaller is cancelled with its quantity, the larger loses it; an iceberg shows what it can",
        [
            sell("a", 100, 9, session="A1", display=3),
            buy("t", 100, 4, mode=DECREMENT),
            buy("u", 100, 4, mode=DECREMENT),
        ],
        # 9 - 4: 3 shown and 2 hidden; 5 - 4: 1 shown.
        """
        placed 14
        -
        placed 15
        restated a 0/5@100 NEW hides 2 DECREMENTED against 15
        cancelled t 0/4@100 CANCELED SELF_TRADE against 14
        -
        placed 16
        restated a 0/1@100 NEW DECREMENTED against 16
        cancelled u 0/4@100 CANCELED SELF_TRADE against 14
        """,
    ),
    Case(
        "decrement: of two equals both are cancelled; a taker that is larger goes on with what it has left",
        [
            sell("a", 100, 4, session="A1"),
            buy("t", 100, 4, mode=DECREMENT),
            sell("b", 100, 4, session="A1"),
            sell("d", 100, 1),
            buy("u", 100, 6, mode=DECREMENT, tif=IOC),
        ],
        """
        placed 14
        -
        placed 15
        cancelled a 0/4@100 CANCELED SELF_TRADE against 15
        cancelled t 0/4@100 CANCELED SELF_TRADE against 14
        -
        placed 16
        -
        placed 17
        -
        placed 18
        cancelled b 0/4@100 CANCELED SELF_TRADE against 18
        restated u 0/2@100 NEW DECREMENTED against 16
        matched 100 x1 | d 1/1@100 FILLED | u 1/2@100 PARTIAL
        cancelled u 1/2@100 CANCELED IMMEDIATE_OR_CANCEL
        """,
    ),
]
