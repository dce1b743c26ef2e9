"""Starts the venue's processes on one machine, starts one again when it dies, and stops them all.

A process that ends with CANNOT_START says that another try would end the same way; then everything stops.
"""

import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from venue.ops.config import DATABASE_URL, NO_DATABASE, Config, DataDirectory
from venue.ops.rest_config import rest_config

log = logging.getLogger("venue.ops")

CANNOT_START = 2
READY_SECONDS = 600
_STOP_SECONDS = 10
_FIRST_PAUSE_MS = 50
_LONGEST_PAUSE_MS = 1_000
# Alive for this long, a process has earned a prompt restart again.
_STEADY_MS = 10_000


class VenueFailed(Exception):
    """The venue cannot run; the text says why."""


class CannotStart(VenueFailed):
    """Another try would end the same way: something has to be mended first."""


class VenueStopped(VenueFailed):
    """stop was called before the venue had started, or while somebody worked with it."""


class _Child:
    """One process and its restarts."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self.arguments = arguments
        # For its first start alone.
        self.once: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = -1
        self.pause_ms = _FIRST_PAUSE_MS
        self.started_ms = 0
        self.start_at_ms = 0

    def start(self) -> None:
        self.ready, ready_writer = os.pipe()
        self.started_ms = _now_ms()
        options = ["--ready-fd", str(ready_writer), "--parent", str(os.getpid())]
        self.process = subprocess.Popen(
            # -P: nothing is imported from the directory that somebody happens to be in.
            [sys.executable, "-P", "-m", "venue", *self.arguments, *self.once, *options],
            pass_fds=(ready_writer,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(ready_writer)
        self.once = []

    def terminate(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Waits, and kills what does not stop in time."""
        self.terminate()
        if self.process is None:
            return
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("killed: it did not stop", extra={"child": self.name})
            self.process.kill()
            self.process.wait()


class Supervisor:
    """names of the children: engine, replica, scheduler, one per gateway, front, database, projector, sidecar; also
    of their pid files. The last three come last: nobody who trades over FIX waits for them.
    """

    def __init__(self, config: Config, data: DataDirectory, apply_rules: bool = False) -> None:
        """apply_rules: the configuration's, whatever operators changed."""
        self._data = data
        common = ["--config", str(config.directory), "--data-dir", str(data.root)]
        self._gateways = [_Child(g.name, ["process", "gateway", "--name", g.name, *common]) for g in config.gateways]
        kinds = ("engine", "replica", "scheduler", "front", "database", "projector", "sidecar")
        single = {name: _Child(name, ["process", name, *common]) for name in kinds}
        if apply_rules:
            single["engine"].once = ["--apply-rules"]
        self._children = [single["engine"], single["replica"], single["scheduler"], *self._gateways, single["front"]]
        address = os.environ.get(DATABASE_URL, "")
        if address != NO_DATABASE:
            # A server that is named is not the venue's to start.
            self._children += [single["projector"]] if address else [single["database"], single["projector"]]
        if rest_config(config.directory) is not None:
            self._children.append(single["sidecar"])
        self._stopping = False

    def start(self) -> None:
        """Returns once every process is ready, the front door last. Raises CannotStart, VenueStopped or VenueFailed."""
        for child in self._children:
            self.check_not_stopped()
            self._start(child)
            self._wait_until_ready(child)

    def watch(self) -> None:
        """Until stop; starts again what dies. Raises VenueFailed."""
        while not self._stopping:
            time.sleep(0.02)
            for child in self._children:
                self._look_after(child)

    def stop(self) -> None:
        """May be called from a signal handler: watch then returns."""
        self._stopping = True

    @property
    def stopping(self) -> bool:
        return self._stopping

    def check_not_stopped(self) -> None:
        """Raises VenueStopped."""
        if self._stopping:
            raise VenueStopped

    def stop_all(self) -> None:
        """The gateways first, all at once: they log out their clients, through the front door; the engine last."""
        self._stopping = True
        for child in self._gateways:
            child.terminate()
        for child in (*self._gateways, *reversed(self._children)):
            child.stop()
            self._pid_file(child).unlink(missing_ok=True)

    def _start(self, child: _Child) -> None:
        child.start()
        assert child.process is not None
        pid_file = self._pid_file(child)
        pid_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole under its name at any moment, for whoever reads it.
        unfinished = pid_file.with_suffix(".unfinished")
        unfinished.write_text(f"{child.process.pid}\n", encoding="ascii")
        unfinished.rename(pid_file)

    def _pid_file(self, child: _Child) -> Path:
        return self._data.run / f"{child.name}.pid"

    def _wait_until_ready(self, child: _Child) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(child.ready, selectors.EVENT_READ)
            deadline = _now_ms() + READY_SECONDS * 1000
            while not selector.select(1):
                self.check_not_stopped()
                if _now_ms() > deadline:
                    raise VenueFailed(f"{child.name} was not ready after {READY_SECONDS} seconds")
        said = os.read(child.ready, 1)
        os.close(child.ready)
        child.ready = -1
        if not said:
            self.check_not_stopped()
            text = f"{child.name} did not start: see {self._data.logs / child.name}.log"
            assert child.process is not None
            raise CannotStart(text) if child.process.wait() == CANNOT_START else VenueFailed(text)

    def _look_after(self, child: _Child) -> None:
        now = _now_ms()
        if child.process is None:
            if now >= child.start_at_ms and not self._stopping:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        if child.ready >= 0:
            os.close(child.ready)
            child.ready = -1
        child.process = None
        if self._stopping:
            return
        if code == CANNOT_START:
            raise CannotStart(f"{child.name} cannot go on: see {self._data.logs / child.name}.log")
        steady = now - child.started_ms > _STEADY_MS
        child.pause_ms = _FIRST_PAUSE_MS if steady else min(child.pause_ms * 2, _LONGEST_PAUSE_MS)
        child.start_at_ms = now + child.pause_ms
        if child.name != "replica" or code not in (0, 3):
            log.warning("a process ended and is started again", extra={"child": child.name, "exit_code": code})


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
