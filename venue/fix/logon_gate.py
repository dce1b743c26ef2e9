"""Keeps reports out of a session while a Logon with ResetSeqNumFlag(141)=Y is under way: one stored between
QuickFIX's reset and its answer would take number 1, which is the answer's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import quickfix as fix

_LONGEST_LOGON_SECONDS = 5


class LogonGate:
    """One session's. The lock is held around sending and taken in fromAdmin of a Logon, where QuickFIX holds none of
    its own; toApp and onLogout, where it does, only open the gate."""

    def __init__(self) -> None:
        # How often the session was reset; changes under the lock.
        self.resets = 0
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._open.set()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Waits until no reset is under way, and lets none go on meanwhile."""
        self._lock.acquire()
        while not self._open.is_set():
            self._lock.release()
            if not self._open.wait(_LONGEST_LOGON_SECONDS):
                self._open.set()
            self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    def close_for_reset(self, session_id: Any) -> None:  # Any: quickfix has no types.
        """From fromAdmin of the Logon: QuickFIX has just reset the session. Gives back the number of a report that
        slipped in between: its body is kept as unconfirmed, so it comes again."""
        with self._lock:
            self._open.clear()
            self.resets += 1
            session = fix.Session.lookupSession(session_id)
            if session.getExpectedSenderNum() != 1:
                session.setNextSenderMsgSeqNum(1)

    def open(self) -> None:
        self._open.set()
