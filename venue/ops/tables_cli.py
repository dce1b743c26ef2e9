"""The commands about the read models: `venue rebuild`, `venue reconcile`."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from venue.ops.config import DATABASE_URL, DataDirectory

AddData = Callable[[argparse.ArgumentParser], None]
# argparse gives its subparsers no public type.
Commands = Any


def add_table_commands(commands: Commands, add_data: AddData) -> None:
    for name, action, text, description in (
        (
            "rebuild",
            _rebuild,
            "make the tables of the database anew from the journal",
            "Makes all tables of the database anew from the journal. Trading goes on, and the old tables are there "
            "until the new ones have caught up and take their place.",
        ),
        (
            "reconcile",
            _reconcile,
            "compare the journal, the tables and the engine, to the unit",
            "Compares the whole journal with the tables' events, transfers, executions, orders and balances, transfers "
            "with balances, holds with orders, debits with credits, and the engine's newest snapshot with all of them. "
            "Nothing is changed, and the venue may be running. Exit code 1 where something differs.",
        ),
    ):
        parser = commands.add_parser(name, help=text, description=description)
        add_data(parser)
        parser.set_defaults(action=action)


def _rebuild(options: argparse.Namespace) -> int:
    from venue.projections.pipeline import favour_throughput
    from venue.projections.rebuild import rebuild

    favour_throughput()

    def run(data: DataDirectory, address: str) -> int:
        started = time.monotonic()
        rebuilt = rebuild(address, data.journal, data.engine_socket, _Progress())
        seconds = time.monotonic() - started
        print(f"rebuilt: the tables show all {rebuilt.sequence:,} records, made in {seconds:.1f} s")
        return 0

    return _with_database(options, run)


def _reconcile(options: argparse.Namespace) -> int:
    from venue.ops.read_models import reconciliation

    def run(data: DataDirectory, address: str) -> int:
        result = reconciliation(data, address).run_whole()
        if not result.differences:
            print(f"good: {result.sequence:,} records, and every unit is where the journal says")
            return 0
        _print_differences(result.differences)
        print(f"venue: {len(result.differences):,} differences in {result.sequence:,} records", file=sys.stderr)
        return 1

    return _with_database(options, run)


def _print_differences(differences: list[Any]) -> None:
    """Any: of venue.projections.verifying.Difference, which is slow to import."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="What differs; amounts in smallest units")
    for column in ("comparison", "account", "asset", "amount", "record", "what"):
        table.add_column(column, justify="right" if column in ("amount", "record") else "left")
    for d in differences:
        amount = "" if d.amount is None else f"{d.amount:,}"
        table.add_row(d.kind, d.account, d.asset, amount, f"{d.sequence:,}" if d.sequence else "", d.text)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 240
    console.print(table)


def _with_database(options: argparse.Namespace, action: Callable[[DataDirectory, str], int]) -> int:
    import psycopg
    from sqlalchemy.exc import DBAPIError

    from venue.ops.read_models import reachable_database
    from venue.projections.database import TablesTooNew, WrongAddress
    from venue.projections.embedded import NoServer
    from venue.projections.rebuild import AlreadyRebuilding
    from venue.sequencer.journal import JournalDamaged, SchemaTooNew

    data = DataDirectory(options.data_dir)
    if not data.journal.is_dir():
        print(f"venue: there is no journal at {data.journal}: give the venue's --data-dir", file=sys.stderr)
        return 1
    try:
        with reachable_database(data) as address:
            return action(data, address)
    except (AlreadyRebuilding, WrongAddress, TablesTooNew, NoServer, JournalDamaged, SchemaTooNew) as error:
        print(f"venue: {error}", file=sys.stderr)
    except (DBAPIError, psycopg.Error) as error:
        print(f"venue: {_in_words(error)}", file=sys.stderr)
    return 1


def _in_words(error: Exception) -> str:
    from psycopg.errors import UndefinedTable

    cause = getattr(error, "orig", None) or error
    if isinstance(cause, UndefinedTable):
        return "the database has no tables yet: `venue rebuild` makes them, and so does a running venue"
    reason = (str(cause).splitlines() or [""])[0]
    return f"the database does not serve: {reason}; is it running, and {DATABASE_URL} right?"


class _Progress:
    """A line on the terminal every second."""

    def __init__(self) -> None:
        self._next = time.monotonic() + 1

    def __call__(self, sequence: int, last: int) -> None:
        if sys.stderr.isatty() and time.monotonic() >= self._next:
            self._next += 1
            print(f"rebuilt {sequence:,} of {last:,} records ...", file=sys.stderr)
