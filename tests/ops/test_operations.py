"""A day at a running venue: what operators and the clock order happens to brokers' orders, over every restart."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.ops.conftest import venue
from tests.recovery.audit import records
from tests.recovery.desk import Desk
from tests.support.fix_client import timestamp
from tests.support.running_venue import RunningVenue, running_venue
from venue.domain.commands import EndDay, SetPhase
from venue.domain.enums import Phase
from venue.domain.events import DayEnded, OrderDoneForDay, OrderPlaced

pytestmark = pytest.mark.slow

WHY = ("--reason", "a test")
BTC_USD = 'symbol = "BTC-USD"'
Typed = Callable[..., str]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningVenue]:
    with running_venue(tmp_path) as running:
        yield running


def typed(running: RunningVenue, *arguments: str) -> str:
    done = venue(*arguments, "--data-dir", running.data)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def broker(running: RunningVenue, comp_id: str) -> Desk:
    desk = Desk(running.order_entry, comp_id)
    desk.log_on()
    return desk


def configure(running: RunningVenue, file: str, old: str, new: str) -> None:
    path = running.config / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_a_kill_switch_empties_the_book_and_refuses_orders_until_released(running: RunningVenue) -> None:
    a, b = broker(running, "BROKER_A"), broker(running, "BROKER_B")
    for number in range(3):
        a.order(f"a{number}", "1", "1", "100")
    b.order("b0", "1", "1", "100")
    assert "firm BROKER_A is on: 3 orders cancelled" in typed(running, "kill", "firm", "BROKER_A", *WHY)
    refused = a.order("a3", "1", "1", "100")
    assert refused is not None
    assert refused[39] == "8"
    taken = b.order("b1", "1", "1", "100")
    assert taken is not None
    assert taken[39] == "0"
    typed(running, "release", "firm", "BROKER_A")
    taken = a.order("a4", "1", "1", "100")
    assert taken is not None
    assert taken[39] == "0"
    assert "the venue is on: 3 orders cancelled" in typed(running, "kill", "venue", *WHY)
    a.stay_away()
    b.stay_away()


def test_a_halt_gathers_orders_that_an_auction_trades(running: RunningVenue) -> None:
    a, b = broker(running, "BROKER_A"), broker(running, "BROKER_B")
    assert typed(running, "phase", "BTC-USD", "halt", *WHY).startswith("BTC-USD is halted")
    a.order("a1", "1", "2", "101")
    b.order("b1", "2", "2", "99")
    opened = typed(running, "phase", "BTC-USD", "open")
    assert opened.startswith("BTC-USD is open. Auction: 1 trade, 2 BTC at ")
    a.stay_away()
    b.stay_away()


def test_the_settings_rules_hold_from_the_listing_on_and_operators_changes_over_restarts(
    tmp_path: Path,
) -> None:
    running = RunningVenue(tmp_path)
    configure(running, "instruments.toml", 'symbol = "ETH-USD"', 'symbol = "ETH-USD"\nrules.protection = "5"')
    running.start()
    assert 'protection = "5"' in typed(running, "rules", "ETH-USD")
    mine = tmp_path / "rules.toml"
    mine.write_text('protection = "7"')
    typed(running, "rules", "ETH-USD", "--set", str(mine))
    running.stop()
    running.start()
    assert 'protection = "7"' in typed(running, "rules", "ETH-USD")
    running.stop()
    running.start("--apply-rules")
    assert 'protection = "5"' in typed(running, "rules", "ETH-USD")
    typed(running, "rules", "ETH-USD", "--set", str(mine))
    # An engine that is started again is not the venue's start.
    engine = running.pid("engine")
    running.kill("engine")
    running.wait_restarted("engine", engine)
    _wait(lambda: venue("rules", "ETH-USD", "--data-dir", running.data).returncode == 0)
    assert 'protection = "7"' in typed(running, "rules", "ETH-USD")
    running.stop()


def test_a_day_ends_once_whatever_is_killed(tmp_path: Path) -> None:
    running = RunningVenue(tmp_path)
    cut_off = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=12)
    market = running.config / "instruments.toml"
    market.write_text(f'day.ends = "{cut_off:%H:%M:%S}"\n' + market.read_text())
    opens, closes = cut_off - timedelta(hours=1), cut_off + timedelta(seconds=1)
    schedule = f'{BTC_USD}\nschedule.open = "{opens:%H:%M:%S}"\nschedule.close = "{closes:%H:%M:%S}"'
    configure(running, "instruments.toml", BTC_USD, schedule)
    running.start()
    assert datetime.now(UTC) < cut_off, "the machine is too slow for this test"
    a = broker(running, "BROKER_A")
    fields = [(11, "day"), (1, "A-1"), (55, "BTC-USD"), (54, "1"), (60, timestamp())]
    a.send("D", [*fields, (38, "1"), (40, "2"), (44, "100"), (59, "0")])
    a.report("day")
    a.order("gtc", "1", "1", "100")
    a.stay_away()
    _wait(lambda: any(isinstance(r.command, EndDay) for r in records(running.journal)), 20)
    scheduler = running.pid("scheduler")
    running.kill("scheduler")
    running.wait_restarted("scheduler", scheduler)
    _wait(lambda: sum(isinstance(r.command, SetPhase) for r in records(running.journal)) == 2, 20)
    running.stop()
    running.start()
    running.stop()
    found = list(records(running.journal))
    events = [event for record in found for event in record.events]
    assert [event.day for event in events if isinstance(event, DayEnded)] == [f"{cut_off:%Y%m%d}"]
    placed = [event.order_id for event in events if isinstance(event, OrderPlaced)]
    assert [event.order.order_id for event in events if isinstance(event, OrderDoneForDay)] == placed[:1]
    phases = [(r.command.operator, r.command.phase) for r in found if isinstance(r.command, SetPhase)]
    # Of the last opening nothing was known: it came as the venue started.
    assert phases == [("scheduler", Phase.OPEN), ("scheduler", Phase.CLOSED)]


def _wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
