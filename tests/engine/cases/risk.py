"""Limits of orders: one that breaks all of them, what counts, and what a replace may. One tick of one lot: 1 USD."""

from tests.engine.cases.case import Case
from tests.engine.cases.fees import FUNDED
from tests.engine.short import (
    DECREMENT,
    buy,
    cancel,
    cancel_many,
    kill,
    order,
    phase,
    release,
    replace,
    rules,
    sell,
    status,
)
from tests.engine.short_funds import ACCOUNT, FIRM, INSTRUMENT, OPEN, activate, credit, funded, limits, suspend
from tests.engine.trading import SYMBOL
from venue.domain.commands import EndDay
from venue.domain.enums import KillScope, Phase, Side

# 19: limits start here. acc-a bought 10 and has one lot more open.
POOR = (OPEN, *funded("acc-b1", USD=10_000, BTC=10_000_000), *funded("acc-a", USD=1_100, BTC=0)[:1])
TRADED = (*POOR, sell("s", 100, 10), buy("t", 100, 10), sell("u", 103, 1), limits(FIRM, "A", orders_per_second=1))
SECOND = 10**9
B = buy("b", 100, 10)


def want(name: str, quantity: int = 6, price: int = 103, at: int = 2, **rest: object):
    return buy(name, price, quantity, session="A2", at=at, **rest)


def own(**numbers: int):
    return limits(ACCOUNT, "acc-a", SYMBOL, **numbers)


ALL = {
    "order_quantity": 5, "order_notional": 400, "open_orders": 1, "daily_volume": 12, "position": 11,
    "collar_basis_points": 200,
}  # fmt: skip


def without(*names: str):
    return own(**{name: value for name, value in ALL.items() if name not in names})


CASES = [
    Case(
        "an order that breaks every rule is told the first; each one repaired shows the next",
        [
            buy("r", 50, 1), own(**ALL), suspend("acc-a"), kill(KillScope.SESSION, "A2"), phase(Phase.CLOSED),
            rules(band_basis_points=100),
            want("a", post=True), activate("acc-a"), want("b", post=True), release(KillScope.SESSION, "A2"),
            want("c", post=True), phase(Phase.OPEN), want("d", post=True), rules(), want("e", post=True),
            want("f"), without("order_quantity"), want("g"), without("order_quantity", "order_notional"), want("h"),
            without("order_quantity", "order_notional", "open_orders"), want("i"),
            own(position=11, collar_basis_points=200), want("j"), own(collar_basis_points=200), want("k"), own(),
            want("l"), want("m", at=2 + SECOND), credit("z", "acc-a", "USD", 568), want("n", at=2 + SECOND),
        ],
        # Of 1100, 1000 are spent and 50 held. 6 x 103 = 618, so 568 are missing.
        """
        placed 22 holds 50
        -
        limits ACCOUNT acc-a BTC/USD order_quantity=5 order_notional=400 open_orders=1 daily_volume=12 position=11 collar_basis_points=200
        -
        account acc-a SUSPENDED
        -
        killed SESSION A2 op "enough"
        -
        phase CLOSED
        -
        rules BTC/USD
        -
        rejected a ACCOUNT_SUSPENDED
        -
        account acc-a ACTIVE
        -
        rejected b KILL_SWITCH
        -
        released SESSION A2 op
        -
        rejected c MARKET_CLOSED
        -
        phase OPEN
        -
        rejected d PRICE_OUTSIDE_BAND
        -
        rules BTC/USD
        -
        rejected e WOULD_MATCH
        -
        rejected f ORDER_QUANTITY_LIMIT
        -
        limits ACCOUNT acc-a BTC/USD order_notional=400 open_orders=1 daily_volume=12 position=11 collar_basis_points=200
        -
        rejected g ORDER_NOTIONAL_LIMIT
        -
        limits ACCOUNT acc-a BTC/USD open_orders=1 daily_volume=12 position=11 collar_basis_points=200
        -
        rejected h OPEN_ORDERS_LIMIT
        -
        limits ACCOUNT acc-a BTC/USD daily_volume=12 position=11 collar_basis_points=200
        -
        rejected i DAILY_VOLUME_LIMIT
        -
        limits ACCOUNT acc-a BTC/USD position=11 collar_basis_points=200
        -
        rejected j POSITION_LIMIT
        -
        limits ACCOUNT acc-a BTC/USD collar_basis_points=200
        -
        rejected k PRICE_COLLAR
        -
        limits ACCOUNT acc-a BTC/USD
        -
        rejected l ORDER_RATE_LIMIT
        -
        rejected m INSUFFICIENT_BALANCE
        -
        credited z acc-a USD 568 at 2
        -
        placed 52 holds 618
        matched 103 x1 | u 1/1@103 FILLED | n 1/6@103 PARTIAL
        """,  # noqa: E501
        prepared=TRADED,
    ),
    Case(
        "a suspended account's orders stay, trade and may be cancelled, not replaced, however little",
        [
            B, buy("d", 100, 10), suspend("acc-a"), replace(B, "b2", 100, 1), sell("s", 100, 4), cancel(B, "c"),
            status(B), cancel_many("m"),
        ],
        """
        placed 19 holds 1000
        -
        placed 20 holds 1000
        -
        account acc-a SUSPENDED
        -
        refused REPLACE b2 of b NEW ACCOUNT_SUSPENDED
        -
        placed 23 holds 40000
        matched 100 x4 | b 4/10@100 PARTIAL | s 4/4@100 FILLED
        -
        cancelled b 4/10@100 CANCELED REQUESTED by c frees 600
        -
        reported A1 b 4/10@100 CANCELED
        -
        cancelled d 0/10@100 CANCELED MASS_CANCEL frees 1000
        all m ALL - - 1
        """,
        prepared=FUNDED,
    ),
    Case(
        "accounts are suspended before the ledger is open, too; limits are only kept",
        [
            limits(ACCOUNT, "acc-a", SYMBOL, order_quantity=1, position=1), buy("a", 100, 5), suspend("acc-a"),
            buy("b", 100, 5), activate("acc-a"), cancel_many("m"), OPEN, buy("d", 100, 5),
        ],
        """
        limits ACCOUNT acc-a BTC/USD order_quantity=1 position=1
        -
        placed 15
        -
        account acc-a SUSPENDED
        -
        rejected b ACCOUNT_SUSPENDED
        -
        account acc-a ACTIVE
        -
        cancelled a 0/5@100 CANCELED MASS_CANCEL
        all m ALL - - 1
        -
        opened
        -
        rejected d ORDER_QUANTITY_LIMIT
        """,
    ),
    Case(
        "notional: a market buy's is what it holds, a market sell's a sweep of the bids, a stop's its stop price",
        [
            limits(INSTRUMENT, SYMBOL, order_notional=500), sell("a", 100, 4), sell("b", 101, 4), buy("x", None, 5),
            buy("y", None, 6, stop=101), buy("d", 99, 4), buy("e", 98, 4), sell("s", None, 6), sell("t", None, 5),
            rules(protection_ticks=2), buy("z", None, 5), buy("w", None, 0, cash=507), buy("v", None, 0, cash=503),
        ],
        # x: 501. y: 606. s: 592; t: 494. z: 5 x 102 = 510. w buys 5 lots for 501, v 4 for 400 and 1 for 101 as well.
        """
        limits INSTRUMENT BTC/USD - order_notional=500
        -
        placed 20 holds 40000
        -
        placed 21 holds 40000
        -
        rejected x ORDER_NOTIONAL_LIMIT
        -
        rejected y ORDER_NOTIONAL_LIMIT
        -
        placed 24 holds 396
        -
        placed 25 holds 392
        -
        rejected s ORDER_NOTIONAL_LIMIT
        -
        placed 27 holds 50000
        matched 99 x4 | d 4/4@99 FILLED | t 4/5@- PARTIAL =396
        matched 98 x1 | e 1/4@98 PARTIAL | t 5/5@- FILLED =494
        -
        rules BTC/USD
        -
        rejected z ORDER_NOTIONAL_LIMIT
        -
        rejected w ORDER_NOTIONAL_LIMIT
        -
        rejected v ORDER_NOTIONAL_LIMIT
        """,
        prepared=FUNDED,
    ),
    Case(
        "the day's volume counts what is traded and open on both sides; the day's end starts it again",
        [
            own(daily_volume=10), buy("a", 100, 4), sell("b", 101, 3, session="A1"), buy("d", 100, 4),
            sell("s", 100, 4), buy("e", 100, 4), buy("f", 99, 3), EndDay(2, "clock", "20240102"), buy("g", 99, 10),
        ],
        # 4 and 3 open; 4 traded and 3 open.
        """
        limits ACCOUNT acc-a BTC/USD daily_volume=10
        -
        placed 20 holds 400
        -
        placed 21 holds 30000
        -
        rejected d DAILY_VOLUME_LIMIT
        -
        placed 23 holds 40000
        matched 100 x4 | a 4/4@100 FILLED | s 4/4@100 FILLED
        -
        rejected e DAILY_VOLUME_LIMIT
        -
        placed 25 holds 297
        -
        done b 0/3@101 DONE_FOR_DAY frees 30000
        done f 0/3@99 DONE_FOR_DAY frees 297
        day 20240102
        -
        placed 27 holds 990
        """,
        prepared=FUNDED,
    ),
    Case(
        "the position counts bought less sold with the open orders of the side, whatever the day",
        [
            own(position=5), sell("s", 100, 4), buy("a", 100, 4), EndDay(2, "clock", "20240102"), buy("b", 99, 2),
            buy("d", 99, 1), sell("e", 105, 10, session="A1"), sell("f", 105, 9, session="A1"),
            sell("g", 105, 1, session="A1"),
        ],
        # 4 long: one more to buy, nine to sell.
        """
        limits ACCOUNT acc-a BTC/USD position=5
        -
        placed 20 holds 40000
        -
        placed 21 holds 400
        matched 100 x4 | s 4/4@100 FILLED | a 4/4@100 FILLED
        -
        day 20240102
        -
        rejected b POSITION_LIMIT
        -
        placed 24 holds 99
        -
        rejected e POSITION_LIMIT
        -
        placed 26 holds 90000
        -
        rejected g POSITION_LIMIT
        """,
        prepared=FUNDED,
    ),
    Case(
        "the collar is one-sided, around the last trade or the rules' reference, and for prices that are given",
        [
            limits(INSTRUMENT, SYMBOL, collar_basis_points=250), buy("a", 500, 1), cancel(buy("a", 500, 1), "c"),
            rules(reference_price=119), buy("d", 122, 1), buy("e", 121, 1), sell("f", 116, 1), sell("g", 500, 1),
            order("h", Side.SELL, 116, 1, stop=118, session="B1"), buy("i", 130, 1, stop=125), buy("j", 1, 1),
            sell("k", 121, 1), sell("l", 118, 1), buy("m", None, 1), buy("n", 124, 1, stop=140),
        ],
        # 119 x 2.5 % = 2.975: 2 either way. Last trade 121: 3.
        """
        limits INSTRUMENT BTC/USD - collar_basis_points=250
        -
        placed 20 holds 500
        -
        cancelled a 0/1@500 CANCELED REQUESTED by c frees 500
        -
        rules BTC/USD
        -
        rejected d PRICE_COLLAR
        -
        placed 24 holds 121
        -
        rejected f PRICE_COLLAR
        -
        placed 26 holds 10000
        -
        rejected h PRICE_COLLAR
        -
        rejected i PRICE_COLLAR
        -
        placed 29 holds 1
        -
        placed 30 holds 10000
        matched 121 x1 | e 1/1@121 FILLED | k 1/1@121 FILLED
        -
        placed 31 holds 10000
        -
        placed 32 holds 118
        matched 118 x1 | l 1/1@118 FILLED | m 1/1@- FILLED =118
        -
        rejected n PRICE_COLLAR
        """,
        prepared=FUNDED,
    ),
    Case(
        "orders per second: a burst after a quiet second, then one each; refused orders and cancels do not count",
        [
            limits(FIRM, "A", orders_per_second=2), buy("a", 90, 1), buy("q", 0, 1), buy("b", 90, 1, session="A2"),
            buy("d", 90, 1), buy("d2", 90, 1), cancel(buy("a", 90, 1), "c"), sell("s", 101, 1),
            buy("e", 90, 1, at=1 + SECOND // 2), buy("f", 90, 1, at=2 + SECOND // 2),
            buy("g", 90, 1, at=2 + SECOND // 2),
            buy("h", 90, 1, at=2 + 2 * SECOND), buy("i", 90, 1, at=2 + 2 * SECOND), buy("j", 90, 1, at=2 + 2 * SECOND),
        ],
        """
        limits FIRM A - orders_per_second=2
        -
        placed 20 holds 90
        -
        rejected q PRICE_NOT_POSITIVE
        -
        placed 22 holds 90
        -
        rejected d ORDER_RATE_LIMIT
        -
        rejected d2 ORDER_RATE_LIMIT
        -
        cancelled a 0/1@90 CANCELED REQUESTED by c frees 90
        -
        placed 26 holds 10000
        -
        rejected e ORDER_RATE_LIMIT
        -
        placed 28 holds 90
        -
        rejected g ORDER_RATE_LIMIT
        -
        placed 30 holds 90
        -
        placed 31 holds 90
        -
        rejected j ORDER_RATE_LIMIT
        """,
        prepared=FUNDED,
    ),
    Case(
        "a replace counts what it adds; one that keeps its place is never refused and does not count",
        [
            B, own(order_quantity=9, order_notional=1, open_orders=1, daily_volume=1, position=1),
            limits(FIRM, "A", open_orders=1, orders_per_second=1),
            replace(B, "b2", 100, 9), replace(B, "b3", 100, 10, "b2"), own(), replace(B, "b4", 100, 10, "b2"),
            replace(B, "b5", 101, 10, "b4"), replace(B, "b6", 100, 8, "b4"),
            own(position=12, daily_volume=12), replace(B, "b7", 101, 13, "b6", at=2 + SECOND),
            replace(B, "b8", 101, 12, "b6", at=2 + SECOND),
        ],
        """
        placed 19 holds 1000
        -
        limits ACCOUNT acc-a BTC/USD order_quantity=9 order_notional=1 open_orders=1 daily_volume=1 position=1
        -
        limits FIRM A - open_orders=1 orders_per_second=1
        -
        replaced b > b2 0/9@100 NEW holds -100
        -
        refused REPLACE b3 of b2 NEW ORDER_QUANTITY_LIMIT
        -
        limits ACCOUNT acc-a BTC/USD
        -
        replaced b2 > b4 0/10@100 NEW holds 100
        -
        refused REPLACE b5 of b4 NEW ORDER_RATE_LIMIT
        -
        replaced b4 > b6 0/8@100 NEW holds -200
        -
        limits ACCOUNT acc-a BTC/USD daily_volume=12 position=12
        -
        refused REPLACE b7 of b6 NEW DAILY_VOLUME_LIMIT
        -
        replaced b6 > b8 0/12@101 NEW holds 412
        """,
        prepared=FUNDED,
    ),
    Case(
        "a replace that ends its order adds nothing and is never refused",
        [
            B, sell("s", 100, 4), limits(FIRM, "A", orders_per_second=1), buy("r", 50, 1),
            own(order_quantity=1, order_notional=1, daily_volume=1, position=1, collar_basis_points=1),
            replace(B, "b2", 130, 3),
        ],
        """
        placed 19 holds 1000
        -
        placed 20 holds 40000
        matched 100 x4 | b 4/10@100 PARTIAL | s 4/4@100 FILLED
        -
        limits FIRM A - orders_per_second=1
        -
        placed 22 holds 50
        -
        limits ACCOUNT acc-a BTC/USD order_quantity=1 order_notional=1 daily_volume=1 position=1 collar_basis_points=1
        -
        replaced b > b2 4/4@130 FILLED =400 holds -600
        """,
        prepared=FUNDED,
    ),
    Case(
        "a replace to less is taken where what it leaves is within the limit",
        [B, own(position=5, daily_volume=5), replace(B, "b2", 99, 6), replace(B, "b3", 99, 5)],
        """
        placed 19 holds 1000
        -
        limits ACCOUNT acc-a BTC/USD daily_volume=5 position=5
        -
        refused REPLACE b2 of b NEW DAILY_VOLUME_LIMIT
        -
        replaced b > b3 0/5@99 NEW holds -505
        """,
        prepared=FUNDED,
    ),
    Case(
        "a market sell that is decremented releases what it lost",
        [buy("o", 100, 3), buy("a", 99, 5, session="B1"), sell("t", None, 5, mode=DECREMENT, session="A2")],
        """
        placed 19 holds 300
        -
        placed 20 holds 495
        -
        placed 21 holds 50000
        cancelled o 0/3@100 CANCELED SELF_TRADE against 21 frees 300
        restated t 0/2@- NEW DECREMENTED against 19 holds -30000
        matched 99 x2 | a 2/5@99 PARTIAL | t 2/2@- FILLED =198
        """,
        prepared=FUNDED,
    ),
]  # fmt: skip
