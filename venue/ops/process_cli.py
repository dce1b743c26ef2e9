"""One process of the venue, `venue process KIND`: for `venue run` to start, so no help lists it."""

import argparse
import logging
import os
from collections.abc import Callable

from venue.ops.config import Config, DataDirectory, load
from venue.ops.errors import ConfigError, why

log = logging.getLogger("venue.ops")

PROCESS = "process"
Ready = Callable[[], None]


def add_process(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind", choices=("engine", "replica", "scheduler", "gateway", "front", "database", "projector", "sidecar")
    )
    parser.add_argument("--name", default="", help="which gateway: the name of its file in the settings")
    parser.add_argument("--ready-fd", type=int, default=-1, metavar="FD", help="written to once the process is ready")
    parser.add_argument("--parent", type=int, default=0, metavar="PID", help="end when this process does")
    parser.add_argument("--apply-rules", action="store_true", help="of the engine: as for `venue run`")
    parser.set_defaults(action=_process)


def _process(options: argparse.Namespace) -> int:
    from venue.ops import processes
    from venue.ops.logs import to_file_and_terminal
    from venue.ops.supervisor import CANNOT_START
    from venue.sequencer.link import LinkLost

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
    except _final(options.kind) as error:
        log.critical("%s", error)
        return CANNOT_START
    except LinkLost as error:
        log.info("%s", error)
        return 3
    except OSError as error:
        log.critical("%s", why(error))
        return 1
    except Exception as error:
        log.exception("the process ended: %s: %s", type(error).__name__, error)
        return 1
    return 0


def _final(kind: str) -> tuple[type[Exception], ...]:
    """After which another try would end the same way; the text says what has to be mended."""
    from venue.sequencer.journal import JournalDamaged, JournalLocked, SchemaTooNew
    from venue.sequencer.recovery import MisplacedRecord, ReplayDiverged, SnapshotRefused

    final = (ConfigError, JournalDamaged, JournalLocked, SchemaTooNew, SnapshotRefused, ReplayDiverged, MisplacedRecord)
    if kind == "database":
        from venue.projections.embedded import NoServer

        return (*final, NoServer)
    if kind == "projector":
        from venue.projections.database import TablesTooNew, WrongAddress

        return (*final, WrongAddress, TablesTooNew)
    if kind == "sidecar":
        from venue.projections.database import WrongAddress

        return (*final, WrongAddress)
    if kind != "gateway":
        return final
    from venue.fix.gateway import JournalBehind

    return (*final, JournalBehind)


def _run_process(options: argparse.Namespace, config: Config, data: DataDirectory, ready: Ready) -> None:
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
        case "database":
            processes.run_database(config, data, ready)
        case "projector":
            processes.run_projector(config, data, ready)
        case "sidecar":
            processes.run_sidecar(config, data, ready)
