"""The front door before an acceptor that drops connections, as QuickFIX does with a new one that gets the descriptor of
one just closed."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fix_client import FixClient, encode
from tests.support.running_venue import free_port
from venue.fix.front import Door, Front
from venue.fix.progress import Progress

ANSWER = encode([(35, "A"), (34, "1"), (49, "VENUE"), (56, "T"), (98, "0"), (108, "30")])


class Acceptor:
    """Drops the first connections, answers the next one. logons: what each connection began with."""

    def __init__(self, drops: int) -> None:
        self.logons: list[bytes] = []
        self._drops = drops
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.peer_port = connection.getpeername()[1]
                self.logons.append(connection.recv(4096))
                if len(self.logons) > self._drops:
                    connection.sendall(ANSWER)
                    connection.recv(4096)


@pytest.fixture(params=[0, 1, 2, 3])
def acceptor(request: pytest.FixtureRequest) -> Iterator[Acceptor]:
    acceptor = Acceptor(request.param)
    yield acceptor
    acceptor.close()


def test_a_logon_that_the_acceptor_drops_is_tried_again(
    acceptor: Acceptor, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    drops = request.node.callspec.params["acceptor"]
    port = free_port()
    front = Front([Door("127.0.0.1", port, acceptor.port, "VENUE", {"T": "FIX.4.4"}, tmp_path)])
    thread = threading.Thread(target=front.run)
    thread.start()
    with FixClient(port, "T") as client:
        logon = client.message("A", [(98, "0"), (108, "30")])
        client.send_raw(logon)
        if drops < 3:
            client.expect("A")
            assert Progress(tmp_path / "T.progress").port == acceptor.peer_port
        else:
            client.expect_cut()
    front.stop()
    thread.join()
    assert acceptor.logons == [logon] * min(drops + 1, 3)
