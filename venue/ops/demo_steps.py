"""What a step of the demo is made of: what is sent, and the reports that must come, in the fields that are compared."""

from typing import NamedTuple

from venue.domain.enums import OrderStatus, RequestType
from venue.domain.reject_reason import RejectReason
from venue.ops.demo_client import Message

A, B, B42, COMPLIANCE = "BROKER_A", "BROKER_B", "BROKER_42", "COMPLIANCE"
BROKERS = (A, B, B42)
# An operator types commands and is told what came of them; of the clock, nothing is sent.
OPERATOR, CLOCK = "operator", "clock"
BUY, SELL = "1", "2"
_MARKET, _LIMIT, _STOP = "1", "2", "3"
_ALL_ORDERS = "7"
DAY, GTC, IOC, FOK, GTD = "0", "1", "3", "4", "6"


class Expected(NamedTuple):
    """A message that must come to a client with these fields; others may stand beside them."""

    who: str
    fields: Message


class Step(NamedTuple):
    """One message, and all that it brings about, in order for each receiver. note: what it shows.

    An operator's has no message, but a command as it is typed; the clock's has neither.
    """

    who: str
    message_type: str
    fields: Message
    reports: tuple[Expected, ...]
    note: str = ""
    command: str = ""


class Chapter(NamedTuple):
    title: str
    steps: tuple[Step, ...]


def order(
    client_order_id: str, account: str, side: str, quantity: str, symbol: str, price: str | None, time: str = GTC
) -> Message:
    fields = {11: client_order_id, 1: account, 55: symbol, 54: side, 38: quantity}
    if price is None:
        return fields | {40: _MARKET, 59: DAY}
    return fields | {40: _LIMIT, 44: price, 59: time}


def stop(client_order_id: str, account: str, side: str, quantity: str, symbol: str, stop_price: str) -> Message:
    return order(client_order_id, account, side, quantity, symbol, None) | {40: _STOP, 99: stop_price}


def replace(client_order_id: str, original: str, side: str, quantity: str, symbol: str, price: str) -> Message:
    return {11: client_order_id, 41: original, 55: symbol, 54: side, 38: quantity, 40: _LIMIT, 44: price, 59: GTC}


def cancel(client_order_id: str, original: str, side: str, symbol: str) -> Message:
    return {11: client_order_id, 41: original, 55: symbol, 54: side}


def mass_cancel(client_order_id: str) -> Message:
    return {11: client_order_id, 530: _ALL_ORDERS}


def typed(command: str, *reports: Expected) -> Step:
    return Step(OPERATOR, "", {}, reports, command=command)


def told(sentence: str) -> Expected:
    """What an operator reads."""
    return Expected(OPERATOR, {35: "", 58: sentence})


def time_passes(note: str, *reports: Expected) -> Step:
    return Step(CLOCK, "", {}, reports, note)


def status(client_order_id: str, side: str, symbol: str) -> Message:
    return {11: client_order_id, 55: symbol, 54: side, 790: f"S-{client_order_id}"}


def report(who: str, client_order_id: str, exec_type: str, status: OrderStatus, **more: str) -> Expected:
    """more: tags as t151="0.4"."""
    fields = {35: "8", 11: client_order_id, 150: exec_type, 39: status.value}
    return Expected(who, fields | {int(name[1:]): value for name, value in more.items()})


def new(who: str, client_order_id: str, quantity: str) -> Expected:
    return report(who, client_order_id, "0", OrderStatus.NEW, t38=quantity, t151=quantity, t14="0", t6="0")


def trade(
    who: str, client_order_id: str, quantity: str, price: str, amount: str, leaves: str, cum: str, average: str
) -> Expected:
    status = OrderStatus.FILLED if leaves == "0" else OrderStatus.PARTIALLY_FILLED
    return report(
        *(who, client_order_id, "F", status),
        t32=quantity,
        t31=price,
        t381=amount,
        t151=leaves,
        t14=cum,
        t6=average,
    )


def replaced(who: str, client_order_id: str, original: str, quantity: str, price: str, leaves: str) -> Expected:
    return report(
        *(who, client_order_id, "5", OrderStatus.NEW),
        t41=original,
        t38=quantity,
        t44=price,
        t151=leaves,
        t14="0",
        t6="0",
    )


def canceled(who: str, client_order_id: str, cum: str, average: str, original: str = "") -> Expected:
    asked = {"t41": original} if original else {}
    return report(who, client_order_id, "4", OrderStatus.CANCELED, t151="0", t14=cum, t6=average, **asked)


def state(who: str, client_order_id: str, quantity: str, leaves: str, cum: str, average: str) -> Expected:
    return report(
        *(who, client_order_id, "I", OrderStatus.PARTIALLY_FILLED),
        t790=f"S-{client_order_id}",
        t38=quantity,
        t151=leaves,
        t14=cum,
        t6=average,
    )


def rejected(who: str, client_order_id: str, reason: RejectReason) -> Expected:
    return report(
        *(who, client_order_id, "8", OrderStatus.REJECTED),
        t103=str(reason.ordrej),
        t151="0",
        t14="0",
        t6="0",
    )


def not_changed(who: str, client_order_id: str, original: str, status: OrderStatus, reason: RejectReason) -> Expected:
    fields = {35: "9", 11: client_order_id, 41: original, 39: status.value, 102: str(reason.cxlrej)}
    return Expected(who, fields | {434: RequestType.CANCEL.value})


def in_fix_42(report: Expected, exec_trans_type: str, exec_type: str, **more: str) -> Expected:
    """The report as FIX 4.2 tells it: without the id of a status request."""
    told = {tag: value for tag, value in report.fields.items() if tag != 790}
    other = {20: exec_trans_type, 150: exec_type} | {int(name[1:]): value for name, value in more.items()}
    return Expected(report.who, told | other)
