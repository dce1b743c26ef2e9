"""A gateway: one process, one thread, one QuickFIX acceptor, one link to the engine.

The thread waits for clients and for the engine at once. In each turn it lets QuickFIX read what came from clients and
call the application, which hands each request over; takes some of the feed; and sends some of the reports, each of
which QuickFIX stores before it sends it. No turn is long, so that nobody waits for what another is told.

Exactly once, whatever is killed: a request counts as received once it is journalled. A restarted gateway sets each
session's next expected MsgSeqNum back to the one after its last journalled request, so the client sends again what
was lost, marked PossDup; the engine knows what it has seen. A request handed to an engine that died is handed to
the recovered one again, marked the same way, after the feed has caught up.
"""

import gc
import logging
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

import quickfix as fix

from venue.domain import limits
from venue.domain.commands import LogOffSession, LogOnSession
from venue.domain.events import SessionAdded
from venue.domain.reference import Reference
from venue.fix.acceptor import Acceptor
from venue.fix.application import Application
from venue.fix.handover import Handover
from venue.fix.outbox import Outbox
from venue.fix.reports import Report, Reporter
from venue.fix.sessions import Session, SessionPlan, Waiting
from venue.sequencer import codec
from venue.sequencer.link import Link, LinkLost

log = logging.getLogger("venue.fix.gateway")

# What one turn takes of the feed, and sends.
_TURN_RECORDS = 64
_TURN_MANY_REPORTS = 1_000
_TURN_REPORTS = 64
_RETRY_SECONDS = 0.05
_LOGOUT_SECONDS = 2
# An engine that does not end the link in so long stands still.
_FINISH_SECONDS = 0.5
_KEEP_TIME_SECONDS = 1.0
_CLOSING = "the venue is closing"
# A Logon that resets is message 1 itself.
_AFTER_RESET = 2


class JournalBehind(Exception):
    """The engine knows less than clients were told."""


class GatewayPlan(NamedTuple):
    """All that a gateway needs to know. settings: a QuickFIX settings file; store: the FileStorePath in it."""

    name: str
    comp_id: str
    settings: Path
    store: Path
    engine_socket: Path
    backend_port: int
    drop_copy: bool
    sessions: tuple[SessionPlan, ...]


class Gateway:
    """Runs until stopped; survives the engine's going away and coming back."""

    def __init__(self, plan: GatewayPlan) -> None:
        """Waits for the engine."""
        self._plan = plan
        self._sessions = {s.comp_id: Session(plan.store, plan.comp_id, s) for s in plan.sessions}
        self._next_sequence = max(1, min(s.unconfirmed.first_sequence for s in self._sessions.values()))
        self._keep_time_at, self._keep_time_seconds = 0.0, _KEEP_TIME_SECONDS
        self._ask_at = time.monotonic() + limits.CONFIRM_EVERY_SECONDS
        self._stopping = threading.Event()
        self._wake_reader, self._wake_writer = os.pipe()
        self._epoll = select.epoll()
        self._epoll.register(self._wake_reader, select.EPOLLIN)
        self._handover = Handover({name: session.progress for name, session in self._sessions.items()})
        self._outbox = Outbox()
        # Records that have come and were not looked at yet.
        self._records: deque[bytes] = deque()
        # Whether the engine of this link may be handed what waits for it; whether it takes all that it is given.
        self._caught_up = self._held_up = False
        self._seeking: Future[Link] | None = None
        link = self._connect()
        reference = link.welcome.reference
        self._firm_of = {session.name: session.firm for session in reference.sessions}
        self._reporter = Reporter(reference.instruments)
        self._application = Application(reference, self._sessions, self._handover, plan.drop_copy)
        self._acceptor = Acceptor(self._application, plan.settings, plan.backend_port, self._epoll)
        for session in self._sessions.values():
            session.quickfix = fix.Session.lookupSession(session.id)
        self._link: Link | None = None
        self._follow(link)

    def run(self, ready: Callable[[], None]) -> None:
        """Catches up, opens the acceptor, then serves. ready is called once clients may log on. Raises LinkLost while
        it catches up, JournalBehind."""
        self._catch_up()
        self._acceptor.open()
        gc.freeze()
        ready()
        while not self._stopping.is_set():
            self._turn()
        self._close()

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._stopping.set()
        self._wake()

    def _wake(self) -> None:
        os.write(self._wake_writer, b"x")

    def _turn(self) -> None:
        self._serve_clients()
        if time.monotonic() >= self._keep_time_at:
            self._keep_time()
        self._serve_engine()
        self._outbox.send(_TURN_REPORTS)

    def _serve_clients(self) -> None:
        """Waits, unless there is work left, until something has come from anybody."""
        busy = self._records or self._outbox
        ready = self._epoll.poll(0 if busy else max(0.0, self._keep_time_at - time.monotonic()))
        clients = [each for each in ready if each[0] not in self._others]
        if clients:
            self._acceptor.serve(clients)
        if len(clients) != len(ready) and any(descriptor == self._wake_reader for descriptor, _ in ready):
            os.read(self._wake_reader, 64)

    def _keep_time(self) -> None:
        now = time.monotonic()
        self._keep_time_at = now + self._keep_time_seconds
        self._acceptor.keep_time(session.quickfix for session in self._sessions.values())
        self._mark_positions()
        if now >= self._ask_at:
            self._ask_at = now + limits.CONFIRM_EVERY_SECONDS
            for session in self._sessions.values():
                session.ask_what_came()

    def _mark_positions(self) -> None:
        """A gateway that starts need not look again at what made no reports for a session."""
        for session in self._sessions.values():
            if not session.waiting and session.position.last[0] < self._next_sequence:
                session.position.advance(self._next_sequence, 0)

    def _serve_engine(self) -> None:
        if self._seeking is not None and self._seeking.done():
            self._found_engine(self._seeking)
        link = self._link
        if link is None:
            return
        self._handover.flush()
        try:
            if not self._records and len(self._outbox) < limits.MAX_REPORTS_UNDER_WAY:
                self._records.extend(link.receive_now())
        except LinkLost as error:
            self._lost(link, error)
            return
        self._publish(_TURN_RECORDS)
        if not self._caught_up and self._next_sequence > link.welcome.last_sequence:
            self._caught_up = True
            self._handover.open(link)
            log.warning("engine back", extra={"sequence": self._next_sequence - 1})
        self._watch(link)

    def _watch(self, link: Link) -> None:
        """Waits to write where the engine did not take all."""
        held_up = self._handover.is_held_up
        if held_up != self._held_up:
            self._held_up = held_up
            self._epoll.modify(link.fileno(), select.EPOLLIN | (select.EPOLLOUT if held_up else 0))

    def _follow(self, link: Link) -> None:
        self._link = link
        self._caught_up = self._held_up = False
        self._others = {self._wake_reader, link.fileno()}
        self._epoll.register(link.fileno(), select.EPOLLIN)

    def _lost(self, link: Link, error: LinkLost) -> None:
        self._handover.close()
        self._epoll.unregister(link.fileno())
        self._others = {self._wake_reader}
        self._link = None
        link.close()
        if not self._stopping.is_set():
            log.warning("engine away", extra={"error": str(error)})
            self._seeking = Future()
            self._seeking.add_done_callback(lambda _: self._wake())
            threading.Thread(target=self._seek, args=(self._seeking,), name="seeking", daemon=True).start()

    def _seek(self, seeking: "Future[Link]") -> None:
        """In a thread of its own: an engine may let one in long before it says its welcome."""
        try:
            seeking.set_result(self._connect())
        except Exception as error:  # noqa: BLE001  # for the gateway's own thread to raise
            seeking.set_exception(error)

    def _found_engine(self, seeking: "Future[Link]") -> None:
        """Raises JournalBehind."""
        self._seeking = None
        try:
            self._follow(seeking.result())
        except LinkLost:
            # No longer sought: the gateway stops.
            return

    def _connect(self) -> Link:
        while True:
            try:
                link = Link(self._plan.engine_socket, self._plan.name, self._next_sequence)
                told = max(self._next_sequence, *(s.position.last[0] for s in self._sessions.values())) - 1
                if told > link.welcome.last_sequence:
                    raise JournalBehind(
                        f"all up to sequence {told} was reported to clients, but the engine's journal ends "
                        f"with {link.welcome.last_sequence}: it lost its tail, or is another one"
                    )
                return link
            except LinkLost:
                if self._stopping.wait(_RETRY_SECONDS):
                    raise

    def _catch_up(self) -> None:
        """Before anybody can log on. Raises LinkLost."""
        link = self._link
        assert link is not None
        while self._next_sequence <= link.welcome.last_sequence:
            if self._stopping.is_set():
                raise LinkLost("stopped before it caught up")
            self._records.extend(link.receive(1))
            while self._records:
                self._publish(len(self._records))
                self._outbox.send(len(self._outbox))
        self._caught_up = True
        self._mark_positions()
        for session in self._sessions.values():
            session.catching_up = None
        self._handover.open(link)
        self._log_off_the_lost(link.welcome.reference)
        self._ask_again_for_lost_requests(link.welcome.reference)

    def _log_off_the_lost(self, reference: Reference) -> None:
        """Whoever was logged on when the gateway died was cut off, and is told as gone."""
        for session in reference.sessions:
            if session.logged_on and session.name in self._sessions:
                self._handover.hand_over(LogOffSession(0, session.name))

    def _ask_again_for_lost_requests(self, reference: Reference) -> None:
        """The feed has shown all that was journalled: what else QuickFIX counts as received is to come again."""
        journalled = {session.name: session.message_sequence for session in reference.sessions}
        for session in self._sessions.values():
            expected = session.quickfix.getExpectedTargetNum()
            last = journalled.get(session.name, expected - 1)
            # The number of a request just journalled may not be counted yet; further behind, QuickFIX began anew.
            if session.position.reset_pending or expected < last:
                last = min(expected, _AFTER_RESET if session.position.reset_pending else expected) - 1
                session.position.reset_pending = True
                self._handover.hand_over(LogOnSession(0, session.name, last, True))
                self._handover.hand_over(LogOffSession(0, session.name))
            if expected > last + 1 and not self._plan.drop_copy:
                session.quickfix.setNextTargetMsgSeqNum(last + 1)

    def _publish(self, limit: int) -> None:
        """Puts the reports of so many records into the outbox; of fewer, where one of them makes many."""
        records, enough = self._records, len(self._outbox) + _TURN_MANY_REPORTS
        for _ in range(min(limit, len(records))):
            if len(self._outbox) >= enough:
                return
            record = codec.decode_record(records.popleft())
            sequence = record.sequence
            if sequence < self._next_sequence:
                continue
            assert sequence == self._next_sequence, f"the feed jumped from {self._next_sequence} to {sequence}"
            self._handover.journalled(record.command)
            self._learn(record)
            for report in self._reporter.reports(record):
                self._address(sequence, report)
            self._next_sequence = sequence + 1

    def _learn(self, record: codec.Record) -> None:
        self._application.learn(record)
        command = record.command
        session = self._sessions.get(getattr(command, "session", ""))
        if session is not None:
            position = session.position
            highest_refused = position.refused[1]
            if highest_refused and getattr(command, "message_sequence", 0) > highest_refused:
                position.forget_refused()
            if type(command) is LogOnSession and command.reset and record.sequence >= position.last[0]:
                session.report_again()
        for event in record.events:
            if type(event) is SessionAdded:
                self._firm_of[event.session.name] = event.session.firm

    def _address(self, sequence: int, report: Report) -> None:
        if not self._plan.drop_copy:
            session = self._sessions.get(report.session)
            if session is not None:
                self._outbox.put(session, Waiting(sequence, report.number, report.body))
        elif report.body.startswith("35=8"):
            firm = self._firm_of.get(report.session)
            for session in self._sessions.values():
                if firm in session.firms:
                    self._outbox.put(session, Waiting(sequence, report.number, report.body))

    def _close(self) -> None:
        """What is under way is served while clients are logged out: until every one has answered, for a limited
        time."""
        self._keep_time_at, self._keep_time_seconds = 0, _RETRY_SECONDS
        sessions = [session.quickfix for session in self._sessions.values()]
        for session in sessions:
            session.logout(_CLOSING)
        until = time.monotonic() + _LOGOUT_SECONDS
        while time.monotonic() < until and any(session.isLoggedOn() for session in sessions):
            self._turn()
        if self._link is not None:
            self._link.finish()
        until = time.monotonic() + _FINISH_SECONDS
        while time.monotonic() < until and (self._link is not None or self._outbox):
            self._turn()
        self._acceptor.stop()
