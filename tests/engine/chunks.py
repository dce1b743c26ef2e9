"""An engine whose unfinished work is always finished, as the sequencer has it done."""

from venue.domain.commands import Command, Continue
from venue.domain.events import Event
from venue.engine import Engine

MAX_CHUNKS = 100_000


class Chunked:
    """continued: how many more commands the last one needed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.continued = 0

    def apply(self, command: Command) -> list[Event]:
        events = self.engine.apply(command)
        self.continued = 0
        while self.engine.unfinished:
            events = events + self.engine.apply(Continue(command.at))
            self.continued += 1
            assert self.continued < MAX_CHUNKS, f"no end of {command}"
        return events
