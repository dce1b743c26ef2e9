"""How much one session may ask for again: QuickFIX answers a ResendRequest in one go and serves nobody meanwhile."""

from collections import deque

from venue.domain.limits import MAX_RESENT_MESSAGES_PER_MINUTE

_MINUTE_NS = 60 * 1_000_000_000


class ResendBudget:
    """One session's."""

    def __init__(self) -> None:
        self._spent: deque[tuple[int, int]] = deque()

    def allows(self, messages: int, now_ns: int) -> bool:
        """Whether so many may be sent again now; then they count for a minute. A first request is always served."""
        while self._spent and now_ns - self._spent[0][0] > _MINUTE_NS:
            self._spent.popleft()
        spent = sum(count for _, count in self._spent)
        if spent and spent + messages > MAX_RESENT_MESSAGES_PER_MINUTE:
            return False
        self._spent.append((now_ns, messages))
        return True
