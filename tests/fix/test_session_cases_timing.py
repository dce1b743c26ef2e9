"""FIX session layer test cases 4, 6 and 14 l: what time alone brings, and an engine that is away.

Source: FIX session layer test cases of the FIX Trading Community; each test's docstring begins with the name of
the acceptance definition of QuickFIX (test/definitions/server/fix44) that asks for the same.
"""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.fix.conftest import fresh, log_off, new_line, order_fields, ping
from tests.support.fix_client import FixClient
from tests.support.running_venue import RunningVenue, running_venue
from venue.domain import limits

HEARTBEAT_SECONDS = 5


@pytest.fixture(scope="module")
def both_lines(fix_venue: RunningVenue) -> Iterator[list[FixClient]]:
    clients = [new_line(fix_venue, name).connect() for name in ("order_entry", "drop_copy")]
    yield clients
    for client in clients:
        client.close()


def test_heartbeats_a_test_request_and_the_cut(both_lines: list[FixClient]) -> None:
    """4a_NoDataSentDuringHeartBtInt and 6_SendTestRequest, on both ports at once: a heartbeat after HeartBtInt
    without a message; a TestRequest after 1.2 times HeartBtInt without one from us, which an answer satisfies; and
    after silence the line is cut."""
    for client in both_lines:
        client.logon(HEARTBEAT_SECONDS)
    began = time.monotonic()
    for client in both_lines:
        heartbeat = client.receive(HEARTBEAT_SECONDS + 2)
        assert heartbeat is not None
        assert heartbeat[35] == "0"
        assert 112 not in heartbeat
    assert HEARTBEAT_SECONDS - 1.1 < time.monotonic() - began < HEARTBEAT_SECONDS + 2
    for client in both_lines:
        asked = client.expect("1", HEARTBEAT_SECONDS)
        client.send("0", [(112, asked[112])])
    assert 1.2 * HEARTBEAT_SECONDS - 1.1 < time.monotonic() - began < 1.2 * HEARTBEAT_SECONDS + 2
    answered = time.monotonic()
    for client in both_lines:
        client.expect("1", 2 * HEARTBEAT_SECONDS)
    assert time.monotonic() - answered > HEARTBEAT_SECONDS - 1.1
    for client in both_lines:
        while (message := client.receive(3 * HEARTBEAT_SECONDS)) is not None:
            assert message[35] in "015"
    assert time.monotonic() - answered < 4 * HEARTBEAT_SECONDS


@pytest.mark.parametrize("name", ["x", "HELLO WORLD", "a" * 500, "=|,"])
def test_a_test_request_is_answered_with_its_id(client: FixClient, name: str) -> None:
    """4b_ReceivedTestRequest."""
    client.send("1", [(112, name)])
    assert client.expect("0", t112=name)[34] == "2"


def test_traffic_of_ours_stands_for_heartbeats(fix_venue: RunningVenue) -> None:
    """Nobody is asked for a sign of life who gives one."""
    clients = [new_line(fix_venue, name).connect() for name in ("order_entry", "drop_copy")]
    for client in clients:
        client.logon(HEARTBEAT_SECONDS)
    deadline = time.monotonic() + 1.6 * HEARTBEAT_SECONDS
    while time.monotonic() < deadline:
        for client in clients:
            ping(client)
        time.sleep(0.5)
    for client in clients:
        log_off(client)
        client.close()


def test_requests_while_the_engine_is_away(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Case 14 l: for a moment requests wait for it; then BusinessMessageReject 4; and when it is back all is well.

    The supervisor is stopped meanwhile, so that it does not start the engine again.
    """
    with running_venue(tmp_path_factory.mktemp("away")) as venue, FixClient(venue.order_entry, "BROKER_A") as client:
        client.logon()
        known = fresh("s")
        client.send("D", order_fields(known, "A-1"))
        client.expect("8", t11=known)
        assert venue.process is not None
        old = venue.pid("engine")
        os.kill(venue.process.pid, signal.SIGSTOP)
        try:
            venue.kill("engine")
            time.sleep(0.3)
            waiting = fresh("s")
            client.send("D", order_fields(waiting, "A-1"))
            client.expect_nothing(0.3)
            time.sleep(limits.ENGINE_AWAY_MS / 1000)
            for kind, extra in (("D", []), ("F", [(41, known)]), ("G", [(41, known)]), ("H", [])):
                name = fresh("s")
                dropped = {"F": {21, 40, 44, 59}, "H": {21, 40, 44, 59, 38, 60}}.get(kind, set())
                fields = [pair for pair in order_fields(name, "A-1") if pair[0] not in dropped]
                client.send(kind, [*fields, *extra])
                client.expect("j", t372=kind, t379=name, t380="4")
            ping(client)
        finally:
            os.kill(venue.process.pid, signal.SIGCONT)
        venue.wait_restarted("engine", old)
        client.expect("8", 15, t11=waiting, t150="0")
        name = fresh("s")
        client.send("D", order_fields(name, "A-1"))
        client.expect("8", t11=name, t150="0")
        log_off(client)
