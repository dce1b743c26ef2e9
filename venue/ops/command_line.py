"""What the commands of operators have in common: how one is added, who orders it and why, and how it answers."""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from typing import Any

from venue.domain.limits import MAX_NAME_LENGTH, MAX_REASON_LENGTH
from venue.ops.config import DataDirectory
from venue.ops.operator import Desk, Refused

AddData = Callable[[argparse.ArgumentParser], None]
# What came of the command, in words. Raises Refused.
Action = Callable[[Desk, argparse.Namespace], str]
Reading = Callable[[DataDirectory, argparse.Namespace], str]
Check = Callable[[argparse.Namespace], None]
# argparse gives its subparsers no public type.
Commands = Any


def ordering(
    commands: Commands, name: str, action: Action, text: str, description: str, check: Check = lambda _: None
) -> argparse.ArgumentParser:
    """A command to the running venue. check: what can be told before it is asked; raises Refused."""

    def order(options: argparse.Namespace) -> str:
        _check_who_and_why(options)
        check(options)
        with Desk(DataDirectory(options.data_dir), options.operator) as desk:
            return action(desk, options)

    return _answering(commands, name, order, text, description)


def reading(commands: Commands, name: str, action: Reading, text: str, description: str) -> argparse.ArgumentParser:
    """A command that looks at the journal."""

    def read(options: argparse.Namespace) -> str:
        return action(DataDirectory(options.data_dir), options)

    return _answering(commands, name, read, text, description)


def group(commands: Commands, name: str, text: str, description: str) -> Commands:
    """Of commands: `venue NAME ACTION`."""
    parser = commands.add_parser(name, help=text, description=description)
    return parser.add_subparsers(title="actions", metavar="ACTION", required=True)


def add_who_and_why(parser: argparse.ArgumentParser, required: bool) -> None:
    """required: no act without a reason."""
    parser.add_argument(
        "--reason",
        required=required,
        default="",
        metavar="TEXT",
        help="why, for the journal and those who read it" + (" (required)" if required else ""),
    )
    parser.set_defaults(reason_required=required)
    add_operator(parser)


def add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--operator",
        default=getpass.getuser(),
        metavar="NAME",
        help="who orders it, for the journal (default: the user, %(default)s)",
    )


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], left: int) -> str:
    """Columns of text; those after the first so many are numbers, to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for row in (head, *rows):
        cells = [
            cell.ljust(width) if number < left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _answering(
    commands: Commands, name: str, answer: Callable[[argparse.Namespace], str], text: str, description: str
) -> argparse.ArgumentParser:
    def act(options: argparse.Namespace) -> int:
        try:
            print(answer(options))
        except Refused as error:
            print(f"venue: {error}", file=sys.stderr)
            return 1
        return 0

    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=description)
    parser.set_defaults(action=act, order=answer, reason="", operator="", reason_required=False)
    return parser


def _check_who_and_why(options: argparse.Namespace) -> None:
    """Raises Refused."""
    operator, reason = options.operator, options.reason
    if not operator.strip() or len(operator) > MAX_NAME_LENGTH or not operator.isprintable():
        raise Refused(f"--operator {operator!r} is not a name")
    if options.reason_required and not reason.strip():
        raise Refused("--reason is empty: say why")
    if len(reason) > MAX_REASON_LENGTH or not reason.isprintable():
        raise Refused(f"--reason is one line of at most {MAX_REASON_LENGTH} characters")
