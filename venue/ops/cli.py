"""The ``venue`` command."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import venue
from venue.ops.compiled import stale_modules
from venue.ops.config import DEFAULT_CONFIG, DEFAULT_DATA, Config, DataDirectory, load
from venue.ops.errors import ConfigError, why
from venue.ops.operator_cli import HEADINGS, add_operator_commands
from venue.ops.process_cli import PROCESS, add_process
from venue.ops.tables_cli import add_table_commands

# As a shell reports a program that Ctrl-C ended.
INTERRUPTED = 130
_COMMAND_WIDTH = 20

_HEADINGS = {"run": "the venue", **HEADINGS, "journal": "the journal"}

_EXAMPLES = """\
examples:
  venue run                              start the venue
  venue demo --once                      brokers and a compliance desk trade, then it stops
  venue halt BTC-USD --reason news       halt an instrument; `venue phase BTC-USD open` opens it by auction
  venue kill firm BROKER_A --reason ...  cancel a firm's orders and take no more; `venue release firm BROKER_A`
  venue rules BTC-USD                    show how an instrument trades
  venue balances A-1                     show what an account has
  venue credit A-1 USD 1000000 --reason "wire 4711"
  venue journal verify                   check every byte and the hash chain
  venue journal inspect --from 1 --to 20 read records
  venue reconcile                        compare the journal, the database and the engine, to the unit
  venue rebuild                          make the database's tables anew from the journal
  venue flow day.csv.xz --trades out.csv replay an order flow through the engine, without FIX
"""

_FLOW_FORMAT = """\
FILE has this header, and a row for each command, in order:
  seq,action,order_id,account_id,side,price,quantity,immediate_or_cancel

  seq                  a number that the trades of the row are written with
  action               new     place a limit order: account_id, side, price, quantity, immediate_or_cancel
                       cancel  cancel the order
                       modify  give it this price and this open quantity; it goes to the back of the queue
                       move    give it this price; it goes to the back of the queue
                       reduce  take this quantity off it; it keeps its place
  order_id             a number of the file's own, which later rows name the order by
  account_id           a number; each account trades on a session of its own
  side                 buy or sell
  price, quantity      whole numbers of ticks and lots
  immediate_or_cancel  1: what does not trade at once is cancelled; else 0
What an action does not use may be empty.

OUT.csv gets a row for each trade: seq,price,quantity,maker_order_id,taker_order_id
"""


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done; 1 failed, with the reason on stderr; 2 wrong use, or cannot start; 130 interrupted."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _process_parser().parse_args(given[1:]) if given[:1] == [PROCESS] else _parser().parse_args(given)
    stale = stale_modules()
    if stale:
        print(f"venue: {stale[0]} is newer than its compiled module: run ./scripts/setup", file=sys.stderr)
        return 2
    try:
        code: int = options.action(options)
        return code
    except ConfigError as error:
        print(f"venue: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"venue: {why(error)}", file=sys.stderr)
        return 1


class _Parser(argparse.ArgumentParser):
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Nothing may be left over: told by the command that did not take it. Any: argparse's own types are private."""
        options, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return options, left


def _process_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=f"venue {PROCESS}", description="One process of the venue, as `venue run` starts it.")
    add_process(parser)
    _add_places(parser)
    return parser


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="venue",
        description="A FIX-first trading venue: brokers trade over FIX 4.4 and 4.2, compliance follows over drop copy.",
        epilog=_EXAMPLES,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"venue {venue.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    _add_run(commands)
    _add_demo(commands)
    add_operator_commands(commands, _add_data)
    _add_journal(commands)
    add_table_commands(commands, _add_data)
    _add_flow(commands)
    return parser


def _add_run(commands: "argparse._SubParsersAction[_Parser]") -> None:
    run = commands.add_parser(
        "run",
        help="start the venue and keep it running until Ctrl-C",
        description="Starts the whole venue on this machine and keeps it running until Ctrl-C.",
    )
    run.add_argument(
        "--demo", action="store_true", help="then let demo clients trade, on a data directory of their own"
    )
    run.add_argument("--once", action="store_true", help="with --demo: stop after it; exit 0 only if all went well")
    run.add_argument(
        "--apply-rules",
        action="store_true",
        help="set every rule, fee and limit as the settings have it, also where an operator changed it since",
    )
    _add_places(run)
    run.set_defaults(action=_run)


def _add_demo(commands: "argparse._SubParsersAction[_Parser]") -> None:
    demo = commands.add_parser(
        "demo",
        help="the same, and let brokers and a compliance desk trade",
        description="Starts the venue on a data directory of its own, DIR/demo, wiped each time. Brokers and a "
        "compliance desk log on over FIX and trade; every report is shown, and compared with what must come.",
    )
    demo.add_argument("--once", action="store_true", help="stop after the demo; exit 0 only if all went well")
    _add_places(demo)
    demo.set_defaults(action=_run, demo=True, apply_rules=False)


def _add_flow(commands: "argparse._SubParsersAction[_Parser]") -> None:
    flow = commands.add_parser(
        "flow",
        help="drive an order-flow file through the engine, without FIX",
        description="Drives an order-flow file through the matching engine, without FIX, and tells how fast it went.",
        epilog=_FLOW_FORMAT,
        formatter_class=_Help,
    )
    flow.add_argument("file", type=Path, metavar="FILE", help="a CSV file of commands, plain or .xz")
    flow.add_argument("--trades", type=Path, metavar="OUT.csv", help="write the trades here")
    flow.set_defaults(action=_flow)


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        # Wide enough for the longest command: argparse forgets that they are indented.
        self._action_max_length = max(self._action_max_length, _COMMAND_WIDTH)

    def _format_action(self, action: argparse.Action) -> str:
        """A command that begins a group has the group's heading above it."""
        line = super()._format_action(action)
        heading = _HEADINGS.get(action.dest) if line.startswith(f"    {action.dest} ") else None
        return f"\n  {heading}:\n{line}" if heading else line


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_CONFIG,
        metavar="DIR",
        help="settings: who may connect and what is traded (default: %(default)s)",
    )
    _add_data(parser)


def _add_data(parser: argparse.ArgumentParser) -> None:
    default = Path(os.environ.get("VENUE_DATA_DIR", DEFAULT_DATA))
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=default,
        metavar="DIR",
        help="journal, FIX sessions, logs (default: VENUE_DATA_DIR, or %(default)s)",
    )


def _add_journal(commands: "argparse._SubParsersAction[_Parser]") -> None:
    journal = commands.add_parser(
        "journal",
        help="look at the journal: verify, inspect, replay, path",
        description="Looks at a venue's journal. Nothing is changed, and the venue may be running.",
    )
    actions = journal.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, action, text in (
        ("verify", _journal_verify, "check every byte and the whole hash chain"),
        ("inspect", _journal_inspect, "print the records, a JSON object per line"),
        ("replay", _journal_replay, "run all commands again, compare every event, print the state hash"),
        ("path", _journal_path, "print where the journal is"),
    ):
        parser = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name == "inspect":
            parser.add_argument(
                "--from", dest="first", type=_sequence, default=1, metavar="N", help="first record (default: 1)"
            )
            parser.add_argument(
                "--to", dest="last", type=_sequence, default=None, metavar="N", help="last record (default: the end)"
            )
        _add_data(parser)
        parser.set_defaults(action=action)


def _sequence(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a sequence number: they begin with 1")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from venue.ops.preflight import check_names, check_ports, occupied

    if options.once and not options.demo:
        raise ConfigError("--once goes with --demo")
    config = load(options.config)
    data = DataDirectory(options.data_dir)
    if options.demo:
        from venue.ops.demo import demo_directory, fresh_data
        from venue.ops.demo_market import demo_settings

        check_ports(config, demo_directory(data))
        data = fresh_data(data)
        config = demo_settings(config, data)
    else:
        check_ports(config, data)
    check_names(config, data)
    with occupied(data):
        return _supervise(config, data, options)


def _supervise(config: Config, data: DataDirectory, options: argparse.Namespace) -> int:
    from venue.ops.logs import to_file_and_terminal
    from venue.ops.rest_config import api_keys, make_demo_keys
    from venue.ops.supervisor import CannotStart, Supervisor, VenueFailed

    to_file_and_terminal(data.logs, "supervisor")
    make_demo_keys(config.directory, data.sidecar, config.firms())
    # A mistake in them is told here, not in a log.
    api_keys(config.directory, data.sidecar, config.firms())
    supervisor = Supervisor(config, data, options.apply_rules)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop())
    print("Starting ...", flush=True)
    try:
        supervisor.start()
        _print_where_to_connect(config, data)
        if options.demo:
            from venue.ops.demo import run_demo

            complete = run_demo(config, data, supervisor.check_not_stopped)
            if options.once:
                return 0 if complete else 1
            print("\nThe venue stays open. Ctrl-C stops it.", flush=True)
        supervisor.watch()
    except VenueFailed as error:
        if supervisor.stopping:
            return INTERRUPTED
        print(f"venue: {error}", file=sys.stderr)
        return 2 if isinstance(error, CannotStart) else 1
    finally:
        supervisor.stop_all()
        print("Stopped.", flush=True)
    return 0


def _print_where_to_connect(config: Config, data: DataDirectory) -> None:
    from venue.ops.rest_config import rest_config

    print("The venue is open.")
    for gateway in config.gateways:
        what = "drop copy" if gateway.drop_copy else "order entry"
        where = f"{gateway.listen_host}:{gateway.listen_port}"
        for begin_string in dict.fromkeys(session.begin_string for session in gateway.sessions):
            who = ", ".join(s.comp_id for s in gateway.sessions if s.begin_string == begin_string)
            print(f"  {what:12} {where:16} {begin_string}, TargetCompID {gateway.comp_id}, SenderCompID one of {who}")
    rest = rest_config(config.directory)
    if rest is not None:
        print(f"  REST         {rest.listen_host}:{rest.listen_port:<5}   http, /v1/openapi.json tells how to sign")
    print(f"  data         {data.root}")
    print("Ctrl-C stops it.", flush=True)


def _flow(options: argparse.Namespace) -> int:
    from venue.ops.flow import MalformedFlow, run_flow

    trades: Path | None = options.trades
    if trades is not None and trades.exists() and options.file.exists() and trades.samefile(options.file):
        raise ConfigError(f"--trades {trades} is the order flow itself: give another file")
    try:
        result = run_flow(options.file, trades)
    except MalformedFlow as error:
        print(f"venue: {error}", file=sys.stderr)
        return 1
    print(f"{result.commands:,} commands, {result.trades:,} trades")
    if result.cpu_seconds > 0:
        print(f"{round(result.commands / result.cpu_seconds):,} commands/s (CPU)")
    return 0


def _journal_path(options: argparse.Namespace) -> int:
    print(DataDirectory(options.data_dir).journal)
    return 0


def _journal_verify(options: argparse.Namespace) -> int:
    from venue.sequencer.inspection import verify

    def check(directory: Path) -> int:
        verified = verify(directory, _Progress("verified"))
        files = "1 file" if verified.segments == 1 else f"{verified.segments} files"
        print(f"good: {verified.last_sequence:,} records in {files} of {directory}")
        print(f"last hash {verified.last_hash.hex()}")
        if verified.torn_bytes:
            print(f"an unfinished write of {verified.torn_bytes} bytes at the end; it was never acknowledged")
        return 0

    return _with_journal(options, check)


def _journal_inspect(options: argparse.Namespace) -> int:
    from venue.sequencer.inspection import inspect

    first, last = options.first, options.last
    if last is not None and last < first:
        raise ConfigError(f"--to {last} is before --from {first}: there is nothing between them")

    def show(directory: Path) -> int:
        found = False
        for record in inspect(directory, first, last):
            found = True
            print(json.dumps(record))
        if not found:
            print(f"venue: {directory} ends before record {first}: there is nothing to show", file=sys.stderr)
        return 0 if found else 1

    return _with_journal(options, show)


def _journal_replay(options: argparse.Namespace) -> int:
    from venue.engine import Engine
    from venue.sequencer.recovery import replay

    def run(directory: Path) -> int:
        replayed = replay(directory, Engine, _Progress("replayed"))
        print(f"replayed {replayed.sequence:,} records, every event the same")
        print(f"state hash {replayed.state_hash}")
        return 0

    return _with_journal(options, run)


def _with_journal(options: argparse.Namespace, action: Callable[[Path], int]) -> int:
    from venue.sequencer.journal import JournalDamaged, SchemaTooNew
    from venue.sequencer.recovery import MisplacedRecord, ReplayDiverged

    data = DataDirectory(options.data_dir)
    if not _has_journal(data.journal):
        demo = data.root / "demo"
        hint = f"; the demo's is under --data-dir {demo}" if _has_journal(demo / "journal") else ""
        print(f"venue: there is no journal at {data.journal}: give the venue's --data-dir{hint}", file=sys.stderr)
        return 1
    try:
        return action(data.journal)
    except (JournalDamaged, SchemaTooNew, ReplayDiverged, MisplacedRecord) as error:
        print(f"venue: {error}", file=sys.stderr)
        return 1


def _has_journal(directory: Path) -> bool:
    """Raises OSError where that cannot be seen."""
    from venue.sequencer.segments import SUFFIX

    return directory.is_dir() and any(name.endswith(SUFFIX) for name in os.listdir(directory))


class _Progress:
    """A line on the terminal every second, for what takes long."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = time.monotonic() + 1

    def __call__(self, sequence: int) -> None:
        if sys.stderr.isatty() and time.monotonic() >= self._next:
            self._next += 1
            print(f"{self._what} {sequence:,} records ...", file=sys.stderr)
