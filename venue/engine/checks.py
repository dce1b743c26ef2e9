"""Why a request is refused, in order of precedence: every function returns the first reason that holds."""

from typing import Any, Final

from venue.domain.commands import CancelOrder, PlaceOrder
from venue.domain.enums import OrderType, Phase, Side, TimeInForce
from venue.domain.limits import MAX_CLIENT_ORDER_ID_LENGTH, MAX_NAME_LENGTH, MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS, Terms
from venue.engine.directory import Directory, TradingSession
from venue.engine.market import Market
from venue.matching import Order, priority_key

_LIMIT: Final = OrderType.LIMIT
_MARKET: Final = OrderType.MARKET
_STOP: Final = OrderType.STOP
_STOP_LIMIT: Final = OrderType.STOP_LIMIT
_IOC: Final = TimeInForce.IOC
_FOK: Final = TimeInForce.FOK
_GTD: Final = TimeInForce.GTD


def is_client_order_id(text: str) -> bool:
    """1 to 36 characters of printable ASCII, no space at either end."""
    if not text.isascii() or not 0 < len(text) <= MAX_CLIENT_ORDER_ID_LENGTH:
        return False
    return text.isalnum() or (text.isprintable() and text[0] != " " and text[-1] != " ")


def order_refusal(
    command: PlaceOrder, directory: Directory, session: TradingSession, market: Market | None, account: str
) -> RejectReason | None:
    """Of a new order. account: as given, or the firm's sole one."""
    if not is_client_order_id(command.client_order_id):
        return RejectReason.MALFORMED_CLIENT_ORDER_ID
    if market is None:
        return RejectReason.UNKNOWN_SYMBOL
    if account not in session.firm.accounts:
        return RejectReason.UNKNOWN_ACCOUNT
    reason = trading_refusal(directory, session, market, account)
    if reason is not None:
        return reason
    terms, time_in_force = command.terms or NO_TERMS, command.time_in_force
    reason = (
        (None if terms.cash else quantity_refusal(command.quantity))
        or price_refusal(command.order_type, command.price)
        or stop_refusal(command.order_type, terms)
        or expiry_refusal(time_in_force, terms, command.at)
        or display_refusal(command.order_type, time_in_force, command.quantity, terms)
        or _execution_refusal(command, terms)
    )
    if reason is not None:
        return reason
    if market.phase is not Phase.OPEN and (
        command.order_type is _MARKET or time_in_force is _IOC or time_in_force is _FOK or terms.min_quantity
    ):
        return RejectReason.NOT_IN_THIS_PHASE
    if command.price is not None and market.outside_band(command.price):
        return RejectReason.PRICE_OUTSIDE_BAND
    return post_only_refusal(market, command.side, command.price, terms)


def trading_refusal(directory: Directory, session: TradingSession, market: Market, account: str) -> RejectReason | None:
    if account in directory.suspended:
        return RejectReason.ACCOUNT_SUSPENDED
    if directory.kills and directory.is_killed(session, market.instrument.symbol, account):
        return RejectReason.KILL_SWITCH
    return RejectReason.MARKET_CLOSED if market.phase is Phase.CLOSED else None


def quantity_refusal(quantity: int) -> RejectReason | None:
    if quantity <= 0:
        return RejectReason.QUANTITY_NOT_POSITIVE
    return RejectReason.QUANTITY_TOO_LARGE if quantity > MAX_QUANTITY_LOTS else None


def price_refusal(order_type: OrderType, price: int | None) -> RejectReason | None:
    has_limit = order_type is _LIMIT or order_type is _STOP_LIMIT
    if price is None:
        return RejectReason.PRICE_MISSING if has_limit else None
    if not has_limit:
        return RejectReason.PRICE_NOT_ALLOWED
    if price <= 0:
        return RejectReason.PRICE_NOT_POSITIVE
    return RejectReason.PRICE_TOO_LARGE if price > MAX_PRICE_TICKS else None


def stop_refusal(order_type: OrderType, terms: Terms) -> RejectReason | None:
    is_stop = order_type is _STOP or order_type is _STOP_LIMIT
    if not terms.stop_price:
        return RejectReason.STOP_PRICE_MISSING if is_stop else None
    if not is_stop:
        return RejectReason.STOP_PRICE_NOT_ALLOWED
    return None if 0 < terms.stop_price <= MAX_PRICE_TICKS else RejectReason.INVALID_STOP_PRICE


def expiry_refusal(time_in_force: TimeInForce, terms: Terms, at: int) -> RejectReason | None:
    if not terms.expires_at:
        return RejectReason.EXPIRY_MISSING if time_in_force is _GTD else None
    if time_in_force is not _GTD:
        return RejectReason.EXPIRY_NOT_ALLOWED
    return RejectReason.EXPIRY_PAST if terms.expires_at <= at else None


def display_refusal(
    order_type: OrderType, time_in_force: TimeInForce, quantity: int, terms: Terms
) -> RejectReason | None:
    shown = terms.display_quantity
    if not shown:
        return None
    if order_type is _MARKET or order_type is _STOP or time_in_force is _IOC or time_in_force is _FOK:
        return RejectReason.DISPLAY_NOT_ALLOWED
    return None if 0 < shown <= quantity else RejectReason.INVALID_DISPLAY_QUANTITY


def post_only_refusal(market: Market, side: Side, price: int | None, terms: Terms) -> RejectReason | None:
    """Of an order that is to be matched now."""
    if not terms.post_only or market.phase is not Phase.OPEN:
        return None
    reached = market.book.other(side).best_within(-priority_key(side, price))
    return None if reached is None else RejectReason.WOULD_MATCH


def _execution_refusal(command: PlaceOrder, terms: Terms) -> RejectReason | None:
    """Of what only a new order asks for."""
    if terms.min_quantity and not 0 < terms.min_quantity <= (0 if terms.cash else command.quantity):
        return RejectReason.INVALID_MINIMUM_QUANTITY
    if terms.cash:
        if command.order_type is not _MARKET or command.side is not Side.BUY or command.quantity:
            return RejectReason.CASH_NOT_ALLOWED
        if terms.cash < 0:
            return RejectReason.INVALID_CASH
    if terms.post_only and (
        command.order_type is not _LIMIT
        or command.time_in_force is _IOC
        or command.time_in_force is _FOK
        or terms.min_quantity
    ):
        return RejectReason.POST_ONLY_NOT_ALLOWED
    if len(terms.self_trade_group) > MAX_NAME_LENGTH:
        return RejectReason.INVALID_SELF_TRADE
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
    wanted: Terms | None = fields[14]
    return "" if wanted is None else _terms_difference(wanted, order)


def _terms_difference(wanted: Terms, order: Order) -> str:
    """What a replace gives is to be as the order has it; what it leaves out is."""
    special = order.special
    has = NO_TERMS if special is None else special.terms
    if wanted.min_quantity and wanted.min_quantity != has.min_quantity:
        return "MinQty(110)"
    if wanted.cash and wanted.cash != has.cash:
        return "CashOrderQty(152)"
    if (wanted.post_only and not has.post_only) or (wanted.cancel_on_halt and not has.cancel_on_halt):
        return "ExecInst(18)"
    if wanted.self_trade_group and wanted.self_trade_group != has.self_trade_group:
        return "SelfTradePreventionGroup(7928)"
    if wanted.self_trade_mode is not None and wanted.self_trade_mode is not has.self_trade_mode:
        return "SelfTradePreventionMode(2362)"
    is_triggered = has.stop_price and not (special is not None and special.waiting)
    if wanted.stop_price and wanted.stop_price != has.stop_price and is_triggered:
        return "StopPx(99)"
    return ""
