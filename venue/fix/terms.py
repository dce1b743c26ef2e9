"""Terms of an order, from D and G to what the engine takes: the fields that an ordinary order does not have.

A refusal is a value: of several, the one that comes first in RejectReason is told, as the engine would.
"""

import calendar
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from venue.domain.enums import OrderType, SelfTradeMode, Side, TimeInForce
from venue.domain.limits import MAX_EXPIRY, MAX_NAME_LENGTH, MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.domain.money import Amount, TooFine, format_decimal, parse_decimal
from venue.domain.reference import Instrument, OffIncrement
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import Terms

Fields = Mapping[str, str]

# StopPx, ExpireTime, ExpireDate, ExecInst, MaxFloor, DisplayQty, MinQty, CashOrderQty, and of self-trade prevention.
TAGS = ("99", "126", "432", "18", "111", "1138", "110", "152", "7928", "2362")

_POST_ONLY, _REINSTATE, _CANCEL_ON_HALT = "6", "J", "K"
_MODES = {mode.value: mode for mode in SelfTradeMode}
_STOPS = (OrderType.STOP.value, OrderType.STOP_LIMIT.value)
_LIMITS = (OrderType.LIMIT.value, OrderType.STOP_LIMIT.value)
_AT_ONCE = (TimeInForce.IOC.value, TimeInForce.FOK.value)
_DAY_SECONDS = 86_400
_SECOND = 10**9
_DAY = len("20260101")
_STAMP = len("20260101-00:00:00")
_PLACES = {reason: place for place, reason in enumerate(RejectReason)}


class Refusal(NamedTuple):
    reason: RejectReason
    text: str


def first_of(refusals: list[Refusal]) -> Refusal:
    """In order of precedence."""
    return min(refusals, key=lambda refusal: _PLACES[refusal.reason])


def short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:21]}..."


def missing(fields: Fields) -> str:
    """What a new order lacks, in words; "" for nothing."""
    order_type = fields["40"]
    if order_type in _LIMITS and "44" not in fields:
        kind = "limit" if order_type == OrderType.LIMIT.value else "stop limit"
        return f"Price(44) is required when OrdType(40)={order_type} ({kind})"
    if order_type in _STOPS and "99" not in fields:
        return f"StopPx(99) is required when OrdType(40)={order_type}"
    if fields.get("59") == TimeInForce.GTD.value and "126" not in fields and "432" not in fields:
        return "ExpireTime(126) or ExpireDate(432) is required when TimeInForce(59)=6 (good till date)"
    if "38" not in fields and "152" not in fields:
        return "OrderQty(38) or, of a market order to buy, CashOrderQty(152) is required"
    return ""


def malformed(fields: Fields) -> str:
    """The tag of a value that is not of its type, which QuickFIX does not find; "" for none."""
    day = fields.get("432", "20260101")
    return "" if len(day) == _DAY and day.isdigit() else "432"


def read_terms(fields: Fields, instrument: Instrument) -> tuple[Terms, list[Refusal]]:
    """What the message gives, and what is wrong with it. The message is well formed, and its codes are served."""
    get = fields.get
    refusals: list[Refusal] = []

    def number(tag: str, name: str, unit: _Unit, reason: RejectReason) -> int:
        text = get(tag)
        found = 0 if text is None else _number(text, f"{name}({tag}) {short(text)}", unit, reason)
        if isinstance(found, Refusal):
            refusals.append(found)
            return 0
        return found

    lots = _Unit(instrument.parse_quantity, instrument.format_quantity, "lots", MAX_QUANTITY_LOTS)
    ticks = _Unit(instrument.parse_price, instrument.format_price, "ticks", MAX_PRICE_TICKS)
    # MinQty 0 is none; MaxFloor 0 would be an order that nobody sees.
    no_minimum = not get("110", "").strip("0.")
    minimum = 0 if no_minimum else number("110", "MinQty", lots, RejectReason.INVALID_MINIMUM_QUANTITY)
    shown = number("111", "MaxFloor", lots, RejectReason.INVALID_DISPLAY_QUANTITY)
    displayed = number("1138", "DisplayQty", lots, RejectReason.INVALID_DISPLAY_QUANTITY)
    if shown and displayed and shown != displayed:
        text = f"MaxFloor(111) {short(fields['111'])} and DisplayQty(1138) {short(fields['1138'])} differ"
        refusals.append(Refusal(RejectReason.INVALID_DISPLAY_QUANTITY, text))
    expires_at = _expiry(fields)
    if isinstance(expires_at, Refusal):
        refusals.append(expires_at)
        expires_at = 0
    self_trade = _self_trade_refusal(get("7928", ""), get("2362"))
    if self_trade is not None:
        refusals.append(self_trade)
    instructions = get("18", "").split(" ")
    terms = Terms(
        stop_price=number("99", "StopPx", ticks, RejectReason.INVALID_STOP_PRICE),
        expires_at=expires_at,
        display_quantity=shown or displayed,
        min_quantity=minimum,
        cash=Amount(number("152", "CashOrderQty", _cash_unit(instrument), RejectReason.INVALID_CASH)),
        post_only=_POST_ONLY in instructions,
        cancel_on_halt=_CANCEL_ON_HALT in instructions,
        self_trade_group=get("7928", ""),
        self_trade_mode=_MODES.get(get("2362", "")),
    )
    return terms, refusals


def contradiction(fields: Fields) -> str:
    """What ExecInst(18) asks for and forbids at once, in words; "" for nothing."""
    instructions = fields.get("18", "").split(" ")
    if _REINSTATE in instructions and _CANCEL_ON_HALT in instructions:
        return "ExecInst(18)=J and ExecInst(18)=K exclude each other"
    return ""


def conflicts(fields: Fields, quantity: int, terms: Terms) -> Iterator[Refusal]:
    """What else is wrong with a new order that is refused anyway: the engine, which finds these, does not see it.

    quantity: lots; 0: not given, or refused.
    """
    order_type, at_once = fields["40"], fields.get("59") in _AT_ONCE
    if "44" in fields and order_type not in _LIMITS:
        yield _refusal(RejectReason.PRICE_NOT_ALLOWED)
    if "99" in fields and order_type not in _STOPS:
        yield _refusal(RejectReason.STOP_PRICE_NOT_ALLOWED)
    if ("126" in fields or "432" in fields) and fields.get("59") != TimeInForce.GTD.value:
        yield _refusal(RejectReason.EXPIRY_NOT_ALLOWED)
    if 0 != terms.expires_at <= time.time_ns():
        yield _refusal(RejectReason.EXPIRY_PAST)
    if ("111" in fields or "1138" in fields) and (at_once or order_type not in _LIMITS):
        yield _refusal(RejectReason.DISPLAY_NOT_ALLOWED)
    if quantity and terms.display_quantity > quantity:
        yield _refusal(RejectReason.INVALID_DISPLAY_QUANTITY)
    if terms.min_quantity and (quantity or "38" not in fields) and terms.min_quantity > quantity:
        yield _refusal(RejectReason.INVALID_MINIMUM_QUANTITY)
    if "152" in fields:
        if "38" in fields:
            text = "OrderQty(38) and CashOrderQty(152) exclude each other"
            yield Refusal(RejectReason.CASH_NOT_ALLOWED, text)
        elif order_type != OrderType.MARKET.value or fields["54"] != Side.BUY.value:
            yield _refusal(RejectReason.CASH_NOT_ALLOWED)
    if terms.post_only and (order_type != OrderType.LIMIT.value or at_once or terms.min_quantity):
        yield _refusal(RejectReason.POST_ONLY_NOT_ALLOWED)


class _Unit(NamedTuple):
    """largest: what is the most, in whole units of the name."""

    parse: Callable[[str], int]
    format: Callable[[int], str]
    name: str
    largest: int


def _cash_unit(instrument: Instrument) -> _Unit:
    decimals = instrument.quote.decimals
    largest = MAX_PRICE_TICKS * MAX_QUANTITY_LOTS * instrument.tick_lot_amount
    parse, write = partial(parse_decimal, decimals=decimals), partial(format_decimal, decimals=decimals)
    return _Unit(parse, write, "smallest units", largest)


def _number(text: str, what: str, unit: _Unit, reason: RejectReason) -> int | Refusal:
    try:
        number = unit.parse(text)
    except (TooFine, OffIncrement):
        return Refusal(reason, f"{what} is not a whole number of {unit.name} of {unit.format(1)}")
    except ValueError:
        return Refusal(reason, f"{what} is not a decimal number, or is far too long")
    if number <= 0:
        return Refusal(reason, f"{what} must be greater than zero")
    if number > unit.largest:
        return Refusal(reason, f"{what} is above {unit.format(unit.largest)}")
    return number


def _expiry(fields: Fields) -> int | Refusal:
    """Nanoseconds since 1970 UTC; 0: none given."""
    moment, day = fields.get("126"), fields.get("432")
    if moment is None and day is None:
        return 0
    if moment is not None and day is not None:
        text = "ExpireTime(126) and ExpireDate(432) exclude each other"
        return Refusal(RejectReason.EXPIRY_NOT_ALLOWED, text)
    what = f"ExpireTime(126) {moment}" if day is None else f"ExpireDate(432) {day}"
    try:
        if day is not None:
            at = (_seconds(f"{day}-00:00:00") + _DAY_SECONDS) * _SECOND
        else:
            assert moment is not None
            at = _seconds(moment[:_STAMP]) * _SECOND + int(moment[_STAMP + 1 :].ljust(9, "0")[:9])
    except ValueError:
        return Refusal(RejectReason.EXPIRY_PAST, f"{what} is no time of the calendar")
    if at >= MAX_EXPIRY:
        return Refusal(RejectReason.EXPIRY_NOT_ALLOWED, f"{what} is after 2261")
    return at if at > 0 else Refusal(RejectReason.EXPIRY_PAST, f"{what} is past")


def _seconds(stamp: str) -> int:
    """Raises ValueError."""
    return calendar.timegm(time.strptime(stamp, "%Y%m%d-%H:%M:%S"))


def _self_trade_refusal(group: str, mode: str | None) -> Refusal | None:
    if len(group) > MAX_NAME_LENGTH or not group.isprintable():
        text = f"SelfTradePreventionGroup(7928) {short(group)} is not of up to {MAX_NAME_LENGTH} printable characters"
        return Refusal(RejectReason.INVALID_SELF_TRADE, text)
    if mode is not None and mode not in _MODES:
        text = f"SelfTradePreventionMode(2362) {short(mode)} is none of 1 to 4"
        return Refusal(RejectReason.INVALID_SELF_TRADE, text)
    return None


def _refusal(reason: RejectReason) -> Refusal:
    return Refusal(reason, reason.text)
