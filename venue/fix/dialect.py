"""The dialect: what brokers may say to the venue and what they are told, in the form that the gateway asks for.

Declared in ``dialect_fields`` and ``dialect_messages``; the QuickFIX dictionary and the Rules of Engagement are
written from it (``dictionary``), and the tables below are made from it, so that the three never disagree.

Who checks what of an inbound message: QuickFIX, by the dictionary, its structure (SessionRejectReason 0, 1, 2, 4,
5, 6, 11, 13, 14, 16); ``group_violation`` what QuickFIX does not look at, the inside of a repeating group; the
gateway, by ``refused`` and ``refused_values``, what is valid FIX and not offered here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from venue.fix.dialect_fields import FIX44_FIELDS, Field
from venue.fix.dialect_messages import (
    FIX44_HEADER,
    FIX44_MESSAGES,
    FIX44_NOT_SUPPORTED,
    FIX44_TRAILER,
    FieldUse,
    GroupUse,
    Message,
    Presence,
)

TAG_WITHOUT_VALUE = 4
VALUE_INCORRECT = 5
GROUP_OUT_OF_ORDER = 15
GROUP_COUNT_WRONG = 16


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of FIX as the venue speaks it."""

    begin_string: str
    fields: tuple[Field, ...]
    header: tuple[FieldUse | GroupUse, ...]
    trailer: tuple[FieldUse | GroupUse, ...]
    messages: tuple[Message, ...]
    not_supported: tuple[str, ...]

    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """members: tags in order, the delimiter first, nested groups' tags in their place."""

    count_tag: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """A message as the gateway needs it. All tags are decimal text, as split from the message.

    refused: tag -> text for the field's very presence; refused_values: tag -> value -> text.
    """

    type: str
    name: str
    admin: bool
    tags: frozenset[str]
    required: tuple[str, ...]
    refused: dict[str, str]
    refused_values: dict[str, dict[str, str]]
    groups: dict[str, GroupSpec]

    def refusal(self, tag: str, value: str) -> str | None:
        """Why the venue does not serve this field with this value, or None."""
        text = self.refused.get(tag)
        if text is None and (values := self.refused_values.get(tag)) is not None:
            text = values.get(value)
        return text


FIX44 = Dialect("FIX.4.4", FIX44_FIELDS, FIX44_HEADER, FIX44_TRAILER, FIX44_MESSAGES, FIX44_NOT_SUPPORTED)


def flatten(uses: Sequence[FieldUse | GroupUse]) -> list[FieldUse | GroupUse]:
    """Every field and group in order, each group followed by its members."""
    found: list[FieldUse | GroupUse] = []
    for use in uses:
        found.append(use)
        if isinstance(use, GroupUse):
            found += flatten(use.members)
    return found


def message_spec(dialect: Dialect, message: Message) -> MessageSpec:
    fields = dialect.by_name()
    refused: dict[str, str] = {}
    refused_values: dict[str, dict[str, str]] = {}
    for use in message.fields:
        field = fields[use.name]
        if use.presence is Presence.REFUSED:
            refused[str(field.tag)] = f"{field.name}({field.tag}) is not supported"
        elif isinstance(use, FieldUse) and use.only:
            refused_values[str(field.tag)] = _refused_values(field, use.only)
    return MessageSpec(
        type=message.type,
        name=message.name,
        admin=message.admin,
        tags=frozenset(str(fields[use.name].tag) for use in flatten(message.fields)),
        required=tuple(str(fields[use.name].tag) for use in message.fields if use.presence is Presence.REQUIRED),
        refused=refused,
        refused_values=refused_values,
        groups={
            str(fields[use.name].tag): _group_spec(fields, use) for use in message.fields if isinstance(use, GroupUse)
        },
    )


def _refused_values(field: Field, only: tuple[str, ...]) -> dict[str, str]:
    return {
        value: f"{field.name}({field.tag})={value} ({label.lower().replace('_', ' ')}) is not supported"
        for value, label in field.values.items()
        if value not in only
    }


def _group_spec(fields: dict[str, Field], group: GroupUse) -> GroupSpec:
    return GroupSpec(str(fields[group.name].tag), tuple(str(fields[use.name].tag) for use in flatten(group.members)))


def group_violation(spec: MessageSpec, pairs: Sequence[tuple[str, str]]) -> tuple[int, str] | None:
    """What is wrong inside the message's repeating groups: (SessionRejectReason, tag), or None.

    pairs: (tag, value) in the order of the message. Values and presence inside groups, the order of members and
    the counts of groups that are not nested; QuickFIX checks only those counts.
    """
    for index, (tag, value) in enumerate(pairs):
        group = spec.groups.get(tag)
        if group is not None and (violation := _entries_violation(group, value, pairs[index + 1 :])):
            return violation
    return None


def _entries_violation(group: GroupSpec, count: str, pairs: Sequence[tuple[str, str]]) -> tuple[int, str] | None:
    entries = 0
    place = len(group.members)
    for tag, value in pairs:
        if tag not in group.members:
            break
        if not value:
            return TAG_WITHOUT_VALUE, tag
        allowed = _FIELD_VALUES.get(tag)
        if allowed is not None and value not in allowed:
            return VALUE_INCORRECT, tag
        position = group.members.index(tag)
        if position == 0:
            entries += 1
        elif entries == 0 or (position < place and tag not in _REPEATABLE):
            return GROUP_OUT_OF_ORDER, tag
        place = position
    return None if count == str(entries) else (GROUP_COUNT_WRONG, group.count_tag)


_SPECS = {message.type: message_spec(FIX44, message) for message in FIX44.messages}
_FIELD_VALUES = {str(field.tag): frozenset(field.values) for field in FIX44.fields if field.values}
_REPEATABLE = frozenset({"523"})  # the one nested delimiter: a further entry of NoPartySubIDs(802)

# By MsgType. SUPPORTED_IN: application messages served; KNOWN_TYPES: all others of these get 380=3.
IN_MESSAGES = {message.type: _SPECS[message.type] for message in FIX44.messages if message.inbound}
OUT_MESSAGES = {message.type: _SPECS[message.type] for message in FIX44.messages if message.outbound}
SUPPORTED_IN = frozenset(message.type for message in FIX44.messages if message.inbound and not message.admin)
KNOWN_TYPES = frozenset(_SPECS) | frozenset(FIX44.not_supported)

_TAGS = {field.name: str(field.tag) for field in FIX44.fields}
FIELD_NAMES = {tag: name for name, tag in _TAGS.items()}
DEFINED_TAGS = frozenset(FIELD_NAMES)
HEADER_TAGS = frozenset(_TAGS[use.name] for use in flatten(FIX44.header))
TRAILER_TAGS = frozenset(_TAGS[use.name] for use in flatten(FIX44.trailer))
