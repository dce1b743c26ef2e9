"""Every limit at every scope: the last order within it, the first beyond, and whose orders count."""

from tests.engine.cases.case import Case
from tests.engine.cases.fees import FUNDED
from tests.engine.short import buy, rules
from tests.engine.short_funds import ACCOUNT, FIRM, INSTRUMENT, funded, limits
from tests.engine.trading import SYMBOL
from venue.domain.commands import Command, PlaceOrder
from venue.domain.enums import LimitScope

# The second account of firm B, and the other instrument: two more whose orders count or do not.
READY = (
    *FUNDED,
    *funded("acc-b2", USD=10_000),
    rules(reference_price=100),
    rules(reference_price=100, symbol="ETH/USD"),
)
# The limit, lots and price of an order within it, then of one beyond it.
LIMITS = {
    "order_quantity": (5, (5, 100), (6, 1), "ORDER_QUANTITY_LIMIT"),
    "order_notional": (500, (5, 100), (6, 84), "ORDER_NOTIONAL_LIMIT"),
    "collar_basis_points": (100, (5, 101), (5, 102), "PRICE_COLLAR"),
    "open_orders": (1, (5, 90), (1, 90), "OPEN_ORDERS_LIMIT"),
    "daily_volume": (5, (5, 90), (1, 90), "DAILY_VOLUME_LIMIT"),
    "position": (5, (5, 90), (1, 90), "POSITION_LIMIT"),
    "orders_per_second": (1, (5, 90), (1, 90), "ORDER_RATE_LIMIT"),
}
IN_ALL = ("open_orders", "orders_per_second")
OF_ONE_ORDER = ("order_quantity", "order_notional", "collar_basis_points")
SCOPES: list[tuple[LimitScope, str, str]] = [
    (INSTRUMENT, SYMBOL, ""),
    (FIRM, "B", SYMBOL),
    (FIRM, "B", ""),
    (ACCOUNT, "acc-b1", SYMBOL),
    (ACCOUNT, "acc-b1", ""),
]


def can_have(scope: LimitScope, symbol: str, name: str) -> bool:
    if scope is INSTRUMENT:
        return name in OF_ONE_ORDER
    return symbol != "" or name in IN_ALL


def case(scope: LimitScope, name: str, symbol: str, limit: str) -> Case:
    value, within, beyond, reason = LIMITS[limit]
    first = limits(scope, name, symbol, **{limit: value})
    lines = [f"limits {scope.name} {name} {symbol or '-'} {limit}={value}"]
    commands: list[Command] = [first]

    def ask(order: PlaceOrder, refused: bool) -> None:
        commands.append(order)
        held = order.price * order.quantity
        sequence = 13 + len(READY) + len(commands)
        lines.append(f"rejected {order.client_order_id} {reason}" if refused else f"placed {sequence} holds {held}")

    def order(client_order_id: str, size: tuple[int, int], account: str, traded: str = SYMBOL) -> PlaceOrder:
        session = "A1" if account == "acc-a" else "B1"
        return buy(client_order_id, size[1], size[0], session=session, account=account, symbol=traded)

    ask(order("a", within, "acc-b1"), refused=False)
    ask(order("b", beyond, "acc-b1"), refused=True)
    ask(order("c", beyond, "acc-b2"), refused=scope in (INSTRUMENT, FIRM))
    ask(order("d", beyond, "acc-a"), refused=scope is INSTRUMENT)
    ask(order("e", beyond, "acc-b1", "ETH/USD"), refused=scope is not INSTRUMENT and symbol == "")
    where = f"{scope.value} {name} {symbol}".strip()
    return Case(f"{limit} of {where}", commands, "\n-\n".join(lines) + "\n", prepared=READY)


CASES = [
    case(scope, name, symbol, limit)
    for scope, name, symbol in SCOPES
    for limit in LIMITS
    if can_have(scope, symbol, limit)
]
