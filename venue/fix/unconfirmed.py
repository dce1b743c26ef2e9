"""Reports that a session may not have got: kept until it has answered a TestRequest sent after them.

A Logon with ResetSeqNumFlag(141)=Y makes QuickFIX forget all that it stored; what a client did not get before it
would be lost to the session. These reports are then sent once more, marked PossResend(97)=Y.
"""

import threading
import time
from collections import deque

from venue.domain import limits
from venue.fix.positions import Position


class Unconfirmed:
    """One session's. The thread that follows the feed keeps and asks, QuickFIX's thread confirms."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self._lock = threading.Lock()
        self._reports: deque[tuple[tuple[int, int], str]] = deque(maxlen=limits.MAX_UNCONFIRMED_REPORTS)
        # Answers to questions asked before a reset say nothing of what was sent again after it.
        self._generation = time.time_ns()

    @property
    def first_sequence(self) -> int:
        """Where a gateway that starts begins to read, so that it has them again; at or before the position."""
        last = self._position.last[0]
        first = self._position.unconfirmed
        return max(first, last - limits.MAX_UNCONFIRMED_RECORDS) if first else last

    def keep(self, sequence: int, number: int, body: str) -> None:
        """Before the report is sent."""
        with self._lock:
            self._reports.append(((sequence, number), body))
            if not self._position.unconfirmed or len(self._reports) == self._reports.maxlen:
                self._position.unconfirmed = self._reports[0][0][0]

    def bodies(self) -> list[str]:
        """All of them, oldest first, to be sent again after a reset."""
        with self._lock:
            self._generation += 1
            return [body for _, body in self._reports]

    def question(self) -> str:
        """TestReqID(112) of a TestRequest whose answer confirms all that was sent until now; "" for none needed."""
        sequence, number = self._position.last
        if not self._reports or self._position.reset_pending:
            return ""
        return f"{self._generation}-{sequence}-{number}"

    def confirm(self, answer: str) -> None:
        """answer: TestReqID(112) of any Heartbeat."""
        generation, _, place = answer.partition("-")
        sequence, _, number = place.partition("-")
        if generation != str(self._generation) or not sequence.isdigit() or not number.isdigit():
            return
        confirmed = (int(sequence), int(number))
        with self._lock:
            while self._reports and self._reports[0][0] <= confirmed:
                self._reports.popleft()
            self._position.unconfirmed = self._reports[0][0][0] if self._reports else 0
