"""Requests on their way from a gateway to the engine, in order, until the feed shows them journalled."""

import threading
import time
from collections import deque

import msgspec

from venue.domain import limits
from venue.domain.commands import Command
from venue.domain.enums import Delivery
from venue.sequencer import codec
from venue.sequencer.link import Link, LinkLost


class Handover:
    """Called by QuickFIX's thread (hand_over) and by the one that follows the feed (all else)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._link: Link | None = None
        self._waiting: deque[Command] = deque()
        self._away_since = time.monotonic()

    @property
    def available(self) -> bool:
        """False when the engine has been away too long, or too much waits for it."""
        if len(self._waiting) >= limits.MAX_UNACKNOWLEDGED:
            return False
        away = time.monotonic() - self._away_since
        return self._link is not None or away * 1000 < limits.ENGINE_AWAY_MS

    def hand_over(self, command: Command) -> None:
        with self._lock:
            self._waiting.append(command)
            if self._link is not None:
                try:
                    self._link.send(codec.encode(command))
                except OSError:
                    self._close()

    def journalled(self, command: Command) -> None:
        if self._waiting and _same_request(self._waiting[0], command):
            self._waiting.popleft()

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

    def _close(self) -> None:
        if self._link is not None:
            self._link = None
            self._away_since = time.monotonic()


def _same_request(waiting: Command, journalled: Command) -> bool:
    return (
        type(waiting) is type(journalled)
        and getattr(waiting, "session", None) == getattr(journalled, "session", None)
        and getattr(waiting, "message_sequence", 0) == getattr(journalled, "message_sequence", 0)
    )
