"""What concerns many orders at once: mass cancels and statuses, disconnects, kill switches, the end of a day."""

from tests.engine.naive.money import let_go
from tests.engine.naive.reference import refuse
from tests.engine.naive.requests import status_text
from tests.engine.naive.state import NaiveOrder, NaiveState, is_good_id
from tests.engine.naive.trades import cancel
from venue.domain.commands import (
    CancelOrders,
    EndDay,
    EngageKillSwitch,
    LogOffSession,
    LogOnSession,
    ReleaseKillSwitch,
    RequestMassStatus,
)
from venue.domain.enums import (
    CancelReason,
    Delivery,
    KillScope,
    MassCancelScope,
    OrderStatus,
    RestatementReason,
    TimeInForce,
)
from venue.domain.events import (
    DayEnded,
    KillSwitchEngaged,
    KillSwitchReleased,
    OrderDoneForDay,
    OrderRestated,
    OrdersCancelled,
    OrderStatusReported,
    SessionLoggedOff,
    SessionLoggedOn,
)
from venue.domain.reject_reason import RejectReason as R


def log_on(s: NaiveState, c: LogOnSession) -> None:
    if c.session in s.firm_of:
        if c.reset:
            s.message_sequences[c.session] = c.message_sequence
        s.emit(SessionLoggedOn(c.session))


def log_off(s: NaiveState, c: LogOffSession) -> None:
    if c.session not in s.firm_of:
        return
    s.emit(SessionLoggedOff(c.session))
    cancels, keeps_good_till = s.session_rules.get(c.session, (False, False))
    for order in s.by_id():
        kept = keeps_good_till and order.time_in_force in (TimeInForce.GTC, TimeInForce.GTD)
        if cancels and order.session == c.session and not kept:
            cancel(s, order, CancelReason.DISCONNECTED)


def cancel_orders(s: NaiveState, c: CancelOrders) -> None:
    reason = mass_cancel_reason(s, c)
    if reason is R.DUPLICATE_CLIENT_ORDER_ID and c.delivery is Delivery.POSSIBLE_DUPLICATE:
        return
    if reason is R.MALFORMED_CLIENT_ORDER_ID:
        s.used.add((c.session, c.client_order_id))
    elif reason not in (R.UNKNOWN_SESSION, R.DUPLICATE_CLIENT_ORDER_ID):
        s.keep_orderless(c.session, c.client_order_id)
    if reason is not None:
        answer = OrdersCancelled(c.session, c.client_order_id, c.scope, c.symbol, c.side, 0, reason, reason.text)
        s.emit(answer)
        return
    chosen = [order for order in s.by_id() if is_chosen(s, c, order)]
    for order in chosen:
        cancel(s, order, CancelReason.MASS_CANCEL)
    s.emit(OrdersCancelled(c.session, c.client_order_id, c.scope, c.symbol, c.side, len(chosen), None, ""))


def mass_cancel_reason(s: NaiveState, c: CancelOrders) -> R | None:
    if c.session not in s.firm_of:
        return R.UNKNOWN_SESSION
    if s.is_used(c.session, c.client_order_id):
        return R.DUPLICATE_CLIENT_ORDER_ID
    if not is_good_id(c.client_order_id):
        return R.MALFORMED_CLIENT_ORDER_ID
    if c.symbol not in s.markets and (c.symbol or c.scope is MassCancelScope.SECURITY):
        return R.UNKNOWN_SYMBOL
    if c.account and c.account not in s.accounts_of(c.session):
        return R.UNKNOWN_ACCOUNT
    return None


def is_chosen(s: NaiveState, c: CancelOrders | RequestMassStatus, order: NaiveOrder) -> bool:
    own = order.session == c.session
    if isinstance(c, CancelOrders) and c.whole_firm:
        own = s.firm_of[order.session] == s.firm_of[c.session]
    return own and c.symbol in ("", order.symbol) and c.side in (None, order.side) and c.account in ("", order.account)


def report_mass_status(s: NaiveState, c: RequestMassStatus) -> None:
    if c.session not in s.firm_of:
        s.emit(OrderStatusReported(c.session, "", None, R.UNKNOWN_SESSION.text, c.request_id, 0, True))
        return
    chosen = [order for order in s.by_id() if is_chosen(s, c, order)]
    if not chosen:
        reason = R.UNKNOWN_ORDER
        if c.account and c.account not in s.accounts_of(c.session):
            reason = R.UNKNOWN_ACCOUNT
        if c.symbol and c.symbol not in s.markets:
            reason = R.UNKNOWN_SYMBOL
        s.emit(OrderStatusReported(c.session, "", None, reason.text, c.request_id, 0, True))
    for order in chosen:
        name, text, last = order.client_order_id, status_text(order), order is chosen[-1]
        s.emit(OrderStatusReported(c.session, name, order.state(), text, c.request_id, len(chosen), last))


def engage(s: NaiveState, c: EngageKillSwitch) -> None:
    names = {
        KillScope.SESSION: list(s.firm_of),
        KillScope.ACCOUNT: [account.name for account in s.accounts],
        KillScope.FIRM: s.firms,
        KillScope.INSTRUMENT: list(s.markets),
        KillScope.VENUE: [""],
    }
    if c.name not in names[c.scope]:
        refuse(s, R.UNKNOWN_REFERENCE)
    elif (c.scope, c.name) not in s.kills:
        s.kills.append((c.scope, c.name))
        s.emit(KillSwitchEngaged(c.scope, c.name, c.operator, c.reason))
        for order in s.by_id():
            parts = {
                KillScope.SESSION: order.session,
                KillScope.ACCOUNT: order.account,
                KillScope.FIRM: s.firm_of[order.session],
                KillScope.INSTRUMENT: order.symbol,
                KillScope.VENUE: "",
            }
            if parts[c.scope] == c.name:
                cancel(s, order, CancelReason.KILL_SWITCH)


def release(s: NaiveState, c: ReleaseKillSwitch) -> None:
    if (c.scope, c.name) in s.kills:
        s.kills.remove((c.scope, c.name))
        s.emit(KillSwitchReleased(c.scope, c.name, c.operator))


def end_day(s: NaiveState, c: EndDay) -> None:
    if len(c.day) != 8 or any(digit not in "0123456789" for digit in c.day) or c.day <= s.last_day:
        refuse(s, R.MALFORMED_REFERENCE)
        return
    s.last_day = c.day
    for order in s.by_id():
        if order.time_in_force is TimeInForce.DAY:
            s.close(order, OrderStatus.DONE_FOR_DAY)
            s.emit(OrderDoneForDay(order.state(), let_go(s, order)))
        else:
            order.carried = (order.cum, order.notional)
            s.emit(OrderRestated(order.state(), RestatementReason.GOOD_TILL_RENEWAL))
    s.days += 1
    s.emit(DayEnded(c.day))
