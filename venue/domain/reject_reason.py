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
    KILL_SWITCH = (22, 0, 2, "trading is stopped by the kill switch")
    MARKET_CLOSED = (23, 2, 2, "the instrument is closed")
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

    STOP_PRICE_MISSING = (24, 99, 99, "a stop order needs StopPx(99)")
    STOP_PRICE_NOT_ALLOWED = (25, 11, 99, "only a stop order takes StopPx(99)")
    INVALID_STOP_PRICE = (
        26,
        99,
        99,
        "StopPx(99) must be a positive whole number of ticks within the limit",
    )
    EXPIRY_MISSING = (27, 99, 99, "a GTD order needs ExpireTime(126) or ExpireDate(432)")
    EXPIRY_NOT_ALLOWED = (28, 11, 99, "only a GTD order takes ExpireTime(126) or ExpireDate(432)")
    EXPIRY_PAST = (29, 99, 99, "ExpireTime(126) or ExpireDate(432) is past")
    DISPLAY_NOT_ALLOWED = (30, 11, 99, "only an order that may rest takes DisplayQty(1138) or MaxFloor(111)")
    INVALID_DISPLAY_QUANTITY = (
        31,
        13,
        99,
        "DisplayQty(1138) or MaxFloor(111) must be lots, up to OrderQty(38)",
    )
    INVALID_MINIMUM_QUANTITY = (32, 13, 99, "MinQty(110) must be lots, up to OrderQty(38)")
    CASH_NOT_ALLOWED = (33, 11, 99, "only a market order to buy takes CashOrderQty(152)")
    INVALID_CASH = (34, 13, 99, "CashOrderQty(152) must be an amount of the quote asset, greater than zero")
    POST_ONLY_NOT_ALLOWED = (
        35,
        11,
        99,
        "only a limit order that may rest takes ExecInst(18)=6 (post-only)",
    )
    INVALID_SELF_TRADE = (36, 99, 99, "SelfTradePreventionGroup(7928) is too long, or its mode (2362) none of 1 to 4")
    NOT_IN_THIS_PHASE = (37, 2, 2, "the instrument is not matching: only orders that rest are taken")
    PRICE_OUTSIDE_BAND = (38, 99, 99, "Price(44) is outside the price band")
    WOULD_MATCH = (39, 99, 99, "a post-only order would match at once")
    CASH_BUYS_NOTHING = (40, 13, 99, "CashOrderQty(152) does not buy one lot")

    # Refusals of operator commands.
    ALREADY_EXISTS = (100, 99, 99, "it exists already, with other content")
    UNKNOWN_REFERENCE = (101, 99, 99, "it names an asset, instrument, firm, account or session that does not exist")
    INEXACT_NOTIONAL = (102, 99, 99, "tick x lot is not a whole number of the quote asset's smallest units")
    MALFORMED_REFERENCE = (103, 99, 99, "a name is empty or too long, or a number is out of range")
    INVALID_RULES = (104, 99, 99, "a number of the instrument's rules is out of range")

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
