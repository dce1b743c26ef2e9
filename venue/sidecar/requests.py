"""Bodies to commands: decimal text to whole ticks, lots and smallest units, or the problem that it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from venue.domain.commands import PlaceOrder
from venue.domain.enums import Delivery
from venue.domain.funds import Leg
from venue.domain.limits import MAX_EXPIRY, MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.domain.money import Amount, NotADecimal, TooFine, format_decimal, parse_decimal
from venue.domain.reference import Asset, Instrument, OffIncrement
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS, Terms
from venue.projections.live import LiveModel
from venue.sidecar.bodies import LegBody, OrderBody
from venue.sidecar.problems import Code, Problem
from venue.sidecar.views import SIDES, TIMES_IN_FORCE, TYPES

_SIDES: Final = {text: side for side, text in SIDES.items()}
_TYPES: Final = {text: order_type for order_type, text in TYPES.items()}
_TIMES_IN_FORCE: Final = {text: time_in_force for time_in_force, text in TIMES_IN_FORCE.items()}


def place_order(body: OrderBody, model: LiveModel, session: str) -> PlaceOrder:
    """Without ClOrdID. Raises Problem."""
    instrument = model.instruments.get(body.symbol)
    if instrument is None:
        raise Problem(RejectReason.UNKNOWN_SYMBOL, "Name one of the instruments that /v1/instruments lists.")
    terms = _terms(body, instrument)
    return PlaceOrder(
        at=0,
        session=session,
        message_sequence=0,
        client_order_id="",
        account=body.account or "",
        symbol=body.symbol,
        side=_SIDES[body.side],
        order_type=_TYPES[body.type],
        time_in_force=_TIMES_IN_FORCE[body.time_in_force],
        price=None if body.price is None else _price(instrument, "price", body.price),
        quantity=0 if body.quantity is None else _quantity(instrument, "quantity", body.quantity),
        delivery=Delivery.FIRST,
        terms=None if terms == NO_TERMS else terms,
    )


def _terms(body: OrderBody, instrument: Instrument) -> Terms:
    invalid = RejectReason
    stop, shown, minimum = body.stop_price, body.display_quantity, body.min_quantity
    return Terms(
        stop_price=_price(instrument, "stop_price", stop, invalid.INVALID_STOP_PRICE) if stop else 0,
        expires_at=time_of("expires_at", body.expires_at) if body.expires_at else 0,
        display_quantity=_quantity(instrument, "display_quantity", shown, invalid.INVALID_DISPLAY_QUANTITY)
        if shown
        else 0,
        min_quantity=_quantity(instrument, "min_quantity", minimum, invalid.INVALID_MINIMUM_QUANTITY) if minimum else 0,
        cash=_cash(instrument, body.cash) if body.cash else Amount(0),
        post_only=body.post_only,
        cancel_on_halt=body.cancel_on_halt,
    )


def _price(instrument: Instrument, field: str, text: str, invalid: RejectReason | None = None) -> int:
    reasons = (RejectReason.PRICE_OFF_TICK, RejectReason.PRICE_NOT_POSITIVE, RejectReason.PRICE_TOO_LARGE)
    return _increments(
        (field, text, MAX_PRICE_TICKS), instrument.parse_price, instrument.format_price, reasons, invalid
    )


def _quantity(instrument: Instrument, field: str, text: str, invalid: RejectReason | None = None) -> int:
    reasons = (RejectReason.QUANTITY_OFF_LOT, RejectReason.QUANTITY_NOT_POSITIVE, RejectReason.QUANTITY_TOO_LARGE)
    return _increments(
        (field, text, MAX_QUANTITY_LOTS), instrument.parse_quantity, instrument.format_quantity, reasons, invalid
    )


def _increments(
    given: tuple[str, str, int],
    parse: Callable[[str], int],
    write: Callable[[int], str],
    reasons: tuple[RejectReason, RejectReason, RejectReason],
    invalid: RejectReason | None,
) -> int:
    """given: field, text and the most that it may be. reasons: of what is between two increments, not above zero, too
    large; invalid: of all three. Raises Problem."""
    field, text, most = given
    off, not_positive, too_large = reasons
    try:
        number = parse(text)
    except (NotADecimal, TooFine, OffIncrement):
        raise Problem(invalid or off, f"{field} must be a whole multiple of {write(1)}.") from None
    if number <= 0:
        raise Problem(invalid or not_positive, f"{field} must be above 0.")
    if number > most:
        raise Problem(invalid or too_large, f"{field} may be {write(most)} at most.")
    return number


def _cash(instrument: Instrument, text: str) -> Amount:
    try:
        cash = parse_decimal(text, instrument.quote.decimals)
    except (NotADecimal, TooFine):
        cash = 0
    if cash <= 0:
        smallest = format_decimal(1, instrument.quote.decimals)
        detail = f"cash must be {instrument.quote.symbol} above 0, in whole multiples of {smallest}."
        raise Problem(RejectReason.INVALID_CASH, detail)
    return Amount(cash)


def known_asset(model: LiveModel, symbol: str) -> Asset:
    """Raises Problem."""
    asset = model.assets.get(symbol)
    if asset is None:
        raise Problem(Code.UNKNOWN_ASSET, f"The assets are {', '.join(model.assets)}.")
    return asset


def amount_of(asset: Asset, text: str) -> Amount:
    """Its sign and size are the engine's to judge. Raises Problem."""
    try:
        return Amount(parse_decimal(text, asset.decimals))
    except (NotADecimal, TooFine):
        smallest = format_decimal(1, asset.decimals)
        raise Problem(Code.MALFORMED_AMOUNT, f"{asset.symbol} is counted in multiples of {smallest}.") from None


def leg_of(model: LiveModel, leg: LegBody) -> Leg:
    """Raises Problem."""
    asset = known_asset(model, leg.asset)
    return Leg(leg.debit_account, leg.credit_account, leg.asset, amount_of(asset, leg.amount))


def time_of(field: str, text: str) -> int:
    """Nanoseconds since 1970 UTC. Raises Problem."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    try:
        moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    except ValueError:
        raise Problem(Code.INVALID_REQUEST, f"{field} is not a moment: write it as 2026-01-05T09:30:00Z.") from None
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    nanoseconds = (since.days * 86_400 + since.seconds) * 10**9 + int(fraction.ljust(9, "0"))
    if not 0 < nanoseconds < MAX_EXPIRY:
        raise Problem(Code.INVALID_REQUEST, f"{field} is before 1970 or after 2261.")
    return nanoseconds
