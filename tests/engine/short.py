"""Commands in short form, and events as one line of text each: for cases written as data.

An order in a line: `a 5/10@100 PARTIAL`: client id, executed/quantity@price, status; `=510` its notional where that is
not executed x price; `hides 3`, `waits`, `carried 5=500` what it has beyond. `holds 5`, `frees 5`: it holds so much
more or less; `fee 5`: what it paid. A line leaves out what follows from the command that placed the order;
`check_constants` checks that.
"""

from collections.abc import Iterable

from msgspec.structs import replace as with_fields

from tests.engine import short_funds
from tests.engine.trading import SYMBOL
from venue.domain import commands as c
from venue.domain import events as e
from venue.domain.enums import (
    KillScope,
    MassCancelScope,
    OrderStatus,
    OrderType,
    Phase,
    RestatementReason,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.money import Amount
from venue.domain.rules import AllocationRule, InstrumentRules
from venue.domain.terms import NO_TERMS, SpecialState, Terms

BUY, SELL = Side.BUY, Side.SELL
MARKET, LIMIT, STOP, STOP_LIMIT = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT
DAY, GTC, IOC, FOK, GTD = (
    TimeInForce.DAY,
    TimeInForce.GTC,
    TimeInForce.IOC,
    TimeInForce.FOK,
    TimeInForce.GTD,
)  # fmt: skip
AGGRESSING, RESTING, BOTH, DECREMENT = (
    SelfTradeMode.CANCEL_AGGRESSING,
    SelfTradeMode.CANCEL_RESTING,
    SelfTradeMode.CANCEL_BOTH,
    SelfTradeMode.DECREMENT,
)
FULL = {OrderStatus.PARTIALLY_FILLED: "PARTIAL"}
ACCOUNTS = {"A1": "acc-a", "A2": "acc-a", "B1": "acc-b1", "??": ""}


def terms(**fields: object) -> Terms | None:
    """stop, expires, display, minimum, cash, post, halt, group, mode"""
    names = {
        "stop": "stop_price", "expires": "expires_at", "display": "display_quantity", "minimum": "min_quantity",
        "cash": "cash", "post": "post_only", "halt": "cancel_on_halt", "group": "self_trade_group",
        "mode": "self_trade_mode",
    }  # fmt: skip
    if not fields:
        return None
    given = {names[name]: value for name, value in fields.items()}
    return Terms(**{**given, "cash": Amount(given.get("cash", 0))})


def order(
    name: str, side: Side, price: int | None, quantity: int, kind: OrderType | None = None,
    tif: TimeInForce = DAY, session: str = "A1", at: int = 2, symbol: str = SYMBOL, account: str | None = None,
    **fields: object,
) -> c.PlaceOrder:  # fmt: skip
    stop = "stop" in fields
    if kind is None:
        kind = (STOP if stop else MARKET) if price is None else (STOP_LIMIT if stop else LIMIT)
    owner = ACCOUNTS[session] if account is None else account
    return c.PlaceOrder(at, session, 1, name, owner, symbol, side, kind, tif, price, quantity, terms=terms(**fields))


def buy(name: str, price: int | None, quantity: int, **rest: object) -> c.PlaceOrder:
    """By firm A unless told otherwise."""
    return order(name, BUY, price, quantity, **rest)


def sell(name: str, price: int | None, quantity: int, **rest: object) -> c.PlaceOrder:
    """By firm B unless told otherwise."""
    return order(name, SELL, price, quantity, **{"session": "B1", **rest})


def replace(
    placed: c.PlaceOrder, name: str, price: int | None, quantity: int, original: str = "", at: int = 2,
    tif: TimeInForce | None = None, kind: OrderType | None = None, account: str = "", **fields: object,
) -> c.ReplaceOrder:  # fmt: skip
    """Of an order placed before, by its first ClOrdID unless told otherwise."""
    return c.ReplaceOrder(
        at, placed.session, 1, name, original or placed.client_order_id, 0, account, placed.symbol, placed.side,
        kind or placed.order_type, tif, price, quantity, terms=terms(**fields),
    )  # fmt: skip


def cancel(placed: c.PlaceOrder, name: str, at: int = 2) -> c.CancelOrder:
    return c.CancelOrder(
        at, placed.session, 1, name, placed.client_order_id, 0, placed.symbol, placed.side,
    )  # fmt: skip


def phase(to: Phase, at: int = 2, reason: str = "", symbol: str = SYMBOL) -> c.SetPhase:
    return c.SetPhase(at, "op", symbol, to, reason)


def rules(*, at: int = 2, symbol: str = SYMBOL, allocation: AllocationRule | None = None, **numbers: object):
    given = InstrumentRules(**numbers) if allocation is None else InstrumentRules(allocation, **numbers)
    return c.SetInstrumentRules(at, "op", symbol, given)


def mode(firm: str, to: SelfTradeMode | None) -> c.SetSelfTradeMode:
    return c.SetSelfTradeMode(2, "op", firm, to)


def kill(scope: KillScope, name: str) -> c.EngageKillSwitch:
    return c.EngageKillSwitch(2, "op", scope, name, "enough")


def release(scope: KillScope, name: str) -> c.ReleaseKillSwitch:
    return c.ReleaseKillSwitch(2, "op", scope, name)


def cancel_many(
    name: str, session: str = "A1", scope: MassCancelScope = MassCancelScope.ALL, symbol: str = "", **rest: object
) -> c.CancelOrders:
    return c.CancelOrders(2, session, 1, name, scope, symbol, **rest)


def mass_status(session: str = "A1", **rest: object) -> c.RequestMassStatus:
    return c.RequestMassStatus(2, session, 1, "m", **rest)


def status(placed: c.PlaceOrder, name: str = "") -> c.RequestOrderStatus:
    return c.RequestOrderStatus(2, placed.session, 1, name or placed.client_order_id, 0, placed.symbol, placed.side)


# -- events as text


def lines(events: Iterable[e.Event]) -> list[str]:
    return [line(event) for event in events]


def line(event: e.Event) -> str:
    match event:
        case e.OrderPlaced():
            special = event.special or SpecialState(NO_TERMS)
            assert (special.hidden_quantity, special.carried_quantity) == (0, 0)
            text = _joined(f"placed {event.order_id}", special.waiting and "waits", event.quantity, "x")
            return text + number("holds", event.held)
        case e.OrderRejected():
            return f"rejected {event.order.client_order_id} {event.reason.name}{_text(event)}"
        case e.OrderMatched():
            kind = "auctioned" if event.auction else "matched"
            amount = "" if event.amount == event.price * event.quantity else f" for {event.amount}"
            maker = order_text(event.maker) + number("fee", event.maker_fee) + number("frees", event.maker_released)
            taker = order_text(event.taker) + number("fee", event.taker_fee) + number("frees", event.taker_released)
            return f"{kind} {event.price} x{event.quantity}{amount} | {maker} | {taker}"
        case e.OrderCancelled():
            text = _joined(
                f"cancelled {order_text(event.order)} {event.reason.name}",
                event.client_order_id and f"by {event.client_order_id}",
                event.other_order_id,
                "against ",
            )
            return text + number("frees", event.released)
        case e.OrderReplaced():
            return (
                f"replaced {event.original_client_order_id} > {order_text(event.order)}{_changing(event.order)}"
                + number("holds", event.held)
            )
        case e.OrderTriggered():
            return f"triggered {order_text(event.order)}" + number("holds", event.held)
        case e.OrderRestated():
            text = f"restated {order_text(event.order)} {RestatementReason(event.reason).name}"
            return _joined(text, "", event.other_order_id, "against ") + number("holds", event.held)
        case e.OrderDoneForDay():
            return f"done {order_text(event.order)}" + number("frees", event.released)
        case e.OrderExpired():
            return f"expired {order_text(event.order)}" + number("frees", event.released)
        case e.CancelRejected():
            what = f"{event.request.name} {event.client_order_id} of {event.original_client_order_id}"
            return f"refused {what} {event.status.name} {event.reason.name}{_text(event)}"
        case e.OrderStatusReported():
            name = "nothing" if event.order is None else order_text(event.order)
            mass = f" {event.mass_request_id}/{event.total}" if event.mass_request_id else ""
            return f"reported {event.session} {name}{mass}{' last' * event.last}{_quoted(event.text)}"
    return _other(event)


def _other(event: e.Event) -> str:
    match event:
        case e.OrdersCancelled():
            side = event.side.name if event.side else "-"
            what = f"all {event.client_order_id} {event.scope.name} {event.symbol or '-'} {side} {event.total}"
            return what if event.reason is None else f"{what} {event.reason.name}{_text(event)}"
        case e.PhaseChanged():
            return _joined(f"phase {event.phase.name}", "", event.until, "until ") + _quoted(event.reason)
        case e.AuctionPriced():
            return f"priced {event.price} x{event.quantity}"
        case e.InstrumentRulesSet():
            return f"rules {event.symbol}"
        case e.OperatorCommandRejected():
            return f"denied {event.reason.name}{_text(event)}"
        case e.KillSwitchEngaged():
            return f"killed {event.scope.name} {event.name} {event.operator}{_quoted(event.reason)}"
        case e.KillSwitchReleased():
            return f"released {event.scope.name} {event.name} {event.operator}"
        case e.DayEnded():
            return f"day {event.day}"
        case e.SelfTradeModeSet():
            return f"mode {event.firm} {event.mode.name if event.mode else '-'}"
        case e.SessionRulesSet():
            return f"session {event.session} {event.cancel_on_disconnect} {event.keep_good_till}"
        case e.SessionLoggedOff():
            return f"off {event.session}"
    return short_funds.line(event)


def order_text(state: e.OrderState) -> str:
    price = "-" if state.price is None else state.price
    status = FULL.get(state.status, state.status.name)
    text = f"{state.client_order_id} {state.cum_quantity}/{state.quantity}@{price} {status}"
    if state.notional != state.cum_quantity * (state.price or 0):
        text += f" ={state.notional}"
    special = state.special
    if special is None:
        return text
    text += f" hides {special.hidden_quantity}" if special.hidden_quantity else ""
    text += " waits" if special.waiting else ""
    carried = (special.carried_quantity, special.carried_notional)
    return text + (f" carried {carried[0]}={carried[1]}" if carried != (0, 0) else "")


def _changing(state: e.OrderState) -> str:
    """Of the terms, those that a replace may change."""
    has = state.special.terms if state.special else NO_TERMS
    pairs = [("stop", has.stop_price), ("expires", has.expires_at), ("display", has.display_quantity)]
    return "".join(f" {name} {value}" for name, value in pairs if value)


def number(word: str, value: int) -> str:
    return f" {word} {value}" if value else ""


def _joined(text: str, more: str | bool, number: int, prefix: str) -> str:
    text += f" {more}" if more else ""
    return text + (f" {prefix}{number}" if number else "")


def _text(event: e.OrderRejected | e.CancelRejected | e.OperatorCommandRejected | e.OrdersCancelled) -> str:
    """Only where it is not the reason's own."""
    return "" if event.text == event.reason.text else _quoted(event.text)


def _quoted(text: str) -> str:
    return f' "{text}"' if text else ""


# -- what a line leaves out


def states(event: e.Event) -> list[e.OrderState]:
    if isinstance(event, e.OrderMatched):
        return [event.maker, event.taker]
    state = getattr(event, "order", None)
    return [] if state is None or isinstance(event, e.OrderRejected) else [state]


class Constants:
    """What no event may change in an order: everything that its command said and no replace changes."""

    def __init__(self) -> None:
        self.placed: dict[int, e.OrderState] = {}

    def check(self, command: c.Command, events: list[e.Event]) -> None:
        for event in events:
            if isinstance(event, e.OrderPlaced):
                assert isinstance(command, c.PlaceOrder)
                self.placed[event.order_id] = _constant(e.placed_order(command, event))
            for state in states(event):
                # An order that was refused was never placed, though requests find it.
                if state.status is not OrderStatus.REJECTED:
                    assert _constant(state) == self.placed[state.order_id], event


def _constant(state: e.OrderState) -> e.OrderState:
    has = state.special.terms if state.special else NO_TERMS
    kept = with_fields(has, stop_price=0, expires_at=0, display_quantity=0)
    return with_fields(
        state, client_order_id="", price=None, quantity=0, cum_quantity=0, notional=0, status=OrderStatus.NEW,
        special=SpecialState(kept),
    )  # fmt: skip
