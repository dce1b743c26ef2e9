"""D, F, G, H to commands, or to the refusal that the standard has for what cannot be one.

Three kinds of no, by who is asked: the message itself is bad (Reject, 3); the venue does not do that, or a field
is missing in this case (BusinessMessageReject, j); the order is not acceptable (a RefuseOrder or RefuseChange
command, so that the engine knows the ClOrdID and the report comes from the feed).
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from venue.domain.commands import (
    CancelOrder,
    PlaceOrder,
    RefuseChange,
    RefuseOrder,
    ReplaceOrder,
    RequestOrderStatus,
    SessionCommand,
)
from venue.domain.enums import Delivery, OrderType, RequestType, Side, TimeInForce
from venue.domain.limits import MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.domain.money import NotADecimal, TooFine
from venue.domain.reference import Instrument, OffIncrement, Reference
from venue.domain.reject_reason import RejectReason
from venue.fix.dialect import Dialect, MessageSpec, group_violation
from venue.fix.wire import REFUSED, SOH

VALUE_IS_INCORRECT = 5
INCORRECT_DATA_FORMAT = 6
UNSUPPORTED_MESSAGE_TYPE = 3
APPLICATION_NOT_AVAILABLE = 4
CONDITIONALLY_REQUIRED_FIELD_MISSING = 5
NOT_AUTHORIZED = 6


class SessionReject(NamedTuple):
    """Reject (3). reason: SessionRejectReason(373); tag: RefTagID(371)."""

    message_type: str
    reason: int
    tag: str
    text: str


class BusinessReject(NamedTuple):
    """BusinessMessageReject (j). reason: 380; reference: BusinessRejectRefID(379), "" when there is none."""

    message_type: str
    reason: int
    reference: str
    text: str


# The same few thousand prices and quantities come again and again.
_CACHED_NUMBERS = 1 << 15

Answer = SessionCommand | SessionReject | BusinessReject


class _Refusal(NamedTuple):
    reason: RejectReason
    text: str


class Requests:
    """Reads requests of one version of FIX. It knows reference data, which it learns from the welcome and the feed, and
    nothing else."""

    def __init__(self, reference: Reference, dialect: Dialect) -> None:
        self._specs: dict[str, MessageSpec] = dialect.in_messages
        self._field_names: dict[str, str] = dialect.field_names
        self._instruments = {instrument.symbol: _Numbers(instrument) for instrument in reference.instruments}
        self._readers: dict[str, Callable[[str, dict[str, str]], Answer]] = {
            "D": self._order,
            "F": self._cancel,
            "G": self._replace,
            "H": self._status,
        }

    def list_instrument(self, instrument: Instrument) -> None:
        self._instruments[instrument.symbol] = _Numbers(instrument)

    def read(self, session: str, text: str) -> Answer:
        """text: a message that QuickFIX found well formed. Never raises on one."""
        # A list, and no look at each part: half of what reading costs is this line. The last part is empty.
        fields = dict([part.split("=", 1) for part in text[:-1].split(SOH)])
        message_type = fields["35"]
        if not text.isascii():
            return self._not_ascii(message_type, fields)
        reader = self._readers.get(message_type)
        if reader is None:
            return _unreadable(message_type, fields)
        spec = self._specs[message_type]
        if not fields.keys().isdisjoint(spec.groups):
            pairs = [part.split("=", 1) for part in text[:-1].split(SOH)]
            violation = group_violation(spec, [(tag, value) for tag, value in pairs])
            if violation is not None:
                reason, tag = violation
                return SessionReject(message_type, reason, tag, f"{self._field_names[tag]}({tag}) in its group")
        return reader(session, fields)

    def _order(self, session: str, fields: dict[str, str]) -> Answer:
        get = fields.get
        order_type, price_text = fields["40"], get("44")
        if price_text is None and order_type == "2":
            return _missing("D", fields, "Price(44) is required when OrdType(40)=2 (limit)")
        sequence, delivery = int(fields["34"]), _delivery(fields)
        refusal = self._refusal_of_order(fields)
        if refusal is None:
            numbers = self._instruments[fields["55"]]
            price = None if price_text is None else numbers.price(price_text)
            quantity = numbers.quantity(fields["38"])
            if not isinstance(quantity, _Refusal) and not isinstance(price, _Refusal):
                return PlaceOrder(
                    *(0, session, sequence, fields["11"], get("1", ""), fields["55"]),
                    *(_SIDES[fields["54"]], _ORDER_TYPES[order_type], _TIMES[get("59", "0")]),
                    *(price, quantity, delivery),
                )
            refusal = _first_of(quantity, price)
        return RefuseOrder(
            *(0, session, sequence, fields["11"], get("1", ""), fields["55"], fields["54"], order_type),
            *(get("59", "0"), price_text or "", fields["38"], refusal.reason, refusal.text, delivery),
        )

    def _refusal_of_order(self, fields: dict[str, str]) -> _Refusal | None:
        if fields["55"] not in self._instruments:
            return _Refusal(RejectReason.UNKNOWN_SYMBOL, f"Symbol(55) {fields['55']} is not traded here")
        return self._unsupported("D", fields)

    def _cancel(self, session: str, fields: dict[str, str]) -> Answer:
        target = _target("F", fields)
        if isinstance(target, BusinessReject):
            return target
        refusal = self._unsupported("F", fields)
        if refusal is not None:
            return _refuse_change(session, fields, RequestType.CANCEL, target, refusal)
        return CancelOrder(
            *(0, session, int(fields["34"]), fields["11"], *target),
            *(fields["55"], _side(fields), _delivery(fields)),
        )

    def _replace(self, session: str, fields: dict[str, str]) -> Answer:
        target = _target("G", fields)
        if isinstance(target, BusinessReject):
            return target
        get = fields.get
        if get("44") is None and fields["40"] == "2":
            return _missing("G", fields, "Price(44) is required when OrdType(40)=2 (limit)")
        numbers = self._instruments.get(fields["55"])
        refusal = self._unsupported("G", fields)
        if numbers is None:
            refusal = _Refusal(RejectReason.UNKNOWN_SYMBOL, f"Symbol(55) {fields['55']} is not traded here")
        if refusal is None and numbers is not None:
            price_text = get("44")
            price = None if price_text is None else numbers.price(price_text)
            quantity = numbers.quantity(fields["38"])
            if not isinstance(quantity, _Refusal) and not isinstance(price, _Refusal):
                time_in_force = get("59")
                return ReplaceOrder(
                    *(0, session, int(fields["34"]), fields["11"], *target, get("1", ""), fields["55"]),
                    side=_side(fields),
                    order_type=_ORDER_TYPES[fields["40"]],
                    time_in_force=None if time_in_force is None else _TIMES[time_in_force],
                    price=price,
                    quantity=quantity,
                    delivery=_delivery(fields),
                )
            refusal = _first_of(quantity, price)
        assert refusal is not None
        return _refuse_change(session, fields, RequestType.REPLACE, target, refusal)

    def _status(self, session: str, fields: dict[str, str]) -> Answer:
        order_id = _order_id(fields.get("37"))
        if not order_id and "11" not in fields:
            return _missing("H", fields, "ClOrdID(11) or OrderID(37) is required")
        return RequestOrderStatus(
            *(0, session, int(fields["34"]), fields.get("11", ""), order_id),
            *(fields["55"], _side(fields), fields.get("790", "")),
        )

    def _unsupported(self, message_type: str, fields: dict[str, str]) -> _Refusal | None:
        spec = self._specs[message_type]
        if not fields.keys().isdisjoint(spec.refused):
            tag = next(tag for tag in fields if tag in spec.refused)
            return _Refusal(RejectReason.UNSUPPORTED_CHARACTERISTIC, spec.refused[tag])
        for tag, refused in spec.refused_values.items():
            if tag in fields and fields[tag] in refused:
                return _Refusal(RejectReason.UNSUPPORTED_CHARACTERISTIC, refused[fields[tag]])
        return None

    def _not_ascii(self, message_type: str, fields: dict[str, str]) -> Answer:
        """Such a value cannot be told back as it was, and two that differ might be taken for one."""
        tag = next((tag for tag, value in fields.items() if not value.isascii()), "58")
        name = self._field_names.get(tag, "a field")
        text = f"{name}({tag}) has characters that are not ASCII"
        return SessionReject(message_type, INCORRECT_DATA_FORMAT, tag, text)


class _Numbers:
    """An instrument's prices and quantities from text."""

    __slots__ = ("price", "quantity")

    def __init__(self, instrument: Instrument) -> None:
        self.price: Callable[[str], int | _Refusal] = lru_cache(_CACHED_NUMBERS)(partial(_price, instrument))
        self.quantity: Callable[[str], int | _Refusal] = lru_cache(_CACHED_NUMBERS)(partial(_quantity, instrument))


_SIDES = {side.value: side for side in Side}
_ORDER_TYPES = {order_type.value: order_type for order_type in OrderType}
_TIMES = {time.value: time for time in TimeInForce}


def _side(fields: dict[str, str]) -> Side:
    """A side that the venue does not serve is refused by name; its report then says buy or sell as it moves assets."""
    return _SIDES.get(fields["54"], Side.SELL)


def _delivery(fields: dict[str, str]) -> Delivery:
    if fields.get("43") == "Y":
        return Delivery.POSSIBLE_DUPLICATE
    if fields.get("97") == "Y":
        return Delivery.POSSIBLE_RESEND
    return Delivery.FIRST


def _unreadable(message_type: str, fields: dict[str, str]) -> Answer:
    headline = fields.get("148", "").split(" ", 4)
    if message_type == "B" and headline[0] == REFUSED and len(headline) == 5 and (headline[2] + headline[3]).isdigit():
        _, original, reason, tag, text = headline
        return SessionReject(original, int(reason), tag, text)
    text = f"MsgType(35)={message_type} is not served on this session"
    return BusinessReject(message_type, UNSUPPORTED_MESSAGE_TYPE, "", text)


def _missing(message_type: str, fields: dict[str, str], text: str) -> BusinessReject:
    return BusinessReject(message_type, CONDITIONALLY_REQUIRED_FIELD_MISSING, fields.get("11", ""), text)


def _target(message_type: str, fields: dict[str, str]) -> tuple[str, int] | BusinessReject:
    """OrigClOrdID and OrderID of a change; one of them is needed. An OrderID not of our making matches no order."""
    original, order_id = fields.get("41"), fields.get("37")
    if original is None and order_id is None:
        return _missing(message_type, fields, "OrigClOrdID(41) or OrderID(37) is required")
    return original or "", _order_id(order_id)


def _order_id(text: str | None) -> int:
    if text is None:
        return 0
    return int(text) if text.isdigit() and len(text) < 19 and text[0] != "0" else _NO_SUCH_ORDER


_NO_SUCH_ORDER = (1 << 62) - 1


def _quantity(instrument: Instrument, text: str) -> int | _Refusal:
    try:
        quantity = instrument.parse_quantity(text)
    except NotADecimal:
        return _Refusal(RejectReason.MALFORMED_QUANTITY, RejectReason.MALFORMED_QUANTITY.text)
    except (TooFine, OffIncrement):
        reason, lot = RejectReason.QUANTITY_OFF_LOT, instrument.format_quantity(1)
        return _Refusal(reason, f"OrderQty(38) {_short(text)} is not a whole number of lots of {lot}")
    if quantity <= 0:
        return _Refusal(RejectReason.QUANTITY_NOT_POSITIVE, RejectReason.QUANTITY_NOT_POSITIVE.text)
    if quantity > MAX_QUANTITY_LOTS:
        limit = instrument.format_quantity(MAX_QUANTITY_LOTS)
        return _Refusal(RejectReason.QUANTITY_TOO_LARGE, f"OrderQty(38) {_short(text)} is above {limit}")
    return quantity


def _price(instrument: Instrument, text: str) -> int | _Refusal:
    try:
        price = instrument.parse_price(text)
    except NotADecimal:
        return _Refusal(RejectReason.MALFORMED_PRICE, RejectReason.MALFORMED_PRICE.text)
    except (TooFine, OffIncrement):
        reason, tick = RejectReason.PRICE_OFF_TICK, instrument.format_price(1)
        return _Refusal(reason, f"Price(44) {_short(text)} is not a whole number of ticks of {tick}")
    if price <= 0:
        return _Refusal(RejectReason.PRICE_NOT_POSITIVE, RejectReason.PRICE_NOT_POSITIVE.text)
    if price > MAX_PRICE_TICKS:
        limit = instrument.format_price(MAX_PRICE_TICKS)
        return _Refusal(RejectReason.PRICE_TOO_LARGE, f"Price(44) {_short(text)} is above {limit}")
    return price


def _first_of(quantity: int | _Refusal, price: int | _Refusal | None) -> _Refusal:
    refusal = quantity if isinstance(quantity, _Refusal) else price
    assert isinstance(refusal, _Refusal)
    return refusal


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:21]}..."


def _refuse_change(
    session: str, fields: dict[str, str], request: RequestType, target: tuple[str, int], refusal: _Refusal
) -> RefuseChange:
    return RefuseChange(
        *(0, session, int(fields["34"]), request, fields["11"], *target),
        *(refusal.reason, refusal.text, _delivery(fields)),
    )
