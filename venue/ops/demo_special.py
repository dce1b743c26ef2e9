"""The demo's later chapters: orders beyond the ordinary, and what the market, the clock and operators do to orders."""

from venue.domain.enums import OrderStatus, SelfTradeMode
from venue.domain.reject_reason import RejectReason
from venue.ops.demo_money import CREDIT, CREDIT_ACCOUNT, CREDIT_ASSET
from venue.ops.demo_steps import (
    B42,
    BUY,
    GTD,
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
    mass_cancel,
    new,
    order,
    rejected,
    report,
    stop,
    time_passes,
    told,
    trade,
    typed,
)

_MASS_CANCEL, _KILL_SWITCH, _OTHER = "7", "8", "99"


def special_chapters() -> tuple[Chapter, ...]:
    return (
        Chapter("ETH-USD: a stop order's trade triggers the next stop order", _cascade()),
        Chapter("BTC-USD: an iceberg shows a part, and goes to the back when it shows the next", _iceberg()),
        Chapter("BTC-USD: two orders of one firm do not trade with each other", _self_trade()),
        Chapter("BTC-USD: post-only, and an order that expires", _resting()),
        Chapter("ETH-BTC: the circuit breaker halts trading for 2 seconds; an auction opens it again", _breaker()),
        Chapter("An operator stops a broker, who then takes everything out of the book", _kill_switch()),
        Chapter("Money: an order beyond the balance; funds arrive; a limit", _money()),
    )


def _cascade() -> tuple[Step, ...]:
    pair = "ETH-USD"
    return (
        Step(B, "D", order("B13", "B-1", BUY, "1", pair, "2990"), (new(B, "B13", "1"),)),
        Step(B, "D", order("B14", "B-1", BUY, "1", pair, "2980"), (new(B, "B14", "1"),)),
        Step(B, "D", order("B15", "B-1", BUY, "1", pair, "2970"), (new(B, "B15", "1"),)),
        Step(A, "D", stop("A20", "A-1", SELL, "1", pair, "2990"), (_waits(A, "A20", "1", "2990"),)),
        Step(A, "D", stop("A21", "A-2", SELL, "1", pair, "2980"), (_waits(A, "A21", "1", "2980"),)),
        Step(
            *(A, "D", order("A22", "A-1", SELL, "1", pair, None)),
            (
                new(A, "A22", "1"),
                trade(A, "A22", "1", "2990", "2990", "0", "1", "2990"),
                _triggered(A, "A20"),
                trade(A, "A20", "1", "2980", "2980", "0", "1", "2980"),
                _triggered(A, "A21"),
                trade(A, "A21", "1", "2970", "2970", "0", "1", "2970"),
                trade(B, "B13", "1", "2990", "2990", "0", "1", "2990"),
                trade(B, "B14", "1", "2980", "2980", "0", "1", "2980"),
                trade(B, "B15", "1", "2970", "2970", "0", "1", "2970"),
            ),
            "three trades from one order",
        ),
    )


def _iceberg() -> tuple[Step, ...]:
    pair, automated = "BTC-USD", {21: "1"}
    iceberg = order("A23", "A-1", SELL, "3", pair, "60100") | {1138: "1"}
    return (
        Step(A, "D", iceberg, (_with(new(A, "A23", "3"), t1138="1"),)),
        Step(B, "D", order("B16", "B-1", SELL, "1", pair, "60100"), (new(B, "B16", "1"),), "behind what A shows"),
        Step(
            *(B42, "D", order("42-3", "C-1", BUY, "1", pair, "60100") | automated),
            (
                in_fix_42(new(B42, "42-3", "1"), "0", "0"),
                in_fix_42(trade(B42, "42-3", "1", "60100", "60100", "0", "1", "60100"), "0", "2"),
                _with(trade(A, "A23", "1", "60100", "60100", "2", "1", "60100"), t1138="1"),
            ),
            "all that A shows; the next part goes behind B",
        ),
        Step(
            *(B42, "D", order("42-4", "C-1", BUY, "1.5", pair, "60100") | automated),
            (
                in_fix_42(new(B42, "42-4", "1.5"), "0", "0"),
                in_fix_42(trade(B42, "42-4", "1", "60100", "60100", "0.5", "1", "60100"), "0", "1"),
                in_fix_42(trade(B42, "42-4", "0.5", "60100", "30050", "0", "1.5", "60100"), "0", "2"),
                trade(B, "B16", "1", "60100", "60100", "0", "1", "60100"),
                _with(trade(A, "A23", "0.5", "60100", "30050", "1.5", "1.5", "60100"), t1138="0.5"),
            ),
            "B first, then A",
        ),
        Step(A, "F", cancel("A24", "A23", SELL, pair), (canceled(A, "A24", "1.5", "60100", "A23"),)),
    )


def _self_trade() -> tuple[Step, ...]:
    pair, group = "BTC-USD", {7928: "DESK-1", 2362: SelfTradeMode.CANCEL_RESTING.value}
    return (
        Step(A, "D", order("A25", "A-1", BUY, "1", pair, "59000") | group, (new(A, "A25", "1"),)),
        Step(
            *(A, "D", order("A26", "A-2", SELL, "1", pair, "59000") | group),
            (new(A, "A26", "1"), _with(canceled(A, "A25", "0", "0"), t378=_OTHER)),
            "the resting one gives way",
        ),
        Step(
            *(B, "D", order("B17", "B-1", BUY, "1", pair, "59000")),
            (
                new(B, "B17", "1"),
                trade(B, "B17", "1", "59000", "59000", "0", "1", "59000"),
                trade(A, "A26", "1", "59000", "59000", "0", "1", "59000"),
            ),
            "another firm may",
        ),
    )


def _resting() -> tuple[Step, ...]:
    pair, post_only = "BTC-USD", {18: "6"}
    good_till = order("A28", "A-1", SELL, "1", pair, "59100", GTD) | {126: "2"}
    return (
        Step(B, "D", order("B18", "B-1", BUY, "1", pair, "58900"), (new(B, "B18", "1"),)),
        Step(
            *(A, "D", order("A27", "A-1", SELL, "1", pair, "58900") | post_only),
            (rejected(A, "A27", RejectReason.WOULD_MATCH),),
        ),
        Step(A, "D", good_till, (new(A, "A28", "1"),)),
        time_passes("2 seconds pass", _with(report(A, "A28", "C", OrderStatus.EXPIRED), t151="0", t14="0", t6="0")),
    )


def _breaker() -> tuple[Step, ...]:
    """The last trades were at 0.05: the demo's own settings allow 10 per cent from there."""
    pair = "ETH-BTC"
    return (
        Step(A, "D", order("A29", "A-1", SELL, "1", pair, "0.05"), (new(A, "A29", "1"),)),
        Step(A, "D", order("A30", "A-1", SELL, "5", pair, "0.06"), (new(A, "A30", "5"),)),
        Step(
            *(B, "D", order("B19", "B-1", BUY, "3", pair, "0.06")),
            (
                new(B, "B19", "3"),
                trade(B, "B19", "1", "0.05", "0.05", "2", "1", "0.05"),
                trade(A, "A29", "1", "0.05", "0.05", "0", "1", "0.05"),
            ),
            "the next trade would be 20 % away: halted",
        ),
        Step(
            *(A, "D", order("A31", "A-2", SELL, "2", pair, "0.055", IOC)),
            (rejected(A, "A31", RejectReason.NOT_IN_THIS_PHASE),),
        ),
        Step(A, "D", order("A32", "A-2", SELL, "2", pair, "0.055"), (new(A, "A32", "2"),), "gathers"),
        time_passes(
            "the halt ends: the auction's price is the one nearest to the last trade's",
            trade(A, "A32", "2", "0.055", "0.11", "0", "2", "0.055"),
            trade(B, "B19", "2", "0.055", "0.11", "0", "3", "0.0533333333333333"),
        ),
        Step(A, "F", cancel("A33", "A30", SELL, pair), (canceled(A, "A33", "0", "0", "A30"),)),
    )


def _kill_switch() -> tuple[Step, ...]:
    """Of the chapters before, B18 rests."""
    pair = "BTC-USD"
    on = "on: 1 order cancelled, new ones are refused until `venue release firm BROKER_B`."
    off = "off: new orders are taken again, where no other switch is on."
    return (
        typed(
            "venue kill firm BROKER_B --reason 'a runaway program'",
            told(f"The kill switch of firm BROKER_B is {on}"),
            _with(canceled(B, "B18", "0", "0"), t378=_KILL_SWITCH),
        ),
        Step(
            *(B, "D", order("B20", "B-1", BUY, "1", pair, "58900")),
            (rejected(B, "B20", RejectReason.KILL_SWITCH),),
        ),
        typed("venue release firm BROKER_B", told(f"The kill switch of firm BROKER_B is {off}")),
        Step(B, "D", order("B21", "B-1", BUY, "1", pair, "58900"), (new(B, "B21", "1"),)),
        Step(B, "D", order("B22", "B-1", SELL, "4", "ETH-USD", "3100"), (new(B, "B22", "4"),)),
        Step(
            *(B, "q", mass_cancel("B23")),
            (
                _with(canceled(B, "B21", "0", "0"), t378=_OTHER),
                _with(canceled(B, "B22", "0", "0"), t378=_OTHER),
                Expected(B, {35: "r", 11: "B23", 530: _MASS_CANCEL, 531: _MASS_CANCEL, 533: "2"}),
            ),
        ),
    )


def _money() -> tuple[Step, ...]:
    pair, deposit = "BTC-USD", f"{CREDIT} {CREDIT_ASSET} credited to {CREDIT_ACCOUNT}. Id wire-4711"
    beyond, covered = order("B24", "B-1", BUY, "15", pair, "60000"), order("B25", "B-1", BUY, "15", pair, "60000")
    limit = "venue limits set account A-1 --instrument BTC-USD --order-quantity 1"
    return (
        Step(B, "D", beyond, (_refused(B, "B24", RejectReason.INSUFFICIENT_BALANCE),), "900,000 USD, and the fee"),
        typed(
            f"venue credit {CREDIT_ACCOUNT} {CREDIT_ASSET} {CREDIT} --id wire-4711 --reason 'a wire arrived'",
            told(deposit),
        ),
        Step(B, "D", covered, (new(B, "B25", "15"),), "now it is held"),
        Step(B, "F", cancel("B26", "B25", BUY, pair), (canceled(B, "B26", "0", "0", "B25"),), "and released"),
        typed(f"{limit} --reason 'a new desk'", told("Limits of account A-1 in BTC-USD: order quantity 1.")),
        Step(
            *(A, "D", order("A34", "A-1", BUY, "2", pair, "50000")),
            (_refused(A, "A34", RejectReason.ORDER_QUANTITY_LIMIT),),
        ),
    )


def _refused(who: str, client_order_id: str, reason: RejectReason) -> Expected:
    return _with(rejected(who, client_order_id, reason), t58=reason.text)


def _waits(who: str, client_order_id: str, quantity: str, stop_price: str) -> Expected:
    return _with(new(who, client_order_id, quantity), t99=stop_price, t636="N")


def _triggered(who: str, client_order_id: str) -> Expected:
    return report(who, client_order_id, "L", OrderStatus.NEW, t636="Y")


def _with(expected: Expected, **more: str) -> Expected:
    return Expected(expected.who, expected.fields | {int(name[1:]): value for name, value in more.items()})
