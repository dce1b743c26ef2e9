"""The venue stopped and started in mid-day, by the book: identity, open orders and sequence numbers go on."""

import subprocess
import sys

from tests.recovery.audit import ReplayedHashes, recoveries
from tests.recovery.desk import Desk
from tests.recovery.persistent_client import PersistentClient, wait_all
from tests.support.operator import Operator
from tests.support.running_venue import RunningVenue
from venue.domain.commands import SetSessionRules


def test_a_restart_in_mid_day(venue: RunningVenue, desks: tuple[Desk, Desk, PersistentClient]) -> None:
    a, b, compliance = desks
    resting = a.order("a1", "1", "5", "100")
    b.order("b1", "2", "2", "100")
    a.wait("fill", lambda: a.messages[-1][150] == "F")
    fills = [m for m in a.messages if m[150] == "F"]
    assert resting is not None
    assert [m[37] for m in fills] == [resting[37]]
    a.log_off()
    # Made while A is away: they must be there when it comes back, after the restart.
    b.order("b2", "2", "1", "100")
    number = a.next_out
    wait_all([b, compliance], "drop copy", lambda: len(compliance.messages) == 7)
    b.log_off()
    compliance.log_off()
    assert venue.stop() == 0
    venue.start()
    a.come_back()
    a.wait("the missed fill", lambda: a.messages[-1][150] == "F" and a.messages[-1][14] == "3")
    assert a.messages[-1][43] == "Y"
    assert a.messages[-1][122] <= a.messages[-1][52]
    assert a.messages[-1][37] == resting[37]
    status = a.status("a1", "1")
    assert (status[150], status[39], status[37], status[14], status[151]) == ("I", "1", resting[37], "3", "2")
    cancelled = a.cancel("a2", "a1", "1")
    assert (cancelled[150], cancelled[39], cancelled[37], cancelled[41]) == ("4", "4", resting[37], "a1")
    b.come_back()
    repeated = b.order("b1", "2", "2", "100")
    assert repeated is not None
    assert (repeated[150], repeated[103]) == ("8", "6")
    assert a.next_out > number
    # Compliance was away all the while, and catches up by resend.
    compliance.come_back()
    compliance.wait("what it missed", lambda: len(compliance.messages) == 10)
    assert [m[150] for m in compliance.messages[7:]] == ["I", "4", "8"]
    assert all(m.get(43) == "Y" for m in compliance.messages[7:])
    hashes = ReplayedHashes(venue.journal)
    for sequence, state_hash in recoveries(venue.data / "log" / "engine.log"):
        assert hashes.hash_at(sequence) == state_hash


def test_sequence_numbers_go_on_on_another_day(venue: RunningVenue, desks: tuple[Desk, Desk, PersistentClient]) -> None:
    """QuickFIX would begin a session anew whose store was made on another day."""
    a, b, compliance = desks
    a.order("a1", "1", "5", "100")
    for desk in desks:
        desk.log_off()
    venue.stop()
    stores = list(venue.data.glob("fix/*/*.session"))
    assert len(stores) == 4
    for store in stores:
        store.write_text("20200101-00:00:00")
    venue.start()
    for desk in desks:
        desk.come_back()
        assert desk.next_in > 3
    assert b.order("b1", "2", "5", "100") is not None
    wait_all([a, b, compliance], "fills", lambda: a.messages[-1][150] == "F" and len(compliance.messages) == 4)


def test_snapshots_and_the_tail_give_the_same_state_and_damage_is_passed_over(
    venue: RunningVenue, desks: tuple[Desk, Desk, PersistentClient]
) -> None:
    a, _, _ = desks
    for number in range(40):
        a.order(f"a{number}", "1", "1", "100", wait=False)
    a.report("a39")
    snapshots = venue.data / "snapshots"
    a.wait("snapshots", lambda: len(list(snapshots.glob("*.snapshot"))) == 3)
    for desk in desks:
        desk.log_off()
    venue.stop()
    newest = max(snapshots.glob("*.snapshot"))
    damaged = bytearray(newest.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    newest.write_bytes(damaged)
    venue.start()
    log = (venue.data / "log" / "engine.log").read_text()
    assert f"{newest}: the snapshot's body is damaged; an older one is used" in log
    sequence, state_hash = recoveries(venue.data / "log" / "engine.log")[-1]
    assert ReplayedHashes(venue.journal).hash_at(sequence) == state_hash
    assert int(newest.stem) <= sequence
    for desk in desks:
        desk.come_back()


def test_a_damaged_journal_stops_the_start_and_says_where(
    venue: RunningVenue, desks: tuple[Desk, Desk, PersistentClient]
) -> None:
    a, _, _ = desks
    a.order("a1", "1", "5", "100")
    for desk in desks:
        desk.log_off()
    venue.stop()
    for snapshot in venue.data.glob("snapshots/*.snapshot"):
        snapshot.unlink()
    (segment,) = venue.journal.glob("*.journal")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    command = [sys.executable, "-m", "venue", "run", "--config", str(venue.config), "--data-dir", str(venue.data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    said = done.stderr
    assert str(segment) in said
    assert "offset" in said
    assert "sequence" in said
    assert segment.read_bytes() == bytes(data)


def test_a_broker_that_goes_over_to_fix_42_loses_no_report(
    venue: RunningVenue, desks: tuple[Desk, Desk, PersistentClient]
) -> None:
    """Its numbers begin anew, as after a reset; what it missed comes in its new version; its order is what it was."""
    a, b, compliance = desks
    resting = a.order("a1", "1", "5", "100")
    assert resting is not None
    a.stay_away()
    b.order("b1", "2", "2", "100")
    wait_all([b, compliance], "drop copy", lambda: len(compliance.messages) == 4)
    assert venue.stop() == 0
    settings = venue.config / "order_entry.cfg"
    text = settings.read_text()
    settings.write_text(text.replace("TargetCompID=BROKER_A\n", "TargetCompID=BROKER_A\nBeginString=FIX.4.2\n"))
    venue.start()
    later = Desk(venue.order_entry, "BROKER_A", begin_string="FIX.4.2")
    later.come_back(reset=True)
    later.wait("what it missed", lambda: any(m.get(150) == "1" for m in later.messages))
    assert all(m.get(97) == "Y" for m in later.messages)
    (fill,) = [m for m in later.messages if m[150] == "1"]
    assert (fill[20], fill[39], fill[37], fill[14], fill[151]) == ("0", "1", resting[37], "2", "3")
    cancelled = later.cancel("a2", "a1", "1")
    assert (cancelled[150], cancelled[39], cancelled[37], cancelled[41]) == ("4", "4", resting[37], "a1")
    later.log_off()
    assert later.faults == []


def test_orders_are_cancelled_when_the_gateway_dies_under_a_session_that_asked_for_it(
    venue: RunningVenue, desks: tuple[Desk, Desk, PersistentClient]
) -> None:
    """Nobody told that the client was cut off: the next gateway does."""
    a, b, compliance = desks
    Operator(venue).order(SetSessionRules(0, "test", "BROKER_A", True, False))
    assert a.order("a1", "1", "5", "100") is not None
    assert b.order("b1", "1", "5", "99") is not None
    gone = venue.pid("order_entry")
    venue.kill("order_entry")
    venue.wait_restarted("order_entry", gone)
    compliance.wait("the cancel", lambda: any(message[150] == "4" for message in compliance.messages))
    (cancel,) = [message for message in compliance.messages if message[150] == "4"]
    assert (cancel[11], cancel[58], cancel[151]) == ("a1", "cancel on disconnect", "0")
    wait_all([a, b], "their return", lambda: a.logged_on and b.logged_on)
    assert b.status("b1", "1")[39] == "0"
