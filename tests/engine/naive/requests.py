"""New orders, cancels, replaces, status requests."""

from dataclasses import replace as copied

from msgspec.structs import replace as with_fields

from tests.engine.naive.books import cash_quantity
from tests.engine.naive.checks import Wanted, difference, first, market_reasons, new_order_reasons, replace_reasons
from tests.engine.naive.execution import execute
from tests.engine.naive.money import fix, let_go, rehold
from tests.engine.naive.risk import risk_reasons
from tests.engine.naive.state import OPEN, STOPS, NaiveOrder, NaiveState, is_good_id
from tests.engine.naive.trades import rest, wait
from venue.domain.commands import CancelOrder, PlaceOrder, RefuseChange, RefuseOrder, ReplaceOrder, RequestOrderStatus
from venue.domain.enums import CancelReason, Delivery, OrderStatus, OrderType, Phase, RequestType, Side, TimeInForce
from venue.domain.events import (
    CancelRejected,
    OrderCancelled,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderState,
    OrderStatusReported,
)
from venue.domain.reject_reason import RejectReason as R
from venue.domain.terms import NO_TERMS, Terms

# -- new orders


def new_order(s: NaiveState, c: PlaceOrder | RefuseOrder) -> None:
    order = wanted_order(s, c)
    if c.session not in s.firm_of:
        reject(s, order.state(), R.UNKNOWN_SESSION)
    elif s.is_used(c.session, c.client_order_id):
        known = s.find(c.session, c.client_order_id)
        if c.delivery is Delivery.FIRST:
            reject(s, known.state() if known else order.state(), R.DUPLICATE_CLIENT_ORDER_ID)
        else:
            known_again(s, c, known)
    elif isinstance(c, RefuseOrder):
        refuse_order(s, order, c.reason, c.text)
    else:
        reason, account = place_reason(s, c)
        if reason is not None:
            refuse_order(s, order, reason)
        else:
            place(s, c, account)


def place_reason(s: NaiveState, c: PlaceOrder) -> tuple[R | None, str]:
    """Why it is refused, and the account that it is for."""
    accounts = s.accounts_of(c.session)
    account = c.account or (accounts[0] if len(accounts) == 1 else "")
    reasons = [] if is_good_id(c.client_order_id) else [R.MALFORMED_CLIENT_ORDER_ID]
    if c.symbol not in s.markets:
        reasons.append(R.UNKNOWN_SYMBOL)
    if account not in accounts:
        reasons.append(R.UNKNOWN_ACCOUNT)
    reasons += market_reasons(s, c.session, account, c.symbol)
    if not reasons:
        wanted = Wanted(c.side, c.order_type, c.time_in_force, c.price, c.quantity, c.terms or NO_TERMS, c.session)
        reasons = new_order_reasons(s, wanted, s.markets[c.symbol])
    if not reasons:
        reasons = risk_reasons(s, placed(s, c, account), None)
    return first(reasons), account


def placed(s: NaiveState, c: PlaceOrder, account: str) -> NaiveOrder:
    """The order as it is accepted, in no book yet."""
    market, terms = s.markets[c.symbol], c.terms or NO_TERMS
    quantity = cash_quantity(s, market, c.session, terms) if terms.cash else c.quantity
    order = NaiveOrder(
        s.sequence, c.session, c.client_order_id, account, c.symbol, c.side, c.order_type, c.time_in_force,
        c.price, quantity, terms, waiting=c.order_type in STOPS,
    )  # fmt: skip
    fix(s, order)
    return order


def place(s: NaiveState, c: PlaceOrder, account: str) -> None:
    order = placed(s, c, account)
    held, bought = rehold(s, order), order.quantity if order.terms.cash else 0
    s.emit(OrderPlaced(order.order_id, order.account, order.special(), bought, held))
    enter(s, order)


def enter(s: NaiveState, order: NaiveOrder, *, replaced: bool = False) -> None:
    if order.waiting:
        wait(s, order)
    elif s.markets[order.symbol].phase is Phase.OPEN:
        execute(s, order, replaced=replaced)
    else:
        rest(s, order)


def wanted_order(s: NaiveState, c: PlaceOrder | RefuseOrder) -> NaiveOrder:
    """The order as it would have been. Of a RefuseOrder the numbers are not known as such."""
    if isinstance(c, PlaceOrder):
        side, kind, time_in_force, price, quantity = c.side, c.order_type, c.time_in_force, c.price, c.quantity
        terms = c.terms or NO_TERMS
    else:
        side = Side(c.side) if c.side in list(Side) else Side.SELL
        kind = OrderType(c.order_type) if c.order_type in list(OrderType) else OrderType.LIMIT
        known = c.time_in_force in list(TimeInForce)
        time_in_force = TimeInForce(c.time_in_force) if known else TimeInForce.DAY
        price, quantity, terms = None, 0, NO_TERMS
    return NaiveOrder(
        s.sequence, c.session, c.client_order_id, c.account, c.symbol, side, kind, time_in_force, price, quantity,
        terms, OrderStatus.REJECTED,
    )  # fmt: skip


def refuse_order(s: NaiveState, order: NaiveOrder, reason: R, text: str = "") -> None:
    state = order.state()
    if not is_good_id(order.client_order_id):
        s.used.add((order.session, order.client_order_id))
    else:
        # What is remembered of the client's own text is cut.
        order.account, order.symbol = order.account[:64], order.symbol[:20]
        s.close(order, OrderStatus.REJECTED)
    reject(s, state, reason, text)


def reject(s: NaiveState, state: OrderState, reason: R, text: str = "") -> None:
    s.emit(OrderRejected(state, reason, text or reason.text))


# -- changes


def change(s: NaiveState, c: CancelOrder | ReplaceOrder | RefuseChange) -> None:
    if c.session not in s.firm_of:
        change_rejected(s, c, None, R.UNKNOWN_SESSION)
        return
    if s.is_used(c.session, c.client_order_id):
        known = s.find(c.session, c.client_order_id)
        if c.delivery is Delivery.FIRST:
            change_rejected(s, c, known, R.DUPLICATE_CLIENT_ORDER_ID)
        else:
            known_again(s, c, known)
        return
    by_id = next((o for o in s.known() if (o.order_id, o.session) == (c.order_id, c.session)), None)
    order = s.find(c.session, c.original_client_order_id) if c.original_client_order_id else by_id
    if isinstance(c, RefuseChange):
        refuse_change(s, c, order, c.reason, c.text)
        return
    reason = first(change_reasons(s, c, order, by_id))
    if reason is not None:
        text = ""
        if reason is R.CANNOT_CHANGE:
            text = f"{difference(c, order)} is not the order's, and no request changes it"
        refuse_change(s, c, order, reason, text)
        return
    assert order is not None
    if isinstance(c, ReplaceOrder):
        replace(s, c, order)
        return
    s.take_out(order)
    s.keep(order, c.client_order_id)
    s.close(order, OrderStatus.CANCELED)
    s.emit(OrderCancelled(order.state(), CancelReason.REQUESTED, c.client_order_id, 0, let_go(s, order)))


def change_reasons(
    s: NaiveState, c: CancelOrder | ReplaceOrder, order: NaiveOrder | None, by_id: NaiveOrder | None
) -> list[R]:
    reasons = [] if is_good_id(c.client_order_id) else [R.MALFORMED_CLIENT_ORDER_ID]
    if order is None:
        return [*reasons, R.UNKNOWN_ORDER]
    stale = c.original_client_order_id and c.original_client_order_id != order.client_order_id
    if stale and order.status is not OrderStatus.CANCELED:
        reasons.append(R.NOT_THE_LAST_ACCEPTED_ID)
    if c.order_id and by_id is not order:
        reasons.append(R.ORDER_ID_MISMATCH)
    if order.status not in OPEN and not reopens(order, c):
        reasons.append(R.TOO_LATE)
    if difference(c, order):
        reasons.append(R.CANNOT_CHANGE)
    if isinstance(c, ReplaceOrder):
        reasons += market_reasons(s, order.session, order.account, order.symbol)
    if isinstance(c, ReplaceOrder) and not reasons:
        wanted = Wanted(order.side, order.order_type, order.time_in_force, c.price, c.quantity, merged_terms(order, c))
        reasons = replace_reasons(s, wanted, order)
    if isinstance(c, ReplaceOrder) and not reasons:
        reasons = replaced_risk_reasons(s, c, order)
    return reasons


def replaced_risk_reasons(s: NaiveState, c: ReplaceOrder, order: NaiveOrder) -> list[R]:
    price, terms = price_after(c, order), merged_terms(order, c)
    if c.quantity <= order.cum or keeps_its_place(order, price, c.quantity, terms):
        # Less of it, or an end to it, is always allowed.
        return []
    after = copied(order, price=price, quantity=max(c.quantity, order.cum), terms=terms)
    fix(s, after)
    return risk_reasons(s, after, order)


def replace(s: NaiveState, c: ReplaceOrder, order: NaiveOrder) -> None:
    original = order.client_order_id
    order.client_order_id = c.client_order_id
    s.keep(order, original)
    terms = merged_terms(order, c)
    price = price_after(c, order)
    if order.status is OrderStatus.FILLED:
        s.closed.remove(order)
    elif keeps_its_place(order, price, c.quantity, terms):
        displayed = order.displayed
        order.quantity, order.terms = c.quantity, terms
        order.hidden = max(0, order.leaves - displayed)
        s.emit(OrderReplaced(order.state(), original, rehold(s, order)))
        return
    else:
        s.take_out(order)
    order.price, order.quantity, order.terms = price, max(c.quantity, order.cum), terms
    if order.leaves == 0:
        s.close(order, OrderStatus.FILLED)
        s.emit(OrderReplaced(order.state(), original, -let_go(s, order)))
        return
    order.status = OrderStatus.PARTIALLY_FILLED if order.cum else OrderStatus.NEW
    fix(s, order)
    s.emit(OrderReplaced(order.state(), original, rehold(s, order)))
    enter(s, order, replaced=True)


def price_after(c: ReplaceOrder, order: NaiveOrder) -> int | None:
    return c.price if order.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT) else order.price


def keeps_its_place(order: NaiveOrder, price: int | None, quantity: int, terms: Terms) -> bool:
    return (
        price == order.price
        and order.cum < quantity <= order.quantity
        and terms.display_quantity == order.terms.display_quantity
        and (not order.waiting or terms.stop_price == order.terms.stop_price)
    )


def merged_terms(order: NaiveOrder, c: ReplaceOrder) -> Terms:
    """The order's, with those given that may change."""
    given, has = c.terms or NO_TERMS, order.terms
    return with_fields(
        has,
        stop_price=given.stop_price or has.stop_price,
        expires_at=given.expires_at or has.expires_at,
        display_quantity=given.display_quantity or has.display_quantity,
    )


def reopens(order: NaiveOrder, c: CancelOrder | ReplaceOrder) -> bool:
    return (
        isinstance(c, ReplaceOrder)
        and order.status is OrderStatus.FILLED
        and order.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        and order.time_in_force in (TimeInForce.DAY, TimeInForce.GTC, TimeInForce.GTD)
        and c.quantity > order.cum
    )


def refuse_change(
    s: NaiveState, c: CancelOrder | ReplaceOrder | RefuseChange, order: NaiveOrder | None, reason: R, text: str
) -> None:
    if not is_good_id(c.client_order_id):
        s.used.add((c.session, c.client_order_id))
    elif order is None:
        s.keep_orderless(c.session, c.client_order_id)
    else:
        s.keep(order, c.client_order_id)
    change_rejected(s, c, order, reason, text)


def change_rejected(
    s: NaiveState, c: CancelOrder | ReplaceOrder | RefuseChange, order: NaiveOrder | None, reason: R, text: str = ""
) -> None:
    kinds = {CancelOrder: RequestType.CANCEL, ReplaceOrder: RequestType.REPLACE}
    kind = c.request if isinstance(c, RefuseChange) else kinds[type(c)]
    original = order.client_order_id if order else c.original_client_order_id
    order_id = order.order_id if order else 0
    status = order.status if order else OrderStatus.REJECTED
    s.emit(CancelRejected(c.session, kind, c.client_order_id, original, order_id, status, reason, text or reason.text))


# -- status


def report_status(s: NaiveState, c: RequestOrderStatus) -> None:
    if c.session not in s.firm_of:
        s.emit(OrderStatusReported(c.session, c.client_order_id, None, R.UNKNOWN_SESSION.text))
        return
    found = [order for order in s.known() if order.session == c.session]
    if c.client_order_id:
        found = [o for o in found if c.client_order_id in (o.client_order_id, *o.requests)]
    if c.order_id:
        found = [o for o in found if o.order_id == c.order_id]
    if not found or not (c.client_order_id or c.order_id):
        s.emit(OrderStatusReported(c.session, c.client_order_id, None, R.UNKNOWN_ORDER.text))
        return
    (order,) = found
    s.emit(OrderStatusReported(c.session, c.client_order_id, order.state(), status_text(order)))


def status_text(order: NaiveOrder) -> str:
    return "Nothing done" if order.status is OrderStatus.NEW else ""


def known_again(
    s: NaiveState, c: PlaceOrder | CancelOrder | ReplaceOrder | RefuseOrder | RefuseChange, known: NaiveOrder | None
) -> None:
    if c.delivery is Delivery.POSSIBLE_DUPLICATE:
        return
    if known is None:
        text = "the order of this ClOrdID(11) is no longer held"
        s.emit(OrderStatusReported(c.session, c.client_order_id, None, text))
    else:
        s.emit(OrderStatusReported(c.session, c.client_order_id, known.state(), status_text(known)))
