"""A client with the few requests that tests of single moments need."""

import contextlib
import os
import signal
import time
from pathlib import Path

from tests.recovery.persistent_client import PersistentClient
from tests.support.fix_client import Received, timestamp
from tests.support.running_venue import RunningVenue


class Desk(PersistentClient):
    """Each request waits for its report, unless told otherwise."""

    def order(self, client_order_id: str, side: str, quantity: str, price: str, wait: bool = True) -> Received | None:
        account = {"BROKER_A": "A-1", "BROKER_B": "B-1", "BROKER_42": "C-1"}[self.comp_id]
        fields = [(11, client_order_id), (1, account), (21, "1"), (55, "BTC-USD")]
        fields += [(54, side), (60, timestamp()), (38, quantity), (40, "2"), (44, price), (59, "1")]
        seen = len(self.messages)
        self.send("D", fields)
        return self.report(client_order_id, seen) if wait else None

    def cancel(self, client_order_id: str, original: str, side: str) -> Received:
        fields = [(11, client_order_id), (41, original), (55, "BTC-USD"), (54, side), (60, timestamp()), (38, "1")]
        seen = len(self.messages)
        self.send("F", fields)
        return self.report(client_order_id, seen)

    def status(self, client_order_id: str, side: str) -> Received:
        seen = len(self.messages)
        self.send("H", [(11, client_order_id), (55, "BTC-USD"), (54, side)])
        self.wait("status", lambda: len(self.messages) > seen)
        return self.messages[-1]

    def report(self, client_order_id: str, seen: int = 0) -> Received:
        """The first report of the ClOrdID after so many messages."""

        def found() -> list[Received]:
            return [message for message in self.messages[seen:] if message.get(11) == client_order_id]

        self.wait(f"report of {client_order_id}", lambda: found() != [])
        return found()[0]


def kill_all(venue: RunningVenue) -> None:
    """kill -9 of the supervisor and all its processes, and waits until they are gone."""
    assert venue.process is not None
    pids = [int(path.read_text()) for path in (venue.data / "run").glob("*.pid")]
    venue.process.kill()
    venue.process.wait()
    assert venue.process.stdout is not None
    venue.process.stdout.close()
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while not all(map(_is_gone, pids)):
        time.sleep(0.005)


def _is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
