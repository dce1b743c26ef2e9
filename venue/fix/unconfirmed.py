"""Reports that a session may not have got: kept until it has shown that it has.

It shows it by a clean Logout, by going on to send Heartbeats after them, and by its answer to a TestRequest, which it
is sent when many are kept.

A Logon with ResetSeqNumFlag(141)=Y makes QuickFIX forget all that it stored; what a client did not get before it
would be lost to the session. These reports are then sent once more, marked PossResend(97)=Y.
"""

import time
from collections import deque

from venue.domain import limits
from venue.fix.positions import Position


class Unconfirmed:
    """One session's."""

    def __init__(self, position: Position) -> None:
        self._position = position
        self._reports: deque[tuple[tuple[int, int], str]] = deque(maxlen=limits.MAX_UNCONFIRMED_REPORTS)
        # Answers to questions asked before a reset say nothing of what was sent again after it.
        self._generation = time.time_ns()
        # What was sent as of the last Heartbeat on this connection.
        self._mark: tuple[int, int] | None = None

    @property
    def first_sequence(self) -> int:
        """Where a gateway that starts begins to read, so that it has them again; at or before the position."""
        last = self._position.last[0]
        first = self._position.unconfirmed
        return max(first, last - limits.MAX_UNCONFIRMED_RECORDS) if first else last

    def keep(self, sequence: int, number: int, body: str) -> None:
        """Before the report is sent."""
        self._reports.append(((sequence, number), body))
        if not self._position.unconfirmed or len(self._reports) == self._reports.maxlen:
            self._position.unconfirmed = self._reports[0][0][0]

    def bodies(self) -> list[str]:
        """All of them, oldest first, to be sent again after a reset."""
        self._generation += 1
        self._mark = None
        return [body for _, body in self._reports]

    def question(self) -> str:
        """TestReqID(112) of a TestRequest whose answer confirms all that was sent until now; "" for none needed."""
        sequence, number = self._position.last
        if len(self._reports) < limits.MAX_UNCONFIRMED_REPORTS // 2 or self._position.reset_pending:
            return ""
        return f"{self._generation}-{sequence}-{number}"

    def logged_on(self) -> None:
        """A new connection: nothing was sent on it yet."""
        self._mark = None

    def heartbeat(self, answer: str) -> None:
        """A Heartbeat came; answer: its TestReqID(112). The client lives on, and has read what it was sent one
        Heartbeat ago."""
        if self._position.reset_pending:
            return
        if answer:
            self._confirm_answer(answer)
        if self._mark is not None:
            self._confirm(self._mark)
        self._mark = self._position.last

    def logged_off(self) -> None:
        """A Logout came from the client, which reads on until it is answered."""
        if not self._position.reset_pending:
            self._confirm(self._position.last)

    def _confirm_answer(self, answer: str) -> None:
        generation, _, place = answer.partition("-")
        sequence, _, number = place.partition("-")
        if generation == str(self._generation) and sequence.isdigit() and number.isdigit():
            self._confirm((int(sequence), int(number)))

    def _confirm(self, place: tuple[int, int]) -> None:
        while self._reports and self._reports[0][0] <= place:
            self._reports.popleft()
        self._position.unconfirmed = self._reports[0][0][0] if self._reports else 0
