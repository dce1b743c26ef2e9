"""A case."""

from typing import NamedTuple

from venue.domain.commands import Command


class Case(NamedTuple):
    """expected: a line for each event of all the commands, see short.line; a line "-" stands before each command's own
    but the first's. prepared: commands before them, whose events are not told. balances: what the commands changed, see
    short_funds.changes; None: not told.
    """

    name: str
    commands: list[Command]
    expected: str
    balances: str | None = None
    prepared: tuple[Command, ...] = ()
