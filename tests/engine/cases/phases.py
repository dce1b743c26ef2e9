"""Phases, auctions, the breaker, and rules that are refused."""

from tests.engine.cases.case import Case
from tests.engine.short import BOTH, GTC, IOC, buy, cancel, phase, replace, rules, sell
from venue.domain.commands import PassTime
from venue.domain.enums import Algorithm, Phase
from venue.domain.rules import AllocationRule, LeadMarketMaker

BREAKER = {"breaker_basis_points": 500, "breaker_window_ns": 100, "halt_ns": 50}
A = sell("a", 100, 5)

CASES = [
    Case(
        "an unknown instrument has no phase, and the same phase is nothing new",
        [phase(Phase.HALTED, symbol="NO/SUCH"), phase(Phase.OPEN), phase(Phase.CLOSED, reason="holiday")],
        """
        denied UNKNOWN_REFERENCE
        -
        -
        phase CLOSED "holiday"
        """,
    ),
    Case(
        "closed: no orders, no replaces, but cancels",
        [A, phase(Phase.CLOSED), buy("b", 100, 0), replace(A, "a2", 99, 5), cancel(A, "c")],
        """
        placed 14
        -
        phase CLOSED
        -
        rejected b MARKET_CLOSED
        -
        refused REPLACE a2 of a NEW MARKET_CLOSED
        -
        cancelled a 0/5@100 CANCELED REQUESTED by c
        """,
    ),
    Case(
        "to a halt: the orders that want it are cancelled, bids and asks by priority, then stops by id",
        [
            sell("x", None, 1, stop=90, halt=True),
            buy("s", None, 1, stop=110, halt=True),
            sell("a", 103, 1, halt=True),
            sell("b", 102, 1, halt=True),
            buy("d", 98, 1, halt=True),
            buy("e", 99, 1, halt=True),
            buy("f", 99, 1),
            phase(Phase.HALTED),
        ],
        """
        placed 14 waits
        -
        placed 15 waits
        -
        placed 16
        -
        placed 17
        -
        placed 18
        -
        placed 19
        -
        placed 20
        -
        phase HALTED
        cancelled e 0/1@99 CANCELED TRADING_HALT
        cancelled d 0/1@98 CANCELED TRADING_HALT
        cancelled b 0/1@102 CANCELED TRADING_HALT
        cancelled a 0/1@103 CANCELED TRADING_HALT
        cancelled x 0/1@- CANCELED TRADING_HALT
        cancelled s 0/1@- CANCELED TRADING_HALT
        """,
    ),
    Case(
        "the auction's price: most volume, then least surplus",
        [
            phase(Phase.PRE_OPEN),
            buy("a", 104, 5),
            buy("b", 102, 5),
            sell("d", 100, 4),
            sell("e", 103, 4),
            phase(Phase.OPEN),
        ],
        # 100..102: min(10, 4); 103, 104: min(5, 8) = 5, the most; surplus 3 at both; the lower.
        """
        phase PRE_OPEN
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        -
        phase OPEN
        priced 103 x5
        auctioned 103 x4 | a 4/5@104 PARTIAL =412 | d 4/4@100 FILLED =412
        auctioned 103 x1 | a 5/5@104 FILLED =515 | e 1/4@103 PARTIAL
        """,
    ),
    Case(
        "the auction's price: of equals the nearest to the reference; the older order is the maker",
        [
            rules(reference_price=103),
            phase(Phase.PRE_OPEN),
            sell("a", 100, 5),
            buy("b", 105, 5),
            phase(Phase.OPEN),
            buy("d", 104, 1),
        ],
        """
        rules BTC/USD
        -
        phase PRE_OPEN
        -
        placed 16
        -
        placed 17
        -
        phase OPEN
        priced 103 x5
        auctioned 103 x5 | a 5/5@100 FILLED =515 | b 5/5@105 FILLED =515
        -
        placed 19
        """,
    ),
    Case(
        "an iceberg in an auction trades hidden lots too, and keeps its place",
        [
            phase(Phase.PRE_OPEN),
            sell("a", 100, 9, display=2),
            sell("b", 100, 1),
            buy("t", 100, 5),
            phase(Phase.OPEN),
            buy("u", 100, 3),
        ],
        # 5 of a: its 2 are gone, of the 4 left it shows 2. It is still before b.
        """
        phase PRE_OPEN
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        phase OPEN
        priced 100 x5
        auctioned 100 x5 | a 5/9@100 PARTIAL hides 2 | t 5/5@100 FILLED
        -
        placed 19
        matched 100 x2 | a 7/9@100 PARTIAL | u 2/3@100 PARTIAL
        matched 100 x1 | b 1/1@100 FILLED | u 3/3@100 FILLED
        """,
    ),
    Case(
        "an iceberg in an auction uses what it shows first",
        [phase(Phase.PRE_OPEN), sell("a", 100, 9, display=3), buy("t", 100, 2), phase(Phase.OPEN)],
        """
        phase PRE_OPEN
        -
        placed 15
        -
        placed 16
        -
        phase OPEN
        priced 100 x2
        auctioned 100 x2 | a 2/9@100 PARTIAL hides 6 | t 2/2@100 FILLED
        """,
    ),
    Case(
        "self-trades are prevented in an auction, by the mode of the younger, until the book is uncrossed",
        [
            phase(Phase.PRE_OPEN),
            sell("a", 100, 5, session="A1"),
            buy("t", 101, 5, mode=BOTH),
            sell("b", 101, 2),
            buy("u", 101, 1),
            phase(Phase.OPEN),
        ],
        # 100: min(6, 5) = 5; 101: min(6, 7) = 6. Then b and u are left, at 101.
        """
        phase PRE_OPEN
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        placed 18
        -
        phase OPEN
        priced 101 x6
        cancelled a 0/5@100 CANCELED SELF_TRADE against 16
        cancelled t 0/5@101 CANCELED SELF_TRADE against 15
        auctioned 101 x1 | b 1/2@101 PARTIAL | u 1/1@101 FILLED
        """,
    ),
    Case(
        "the breaker halts before a trade too far from another within its window",
        [
            rules(**BREAKER),
            sell("a", 100, 1),
            sell("b", 105, 1),
            sell("d", 106, 1, halt=True),
            buy("t", 106, 4, at=10, halt=True),
            buy("u", 107, 1, at=59, tif=GTC),
            PassTime(60, "clock"),
        ],
        # 105 is 5% from 100: allowed; 106 is not. Then u is alone, so the reopening has no auction.
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
        matched 100 x1 | a 1/1@100 FILLED | t 1/4@106 PARTIAL =100
        matched 105 x1 | b 1/1@105 FILLED | t 2/4@106 PARTIAL =205
        phase HALTED until 60 "circuit breaker"
        cancelled t 2/4@106 CANCELED =205 TRADING_HALT
        cancelled d 0/1@106 CANCELED TRADING_HALT
        -
        placed 19
        -
        phase OPEN "circuit breaker: reopening auction"
        """,
    ),
    Case(
        "what trips the breaker rests, if it may; the book is crossed until the auction; market and IOC orders do not",
        [
            rules(**BREAKER),
            sell("a", 100, 1),
            sell("b", 106, 1),
            buy("t", 106, 2, at=10),
            PassTime(60, "clock"),
            sell("d", 90, 1, at=60),
            buy("e", 90, 1, at=60),
            sell("f", 100, 1, at=170),
            buy("g", None, 1, at=170, tif=GTC),
        ],
        # The auction trades at 106. d then rests at 90, and e may not buy there; by 110 it has opened again at 90,
        # and at 170 the trade at 90, by auction, is still within the window.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x1 | a 1/1@100 FILLED | t 1/2@106 PARTIAL =100
        phase HALTED until 60 "circuit breaker"
        -
        phase OPEN "circuit breaker: reopening auction"
        priced 106 x1
        auctioned 106 x1 | b 1/1@106 FILLED | t 2/2@106 FILLED =206
        -
        placed 19
        -
        placed 20
        phase HALTED until 110 "circuit breaker"
        -
        phase OPEN "circuit breaker: reopening auction"
        priced 90 x1
        auctioned 90 x1 | d 1/1@90 FILLED | e 1/1@90 FILLED
        placed 21
        -
        placed 22
        phase HALTED until 220 "circuit breaker"
        cancelled g 0/1@- CANCELED TRADING_HALT
        """,
    ),
    Case(
        "an opening is where the breaker starts anew",
        [
            rules(**BREAKER),
            sell("a", 100, 1),
            sell("b", 106, 2),
            buy("t", 106, 2, at=10),
            PassTime(60, "clock"),
            buy("u", 106, 1, at=61),
        ],
        # The trade at 100 is still within the window at 61; the auction's price is the only one that counts.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x1 | a 1/1@100 FILLED | t 1/2@106 PARTIAL =100
        phase HALTED until 60 "circuit breaker"
        -
        phase OPEN "circuit breaker: reopening auction"
        priced 106 x1
        auctioned 106 x1 | b 1/2@106 PARTIAL | t 2/2@106 FILLED =206
        -
        placed 19
        matched 106 x1 | b 2/2@106 FILLED | u 1/1@106 FILLED
        """,
    ),
    Case(
        "beyond the window only the last trade counts",
        [
            rules(**BREAKER),
            sell("a", 100, 1),
            buy("b", 100, 1, at=20),
            sell("d", 104, 1, at=20),
            buy("e", 104, 1, at=20),
            sell("f", 109, 1, at=119),
            buy("g", 109, 1, at=119, tif=IOC),
            phase(Phase.OPEN, at=120),
            buy("h", 109, 1, at=120),
        ],
        # At 119 the window still holds both trades of 20, and 109 is too far from 100. At 120 it holds neither: only
        # the last of them counts.
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        matched 100 x1 | a 1/1@100 FILLED | b 1/1@100 FILLED
        -
        placed 17
        -
        placed 18
        matched 104 x1 | d 1/1@104 FILLED | e 1/1@104 FILLED
        -
        placed 19
        -
        placed 20
        phase HALTED until 169 "circuit breaker"
        cancelled g 0/1@109 CANCELED TRADING_HALT
        -
        phase OPEN
        -
        placed 22
        matched 109 x1 | f 1/1@109 FILLED | h 1/1@109 FILLED
        """,
    ),
    Case(
        "an operator's phase ends the halt's own clock",
        [
            rules(**BREAKER),
            sell("a", 100, 1),
            sell("b", 106, 1),
            buy("t", 106, 2, at=10),
            phase(Phase.PRE_OPEN, at=20),
            PassTime(60, "clock"),
        ],
        """
        rules BTC/USD
        -
        placed 15
        -
        placed 16
        -
        placed 17
        matched 100 x1 | a 1/1@100 FILLED | t 1/2@106 PARTIAL =100
        phase HALTED until 60 "circuit breaker"
        -
        phase PRE_OPEN
        -
        """,
    ),
    Case(
        "rules with numbers out of range are refused; the same rules are nothing new",
        [
            rules(symbol="NO/SUCH", protection_ticks=1),
            rules(protection_ticks=-1),
            rules(band_basis_points=10_000),
            rules(breaker_basis_points=10_000, breaker_window_ns=1, halt_ns=1),
            rules(breaker_basis_points=1, breaker_window_ns=0, halt_ns=1),
            rules(breaker_basis_points=1, breaker_window_ns=1, halt_ns=0),
            rules(allocation=AllocationRule(Algorithm.CONFIGURABLE, fifo_percent=101)),
            rules(
                allocation=AllocationRule(
                    Algorithm.CONFIGURABLE,
                    lead_market_makers=(LeadMarketMaker("acc-a", 60), LeadMarketMaker("acc-b1", 41)),
                )
            ),
            rules(),
            rules(protection_ticks=1),
            rules(protection_ticks=1),
        ],
        """
        denied UNKNOWN_REFERENCE
        -
        denied INVALID_RULES
        -
        denied INVALID_RULES
        -
        denied INVALID_RULES
        -
        denied INVALID_RULES
        -
        denied INVALID_RULES
        -
        denied INVALID_RULES
        -
        denied INVALID_RULES
        -
        -
        rules BTC/USD
        -
        """,
    ),
    Case(
        "the auction's price: of equal volumes the least surplus",
        [phase(Phase.PRE_OPEN), buy("a", 102, 4), buy("b", 101, 3), sell("d", 100, 4), phase(Phase.OPEN)],
        # 4 trade at any price; 3 buyers are left over at 100 and 101, none at 102.
        """
        phase PRE_OPEN
        -
        placed 15
        -
        placed 16
        -
        placed 17
        -
        phase OPEN
        priced 102 x4
        auctioned 102 x4 | a 4/4@102 FILLED | d 4/4@100 FILLED =408
        """,
    ),
]
