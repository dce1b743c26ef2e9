"""A change, done once: Idempotency-Key, command, journal, answer, whatever is cut off in between.

What the engine is asked has a name made of the key, so that it knows what it has done already. A request whose answer
is kept gets it again; one that was begun and not answered is sent again, and the engine tells what became of it.
"""

import asyncio
import re
from base64 import b32encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Final, NamedTuple

from venue.domain.commands import Command
from venue.domain.enums import Delivery
from venue.domain.limits import MAX_IDEMPOTENCY_KEY_LENGTH
from venue.sequencer.codec import Record
from venue.sidecar.cursors import length_prefixed
from venue.sidecar.feed import Feed
from venue.sidecar.idempotency import Answers, Kept
from venue.sidecar.problems import Code, Problem

KEY_PATTERN: Final = f"^[A-Za-z0-9._:-]{{1,{MAX_IDEMPOTENCY_KEY_LENGTH}}}$"
_KEY = re.compile(KEY_PATTERN.strip("^$"), re.ASCII)
_NAME_CHARACTERS: Final = 32
CREATED: Final = 201
DONE: Final = 200


class Asked(NamedTuple):
    """A request for a change. firm: whose key it is; "" for the venue's own."""

    firm: str
    idempotency_key: str
    method: str
    target: str
    body: bytes
    trace_id: str


class Answer(NamedTuple):
    """position: of the change in the journal. replayed: it was given before."""

    status: int
    position: int
    body: bytes
    replayed: bool = False


class Change(NamedTuple):
    """command: of the name that it gets and how it comes. answer: status, position and body of its record, or the
    Problem that the engine found, raised."""

    command: Callable[[str, Delivery], Command]
    answer: Callable[[Record], Answer]


class Changes:
    def __init__(self, feed: Feed, path: Path) -> None:
        """path: the file of the answers. Raises OSError or sqlite3.Error."""
        self._feed = feed
        self._under_way: set[tuple[str, str]] = set()
        # SQLite waits for the disk: in a thread of its own, so that nobody else does.
        self._thread = ThreadPoolExecutor(1, "answers")
        self._answers: Answers = self._thread.submit(Answers, path, time_ns).result()

    async def make(self, asked: Asked, change: Change) -> Answer:
        """Raises Problem."""
        key = (asked.firm, asked.idempotency_key)
        _check_key(asked.idempotency_key)
        if key in self._under_way:
            raise Problem(Code.IDEMPOTENCY_KEY_IN_USE, "Wait for its answer, or send this one with another key.")
        self._under_way.add(key)
        try:
            return await self._make(asked, change)
        finally:
            self._under_way.discard(key)

    def close(self) -> None:
        self._thread.submit(self._answers.close)
        self._thread.shutdown()

    async def _make(self, asked: Asked, change: Change) -> Answer:
        loop = asyncio.get_running_loop()
        key = (asked.firm, asked.idempotency_key)
        request = sha256(length_prefixed(asked.method, asked.target, asked.body)).digest()
        kept: Kept | None = await loop.run_in_executor(self._thread, self._answers.begin, *key, request)
        if kept is not None:
            if kept.request != request:
                how = "Send another request with another Idempotency-Key."
                raise Problem(Code.IDEMPOTENCY_KEY_REUSED, how)
            if kept.status:
                return Answer(kept.status, kept.position, kept.body, replayed=True)
        name = name_of(*key)
        delivery = Delivery.FIRST if kept is None else Delivery.POSSIBLE_RESEND
        record = await self._feed.submit(change.command(name, delivery), name)
        try:
            answer = change.answer(record)
        except Problem as problem:
            answer = Answer(problem.status, record.sequence, problem.document(asked.trace_id))
        await loop.run_in_executor(
            self._thread, self._answers.finish, *key, answer.status, answer.position, answer.body
        )
        return answer


def name_of(firm: str, idempotency_key: str) -> str:
    """ClOrdID or transfer id of the change that the key stands for."""
    digest = sha256(length_prefixed("venue-rest-change", firm, idempotency_key)).digest()
    return f"R{b32encode(digest).decode()[:_NAME_CHARACTERS]}"


def _check_key(key: str) -> None:
    """Raises Problem."""
    if not key:
        how = "Send a new one with each change, and the same one again when you repeat it."
        raise Problem(Code.IDEMPOTENCY_KEY_MISSING, how)
    if not _KEY.fullmatch(key):
        how = f"It must be 1 to {MAX_IDEMPOTENCY_KEY_LENGTH} letters, digits, or any of . _ : -"
        raise Problem(Code.IDEMPOTENCY_KEY_MALFORMED, how)
