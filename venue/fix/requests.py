"""D, F, G, H, q, AF to commands, or to the refusal that the standard has for what cannot be one.

Three kinds of no, by who is asked: the message itself is bad (Reject, 3); the venue does not do that, or a field
is missing in this case (BusinessMessageReject, j); the order is not acceptable (a RefuseOrder or RefuseChange
command, so that the engine knows the ClOrdID and the report comes from the feed).
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final, NamedTuple

from venue.domain.commands import (
    CancelOrder,
    CancelOrders,
    PlaceOrder,
    RefuseChange,
    RefuseOrder,
    ReplaceOrder,
    RequestMassStatus,
    RequestOrderStatus,
    SessionCommand,
)
from venue.domain.enums import Delivery, MassCancelScope, OrderType, RequestType, Side, TimeInForce
from venue.domain.limits import MAX_NAME_LENGTH, MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.domain.money import NotADecimal, TooFine
from venue.domain.reference import Instrument, OffIncrement, Reference
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS, Terms
from venue.fix import terms as order_terms
from venue.fix.dialect import Dialect, MessageSpec, group_violation
from venue.fix.terms import Refusal, first_of, short
from venue.fix.wire import REFUSED, SOH

OTHER = 0
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
# A longer text is read each time: nobody fills the memory with them.
_LONGEST_CACHED: Final = 32

Answer = SessionCommand | SessionReject | BusinessReject


class Requests:
    """Reads requests of one version of FIX. It knows reference data, which it learns from the welcome and the feed, and
    nothing else."""

    def __init__(self, reference: Reference, dialect: Dialect) -> None:
        self._specs: dict[str, MessageSpec] = dialect.in_messages
        self._field_names: dict[str, str] = dialect.field_names
        # A message with none of these fields is read without a look at any of them.
        self._beyond_ordinary = {kind: frozenset(self._specs[kind].refused) for kind in "DFG"}
        for kind in "DG":
            self._beyond_ordinary[kind] |= frozenset(order_terms.TAGS)
        self._instruments = {instrument.symbol: _Numbers(instrument) for instrument in reference.instruments}
        self._firms = {session.name: session.firm for session in reference.sessions}
        self._readers: dict[str, Callable[[str, dict[str, str]], Answer]] = {
            "D": self._order,
            "F": self._cancel,
            "G": self._replace,
            "H": self._status,
            "q": self._mass_cancel,
            "AF": self._mass_status,
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
        numbers = self._instruments.get(fields["55"])
        order_type, price_text, quantity_text = fields["40"], get("44"), get("38")
        side, time_in_force = _SIDES.get(fields["54"]), _TIMES.get(get("59", "0"))
        # The usual order passes at a glance; any other is read with all that it may say.
        if (
            numbers is None
            or side is None
            or time_in_force is None
            or time_in_force is _GTD
            or quantity_text is None
            or (order_type != "2" if price_text is not None else order_type != "1")
            or not fields.keys().isdisjoint(self._beyond_ordinary["D"])
        ):
            return self._special_order(session, fields)
        price = None if price_text is None else numbers.price(price_text)
        quantity = numbers.quantity(quantity_text)
        if isinstance(quantity, Refusal) or isinstance(price, Refusal):
            return _refuse_order(session, fields, _first_of(quantity, price))
        return PlaceOrder(
            *(0, session, int(fields["34"]), fields["11"], get("1", ""), fields["55"]),
            *(side, _ORDER_TYPES[order_type], time_in_force, price, quantity, _delivery(fields)),
        )

    def _special_order(self, session: str, fields: dict[str, str]) -> Answer:
        lacks = order_terms.missing(fields)
        if lacks:
            return _missing("D", fields, lacks)
        numbers = self._instruments.get(fields["55"])
        if numbers is None:
            return _refuse_order(session, fields, _unknown_symbol(fields))
        refusal = self._unsupported("D", fields)
        if refusal is not None:
            return _refuse_order(session, fields, refusal)
        tag = order_terms.malformed(fields)
        if tag:
            return self._wrong_format("D", tag)
        get = fields.get
        price_text, quantity_text = get("44"), get("38")
        price = None if price_text is None else numbers.price(price_text)
        quantity = 0 if quantity_text is None else numbers.quantity(quantity_text)
        terms, refusals = order_terms.read_terms(fields, numbers.instrument)
        refusals += [number for number in (price, quantity) if isinstance(number, Refusal)]
        if refusals or ("38" in fields and "152" in fields):
            known_quantity = 0 if isinstance(quantity, Refusal) else quantity
            refusals += order_terms.conflicts(fields, known_quantity, terms)
            return _refuse_order(session, fields, first_of(refusals))
        assert not isinstance(price, Refusal)
        assert not isinstance(quantity, Refusal)
        return PlaceOrder(
            *(0, session, int(fields["34"]), fields["11"], get("1", ""), fields["55"], _SIDES[fields["54"]]),
            *(_ORDER_TYPES[fields["40"]], _TIMES[get("59", "0")], price, quantity, _delivery(fields)),
            terms=_given(terms),
        )

    def _cancel(self, session: str, fields: dict[str, str]) -> Answer:
        target = _target("F", fields)
        if isinstance(target, BusinessReject):
            return target
        side = _SIDES.get(fields["54"])
        if side is None or not fields.keys().isdisjoint(self._beyond_ordinary["F"]):
            refusal = self._unsupported("F", fields)
            assert refusal is not None, "a side that is not served is refused"
            return _refuse_change(session, fields, RequestType.CANCEL, target, refusal)
        return CancelOrder(
            *(0, session, int(fields["34"]), fields["11"], *target),
            *(fields["55"], side, _delivery(fields)),
        )

    def _replace(self, session: str, fields: dict[str, str]) -> Answer:
        target = _target("G", fields)
        if isinstance(target, BusinessReject):
            return target
        get = fields.get
        price_text, time_text = get("44"), get("59")
        if price_text is None and fields["40"] in _PRICED:
            return _missing("G", fields, f"Price(44) is required when OrdType(40)={fields['40']}")
        numbers = self._instruments.get(fields["55"])
        if (
            numbers is None
            or fields["54"] not in _SIDES
            or fields["40"] not in _ORDER_TYPES
            or (time_text is not None and time_text not in _TIMES)
            or not fields.keys().isdisjoint(self._beyond_ordinary["G"])
        ):
            return self._special_replace(session, fields, target)
        price = None if price_text is None else numbers.price(price_text)
        quantity = numbers.quantity(fields["38"])
        if isinstance(quantity, Refusal) or isinstance(price, Refusal):
            return _refuse_change(session, fields, RequestType.REPLACE, target, _first_of(quantity, price))
        return _replace_order(session, fields, target, price, quantity, None)

    def _special_replace(self, session: str, fields: dict[str, str], target: tuple[str, int]) -> Answer:
        numbers = self._instruments.get(fields["55"])
        if numbers is None:
            return _refuse_change(session, fields, RequestType.REPLACE, target, _unknown_symbol(fields))
        refusal = self._unsupported("G", fields)
        if refusal is not None:
            return _refuse_change(session, fields, RequestType.REPLACE, target, refusal)
        tag = order_terms.malformed(fields)
        if tag:
            return self._wrong_format("G", tag)
        price = numbers.price(fields["44"]) if "44" in fields else None
        quantity = numbers.quantity(fields["38"])
        terms, refusals = order_terms.read_terms(fields, numbers.instrument)
        refusals += [number for number in (quantity, price) if isinstance(number, Refusal)]
        if refusals:
            return _refuse_change(session, fields, RequestType.REPLACE, target, first_of(refusals))
        assert not isinstance(price, Refusal)
        assert not isinstance(quantity, Refusal)
        return _replace_order(session, fields, target, price, quantity, _given(terms))

    def _status(self, session: str, fields: dict[str, str]) -> Answer:
        order_id = _order_id(fields.get("37"))
        if not order_id and "11" not in fields:
            return _missing("H", fields, "ClOrdID(11) or OrderID(37) is required")
        return RequestOrderStatus(
            *(0, session, int(fields["34"]), fields.get("11", ""), order_id),
            *(fields["55"], _side(fields), fields.get("790", "")),
        )

    def _mass_cancel(self, session: str, fields: dict[str, str]) -> Answer:
        scope, get = fields["530"], fields.get
        if scope == _BY_SYMBOL and "55" not in fields:
            return _missing("q", fields, "Symbol(55) is required when MassCancelRequestType(530)=1")
        whole_firm = get("453", "0") != "0"
        refusal = self._unsupported("q", fields)
        if refusal is None and whole_firm and not self._is_own_firm(session, fields):
            text = "NoPartyIDs(453) on a mass cancel takes one party: PartyID(448) of your firm, with PartyRole(452)=1"
            refusal = Refusal(RejectReason.UNSUPPORTED_CHARACTERISTIC, text)
        if refusal is not None:
            return _refuse_change(session, fields, RequestType.CANCEL, ("", 0), refusal, scope)
        return CancelOrders(
            *(0, session, int(fields["34"]), fields["11"], _SCOPES[scope], get("55", "")),
            side=_SIDES[fields["54"]] if "54" in fields else None,
            account=get("1", ""),
            whole_firm=whole_firm,
            delivery=_delivery(fields),
        )

    def _is_own_firm(self, session: str, fields: dict[str, str]) -> bool:
        """Whether the parties of the message are the session's firm and nobody else."""
        firm = self._firms.get(session)
        return (fields["453"], fields["448"], fields.get("452")) == ("1", firm, _EXECUTING_FIRM)

    def _mass_status(self, session: str, fields: dict[str, str]) -> Answer:
        request_id, get = fields["584"], fields.get
        if len(request_id) > MAX_NAME_LENGTH:
            text = f"MassStatusReqID(584) is longer than {MAX_NAME_LENGTH} characters"
            return SessionReject("AF", VALUE_IS_INCORRECT, "584", text)
        refusal = self._unsupported("AF", fields)
        if refusal is not None:
            return BusinessReject("AF", OTHER, request_id, refusal.text)
        if fields["585"] == _BY_SYMBOL and "55" not in fields:
            text = "Symbol(55) is required when MassStatusReqType(585)=1"
            return BusinessReject("AF", CONDITIONALLY_REQUIRED_FIELD_MISSING, request_id, text)
        return RequestMassStatus(
            *(0, session, int(fields["34"]), request_id, get("55", "")),
            side=_SIDES[fields["54"]] if "54" in fields else None,
            account=get("1", ""),
        )

    def _unsupported(self, message_type: str, fields: dict[str, str]) -> Refusal | None:
        spec = self._specs[message_type]
        if not fields.keys().isdisjoint(spec.refused):
            tag = next(tag for tag in fields if tag in spec.refused)
            return Refusal(RejectReason.UNSUPPORTED_CHARACTERISTIC, spec.refused[tag])
        for tag in spec.refused_values:
            text = spec.refusal(tag, fields[tag]) if tag in fields else None
            if text is not None:
                return Refusal(RejectReason.UNSUPPORTED_CHARACTERISTIC, text)
        text = order_terms.contradiction(fields) if "18" in fields else ""
        return Refusal(RejectReason.UNSUPPORTED_CHARACTERISTIC, text) if text else None

    def _wrong_format(self, message_type: str, tag: str) -> SessionReject:
        text = f"Incorrect data format for value of {self._field_names[tag]}({tag})"
        return SessionReject(message_type, INCORRECT_DATA_FORMAT, tag, text)

    def _not_ascii(self, message_type: str, fields: dict[str, str]) -> Answer:
        """Such a value cannot be told back as it was, and two that differ might be taken for one."""
        tag = next((tag for tag, value in fields.items() if not value.isascii()), "58")
        name = self._field_names.get(tag, "a field")
        text = f"{name}({tag}) has characters that are not ASCII"
        return SessionReject(message_type, INCORRECT_DATA_FORMAT, tag, text)


class _Numbers:
    """An instrument's prices and quantities from text."""

    __slots__ = ("_price", "_quantity", "instrument")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self._price: Callable[[str], int | Refusal] = lru_cache(_CACHED_NUMBERS)(partial(_price, instrument))
        self._quantity: Callable[[str], int | Refusal] = lru_cache(_CACHED_NUMBERS)(partial(_quantity, instrument))

    def price(self, text: str) -> int | Refusal:
        return self._price(text) if len(text) <= _LONGEST_CACHED else _price(self.instrument, text)

    def quantity(self, text: str) -> int | Refusal:
        return self._quantity(text) if len(text) <= _LONGEST_CACHED else _quantity(self.instrument, text)


_SIDES = {side.value: side for side in Side}
_ORDER_TYPES = {order_type.value: order_type for order_type in OrderType}
_TIMES = {time.value: time for time in TimeInForce}
_SCOPES = {scope.value: scope for scope in MassCancelScope}
_GTD: Final = TimeInForce.GTD
_PRICED: Final = (OrderType.LIMIT.value, OrderType.STOP_LIMIT.value)
# Of MassCancelRequestType(530) and MassStatusReqType(585); of PartyRole(452).
_BY_SYMBOL: Final = "1"
_EXECUTING_FIRM: Final = "1"


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


def _quantity(instrument: Instrument, text: str) -> int | Refusal:
    try:
        quantity: int = instrument.parse_quantity(text)
    except NotADecimal:
        return Refusal(RejectReason.MALFORMED_QUANTITY, RejectReason.MALFORMED_QUANTITY.text)
    except (TooFine, OffIncrement):
        reason, lot = RejectReason.QUANTITY_OFF_LOT, instrument.format_quantity(1)
        return Refusal(reason, f"OrderQty(38) {short(text)} is not a whole number of lots of {lot}")
    except ValueError:
        # More digits than Python reads.
        quantity = MAX_QUANTITY_LOTS + 1
    if quantity <= 0:
        return Refusal(RejectReason.QUANTITY_NOT_POSITIVE, RejectReason.QUANTITY_NOT_POSITIVE.text)
    if quantity > MAX_QUANTITY_LOTS:
        limit = instrument.format_quantity(MAX_QUANTITY_LOTS)
        return Refusal(RejectReason.QUANTITY_TOO_LARGE, f"OrderQty(38) {short(text)} is above {limit}")
    return quantity


def _price(instrument: Instrument, text: str) -> int | Refusal:
    try:
        price: int = instrument.parse_price(text)
    except NotADecimal:
        return Refusal(RejectReason.MALFORMED_PRICE, RejectReason.MALFORMED_PRICE.text)
    except (TooFine, OffIncrement):
        reason, tick = RejectReason.PRICE_OFF_TICK, instrument.format_price(1)
        return Refusal(reason, f"Price(44) {short(text)} is not a whole number of ticks of {tick}")
    except ValueError:
        price = MAX_PRICE_TICKS + 1
    if price <= 0:
        return Refusal(RejectReason.PRICE_NOT_POSITIVE, RejectReason.PRICE_NOT_POSITIVE.text)
    if price > MAX_PRICE_TICKS:
        limit = instrument.format_price(MAX_PRICE_TICKS)
        return Refusal(RejectReason.PRICE_TOO_LARGE, f"Price(44) {short(text)} is above {limit}")
    return price


def _first_of(quantity: int | Refusal, price: int | Refusal | None) -> Refusal:
    refusal = quantity if isinstance(quantity, Refusal) else price
    assert isinstance(refusal, Refusal)
    return refusal


def _unknown_symbol(fields: dict[str, str]) -> Refusal:
    return Refusal(RejectReason.UNKNOWN_SYMBOL, f"Symbol(55) {fields['55']} is not traded here")


def _given(terms: Terms) -> Terms | None:
    return None if terms == NO_TERMS else terms


def _refuse_order(session: str, fields: dict[str, str], refusal: Refusal) -> RefuseOrder:
    get = fields.get
    return RefuseOrder(
        *(0, session, int(fields["34"]), fields["11"], get("1", ""), fields["55"], fields["54"], fields["40"]),
        *(get("59", "0"), get("44", ""), get("38", ""), refusal.reason, refusal.text, _delivery(fields)),
        terms=tuple([(tag, fields[tag]) for tag in order_terms.TAGS if tag in fields]),
    )


def _replace_order(
    session: str,
    fields: dict[str, str],
    target: tuple[str, int],
    price: int | None,
    quantity: int,
    terms: Terms | None,
) -> ReplaceOrder:
    time_in_force = fields.get("59")
    return ReplaceOrder(
        *(0, session, int(fields["34"]), fields["11"], *target, fields.get("1", ""), fields["55"]),
        side=_SIDES[fields["54"]],
        order_type=_ORDER_TYPES[fields["40"]],
        time_in_force=None if time_in_force is None else _TIMES[time_in_force],
        price=price,
        quantity=quantity,
        delivery=_delivery(fields),
        terms=terms,
    )


def _refuse_change(
    session: str,
    fields: dict[str, str],
    request: RequestType,
    target: tuple[str, int],
    refusal: Refusal,
    mass_cancel: str = "",
) -> RefuseChange:
    return RefuseChange(
        *(0, session, int(fields["34"]), request, fields["11"], *target),
        *(refusal.reason, refusal.text, _delivery(fields), mass_cancel),
    )
