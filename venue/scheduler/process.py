"""The scheduler's process: the main thread follows the feed; APScheduler's wakes it at the times of the plan, and when
something known falls due."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from venue.domain.limits import SNAPSHOT_EVERY_RECORDS
from venue.scheduler.duties import NAME, Duties
from venue.scheduler.memory import Learned, load, save
from venue.scheduler.plan import Plan, as_datetime
from venue.sequencer import codec
from venue.sequencer.link import Link, LinkLost

log = logging.getLogger("venue.scheduler")

_RETRY_SECONDS = 0.05
_DUE = "due"


class SchedulerProcess:
    """Runs until stopped; survives the engine's going away and coming back."""

    def __init__(self, plan: Plan, priority_socket: Path, memory: Path, now: Callable[[], int] = time.time_ns) -> None:
        """memory: the file to keep what was learned in. now: nanoseconds since 1970 UTC."""
        self._plan = plan
        self._path = priority_socket
        self._memory = memory
        self._now = now
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._link: Link | None = None
        # Before that, what is due is not known.
        self._caught_up = False
        self._duties = Duties(plan, load(memory))
        self._saved = self._duties.learned.sequence
        self._wake_at = 0
        self._jobs = BackgroundScheduler(
            timezone=plan.day_zone,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 10},
        )

    def run(self, ready: Callable[[], None]) -> None:
        """ready is called once all that fell due before is journalled."""
        self._jobs.add_job(self._look, self._plan.day_trigger())
        for phase_time in self._plan.phases:
            self._jobs.add_job(self._look, phase_time.trigger())
        self._jobs.start()
        try:
            self._follow(ready)
        finally:
            self._jobs.shutdown(wait=False)
            save(self._memory, self._duties.learned)

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._stopping.set()
        link = self._link
        if link is not None:
            link.close()

    def _follow(self, ready: Callable[[], None]) -> None:
        is_ready = False
        while not self._stopping.is_set():
            try:
                self._catch_up()
                while not self._stopping.is_set():
                    if not is_ready and not self._duties.waiting:
                        is_ready = True
                        ready()
                    assert self._link is not None
                    self._learn(self._link.receive())
            except LinkLost as error:
                self._close()
                if not self._stopping.wait(_RETRY_SECONDS):
                    log.info("engine away", extra={"error": str(error)})

    def _catch_up(self) -> None:
        """Connects, learns all that is journalled, sends what is due. Raises LinkLost."""
        # The last record learned is asked for again: it tells whether the journal is the one that it was.
        first = max(1, self._duties.learned.sequence)
        link = Link(self._path, NAME, first)
        if self._duties.learned.sequence > link.welcome.last_sequence:
            link.close()
            self._start_over(f"the journal ends with {link.welcome.last_sequence}")
            raise LinkLost("asking for the feed from its start")
        with self._lock:
            self._link = link
            self._duties.forget_sent()
        if link.welcome.last_sequence:
            self._learn(link.receive())
        while self._duties.learned.sequence < link.welcome.last_sequence:
            self._learn(link.receive())
        self._caught_up = True
        self._look()

    def _learn(self, payloads: list[bytes]) -> None:
        """Raises LinkLost where the journal is not the one that was learned from before."""
        with self._lock:
            duties = self._duties
            for payload in payloads:
                record = codec.decode_record(payload)
                learned = duties.learned
                if record.sequence <= learned.sequence:
                    if record.command.at != learned.at:
                        self._start_over(f"record {record.sequence} is not the one that it was")
                        raise LinkLost("asking for the feed from its start")
                    continue
                assert record.sequence == learned.sequence + 1, f"the feed jumped to {record.sequence}"
                duties.learn(record)
            if duties.learned.sequence >= self._saved + SNAPSHOT_EVERY_RECORDS:
                save(self._memory, duties.learned)
                self._saved = duties.learned.sequence
            self._wake_for_what_is_due()

    def _start_over(self, why: str) -> None:
        log.warning("what was kept in %s is of another journal: %s", self._memory, why)
        self._duties = Duties(self._plan, Learned())
        self._saved = 0

    def _look(self) -> None:
        """Sends what is due now. Called by APScheduler's thread, and by the main one when it has caught up."""
        with self._lock:
            self._wake_at = 0
            if not self._caught_up:
                return
            assert self._link is not None
            for command in self._duties.commands_due(self._now()):
                log.info("due", extra={"command": repr(command)})
                try:
                    self._link.send(codec.encode(command))
                except OSError:
                    # The main thread finds out, and what was not journalled is due again then.
                    return
            self._wake_for_what_is_due()

    def _wake_for_what_is_due(self) -> None:
        next_due = self._duties.next_due
        if self._caught_up and next_due and next_due != self._wake_at:
            self._wake_at = next_due
            self._jobs.add_job(self._look, DateTrigger(as_datetime(next_due)), id=_DUE, replace_existing=True)

    def _close(self) -> None:
        with self._lock:
            self._caught_up = False
            link, self._link = self._link, None
        if link is not None:
            link.close()
