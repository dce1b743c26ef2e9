"""An engine process in a thread, on a data directory, with any state machine; it can be stopped and started again."""

import threading
from pathlib import Path

from venue.domain.commands import Command
from venue.sequencer import codec
from venue.sequencer.engine_process import EngineProcess
from venue.sequencer.journal import Journal
from venue.sequencer.link import HEAD, Link
from venue.sequencer.recovery import recover
from venue.sequencer.segments import ChainWalk, list_segments
from venue.sequencer.snapshots import Snapshots
from venue.sequencer.state_machine import StateMachine


class EngineThread:
    def __init__(self, root: Path, machine_type: type[StateMachine]) -> None:
        """Sockets and files as config.DataDirectory has them."""
        self.root = root
        self.machine_type = machine_type
        self.socket, self.priority_socket = root / "run" / "engine.sock", root / "run" / "priority.sock"
        self.process: EngineProcess | None = None

    def start(self) -> None:
        journal = Journal.open(self.root / "journal")
        machine = recover(journal, Snapshots(self.root / "snapshots"), self.machine_type)
        self.process = EngineProcess(journal, machine, self.socket, self.priority_socket)
        self.thread = threading.Thread(target=self.process.run)
        self.thread.start()

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.thread.join(10)
            self.process = None
            self.priority_socket.unlink(missing_ok=True)

    def send(self, *commands: Command) -> None:
        """Returns once they are journalled. Of commands that leave nothing unfinished."""
        link = Link(self.socket, "test", HEAD)
        link.send_all(codec.encode(command) for command in commands)
        seen = 0
        while seen < len(commands):
            assert self.thread.is_alive(), "the engine's thread died"
            seen += len(link.receive(10))
        link.close()

    def records(self) -> list[codec.Record]:
        """All that is journalled. The engine may be at work."""
        walk = ChainWalk(list_segments(self.root / "journal"))
        return [codec.decode_record(payload) for _, payloads in walk for payload in payloads]
