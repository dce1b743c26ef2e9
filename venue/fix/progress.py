"""How far a session's messages have come: its gateway counts, the front door reads, through a file that both map.
The front tells the gateway by it which of the connections is the session's.

The front passes on only so much of what a client sends as may be under way at once, so that whoever sends faster than
the venue serves is slowed by his own line, and nobody else waits behind him.
"""

from pathlib import Path

from venue.domain import limits
from venue.fix.words import mapped_words

_FIELDS = 5
_TAKEN, _HANDED, _JOURNALLED, _REFUSING, _PORT = range(_FIELDS)


class Progress:
    """One session's file of words. Each has one writer at a time; none goes back."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file. Raises OSError."""
        self._words = mapped_words(path, _FIELDS)

    @property
    def taken(self) -> int:
        """Messages that QuickFIX has given to the gateway."""
        return self._words[_TAKEN]

    @property
    def journalled(self) -> int:
        """Requests handed to the engine that the feed has shown, or that it will never show."""
        return self._words[_JOURNALLED]

    @property
    def waiting(self) -> int:
        """Requests handed to the engine and not yet journalled; none while requests are refused for want of it."""
        words = self._words
        return 0 if words[_REFUSING] else max(0, words[_HANDED] - words[_JOURNALLED])

    @property
    def port(self) -> int:
        """From which the front connected to the gateway last; 0: never."""
        return self._words[_PORT]

    def connects_from(self, port: int) -> None:
        self._words[_PORT] = port

    def took(self) -> None:
        self._words[_TAKEN] += 1

    def handed_over(self) -> None:
        self._words[_HANDED] += 1

    def was_journalled(self) -> None:
        self._words[_JOURNALLED] += 1
        self._words[_REFUSING] = 0

    def refuses(self) -> None:
        """Requests are refused, the engine being away: nothing is waited for."""
        self._words[_REFUSING] = 1

    def restart(self) -> None:
        """A gateway that starts waits for nothing."""
        self._words[_JOURNALLED] = self._words[_HANDED]
        self._words[_REFUSING] = 0


class Window:
    """What one connection has under way, and how much more may be passed on.

    Not every message that is passed on is seen by the gateway: QuickFIX ignores or rejects some by itself. So whatever
    was passed on counts as taken once the gateway has been quiet for a moment with nothing left to do; and a window
    that an engine's standstill keeps shut opens after the time that makes the engine count as away. No window stays
    shut for ever.
    """

    __slots__ = ("_before", "_changed_ms", "_passed", "_progress", "_seen")

    def __init__(self, progress: Progress, now_ms: int) -> None:
        self._progress = progress
        self._before = progress.taken
        self._passed = 0
        self._seen = (0, 0)
        self._changed_ms = now_ms

    def passed_on(self, messages: int) -> None:
        self._passed += messages

    def room(self, now_ms: int) -> int:
        """How many messages may be passed on now: 0, or at least half a window, so that few calls move many."""
        progress = self._progress
        taken, waiting = progress.taken - self._before, progress.waiting
        seen = (taken, progress.journalled)
        if seen != self._seen:
            self._seen, self._changed_ms = seen, now_ms
        self._passed = max(self._passed, taken)
        room = limits.MAX_UNDER_WAY - waiting - (self._passed - taken)
        if room >= limits.MAX_UNDER_WAY // 2:
            return room
        quiet_ms = now_ms - self._changed_ms
        if quiet_ms < (limits.ENGINE_AWAY_MS if waiting else limits.QUIET_GATEWAY_MS):
            return 0
        self._passed, self._changed_ms = taken, now_ms
        return limits.MAX_UNDER_WAY
