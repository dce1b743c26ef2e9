"""An operator at a running venue: commands in the priority lane, watched until all that they bring about is done."""

import time
from itertools import count

from tests.support.running_venue import RunningVenue
from venue.domain.commands import ClockCommand, Continue, OperatorCommand, PassTime
from venue.domain.events import Event
from venue.ops.config import DataDirectory
from venue.sequencer import codec
from venue.sequencer.link import HEAD, Link

ANSWER_SECONDS = 20
_numbers = count(1)


class Operator:
    """Connects anew for each command, so that no feed piles up unread."""

    def __init__(self, venue: RunningVenue) -> None:
        self._socket = DataDirectory(venue.data).priority_socket

    def order(self, command: OperatorCommand | ClockCommand) -> list[Event]:
        """All that the command did, in its own record and those that go on with it."""
        link = Link(self._socket, "test", HEAD)
        try:
            # What a command leaves unfinished is finished before the next one.
            end = PassTime(0, f"end {next(_numbers)}")
            link.send_all([codec.encode(command), codec.encode(end)])
            return _events_until(link, command, end)
        finally:
            link.close()


def _events_until(link: Link, command: OperatorCommand | ClockCommand, end: PassTime) -> list[Event]:
    events: list[Event] = []
    mine = False
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        for payload in link.receive(1):
            record = codec.decode_record(payload)
            if isinstance(record.command, PassTime) and record.command.operator == end.operator:
                assert mine, f"{command} was not journalled"
                return events
            if type(record.command) is type(command):
                mine = True
            if type(record.command) is type(command) or (mine and isinstance(record.command, Continue)):
                events += record.events
    raise AssertionError(f"no answer to {command} in {ANSWER_SECONDS} s")
