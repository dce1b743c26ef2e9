"""What the scheduler learned from the journal, kept in a file. Without a good one it learns from the start again."""

import logging
import os
from pathlib import Path

import msgspec

log = logging.getLogger("venue.scheduler")


class Learned(msgspec.Struct):
    """As of one record. sequence, at: the record's; first_at: the first record's. Times are nanoseconds since 1970 UTC.

    ended: the last day that was ended, YYYYMMDD. due: a heap of the times at which something is to happen that has not
    happened by at. phase_set: by symbol, when somebody last set its phase. halted: those that an operator halted.
    """

    sequence: int = 0
    at: int = 0
    first_at: int = 0
    ended: str = ""
    due: list[int] = []
    phase_set: dict[str, int] = {}
    halted: list[str] = []


def load(path: Path) -> Learned:
    """What was saved last, or nothing."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Learned)
    except FileNotFoundError:
        return Learned()
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s: %s: the journal is read from its start", path, error)
        return Learned()


def save(path: Path, learned: Learned) -> None:
    """Whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        file.write(msgspec.msgpack.encode(learned))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
