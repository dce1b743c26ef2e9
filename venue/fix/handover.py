"""Requests on their way from a gateway to the engine, in order, until the feed shows them journalled."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import get_args

import msgspec

from venue.domain import limits
from venue.domain.commands import Command, SessionCommand
from venue.domain.enums import Delivery
from venue.fix.progress import Progress
from venue.sequencer import codec
from venue.sequencer.link import Link, frames

log = logging.getLogger("venue.fix.gateway")


# What QuickFIX reads at once is many requests; the engine begins with the first so many of them.
_BATCH = 16


class Handover:
    """What is handed over gathers until it is flushed, so that the engine is not woken for each request."""

    def __init__(self, progress: Mapping[str, Progress]) -> None:
        """progress: by session."""
        self._progress = progress
        self._link: Link | None = None
        self._waiting: deque[SessionCommand] = deque()
        self._sessions: set[str] = set()
        self._away_since = time.monotonic()
        self._gathered: list[bytes] = []
        # Frames that the kernel did not take yet.
        self._rest = memoryview(b"")

    @property
    def available(self) -> bool:
        """False when the engine has been away too long, or too much waits for it."""
        if len(self._waiting) >= limits.MAX_UNACKNOWLEDGED:
            return False
        if self._link is not None:
            return True
        away = time.monotonic() - self._away_since
        return away * 1000 < limits.ENGINE_AWAY_MS

    @property
    def is_open(self) -> bool:
        return self._link is not None

    @property
    def is_held_up(self) -> bool:
        """The engine does not take what it is given: to be flushed when the link can be written to."""
        return bool(self._rest)

    def hand_over(self, command: SessionCommand) -> None:
        self._sessions.add(command.session)
        self._waiting.append(command)
        self._progress[command.session].handed_over()
        if self._link is not None:
            self._gathered.append(codec.encode(command))
            if len(self._gathered) >= _BATCH and not self._rest:
                self.flush()

    def flush(self) -> None:
        """Gives the engine what it takes now, without waiting for it."""
        if self._link is None:
            return
        try:
            while self._rest or self._gathered:
                if not self._rest:
                    self._rest = memoryview(frames(self._gathered))
                    self._gathered.clear()
                self._rest = self._rest[self._link.send_now(self._rest) :]
                if self._rest:
                    return
        except OSError:
            self.close()

    def journalled(self, command: Command) -> None:
        waiting = self._waiting
        if not waiting:
            return
        if _same_request(waiting[0], command):
            self._progress[waiting.popleft().session].was_journalled()
        elif getattr(command, "session", None) in self._sessions:
            self._skip_to(command)

    def open(self, link: Link) -> None:
        """To an engine that the feed has caught up with: hands over what an earlier one that died did not journal."""
        again = [
            msgspec.structs.replace(c, delivery=Delivery.POSSIBLE_DUPLICATE)
            if getattr(c, "delivery", None) is Delivery.FIRST
            else c
            for c in self._waiting
        ]
        self._link = link
        self._gathered = [codec.encode(c) for c in again]
        self.flush()

    def close(self) -> None:
        if self._link is not None:
            self._link = None
            self._away_since = time.monotonic()
        self._gathered, self._rest = [], memoryview(b"")

    def _skip_to(self, command: Command) -> None:
        """Requests are journalled in order: what waits before this one, the engine did not take and never will."""
        for place, waiting in enumerate(self._waiting):
            if _same_request(waiting, command):
                log.error("requests not taken by the engine", extra={"count": place})
                for _ in range(place + 1):
                    self._progress[self._waiting.popleft().session].was_journalled()
                return


def _same_request(waiting: SessionCommand, journalled: Command) -> bool:
    if type(waiting) is not type(journalled):
        return False
    fields = _IDENTIFYING[type(waiting)]
    return fields(waiting) == fields(journalled)


def _identifying(command: type[SessionCommand]) -> Callable[[Command], object]:
    wanted = ("session", "message_sequence", "client_order_id")
    return attrgetter(*(field for field in wanted if field in command.__struct_fields__))


_IDENTIFYING = {command: _identifying(command) for command in get_args(SessionCommand)}
