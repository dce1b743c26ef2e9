"""The messages of the dialect, field by field, and what the venue makes of each field.

Whatever is listed here is allowed by the dictionary; whatever is not is answered with Reject (3). A field that
would change what an order means, and that the venue does not offer, is listed as refused: never ignored.

One table serves all versions of FIX: a version has those of the messages and uses listed here that name it, and whose
field it has. LastShares is FIX 4.2's name of what is LastQty in FIX 4.4, so both are listed.
"""

from enum import Enum
from typing import NamedTuple

from venue.domain.enums import MassCancelScope, OrderType, Side, TimeInForce
from venue.domain.limits import MAX_AFFECTED_ORDERS, MAX_NAME_LENGTH
from venue.fix.dialect_fields import EVERY_VERSION, ONLY_FIX42, ONLY_FIX44, Version


class Presence(Enum):
    REQUIRED = "required"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"
    NO_EFFECT = "no effect"
    REFUSED = "refused"


class FieldUse(NamedTuple):
    """A field in a message. only: the values that the venue serves; the field's others are refused by name."""

    name: str
    presence: Presence
    note: str = ""
    only: tuple[str, ...] = ()
    versions: tuple[Version, ...] = EVERY_VERSION


class GroupUse(NamedTuple):
    """A repeating group: the name of its NumInGroup field, then its members in order, the delimiter first."""

    name: str
    presence: Presence
    note: str
    members: tuple["FieldUse | GroupUse", ...]
    versions: tuple[Version, ...] = EVERY_VERSION


class Message(NamedTuple):
    """inbound: the venue takes it; outbound: the venue sends it; both: a session message."""

    type: str
    name: str
    purpose: str
    inbound: bool
    outbound: bool
    admin: bool
    fields: tuple[FieldUse | GroupUse, ...]
    versions: tuple[Version, ...] = EVERY_VERSION


def _required(name: str, note: str = "", only: tuple[str, ...] = ()) -> FieldUse:
    return FieldUse(name, Presence.REQUIRED, note, only)


def _conditional(name: str, note: str) -> FieldUse:
    return FieldUse(name, Presence.CONDITIONAL, note)


def _optional(name: str, note: str = "", only: tuple[str, ...] = ()) -> FieldUse:
    return FieldUse(name, Presence.OPTIONAL, note, only)


def _no_effect(*names: str) -> tuple[FieldUse, ...]:
    return tuple(FieldUse(name, Presence.NO_EFFECT) for name in names)


def _refused(*names: str) -> tuple[FieldUse, ...]:
    return tuple(FieldUse(name, Presence.REFUSED) for name in names)


def _session(type_: str, name: str, purpose: str, *fields: FieldUse | GroupUse) -> Message:
    return Message(type_, name, purpose, True, True, True, fields)


def _request(type_: str, name: str, purpose: str, *fields: FieldUse | GroupUse) -> Message:
    return Message(type_, name, purpose, True, False, False, fields)


def _answer(type_: str, name: str, purpose: str, *fields: FieldUse | GroupUse) -> Message:
    return Message(type_, name, purpose, False, True, False, fields)


def _only_in_44(message: Message) -> Message:
    return message._replace(versions=ONLY_FIX44)


_SIDES = tuple(side.value for side in Side)
_ORDER_TYPES = tuple(order_type.value for order_type in OrderType)
_TIMES_IN_FORCE = tuple(time.value for time in TimeInForce)

_PARTIES = GroupUse(
    "NoPartyIDs",
    Presence.NO_EFFECT,
    "",
    (
        _required("PartyID"),
        _optional("PartyIDSource"),
        _optional("PartyRole"),
        GroupUse("NoPartySubIDs", Presence.OPTIONAL, "", (_required("PartySubID"), _optional("PartySubIDType"))),
    ),
)
_CLIENT_ORDER_ID = _required("ClOrdID", "new for every request, see ClOrdID")
_ORIGINAL = _conditional("OrigClOrdID", "the order's last accepted ClOrdID; this or OrderID")
_ORDER_ID = _conditional("OrderID", "the venue's id; this or OrigClOrdID; both must name the same order")
_SYMBOL = _required("Symbol", "an instrument of the venue")
_SIDE = _required("Side", only=_SIDES)
_TRANSACT_TIME = _required("TransactTime", "when the client made the request, UTC")
_TEXT = _optional("Text", "for people")

_PRICE = _conditional("Price", "limit and stop limit orders need it, others take none; a whole number of ticks")
_EXEC_INST = "several are separated by spaces; reinstate is what happens without any"
_TERMS = (
    _conditional("StopPx", "stop orders need it; a whole number of ticks"),
    _conditional("ExpireTime", "a GTD order needs it or ExpireDate; UTC"),
    _conditional("ExpireDate", "the last UTC day of a GTD order, which expires when it is over"),
    FieldUse("ExecInst", Presence.OPTIONAL, _EXEC_INST, ("6", "H", "J", "K"), ONLY_FIX44),
    FieldUse("ExecInst", Presence.OPTIONAL, "", ("6",), ONLY_FIX42),
    _optional("MaxFloor", "iceberg: so much is shown at once; a whole number of lots"),
    _optional("DisplayQty", "the same as MaxFloor; taken in every version"),
    _optional("MinQty", "so much trades at once, or nothing does; a whole number of lots"),
    _optional("CashOrderQty", "of a market order to buy, in the place of OrderQty: what it may cost, in quote"),
    _optional("SelfTradePreventionGroup", "custom: orders of one group of a firm do not trade with each other"),
    _optional(
        "SelfTradePreventionMode",
        "custom: 1 cancel aggressing, 2 cancel resting, 3 cancel both, 4 decrement; not FIX 5.0's field of this number",
    ),
)
_NO_EFFECT_ON_ORDERS: tuple[FieldUse | GroupUse, ...] = (
    FieldUse("HandlInst", Presence.REQUIRED, "1, 2 or 3, without a difference", versions=ONLY_FIX42),
    FieldUse("HandlInst", Presence.NO_EFFECT, versions=ONLY_FIX44),
    *_no_effect("Text", "SecondaryClOrdID", "ClOrdLinkID", "AcctIDSource", "AccountType"),
    *_no_effect("OrderCapacity", "CustOrderCapacity", "SolicitedFlag", "ComplianceID", "TradeOriginationDate"),
    *_no_effect("ClientID", "ExecBroker", "ClearingFirm", "ClearingAccount", "CustomerOrFirm", "Rule80A"),
    _PARTIES,
)
_REFUSED_ON_ORDERS = (
    *_refused("EffectiveTime", "MaxShow"),
    *_refused("PegOffsetValue", "DiscretionInst", "DiscretionOffsetValue", "PriceType", "Price2", "QtyType"),
    *_refused("PegDifference", "DiscretionOffset"),
    *_refused("Currency", "SettlCurrency", "SettlType", "SettlDate", "SecurityType", "SecurityID", "SecurityIDSource"),
    *_refused("SettlmntTyp", "FutSettDate", "IDSource", "OpenClose"),
    *_refused("SecurityExchange", "ExDestination", "LocateReqd", "OrderRestrictions", "CancellationRights"),
    *_refused("PositionEffect", "CoveredOrUncovered"),
)

_LOGON = _session(
    "A",
    "Logon",
    "opens a session; the first message on a connection",
    _required("EncryptMethod", "0 only", only=("0",)),
    _required("HeartBtInt", "seconds"),
    _optional("RawDataLength"),
    _optional("RawData"),
    _optional("ResetSeqNumFlag", "Y: both sides start again from 1"),
    _optional("NextExpectedMsgSeqNum", "the MsgSeqNum that the sender expects next"),
    *_no_effect("MaxMessageSize", "TestMessageIndicator"),
    _optional("Username"),
    _optional("Password"),
    GroupUse("NoMsgTypes", Presence.NO_EFFECT, "", (_required("RefMsgType"), _optional("MsgDirection"))),
)

_SESSION_MESSAGES = (
    _LOGON,
    _session("0", "Heartbeat", "keeps a quiet session alive", _conditional("TestReqID", "answers a TestRequest")),
    _session("1", "TestRequest", "asks for a Heartbeat", _required("TestReqID")),
    _session(
        "2",
        "ResendRequest",
        "asks for messages again",
        _required("BeginSeqNo"),
        _required("EndSeqNo", "0: all that follow"),
    ),
    _session(
        "3",
        "Reject",
        "a message broke the rules of the session or of this page",
        _required("RefSeqNum"),
        _optional("RefTagID"),
        _optional("RefMsgType"),
        _optional("SessionRejectReason"),
        _TEXT,
    ),
    _session("4", "SequenceReset", "fills a gap, or resets", _optional("GapFillFlag"), _required("NewSeqNo")),
    _session("5", "Logout", "closes a session", _optional("Text", "why")),
)

_REQUESTS = (
    _request(
        "D",
        "NewOrderSingle",
        "places an order",
        _CLIENT_ORDER_ID,
        _optional("Account", "an account of your firm; may be left out where it has only one"),
        _SYMBOL,
        _SIDE,
        _TRANSACT_TIME,
        _conditional("OrderQty", "in the base asset, a whole number of lots; this or CashOrderQty"),
        _required("OrdType", only=_ORDER_TYPES),
        _PRICE,
        _optional("TimeInForce", "without it: DAY", only=_TIMES_IN_FORCE),
        *_TERMS,
        *_NO_EFFECT_ON_ORDERS,
        *_REFUSED_ON_ORDERS,
    ),
    _request(
        "F",
        "OrderCancelRequest",
        "cancels what is left of an order",
        _ORIGINAL,
        _ORDER_ID,
        _CLIENT_ORDER_ID,
        _SYMBOL,
        _SIDE,
        _TRANSACT_TIME,
        *_no_effect("OrderQty", "Account", "Text", "SecondaryClOrdID", "ClOrdLinkID", "AcctIDSource", "AccountType"),
        *_no_effect("ComplianceID", "ClientID", "ExecBroker"),
        _PARTIES,
    ),
    _request(
        "G",
        "OrderCancelReplaceRequest",
        "changes an order's price, quantity, stop price, expiry or shown quantity",
        _ORIGINAL,
        _ORDER_ID,
        _CLIENT_ORDER_ID,
        _optional("Account", "as the order has it"),
        _SYMBOL,
        _SIDE,
        _TRANSACT_TIME,
        _required("OrderQty", "the total intended, with what is executed; a whole number of lots"),
        _required("OrdType", "as the order has it", only=_ORDER_TYPES),
        _PRICE,
        _optional("TimeInForce", "as the order has it", only=_TIMES_IN_FORCE),
        *_TERMS,
        *_NO_EFFECT_ON_ORDERS,
        *_REFUSED_ON_ORDERS,
    ),
    _request(
        "H",
        "OrderStatusRequest",
        "asks how an order stands",
        _conditional("ClOrdID", "the order's ClOrdID; this or OrderID"),
        _conditional("OrderID", "the venue's id; this or ClOrdID"),
        _optional("OrdStatusReqID", "comes back in the answer"),
        _SYMBOL,
        _SIDE,
        *_no_effect("Account", "AcctIDSource", "SecondaryClOrdID", "ClOrdLinkID", "ClientID", "ExecBroker"),
        _PARTIES,
    ),
    _only_in_44(
        _request(
            "q",
            "OrderMassCancelRequest",
            "cancels all open orders that match it",
            _CLIENT_ORDER_ID,
            _required("MassCancelRequestType", only=tuple(scope.value for scope in MassCancelScope)),
            _conditional("Symbol", "of the instrument with MassCancelRequestType=1; a filter with 7"),
            _optional("Side", "a filter", only=_SIDES),
            _optional("Account", "a filter; beyond FIX 4.4"),
            _TRANSACT_TIME,
            _PARTIES._replace(
                presence=Presence.OPTIONAL,
                note="one party, your own firm (PartyRole=1, executing firm): the orders of all its sessions, not of "
                "yours alone; beyond FIX 4.4",
            ),
            *_no_effect("Text", "SecondaryClOrdID"),
            *_refused("SecurityID", "SecurityIDSource", "SecurityType", "SecurityExchange"),
        )
    ),
    _only_in_44(
        _request(
            "AF",
            "OrderMassStatusRequest",
            "asks how all open orders of the session that match it stand",
            _required("MassStatusReqID", f"comes back in the answers; at most {MAX_NAME_LENGTH} characters"),
            _required("MassStatusReqType", only=("1", "7")),
            _conditional("Symbol", "of the instrument with MassStatusReqType=1; a filter with 7"),
            _optional("Side", "a filter", only=_SIDES),
            _optional("Account", "a filter"),
            *_no_effect("AcctIDSource"),
            _PARTIES,
            *_refused("SecurityID", "SecurityIDSource", "SecurityType", "SecurityExchange"),
        )
    ),
)

_ANSWERS = (
    _answer(
        "8",
        "ExecutionReport",
        "what happened to an order; also what drop copy gets",
        _required("OrderID", "constant through replaces; NONE where there is no order"),
        _required("ExecID", "never used twice"),
        _required("ExecTransType"),
        _required("ExecType"),
        _required("OrdStatus"),
        _optional("ClOrdID"),
        _optional("OrigClOrdID", "in answers to F and G: the last accepted ClOrdID before"),
        _optional("OrdStatusReqID", "of the status request that it answers"),
        _conditional("MassStatusReqID", "of the mass status request that it answers"),
        _conditional("TotNumReports", "with MassStatusReqID: how many orders match"),
        _conditional("LastRptRequested", "with MassStatusReqID: Y on the last one"),
        _optional("Account"),
        _required("Symbol"),
        _required("Side"),
        _optional("OrdType"),
        _optional("TimeInForce"),
        _optional("Price"),
        _optional("OrderQty", "of an order for cash, what it buys"),
        _optional("StopPx"),
        _optional("ExpireTime"),
        _optional("ExpireDate", "of a refused order, as it was sent"),
        _optional("ExecInst"),
        _optional("MaxFloor"),
        FieldUse("DisplayQty", Presence.OPTIONAL, "what the book shows now", versions=ONLY_FIX44),
        _optional("MinQty"),
        _optional("CashOrderQty"),
        FieldUse("SelfTradePreventionGroup", Presence.OPTIONAL, versions=ONLY_FIX44),
        FieldUse("SelfTradePreventionMode", Presence.OPTIONAL, versions=ONLY_FIX44),
        _conditional("LastQty", "on trades"),
        _conditional("LastShares", "on trades"),
        _conditional("LastPx", "on trades"),
        _conditional("LastLiquidityInd", "on trades, but not of an auction"),
        _conditional("GrossTradeAmt", "on trades: 32 x 31, exactly"),
        _conditional("Commission", "on trades with a fee; below zero: a rebate"),
        _conditional("CommType", "with Commission: 3, absolute"),
        _conditional("CommCurrency", "with Commission: the quote asset"),
        _conditional("TrdMatchID", "on trades: the same for both sides"),
        _required("LeavesQty"),
        _required("CumQty"),
        _required("AvgPx"),
        _conditional("DayOrderQty", "of an order that traded on an earlier day: OrderQty without what it traded then"),
        _conditional("DayCumQty", "with DayOrderQty: CumQty of this day"),
        _conditional("DayAvgPx", "with DayOrderQty: AvgPx of this day"),
        _conditional("OrdRejReason", "on rejects"),
        _conditional("ExecRestatementReason", "on restatements, and on cancels that answer no F"),
        _conditional("ExecRefID", "the ExecID that it corrects"),
        FieldUse("TransactTime", Presence.OPTIONAL, "the venue's clock, UTC, microseconds", versions=ONLY_FIX44),
        FieldUse("TransactTime", Presence.OPTIONAL, "the venue's clock, UTC, milliseconds", versions=ONLY_FIX42),
        _conditional("WorkingIndicator", "of an open stop order: N while it waits, then Y"),
        _optional("SecondaryOrderID"),
        _PARTIES._replace(presence=Presence.OPTIONAL, note="who is on it"),
        _TEXT,
    ),
    _answer(
        "9",
        "OrderCancelReject",
        "a cancel or replace request was refused; the order is as before",
        _required("OrderID", "NONE where the order is unknown"),
        _required("ClOrdID", "of the request"),
        _required("OrigClOrdID", "the order's last accepted ClOrdID"),
        _required("OrdStatus"),
        _required("CxlRejResponseTo"),
        _optional("CxlRejReason"),
        _optional("Account"),
        _optional("TransactTime"),
        _TEXT,
    ),
    _only_in_44(
        _answer(
            "r",
            "OrderMassCancelReport",
            "a mass cancel request was served, after the last of its ExecutionReports, or refused",
            _required("ClOrdID", "of the request"),
            _required("OrderID", "given by the venue"),
            _required("MassCancelRequestType", "of the request"),
            _required("MassCancelResponse", "0: refused; else as MassCancelRequestType"),
            _conditional("MassCancelRejectReason", "where it was refused"),
            _conditional("TotalAffectedOrders", "how many orders were cancelled"),
            GroupUse(
                "NoAffectedOrders",
                Presence.CONDITIONAL,
                f"the orders, where they are at most {MAX_AFFECTED_ORDERS} and one record of the venue's holds them",
                (_required("OrigClOrdID", "the order's last accepted ClOrdID"), _required("AffectedOrderID")),
            ),
            _conditional("Symbol", "of the request"),
            _conditional("Side", "of the request"),
            _optional("TransactTime"),
            _TEXT,
        )
    ),
    _answer(
        "j",
        "BusinessMessageReject",
        "a well-formed message that the venue cannot serve",
        _optional("RefSeqNum"),
        _required("RefMsgType"),
        _optional("BusinessRejectRefID", "the ClOrdID of the request"),
        _required("BusinessRejectReason"),
        _TEXT,
    ),
)

HEADER: tuple[FieldUse | GroupUse, ...] = (
    *(_required(name) for name in ("BeginString", "BodyLength", "MsgType", "SenderCompID", "TargetCompID")),
    *(_optional(name) for name in ("OnBehalfOfCompID", "DeliverToCompID", "SecureDataLen", "SecureData")),
    _required("MsgSeqNum"),
    *(_optional(name) for name in ("SenderSubID", "SenderLocationID", "TargetSubID", "TargetLocationID")),
    *(_optional(name) for name in ("OnBehalfOfSubID", "OnBehalfOfLocationID", "DeliverToSubID")),
    *(_optional(name) for name in ("DeliverToLocationID", "PossDupFlag", "PossResend")),
    _required("SendingTime"),
    *(_optional(name) for name in ("OrigSendingTime", "XmlDataLen", "XmlData", "MessageEncoding")),
    *(_optional(name) for name in ("LastMsgSeqNumProcessed", "OnBehalfOfSendingTime")),
    GroupUse(
        "NoHops",
        Presence.OPTIONAL,
        "",
        (_required("HopCompID"), _optional("HopSendingTime"), _optional("HopRefID")),
    ),
)
TRAILER: tuple[FieldUse | GroupUse, ...] = (
    _optional("SignatureLength"),
    _optional("Signature"),
    _required("CheckSum"),
)
MESSAGES = (*_SESSION_MESSAGES, *_REQUESTS, *_ANSWERS)

# Application messages that the venue knows by name and answers with BusinessMessageReject, 380=3.
NOT_SUPPORTED: dict[Version, tuple[str, ...]] = {
    Version.FIX42: tuple("67BCEJKLMNPQRSTVWXYZabcdefghiklm"),
    Version.FIX44: (
        *"67BCEJKLMNPQRSTVWXYZabcdefghiklmnopstuvwxyz",
        *(f"A{letter}" for letter in "ABCDEGHIJKLMNOPQRSTUVWXYZ"),
        *(f"B{letter}" for letter in "ABCDEFGH"),
    ),
}
