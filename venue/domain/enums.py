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
    STOP = "3"
    STOP_LIMIT = "4"


class TimeInForce(StrEnum):
    """TimeInForce(59)."""

    DAY = "0"
    GTC = "1"
    IOC = "3"
    FOK = "4"
    GTD = "6"


class OrderStatus(StrEnum):
    """OrdStatus(39), the states that an order of this venue can be in."""

    NEW = "0"
    PARTIALLY_FILLED = "1"
    FILLED = "2"
    DONE_FOR_DAY = "3"
    CANCELED = "4"
    REJECTED = "8"
    EXPIRED = "C"


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
    PROTECTION_PRICE = "protection price of a market order reached"
    MINIMUM_QUANTITY = "minimum quantity not available"
    SELF_TRADE = "self-trade prevented"
    TRADING_HALT = "trading halt"
    MASS_CANCEL = "mass cancel"
    DISCONNECTED = "cancel on disconnect"
    KILL_SWITCH = "kill switch"
    INSUFFICIENT_BALANCE = "balance does not cover a triggered stop"


class Delivery(StrEnum):
    """How a request came: for the first time, or marked as a possible repeat.

    POSSIBLE_DUPLICATE: PossDupFlag(43)=Y, or sent again to a recovered engine; a known one changes nothing.
    POSSIBLE_RESEND: PossResend(97)=Y; a known one is answered with its order's state.
    """

    FIRST = ""
    POSSIBLE_DUPLICATE = "43"
    POSSIBLE_RESEND = "97"


class RestatementReason(StrEnum):
    """Why an order was changed without a request: ExecRestatementReason(378) or, for 99, its text."""

    GOOD_TILL_RENEWAL = "1"
    DECREMENTED = "5"
    RESTS_AT_PROTECTION_PRICE = "99"


class SelfTradeMode(StrEnum):
    """What happens to two orders of one owner that would trade: 2362, with the codes of FIX's 2964 and one more."""

    CANCEL_AGGRESSING = "1"
    CANCEL_RESTING = "2"
    CANCEL_BOTH = "3"
    DECREMENT = "4"


class Phase(StrEnum):
    """SecurityTradingStatus(326). Orders match in OPEN alone; in PRE_OPEN and HALTED they gather for an auction."""

    HALTED = "2"
    OPEN = "17"
    CLOSED = "18"
    PRE_OPEN = "21"


class Algorithm(StrEnum):
    """How a price level is shared, by CME's letters."""

    FIFO = "F"
    TOP_PRO_RATA = "A"
    PRO_RATA = "C"
    CONFIGURABLE = "K"


class MassCancelScope(StrEnum):
    """MassCancelRequestType(530)."""

    SECURITY = "1"
    ALL = "7"


class KillScope(StrEnum):
    """What a kill switch stops."""

    SESSION = "session"
    ACCOUNT = "account"
    FIRM = "firm"
    INSTRUMENT = "instrument"
    VENUE = "venue"


class AccountState(StrEnum):
    """SUSPENDED: no new orders, replaces, withdrawals or transfers out; what rests stays, and may be cancelled."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class LimitScope(StrEnum):
    """Whose orders a limit is for."""

    INSTRUMENT = "instrument"
    FIRM = "firm"
    ACCOUNT = "account"


class Bucket(StrEnum):
    """The parts of the chart of accounts: three of every firm's account, then the venue's own, by asset each.

    HELD covers open orders, PENDING withdrawals under way. SUSPENSE: deposits whose owner is not known yet. CUSTODY is
    what the venue keeps for all, as a debit: its balance is below zero by as much as all others are above.
    """

    AVAILABLE = "available"
    HELD = "held"
    PENDING = "pending"
    FEES = "fees"
    SUSPENSE = "suspense"
    SETTLEMENT = "settlement"
    CUSTODY = "custody"


class TransferKind(StrEnum):
    """Why an amount moved from one ledger account to another."""

    HOLD = "hold"
    RELEASE = "release"
    TRADE = "trade"
    FEE = "fee"
    REBATE = "rebate"
    CREDIT = "credit"
    CREDIT_ASSIGNED = "credit assigned"
    REVERSAL = "reversal"
    WITHDRAWAL_REQUESTED = "withdrawal requested"
    WITHDRAWAL_SETTLED = "withdrawal settled"
    WITHDRAWAL_RELEASED = "withdrawal released"
    TRANSFER = "transfer"
