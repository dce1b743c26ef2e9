"""Requests on their way from a gateway to the engine, in order, until the feed shows them journalled."""

import logging
import threading
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
from venue.sequencer.link import Link, LinkLost

log = logging.getLogger("venue.fix.gateway")


class Handover:
    """Called by QuickFIX's thread (hand_over) and by the one that follows the feed (all else)."""

    def __init__(self, progress: Mapping[str, Progress]) -> None:
        """progress: by session."""
        self._progress = progress
        self._lock = threading.Lock()
        self._link: Link | None = None
        self._waiting: deque[SessionCommand] = deque()
        self._sessions: set[str] = set()
        self._away_since = time.monotonic()

    @property
    def available(self) -> bool:
        """False when the engine has been away too long, or too much waits for it."""
        if len(self._waiting) >= limits.MAX_UNACKNOWLEDGED:
            return False
        away = time.monotonic() - self._away_since
        return self._link is not None or away * 1000 < limits.ENGINE_AWAY_MS

    def hand_over(self, command: SessionCommand) -> None:
        with self._lock:
            self._sessions.add(command.session)
            self._waiting.append(command)
            self._progress[command.session].handed_over()
            if self._link is not None:
                try:
                    self._link.send(codec.encode(command))
                except OSError:
                    self._close()

    def journalled(self, command: Command) -> None:
        waiting = self._waiting
        if not waiting:
            return
        if _same_request(waiting[0], command):
            self._progress[waiting.popleft().session].was_journalled()
        elif getattr(command, "session", None) in self._sessions:
            self._skip_to(command)

    def open(self, link: Link) -> None:
        """To an engine that the feed has caught up with: hands over what an earlier one that died did not journal.

        Raises LinkLost.
        """
        with self._lock:
            again = [
                msgspec.structs.replace(c, delivery=Delivery.POSSIBLE_DUPLICATE)
                if getattr(c, "delivery", None) is Delivery.FIRST
                else c
                for c in self._waiting
            ]
            try:
                link.send_all(codec.encode(c) for c in again)
            except OSError as error:
                raise LinkLost(str(error)) from error
            self._link = link

    def close(self) -> None:
        with self._lock:
            self._close()

    def _skip_to(self, command: Command) -> None:
        """Requests are journalled in order: what waits before this one, the engine did not take and never will."""
        with self._lock:
            for place, waiting in enumerate(self._waiting):
                if _same_request(waiting, command):
                    log.error("requests not taken by the engine", extra={"count": place})
                    for _ in range(place + 1):
                        self._progress[self._waiting.popleft().session].was_journalled()
                    return

    def _close(self) -> None:
        if self._link is not None:
            self._link = None
            self._away_since = time.monotonic()


def _same_request(waiting: SessionCommand, journalled: Command) -> bool:
    if type(waiting) is not type(journalled):
        return False
    fields = _IDENTIFYING[type(waiting)]
    return fields(waiting) == fields(journalled)


def _identifying(command: type[SessionCommand]) -> Callable[[Command], object]:
    wanted = ("session", "message_sequence", "client_order_id")
    return attrgetter(*(field for field in wanted if field in command.__struct_fields__))


_IDENTIFYING = {command: _identifying(command) for command in get_args(SessionCommand)}
