"""What is due: the journal's records go in, commands come out. The time is always given, never asked for."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from venue.domain.commands import Command, EndDay, PassTime, SetPhase
from venue.domain.enums import Phase
from venue.domain.events import DayEnded, OperatorCommandRejected, OrderPlaced, OrderReplaced, PhaseChanged
from venue.domain.terms import SpecialState
from venue.scheduler.memory import Learned
from venue.scheduler.plan import Plan
from venue.sequencer.codec import Record

NAME = "scheduler"
REASON = "by schedule"
# Due times are met at the next whole pulse, so that many of them need few commands.
PULSE_NS = 100_000_000


class Duties:
    """waiting: commands that were given out and have not come back on the feed."""

    def __init__(self, plan: Plan, learned: Learned) -> None:
        self.learned = learned
        self._plan = plan
        self._due = set(learned.due)
        self._halted = set(learned.halted)
        self._days_sent: set[str] = set()
        self._phases_sent: dict[str, int] = {}
        self._time_sent = False
        self._pass_time_not_before = 0
        # Any: each takes its own event type, for which a dict has no name.
        self._events: dict[type, Callable[[Any], None]] = {
            OrderPlaced: lambda event: self._expires(event.special),
            OrderReplaced: lambda event: self._expires(event.order.special),
            PhaseChanged: lambda event: self._add(event.until),
            DayEnded: lambda event: self._ended(event.day),
        }

    @property
    def waiting(self) -> bool:
        return self._time_sent or bool(self._days_sent or self._phases_sent)

    @property
    def next_due(self) -> int:
        """When PassTime is wanted next, unless other commands come; 0: not for what is known now."""
        due = self.learned.due
        return max(due[0], self._pass_time_not_before) if due and not self._time_sent else 0

    def learn(self, record: Record) -> None:
        """Every record of the journal, in order."""
        learned, command = self.learned, record.command
        learned.sequence, learned.at = record.sequence, command.at
        learned.first_at = learned.first_at or command.at
        for event in record.events:
            learner = self._events.get(type(event))
            if learner is not None:
                learner(event)
        if type(command) is SetPhase:
            self._phase_was_set(command, record)
        elif type(command) is EndDay and command.operator == NAME:
            # Whatever came of it, trying again would not change it.
            self._days_sent.discard(command.day)
            self._ended(command.day)
        elif type(command) is PassTime and command.operator == NAME:
            self._time_sent = False
        while learned.due and learned.due[0] <= command.at:
            self._due.discard(heappop(learned.due))

    def commands_due(self, now: int) -> list[Command]:
        """What to send, each once until forget_sent."""
        due = [*self._days(now), *self._phases(now)]
        due.sort(key=lambda pair: pair[0])
        commands = [command for _, command in due]
        next_due = self.next_due
        if next_due and next_due <= now:
            self._time_sent = True
            self._pass_time_not_before = now + PULSE_NS
            commands.append(PassTime(0, NAME))
        return commands

    def forget_sent(self) -> None:
        """The engine went away: what did not come back on the feed is due again."""
        self._days_sent.clear()
        self._phases_sent.clear()
        self._time_sent = False

    def _days(self, now: int) -> list[tuple[int, Command]]:
        learned = self.learned
        if not learned.first_at:
            return []
        found: list[tuple[int, Command]] = []
        for cut_off, day in self._plan.days_ended(learned.first_at, now):
            if day > learned.ended and day not in self._days_sent:
                self._days_sent.add(day)
                found.append((cut_off, EndDay(0, NAME, day)))
        return found

    def _phases(self, now: int) -> list[tuple[int, Command]]:
        found: list[tuple[int, Command]] = []
        for symbol, (begins, phase) in self._plan.last_phases(now).items():
            spoken = max(self.learned.phase_set.get(symbol, 0), self._phases_sent.get(symbol, 0))
            if spoken < begins and symbol not in self._halted:
                self._phases_sent[symbol] = begins
                found.append((begins, SetPhase(0, NAME, symbol, phase, REASON)))
        return found

    def _phase_was_set(self, command: SetPhase, record: Record) -> None:
        learned, symbol = self.learned, command.symbol
        if command.operator == NAME:
            learned.phase_set[symbol] = max(command.at, self._phases_sent.pop(symbol, 0))
            return
        if any(type(event) is OperatorCommandRejected for event in record.events):
            return
        learned.phase_set[symbol] = command.at
        if command.phase is Phase.HALTED:
            self._halted.add(symbol)
        else:
            self._halted.discard(symbol)
        learned.halted = sorted(self._halted)

    def _ended(self, day: str) -> None:
        self.learned.ended = max(self.learned.ended, day)

    def _expires(self, special: SpecialState | None) -> None:
        if special is not None:
            self._add(special.terms.expires_at)

    def _add(self, moment: int) -> None:
        """What is not in the future, 0 among it, is forgotten with the record that tells of it."""
        pulse = -(-moment // PULSE_NS) * PULSE_NS
        if pulse not in self._due:
            self._due.add(pulse)
            heappush(self.learned.due, pulse)
