"""Why a request is refused, in order of precedence: every function returns the first reason that holds."""

from typing import Any, Final

from venue.domain.commands import CancelOrder, PlaceOrder
from venue.domain.enums import OrderType
from venue.domain.limits import MAX_CLIENT_ORDER_ID_LENGTH, MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.domain.reject_reason import RejectReason
from venue.engine.directory import Firm, Market
from venue.matching import Order

_LIMIT: Final = OrderType.LIMIT

# Members by name once: reading one off its enum costs more than a check.
_UNKNOWN_SYMBOL: Final = RejectReason.UNKNOWN_SYMBOL
_UNKNOWN_ACCOUNT: Final = RejectReason.UNKNOWN_ACCOUNT
_MALFORMED_CLIENT_ORDER_ID: Final = RejectReason.MALFORMED_CLIENT_ORDER_ID


def is_client_order_id(text: str) -> bool:
    """1 to 36 characters of printable ASCII, no space at either end."""
    if not text.isascii() or not 0 < len(text) <= MAX_CLIENT_ORDER_ID_LENGTH:
        return False
    return text.isalnum() or (text.isprintable() and text[0] != " " and text[-1] != " ")


def order_refusal(command: PlaceOrder, firm: Firm, market: Market | None, account: str) -> RejectReason | None:
    """account: as given, or the firm's sole one."""
    if not is_client_order_id(command.client_order_id):
        return _MALFORMED_CLIENT_ORDER_ID
    if market is None:
        return _UNKNOWN_SYMBOL
    if account not in firm.accounts:
        return _UNKNOWN_ACCOUNT
    return terms_refusal(command.order_type, command.price, command.quantity)


def terms_refusal(order_type: OrderType, price: int | None, quantity: int) -> RejectReason | None:
    """Quantity and price, of a new order and of a replace alike."""
    if not 0 < quantity <= MAX_QUANTITY_LOTS:
        return RejectReason.QUANTITY_NOT_POSITIVE if quantity <= 0 else RejectReason.QUANTITY_TOO_LARGE
    if price is None:
        return RejectReason.PRICE_MISSING if order_type is _LIMIT else None
    if order_type is not _LIMIT:
        return RejectReason.PRICE_NOT_ALLOWED
    if not 0 < price <= MAX_PRICE_TICKS:
        return RejectReason.PRICE_NOT_POSITIVE if price <= 0 else RejectReason.PRICE_TOO_LARGE
    return None


def cancel_difference(command: CancelOrder, order: Order) -> str:
    """The first field in which the request differs from the order that it names; "" where none does."""
    if command.symbol != order.symbol:
        return "Symbol(55)"
    if command.side is not order.side:
        return "Side(54)"
    return ""


def replace_difference(fields: tuple[Any, ...], order: Order) -> str:
    """fields: of a ReplaceOrder, in order; hence Any. As cancel_difference."""
    if fields[7] != order.symbol:
        return "Symbol(55)"
    if fields[8] is not order.side:
        return "Side(54)"
    if fields[9] is not order.order_type:
        return "OrdType(40)"
    if fields[6] and fields[6] != order.account:
        return "Account(1)"
    if fields[10] is not None and fields[10] is not order.time_in_force:
        return "TimeInForce(59)"
    return ""
