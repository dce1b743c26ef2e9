"""Credits, withdrawals, transfers: what they move, and why they are refused, in the order of precedence."""

from msgspec.structs import replace as with_fields

from tests.engine.cases.case import Case
from tests.engine.short import buy, cancel, sell
from tests.engine.short_funds import (
    FIRM,
    OPEN,
    activate,
    assign,
    block,
    credit,
    fees,
    free,
    funded,
    limits,
    move,
    reverse,
    settle,
    suspend,
    tier,
    withdraw,
)
from venue.domain.limits import MAX_AMOUNT

FUNDED = (OPEN, *funded("acc-b1", USD=1_000, BTC=500), *funded("acc-a", USD=100))
B = buy("b", 100, 1)
X = sell("x", None, 1, stop=90)
LONG = "w" * 201


def because(command, reason):
    return with_fields(command, reason=reason)


CASES = [
    Case(
        "before the ledger is open nothing moves funds, whatever else is wrong with it; settings are made already",
        [
            credit("", "??", "??", -1), assign("t", "k", "??"), reverse("t", "k"), withdraw("t", "acc-a", "USD", 0),
            settle("t", "k"), free("t", "k"), move("t"), fees(1, 2), tier("A", "gold"),
            limits(FIRM, "A", open_orders=5), suspend("acc-a"), block(reason="why"), block(False),
        ],
        """
        denied LEDGER_NOT_OPEN
        -
        denied LEDGER_NOT_OPEN
        -
        denied LEDGER_NOT_OPEN
        -
        denied LEDGER_NOT_OPEN
        -
        denied LEDGER_NOT_OPEN
        -
        denied LEDGER_NOT_OPEN
        -
        denied LEDGER_NOT_OPEN
        -
        fees - BTC/USD 1/2
        -
        tier A gold
        -
        limits FIRM A - open_orders=5
        -
        account acc-a SUSPENDED
        -
        withdrawals blocked op "why"
        -
        withdrawals possible op
        """,
    ),
    Case(
        "the ledger opens once, and while nothing rests or waits",
        [B, OPEN, cancel(B, "c"), X, OPEN, cancel(X, "d"), because(OPEN, "a\nb"), OPEN, OPEN, because(OPEN, LONG)],
        """
        placed 14
        -
        denied LEDGER_NEEDS_EMPTY_BOOKS
        -
        cancelled b 0/1@100 CANCELED REQUESTED by c
        -
        placed 17 waits
        -
        denied LEDGER_NEEDS_EMPTY_BOOKS
        -
        cancelled x 0/1@- CANCELED REQUESTED by d
        -
        denied MALFORMED_REFERENCE
        -
        opened
        -
        -
        denied MALFORMED_REFERENCE
        """,
    ),
    Case(
        "credits: to an account or to suspense; assigned once, reversed once, from where they are",
        [
            credit("k", "acc-a", "USD", 70), credit("l", "", "USD", 50, effective_at=7), assign("m", "l", "acc-b2"),
            assign("n", "l", "acc-b2"), assign("n", "k", "acc-a"), reverse("n", "l"), reverse("o", "l"),
            assign("o", "l", "acc-a"), credit("p", "", "USD", 5), reverse("q", "p"), assign("r", "p", "acc-a"),
        ],
        """
        credited k acc-a USD 70 at 2
        -
        credited l - USD 50 at 7
        -
        assigned m of l acc-b2 USD 50
        -
        denied ALREADY_DONE
        -
        denied ALREADY_DONE
        -
        reversed n of l acc-b2 USD 50
        -
        denied ALREADY_DONE
        -
        denied ALREADY_DONE
        -
        credited p - USD 5 at 2
        -
        reversed q of p - USD 5
        -
        denied ALREADY_DONE
        """,
        """
        acc-a USD available +70
        venue USD custody -70
        """,
        (OPEN,),
    ),
    Case(
        "a credit's refusals, in their order; the account may be suspended",
        [
            credit(" k", "??", "??", 0), credit("acc-a-USD", "??", "??", 0),
            because(credit("k", "??", "??", 0), LONG), credit("k", "acc-a", "??", 0), credit("k", "??", "USD", 0),
            credit("k", "acc-a", "USD", 0), credit("k", "acc-a", "USD", -1),
            credit("k", "acc-a", "USD", MAX_AMOUNT + 1), credit("k", "acc-a", "USD", MAX_AMOUNT - 1_099),
            suspend("acc-a"), credit("k", "acc-a", "USD", MAX_AMOUNT - 1_100),
        ],
        """
        denied MALFORMED_TRANSFER_ID
        -
        denied TRANSFER_ID_REUSED
        -
        denied MALFORMED_REFERENCE
        -
        denied UNKNOWN_REFERENCE
        -
        denied UNKNOWN_REFERENCE
        -
        denied INVALID_AMOUNT
        -
        denied INVALID_AMOUNT
        -
        denied INVALID_AMOUNT
        -
        denied BALANCE_TOO_LARGE
        -
        account acc-a SUSPENDED
        -
        credited k acc-a USD 99999999999999999999999999999999998899 at 2
        """,
        """
        acc-a USD available +99999999999999999999999999999999998899
        venue USD custody -99999999999999999999999999999999998899
        """,
        FUNDED,
    ),
    Case(
        "an assignment's and a reversal's refusals, in their order",
        [
            withdraw("w", "acc-b1", "USD", 901), assign("k", "w", "??"), assign("k", "acc-b1-USD", "??"),
            assign("k", "acc-b1-USD", "acc-a"), reverse("k", "w"), reverse("k", "no"), reverse("k", "acc-b1-USD"),
            free("f", "w"), reverse("k", "acc-b1-USD"), reverse("l", "acc-b1-USD"),
        ],
        """
        requested w acc-b1 USD 901 to bank
        -
        denied UNKNOWN_TRANSFER
        -
        denied UNKNOWN_REFERENCE
        -
        denied ALREADY_DONE
        -
        denied UNKNOWN_TRANSFER
        -
        denied UNKNOWN_TRANSFER
        -
        denied INSUFFICIENT_BALANCE
        -
        freed f of w acc-b1 USD 901
        -
        reversed k of acc-b1-USD acc-b1 USD 1000
        -
        denied ALREADY_DONE
        """,
        """
        acc-b1 USD available -1000
        venue USD custody +1000
        """,
        FUNDED,
    ),
    Case(
        "a withdrawal is pending until it is settled, in whole or in part, or released",
        [
            withdraw("w", "acc-b1", "USD", 600), withdraw("x", "acc-b1", "USD", 401), settle("s", "w"),
            withdraw("x", "acc-b1", "USD", 300), settle("t", "x", 120), withdraw("y", "acc-b1", "USD", 280),
            free("u", "y"), withdraw("z", "acc-b1", "USD", 50, firm="B"),
        ],
        """
        requested w acc-b1 USD 600 to bank
        -
        denied INSUFFICIENT_BALANCE
        -
        settled s of w acc-b1 USD 600
        -
        requested x acc-b1 USD 300 to bank
        -
        settled t of x acc-b1 USD 120 frees 180
        -
        requested y acc-b1 USD 280 to bank
        -
        freed u of y acc-b1 USD 280
        -
        requested z acc-b1 USD 50 to bank
        """,
        """
        acc-b1 USD available -770 pending +50
        venue USD custody +720
        """,
        FUNDED,
    ),
    Case(
        "a withdrawal's refusals, in their order; none of them uses up its id",
        [
            suspend("acc-a"), block(),
            withdraw("w\n", "??", "??", 0, to="x" * 129), withdraw("acc-a-USD", "??", "??", 0, to="x" * 129),
            because(withdraw("w", "??", "??", 0, to="x" * 129), "a\tb"),
            withdraw("w", "??", "??", 0, to="x" * 129), withdraw("w", "??", "USD", 0, to="x" * 129),
            withdraw("w", "acc-a", "USD", 0, to="x" * 129, firm="B"), withdraw("w", "acc-a", "USD", 0, to="x" * 129),
            activate("acc-a"),
            withdraw("w", "acc-a", "USD", 0, to="x" * 129), withdraw("w", "acc-a", "USD", 0),
            withdraw("w", "acc-a", "USD", MAX_AMOUNT + 1), withdraw("w", "acc-a", "USD", 101), block(False),
            withdraw("w", "acc-a", "USD", 101), withdraw("w", "acc-a", "USD", 100, firm="A"),
        ],
        """
        account acc-a SUSPENDED
        -
        withdrawals blocked op
        -
        denied MALFORMED_TRANSFER_ID
        -
        denied TRANSFER_ID_REUSED
        -
        denied MALFORMED_REFERENCE
        -
        denied UNKNOWN_REFERENCE
        -
        denied UNKNOWN_ACCOUNT
        -
        denied UNKNOWN_ACCOUNT
        -
        denied ACCOUNT_SUSPENDED
        -
        account acc-a ACTIVE
        -
        denied MALFORMED_REFERENCE
        -
        denied INVALID_AMOUNT
        -
        denied INVALID_AMOUNT
        -
        denied WITHDRAWALS_BLOCKED
        -
        withdrawals possible op
        -
        denied INSUFFICIENT_BALANCE
        -
        requested w acc-a USD 100 to bank
        """,
        """
        acc-a USD available -100 pending +100
        """,
        FUNDED,
    ),
    Case(
        "refusals of settling and releasing, in their order; blocked and suspended, a release stays possible",
        [
            withdraw("w", "acc-a", "USD", 60), withdraw("x", "acc-a", "USD", 40), block(), suspend("acc-a"),
            settle("s", "acc-a-USD", -1), settle("s", "w", -1), settle("s", "w", 61), settle("s", "w", 60),
            free("f", "no"), free("f", "w", firm="B"), free("f", "w", firm="A"), free("g", "w"), settle("s", "w", -1),
            block(False), settle("s", "x"), free("g", "x"),
        ],
        """
        requested w acc-a USD 60 to bank
        -
        requested x acc-a USD 40 to bank
        -
        withdrawals blocked op
        -
        account acc-a SUSPENDED
        -
        denied UNKNOWN_TRANSFER
        -
        denied INVALID_AMOUNT
        -
        denied AMOUNT_ABOVE_PENDING
        -
        denied WITHDRAWALS_BLOCKED
        -
        denied UNKNOWN_TRANSFER
        -
        denied UNKNOWN_TRANSFER
        -
        freed f of w acc-a USD 60
        -
        denied ALREADY_DONE
        -
        denied ALREADY_DONE
        -
        withdrawals possible op
        -
        settled s of x acc-a USD 40
        -
        denied ALREADY_DONE
        """,
        """
        acc-a USD available -40
        venue USD custody +40
        """,
        FUNDED,
    ),
    Case(
        "transfers: all legs in their order, as the balances stand after those before, or none",
        [
            move("t", ("acc-b1", "acc-b2", "USD", 700)),
            move("u", ("acc-b1", "acc-b2", "BTC", 500), ("acc-b1", "acc-b2", "USD", 301)),
            move("u", ("acc-b1", "acc-b2", "USD", 301), ("acc-b2", "acc-b1", "USD", 1)),
            move("u", ("acc-b2", "acc-b1", "USD", 1), ("acc-b1", "acc-b2", "USD", 301)),
        ],
        """
        moved t acc-b1>acc-b2 USD 700
        -
        denied INSUFFICIENT_BALANCE
        -
        denied INSUFFICIENT_BALANCE
        -
        moved u acc-b2>acc-b1 USD 1, acc-b1>acc-b2 USD 301
        """,
        """
        acc-b1 USD available -1000
        acc-b2 USD available +1000
        """,
        FUNDED,
    ),
    Case(
        "a transfer's refusals, in their order",
        [
            suspend("acc-b1"), move("t"), move("t", *[("acc-b2", "acc-b1", "USD", 1)] * 101),
            move("t", ("??", "??", "??", 0)), move("t", ("??", "??", "USD", 0)), move("t", ("acc-b1", "??", "USD", 0)),
            move("t", ("acc-a", "acc-b1", "USD", 0)), move("t", ("acc-b1", "acc-b1", "USD", 0), firm="A"),
            move("t", ("acc-b1", "acc-b1", "USD", 0), firm="B"), move("t", ("acc-b1", "acc-b2", "USD", 0)),
            activate("acc-b1"), suspend("acc-b2"), move("t", ("acc-b1", "acc-b2", "USD", 0)),
            move("t", ("acc-b1", "acc-b2", "USD", 1_001)),
            move("t", *[("acc-b1", "acc-b2", "USD", 10)] * 100, firm="B"),
        ],
        """
        account acc-b1 SUSPENDED
        -
        denied INVALID_AMOUNT
        -
        denied INVALID_AMOUNT
        -
        denied UNKNOWN_REFERENCE
        -
        denied UNKNOWN_ACCOUNT
        -
        denied UNKNOWN_ACCOUNT
        -
        denied UNKNOWN_ACCOUNT
        -
        denied UNKNOWN_ACCOUNT
        -
        denied SAME_ACCOUNT
        -
        denied ACCOUNT_SUSPENDED
        -
        account acc-b1 ACTIVE
        -
        account acc-b2 SUSPENDED
        -
        denied INVALID_AMOUNT
        -
        denied INSUFFICIENT_BALANCE
        -
        moved t """ + ", ".join(["acc-b1>acc-b2 USD 10"] * 100) + """
        """,
        """
        acc-b1 USD available -1000
        acc-b2 USD available +1000
        """,
        FUNDED,
    ),
    Case(
        "the same request again finds what it did, whoever asks and why; another one under its id is refused",
        [
            credit("k", "acc-a", "USD", 5), because(with_fields(credit("k", "acc-a", "USD", 5), operator="o"), LONG),
            credit("k", "acc-a", "USD", 6), credit("k", "acc-a", "USD", 5, effective_at=2), reverse("k", "k"),
            withdraw("w", "acc-a", "USD", 5), withdraw("w", "acc-a", "USD", 5), withdraw("w", "acc-a", "USD", 5, "x"),
            withdraw("w", "acc-a", "USD", 5, firm="A"), settle("s", "w", 5), settle("s", "w", 5), settle("s", "w"),
            free("w", "w"), move("m", ("acc-b1", "acc-b2", "USD", 1)), move("m", ("acc-b1", "acc-b2", "USD", 1)),
            move("m", ("acc-b1", "acc-b2", "USD", 1), ("acc-b1", "acc-b2", "USD", 1)),
        ],
        # The first of them is record 18.
        """
        credited k acc-a USD 5 at 2
        -
        found k 18
        -
        denied TRANSFER_ID_REUSED
        -
        denied TRANSFER_ID_REUSED
        -
        denied TRANSFER_ID_REUSED
        -
        requested w acc-a USD 5 to bank
        -
        found w 23
        -
        denied TRANSFER_ID_REUSED
        -
        denied TRANSFER_ID_REUSED
        -
        settled s of w acc-a USD 5
        -
        found s 27
        -
        denied TRANSFER_ID_REUSED
        -
        denied TRANSFER_ID_REUSED
        -
        moved m acc-b1>acc-b2 USD 1
        -
        found m 31
        -
        denied TRANSFER_ID_REUSED
        """,
        prepared=FUNDED,
    ),
]  # fmt: skip
