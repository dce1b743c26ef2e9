"""Which report a session got last: kept beside QuickFIX's own store, so that a gateway killed at any moment
goes on with the next report: none lost, none sent twice as if it were new.

The position is written just after QuickFIX stored the report. The one report that may be stored while its
position is not yet written is found again by looking into the store.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from venue.fix.wire import SOH
from venue.fix.words import mapped_words

_INDEX_BITS = 20
_FIELDS = 5
_HEADER_TAIL_BYTES = 16_384
_DAY_SECONDS = 86_400
_BEFORE_MIDNIGHT_SECONDS = 5


class Position:
    """One session's file of words."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file. Raises OSError."""
        self._words = mapped_words(path, _FIELDS)

    @property
    def last(self) -> tuple[int, int]:
        """(sequence, index) of the last report that QuickFIX stored for the session; (0, 0) before the first."""
        word = self._words[0]
        return word >> _INDEX_BITS, word & ((1 << _INDEX_BITS) - 1)

    def advance(self, sequence: int, index: int) -> None:
        """index 0: all reports of the records before sequence are stored."""
        self._words[0] = sequence << _INDEX_BITS | index

    @property
    def refused(self) -> tuple[int, int]:
        """Lowest and highest MsgSeqNum of the requests last refused for want of an engine."""
        return self._words[1], self._words[2]

    def refuse(self, message_sequence: int) -> None:
        """They were told no; should they come again as possible duplicates, they must be told no again."""
        lowest, highest = self.refused
        if not lowest or message_sequence < lowest:
            self._words[1] = message_sequence
        self._words[2] = max(highest, message_sequence)

    def forget_refused(self) -> None:
        self._words[1] = self._words[2] = 0

    @property
    def unconfirmed(self) -> int:
        """Sequence of the first report that the session may not have got; 0 when it has all of them."""
        return self._words[3]

    @unconfirmed.setter
    def unconfirmed(self, sequence: int) -> None:
        self._words[3] = sequence

    @property
    def reset_pending(self) -> bool:
        """The session was reset by a Logon whose LogOnSession the feed has not shown yet."""
        return bool(self._words[4])

    @reset_pending.setter
    def reset_pending(self, pending: bool) -> None:
        self._words[4] = int(pending)


def identity(body: str) -> str:
    """What makes a report the same report: all of it but what the session layer puts on."""
    return SOH.join(sorted(part for part in body.split(SOH) if part.partition("=")[0] in _IDENTITY_TAGS))


_IDENTITY_TAGS = frozenset(("35", "11", "17", "41", "60"))


class MessageStore:
    """Reads what QuickFIX's FileStore holds of one session, before the acceptor opens it.

    Files: .seqnums "sender : target"; .header "number,offset,size " per message; .body the messages.
    """

    def __init__(self, directory: Path, begin_string: str, sender: str, target: str) -> None:
        self.path = directory / f"{begin_string}-{sender}-{target}"
        self._prefix = f"{self.path}."

    def mend(self) -> None:
        """Before QuickFIX opens the files: undoes what a kill amid a write and QuickFIX itself would make of them.

        A torn header entry would run together with the next one, and both messages be lost to a ResendRequest.
        And QuickFIX compares the day of the store's creation with today before it knows that the session is a
        non-stop one, and would begin it anew on a start on another day.
        """
        header, session = Path(self._prefix + "header"), Path(self._prefix + "session")
        if header.exists():
            with header.open("r+b") as file:
                start = max(0, file.seek(0, os.SEEK_END) - _HEADER_TAIL_BYTES)
                file.seek(start)
                file.truncate(start + file.read().rfind(b" ") + 1)
        if session.exists():
            left = _DAY_SECONDS - time.time() % _DAY_SECONDS
            if left < _BEFORE_MIDNIGHT_SECONDS:
                time.sleep(left)
            unfinished = Path(self._prefix + "session.unfinished")
            unfinished.write_text(time.strftime("%Y%m%d-%H:%M:%S", time.gmtime()), encoding="ascii")
            unfinished.rename(session)

    @property
    def next_sender(self) -> int:
        return self._sequence_numbers()[0]

    @property
    def next_target(self) -> int:
        return self._sequence_numbers()[1]

    def recent_identities(self) -> set[str]:
        """The identities of the last reports that count as sent."""
        # A number stored twice was first stored by a gateway killed before it counted: the later one was sent.
        recent = dict(self._recent())
        next_sender = self.next_sender
        return {identity(text) for number, text in recent.items() if number < next_sender}

    def _sequence_numbers(self) -> tuple[int, int]:
        try:
            sender, target = Path(self._prefix + "seqnums").read_text().split(":")
            return int(sender), int(target)
        except (OSError, ValueError):
            return 1, 1

    def _recent(self) -> Iterator[tuple[int, str]]:
        try:
            with open(self._prefix + "header", "rb") as header, open(self._prefix + "body", "rb") as body:
                size = header.seek(0, os.SEEK_END)
                start = max(0, size - _HEADER_TAIL_BYTES)
                header.seek(start)
                entries = header.read().split(b" ")
                # The first may be cut in two by where we start to read, the last is empty or unfinished.
                for entry in entries[1 if start else 0 : -1]:
                    number, offset, length = map(int, entry.split(b","))
                    body.seek(offset)
                    yield number, body.read(length).decode("ascii", "replace")
        except OSError:
            return
