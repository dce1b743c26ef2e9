"""Writes the Rules of Engagement, the page that a broker's engineers connect by, from the dialect and the domain.

Each version of FIX has a page of its own, complete in itself: a broker speaks one. {words} in the text are the
version's, from _WORDS.
"""

from collections.abc import Iterable

from venue.domain import limits
from venue.domain.enums import CancelReason, OrderStatus, RestatementReason
from venue.domain.reject_reason import RejectReason
from venue.fix.dialect import FIX42, FIX44, Dialect
from venue.fix.dialect_fields import Field
from venue.fix.dialect_messages import FieldUse, GroupUse, Message, Presence
from venue.fix.reports import CANCEL_CODES, OTHER_CANCEL
from venue.fix.rules_of_money import MONEY
from venue.fix.rules_of_orders import MASS_REQUESTS, ORDERS
from venue.fix.translation import OTHER_CODES

_FIRST_OPERATOR_CODE = 100
_LOGON_SECONDS = limits.LOGON_TIMEOUT_MS // 1000
_CELLS_SEPARATOR = " | "
_PRESENCES = {
    Presence.REQUIRED: "yes",
    Presence.CONDITIONAL: "sometimes",
    Presence.OPTIONAL: "no",
    Presence.NO_EFFECT: "no; accepted, no effect",
}

_CONNECTING = f"""\
# Rules of Engagement, FIX {{version}}

Written by `scripts/write_dialect` from the venue's own tables. `VENUE{{number}}.xml` beside this page is the same for
QuickFIX.

## Sessions

- FIX.{{version}} over TCP. Order entry and drop copy are separate addresses. Drop copy is read-only. Other versions are
  spoken at the same addresses: each SenderCompID has one.
- TargetCompID is `VENUE`. Your SenderCompID is given to you by the venue; it belongs to one firm. One connection
  per SenderCompID: while one is logged on, a second one is dropped.
- Sessions run round the clock. Sequence numbers go on from day to day until a Logon with ResetSeqNumFlag(141)=Y.

## Logon

- The first message is a Logon, whole, within {_LOGON_SECONDS} seconds and {limits.MAX_LOGON_BYTES} bytes.
  Anything else is dropped.
- An unknown CompID is dropped in silence and uses no sequence number. A Logon of a known CompID that cannot be
  accepted is answered with Logout and Text(58), MsgSeqNum(34)=1, and changes no sequence number;
  one whose own MsgSeqNum is too low, with the session's next number. One in another version of FIX that the venue
  speaks is answered so too; one in any other is dropped in silence.
- SendingTime(52) is at most {limits.MAX_LOGON_LATENCY_SECONDS} seconds away from the venue's clock.
- HeartBtInt(108) is {limits.MIN_HEARTBEAT_SECONDS} to {limits.MAX_HEARTBEAT_SECONDS} seconds. EncryptMethod(98)
  is 0.
- ResetSeqNumFlag(141)=Y starts both sides again from 1; the Logon then has MsgSeqNum(34)=1. {{next_expected}}

## Recovery

- MsgSeqNum too high: the venue sends a ResendRequest. Too low without PossDupFlag(43)=Y: Logout with Text, and
  the line is cut.
- Reports made while you are away are kept, and sent when you return or ask with ResendRequest: application
  messages with PossDupFlag(43)=Y and OrigSendingTime(122), session messages as gap fill.
- PossResend(97)=Y on a request that the venue has seen: it changes nothing, and you get the order's state
  ({{status}}). On one that it has not seen: it is served as new.
- After a reset, reports that you may not have had come again with PossResend(97)=Y, before newer ones: those that you
  did not yet confirm by a Heartbeat or a Logout of yours, at most {limits.MAX_UNCONFIRMED_REPORTS:,}.
- A ResendRequest for more than {limits.MAX_RESENT_MESSAGES_PER_MINUTE:,} messages in a minute is answered with
  Reject (3), unless it is the only one: ask for what you miss, once.
- A report leaves only after what it reports is on disk. A restart of the venue loses none.

## What is checked, in order

1. Garbled messages (BeginString, BodyLength, MsgType not first, CheckSum) are ignored, as FIX says.
2. Structure, by this page: Reject (3) with RefTagID(371), RefMsgType(372) and SessionRejectReason(373): undefined
   tag 0, required tag missing 1, tag not defined for this message 2, empty tag 4, value not in the list 5, wrong
   {{reject_reasons}} Values are ASCII; others are answered with 6,
   as is a field without =, and a data field with SOH in it. A tag that is not a number: 0, without RefTagID.
   The order of fields in the body is free. What comes ahead of its turn and breaks these rules is rejected when it
   comes, and again when it is sent again.
3. A FIX {{version}} message that the venue does not serve: BusinessMessageReject (j), BusinessRejectReason(380)=3. A
   field that is missing in this case: 380=5. The venue cannot take orders at this moment: 380=4; send again
   later.
4. The order itself: ExecutionReport (8) with ExecType=8, or OrderCancelReject (9). Of several reasons, the first
   one in the table of reasons is told; but what is wrong with the values of the message comes before what is wrong
   with the account, kill switches and the phase of the instrument.

A message body may be {limits.MAX_BODY_BYTES} bytes long; a longer one is answered with Reject (3) and keeps its number.

The venue reads on while fewer than {limits.MAX_UNDER_WAY} of your messages are under way, and lets TCP hold back the
rest: send as fast as you like, and read meanwhile.

When the venue closes, you get a Logout with Text "the venue is closing"; answer it, and the line is cut.
"""

_IDENTIFIERS = f"""\
## Identifiers

- **ClOrdID(11)**: 1 to {limits.MAX_CLIENT_ORDER_ID_LENGTH} printable ASCII characters, no space at either end,
  never used twice by the same session, in requests of any kind, on any day. A duplicate is refused and does not
  change the first order.
- **OrigClOrdID(41)**: the last *accepted* ClOrdID of the order. A refused request does not enter the chain. F and
  G need OrigClOrdID(41) or OrderID(37); where both come, both are checked. With neither: j, 380=5.
- **OrderID(37)**: given by the venue, constant through replaces and restarts. `NONE` where there is no order.
- **ExecID(17)**: given by the venue, never used twice, the same when a report is sent again. OrderID and ExecID
  come from the venue's journal.
{{match_id}}
"""

_STATES = """\
## Order states
"""

_CLOSING = f"""\
## Drop copy

Every ExecutionReport that the firms on your list get, with the same ExecID, OrderID and content, in the order in
which things happened. Reports made while you are away are sent on your return. Requests are answered with
BusinessMessageReject. Each session gets its reports in its own version of FIX, whatever the order's session speaks.

## Status

OrderStatusRequest (H) is answered by one ExecutionReport with {{status}}. A closed order stays known until
{limits.MAX_CLOSED_ORDERS:,} later ones have closed. An unknown one: OrdStatus=8, OrdRejReason=5.

An order is found by its OrderID(37), its last accepted ClOrdID(11), and the ClOrdIDs of the last
{limits.MAX_REQUEST_IDS_PER_ORDER} requests for it before that. Asked by one of those, the answer has the last
accepted one in 11, and the one that was asked for in OrigClOrdID(41).

"""

_FIX42 = """\
## What is particular to FIX 4.2

- ExecTransType(20) is on every ExecutionReport: 0 where something happened; 3, status, in the answer to an
  OrderStatusRequest and to a request that was seen before.
- ExecType(150): an execution is 1, partial fill, or 2, fill, with LastShares(32) and LastPx(31). With
  ExecTransType=3 it is the OrdStatus(39).
- OrdStatus(39) in the answer to a replace is 5, replaced, where nothing is executed yet; later reports have 0, new.
- HandlInst(21) is required on D and G. Its value makes no difference.
- A reason that FIX 4.2 has no code for is told in Text(58), with the code for broker option: OrdRejReason(103)=0,
  CxlRejReason(102)=2; BusinessRejectReason(380)=0, other.
- Timestamps that the venue writes have milliseconds.
- ExecInst(18) has no code for cancel on trading halt. There are no mass cancel and no mass status requests.
- Fields of later versions are not sent. Of them, Username(553), Password(554), DisplayQty(1138) and the custom
  SelfTradePreventionGroup(7928) and SelfTradePreventionMode(2362) are taken.
"""

_WORDS = {
    FIX44.begin_string: {
        "next_expected": "NextExpectedMsgSeqNum(789)\n  may be sent.",
        "status": "ExecType=I",
        "reject_reasons": "format 6, unknown MsgType 11, repeated tag 13, header and body mixed 14, group members "
        "out of order 15, wrong\n   count of a repeating group 16.",
        "match_id": "- **TrdMatchID(880)**: the same on both sides' reports of one match.",
        "particular": "",
        "triggered": "you are told (ExecType=L, of later versions of FIX), and\n  WorkingIndicator(636) is Y, not N",
        "displayed": ", and DisplayQty: what is shown now",
        "fee_currency": ", CommCurrency(479)=the quote asset",
        "halt_instructions": "- **Halts**: ExecInst(18)=K, cancel on trading halt: when the instrument is halted, the "
        "order is cancelled\n  (ExecRestatementReason(378)=6). H and J, reinstate, are accepted: without K an order "
        "stays, and goes on after the halt.\n  Several instructions are separated by spaces; J with K, and all others, "
        "are refused.",
        "auction_liquidity": ".\n  Its reports have no LastLiquidityInd(851)",
    },
    FIX42.begin_string: {
        "next_expected": "",
        "status": "ExecTransType(20)=3",
        "reject_reasons": "format 6, unknown MsgType 11. Without a reason, which FIX 4.2 does not have for it: "
        "repeated tag, header and\n   body mixed, wrong count of a repeating group.",
        "match_id": "",
        "particular": _FIX42,
        "triggered": "you are told (ExecType=D, ExecRestatementReason(378)=4)",
        "displayed": "",
        "fee_currency": "",
        "halt_instructions": "",
        "auction_liquidity": "",
    },
}

_SELF_TRADE_TEXT = {CancelReason.SELF_TRADE: "self-trade with order N prevented"}
_STATUS_MEANINGS = {
    OrderStatus.NEW: "in the book, or a stop that waits; nothing executed",
    OrderStatus.PARTIALLY_FILLED: "in the book, partly executed",
    OrderStatus.FILLED: "executed in full",
    OrderStatus.DONE_FOR_DAY: "closed: a DAY order whose day is over; LeavesQty is 0, CumQty stays",
    OrderStatus.CANCELED: "closed; LeavesQty is 0, CumQty stays",
    OrderStatus.REJECTED: "never was an order",
    OrderStatus.EXPIRED: "closed: a GTD order whose time has come; LeavesQty is 0, CumQty stays",
}


def rules_of_engagement(dialect: Dialect) -> str:
    """Markdown."""
    fields = dialect.by_name()
    words = _WORDS[dialect.begin_string] | {
        "version": dialect.begin_string.removeprefix("FIX."),
        "number": dialect.number,
    }
    parts = [
        _filled(_CONNECTING, words),
        *([words["particular"]] if words["particular"] else []),
        _filled(_IDENTIFIERS, words),
        _filled(ORDERS, words),
        _filled(MONEY, words),
        _STATES,
        *_order_states(fields),
        _filled(_CLOSING, words).rstrip() + "\n",
        *([MASS_REQUESTS] if "MassCancelRequestType" in fields else []),
        *_reasons(fields),
        "## Not supported\n",
        *_refusals(dialect, fields),
        "## Header and trailer\n",
        _uses_table([*dialect.header, *dialect.trailer], fields),
        "## Messages\n",
    ]
    for message in dialect.messages:
        parts += _message(message, fields)
    parts += ["## Values\n", *_values(dialect)]
    return "\n".join(parts)


def _filled(text: str, words: dict[str, str]) -> str:
    """Without the spaces and lines that an empty word leaves."""
    lines = [line.format_map(words).rstrip() for line in text.splitlines() if line.format_map(words) or not line]
    return "\n".join(lines) + "\n"


def _order_states(fields: dict[str, Field]) -> list[str]:
    rows = [(f"{status.value}", _words(status.name), meaning) for status, meaning in _STATUS_MEANINGS.items()]
    why = fields["ExecRestatementReason"]
    reasons = [
        (_SELF_TRADE_TEXT.get(reason, reason.value), _coded(int(CANCEL_CODES.get(reason, OTHER_CANCEL)), why))
        for reason in CancelReason
        if reason is not CancelReason.REQUESTED
    ]
    restatements = [(_words(reason.name), _coded(int(reason.value), why)) for reason in RestatementReason]
    return [
        _table(("OrdStatus(39)", "name", "meaning"), rows),
        "An order is also cancelled without a request for it. The report has its own ClOrdID and no OrigClOrdID:\n",
        _table(("Text(58)", "ExecRestatementReason(378)"), reasons),
        "Or it is changed, with ExecType=D:\n",
        _table(("why", "ExecRestatementReason(378)"), restatements),
    ]


def _reasons(fields: dict[str, Field]) -> list[str]:
    ordrej, cxlrej = fields["OrdRejReason"], fields["CxlRejReason"]
    rows = [
        (reason.text, _coded(reason.ordrej, ordrej), _coded(reason.cxlrej, cxlrej))
        for reason in RejectReason
        if reason.value < _FIRST_OPERATOR_CODE
    ]
    return [
        "## Reasons of refusal\n\nIn order of precedence. Text(58) says the same in words, often with more detail.\n",
        _table(("reason", "on orders: OrdRejReason(103)", "on F and G: CxlRejReason(102)"), rows),
    ]


def _refusals(dialect: Dialect, fields: dict[str, Field]) -> list[str]:
    """Fields and values that are valid FIX and refused, alike on D and G."""
    order = next(message for message in dialect.messages if message.type == "D")
    names = [_named(fields[use.name]) for use in order.fields if use.presence is Presence.REFUSED]
    values = [
        f"{_named(field)} {code} ({_words(label)})"
        for use in order.fields
        if isinstance(use, FieldUse) and use.only
        for field in [fields[use.name]]
        for code, label in field.values.items()
        if code not in use.only
    ]
    code = _code_in(fields["OrdRejReason"], RejectReason.UNSUPPORTED_CHARACTERISTIC.ordrej)
    return [
        f"Valid FIX, and not offered: an order is refused with OrdRejReason(103)={code} and a Text that names the "
        "field, a\nreplace with OrderCancelReject. They are never ignored.\n",
        f"- Fields: {', '.join(names)}.",
        f"- Values: {', '.join(values)}.\n",
    ]


def _message(message: Message, fields: dict[str, Field]) -> list[str]:
    if message.inbound and message.outbound:
        direction = "both ways"
    else:
        direction = "to the venue" if message.inbound else "from the venue"
    uses = [use for use in message.fields if use.presence is not Presence.REFUSED]
    return [
        f"### {message.name} ({message.type}), {direction}\n",
        f"{message.purpose[0].upper()}{message.purpose[1:]}.\n",
        _uses_table(uses, fields),
    ]


def _uses_table(uses: Iterable[FieldUse | GroupUse], fields: dict[str, Field]) -> str:
    rows = [_row(use, fields, depth) for use, depth in _with_depth(uses, 0)]
    return _table(("tag", "field", "type", "required", "note"), rows)


def _with_depth(uses: Iterable[FieldUse | GroupUse], depth: int) -> Iterable[tuple[FieldUse | GroupUse, int]]:
    for use in uses:
        yield use, depth
        if isinstance(use, GroupUse):
            yield from _with_depth(use.members, depth + 1)


def _row(use: FieldUse | GroupUse, fields: dict[str, Field], depth: int) -> tuple[str, ...]:
    field = fields[use.name]
    notes = [use.note] if use.note else []
    if isinstance(use, GroupUse):
        notes.append("repeating group")
    elif use.only:
        notes.append(", ".join(f"{code} {_words(field.values[code])}" for code in use.only))
    return (str(field.tag), "→ " * depth + field.name, field.type, _PRESENCES[use.presence], "; ".join(notes))


def _values(dialect: Dialect) -> list[str]:
    """The values of the fields that messages from the venue carry."""
    named: dict[str, None] = {}
    for message in dialect.messages:
        if message.outbound:
            named |= dict.fromkeys(use.name for use in message.fields if isinstance(use, FieldUse))
    fields = dialect.by_name()
    rows = [(str(fields[name].tag), name, _listed(fields[name])) for name in named if fields[name].values]
    return [_table(("tag", "field", "values"), sorted(rows, key=lambda row: int(row[0])))]


def _coded(code: int, field: Field) -> str:
    told = _code_in(field, code)
    return f"{told} {_words(field.values[told])}"


def _code_in(field: Field, code: int) -> str:
    """The code, or what stands for it in a version that does not have it."""
    told = str(code) if str(code) in field.values else OTHER_CODES[field.name]
    assert told is not None
    return told


def _listed(field: Field) -> str:
    return ", ".join(f"{code} {_words(label)}" for code, label in field.values.items())


def _named(field: Field) -> str:
    return f"{field.name}({field.tag})"


def _words(label: str) -> str:
    return label.lower().replace("_", " ")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {_CELLS_SEPARATOR.join(cells)} |\n" for cells in lines)
