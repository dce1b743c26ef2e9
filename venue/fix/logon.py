"""A Logon, looked at before the acceptor behind the front door sees it.

QuickFIX resets a session's numbers on 141=Y before it looks at anything else, and leaves many a bad Logon without
an answer; so a Logon goes on only when nothing is wrong with it but, perhaps, its place in the sequence.
"""

import calendar
import re
import time
from collections.abc import Container

from venue.domain import limits
from venue.fix import wire
from venue.fix.dialect import DIALECTS, Dialect, MessageSpec, group_violation

_FORMATS = {
    "SEQNUM": re.compile(r"0*[1-9]\d{0,17}"),
    "INT": re.compile(r"-?\d{1,9}"),
    "LENGTH": re.compile(r"\d{1,9}"),
    "NUMINGROUP": re.compile(r"\d{1,9}"),
    "BOOLEAN": re.compile(r"[YN]"),
    "CHAR": re.compile(r"[!-~]"),
    "UTCTIMESTAMP": re.compile(r"\d{8}-\d\d:\d\d:\d\d(\.\d{1,9})?"),
}
_HOPS = frozenset({"628", "629", "630"})


def is_from(message: bytes, fields: dict[int, str], comp_id: str, parties: Container[str]) -> bool:
    """Whether a well framed message is a Logon to comp_id from one of the parties, whole, and in a version of FIX that
    the venue speaks, if not with this party."""
    return (
        message[message.index(b"\x019=") + 3 :].split(b"\x01", 2)[1] == b"35=A"
        and fields.get(10) == f"{wire.checksum(message[:-7]):03d}"
        and fields.get(49) in parties
        and fields.get(56) == comp_id
        and fields.get(8) in DIALECTS
    )


def fault_of(message: bytes, begin_string: str, following: int, now: float) -> str:
    """What is wrong with a known party's Logon, as its Logout will say; "" when nothing is. begin_string: the party's
    own; following: the number of the venue's next message to it; now: seconds since 1970."""
    dialect = DIALECTS[begin_string]
    logon = dialect.in_messages["A"]
    pairs = _pairs(message, dialect)
    if pairs is None:
        return "the message is not made of tag=value fields"
    fields = dict(pairs)
    if fields["8"] != begin_string:
        return f"BeginString(8) must be {begin_string} on this session"
    for fault in (_fault_of_fields(pairs, dialect, logon), _fault_of_order(pairs, dialect)):
        if fault:
            return fault
    missing = next((tag for tag in ("34", "52", *logon.required) if tag not in fields), None)
    if missing is not None:
        return f"{dialect.field_names[missing]}({missing}) is required"
    violation = group_violation(logon, pairs)
    if violation is not None:
        return f"{_name(violation[1], dialect)} is wrong in its group"
    return _fault_of_numbers(fields, following) or _fault_of_terms(fields, now)


def _fault_of_fields(pairs: list[tuple[str, str]], dialect: Dialect, logon: MessageSpec) -> str:
    allowed = dialect.header_tags | dialect.trailer_tags | logon.tags
    repeatable = _HOPS.union(*(group.members for group in logon.groups.values()))
    seen = set()
    for tag, value in pairs:
        name = _name(tag, dialect)
        field = dialect.by_tag.get(tag)
        if field is None or tag not in allowed:
            return f"{name} is not defined for this message"
        if tag in seen and tag not in repeatable:
            return f"{name} appears more than once"
        seen.add(tag)
        if not value:
            return f"{name} has no value"
        expected = _FORMATS.get(field.type)
        if tag != "108" and expected is not None and not expected.fullmatch(value):
            return f"{name} has an incorrect format"
        if field.values and value not in field.values:
            return f"{name} has an incorrect value"
    return ""


def _fault_of_order(pairs: list[tuple[str, str]], dialect: Dialect) -> str:
    """Header, body, trailer, in this order."""
    outside = dialect.header_tags | dialect.trailer_tags
    body = [index for index, (tag, _) in enumerate(pairs) if tag not in outside]
    for index, (tag, _) in enumerate(pairs):
        if body and tag in dialect.header_tags and index > body[0]:
            return f"{_name(tag, dialect)} stands out of order"
        if body and tag in dialect.trailer_tags and index < body[-1]:
            return f"{_name(tag, dialect)} stands out of order"
    return ""


def _fault_of_numbers(fields: dict[str, str], following: int) -> str:
    if fields.get("141") == "Y":
        if int(fields["34"]) != 1:
            return "MsgSeqNum(34) must be 1 with ResetSeqNumFlag(141)=Y"
        following = 1
    expected = int(fields.get("789", "1"))
    if expected > following:
        return f"NextExpectedMsgSeqNum(789) too high, expecting {following} but received {expected}"
    return ""


def _fault_of_terms(fields: dict[str, str], now: float) -> str:
    heartbeat, lowest, highest = fields["108"], limits.MIN_HEARTBEAT_SECONDS, limits.MAX_HEARTBEAT_SECONDS
    if not (heartbeat.isascii() and heartbeat.isdigit() and lowest <= int(heartbeat[:9]) <= highest):
        return f"HeartBtInt(108) must be {lowest} to {highest} seconds"
    if fields["98"] != "0":
        return "EncryptMethod(98) must be 0 (none)"
    try:
        sent = calendar.timegm(time.strptime(fields["52"][:17], "%Y%m%d-%H:%M:%S"))
    except ValueError:
        return "SendingTime(52) has an incorrect format"
    if abs(now - sent) > limits.MAX_LOGON_LATENCY_SECONDS:
        return f"SendingTime(52) is more than {limits.MAX_LOGON_LATENCY_SECONDS} seconds off"
    return ""


def _pairs(message: bytes, dialect: Dialect) -> list[tuple[str, str]] | None:
    """(tag, value) in order; a data field is as long as the length field before it says. None: not of such fields."""
    pairs: list[tuple[str, str]] = []
    start = 0
    while start < len(message):
        equals = message.find(b"=", start)
        tag = message[start:equals].decode("ascii", "replace")
        if equals < 0 or not tag.lstrip("-").isdigit():
            return None
        end = message.find(b"\x01", equals)
        field = dialect.by_tag.get(tag)
        if field is not None and field.type == "DATA" and pairs and pairs[-1][1].isdigit() and len(pairs[-1][1]) < 6:
            end = equals + 1 + int(pairs[-1][1])
        if end < 0 or message[end : end + 1] != b"\x01":
            return None
        pairs.append((tag, message[equals + 1 : end].decode("ascii", "replace")))
        start = end + 1
    return pairs


def _name(tag: str, dialect: Dialect) -> str:
    field = dialect.by_tag.get(tag)
    return f"{field.name}({tag})" if field is not None else f"Tag {tag[:12]}"
