"""What QuickFIX cannot take, or takes without a look, found by the front door before it: the refusal of it is passed on
in its place.

QuickFIX drops in silence what it cannot cut into fields, and then asks for it again for ever; it believes any length
of a data field; it sorts the fields of a group before the gateway sees them; and it knows no calendar.
"""

import re
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

from venue.domain import limits
from venue.fix import wire
from venue.fix.dialect import (
    DIALECTS,
    GROUP_COUNT_WRONG,
    GROUP_OUT_OF_ORDER,
    VALUE_INCORRECT,
    Dialect,
    group_violation,
)
from venue.fix.dialect_messages import FieldUse, GroupUse
from venue.fix.resend_budget import ResendBudget

_INVALID_TAG_NUMBER = 0
_INCORRECT_DATA_FORMAT = 6
_TAG_APPEARS_MORE_THAN_ONCE = 13
_NUMBER = re.compile(r"[0-9]{1,18}")
_TAG = re.compile(rb"0|-?[1-9]\d{0,8}")
_TRANSACT_TIME = b"\x0160="
_DATE_BYTES = 8
_FRAME_TAGS = ("8", "9", "10")
# What stands before a data field, where it is not the tag before its own.
_LENGTH_TAGS = {"89": "93"}
_NO_TAG = "0"

Fault = tuple[int, str, str]
Pairs = list[tuple[str, str]]


def _data_tags() -> frozenset[str]:
    return frozenset(
        tag for dialect in DIALECTS.values() for tag, field in dialect.by_tag.items() if field.type == "DATA"
    )


def _group_tags() -> frozenset[str]:
    specs = [spec for dialect in DIALECTS.values() for spec in dialect.in_messages.values()]
    return frozenset(tag for spec in specs for tag in spec.groups)


def _nested_groups(uses: Sequence[FieldUse | GroupUse], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Count tag of each group in a group: its members' tags, the delimiter first."""
    found: dict[str, tuple[str, ...]] = {}
    for group in (use for use in uses if isinstance(use, GroupUse)):
        for inner in (use for use in group.members if isinstance(use, GroupUse)):
            found[names[inner.name]] = tuple(names[use.name] for use in inner.members)
    return found


_DATA = _data_tags()
_NESTED = {
    begin_string: _nested_groups(
        [use for message in dialect.messages if message.inbound for use in message.fields],
        {name: str(field.tag) for name, field in dialect.by_name().items()},
    )
    for begin_string, dialect in DIALECTS.items()
}
# Made of tag=value fields and without any that need a closer look. It takes a microsecond.
_PLAIN = re.compile(
    rb"8=[^\x01]++\x019=\d++\x01(?:(?!(?:%s)=)[1-9]\d{0,8}+=[^\x01]*+\x01)*+10=\d{3}\x01"
    % "|".join([*_FRAME_TAGS, *sorted(_DATA), *sorted(_group_tags())]).encode()
)


def screened(message: bytes) -> bytes:
    """The well framed message, or its refusal."""
    if _PLAIN.fullmatch(message):
        at = message.find(_TRANSACT_TIME) + len(_TRANSACT_TIME)
        if at < len(_TRANSACT_TIME) or _may_be_date(message[at : at + _DATE_BYTES]):
            return message
        fault: Fault | None = _no_such_day()
    else:
        fault = _fault_of(message)
    if fault is None or not _is_intact(message):
        return message
    return wire.refused(wire.fields_of(message), *fault)


def oversized(head: bytes) -> bytes:
    """The refusal of a message of which only the first bytes were read."""
    fields = wire.fields_of(head[: head.rfind(b"\x01") + 1])
    text = f"a body of {fields[9]} bytes is over {limits.MAX_BODY_BYTES}"
    return wire.refused(fields, VALUE_INCORRECT, "9", text)


def resend_request(message: bytes, following: int, budget: ResendBudget, now_ns: int) -> bytes:
    """A ResendRequest, or its refusal. QuickFIX would answer numbers never sent with a gap fill that carries them.

    following: the number of the next message to be sent to the session.
    """
    fields = wire.fields_of(message)
    texts = fields.get(7, ""), fields.get(16, "")
    if not all(_NUMBER.fullmatch(text) for text in texts) or not _is_intact(message):
        return message
    begin, end = map(int, texts)
    if not 0 < begin < following:
        fault = "BeginSeqNo(7) is not a number that was sent"
    elif 0 < end < begin:
        fault = "EndSeqNo(16) is before BeginSeqNo(7)"
    elif not budget.allows(following - begin, now_ns):
        most = limits.MAX_RESENT_MESSAGES_PER_MINUTE
        fault = f"over {most} messages were asked for again in a minute; ask again later"
    else:
        return message
    return wire.refused(fields, VALUE_INCORRECT, "7", fault)


def _is_intact(message: bytes) -> bool:
    return message[-4:-1] == b"%03d" % wire.checksum(message[:-7])


def _fault_of(message: bytes) -> Fault | None:
    pairs, fault = _cut(message)
    if fault is not None:
        return fault
    fields = dict(pairs)
    for tag in _FRAME_TAGS:
        if sum(other == tag for other, _ in pairs) > 1:
            return _TAG_APPEARS_MORE_THAN_ONCE, tag, "Tag appears more than once"
    if "60" in fields and not _may_be_date(fields["60"][:_DATE_BYTES].encode("ascii", "replace")):
        return _no_such_day()
    dialect = DIALECTS.get(fields["8"])
    return None if dialect is None else _fault_of_groups(pairs, fields.get("35", ""), dialect)


def _cut(message: bytes) -> tuple[Pairs, Fault | None]:
    """(tag, value) in order, as far as the first field that is none. A data field is as long as the field before it
    says."""
    pairs: Pairs = []
    start = 0
    while start < len(message):
        end = message.find(b"\x01", start)
        tag, equals, _ = message[start:end].partition(b"=")
        before = pairs[-1] if pairs else (_NO_TAG, "")
        if not equals:
            return pairs, (_INCORRECT_DATA_FORMAT, before[0], f"what follows Tag {before[0]} is not tag=value")
        if not _TAG.fullmatch(tag):
            return pairs, (_INVALID_TAG_NUMBER, _NO_TAG, f"{ascii(tag[:12])[1:]} is not a tag number")
        name = tag.decode("ascii")
        value = start + len(tag) + 1
        if name in _DATA:
            length_tag = _LENGTH_TAGS.get(name, str(int(name) - 1))
            if before[0] != length_tag or not re.fullmatch(r"[0-9]{1,5}", before[1]):
                return pairs, (
                    _INCORRECT_DATA_FORMAT,
                    name,
                    f"Tag {name} needs its length in Tag {length_tag} before it",
                )
            end = value + int(before[1])
            if message[end : end + 1] != b"\x01":
                return pairs, (_INCORRECT_DATA_FORMAT, name, f"Tag {name} is not as long as Tag {length_tag} says")
            if b"\x01" in message[value:end]:
                return pairs, (_INCORRECT_DATA_FORMAT, name, f"Tag {name} may have no SOH in it")
        pairs.append((name, message[value:end].decode("latin-1")))
        start = end + 1
    return pairs, None


def _fault_of_groups(pairs: Pairs, message_type: str, dialect: Dialect) -> Fault | None:
    """Members out of order, of any group; a wrong count of a group within a group. QuickFIX counts the others."""
    spec = dialect.in_messages.get(message_type)
    violation = group_violation(spec, pairs) if spec is not None else None
    if violation is not None and violation[0] == GROUP_OUT_OF_ORDER:
        return *violation, f"{_name(violation[1], dialect)} in its group"
    for index, (tag, count) in enumerate(pairs):
        members = _NESTED[dialect.begin_string].get(tag)
        if members is None or not count.isdigit():
            continue
        entries = 0
        for member, _ in pairs[index + 1 :]:
            if member not in members:
                break
            entries += member == members[0]
        if str(entries) != count:
            return GROUP_COUNT_WRONG, tag, f"{_name(tag, dialect)} is not the number of its entries"
    return None


def _name(tag: str, dialect: Dialect) -> str:
    return f"{dialect.field_names[tag]}({tag})"


def _no_such_day() -> Fault:
    return _INCORRECT_DATA_FORMAT, "60", "TransactTime(60) is on a day that no calendar has"


@lru_cache(64)
def _may_be_date(text: bytes) -> bool:
    """False for eight digits that are no day; what else is wrong with a time, QuickFIX sees."""
    if not re.fullmatch(rb"\d{8}", text):
        return True
    try:
        time.strptime(text.decode("ascii"), "%Y%m%d")
    except ValueError:
        return False
    return True
