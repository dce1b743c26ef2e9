"""Commands in short form, and an engine ready to trade."""

from itertools import count

from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    CancelOrder,
    Command,
    ListInstrument,
    PlaceOrder,
    ReplaceOrder,
    RequestOrderStatus,
)
from venue.domain.enums import Delivery, OrderStatus, OrderType, Side, TimeInForce
from venue.domain.events import OrderState
from venue.engine import Engine

SYMBOL = "BTC/USD"
BUY, SELL = Side.BUY, Side.SELL
LIMIT, MARKET = OrderType.LIMIT, OrderType.MARKET
DAY, GTC, IOC, FOK = TimeInForce.DAY, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK
NEW, PARTIAL, FILLED = OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED
CANCELED, REJECTED = OrderStatus.CANCELED, OrderStatus.REJECTED

# Firm A trades over A1 and A2 with one account; firm B over B1 with two. Tick 0.01 USD, lot 0.0001 BTC: unit 1.
SETUP: list[Command] = [
    AddAsset(1, "op", "BTC", 8),
    AddAsset(1, "op", "ETH", 18),
    AddAsset(1, "op", "USD", 6),
    ListInstrument(1, "op", SYMBOL, "BTC", "USD", 10_000, 10_000),
    ListInstrument(1, "op", "ETH/USD", "ETH", "USD", 10_000, 10**14),
    AddFirm(1, "op", "A"),
    AddFirm(1, "op", "B"),
    AddAccount(1, "op", "acc-a", "A"),
    AddAccount(1, "op", "acc-b1", "B"),
    AddAccount(1, "op", "acc-b2", "B"),
    AddSession(1, "op", "A1", "A"),
    AddSession(1, "op", "A2", "A"),
    AddSession(1, "op", "B1", "B"),
]
FIRST_ORDER_ID = len(SETUP) + 1
_numbers = count(1)


def trading_engine() -> Engine:
    engine = Engine()
    for command in SETUP:
        (_,) = engine.apply(command)
    return engine


def place(
    client_order_id: str,
    side: Side = BUY,
    price: int | None = 100,
    quantity: int = 10_000,
    *,
    session: str = "A1",
    time_in_force: TimeInForce = DAY,
    order_type: OrderType | None = None,
    account: str = "",
    symbol: str = SYMBOL,
    delivery: Delivery = Delivery.FIRST,
) -> PlaceOrder:
    kind = order_type or (MARKET if price is None else LIMIT)
    number = next(_numbers)
    return PlaceOrder(
        2, session, number, client_order_id, account, symbol, side, kind, time_in_force, price, quantity, delivery
    )


def cancel(
    client_order_id: str,
    original: str = "",
    side: Side = BUY,
    *,
    order_id: int = 0,
    session: str = "A1",
    symbol: str = SYMBOL,
    delivery: Delivery = Delivery.FIRST,
) -> CancelOrder:
    return CancelOrder(2, session, next(_numbers), client_order_id, original, order_id, symbol, side, delivery)


def replace(
    client_order_id: str,
    original: str = "",
    quantity: int = 10_000,
    price: int | None = 100,
    side: Side = BUY,
    *,
    order_id: int = 0,
    session: str = "A1",
    symbol: str = SYMBOL,
    account: str = "",
    order_type: OrderType = LIMIT,
    time_in_force: TimeInForce | None = None,
    delivery: Delivery = Delivery.FIRST,
) -> ReplaceOrder:
    return ReplaceOrder(
        2, session, next(_numbers), client_order_id, original, order_id, account, symbol, side, order_type,
        time_in_force, price, quantity, delivery,
    )  # fmt: skip


def status(client_order_id: str, *, order_id: int = 0, session: str = "A1") -> RequestOrderStatus:
    return RequestOrderStatus(2, session, next(_numbers), client_order_id, order_id, SYMBOL, BUY)


def state(
    client_order_id: str,
    quantity: int,
    cum: int,
    status: OrderStatus,
    *,
    price: int | None = 100,
    side: Side = BUY,
    notional: int | None = None,
    order_id: int = FIRST_ORDER_ID,
    time_in_force: TimeInForce = DAY,
    session: str = "A1",
    account: str = "acc-a",
    order_type: OrderType | None = None,
) -> OrderState:
    """An order of these tests; all executions at its own price unless a notional says otherwise."""
    total = cum * (price or 0) if notional is None else notional
    kind = order_type or (MARKET if price is None else LIMIT)
    return OrderState(
        order_id, session, client_order_id, account, SYMBOL, side, kind, time_in_force, price, quantity, cum, total,
        status,
    )  # fmt: skip
