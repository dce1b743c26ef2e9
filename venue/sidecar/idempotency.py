"""Answers to changes, kept by Idempotency-Key: in a SQLite file, so that they outlive the process."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from venue.domain.limits import IDEMPOTENCY_HOURS

_KEPT_NS: Final = IDEMPOTENCY_HOURS * 3_600 * 10**9
_PRUNE_EVERY: Final = 1_000
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS answers (
    firm TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    status INTEGER,
    position INTEGER,
    body BLOB,
    PRIMARY KEY (firm, idempotency_key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created_at);
"""


class Kept(NamedTuple):
    """request: the fingerprint of what was asked. status 0: not answered, or with a 5xx: it is executed again."""

    request: bytes
    status: int
    position: int
    body: bytes


class Answers:
    """One thread's, the one that makes it. Each write is on disk when it returns. Raises sqlite3.Error."""

    def __init__(self, path: Path, now_ns: Callable[[], int]) -> None:
        self._now = now_ns
        self._writes = 0
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(_SCHEMA)

    def begin(self, firm: str, key: str, request: bytes) -> Kept | None:
        """What is kept of the key. None: nothing, and from now on this request is."""
        forgotten = self._now() - _KEPT_NS
        row = self._file.execute(
            "SELECT request, coalesce(status, 0), coalesce(position, 0), coalesce(body, x'') FROM answers "
            "WHERE firm = ? AND idempotency_key = ? AND created_at >= ?",
            (firm, key, forgotten),
        ).fetchone()
        if row is not None:
            return Kept(*row)
        self._prune(forgotten)
        self._file.execute(
            "INSERT OR REPLACE INTO answers (firm, idempotency_key, request, created_at) VALUES (?, ?, ?, ?)",
            (firm, key, request, self._now()),
        )
        return None

    def finish(self, firm: str, key: str, status: int, position: int, body: bytes) -> None:
        """The answer, from now on."""
        self._file.execute(
            "UPDATE answers SET status = ?, position = ?, body = ? WHERE firm = ? AND idempotency_key = ?",
            (status, position, body, firm, key),
        )

    def close(self) -> None:
        self._file.close()

    def _prune(self, forgotten: int) -> None:
        if self._writes % _PRUNE_EVERY == 0:
            self._file.execute("DELETE FROM answers WHERE created_at < ?", (forgotten,))
        self._writes += 1
