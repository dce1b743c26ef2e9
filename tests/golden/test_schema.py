"""The schema of the journal and of the wire, pinned: what is written today must be read in ten years.

A change here needs new fields last, with defaults, or a new tag; never reuse either. See sequencer/codec.py.
To accept one: python -m tests.golden.test_schema > tests/golden/schema.txt
"""

import enum
import typing
from pathlib import Path

import msgspec

from venue.domain import enums, funds, reference
from venue.domain.commands import Command
from venue.domain.events import Event, OrderState
from venue.domain.reject_reason import RejectReason

GOLDEN = Path(__file__).parent / "schema.txt"


def schema() -> str:
    lines = []
    for title, union in (("command", Command), ("event", Event)):
        for struct in sorted(typing.get_args(union), key=lambda struct: struct.__struct_config__.tag):
            lines += struct_lines(f"{title} {struct.__struct_config__.tag}", struct)
    for struct in (OrderState, *structs(reference), *structs(funds)):
        lines += struct_lines("value", struct)
    for enumeration in (*enumerations(enums), RejectReason):
        lines.append(f"enum {enumeration.__name__}")
        lines += [f"    {member.name} = {member.value!r}" for member in enumeration]
    return "\n".join(lines) + "\n"


def struct_lines(title: str, struct: type[msgspec.Struct]) -> list[str]:
    assert struct.__struct_config__.array_like
    fields = msgspec.structs.fields(struct)
    hints = typing.get_type_hints(struct)
    return [f"{title} {struct.__name__}"] + [
        f"    {field.name}: {shown(hints[field.name])}" + ("" if field.required else f" = {field.default!r}")
        for field in fields
    ]


def shown(hint: object) -> str:
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint).replace("venue.", "")


def structs(module: object) -> list[type[msgspec.Struct]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct
    ]


def enumerations(module: object) -> list[type[enum.Enum]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, enum.Enum) and len(value)
    ]


def test_the_schema_is_the_pinned_one() -> None:
    assert schema() == GOLDEN.read_text(encoding="ascii")


if __name__ == "__main__":
    print(schema(), end="")
