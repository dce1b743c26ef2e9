"""Fees, in numbers worked out by hand. A rate of 1000 is 0.1 %; one tick of one lot is one unit of USD."""

from tests.engine.cases.case import Case
from tests.engine.short import buy, phase, replace, sell
from tests.engine.short_funds import OPEN, credit, fees, funded, tier
from venue.domain.commands import AddAsset, ListInstrument
from venue.domain.enums import Phase

FUNDED = (OPEN, *funded("acc-a", USD=1_000_000, BTC=10_000_000), *funded("acc-b1", USD=1_000_000, BTC=10_000_000))
# One tick of one lot: 10**17 units of DAI. The instrument's lot is 10**17 wei.
WEI = (
    AddAsset(2, "op", "DAI", 18),
    ListInstrument(2, "op", "ETH/DAI", "ETH", "DAI", 10**18, 10**17),
    OPEN,
    *funded("acc-a", DAI=10**22),
    *funded("acc-b1", ETH=10**19),
)
A = sell("a", 100, 20)
B = buy("b", 100, 5)

CASES = [
    Case(
        "maker and taker pay their own rates, each rounded up",
        [fees(1_000, 2_500), sell("a", 101, 5), buy("b", 101, 5)],
        # 505 x 0.1 % = 0.505; 505 x 0.25 % = 1.2625. The buy holds 505 and the higher fee.
        """
        fees - BTC/USD 1000/2500
        -
        placed 20 holds 50000
        -
        placed 21 holds 507
        matched 101 x5 | a 5/5@101 FILLED fee 1 | b 5/5@101 FILLED fee 2
        """,
        """
        acc-a BTC available +50000
        acc-a USD available -507
        acc-b1 BTC available -50000
        acc-b1 USD available +504
        venue USD fees +3
        """,
        FUNDED,
    ),
    Case(
        "an order's fees are rounded up once, however many trades fill it",
        [fees(1_000, 1_000), sell("a", 100, 10), buy("b", 100, 3), buy("c", 100, 3), buy("d", 100, 4)],
        # The sell owes 0.3, 0.6, 1.0 in all; each buy 0.3 or 0.4 by itself.
        """
        fees - BTC/USD 1000/1000
        -
        placed 20 holds 100000
        -
        placed 21 holds 301
        matched 100 x3 | a 3/10@100 PARTIAL fee 1 | b 3/3@100 FILLED fee 1
        -
        placed 22 holds 301
        matched 100 x3 | a 6/10@100 PARTIAL | c 3/3@100 FILLED fee 1
        -
        placed 23 holds 401
        matched 100 x4 | a 10/10@100 FILLED | d 4/4@100 FILLED fee 1
        """,
        """
        acc-a BTC available +100000
        acc-a USD available -1003
        acc-b1 BTC available -100000
        acc-b1 USD available +999
        venue USD fees +4
        """,
        FUNDED,
    ),
    Case(
        "a taker's trades at several prices are rounded up together",
        [fees(0, 1_500), sell("a", 100, 1), sell("b", 101, 1), sell("d", 102, 1), buy("t", 102, 3)],
        # 306 and 0.459 held. 0.15: 1. 0.3015 and 0.4545: no more. After the first, 204 and nothing more for fees.
        """
        fees - BTC/USD 0/1500
        -
        placed 20 holds 10000
        -
        placed 21 holds 10000
        -
        placed 22 holds 10000
        -
        placed 23 holds 307
        matched 100 x1 | a 1/1@100 FILLED | t 1/3@102 PARTIAL =100 fee 1 frees 2
        matched 101 x1 | b 1/1@101 FILLED | t 2/3@102 PARTIAL =201 frees 1
        matched 102 x1 | d 1/1@102 FILLED | t 3/3@102 FILLED =303
        """,
        """
        acc-a BTC available +30000
        acc-a USD available -304
        acc-b1 BTC available -30000
        acc-b1 USD available +303
        venue USD fees +1
        """,
        FUNDED,
    ),
    Case(
        "a rebate is rounded against its receiver, over all trades of the order",
        [fees(-4_000, 5_000), sell("a", 100, 10), buy("b", 100, 1), buy("c", 100, 2), buy("d", 100, 7)],
        # The sell gets 0.4, 1.2, 4.0 in all: 0, 1, 4. The buys pay 0.5, 1.0, 3.5.
        """
        fees - BTC/USD -4000/5000
        -
        placed 20 holds 100000
        -
        placed 21 holds 101
        matched 100 x1 | a 1/10@100 PARTIAL | b 1/1@100 FILLED fee 1
        -
        placed 22 holds 201
        matched 100 x2 | a 3/10@100 PARTIAL fee -1 | c 2/2@100 FILLED fee 1
        -
        placed 23 holds 704
        matched 100 x7 | a 10/10@100 FILLED fee -3 | d 7/7@100 FILLED fee 4
        """,
        """
        acc-a BTC available +100000
        acc-a USD available -1006
        acc-b1 BTC available -100000
        acc-b1 USD available +1004
        venue USD fees +2
        """,
        FUNDED,
    ),
    Case(
        "a rebate may raise what a buy holds, by no more than it was",
        [fees(-4_000, 4_000), buy("m", 25, 27), sell("q", 25, 9), sell("r", 25, 2), sell("s", 25, 16)],
        # 675 and 2.7. After 225: -0.9 so far, the other 450 may cost 1.8: 0.9 in all, 1. After 50 more: -1.1 so far, so
        # 1 is paid back; the other 400 may cost 1.6: 0.5 in all, which is 1, so 2 more than now. In the end -2.7: -2.
        """
        fees - BTC/USD -4000/4000
        -
        placed 20 holds 678
        -
        placed 21 holds 90000
        matched 25 x9 | m 9/27@25 PARTIAL frees 2 | q 9/9@25 FILLED fee 1
        -
        placed 22 holds 20000
        matched 25 x2 | m 11/27@25 PARTIAL fee -1 frees -1 | r 2/2@25 FILLED fee 1
        -
        placed 23 holds 160000
        matched 25 x16 | m 27/27@25 FILLED fee -1 frees 2 | s 16/16@25 FILLED fee 2
        """,
        """
        acc-a BTC available +270000
        acc-a USD available -673
        acc-b1 BTC available -270000
        acc-b1 USD available +671
        venue USD fees +2
        """,
        FUNDED,
    ),
    Case(
        "in an auction both pay the taker's rate",
        [fees(1_000, 10_000), phase(Phase.PRE_OPEN), buy("b", 102, 5), sell("a", 100, 5), phase(Phase.OPEN)],
        # 510 and 5.1 held; at 100: 500 and 5.
        """
        fees - BTC/USD 1000/10000
        -
        phase PRE_OPEN
        -
        placed 21 holds 516
        -
        placed 22 holds 50000
        -
        phase OPEN
        priced 100 x5
        auctioned 100 x5 | b 5/5@102 FILLED =500 fee 5 frees 11 | a 5/5@100 FILLED fee 5
        """,
        """
        acc-a BTC available +50000
        acc-a USD available -505
        acc-b1 BTC available -50000
        acc-b1 USD available +495
        venue USD fees +10
        """,
        FUNDED,
    ),
    Case(
        "rebates of an auction may take the venue's fees below zero",
        [fees(20_000, -10_000), phase(Phase.PRE_OPEN), buy("b", 100, 5), sell("a", 100, 5), phase(Phase.OPEN)],
        # The buy holds the maker's 2 %, the highest that may apply.
        """
        fees - BTC/USD 20000/-10000
        -
        phase PRE_OPEN
        -
        placed 21 holds 510
        -
        placed 22 holds 50000
        -
        phase OPEN
        priced 100 x5
        auctioned 100 x5 | b 5/5@100 FILLED fee -5 frees 10 | a 5/5@100 FILLED fee -5
        """,
        """
        acc-a BTC available +50000
        acc-a USD available -495
        acc-b1 BTC available -50000
        acc-b1 USD available +505
        venue USD fees -10
        """,
        FUNDED,
    ),
    Case(
        "a firm's tier has its own rates; without any, those for all apply",
        [
            fees(1_000, 2_000), fees(0, 500, "gold"), tier("A", "gold"), A, buy("b", 100, 20),
            tier("A", "silver"), sell("c", 100, 20), buy("d", 100, 20),
            fees(0, 0, "gold"), tier("A", "gold"), sell("e", 100, 20), buy("f", 100, 20),
        ],
        # 2000: 2 for the maker of firm B; 1, 4 and 0 for the taker.
        """
        fees - BTC/USD 1000/2000
        -
        fees gold BTC/USD 0/500
        -
        tier A gold
        -
        placed 22 holds 200000
        -
        placed 23 holds 2001
        matched 100 x20 | a 20/20@100 FILLED fee 2 | b 20/20@100 FILLED fee 1
        -
        tier A silver
        -
        placed 25 holds 200000
        -
        placed 26 holds 2004
        matched 100 x20 | c 20/20@100 FILLED fee 2 | d 20/20@100 FILLED fee 4
        -
        fees gold BTC/USD 0/0
        -
        tier A gold
        -
        placed 29 holds 200000
        -
        placed 30 holds 2000
        matched 100 x20 | e 20/20@100 FILLED fee 2 | f 20/20@100 FILLED
        """,
        prepared=FUNDED,
    ),
    Case(
        "rates are of one instrument",
        [fees(1_000, 2_000, symbol="ETH/USD"), sell("a", 100, 20), buy("b", 100, 20)],
        """
        fees - ETH/USD 1000/2000
        -
        placed 20 holds 200000
        -
        placed 21 holds 2000
        matched 100 x20 | a 20/20@100 FILLED | b 20/20@100 FILLED
        """,
        prepared=FUNDED,
    ),
    Case(
        "an order keeps the rates that it was accepted with, replaced or not",
        [
            fees(1_000, 1_000), A, fees(5_000, 6_000), buy("b", 100, 10),
            replace(A, "a2", 101, 20), buy("d", 101, 10),
        ],
        # The sell: 1.0, then 2.01 in all. The buys: 6.0; 6.06.
        """
        fees - BTC/USD 1000/1000
        -
        placed 20 holds 200000
        -
        fees - BTC/USD 5000/6000
        -
        placed 22 holds 1006
        matched 100 x10 | a 10/20@100 PARTIAL fee 1 | b 10/10@100 FILLED fee 6
        -
        replaced a > a2 10/20@101 PARTIAL =1000
        -
        placed 24 holds 1017
        matched 101 x10 | a2 20/20@101 FILLED =2010 fee 2 | d 10/10@101 FILLED fee 7
        """,
        prepared=FUNDED,
    ),
    Case(
        "an account that trades with itself pays both fees",
        [fees(1_000, 2_000), sell("a", 100, 10, session="A1"), buy("b", 100, 10, session="A2")],
        """
        fees - BTC/USD 1000/2000
        -
        placed 20 holds 100000
        -
        placed 21 holds 1002
        matched 100 x10 | a 10/10@100 FILLED fee 1 | b 10/10@100 FILLED fee 2
        """,
        """
        acc-a USD available -3
        venue USD fees +3
        """,
        FUNDED,
    ),
    Case(
        "before the ledger opens trading is free; what a replace reopens after it pays from then on",
        [
            fees(10_000, 20_000), sell("a", 100, 5), B, OPEN,
            credit("k", "acc-a", "USD", 1_020), credit("l", "acc-b1", "BTC", 100_000),
            replace(B, "b2", 100, 15), sell("d", 100, 10),
        ],
        # 1000 and 2 % held; 1 % as maker, of these 1000 alone.
        """
        fees - BTC/USD 10000/20000
        -
        placed 15
        -
        placed 16
        matched 100 x5 | a 5/5@100 FILLED | b 5/5@100 FILLED
        -
        opened
        -
        credited k acc-a USD 1020 at 2
        -
        credited l acc-b1 BTC 100000 at 2
        -
        replaced b > b2 5/15@100 PARTIAL holds 1020
        -
        placed 21 holds 100000
        matched 100 x10 | b2 15/15@100 FILLED fee 10 frees 10 | d 10/10@100 FILLED fee 20
        """,
        """
        acc-a BTC available +100000
        acc-a USD available +10
        acc-b1 USD available +980
        venue BTC custody -100000
        venue USD fees +30 custody -1020
        """,
    ),
    Case(
        "amounts beyond 64 bits of assets with 18 decimals are exact to the unit",
        [
            fees(0, 2_500, symbol="ETH/DAI"), sell("a", 3_001, 7, symbol="ETH/DAI"),
            buy("b", 3_001, 7, symbol="ETH/DAI"),
        ],
        # 2100.7 DAI; 0.25 % of it.
        """
        fees - ETH/DAI 0/2500
        -
        placed 20 holds 700000000000000000
        -
        placed 21 holds 2105951750000000000000
        matched 3001 x7 for 2100700000000000000000 | a 7/7@3001 FILLED | b 7/7@3001 FILLED fee 5251750000000000000
        """,
        """
        acc-a DAI available -2105951750000000000000
        acc-a ETH available +700000000000000000
        acc-b1 DAI available +2100700000000000000000
        acc-b1 ETH available -700000000000000000
        venue DAI fees +5251750000000000000
        """,
        WEI,
    ),
]  # fmt: skip
