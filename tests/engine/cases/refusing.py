"""Why new orders are refused: each reason, where the one listed after it would hold as well or stands alone."""

from tests.engine.cases.case import Case
from tests.engine.short import (
    BUY,
    FOK,
    GTD,
    IOC,
    LIMIT,
    MARKET,
    SELL,
    STOP,
    STOP_LIMIT,
    buy,
    cancel,
    kill,
    order,
    phase,
    rules,
)
from venue.domain.commands import PlaceOrder
from venue.domain.enums import KillScope, Phase

MAX = 1_000_000_000

REFUSED: list[tuple[PlaceOrder, str]] = [
    (buy("a", 100, 0, kind=LIMIT, cash=5), "CASH_NOT_ALLOWED"),
    (buy("a", None, 5, cash=5), "CASH_NOT_ALLOWED"),
    (order("a", SELL, None, 0, cash=5), "CASH_NOT_ALLOWED"),
    (buy("a", None, 0, cash=-5), "INVALID_CASH"),
    (buy("a", None, 0, cash=5, minimum=1), "INVALID_MINIMUM_QUANTITY"),
    (buy("a", None, 0, cash=0), "QUANTITY_NOT_POSITIVE"),
    (order("a", BUY, None, 5, STOP_LIMIT), "PRICE_MISSING"),
    (order("a", BUY, 100, 5, STOP), "PRICE_NOT_ALLOWED"),
    (order("a", BUY, -1, 5, STOP_LIMIT), "PRICE_NOT_POSITIVE"),
    (order("a", BUY, None, 5, STOP), "STOP_PRICE_MISSING"),
    (order("a", BUY, 100, 5, STOP_LIMIT, tif=GTD), "STOP_PRICE_MISSING"),
    (order("a", BUY, 100, 5, LIMIT, stop=-1), "STOP_PRICE_NOT_ALLOWED"),
    (order("a", BUY, None, 5, MARKET, stop=1, display=1), "STOP_PRICE_NOT_ALLOWED"),
    (order("a", BUY, None, 5, STOP, stop=-1, tif=GTD), "INVALID_STOP_PRICE"),
    (order("a", BUY, None, 5, STOP, stop=MAX + 1), "INVALID_STOP_PRICE"),
    (buy("a", 100, 5, tif=GTD, display=9), "EXPIRY_MISSING"),
    (buy("a", 100, 5, expires=1), "EXPIRY_NOT_ALLOWED"),
    (buy("a", 100, 5, tif=GTD, expires=2, display=9), "EXPIRY_PAST"),
    (buy("a", 100, 5, tif=GTD, expires=-9), "EXPIRY_PAST"),
    (buy("a", None, 5, display=9), "DISPLAY_NOT_ALLOWED"),
    (buy("a", None, 5, stop=9, display=1), "DISPLAY_NOT_ALLOWED"),
    (buy("a", 100, 5, tif=IOC, display=1), "DISPLAY_NOT_ALLOWED"),
    (buy("a", 100, 5, tif=FOK, display=-1), "DISPLAY_NOT_ALLOWED"),
    (buy("a", 100, 5, display=6, minimum=6), "INVALID_DISPLAY_QUANTITY"),
    (buy("a", 100, 5, display=-1), "INVALID_DISPLAY_QUANTITY"),
    (buy("a", 100, 5, minimum=6, post=True), "INVALID_MINIMUM_QUANTITY"),
    (buy("a", 100, 5, minimum=-1), "INVALID_MINIMUM_QUANTITY"),
    (buy("a", None, 5, post=True), "POST_ONLY_NOT_ALLOWED"),
    (buy("a", 100, 5, stop=99, post=True), "POST_ONLY_NOT_ALLOWED"),
    (buy("a", 100, 5, tif=IOC, post=True), "POST_ONLY_NOT_ALLOWED"),
    (buy("a", 100, 5, minimum=1, post=True), "POST_ONLY_NOT_ALLOWED"),
]

# The same in a halt, at a price outside the band, behind a kill switch: the first reason listed is told.
HALTED = [
    ("KILL_SWITCH", buy("b", 100, 0, session="A2")),
    ("POST_ONLY_NOT_ALLOWED", buy("c", 200, 5, tif=IOC, post=True)),
    ("NOT_IN_THIS_PHASE", buy("d", 200, 5, tif=IOC)),
    ("PRICE_OUTSIDE_BAND", buy("e", 200, 5, post=True)),
    ("UNKNOWN_ACCOUNT", buy("f", 200, 5, session="A2", account="acc-b1")),
]

CASES = [
    *(
        Case(f"refused: {reason}, {number}", [command], f"rejected a {reason}\n")
        for number, (command, reason) in enumerate(REFUSED)
    ),
    Case(
        "the first reason listed is told, also of those that depend on the instrument and on switches",
        [
            rules(band_basis_points=100, reference_price=100),
            kill(KillScope.SESSION, "A2"),
            phase(Phase.HALTED),
            *(command for _, command in HALTED),
        ],
        'rules BTC/USD\n-\nkilled SESSION A2 op "enough"\n-\nphase HALTED\n'
        + "".join(f"-\nrejected {command.client_order_id} {reason}\n" for reason, command in HALTED),
    ),
    Case(
        "a killed order in a closed instrument, and a refused one that is asked to be cancelled",
        [
            phase(Phase.CLOSED),
            kill(KillScope.VENUE, ""),
            buy("a", 100, 0),
            cancel(buy("a", 100, 0), "c"),
        ],
        """
        phase CLOSED
        -
        killed VENUE  op "enough"
        -
        rejected a KILL_SWITCH
        -
        refused CANCEL c of a REJECTED TOO_LATE
        """,
    ),
]
