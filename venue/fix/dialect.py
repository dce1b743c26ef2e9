"""The dialect: what brokers may say to the venue and what they are told, in the form that the gateway asks for.

Declared in ``dialect_fields``, ``dialect_fix42`` and ``dialect_messages``, once for all versions of FIX; the QuickFIX
dictionaries and the Rules of Engagement are written from it (``dictionary``), and the tables below are made from it, so
that the three never disagree.

Who checks what of an inbound message: QuickFIX, by the dictionary, its structure (SessionRejectReason 0, 1, 2, 4,
5, 6, 11, 13, 14, 16); ``group_violation`` what QuickFIX does not look at, the inside of a repeating group; the
gateway, by ``refused`` and ``refused_values``, what is valid FIX and not offered here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from venue.fix.dialect_fields import FIELDS, Field, Version
from venue.fix.dialect_fix42 import FIX42_FIELDS
from venue.fix.dialect_messages import (
    HEADER,
    MESSAGES,
    NOT_SUPPORTED,
    TRAILER,
    FieldUse,
    GroupUse,
    Message,
    Presence,
)

TAG_WITHOUT_VALUE = 4
VALUE_INCORRECT = 5
GROUP_OUT_OF_ORDER = 15
GROUP_COUNT_WRONG = 16


@dataclass(frozen=True, eq=False)
class Dialect:
    """One version of FIX as the venue speaks it, and the tables that the gateway asks. Tags are decimal text.

    stamp_decimals: of the seconds in a UTCTimestamp that the venue writes.
    """

    begin_string: str
    stamp_decimals: int
    fields: tuple[Field, ...]
    header: tuple[FieldUse | GroupUse, ...]
    trailer: tuple[FieldUse | GroupUse, ...]
    messages: tuple[Message, ...]
    not_supported: tuple[str, ...]

    @property
    def number(self) -> str:
        """As the names of dictionaries have it: 44 for FIX.4.4."""
        return self.begin_string.removeprefix("FIX.").replace(".", "")

    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def by_tag(self) -> dict[str, Field]:
        return {str(field.tag): field for field in self.fields}

    @cached_property
    def field_names(self) -> dict[str, str]:
        return {tag: field.name for tag, field in self.by_tag.items()}

    @cached_property
    def in_messages(self) -> "dict[str, MessageSpec]":
        """By MsgType, what the venue takes."""
        return {message.type: message_spec(self, message) for message in self.messages if message.inbound}

    @cached_property
    def out_messages(self) -> "dict[str, MessageSpec]":
        """By MsgType, what the venue sends."""
        return {message.type: message_spec(self, message) for message in self.messages if message.outbound}

    @cached_property
    def supported_in(self) -> frozenset[str]:
        """Application messages that are served."""
        return frozenset(message.type for message in self.messages if message.inbound and not message.admin)

    @cached_property
    def known_types(self) -> frozenset[str]:
        """Those that are not served get BusinessMessageReject, 380=3."""
        return frozenset(message.type for message in self.messages) | frozenset(self.not_supported)

    @cached_property
    def header_tags(self) -> frozenset[str]:
        return _tags_of(self.header, self.by_name())

    @cached_property
    def trailer_tags(self) -> frozenset[str]:
        return _tags_of(self.trailer, self.by_name())


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """members: tags in order, the delimiter first, nested groups' tags in their place. values: those that a member
    may have, by tag, where they are listed."""

    count_tag: str
    members: tuple[str, ...]
    values: dict[str, frozenset[str]]


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
            # A MULTIPLEVALUESTRING has several, separated by spaces.
            text = next((values[each] for each in value.split(" ") if each in values), None)
        return text


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
        tags=_tags_of(message.fields, fields),
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
    members = [fields[use.name] for use in flatten(group.members)]
    return GroupSpec(
        count_tag=str(fields[group.name].tag),
        members=tuple(str(field.tag) for field in members),
        values={str(field.tag): frozenset(field.values) for field in members if field.values},
    )


def _tags_of(uses: Sequence[FieldUse | GroupUse], fields: dict[str, Field]) -> frozenset[str]:
    return frozenset(str(fields[use.name].tag) for use in flatten(uses))


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
        allowed = group.values.get(tag)
        if allowed is not None and value not in allowed:
            return VALUE_INCORRECT, tag
        position = group.members.index(tag)
        if position == 0:
            entries += 1
        elif entries == 0 or (position < place and tag not in _REPEATABLE):
            return GROUP_OUT_OF_ORDER, tag
        place = position
    return None if count == str(entries) else (GROUP_COUNT_WRONG, group.count_tag)


_REPEATABLE = frozenset({"523"})  # the one nested delimiter: a further entry of NoPartySubIDs(802)


# FIX 4.2 has milliseconds, FIX 4.4 too; but its engines take finer ones.
_STAMP_DECIMALS = {Version.FIX42: 3, Version.FIX44: 6}


def _in_version(version: Version) -> Dialect:
    """Of the tables, what the version has."""
    own = FIX42_FIELDS if version is Version.FIX42 else ()
    replaced = {field.tag for field in own}
    fields = tuple(field for field in FIELDS if version in field.versions and field.tag not in replaced) + own
    names = frozenset(field.name for field in fields)
    messages = tuple(
        message._replace(fields=_uses_in(message.fields, names, version))
        for message in MESSAGES
        if version in message.versions
    )
    header, trailer = (_uses_in(uses, names, version) for uses in (HEADER, TRAILER))
    return Dialect(version.value, _STAMP_DECIMALS[version], fields, header, trailer, messages, NOT_SUPPORTED[version])


def _uses_in(
    uses: Sequence[FieldUse | GroupUse], names: frozenset[str], version: Version
) -> tuple[FieldUse | GroupUse, ...]:
    """A use of a field that the version does not have is not in it."""
    return tuple(
        use._replace(members=_uses_in(use.members, names, version)) if isinstance(use, GroupUse) else use
        for use in uses
        if use.name in names and version in use.versions
    )


FIX42, FIX44 = _in_version(Version.FIX42), _in_version(Version.FIX44)
DIALECTS = {dialect.begin_string: dialect for dialect in (FIX44, FIX42)}
