"""What is due, by the journal and the time: every duty once, whatever restarts, and what was missed made up for."""

from datetime import UTC, time

import msgspec
import pytest

from tests.scheduler.test_plan import moment
from tests.support.toy_market import ToyMarket
from venue.domain.commands import AddFirm, Command, EndDay, PassTime, PlaceOrder, ReplaceOrder, SetPhase
from venue.domain.enums import OrderStatus, OrderType, Phase, Side, TimeInForce
from venue.domain.events import (
    Event,
    OperatorCommandRejected,
    OrderPlaced,
    OrderReplaced,
    OrderState,
    PhaseChanged,
)
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import SpecialState, Terms
from venue.scheduler.duties import NAME, PULSE_NS, REASON, Duties
from venue.scheduler.memory import Learned
from venue.scheduler.plan import PhaseTime, Plan
from venue.sequencer.codec import Record

SYMBOL = "BTC-USD"
START = "2026-01-05T10:00"
SECOND = 1_000_000_000
SCHEDULE = Plan(
    phases=(
        PhaseTime(SYMBOL, Phase.OPEN, time(9), "mon-fri", UTC),
        PhaseTime(SYMBOL, Phase.CLOSED, time(17), "mon-fri", UTC),
    )
)


class Clock:
    """Duties at a toy venue: what they send comes back on the feed, stamped with the time at which it is looked."""

    def __init__(self, plan: Plan = Plan(), start: str = START) -> None:  # noqa: B008  # a plan is a value
        self.plan = plan
        self.market = ToyMarket()
        self.records: list[Record] = []
        self.duties = Duties(plan, Learned())
        self.happens(AddFirm(0, "test", "FIRM"), start)

    def happens(self, command: Command, at: str | int, events: list[Event] | None = None) -> None:
        stamp = moment(at) if isinstance(at, str) else at
        stamped = msgspec.structs.replace(command, at=stamp)
        applied = self.market.apply(stamped)
        self.records.append(Record(self.market.sequence, stamped, applied if events is None else events))
        self.duties.learn(self.records[-1])

    def looks(self, at: str | int) -> list[Command]:
        """What is due then, which then happens."""
        now = moment(at) if isinstance(at, str) else at
        commands = self.duties.commands_due(now)
        for command in commands:
            self.happens(command, now)
        return commands

    def restarts(self, remembering: bool) -> None:
        """As the process does: from what it saved, or from the journal's first record."""
        learned = Learned()
        if remembering:
            learned = msgspec.msgpack.decode(msgspec.msgpack.encode(self.duties.learned), type=Learned)
        self.duties = Duties(self.plan, learned)
        for record in self.records[learned.sequence :]:
            self.duties.learn(record)


def days(commands: list[Command]) -> list[str]:
    return [command.day for command in commands if isinstance(command, EndDay)]


def phases(commands: list[Command]) -> list[Phase]:
    return [command.phase for command in commands if isinstance(command, SetPhase)]


def good_till(expires_at: int) -> PlaceOrder:
    return PlaceOrder(
        *(0, "DESK", 1, "c1", "A-1", SYMBOL, Side.BUY, OrderType.LIMIT, TimeInForce.GTD, 100, 5),
        terms=Terms(expires_at=expires_at),
    )


@pytest.fixture(params=[True, False], ids=["remembering", "from the start"])
def remembering(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_a_day_is_ended_once_at_its_cut_off() -> None:
    clock = Clock()
    assert clock.looks("2026-01-05T23:59:59.999999") == []
    assert clock.looks("2026-01-06T00:00") == [EndDay(0, NAME, "20260105")]
    assert clock.looks("2026-01-06T00:00:01") == []
    assert clock.market.day == "20260105"


def test_a_day_that_was_sent_is_not_sent_again_until_the_engine_goes_away() -> None:
    clock = Clock()
    due = clock.duties.commands_due(moment("2026-01-06T00:00"))
    assert days(due) == ["20260105"]
    assert clock.duties.waiting
    assert clock.duties.commands_due(moment("2026-01-06T00:01")) == []
    clock.duties.forget_sent()
    assert clock.duties.commands_due(moment("2026-01-06T00:01")) == due


def test_an_empty_journal_has_no_days_to_end() -> None:
    assert Duties(Plan(), Learned()).commands_due(moment("2026-01-06T12:00")) == []


def test_days_missed_are_ended_in_order_and_none_twice(remembering: bool) -> None:
    clock = Clock()
    clock.looks("2026-01-06T00:00")
    clock.restarts(remembering)
    assert days(clock.looks("2026-01-09T12:00")) == ["20260106", "20260107", "20260108"]
    clock.restarts(remembering)
    assert clock.looks("2026-01-09T12:00:01") == []
    assert not clock.duties.waiting


def test_a_day_that_an_operator_ended_is_ended() -> None:
    clock = Clock()
    clock.happens(EndDay(0, "somebody", "20260105"), "2026-01-05T23:00")
    assert clock.looks("2026-01-06T00:00") == []


def test_a_refused_end_of_day_is_not_tried_again() -> None:
    clock = Clock()
    clock.market.day = "20260107"
    assert days(clock.looks("2026-01-06T00:00")) == ["20260105"]
    assert clock.looks("2026-01-06T00:01") == []
    assert clock.duties.learned.ended == "20260105"


def test_a_refused_end_of_day_does_not_undo_a_later_one() -> None:
    clock = Clock()
    (late,) = clock.duties.commands_due(moment("2026-01-06T00:00"))
    clock.happens(EndDay(0, "somebody", "20260106"), "2026-01-06T00:00")
    clock.happens(late, "2026-01-06T00:00")
    assert clock.looks("2026-01-07T00:00") == []


def test_time_is_passed_when_an_order_expires_and_only_then() -> None:
    clock = Clock()
    expires_at = moment("2026-01-05T11:00")
    clock.happens(good_till(expires_at), "2026-01-05T10:30")
    assert clock.duties.next_due == expires_at
    assert clock.looks(expires_at - 1) == []
    assert clock.looks(expires_at) == [PassTime(0, NAME)]
    assert clock.duties.next_due == 0
    assert clock.looks("2026-01-05T12:00") == []


def test_an_expiry_that_a_replace_brings_counts_too() -> None:
    clock = Clock()
    expires_at = moment("2026-01-05T11:00")
    state = OrderState(
        *(1, "DESK", "c2", "A-1", SYMBOL, Side.BUY, OrderType.LIMIT, TimeInForce.GTD, 100, 5, 0, 0, OrderStatus.NEW),
        special=SpecialState(Terms(expires_at=expires_at)),
    )
    replace = ReplaceOrder(
        0, "DESK", 2, "c2", "c1", 0, "", SYMBOL, Side.BUY, OrderType.LIMIT, None, 100, 5, terms=Terms(0, expires_at)
    )
    clock.happens(replace, "2026-01-05T10:30", [OrderReplaced(state, "c1")])
    assert clock.duties.next_due == expires_at


def test_the_end_of_a_halt_is_due() -> None:
    clock = Clock()
    until = moment("2026-01-05T10:35")
    halt: list[Event] = [PhaseChanged(SYMBOL, Phase.HALTED, until, "circuit breaker")]
    clock.happens(good_till(0), "2026-01-05T10:30", halt)
    assert clock.looks(until) == [PassTime(0, NAME)]


def test_any_command_at_the_time_does_what_is_due() -> None:
    clock = Clock()
    expires_at = moment("2026-01-05T11:00")
    clock.happens(good_till(expires_at), "2026-01-05T10:30")
    clock.happens(AddFirm(0, "test", "X"), expires_at)
    assert clock.looks(expires_at) == []


def test_many_expiries_at_nearly_one_time_take_one_command() -> None:
    clock = Clock()
    expires_at = moment("2026-01-05T11:00")
    for nanoseconds in range(1, 1000):
        clock.happens(good_till(expires_at + nanoseconds), "2026-01-05T10:30")
    assert clock.duties.next_due == expires_at + PULSE_NS
    assert len(clock.duties.learned.due) == 1
    assert clock.looks(expires_at + PULSE_NS) == [PassTime(0, NAME)]
    assert clock.duties.next_due == 0


def test_time_is_passed_again_by_and_by_where_the_engines_clock_is_behind() -> None:
    clock = Clock()
    expires_at = moment("2026-01-05T11:00")
    clock.happens(good_till(expires_at), "2026-01-05T10:30")
    assert clock.duties.commands_due(expires_at) == [PassTime(0, NAME)]
    assert clock.duties.commands_due(expires_at + SECOND) == []
    clock.happens(PassTime(0, NAME), expires_at - 5)
    assert clock.duties.next_due == expires_at + PULSE_NS
    assert clock.looks(expires_at + PULSE_NS) == [PassTime(0, NAME)]
    assert clock.duties.next_due == 0


def test_expiries_are_known_after_a_restart(remembering: bool) -> None:
    clock = Clock()
    first, second = moment("2026-01-05T11:00"), moment("2026-01-05T12:00")
    clock.happens(good_till(second), "2026-01-05T10:30")
    clock.happens(good_till(first), "2026-01-05T10:31")
    clock.restarts(remembering)
    assert clock.duties.next_due == first
    assert clock.looks("2026-01-05T11:30") == [PassTime(0, NAME)]
    clock.restarts(remembering)
    assert clock.duties.next_due == second


def test_phases_begin_by_schedule() -> None:
    clock = Clock(SCHEDULE, "2026-01-05T08:00")
    # Venue and schedule are new: it is as on any morning.
    assert clock.looks("2026-01-05T08:00") == [SetPhase(0, NAME, SYMBOL, Phase.CLOSED, REASON)]
    assert phases(clock.looks("2026-01-05T09:00")) == [Phase.OPEN]
    assert clock.looks("2026-01-05T09:01") == []
    assert phases(clock.looks("2026-01-05T17:00")) == [Phase.CLOSED]
    assert phases(clock.looks("2026-01-06T09:00")) == [Phase.OPEN]


def test_of_missed_phases_the_last_one_begins_after_the_day_that_ended_before_it(remembering: bool) -> None:
    clock = Clock(SCHEDULE, "2026-01-05T08:00")
    clock.looks("2026-01-05T12:00")
    clock.restarts(remembering)
    due = clock.looks("2026-01-06T10:00")
    assert [type(command) for command in due] == [EndDay, SetPhase]
    # It is open since yesterday, and the close in between was missed.
    assert phases(due) == [Phase.OPEN]
    clock.restarts(remembering)
    assert clock.looks("2026-01-06T10:01") == []


def test_what_an_operator_ordered_since_stands_until_the_next_time(remembering: bool) -> None:
    clock = Clock(SCHEDULE, "2026-01-05T08:00")
    clock.looks("2026-01-05T09:00")
    clock.happens(SetPhase(0, "op", SYMBOL, Phase.CLOSED), "2026-01-05T12:00")
    clock.restarts(remembering)
    assert clock.looks("2026-01-05T12:01") == []
    clock.happens(SetPhase(0, "op", SYMBOL, Phase.OPEN), "2026-01-05T17:00:01")
    assert clock.looks("2026-01-05T17:00:02") == []
    assert phases(clock.looks("2026-01-06T09:00")) == [Phase.OPEN]


def test_a_halt_that_an_operator_ordered_stays_until_an_operator_ends_it(remembering: bool) -> None:
    clock = Clock(SCHEDULE, "2026-01-05T08:00")
    clock.looks("2026-01-05T09:00")
    clock.happens(SetPhase(0, "op", SYMBOL, Phase.HALTED), "2026-01-05T12:00")
    clock.restarts(remembering)
    assert phases(clock.looks("2026-01-06T10:00")) == []
    clock.happens(SetPhase(0, "op", SYMBOL, Phase.OPEN), "2026-01-06T11:00")
    assert clock.looks("2026-01-06T11:01") == []
    assert phases(clock.looks("2026-01-06T17:00")) == [Phase.CLOSED]


def test_a_second_halt_changes_nothing() -> None:
    clock = Clock(SCHEDULE, "2026-01-05T08:00")
    for at in ("2026-01-05T08:30", "2026-01-05T08:31"):
        clock.happens(SetPhase(0, "op", SYMBOL, Phase.HALTED), at)
    assert phases(clock.looks("2026-01-05T09:00")) == []


def test_a_refused_halt_is_none() -> None:
    clock = Clock(SCHEDULE, "2026-01-05T08:00")
    refused: list[Event] = [OperatorCommandRejected(RejectReason.UNKNOWN_REFERENCE, "")]
    clock.happens(SetPhase(0, "op", SYMBOL, Phase.HALTED), "2026-01-05T08:30", refused)
    assert phases(clock.looks("2026-01-05T09:00")) == [Phase.OPEN]


def test_an_ordinary_order_is_nothing_to_remember() -> None:
    clock = Clock()
    place = msgspec.structs.replace(good_till(0), terms=None)
    clock.happens(place, "2026-01-05T10:30", [OrderPlaced(2, "A-1")])
    assert clock.duties.next_due == 0
