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
    ACCOUNT_SUSPENDED = (41, 0, 2, "the account is suspended")
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

    # Pre-trade risk: limits that operators set by account, firm and instrument, then the balance.
    ORDER_QUANTITY_LIMIT = (42, 3, 99, "OrderQty(38) is above the risk limit for one order")
    ORDER_NOTIONAL_LIMIT = (43, 3, 99, "price x quantity is above the risk limit for one order")
    OPEN_ORDERS_LIMIT = (44, 3, 99, "as many orders are open as the risk limit allows")
    DAILY_VOLUME_LIMIT = (45, 3, 99, "the day's volume, with all that is open, would pass the risk limit")
    POSITION_LIMIT = (46, 3, 99, "the position, with all that is open, could pass the risk limit")
    PRICE_COLLAR = (47, 99, 99, "Price(44) is further through the last price than the risk limit allows")
    ORDER_RATE_LIMIT = (48, 3, 99, "more orders in a second than the risk limit allows")
    INSUFFICIENT_BALANCE = (49, 3, 99, "the available balance does not cover it")

    # Refusals of operator commands.
    ALREADY_EXISTS = (100, 99, 99, "it exists already, with other content")
    UNKNOWN_REFERENCE = (101, 99, 99, "it names an asset, instrument, firm, account or session that does not exist")
    INEXACT_NOTIONAL = (102, 99, 99, "tick x lot is not a whole number of the quote asset's smallest units")
    MALFORMED_REFERENCE = (103, 99, 99, "a name is empty or too long, or a number is out of range")
    INVALID_RULES = (104, 99, 99, "a number of the instrument's rules is out of range")
    INVALID_LIMITS = (105, 99, 99, "a risk limit is out of range, or not one that its scope can have")
    INVALID_FEES = (106, 99, 99, "a fee rate is out of range, or a rebate is larger than the other side's fee")

    # Refusals of what moves funds; also UNKNOWN_ACCOUNT, ACCOUNT_SUSPENDED and INSUFFICIENT_BALANCE.
    LEDGER_NOT_OPEN = (110, 99, 99, "the ledger is not open yet")
    LEDGER_NEEDS_EMPTY_BOOKS = (111, 99, 99, "the ledger opens only while no order is open: cancel them first")
    MALFORMED_TRANSFER_ID = (112, 99, 99, "a transfer's id must be 1 to 64 printable characters")
    TRANSFER_ID_REUSED = (113, 99, 99, "the transfer's id was used before, with other content")
    UNKNOWN_TRANSFER = (114, 99, 99, "no such credit or withdrawal is held")
    ALREADY_DONE = (115, 99, 99, "it was settled, released, reversed or assigned before")
    INVALID_AMOUNT = (116, 99, 99, "the amount must be greater than zero and within the limit")
    AMOUNT_ABOVE_PENDING = (117, 99, 99, "the amount is more than the withdrawal has pending")
    SAME_ACCOUNT = (118, 99, 99, "debit and credit are the same account")
    WITHDRAWALS_BLOCKED = (119, 99, 99, "withdrawals are blocked")
    BALANCE_TOO_LARGE = (120, 99, 99, "the asset's total would pass the largest amount")

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
