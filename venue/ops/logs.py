"""Logs: one JSON object a line in the data directory; on the terminal only warnings, as plain text."""

import json
import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FILE_BYTES = 10 << 20
_FILES_KEPT = 5
# They tell of every step of their own.
_TALKATIVE = ("alembic", "apscheduler")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extra = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD)
        # What ends a process says in a sentence what to do; that it is critical adds nothing.
        level = "" if record.levelno >= logging.CRITICAL else f"{record.levelname.lower()}: "
        return f"venue: {level}{record.getMessage()}" + (f" ({extra})" if extra else "")


def to_file_and_terminal(directory: Path, process: str) -> None:
    """Everything from info on into directory/process.log; warnings to stderr too."""
    directory.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(
        directory / f"{process}.log", maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8"
    )
    file.setFormatter(_JsonLines())
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_Plain())
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.handlers[:] = [file, terminal]
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
