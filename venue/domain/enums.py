"""Enums that carry the FIX 4.4 codes. Converted once, at the edge. They are text, so that encoding one is a copy."""

from enum import StrEnum


class Side(StrEnum):
    """Side(54)."""

    BUY = "1"
    SELL = "2"


class OrderType(StrEnum):
    """OrdType(40)."""

    MARKET = "1"
    LIMIT = "2"


class TimeInForce(StrEnum):
    """TimeInForce(59)."""

    DAY = "0"
    GTC = "1"
    IOC = "3"
    FOK = "4"


class OrderStatus(StrEnum):
    """OrdStatus(39), the states that an order of this venue can be in."""

    NEW = "0"
    PARTIALLY_FILLED = "1"
    FILLED = "2"
    CANCELED = "4"
    REJECTED = "8"


class RequestType(StrEnum):
    """CxlRejResponseTo(434): which request a CancelRejected answers."""

    CANCEL = "1"
    REPLACE = "2"


class CancelReason(StrEnum):
    """Why an order was cancelled. Only REQUESTED answers a request of the client's."""

    REQUESTED = "requested"
    IMMEDIATE_OR_CANCEL = "immediate-or-cancel"
    FILL_OR_KILL = "fill-or-kill"
    NO_LIQUIDITY = "no liquidity for a market order"
    TOO_MANY_MATCHES = "more matches than one request may make"


class Delivery(StrEnum):
    """How a request came: for the first time, or marked as a possible repeat.

    POSSIBLE_DUPLICATE: PossDupFlag(43)=Y, or sent again to a recovered engine; a known one changes nothing.
    POSSIBLE_RESEND: PossResend(97)=Y; a known one is answered with its order's state.
    """

    FIRST = ""
    POSSIBLE_DUPLICATE = "43"
    POSSIBLE_RESEND = "97"
