"""How sessions end: what clients are told when the venue closes, and what the venue's log says of each ending."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.fix.conftest import Client, Line, fresh, order_fields, ping
from tests.support.running_venue import RunningVenue
from venue.domain import limits


def test_clients_are_logged_out_when_the_venue_closes(tmp_path: Path) -> None:
    """In each version and on both ports; also one that goes on sending, which keeps the venue busy, and one that reads
    nothing. Who answers is cut at once, the others soon after."""
    venue = RunningVenue(tmp_path)
    venue.start()
    polite = [
        Client(venue.order_entry, "BROKER_B"),
        Client(venue.order_entry, "BROKER_42", begin_string="FIX.4.2"),
        Client(venue.drop_copy, "COMPLIANCE"),
    ]
    rude = Client(venue.order_entry, "BROKER_A")
    for client in (*polite, rude):
        client.logon()
    sender = threading.Thread(target=_send_on, args=(rude,), daemon=True)
    sender.start()
    time.sleep(0.2)
    began = time.monotonic()
    closing = threading.Thread(target=venue.stop)
    closing.start()
    for client in (*polite, rude):
        logout = next(message for message in iter(lambda: client.receive(3), None) if message[35] == "5")  # noqa: B023
        assert logout[58] == "the venue is closing"
        if client is not rude:
            client.send("5")
    assert time.monotonic() - began < 5
    for client in (*polite, rude):
        while client.receive(3) is not None:
            pass
    assert time.monotonic() - began < 8
    closing.join()
    for client in (*polite, rude):
        client.close()


def _send_on(client: Client) -> None:
    try:
        while True:
            client.send("D", order_fields(fresh("rude"), account="A-1"))
            time.sleep(0.002)
    except OSError:
        pass


def test_the_log_tells_why_a_session_ended(fix_venue: RunningVenue, line: Line) -> None:
    endings: dict[str, Callable[[Client], None]] = {
        "its Logout": lambda client: client.send("5"),
        "the venue logged it out: MsgSeqNum too low, expecting 3 but received 2": lambda client: client.send(
            "0", seq=2
        ),
        "the line was cut": lambda client: client.close(),
    }
    for reason, end in endings.items():
        client = line.logged_on()
        ping(client)
        end(client)
        assert _logged(fix_venue, line.name.split()[0], "logged off", line.comp_id) == reason
        client.close()


def test_the_log_tells_a_client_that_does_not_read(fix_venue: RunningVenue) -> None:
    with Client(fix_venue.order_entry, "BROKER_A") as client:
        client.logon()
        client.socket.settimeout(5)
        with contextlib.suppress(OSError):
            for _ in range(3 * limits.MAX_CLIENT_BACKLOG_BYTES // 7_500):
                client.send("1", [(112, "x" * 7_500)])
    assert _logged(fix_venue, "front", "line closed", "BROKER_A") == "the client does not read"


def _logged(venue: RunningVenue, process: str, event: str, session: str) -> str:
    """The reason of the newest such line, which may still have to be written."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        time.sleep(0.1)
        rows = map(json.loads, (venue.data / "log" / f"{process}.log").read_text().splitlines())
        reasons = [row["reason"] for row in rows if row.get("session") == session and event in row.values()]
        if reasons:
            return str(reasons[-1])
    raise AssertionError(f"{process} did not log: {event}")
