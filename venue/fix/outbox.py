"""Reports on their way out: each session has its turn, and sends a few, so that one to whom much is told at once holds
up nobody else. Within a session they keep the order of the feed."""

from collections import deque

from venue.fix.sessions import Session, Waiting

# How many a session sends in its turn.
TURN_REPORTS = 32


class Outbox:
    """Of a whole gateway. The reports themselves wait with their sessions."""

    def __init__(self) -> None:
        # Those for whom something waits, whose turn it is first.
        self._turns: deque[Session] = deque()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, session: Session, report: Waiting) -> None:
        if not session.waiting:
            self._turns.append(session)
        session.waiting.append(report)
        self._count += 1

    def send(self, limit: int) -> None:
        """So many reports at most."""
        while self._turns and limit > 0:
            session = self._turns.popleft()
            turn = min(len(session.waiting), limit, TURN_REPORTS)
            session.report_waiting(turn)
            limit -= turn
            self._count -= turn
            if session.waiting:
                self._turns.append(session)
