"""Each window in which a gateway or the engine can be killed, by construction: what the kill would have left is made
by hand, or the engine is frozen so that the moment lasts."""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.recovery.audit import check_received, execution_reports_of, reports_of
from tests.recovery.desk import Desk, kill_all
from tests.recovery.persistent_client import PersistentClient, wait_all
from tests.support.running_venue import RunningVenue
from venue.fix.positions import Position

pytestmark = pytest.mark.slow

Desks = tuple[Desk, Desk, PersistentClient]


# The windows in which what a report says decides, or whose session it is, in FIX 4.2 too.
in_both_versions = pytest.mark.parametrize("desks", ["BROKER_A", "BROKER_42"], indirect=True)


def store(venue: RunningVenue, kind: str, who: PersistentClient) -> Path:
    return venue.data / "fix" / "order_entry" / f"{who.begin_string}-VENUE-{who.comp_id}.{kind}"


def position(venue: RunningVenue, who: PersistentClient) -> Position:
    return Position(venue.data / "fix" / "order_entry" / f"{who.comp_id}.position")


def set_numbers(venue: RunningVenue, who: PersistentClient, change: Callable[[int, int], tuple[int, int]]) -> None:
    """Rewrites QuickFIX's next sender and target numbers as QuickFIX does."""
    path = store(venue, "seqnums", who)
    sender, target = change(*map(int, path.read_text().split(":")))
    path.write_text(f"{sender:020d} : {target:020d}")


def drop_last_stored(venue: RunningVenue, who: PersistentClient) -> int:
    """Takes the newest message out of the store's index; its number."""
    path = store(venue, "header", who)
    entries = path.read_text().split(" ")[:-1]
    path.write_text(" ".join(entries[:-1]) + " ")
    return int(entries[-1].split(",")[0])


def killed_and_changed(venue: RunningVenue, change: Callable[[], None]) -> None:
    """Kills everything at once, changes what lies on the disk, and starts the venue again."""
    kill_all(venue)
    change()
    venue.start()


def settle_and_check(venue: RunningVenue, desks: Desks) -> Counter[str]:
    """Trades once more, waits for quiet, and compares all that came with the journal. The repeats by client."""
    a, b, compliance = desks
    wait_all(desks, "logon", lambda: all(desk.complete for desk in desks))
    turn = len(a.messages) + len(b.messages)
    a.order(f"last-a{turn}", "1", "1", "100")
    b.order(f"last-b{turn}", "2", "1", "100")
    for desk in desks:
        desk.run(0.3)
    wait_all(desks, "quiet", lambda: all(desk.complete for desk in desks))
    reports = reports_of(venue.journal, [desk.comp_id for desk in desks if desk.begin_string == "FIX.4.2"])
    again = Counter({desk.comp_id: check_received(desk, reports[desk.comp_id]) for desk in (a, b)})
    again["COMPLIANCE"] = check_received(compliance, execution_reports_of(venue.journal))
    return again


@in_both_versions
def test_killed_after_a_report_was_stored_and_before_its_position(venue: RunningVenue, desks: Desks) -> None:
    a = desks[0]
    report = a.order("a1", "1", "5", "100")
    assert report is not None
    sequence = int(report[37])
    killed_and_changed(venue, lambda: position(venue, a).advance(sequence, 0))
    assert settle_and_check(venue, desks).total() == 0


def test_killed_after_a_report_was_stored_and_before_its_number_was_counted(venue: RunningVenue, desks: Desks) -> None:
    """Such a report was never sent: the client logs on without knowing its number."""
    a = desks[0]
    a.order("a0", "1", "5", "100")
    report = a.order("a1", "1", "5", "100")
    assert report is not None
    sequence = int(report[37])

    def change() -> None:
        set_numbers(venue, a, lambda sender, target: (sender - 1, target))
        position(venue, a).advance(sequence, 0)
        # The client did not get it.
        assert a.messages.pop()[34] == str(a.next_in - 1)
        a.next_in -= 1

    killed_and_changed(venue, change)
    assert settle_and_check(venue, desks).total() == 0


@in_both_versions
def test_killed_before_a_report_was_stored(venue: RunningVenue, desks: Desks) -> None:
    a = desks[0]
    a.order("a0", "1", "5", "100")
    report = a.order("a1", "1", "5", "100")
    assert report is not None
    sequence = int(report[37])

    def change() -> None:
        set_numbers(venue, a, lambda sender, target: (drop_last_stored(venue, a), target))
        position(venue, a).advance(sequence, 0)
        a.messages.pop()
        a.next_in -= 1

    killed_and_changed(venue, change)
    assert settle_and_check(venue, desks).total() == 0


def test_killed_amid_the_write_of_an_index_entry(venue: RunningVenue, desks: Desks) -> None:
    """The entry cut in two must not spoil the next one: a ResendRequest for all brings every report."""
    a = desks[0]
    a.order("a0", "1", "5", "100")
    report = a.order("a1", "1", "5", "100")
    assert report is not None
    sequence = int(report[37])

    def change() -> None:
        header = store(venue, "header", a)
        text = header.read_text().rstrip(" ")
        header.write_text(text[: text.rindex(" ") + 2])
        set_numbers(venue, a, lambda sender, target: (sender - 1, target))
        position(venue, a).advance(sequence, 0)
        a.messages.pop()
        a.next_in -= 1

    killed_and_changed(venue, change)
    settle_and_check(venue, desks)
    # The index is read from the disk again, and the client asks for everything.
    a.messages.clear()
    a.next_in = 1
    killed_and_changed(venue, lambda: None)
    assert settle_and_check(venue, desks).total() == 0


def test_killed_before_the_position_and_the_store_lost(venue: RunningVenue, desks: Desks) -> None:
    """Nothing tells what was sent: the doubtful report comes flagged."""
    a = desks[0]
    report = a.order("a1", "1", "5", "100")
    assert report is not None
    sequence = int(report[37])

    def change() -> None:
        for path in venue.data.glob(f"fix/order_entry/{a.begin_string}-VENUE-{a.comp_id}.*"):
            path.unlink()
        position(venue, a).advance(sequence, 0)
        a.stay_away()

    killed_and_changed(venue, change)
    a.come_back(reset=True)
    again = settle_and_check(venue, desks)
    assert again["BROKER_A"] >= 1


@in_both_versions
def test_requests_in_a_dead_socket_are_asked_for_again(venue: RunningVenue, desks: Desks) -> None:
    """The gateway counted them as received; the engine never saw them; both die."""
    a = desks[0]
    a.order("a0", "1", "5", "90")
    os.kill(venue.pid("engine"), signal.SIGSTOP)
    for number in range(20):
        a.order(f"lost{number}", "1", "1", "90", wait=False)
    _wait_target(venue, a)
    killed_and_changed(venue, lambda: None)
    wait_all(desks, "outcomes", lambda: "lost19" in {m.get(11) for m in a.messages})
    assert settle_and_check(venue, desks).total() == 0


def test_requests_left_by_a_killed_gateway_are_not_doubled(venue: RunningVenue, desks: Desks) -> None:
    """The engine lives, and finds them in the socket of a gateway that is gone; the next one asks again for them."""
    a = desks[0]
    a.order("a0", "1", "5", "90")
    engine, gateway = venue.pid("engine"), venue.pid("order_entry")
    os.kill(engine, signal.SIGSTOP)
    for number in range(20):
        a.order(f"left{number}", "1", "1", "90", wait=False)
    _wait_target(venue, a)
    venue.kill("order_entry")
    venue.wait_restarted("order_entry", gateway)
    a.run(1.5)
    os.kill(engine, signal.SIGCONT)
    wait_all(desks, "outcomes", lambda: "left19" in {m.get(11) for m in a.messages})
    assert settle_and_check(venue, desks).total() == 0


def test_requests_wait_for_a_recovered_engine(venue: RunningVenue, desks: Desks) -> None:
    """The gateway lives, and hands the recovered engine what the killed one did not journal."""
    a = desks[0]
    os.kill(venue.pid("engine"), signal.SIGSTOP)
    for number in range(20):
        a.order(f"wait{number}", "1", "1", "90", wait=False)
    _wait_target(venue, a)
    venue.kill("engine")
    wait_all(desks, "outcomes", lambda: "wait19" in {m.get(11) for m in a.messages})
    assert settle_and_check(venue, desks).total() == 0


def test_a_reset_that_the_engine_never_heard_of(venue: RunningVenue, desks: Desks) -> None:
    """A client resets its numbers and sends orders; gateway and engine die before any of it is journalled."""
    a = desks[0]
    for number in range(30):
        a.order(f"a{number}", "1", "1", "90")
    os.kill(venue.pid("engine"), signal.SIGSTOP)
    a.stay_away()
    a.run(0.2)
    a.come_back(reset=True)
    for number in range(5):
        a.order(f"lost{number}", "1", "1", "90", wait=False)
    _wait_target(venue, a)
    killed_and_changed(venue, lambda: None)
    wait_all(desks, "outcomes", lambda: "lost4" in {m.get(11) for m in a.messages})
    assert settle_and_check(venue, desks)["BROKER_A"] == 30
    # And the numbers that the engine knows are the new ones.
    os.kill(venue.pid("engine"), signal.SIGSTOP)
    a.order("more", "1", "1", "90", wait=False)
    _wait_target(venue, a)
    killed_and_changed(venue, lambda: None)
    wait_all(desks, "outcomes", lambda: "more" in {m.get(11) for m in a.messages})


@in_both_versions
def test_reports_that_a_client_missed_come_after_a_reset(venue: RunningVenue, desks: Desks) -> None:
    a, b, compliance = desks
    a.order("a1", "1", "5", "100")
    compliance.wait("drop copy", lambda: len(compliance.messages) == 1)
    a.stay_away()
    compliance.stay_away()
    for number in range(3):
        b.order(f"b{number}", "2", "1", "100")
    a.come_back(reset=True)
    compliance.come_back(reset=True)
    wait_all(desks, "fills", lambda: len(compliance.messages) >= 11 and sum(32 in m for m in a.messages) >= 3)
    missed = [m for m in a.messages if 32 in m]
    assert [(m[14], m.get(97)) for m in missed] == [("1", "Y"), ("2", "Y"), ("3", "Y")]
    again = settle_and_check(venue, desks)
    assert again == {a.comp_id: 1, "BROKER_B": 0, "COMPLIANCE": 1}


@pytest.mark.parametrize("gateway_dies", [False, True], ids=["gateway lives", "gateway dies"])
def test_reports_made_while_a_reset_is_under_way(venue: RunningVenue, desks: Desks, gateway_dies: bool) -> None:
    """Its Logon is message 1 whatever comes meanwhile, and nothing is lost."""
    a, b, _ = desks
    for number in range(40):
        a.order(f"a{number}", "1", "1", "100", wait=False)
    for number in range(10):
        b.order(f"b{number}", "2", "1", "100", wait=False)
        a.drop()
        a.reset_next_logon = True
        a.wait("logon", lambda: a.logged_on)
        if gateway_dies and number % 5 == 0:
            venue.kill("order_entry")
    wait_all(desks, "outcomes", lambda: any(m.get(11) == "b9" and m[150] == "F" for m in b.messages))
    settle_and_check(venue, desks)


def _wait_target(venue: RunningVenue, who: PersistentClient) -> None:
    """Until QuickFIX counts as received all that was sent."""
    deadline = time.monotonic() + 10
    while int(re.split(" : ", store(venue, "seqnums", who).read_text())[1]) < who.next_out:
        assert time.monotonic() < deadline
        time.sleep(0.005)
