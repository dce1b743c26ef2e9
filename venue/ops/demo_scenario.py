"""What the demo's brokers do, and what has to come back, to the last digit."""

from typing import NamedTuple

from venue.domain.enums import OrderStatus, RequestType
from venue.domain.reject_reason import RejectReason
from venue.ops.demo_client import Message

A, B, B42, COMPLIANCE = "BROKER_A", "BROKER_B", "BROKER_42", "COMPLIANCE"
BROKERS = (A, B, B42)
_BUY, _SELL = "1", "2"
_MARKET, _LIMIT = "1", "2"
_DAY, _GTC, _IOC, _FOK = "0", "1", "3", "4"
_NOT_AUTHORIZED = "6"
_BROKER_OPTION = "0"


class Expected(NamedTuple):
    """A message that must come to a client with these fields; others may stand beside them."""

    who: str
    fields: Message


class Step(NamedTuple):
    """One message, and all that it brings about, in order for each receiver. note: what it shows."""

    who: str
    message_type: str
    fields: Message
    reports: tuple[Expected, ...]
    note: str = ""


class Chapter(NamedTuple):
    title: str
    steps: tuple[Step, ...]


def chapters() -> tuple[Chapter, ...]:
    return (
        Chapter("BTC-USD: a resting order, partial fills, fills", _fills()),
        Chapter("BTC-USD: replaces, priority in the queue, cancels", _changes()),
        Chapter("ETH-USD: immediate or cancel, fill or kill, market", _times_in_force()),
        Chapter("ETH-BTC: one order over two prices", _cross_rate()),
        Chapter("BTC-USD: a broker who speaks FIX 4.2 trades with one who speaks FIX 4.4", _fix_42()),
        Chapter("What the venue refuses", _refusals()),
    )


def order_on_drop_copy() -> Step:
    order = _order("C1", "A-1", _BUY, "1", "BTC-USD", "60000")
    refusal = {35: "j", 372: "D", 380: _NOT_AUTHORIZED}
    return Step(COMPLIANCE, "D", order, (Expected(COMPLIANCE, refusal),), "drop copy is read-only")


def _fills() -> tuple[Step, ...]:
    pair = "BTC-USD"
    return (
        Step(A, "D", _order("A1", "A-1", _SELL, "1.5", pair, "60000"), (_new(A, "A1", "1.5"),)),
        Step(
            *(B, "D", _order("B1", "B-1", _BUY, "0.4", pair, "60000")),
            (
                _new(B, "B1", "0.4"),
                _trade(B, "B1", "0.4", "60000", "24000", "0", "0.4", "60000"),
                _trade(A, "A1", "0.4", "60000", "24000", "1.1", "0.4", "60000"),
            ),
        ),
        Step(A, "D", _order("A2", "A-2", _SELL, "0.5", pair, "59999.5"), (_new(A, "A2", "0.5"),), "a better price"),
        Step(
            *(B, "D", _order("B2", "B-1", _BUY, "1", pair, "60010")),
            (
                _new(B, "B2", "1"),
                _trade(B, "B2", "0.5", "59999.5", "29999.75", "0.5", "0.5", "59999.5"),
                _trade(B, "B2", "0.5", "60000", "30000", "0", "1", "59999.75"),
                _trade(A, "A2", "0.5", "59999.5", "29999.75", "0", "0.5", "59999.5"),
                _trade(A, "A1", "0.5", "60000", "30000", "0.6", "0.9", "60000"),
            ),
            "takes the best price first",
        ),
        Step(A, "H", _status("A1", _SELL, pair), (_state(A, "A1", "1.5", "0.6", "0.9", "60000"),)),
        Step(
            *(B, "D", _order("B3", "B-1", _BUY, "0.6", pair, None)),
            (
                _new(B, "B3", "0.6"),
                _trade(B, "B3", "0.6", "60000", "36000", "0", "0.6", "60000"),
                _trade(A, "A1", "0.6", "60000", "36000", "0", "1.5", "60000"),
            ),
        ),
    )


def _changes() -> tuple[Step, ...]:
    pair = "BTC-USD"
    return (
        Step(B, "D", _order("B4", "B-1", _BUY, "1", pair, "59900"), (_new(B, "B4", "1"),)),
        Step(A, "D", _order("A3", "A-2", _BUY, "1", pair, "59900"), (_new(A, "A3", "1"),), "behind B in the queue"),
        Step(
            *(B, "G", _replace("B5", "B4", _BUY, "0.7", pair, "59900")),
            (_replaced(B, "B5", "B4", "0.7", "59900", "0.7"),),
            "less at the same price keeps its place",
        ),
        Step(
            *(A, "D", _order("A4", "A-1", _SELL, "0.7", pair, "59900")),
            (
                _new(A, "A4", "0.7"),
                _trade(A, "A4", "0.7", "59900", "41930", "0", "0.7", "59900"),
                _trade(B, "B5", "0.7", "59900", "41930", "0", "0.7", "59900"),
            ),
            "B is still first",
        ),
        Step(B, "D", _order("B6", "B-1", _SELL, "0.4", pair, "60200"), (_new(B, "B6", "0.4"),)),
        Step(
            *(B, "G", _replace("B7", "B6", _SELL, "0.4", pair, "59900")),
            (
                _replaced(B, "B7", "B6", "0.4", "59900", "0.4"),
                _trade(B, "B7", "0.4", "59900", "23960", "0", "0.4", "59900"),
                _trade(A, "A3", "0.4", "59900", "23960", "0.6", "0.4", "59900"),
            ),
            "the new price crosses",
        ),
        Step(A, "F", _cancel("A5", "A3", _BUY, pair), (_canceled(A, "A5", "0.4", "59900", "A3"),)),
        Step(
            *(A, "F", _cancel("A6", "A3", _BUY, pair)),
            (_not_changed(A, "A6", "A3", OrderStatus.CANCELED, RejectReason.TOO_LATE),),
            "once more: too late",
        ),
        Step(
            *(B, "F", _cancel("B8", "B777", _BUY, pair)),
            (_not_changed(B, "B8", "B777", OrderStatus.REJECTED, RejectReason.UNKNOWN_ORDER),),
            "there is no such order",
        ),
    )


def _times_in_force() -> tuple[Step, ...]:
    pair = "ETH-USD"
    return (
        Step(B, "D", _order("B9", "B-1", _SELL, "10", pair, "3000", _DAY), (_new(B, "B9", "10"),)),
        Step(
            *(A, "D", _order("A7", "A-1", _BUY, "12", pair, "3000", _IOC)),
            (
                _new(A, "A7", "12"),
                _trade(A, "A7", "10", "3000", "30000", "2", "10", "3000"),
                _canceled(A, "A7", "10", "3000"),
                _trade(B, "B9", "10", "3000", "30000", "0", "10", "3000"),
            ),
            "the remainder is cancelled",
        ),
        Step(B, "D", _order("B10", "B-1", _SELL, "5", pair, "3001.25"), (_new(B, "B10", "5"),)),
        Step(
            *(A, "D", _order("A8", "A-1", _BUY, "6", pair, "3001.25", _FOK)),
            (_new(A, "A8", "6"), _canceled(A, "A8", "0", "0")),
            "only 5 ETH are there: killed",
        ),
        Step(
            *(A, "D", _order("A9", "A-1", _BUY, "5", pair, "3001.25", _FOK)),
            (
                _new(A, "A9", "5"),
                _trade(A, "A9", "5", "3001.25", "15006.25", "0", "5", "3001.25"),
                _trade(B, "B10", "5", "3001.25", "15006.25", "0", "5", "3001.25"),
            ),
        ),
        Step(
            *(A, "D", _order("A10", "A-2", _SELL, "1", pair, None)),
            (_new(A, "A10", "1"), _canceled(A, "A10", "0", "0")),
            "nobody buys",
        ),
    )


def _cross_rate() -> tuple[Step, ...]:
    pair = "ETH-BTC"
    return (
        Step(A, "D", _order("A11", "A-1", _SELL, "1", pair, "0.05"), (_new(A, "A11", "1"),)),
        Step(A, "D", _order("A12", "A-2", _SELL, "20", pair, "0.05001"), (_new(A, "A12", "20"),)),
        Step(
            *(B, "D", _order("B11", "B-1", _BUY, "3", pair, "0.05001")),
            (
                _new(B, "B11", "3"),
                _trade(B, "B11", "1", "0.05", "0.05", "2", "1", "0.05"),
                _trade(B, "B11", "2", "0.05001", "0.10002", "0", "3", "0.0500066666666667"),
                _trade(A, "A11", "1", "0.05", "0.05", "0", "1", "0.05"),
                _trade(A, "A12", "2", "0.05001", "0.10002", "18", "2", "0.05001"),
            ),
        ),
        Step(A, "F", _cancel("A13", "A12", _SELL, pair), (_canceled(A, "A13", "2", "0.05001", "A12"),)),
    )


def _fix_42() -> tuple[Step, ...]:
    pair, automated = "BTC-USD", {21: "1"}
    return (
        Step(
            *(B42, "D", _order("42-1", "C-1", _BUY, "0.5", pair, "60000") | automated),
            (_in_fix_42(_new(B42, "42-1", "0.5"), "0", "0"),),
        ),
        Step(
            *(A, "D", _order("A18", "A-1", _SELL, "0.2", pair, "60000")),
            (
                _new(A, "A18", "0.2"),
                _trade(A, "A18", "0.2", "60000", "12000", "0", "0.2", "60000"),
                _in_fix_42(_trade(B42, "42-1", "0.2", "60000", "12000", "0.3", "0.2", "60000"), "0", "1"),
            ),
            "to the one a partial fill, to the other a trade",
        ),
        Step(
            *(B42, "H", {11: "42-1", 55: pair, 54: _BUY}),
            (_in_fix_42(_state(B42, "42-1", "0.5", "0.3", "0.2", "60000"), "3", "1"),),
        ),
        Step(
            *(A, "D", _order("A19", "A-1", _SELL, "0.3", pair, "60000")),
            (
                _new(A, "A19", "0.3"),
                _trade(A, "A19", "0.3", "60000", "18000", "0", "0.3", "60000"),
                _in_fix_42(_trade(B42, "42-1", "0.3", "60000", "18000", "0", "0.5", "60000"), "0", "2"),
            ),
        ),
        Step(
            *(B42, "D", _order("42-2", "C-1", _BUY, "1", pair, "60000.005") | automated),
            (_in_fix_42(_rejected(B42, "42-2", RejectReason.PRICE_OFF_TICK), "0", "8", t103=_BROKER_OPTION),),
            "FIX 4.2 has no code for it",
        ),
    )


def _in_fix_42(report: Expected, exec_trans_type: str, exec_type: str, **more: str) -> Expected:
    """The report as FIX 4.2 tells it: without the id of a status request."""
    told = {tag: value for tag, value in report.fields.items() if tag != 790}
    other = {20: exec_trans_type, 150: exec_type} | {int(name[1:]): value for name, value in more.items()}
    return Expected(report.who, told | other)


def _refusals() -> tuple[Step, ...]:
    pair = "BTC-USD"
    cases = (
        (A, _order("A14", "A-1", _BUY, "1", pair, "60000.005"), RejectReason.PRICE_OFF_TICK),
        (A, _order("A15", "A-1", _BUY, "0.00005", pair, "60000"), RejectReason.QUANTITY_OFF_LOT),
        (B, _order("B12", "B-1", _BUY, "1000", "DOGE-USD", "0.1"), RejectReason.UNKNOWN_SYMBOL),
        (
            A,
            _order("A16", "A-1", _BUY, "1", pair, "60000") | {210: "0.5"},
            RejectReason.UNSUPPORTED_CHARACTERISTIC,
        ),
        (A, _order("A17", "B-1", _BUY, "1", pair, "60000"), RejectReason.UNKNOWN_ACCOUNT),
    )
    refused = tuple(Step(who, "D", order, (_rejected(who, order[11], reason),)) for who, order, reason in cases)
    # A duplicate's report tells the first order's state: FIX 4.4 volume 4, matrix F.1.a.
    duplicate = _report(
        *(B, "B2", "8", OrderStatus.FILLED),
        t103=str(RejectReason.DUPLICATE_CLIENT_ORDER_ID.ordrej),
        t151="0",
        t14="1",
        t6="59999.75",
    )
    again = _order("B2", "B-1", _BUY, "1", pair, "60000")
    return (*refused, Step(B, "D", again, (duplicate,), "that id was used before"))


def _order(
    client_order_id: str, account: str, side: str, quantity: str, symbol: str, price: str | None, time: str = _GTC
) -> Message:
    fields = {11: client_order_id, 1: account, 55: symbol, 54: side, 38: quantity}
    if price is None:
        return fields | {40: _MARKET, 59: _DAY}
    return fields | {40: _LIMIT, 44: price, 59: time}


def _replace(client_order_id: str, original: str, side: str, quantity: str, symbol: str, price: str) -> Message:
    return {11: client_order_id, 41: original, 55: symbol, 54: side, 38: quantity, 40: _LIMIT, 44: price, 59: _GTC}


def _cancel(client_order_id: str, original: str, side: str, symbol: str) -> Message:
    return {11: client_order_id, 41: original, 55: symbol, 54: side}


def _status(client_order_id: str, side: str, symbol: str) -> Message:
    return {11: client_order_id, 55: symbol, 54: side, 790: f"S-{client_order_id}"}


def _report(who: str, client_order_id: str, exec_type: str, status: OrderStatus, **more: str) -> Expected:
    """more: tags as t151="0.4"."""
    fields = {35: "8", 11: client_order_id, 150: exec_type, 39: status.value}
    return Expected(who, fields | {int(name[1:]): value for name, value in more.items()})


def _new(who: str, client_order_id: str, quantity: str) -> Expected:
    return _report(who, client_order_id, "0", OrderStatus.NEW, t38=quantity, t151=quantity, t14="0", t6="0")


def _trade(
    who: str, client_order_id: str, quantity: str, price: str, amount: str, leaves: str, cum: str, average: str
) -> Expected:
    status = OrderStatus.FILLED if leaves == "0" else OrderStatus.PARTIALLY_FILLED
    return _report(
        *(who, client_order_id, "F", status),
        t32=quantity,
        t31=price,
        t381=amount,
        t151=leaves,
        t14=cum,
        t6=average,
    )


def _replaced(who: str, client_order_id: str, original: str, quantity: str, price: str, leaves: str) -> Expected:
    return _report(
        *(who, client_order_id, "5", OrderStatus.NEW),
        t41=original,
        t38=quantity,
        t44=price,
        t151=leaves,
        t14="0",
        t6="0",
    )


def _canceled(who: str, client_order_id: str, cum: str, average: str, original: str = "") -> Expected:
    asked = {"t41": original} if original else {}
    return _report(who, client_order_id, "4", OrderStatus.CANCELED, t151="0", t14=cum, t6=average, **asked)


def _state(who: str, client_order_id: str, quantity: str, leaves: str, cum: str, average: str) -> Expected:
    return _report(
        *(who, client_order_id, "I", OrderStatus.PARTIALLY_FILLED),
        t790=f"S-{client_order_id}",
        t38=quantity,
        t151=leaves,
        t14=cum,
        t6=average,
    )


def _rejected(who: str, client_order_id: str, reason: RejectReason) -> Expected:
    return _report(
        *(who, client_order_id, "8", OrderStatus.REJECTED),
        t103=str(reason.ordrej),
        t151="0",
        t14="0",
        t6="0",
    )


def _not_changed(who: str, client_order_id: str, original: str, status: OrderStatus, reason: RejectReason) -> Expected:
    fields = {35: "9", 11: client_order_id, 41: original, 39: status.value, 102: str(reason.cxlrej)}
    return Expected(who, fields | {434: RequestType.CANCEL.value})
