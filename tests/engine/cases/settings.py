"""What operators set about money: what changes nothing, and what is refused."""

from tests.engine.cases.case import Case
from tests.engine.cases.funding import LONG, because
from tests.engine.short_funds import ACCOUNT, FIRM, INSTRUMENT, activate, block, fees, limits, suspend, tier
from venue.domain.limits import MAX_AMOUNT

CASES = [
    Case(
        "settings that change nothing give no events",
        [
            fees(0, 0), tier("A", ""), limits(FIRM, "A"), activate("acc-a"), block(False), fees(0, 0, "gold"),
            fees(0, 0, "gold"), tier("A", "gold"), tier("A", "gold"), limits(ACCOUNT, "acc-a", open_orders=1),
            limits(ACCOUNT, "acc-a", open_orders=1), limits(ACCOUNT, "acc-a"), suspend("acc-a"), suspend("acc-a"),
        ],
        # Rates of 0 for a tier are other than none: those for all do not apply to it.
        """
        -
        -
        -
        -
        -
        fees gold BTC/USD 0/0
        -
        -
        tier A gold
        -
        -
        limits ACCOUNT acc-a - open_orders=1
        -
        -
        limits ACCOUNT acc-a -
        -
        account acc-a SUSPENDED
        -
        """,
    ),
    Case(
        "refusals of settings",
        [
            fees(0, 0, symbol="??"), fees(-1, 0), fees(100_001, 0), fees(5, -6), fees(0, 1, "t" * 65),
            because(fees(0, 1), LONG), fees(-100_000, 100_000), tier("??", "gold"), tier("A", "t" * 65),
            because(tier("A", "gold"), "\n"), suspend("??"), because(suspend("acc-a"), LONG),
            because(block(), LONG),
        ],
        """
        denied UNKNOWN_REFERENCE
        -
        denied INVALID_FEES
        -
        denied INVALID_FEES
        -
        denied INVALID_FEES
        -
        denied MALFORMED_REFERENCE
        -
        denied MALFORMED_REFERENCE
        -
        fees - BTC/USD -100000/100000
        -
        denied UNKNOWN_REFERENCE
        -
        denied MALFORMED_REFERENCE
        -
        denied MALFORMED_REFERENCE
        -
        denied UNKNOWN_REFERENCE
        -
        denied MALFORMED_REFERENCE
        -
        denied MALFORMED_REFERENCE
        """,
    ),
    Case(
        "limits out of range, or not of their scope",
        [
            limits(INSTRUMENT, "??"), limits(FIRM, "??"), limits(ACCOUNT, "??"), limits(FIRM, "A", "??"),
            limits(INSTRUMENT, "BTC/USD", order_quantity=-1),
            limits(INSTRUMENT, "BTC/USD", order_quantity=9_000_000_001),
            limits(INSTRUMENT, "BTC/USD", order_notional=MAX_AMOUNT + 1),
            limits(INSTRUMENT, "BTC/USD", collar_basis_points=10_000),
            limits(FIRM, "A", orders_per_second=1_000_001), limits(INSTRUMENT, "BTC/USD", open_orders=1),
            limits(INSTRUMENT, "BTC/USD", daily_volume=1), limits(INSTRUMENT, "BTC/USD", position=1),
            limits(INSTRUMENT, "BTC/USD", orders_per_second=1), limits(FIRM, "A", order_quantity=1),
            limits(FIRM, "A", order_notional=1), limits(FIRM, "A", daily_volume=1), limits(FIRM, "A", position=1),
            limits(ACCOUNT, "acc-a", collar_basis_points=1),
            limits(INSTRUMENT, "BTC/USD", order_quantity=9_000_000_000, order_notional=MAX_AMOUNT,
                   collar_basis_points=9_999),
            limits(FIRM, "A", open_orders=1, orders_per_second=1_000_000),
        ],
        "denied UNKNOWN_REFERENCE\n-\n" * 4
        + "denied INVALID_LIMITS\n-\n" * 14
        + """limits INSTRUMENT BTC/USD - order_quantity=9000000000 order_notional=99999999999999999999999999999999999999 collar_basis_points=9999
-
limits FIRM A - open_orders=1 orders_per_second=1000000
""",  # noqa: E501
    ),
]  # fmt: skip
