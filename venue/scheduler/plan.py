"""When the trading day ends and when phases begin: times of day in a time zone, and the moments that they give.

Moments are nanoseconds since 1970 UTC.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from apscheduler.triggers.cron import CronTrigger

from venue.domain.enums import Phase
from venue.domain.limits import MAX_MISSED_DAYS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=8)
_MICROSECOND = timedelta(microseconds=1)


class PhaseTime(NamedTuple):
    """days: as APScheduler's day_of_week, "mon-fri"."""

    symbol: str
    phase: Phase
    at: time
    days: str
    zone: tzinfo

    def trigger(self) -> CronTrigger:
        return CronTrigger(
            day_of_week=self.days,
            hour=self.at.hour,
            minute=self.at.minute,
            second=self.at.second,
            timezone=self.zone,
        )

    def last(self, now: datetime) -> datetime | None:
        """The last moment of it up to now."""
        trigger, last = self.trigger(), None
        moment = trigger.get_next_fire_time(None, now - _WEEK)
        while moment is not None and moment <= now:
            last, moment = moment, trigger.get_next_fire_time(moment, moment + _MICROSECOND)
        return last


class Plan(NamedTuple):
    """day_ends: the daily cut-off, in day_zone. phases: of all instruments that have a schedule."""

    day_ends: time = time()
    day_zone: tzinfo = UTC
    phases: tuple[PhaseTime, ...] = ()

    def day_trigger(self) -> CronTrigger:
        at = self.day_ends
        return CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=self.day_zone)

    def days_ended(self, after: int, now: int) -> list[tuple[int, str]]:
        """The cut-offs beyond after, up to now, and the days that ended with them: those on which the last moment
        before the cut-off was. Of more than MAX_MISSED_DAYS, the last ones."""
        found: list[tuple[int, str]] = []
        today = as_datetime(now).astimezone(self.day_zone).date()
        for back in range(MAX_MISSED_DAYS, -1, -1):
            cut_off = datetime.combine(today - back * _DAY, self.day_ends, self.day_zone).astimezone(UTC)
            if after < as_nanoseconds(cut_off) <= now:
                last_moment = (cut_off - _MICROSECOND).astimezone(self.day_zone)
                found.append((as_nanoseconds(cut_off), last_moment.strftime("%Y%m%d")))
        return found[-MAX_MISSED_DAYS:]

    def last_phases(self, now: int) -> dict[str, tuple[int, Phase]]:
        """By symbol, the phase that its schedule began last, and when."""
        found: dict[str, tuple[int, Phase]] = {}
        for phase_time in self.phases:
            last = phase_time.last(as_datetime(now))
            if last is not None and as_nanoseconds(last) >= found.get(phase_time.symbol, (0, None))[0]:
                found[phase_time.symbol] = as_nanoseconds(last), phase_time.phase
        return found


def as_datetime(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment // 1000)


def as_nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND * 1000
