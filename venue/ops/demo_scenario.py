"""What the demo's brokers do, and what has to come back, to the last digit."""

from venue.domain.enums import OrderStatus
from venue.domain.reject_reason import RejectReason
from venue.ops.demo_special import special_chapters
from venue.ops.demo_steps import (
    B42,
    BUY,
    COMPLIANCE,
    DAY,
    FOK,
    IOC,
    SELL,
    A,
    B,
    Chapter,
    Expected,
    Step,
    cancel,
    canceled,
    in_fix_42,
    new,
    not_changed,
    order,
    rejected,
    replace,
    replaced,
    report,
    state,
    status,
    trade,
)

_NOT_AUTHORIZED = "6"
_BROKER_OPTION = "0"


def chapters() -> tuple[Chapter, ...]:
    return (
        Chapter("BTC-USD: a resting order, partial fills, fills", _fills()),
        Chapter("BTC-USD: replaces, priority in the queue, cancels", _changes()),
        Chapter("ETH-USD: immediate or cancel, fill or kill, market", _times_in_force()),
        Chapter("ETH-BTC: one order over two prices", _cross_rate()),
        Chapter("BTC-USD: a broker who speaks FIX 4.2 trades with one who speaks FIX 4.4", _fix_42()),
        *special_chapters(),
        Chapter("What the venue refuses", _refusals()),
    )


def order_on_drop_copy() -> Step:
    request = order("C1", "A-1", BUY, "1", "BTC-USD", "60000")
    refusal = {35: "j", 372: "D", 380: _NOT_AUTHORIZED}
    return Step(COMPLIANCE, "D", request, (Expected(COMPLIANCE, refusal),), "drop copy is read-only")


def _fills() -> tuple[Step, ...]:
    pair = "BTC-USD"
    return (
        Step(A, "D", order("A1", "A-1", SELL, "1.5", pair, "60000"), (new(A, "A1", "1.5"),)),
        Step(
            *(B, "D", order("B1", "B-1", BUY, "0.4", pair, "60000")),
            (
                new(B, "B1", "0.4"),
                trade(B, "B1", "0.4", "60000", "24000", "0", "0.4", "60000"),
                trade(A, "A1", "0.4", "60000", "24000", "1.1", "0.4", "60000"),
            ),
        ),
        Step(A, "D", order("A2", "A-2", SELL, "0.5", pair, "59999.5"), (new(A, "A2", "0.5"),), "a better price"),
        Step(
            *(B, "D", order("B2", "B-1", BUY, "1", pair, "60010")),
            (
                new(B, "B2", "1"),
                trade(B, "B2", "0.5", "59999.5", "29999.75", "0.5", "0.5", "59999.5"),
                trade(B, "B2", "0.5", "60000", "30000", "0", "1", "59999.75"),
                trade(A, "A2", "0.5", "59999.5", "29999.75", "0", "0.5", "59999.5"),
                trade(A, "A1", "0.5", "60000", "30000", "0.6", "0.9", "60000"),
            ),
            "takes the best price first",
        ),
        Step(A, "H", status("A1", SELL, pair), (state(A, "A1", "1.5", "0.6", "0.9", "60000"),)),
        Step(
            *(B, "D", order("B3", "B-1", BUY, "0.6", pair, None)),
            (
                new(B, "B3", "0.6"),
                trade(B, "B3", "0.6", "60000", "36000", "0", "0.6", "60000"),
                trade(A, "A1", "0.6", "60000", "36000", "0", "1.5", "60000"),
            ),
        ),
    )


def _changes() -> tuple[Step, ...]:
    pair = "BTC-USD"
    return (
        Step(B, "D", order("B4", "B-1", BUY, "1", pair, "59900"), (new(B, "B4", "1"),)),
        Step(A, "D", order("A3", "A-2", BUY, "1", pair, "59900"), (new(A, "A3", "1"),), "behind B in the queue"),
        Step(
            *(B, "G", replace("B5", "B4", BUY, "0.7", pair, "59900")),
            (replaced(B, "B5", "B4", "0.7", "59900", "0.7"),),
            "less at the same price keeps its place",
        ),
        Step(
            *(A, "D", order("A4", "A-1", SELL, "0.7", pair, "59900")),
            (
                new(A, "A4", "0.7"),
                trade(A, "A4", "0.7", "59900", "41930", "0", "0.7", "59900"),
                trade(B, "B5", "0.7", "59900", "41930", "0", "0.7", "59900"),
            ),
            "B is still first",
        ),
        Step(B, "D", order("B6", "B-1", SELL, "0.4", pair, "60200"), (new(B, "B6", "0.4"),)),
        Step(
            *(B, "G", replace("B7", "B6", SELL, "0.4", pair, "59900")),
            (
                replaced(B, "B7", "B6", "0.4", "59900", "0.4"),
                trade(B, "B7", "0.4", "59900", "23960", "0", "0.4", "59900"),
                trade(A, "A3", "0.4", "59900", "23960", "0.6", "0.4", "59900"),
            ),
            "the new price crosses",
        ),
        Step(A, "F", cancel("A5", "A3", BUY, pair), (canceled(A, "A5", "0.4", "59900", "A3"),)),
        Step(
            *(A, "F", cancel("A6", "A3", BUY, pair)),
            (not_changed(A, "A6", "A3", OrderStatus.CANCELED, RejectReason.TOO_LATE),),
            "once more: too late",
        ),
        Step(
            *(B, "F", cancel("B8", "B777", BUY, pair)),
            (not_changed(B, "B8", "B777", OrderStatus.REJECTED, RejectReason.UNKNOWN_ORDER),),
            "there is no such order",
        ),
    )


def _times_in_force() -> tuple[Step, ...]:
    pair = "ETH-USD"
    return (
        Step(B, "D", order("B9", "B-1", SELL, "10", pair, "3000", DAY), (new(B, "B9", "10"),)),
        Step(
            *(A, "D", order("A7", "A-1", BUY, "12", pair, "3000", IOC)),
            (
                new(A, "A7", "12"),
                trade(A, "A7", "10", "3000", "30000", "2", "10", "3000"),
                canceled(A, "A7", "10", "3000"),
                trade(B, "B9", "10", "3000", "30000", "0", "10", "3000"),
            ),
            "the remainder is cancelled",
        ),
        Step(B, "D", order("B10", "B-1", SELL, "5", pair, "3001.25"), (new(B, "B10", "5"),)),
        Step(
            *(A, "D", order("A8", "A-1", BUY, "6", pair, "3001.25", FOK)),
            (new(A, "A8", "6"), canceled(A, "A8", "0", "0")),
            "only 5 ETH are there: killed",
        ),
        Step(
            *(A, "D", order("A9", "A-1", BUY, "5", pair, "3001.25", FOK)),
            (
                new(A, "A9", "5"),
                trade(A, "A9", "5", "3001.25", "15006.25", "0", "5", "3001.25"),
                trade(B, "B10", "5", "3001.25", "15006.25", "0", "5", "3001.25"),
            ),
        ),
        Step(
            *(A, "D", order("A10", "A-2", SELL, "1", pair, None)),
            (new(A, "A10", "1"), canceled(A, "A10", "0", "0")),
            "nobody buys",
        ),
    )


def _cross_rate() -> tuple[Step, ...]:
    pair = "ETH-BTC"
    return (
        Step(A, "D", order("A11", "A-1", SELL, "1", pair, "0.05"), (new(A, "A11", "1"),)),
        Step(A, "D", order("A12", "A-2", SELL, "20", pair, "0.05001"), (new(A, "A12", "20"),)),
        Step(
            *(B, "D", order("B11", "B-1", BUY, "3", pair, "0.05001")),
            (
                new(B, "B11", "3"),
                trade(B, "B11", "1", "0.05", "0.05", "2", "1", "0.05"),
                trade(B, "B11", "2", "0.05001", "0.10002", "0", "3", "0.0500066666666667"),
                trade(A, "A11", "1", "0.05", "0.05", "0", "1", "0.05"),
                trade(A, "A12", "2", "0.05001", "0.10002", "18", "2", "0.05001"),
            ),
        ),
        Step(A, "F", cancel("A13", "A12", SELL, pair), (canceled(A, "A13", "2", "0.05001", "A12"),)),
    )


def _fix_42() -> tuple[Step, ...]:
    pair, automated = "BTC-USD", {21: "1"}
    return (
        Step(
            *(B42, "D", order("42-1", "C-1", BUY, "0.5", pair, "60000") | automated),
            (in_fix_42(new(B42, "42-1", "0.5"), "0", "0"),),
        ),
        Step(
            *(A, "D", order("A18", "A-1", SELL, "0.2", pair, "60000")),
            (
                new(A, "A18", "0.2"),
                trade(A, "A18", "0.2", "60000", "12000", "0", "0.2", "60000"),
                in_fix_42(trade(B42, "42-1", "0.2", "60000", "12000", "0.3", "0.2", "60000"), "0", "1"),
            ),
            "to the one a partial fill, to the other a trade",
        ),
        Step(
            *(B42, "H", {11: "42-1", 55: pair, 54: BUY}),
            (in_fix_42(state(B42, "42-1", "0.5", "0.3", "0.2", "60000"), "3", "1"),),
        ),
        Step(
            *(A, "D", order("A19", "A-1", SELL, "0.3", pair, "60000")),
            (
                new(A, "A19", "0.3"),
                trade(A, "A19", "0.3", "60000", "18000", "0", "0.3", "60000"),
                in_fix_42(trade(B42, "42-1", "0.3", "60000", "18000", "0", "0.5", "60000"), "0", "2"),
            ),
        ),
        Step(
            *(B42, "D", order("42-2", "C-1", BUY, "1", pair, "60000.005") | automated),
            (in_fix_42(rejected(B42, "42-2", RejectReason.PRICE_OFF_TICK), "0", "8", t103=_BROKER_OPTION),),
            "FIX 4.2 has no code for it",
        ),
    )


def _refusals() -> tuple[Step, ...]:
    pair = "BTC-USD"
    cases = (
        (A, order("A14", "A-1", BUY, "1", pair, "60000.005"), RejectReason.PRICE_OFF_TICK),
        (A, order("A15", "A-1", BUY, "0.00005", pair, "60000"), RejectReason.QUANTITY_OFF_LOT),
        (B, order("B12", "B-1", BUY, "1000", "DOGE-USD", "0.1"), RejectReason.UNKNOWN_SYMBOL),
        (
            A,
            order("A16", "A-1", BUY, "1", pair, "60000") | {210: "0.5"},
            RejectReason.UNSUPPORTED_CHARACTERISTIC,
        ),
        (A, order("A17", "B-1", BUY, "1", pair, "60000"), RejectReason.UNKNOWN_ACCOUNT),
    )
    refused = tuple(Step(who, "D", order, (rejected(who, order[11], reason),)) for who, order, reason in cases)
    # A duplicate's report tells the first order's state: FIX 4.4 volume 4, matrix F.1.a.
    duplicate = report(
        *(B, "B2", "8", OrderStatus.FILLED),
        t103=str(RejectReason.DUPLICATE_CLIENT_ORDER_ID.ordrej),
        t151="0",
        t14="1",
        t6="59999.75",
    )
    again = order("B2", "B-1", BUY, "1", pair, "60000")
    return (*refused, Step(B, "D", again, (duplicate,), "that id was used before"))
