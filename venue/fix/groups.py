"""Messages from the venue that have a repeating group: QuickFIX sorts the fields of a text that it is given by their
tags, which would tear a group apart, so the group is handed to it as one."""

from typing import Any

import quickfix as fix

from venue.fix.wire import SOH

_MASS_CANCEL_REPORT = f"35=r{SOH}"
_COUNT, _MEMBERS = "534", ("41", "535")


def message_of(begin_string: str, body: str) -> Any:
    """body: fields from 35 on. Any: quickfix has no types."""
    groups: list[Any] = []
    if body.startswith(_MASS_CANCEL_REPORT):
        pairs = [part.split("=", 1) for part in body[:-1].split(SOH)]
        groups = [_group(pairs[place], pairs[place + 1]) for place, (tag, _) in enumerate(pairs) if tag == _MEMBERS[0]]
        body = "".join([f"{tag}={value}{SOH}" for tag, value in pairs if tag not in (_COUNT, *_MEMBERS)])
    message = fix.Message(f"8={begin_string}{SOH}9=0{SOH}{body}10=000{SOH}", False)
    for group in groups:
        message.addGroup(group)
    return message


def _group(*pairs: list[str]) -> Any:
    group = fix.Group(int(_COUNT), int(_MEMBERS[0]))
    for tag, value in pairs:
        group.setField(int(tag), value)
    return group
