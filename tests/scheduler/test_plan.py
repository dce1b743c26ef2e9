"""Times of day become moments: cut-offs and the days that end with them, phases, time zones and their changes."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from venue.domain.enums import Phase
from venue.domain.limits import MAX_MISSED_DAYS
from venue.scheduler.plan import PhaseTime, Plan, as_datetime, as_nanoseconds

NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")


def moment(text: str) -> int:
    return as_nanoseconds(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_moments_and_datetimes_are_the_same_to_the_microsecond() -> None:
    assert as_datetime(moment("2026-01-05T09:30:00.000001")).isoformat() == "2026-01-05T09:30:00.000001+00:00"


@pytest.mark.parametrize(
    ("plan", "after", "now", "expected"),
    [
        (Plan(), "2026-01-05T10:00", "2026-01-05T23:59:59", []),
        (Plan(), "2026-01-05T10:00", "2026-01-06T00:00", ["2026-01-06T00:00 20260105"]),
        (Plan(), "2026-01-06T00:00", "2026-01-06T12:00", []),
        (
            *(Plan(), "2026-02-27T10:00", "2026-03-02T09:00"),
            ["2026-02-28T00:00 20260227", "2026-03-01T00:00 20260228", "2026-03-02T00:00 20260301"],
        ),
        # 17:00 in New York is on the day that ends; the clocks change there on 8 March.
        (
            *(Plan(time(17), NEW_YORK), "2026-03-07T12:00", "2026-03-08T21:00"),
            ["2026-03-07T22:00 20260307", "2026-03-08T21:00 20260308"],
        ),
        (Plan(time(), TOKYO), "2026-01-05T12:00", "2026-01-05T15:00", ["2026-01-05T15:00 20260105"]),
        # Midnight there: the day before.
        (Plan(time(), NEW_YORK), "2026-01-05T12:00", "2026-01-06T12:00", ["2026-01-06T05:00 20260105"]),
    ],
)
def test_days_end_at_their_cut_offs(plan: Plan, after: str, now: str, expected: list[str]) -> None:
    ended = [f"{as_datetime(at):%Y-%m-%dT%H:%M} {day}" for at, day in plan.days_ended(moment(after), moment(now))]
    assert ended == expected


def test_no_more_than_the_last_days_are_made_up_for() -> None:
    days = [day for _, day in Plan().days_ended(moment("2020-01-01T00:00"), moment("2026-01-06T12:00"))]
    assert len(days) == MAX_MISSED_DAYS
    assert days[-1] == "20260105"


def weekly(zone: ZoneInfo = NEW_YORK) -> Plan:
    hours = ((Phase.PRE_OPEN, time(9)), (Phase.OPEN, time(9, 30)), (Phase.CLOSED, time(16)))
    return Plan(phases=tuple(PhaseTime("BTC-USD", phase, at, "mon-fri", zone) for phase, at in hours))


@pytest.mark.parametrize(
    ("now", "begins", "phase"),
    [
        ("2026-01-05T13:59:59", "2026-01-02T21:00", Phase.CLOSED),
        ("2026-01-05T14:00:00", "2026-01-05T14:00", Phase.PRE_OPEN),
        ("2026-01-05T14:30:00", "2026-01-05T14:30", Phase.OPEN),
        ("2026-01-05T20:59:59", "2026-01-05T14:30", Phase.OPEN),
        ("2026-01-10T12:00:00", "2026-01-09T21:00", Phase.CLOSED),
        # In summer an hour earlier by UTC.
        ("2026-07-06T13:30:00", "2026-07-06T13:30", Phase.OPEN),
    ],
)
def test_the_phase_that_began_last_is_found(now: str, begins: str, phase: Phase) -> None:
    assert weekly().last_phases(moment(now)) == {"BTC-USD": (moment(begins), phase)}


def test_of_two_phases_at_one_time_the_later_one_counts() -> None:
    at = time(12)
    phases = tuple(PhaseTime("X", phase, at, "mon-sun", UTC) for phase in (Phase.PRE_OPEN, Phase.OPEN))
    assert Plan(phases=phases).last_phases(moment("2026-01-05T12:00"))["X"][1] is Phase.OPEN


def test_a_weekly_phase_is_found_all_week() -> None:
    plan = Plan(phases=(PhaseTime("X", Phase.OPEN, time(12), "mon", UTC),))
    assert plan.last_phases(moment("2026-01-12T11:59:59")) == {"X": (moment("2026-01-05T12:00"), Phase.OPEN)}
