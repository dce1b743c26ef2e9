"""Why a request is refused, in order of precedence: of several reasons the first one listed is told.

A code is journalled and never reused. Sources: FIX 4.4 OrdRejReason(103), CxlRejReason(102).
"""

from enum import Enum


class RejectReason(Enum):
    """value: the journalled code; ordrej: OrdRejReason(103); cxlrej: CxlRejReason(102); text: Text(58)."""

    UNKNOWN_SESSION = (1, 0, 2, "the session is not known to the venue")
    DUPLICATE_CLIENT_ORDER_ID = (2, 6, 6, "ClOrdID(11) was used before by this session")
    MALFORMED_CLIENT_ORDER_ID = (3, 99, 99, "ClOrdID(11) must be 1 to 36 printable characters")
    UNKNOWN_ORDER = (4, 5, 1, "no such order")
    NOT_THE_LAST_ACCEPTED_ID = (5, 99, 99, "OrigClOrdID(41) is not the order's last accepted ClOrdID")
    ORDER_ID_MISMATCH = (6, 99, 1, "OrderID(37) and OrigClOrdID(41) name different orders")
    TOO_LATE = (7, 4, 0, "the order is no longer open")
    UNKNOWN_SYMBOL = (8, 1, 2, "unknown symbol")
    UNKNOWN_ACCOUNT = (9, 15, 2, "Account(1) must name an account of the session's firm")
    UNSUPPORTED_CHARACTERISTIC = (10, 11, 2, "unsupported order characteristic")
    CANNOT_CHANGE = (11, 99, 99, "a replace changes price and quantity only")
    MALFORMED_QUANTITY = (12, 13, 99, "OrderQty(38) is not a decimal number")
    QUANTITY_NOT_POSITIVE = (13, 13, 99, "OrderQty(38) must be greater than zero")
    QUANTITY_OFF_LOT = (14, 13, 99, "OrderQty(38) is not a whole number of lots")
    QUANTITY_TOO_LARGE = (15, 3, 99, "OrderQty(38) is above the limit")
    MALFORMED_PRICE = (16, 99, 99, "Price(44) is not a decimal number")
    PRICE_MISSING = (17, 99, 99, "a limit order needs Price(44)")
    PRICE_NOT_ALLOWED = (18, 11, 99, "a market order takes no Price(44)")
    PRICE_NOT_POSITIVE = (19, 99, 99, "Price(44) must be greater than zero")
    PRICE_OFF_TICK = (20, 99, 99, "Price(44) is not a whole number of ticks")
    PRICE_TOO_LARGE = (21, 3, 99, "Price(44) is above the limit")

    # Refusals of operator commands.
    ALREADY_EXISTS = (100, 99, 99, "it exists already, with other content")
    UNKNOWN_REFERENCE = (101, 99, 99, "it names an asset or firm that does not exist")
    INEXACT_NOTIONAL = (102, 99, 99, "tick x lot is not a whole number of the quote asset's smallest units")
    MALFORMED_REFERENCE = (103, 99, 99, "a name is empty or too long, or a number is out of range")

    ordrej: int
    cxlrej: int
    text: str

    def __new__(cls, code: int, ordrej: int, cxlrej: int, text: str) -> "RejectReason":
        member = object.__new__(cls)
        member._value_ = code
        member.ordrej = ordrej
        member.cxlrej = cxlrej
        member.text = text
        return member
