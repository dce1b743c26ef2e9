"""The database of a whole venue: `venue rebuild`, `venue reconcile`, and what happens when its processes are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.projections.running import shown, wait_until
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.funds_commands import CreditAccount, OpenLedger, RequestWithdrawal
from venue.domain.funds_events import WithdrawalRequested, WithdrawalsBlocked
from venue.domain.money import Amount
from venue.ops.config import DATABASE_URL, DataDirectory
from venue.projections import database
from venue.projections.embedded import address_of
from venue.sequencer import codec
from venue.sequencer.link import NO_FEED, Link, LinkLost
from venue.sequencer.segments import ChainWalk, list_segments


class Venue(RunningVenue):
    @property
    def address(self) -> str:
        return address_of(DataDirectory(self.data).postgres)

    def run(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-m", "venue", command, "--data-dir", str(self.data)]
        environment = {**os.environ, DATABASE_URL: "", **environment}
        return subprocess.run(arguments, capture_output=True, text=True, env=environment, check=False)

    def last(self) -> int:
        walk = ChainWalk(list_segments(self.journal))
        return sum(len(payloads) for _, payloads in walk)

    def wait_shown(self) -> None:
        last = self.last()
        wait_until(lambda: shown(self.address) >= last)

    def plant(self, statement: str) -> None:
        with database.engine(self.address, database.OWNER).begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))


@pytest.fixture
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    root = tmp_path_factory.mktemp("v")
    venue = Venue(root)
    market = venue.config / "instruments.toml"
    market.write_text("[reconciliation]\nevery_seconds = 1\nblock_withdrawals = true\n\n" + market.read_text())
    venue.start(database=True)
    yield venue
    venue.stop()


def fund(venue: Venue, count: int = 1) -> None:
    operator = Operator(venue)
    operator.order(OpenLedger(0, "test"))
    for number in range(count):
        operator.order(CreditAccount(0, "test", f"credit {number}", "A-1", "USD", Amount(1_000 + number)))


def engine_is_there(venue: Venue) -> bool:
    try:
        Link(DataDirectory(venue.data).priority_socket, "is it there", NO_FEED).close()
    except LinkLost:
        return False
    return True


def test_rebuild_and_reconcile_while_the_venue_runs_and_when_it_does_not(venue: Venue) -> None:
    fund(venue, 5)
    venue.wait_shown()
    for _ in range(2):
        rebuilt, reconciled = venue.run("rebuild"), venue.run("reconcile")
        assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
        assert rebuilt.stdout.startswith("rebuilt: the tables show all")
        assert (reconciled.returncode, reconciled.stderr) == (0, "")
        assert reconciled.stdout.startswith("good: ")
        venue.stop()
    venue.start(database=True)
    fund(venue, 6)
    venue.wait_shown()
    assert venue.run("reconcile").returncode == 0


def test_a_fault_is_told_and_withdrawals_end(venue: Venue) -> None:
    """Within a second or two, by itself; and by `venue reconcile`, as a table."""
    fund(venue, 3)
    operator = Operator(venue)
    asked = operator.order(RequestWithdrawal(0, "test", "w1", "A-1", "USD", Amount(5), "bank"))
    assert isinstance(asked[0], WithdrawalRequested)
    venue.wait_shown()
    of_usd = "owner = 'A-1' AND asset = 'USD' AND bucket = 'available'"
    venue.plant(f"UPDATE balances SET balance = balance + 7 WHERE {of_usd}")

    def blocked() -> list[WithdrawalsBlocked]:
        records = [codec.decode_record(p) for _, payloads in ChainWalk(list_segments(venue.journal)) for p in payloads]
        return [event for record in records for event in record.events if isinstance(event, WithdrawalsBlocked)]

    wait_until(lambda: bool(blocked()), 15)
    (event,) = blocked()
    assert event.blocked
    assert event.operator == "reconciliation"
    assert "USD" in event.reason
    refused = operator.order(RequestWithdrawal(0, "test", "w2", "A-1", "USD", Amount(5), "bank"))
    assert "WITHDRAWALS_BLOCKED" in repr(refused)
    found = venue.run("reconcile")
    assert found.returncode == 1
    assert "A-1" in found.stdout
    assert "USD" in found.stdout
    assert "differences" in found.stderr
    with database.engine(venue.address, database.READER).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alarms WHERE asset = 'USD'")).scalar_one() >= 2
    venue.run("rebuild")
    assert venue.run("reconcile").returncode == 0


def test_processes_of_the_database_killed(venue: Venue) -> None:
    """Each comes back by itself, with what it had; no server is left behind."""
    fund(venue, 3)
    venue.wait_shown()
    for name in ("database", "projector", "database", "engine"):
        old = venue.pid(name)
        venue.kill(name)
        venue.wait_restarted(name, old)
        wait_until(lambda: shown(venue.address) >= 0 and engine_is_there(venue))
        Operator(venue).order(CreditAccount(0, "test", f"{name} {old}", "A-1", "USD", Amount(5)))
        venue.wait_shown()
    assert venue.run("reconcile").returncode == 0
    postmaster = int((DataDirectory(venue.data).postgres / "postmaster.pid").read_text().splitlines()[0])
    venue.stop()
    wait_until(lambda: not Path(f"/proc/{postmaster}").exists(), 10)
    venue.start(database=True)


def test_a_projector_that_stands_still_holds_up_nobody(venue: Venue) -> None:
    pid = venue.pid("projector")
    os.kill(pid, signal.SIGSTOP)
    try:
        fund(venue, 30)
    finally:
        os.kill(pid, signal.SIGCONT)
    venue.wait_shown()
    assert venue.run("reconcile").returncode == 0


def test_a_database_that_is_not_there_keeps_nobody_from_trading(tmp_path: Path) -> None:
    venue = Venue(tmp_path)
    os.environ[DATABASE_URL], before = "postgresql://nobody:secret@127.0.0.1:1/venue", os.environ[DATABASE_URL]
    try:
        venue.start(database=None)
        fund(venue, 2)
        time.sleep(0.5)
        wanted = venue.run("reconcile", **{DATABASE_URL: os.environ[DATABASE_URL]})
    finally:
        os.environ[DATABASE_URL] = before
        venue.stop()
    assert wanted.returncode == 1
    assert "the database does not serve" in wanted.stderr
    assert "secret" not in wanted.stderr + "".join(path.read_text() for path in (venue.data / "log").iterdir())


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({DATABASE_URL: "none"}, "VENUE_DATABASE_URL is none"),
        ({DATABASE_URL: "mysql://x:secret@y/z"}, "begins with mysql://, not postgresql://"),
    ],
)
def test_a_wrong_address_is_told(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    venue = Venue(tmp_path)
    (venue.data / "journal").mkdir(parents=True)
    refused = venue.run("reconcile", **environment)
    assert refused.returncode != 0
    assert said in refused.stderr
    assert "secret" not in refused.stderr


def test_no_journal_is_told(tmp_path: Path) -> None:
    refused = Venue(tmp_path).run("rebuild")
    assert refused.returncode == 1
    assert "give the venue's --data-dir" in refused.stderr
