"""QuickFIX's acceptor, served by hand: what it does between two servings is nothing."""

# ruff: noqa: N802  # QuickFIX names its callbacks.
import select
import socket
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import quickfix as fix

from tests.support.fix_client import SOH, FixClient
from tests.support.running_venue import free_port
from venue.fix.acceptor import Acceptor
from venue.fix.application import send
from venue.fix.descriptors import connection_from, gathering

LONG = "x" * 5_000
# Far more than the buffers of a connection take.
MESSAGES = 4_000
# QuickFIX knows sessions by name, in all of its acceptors.
_numbers = count(1)


class Served(fix.Application):  # type: ignore[misc]  # quickfix has no types
    """An acceptor with one session, and another beside it, and what its application was told."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.told: list[str] = []
        self.port, self.comp_id = free_port(), f"T{next(_numbers)}"
        settings = directory / "acceptor.cfg"
        settings.write_text(
            f"[DEFAULT]\nConnectionType=acceptor\nSocketAcceptPort={self.port}\nFileStorePath={directory}\n"
            "BeginString=FIX.4.4\nSenderCompID=VENUE\nNonStopSession=Y\nUseDataDictionary=N\nSocketNodelay=Y\n"
            f"[SESSION]\nTargetCompID={self.comp_id}\n[SESSION]\nTargetCompID={self.comp_id}-BUSY\n"
        )
        self.epoll = select.epoll()
        self.acceptor = Acceptor(self, settings, self.port, self.epoll)
        self.session = fix.Session.lookupSession(fix.SessionID("FIX.4.4", "VENUE", self.comp_id))

    def serve(self, seconds: float = 0.1) -> bool:
        """Whether there was anything to serve."""
        ready = self.epoll.poll(seconds)
        if ready:
            self.acceptor.serve(ready)
        return bool(ready)

    def serve_until_told(self, what: str) -> None:
        deadline = time.monotonic() + 5
        while what not in self.told:
            assert time.monotonic() < deadline, self.told
            self.serve()

    def logged_on(self, heartbeat: int = 30, suffix: str = "") -> FixClient:
        client = FixClient(self.port, self.comp_id + suffix)
        client.send("A", [(98, "0"), (108, str(heartbeat)), (141, "Y")])
        self.told.clear()
        self.serve_until_told("logon")
        client.expect("A")
        return client

    def onCreate(self, session_id: Any) -> None: ...
    def toAdmin(self, message: Any, session_id: Any) -> None: ...
    def fromAdmin(self, message: Any, session_id: Any) -> None: ...
    def toApp(self, message: Any, session_id: Any) -> None: ...
    def fromApp(self, message: Any, session_id: Any) -> None: ...

    def onLogon(self, session_id: Any) -> None:
        self.told.append("logon")

    def onLogout(self, session_id: Any) -> None:
        self.told.append("logout")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    served.acceptor.open()
    yield served
    served.acceptor.stop()
    served.epoll.close()


def test_a_line_that_is_cut_ends_its_session_at_once(served: Served) -> None:
    served.logged_on().close()
    assert served.serve(1)
    assert served.told == ["logon", "logout"]
    served.logged_on().close()


def test_no_connection_is_overlooked(served: Served) -> None:
    """Whatever else QuickFIX was served for when it came."""
    with FixClient(served.port, served.comp_id) as client:
        client.send("A", [(98, "0"), (108, "30")])
        served.acceptor.keep_time([served.session])
        served.serve_until_told("logon")
        served.acceptor.keep_time([served.session])
        client.send("1", [(112, "x")])
        served.serve()
        client.expect("A")
        client.expect("0", t112="x")


def test_a_client_that_reads_late_gets_everything_in_order(served: Served) -> None:
    """QuickFIX writes what the connection did not take once it takes more; nobody asks for it meanwhile."""
    with served.logged_on() as client:
        for number in range(MESSAGES):
            assert send(f"35=B{SOH.decode()}148={number} {LONG}{SOH.decode()}", served.session, "FIX.4.4")
        while served.serve(0.05):
            pass
        came: list[bytes] = []
        _read(client.socket, came, served)
        assert came == [b"%d" % number for number in range(MESSAGES)]
    served.serve_until_told("logout")


def _read(sock: socket.socket, came: list[bytes], served: Served) -> None:
    """Until all have come; then QuickFIX has no more to do."""
    sock.setblocking(False)
    rest, deadline = b"", time.monotonic() + 30
    while len(came) < MESSAGES:
        assert time.monotonic() < deadline, f"{len(came)} came"
        served.serve(0)
        try:
            *messages, rest = (rest + sock.recv(1 << 20)).split(b"\x01148=")
        except BlockingIOError:
            continue
        if rest.endswith(SOH):
            messages, rest = [*messages, rest], b""
        came += [number for message in messages if (number := message.split(b" ")[0]).isdigit()]
    sock.setblocking(True)
    # One look to find that nothing is left.
    served.serve(0.05)
    assert not served.serve(0.2)


def test_heartbeats_and_test_requests_are_sent_by_the_clock(served: Served) -> None:
    """However busy another session is."""
    with served.logged_on(heartbeat=1) as client, served.logged_on(suffix="-BUSY") as busy:
        time.sleep(1.1)
        busy.send("0")
        served.acceptor.keep_time([served.session])
        message = client.receive()
        assert message is not None
        assert message[35] in "01"


def test_what_is_gathered_goes_out_as_one(served: Served) -> None:
    with served.logged_on() as client:
        line = connection_from(client.socket.getsockname()[1])
        with gathering(line):
            for number in range(3):
                send(f"35=B{SOH.decode()}148={number}{SOH.decode()}", served.session, "FIX.4.4")
            client.socket.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.socket.recv(1 << 16)
        client.socket.settimeout(5)
        assert client.socket.recv(1 << 16).count(b"35=B") == 3


def test_there_may_be_no_connection_to_gather_for(tmp_path: Path) -> None:
    assert connection_from(1) == -1
    with open(tmp_path / "other", "wb", buffering=0) as file, gathering(file.fileno()):
        file.write(b"x")
    with gathering(-1):
        pass


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    served = Served(tmp_path)
    with socket.create_server(("", served.port)), pytest.raises(RuntimeError, match=str(served.port)):
        served.acceptor.open()
    served.epoll.close()
