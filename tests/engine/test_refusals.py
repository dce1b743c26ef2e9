"""Of several reasons the first of the enum is told; a table for each request."""

import pytest

from tests.engine.trading import (
    DAY,
    GTC,
    LIMIT,
    MARKET,
    SELL,
    cancel,
    place,
    replace,
    status,
    trading_engine,
)
from venue.domain.commands import AddAccount, AddAsset, AddFirm, AddSession, ListInstrument, RefuseChange, RefuseOrder
from venue.domain.enums import Delivery, RequestType
from venue.domain.events import CancelRejected, OperatorCommandRejected, OrderRejected
from venue.domain.reject_reason import RejectReason as R

# Each row breaks one rule more than the row below it.
NEW_ORDERS = [
    (R.UNKNOWN_SESSION, {"session": "??", "client_order_id": "used"}),
    (R.DUPLICATE_CLIENT_ORDER_ID, {"client_order_id": "used", "symbol": "??"}),
    (R.MALFORMED_CLIENT_ORDER_ID, {"client_order_id": " x", "symbol": "??"}),
    (R.MALFORMED_CLIENT_ORDER_ID, {"client_order_id": ""}),
    (R.MALFORMED_CLIENT_ORDER_ID, {"client_order_id": "x" * 37}),
    (R.MALFORMED_CLIENT_ORDER_ID, {"client_order_id": "\u00e9"}),
    (R.UNKNOWN_SYMBOL, {"symbol": "??", "account": "??"}),
    (R.UNKNOWN_ACCOUNT, {"account": "acc-b1", "quantity": 0}),
    (R.UNKNOWN_ACCOUNT, {"session": "B1", "account": "", "quantity": 0}),
    (R.QUANTITY_NOT_POSITIVE, {"quantity": 0, "price": None, "order_type": LIMIT}),
    (R.QUANTITY_TOO_LARGE, {"quantity": 9_000_000_001, "price": None, "order_type": LIMIT}),
    (R.PRICE_MISSING, {"price": None, "order_type": LIMIT}),
    (R.PRICE_NOT_ALLOWED, {"price": -1, "order_type": MARKET}),
    (R.PRICE_NOT_POSITIVE, {"price": 0}),
    (R.PRICE_TOO_LARGE, {"price": 1_000_000_001}),
]


@pytest.mark.parametrize(("reason", "broken"), NEW_ORDERS)
def test_new_order(reason: R, broken: dict) -> None:
    engine = trading_engine()
    engine.apply(place("used"))
    (event,) = engine.apply(place(**{"client_order_id": "fresh", **broken}))
    assert isinstance(event, OrderRejected)
    assert (event.reason, event.text) == (reason, reason.text)


CHANGES = [
    (R.UNKNOWN_SESSION, cancel("c", "first", session="??")),
    (R.DUPLICATE_CLIENT_ORDER_ID, cancel("first", "nothing")),
    (R.MALFORMED_CLIENT_ORDER_ID, cancel(" c", "nothing")),
    (R.UNKNOWN_ORDER, cancel("c", "nothing", order_id=14)),
    (R.UNKNOWN_ORDER, cancel("c", "first", session="A2")),
    (R.UNKNOWN_ORDER, cancel("c", order_id=14, session="A2")),
    (R.UNKNOWN_ORDER, cancel("c")),
    (R.NOT_THE_LAST_ACCEPTED_ID, cancel("c", "first", order_id=99)),
    (R.ORDER_ID_MISMATCH, cancel("c", "second", order_id=99)),
    (R.ORDER_ID_MISMATCH, cancel("c", "second", order_id=16)),
    (R.TOO_LATE, cancel("c", "filled", SELL, symbol="??")),
    (R.CANNOT_CHANGE, cancel("c", "second", SELL)),
    (R.CANNOT_CHANGE, cancel("c", "second", symbol="ETH/USD")),
    (R.TOO_LATE, replace("c", "filled", 10, side=SELL)),
    (R.CANNOT_CHANGE, replace("c", "filled", 11, side=SELL)),
    (R.CANNOT_CHANGE, replace("c", "second", 0, side=SELL)),
    (R.CANNOT_CHANGE, replace("c", "second", 0, account="acc-b1")),
    (R.CANNOT_CHANGE, replace("c", "second", 0, time_in_force=GTC)),
    (R.CANNOT_CHANGE, replace("c", "second", 0, order_type=MARKET)),
    (R.QUANTITY_NOT_POSITIVE, replace("c", "second", 0, price=0)),
    (R.QUANTITY_TOO_LARGE, replace("c", "second", 9_000_000_001, price=0)),
    (R.PRICE_MISSING, replace("c", "second", price=None)),
    (R.PRICE_NOT_POSITIVE, replace("c", "second", price=0)),
    (R.PRICE_TOO_LARGE, replace("c", "second", price=1_000_000_001)),
]


@pytest.mark.parametrize(("reason", "command"), CHANGES)
def test_change(reason: R, command: object) -> None:
    """Order 14 is first, replaced to second; 16 and 17 fill each other."""
    engine = trading_engine()
    engine.apply(place("first"))
    engine.apply(replace("second", "first", 9_000))
    engine.apply(place("filled", price=101, quantity=10))
    engine.apply(place("other", SELL, 101, 10))
    (event,) = engine.apply(command)
    assert isinstance(event, CancelRejected)
    assert event.reason is reason


def test_cannot_change_names_the_field() -> None:
    engine = trading_engine()
    engine.apply(place("X", time_in_force=DAY))
    fields = [
        replace("a", "X", symbol="ETH/USD"),
        replace("b", "X", side=SELL),
        replace("c", "X", order_type=MARKET),
        replace("d", "X", account="acc-b1"),
        replace("e", "X", time_in_force=GTC),
    ]
    names = [engine.apply(command)[0].text.split()[0] for command in fields]
    assert names == ["Symbol(55)", "Side(54)", "OrdType(40)", "Account(1)", "TimeInForce(59)"]


def refuse_order(client_order_id: str, delivery: Delivery = Delivery.FIRST) -> RefuseOrder:
    return RefuseOrder(
        1, "A1", 7, client_order_id, "a", "BTC/USD", "1", "Q", "3", "1.001", "2", R.PRICE_OFF_TICK, "off", delivery
    )


def test_what_the_edge_refuses_is_rejected_once_and_known() -> None:
    engine = trading_engine()
    (event,) = engine.apply(refuse_order("X"))
    assert isinstance(event, OrderRejected)
    assert (event.reason, event.text, event.order.quantity, event.order.price) == (R.PRICE_OFF_TICK, "off", 0, None)
    assert event.order.order_type is LIMIT
    assert engine.apply(refuse_order("X", Delivery.POSSIBLE_DUPLICATE)) == []
    (reported,) = engine.apply(status("X"))
    assert reported.order == event.order
    (again,) = engine.apply(refuse_order("X"))
    assert again.reason is R.DUPLICATE_CLIENT_ORDER_ID


def test_a_change_that_the_edge_refuses_names_the_order() -> None:
    engine = trading_engine()
    engine.apply(place("X"))
    command = RefuseChange(1, "A1", 7, RequestType.REPLACE, "Y", "X", 0, R.QUANTITY_OFF_LOT, "")
    (event,) = engine.apply(command)
    assert (event.order_id, event.original_client_order_id, event.reason) == (14, "X", R.QUANTITY_OFF_LOT)
    (again,) = engine.apply(command)
    assert again.reason is R.DUPLICATE_CLIENT_ORDER_ID


OPERATOR = [
    (R.ALREADY_EXISTS, AddAsset(1, "op", "BTC", 7)),
    (R.MALFORMED_REFERENCE, AddAsset(1, "op", "", 8)),
    (R.MALFORMED_REFERENCE, AddAsset(1, "op", "X" * 21, 8)),
    (R.MALFORMED_REFERENCE, AddAsset(1, "op", "XRP", 19)),
    (R.ALREADY_EXISTS, ListInstrument(1, "op", "BTC/USD", "??", "USD", 1, 1)),
    (R.UNKNOWN_REFERENCE, ListInstrument(1, "op", "X", "??", "USD", 0, 0)),
    (R.INEXACT_NOTIONAL, ListInstrument(1, "op", "", "BTC", "USD", 1, 1)),
    (R.INEXACT_NOTIONAL, ListInstrument(1, "op", "X", "BTC", "USD", 0, 1)),
    (R.MALFORMED_REFERENCE, ListInstrument(1, "op", "", "BTC", "USD", 10_000, 10_000)),
    (R.MALFORMED_REFERENCE, ListInstrument(1, "op", "X", "BTC", "USD", -10_000, -10_000)),
    (R.MALFORMED_REFERENCE, ListInstrument(1, "op", "X", "BTC", "BTC", 10_000, 10_000)),
    (R.MALFORMED_REFERENCE, AddFirm(1, "op", " ")),
    (R.ALREADY_EXISTS, AddAccount(1, "op", "acc-a", "B")),
    (R.UNKNOWN_REFERENCE, AddAccount(1, "op", "acc-c", "C")),
    (R.MALFORMED_REFERENCE, AddAccount(1, "op", "", "A")),
    (R.ALREADY_EXISTS, AddSession(1, "op", "A1", "B")),
    (R.UNKNOWN_REFERENCE, AddSession(1, "op", "C1", "C")),
    (R.MALFORMED_REFERENCE, AddSession(1, "op", "x\n", "A")),
]


@pytest.mark.parametrize(("reason", "command"), OPERATOR)
def test_operator_command(reason: R, command: object) -> None:
    engine = trading_engine()
    before = engine.reference()
    assert engine.apply(command) == [OperatorCommandRejected(reason, reason.text)]
    assert engine.reference() == before
