"""The ``venue`` command."""

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import venue
from venue.ops.compiled import stale_modules
from venue.ops.config import DEFAULT_CONFIG, DEFAULT_DATA, Config, ConfigError, DataDirectory, load
from venue.ops.operator_cli import add_operator_commands

log = logging.getLogger("venue.ops")

# As a shell reports a program that Ctrl-C ended.
INTERRUPTED = 130
_COMMAND_WIDTH = 14

_EXAMPLES = """\
examples:
  venue run                              start the venue
  venue demo --once                      brokers and a compliance desk trade, then it stops
  venue phase BTC-USD halt --reason news halt an instrument; `venue phase BTC-USD open` opens it by auction
  venue kill firm BROKER_A               cancel a firm's orders and take no more; `venue release firm BROKER_A`
  venue rules BTC-USD                    show how an instrument trades
  venue journal verify                   check every byte and the hash chain
  venue journal inspect --from 1 --to 20 read records
  venue flow day.csv.xz --trades out.csv replay an order flow through the engine, without FIX
"""


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done; 1 failed, with the reason on stderr; 2 wrong use, or cannot start; 130 interrupted."""
    parser = _parser()
    options = parser.parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
    _add_flow(commands)
    _add_process(commands)
    return parser


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
        help="set every rule as the settings have it, also where an operator changed it since",
    )
    _add_places(run)
    run.set_defaults(action=_run)


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser(
        "demo",
        help="the same, and let brokers and a compliance desk trade",
        description="Starts the venue on a data directory of its own, DIR/demo, wiped each time. Brokers and a "
        "compliance desk log on over FIX and trade; every report is shown, and compared with what must come.",
    )
    demo.add_argument("--once", action="store_true", help="stop after the demo; exit 0 only if all went well")
    _add_places(demo)
    demo.set_defaults(action=_run, demo=True, apply_rules=False)


def _add_flow(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    flow = commands.add_parser(
        "flow",
        help="drive an order-flow file through the engine, without FIX",
        description="Drives an order-flow file through the matching engine, without FIX, and tells how fast it went.",
    )
    flow.add_argument("file", type=Path, metavar="FILE", help="a CSV file of commands, plain or .xz")
    flow.add_argument("--trades", type=Path, metavar="OUT.csv", help="write the trades here")
    flow.set_defaults(action=_flow)


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        # Wide enough for the longest command: argparse forgets that they are indented.
        self._action_max_length = max(self._action_max_length, _COMMAND_WIDTH)


def _add_process(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    # Not among the commands that --help lists: it is for `venue run` to use.
    process = commands.add_parser("process", description="One process of the venue, as `venue run` starts it.")
    process.add_argument("kind", choices=("engine", "replica", "scheduler", "gateway", "front"))
    process.add_argument("--name", default="", help="which gateway: the name of its file in the settings")
    process.add_argument("--ready-fd", type=int, default=-1, metavar="FD", help="written to once the process is ready")
    process.add_argument("--parent", type=int, default=0, metavar="PID", help="end when this process does")
    process.add_argument("--apply-rules", action="store_true", help="of the engine: as for `venue run`")
    _add_places(process)
    process.set_defaults(action=_process)


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


def _add_journal(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    from venue.ops.preflight import check_ports, occupied

    if options.once and not options.demo:
        raise ConfigError("--once goes with --demo")
    config = load(options.config)
    data = DataDirectory(options.data_dir)
    if options.demo:
        from venue.ops.demo import demo_directory, fresh_data

        check_ports(config, demo_directory(data))
        data = fresh_data(data)
    else:
        check_ports(config, data)
    with occupied(data):
        return _supervise(config, data, options)


def _supervise(config: Config, data: DataDirectory, options: argparse.Namespace) -> int:
    from venue.ops.logs import to_file_and_terminal
    from venue.ops.supervisor import CannotStart, Supervisor, VenueFailed

    to_file_and_terminal(data.logs, "supervisor")
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
    print("The venue is open.")
    for gateway in config.gateways:
        what = "drop copy" if gateway.drop_copy else "order entry"
        where = f"{gateway.listen_host}:{gateway.listen_port}"
        for begin_string in dict.fromkeys(session.begin_string for session in gateway.sessions):
            who = ", ".join(s.comp_id for s in gateway.sessions if s.begin_string == begin_string)
            print(f"  {what:12} {where:16} {begin_string}, TargetCompID {gateway.comp_id}, SenderCompID one of {who}")
    print(f"  data         {data.root}")
    print("Ctrl-C stops it.", flush=True)


def _flow(options: argparse.Namespace) -> int:
    from venue.ops.flow import MalformedFlow, run_flow

    try:
        result = run_flow(options.file, options.trades)
    except (OSError, MalformedFlow) as error:
        print(f"venue: {error}", file=sys.stderr)
        return 1
    print(f"{result.commands:,} commands, {result.trades:,} trades")
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

    def show(directory: Path) -> int:
        for record in inspect(directory, options.first, options.last):
            print(json.dumps(record))
        return 0

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
    if not data.journal.is_dir():
        demo = data.root / "demo"
        hint = f"; the demo's is under --data-dir {demo}" if (demo / "journal").is_dir() else ""
        raise ConfigError(f"there is no journal at {data.journal}: give the venue's --data-dir{hint}")
    try:
        return action(data.journal)
    except (JournalDamaged, SchemaTooNew, ReplayDiverged, MisplacedRecord) as error:
        print(f"venue: {error}", file=sys.stderr)
        return 1


class _Progress:
    """A line on the terminal every second, for what takes long."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = time.monotonic() + 1

    def __call__(self, sequence: int) -> None:
        if sys.stderr.isatty() and time.monotonic() >= self._next:
            self._next += 1
            print(f"{self._what} {sequence:,} records ...", file=sys.stderr)


def _process(options: argparse.Namespace) -> int:
    from venue.ops import processes
    from venue.ops.logs import to_file_and_terminal
    from venue.ops.supervisor import CANNOT_START
    from venue.sequencer.journal import JournalDamaged, JournalLocked, SchemaTooNew
    from venue.sequencer.link import LinkLost
    from venue.sequencer.recovery import MisplacedRecord, ReplayDiverged, SnapshotRefused

    if options.parent and not processes.end_with_parent(options.parent):
        return 1
    config, data = load(options.config), DataDirectory(options.data_dir)
    to_file_and_terminal(data.logs, options.name or options.kind)

    def ready() -> None:
        if options.ready_fd >= 0:
            os.write(options.ready_fd, b"\n")
            os.close(options.ready_fd)

    try:
        _run_process(options, config, data, ready)
    except (
        ConfigError,
        JournalDamaged,
        JournalLocked,
        SchemaTooNew,
        SnapshotRefused,
        ReplayDiverged,
        MisplacedRecord,
    ) as e:
        log.critical("%s", e)
        return CANNOT_START
    except LinkLost as error:
        log.info("%s", error)
        return 3
    except OSError as error:
        log.critical("%s", error)
        return 1
    except Exception:
        log.exception("the process ended")
        return 1
    return 0


def _run_process(options: argparse.Namespace, config: Config, data: DataDirectory, ready: Callable[[], None]) -> None:
    from venue.ops import processes

    match options.kind:
        case "engine":
            processes.run_engine(config, data, ready, options.apply_rules)
        case "gateway":
            processes.run_gateway(options.name, config, data, ready)
        case "replica":
            processes.run_replica(config, data, ready)
        case "scheduler":
            processes.run_scheduler(config, data, ready)
        case "front":
            processes.run_front(config, data, ready)
