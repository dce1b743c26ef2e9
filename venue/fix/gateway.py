"""A gateway: one process, one QuickFIX acceptor, one link to the engine.

Two threads. QuickFIX's own loop runs in a Python thread and calls the application, which hands each request to the
engine; the main thread follows the feed and hands each report to QuickFIX, which stores it before it sends it.

Exactly once, whatever is killed: a request counts as received once it is journalled. A restarted gateway sets each
session's next expected MsgSeqNum back to the one after its last journalled request, so the client sends again what
was lost, marked PossDup; the engine knows what it has seen. A request handed to an engine that died is handed to
the recovered one again, marked the same way, after the feed has caught up.
"""

import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import quickfix as fix

from venue.domain import limits
from venue.domain.commands import LogOffSession, LogOnSession
from venue.domain.events import SessionAdded
from venue.domain.reference import Reference
from venue.fix.application import Application, send
from venue.fix.handover import Handover
from venue.fix.logon_gate import LogonGate
from venue.fix.positions import MessageStore, Position, identity
from venue.fix.progress import Progress
from venue.fix.reports import Report, Reporter
from venue.fix.translation import translation
from venue.fix.unconfirmed import Unconfirmed
from venue.fix.wire import SOH
from venue.sequencer import codec
from venue.sequencer.link import Link, LinkLost

log = logging.getLogger("venue.fix.gateway")

# A busy Python thread holds the other one up for this long at most.
_SWITCH_INTERVAL_US = 100
_RETRY_SECONDS = 0.05
_STOP_SECONDS = 1
_LOGOUT_SECONDS = 2
# An engine that does not end the link in so long stands still.
_FINISH_SECONDS = 0.5
_CLOSING = "the venue is closing"
_POSSIBLE_RESEND = f"97=Y{SOH}"
# A Logon that resets is message 1 itself.
_AFTER_RESET = 2


class JournalBehind(Exception):
    """The engine knows less than clients were told."""


class SessionPlan(NamedTuple):
    """One counterparty of a gateway. begin_string: the version of FIX that it speaks; firms: on drop copy, the firms
    whose reports it sees; else empty."""

    comp_id: str
    begin_string: str
    firms: frozenset[str] = frozenset()


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


class _Session:
    """What the gateway keeps of one counterparty. catching_up: what it needs until it has caught up, then None."""

    __slots__ = (
        "begin_string",
        "catching_up",
        "firms",
        "gate",
        "id",
        "name",
        "position",
        "progress",
        "translate",
        "unconfirmed",
    )

    def __init__(self, plan: GatewayPlan, session: SessionPlan) -> None:
        self.name = session.comp_id
        self.firms = session.firms
        self.begin_string = session.begin_string
        self.translate = translation(session.begin_string)
        self.id = fix.SessionID(session.begin_string, plan.comp_id, session.comp_id)
        self.position = Position(plan.store / f"{session.comp_id}.position")
        self.progress = Progress(plan.store / f"{session.comp_id}.progress")
        self.progress.restart()
        self.unconfirmed = Unconfirmed(self.position)
        self.gate = LogonGate()
        store = MessageStore(plan.store, session.begin_string, plan.comp_id, session.comp_id)
        store.mend()
        stored = store.recent_identities()
        if self.position.unconfirmed and store.next_target == 1 and not any("35=8" in s or "35=9" in s for s in stored):
            # Killed between QuickFIX's reset and the news of it.
            self.position.reset_pending = True
        self.catching_up: _CatchingUp | None = _CatchingUp(stored, self.position.last == (0, 0))


class _CatchingUp:
    """Tells, of the reports made before this start, which the session may have been sent already.

    That can only be the first one beyond the position: it may be stored, its position not yet written. Where the
    store is empty (a reset wiped it) there is no telling, and where the position is lost too, of no report.
    """

    __slots__ = ("first", "no_position", "stored")

    def __init__(self, stored: set[str], no_position: bool) -> None:
        self.stored = stored
        self.no_position = no_position
        self.first = True

    def body_of(self, body: str) -> str:
        """What to send: "" when it is known to be stored, marked PossResend when it may be."""
        first, self.first = self.first, False
        if first and identity(body) in self.stored:
            return ""
        if self.no_position or (first and not self.stored):
            return body + _POSSIBLE_RESEND
        return body


class Gateway:
    """Runs until stopped; survives the engine's going away and coming back."""

    def __init__(self, plan: GatewayPlan) -> None:
        """Waits for the engine."""
        self._plan = plan
        self._sessions = {s.comp_id: _Session(plan, s) for s in plan.sessions}
        self._next_sequence = max(1, min(s.unconfirmed.first_sequence for s in self._sessions.values()))
        self._ask_at = time.monotonic() + limits.CONFIRM_EVERY_SECONDS
        self._stopping = threading.Event()
        self._closing = False
        self._handover = Handover({name: session.progress for name, session in self._sessions.items()})
        self._link = self._connect()
        reference = self._link.welcome.reference
        self._firm_of = {session.name: session.firm for session in reference.sessions}
        self._reporter = Reporter(reference.instruments)
        self._application = Application(reference, self._sessions, self._handover, plan.drop_copy)

    def run(self, ready: Callable[[], None]) -> None:
        """Catches up, opens the acceptor, then follows the feed. ready is called once clients may log on."""
        sys.setswitchinterval(_SWITCH_INTERVAL_US / 1_000_000)
        settings = fix.SessionSettings(str(self._plan.settings))
        acceptor = fix.SocketAcceptor(self._application, fix.FileStoreFactory(settings), settings)
        self._catch_up()
        for session in self._sessions.values():
            session.catching_up = None
        self._handover.open(self._link)
        self._log_off_the_lost(self._link.welcome.reference)
        self._ask_again_for_lost_requests(self._link.welcome.reference)
        threading.Thread(target=self._accept, args=(acceptor,), name="quickfix", daemon=True).start()
        _confine_to_loopback(self._plan.backend_port)
        gc.freeze()
        ready()
        while not self._stopping.is_set():
            try:
                self._publish(self._link.receive())
            except LinkLost as error:
                self._handover.close()
                if not self._stopping.is_set():
                    log.warning("engine away", extra={"error": str(error)})
                    self._reconnect()
        stopper = threading.Thread(target=acceptor.stop, args=(True,), daemon=True)
        stopper.start()
        stopper.join(_STOP_SECONDS)

    def stop(self) -> None:
        """May be called from a signal handler. What is under way is served while clients are logged out."""
        if not self._closing:
            self._closing = True
            threading.Thread(target=self._close, name="closing", daemon=True).start()

    def _close(self) -> None:
        self._log_out_all()
        self._stopping.set()
        self._link.finish()
        time.sleep(_FINISH_SECONDS)
        self._link.close()

    def _log_out_all(self) -> None:
        """Until every client has answered its Logout, for a limited time. QuickFIX sends it when it next looks at the
        session; for one that it does not look at in time, because others keep it busy, it is sent from here."""
        open_sessions = {s.name: q for s in self._sessions.values() if (q := fix.Session.lookupSession(s.id))}
        for quickfix_session in open_sessions.values():
            quickfix_session.logout(_CLOSING)
        began = time.monotonic()
        while (waited := time.monotonic() - began) < _LOGOUT_SECONDS:
            left = [name for name, session in open_sessions.items() if session.isLoggedOn()]
            if not left:
                return
            for name in left if waited > _LOGOUT_SECONDS / 2 else ():
                if self._application.logs_out(name):
                    session = self._sessions[name]
                    send(f"35=5{SOH}58={_CLOSING}{SOH}", session.id, session.begin_string)
            time.sleep(_RETRY_SECONDS)

    def _accept(self, acceptor: Any) -> None:  # Any: quickfix has no types.
        try:
            acceptor.block()
        except Exception:
            log.exception("the FIX acceptor ended")
        if not self._stopping.is_set():
            # Without its acceptor a gateway is useless: let the supervisor start another.
            os._exit(1)

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

    def _reconnect(self) -> None:
        try:
            self._link = self._connect()
            self._catch_up()
            self._handover.open(self._link)
        except LinkLost:
            return
        log.warning("engine back", extra={"sequence": self._next_sequence - 1})

    def _catch_up(self) -> None:
        """Raises LinkLost."""
        while self._next_sequence <= self._link.welcome.last_sequence:
            self._publish(self._link.receive())

    def _log_off_the_lost(self, reference: Reference) -> None:
        """Whoever was logged on when the gateway died was cut off, and is told as gone."""
        for session in reference.sessions:
            if session.logged_on and session.name in self._sessions:
                self._handover.hand_over(LogOffSession(0, session.name))

    def _ask_again_for_lost_requests(self, reference: Reference) -> None:
        """The feed has shown all that was journalled: what else QuickFIX counts as received is to come again."""
        journalled = {session.name: session.message_sequence for session in reference.sessions}
        for session in self._sessions.values():
            quickfix_session = fix.Session.lookupSession(session.id)
            expected = quickfix_session.getExpectedTargetNum()
            last = journalled.get(session.name, expected - 1)
            # The number of a request just journalled may not be counted yet; further behind, QuickFIX began anew.
            if session.position.reset_pending or expected < last:
                last = min(expected, _AFTER_RESET if session.position.reset_pending else expected) - 1
                session.position.reset_pending = True
                self._handover.hand_over(LogOnSession(0, session.name, last, True))
                self._handover.hand_over(LogOffSession(0, session.name))
            if expected > last + 1 and not self._plan.drop_copy:
                quickfix_session.setNextTargetMsgSeqNum(last + 1)

    def _publish(self, payloads: Iterable[bytes]) -> None:
        sequence = 0
        for payload in payloads:
            record = codec.decode_record(payload)
            sequence = record.sequence
            if sequence < self._next_sequence:
                continue
            assert sequence == self._next_sequence, f"the feed jumped from {self._next_sequence} to {sequence}"
            self._handover.journalled(record.command)
            self._learn(record)
            for report in self._reporter.reports(record):
                self._send(sequence, report)
            self._next_sequence = sequence + 1
        for session in self._sessions.values():
            if session.position.last[0] < self._next_sequence:
                session.position.advance(self._next_sequence, 0)
        if time.monotonic() >= self._ask_at:
            self._ask_what_came()

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
                self._after_reset(session)
        for event in record.events:
            if type(event) is SessionAdded:
                self._firm_of[event.session.name] = event.session.firm

    def _send(self, sequence: int, report: Report) -> None:
        if not self._plan.drop_copy:
            session = self._sessions.get(report.session)
            if session is not None:
                self._send_to(session, sequence, report)
        elif report.body.startswith("35=8"):
            firm = self._firm_of.get(report.session)
            for session in self._sessions.values():
                if firm in session.firms:
                    self._send_to(session, sequence, report)

    def _send_to(self, session: _Session, sequence: int, report: Report) -> None:
        position, body = session.position, report.body
        if session.translate is not None:
            body = session.translate(body)
        if (sequence, report.number) <= position.last:
            if position.unconfirmed and sequence >= position.unconfirmed:
                session.unconfirmed.keep(sequence, report.number, body)
            return
        to_send = body if session.catching_up is None else session.catching_up.body_of(body)
        while True:
            resets = session.gate.resets
            if session.catching_up is None:
                # This may be journalled before the word of the reset: what was before the reset goes first, and alone.
                self._after_reset(session)
            with session.gate.passing():
                if session.gate.resets == resets:
                    session.unconfirmed.keep(sequence, report.number, body)
                    if to_send:
                        self._store_and_send(session, to_send)
                    break
        position.advance(sequence, report.number)

    def _after_reset(self, session: _Session) -> None:
        """Once, before the reports that follow the reset: sends those that were not confirmed before it."""
        if not session.position.reset_pending:
            return
        resets = session.gate.resets
        bodies = session.unconfirmed.bodies()
        for body in bodies:
            with session.gate.passing():
                self._store_and_send(session, body + _POSSIBLE_RESEND)
        with session.gate.passing():
            if session.gate.resets == resets:
                session.position.reset_pending = False
        if bodies:
            log.info("reports sent again after a reset", extra={"session": session.name, "count": len(bodies)})

    def _ask_what_came(self) -> None:
        self._ask_at = time.monotonic() + limits.CONFIRM_EVERY_SECONDS
        for session in self._sessions.values():
            question = session.unconfirmed.question()
            if question and fix.Session.lookupSession(session.id).isLoggedOn():
                with session.gate.passing():
                    self._store_and_send(session, f"35=1{SOH}112={question}{SOH}")

    def _store_and_send(self, session: _Session, body: str) -> None:
        if not send(body, session.id, session.begin_string):
            log.error("not stored", extra={"session": session.name, "body": body})


def _confine_to_loopback(port: int) -> None:
    """QuickFIX listens on every interface; only the front door, on this machine, may reach it."""
    for _ in range(200):
        for descriptor in map(int, os.listdir("/proc/self/fd")):
            try:
                listener = socket.socket(fileno=os.dup(descriptor))
            except OSError:
                continue
            with listener:
                if _listens_on(listener, port):
                    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
                    return
        time.sleep(0.01)
    raise RuntimeError(f"the FIX acceptor does not listen on port {port}: is it taken?")


def _listens_on(listener: socket.socket, port: int) -> bool:
    try:
        return (
            listener.family == socket.AF_INET
            and listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
            and listener.getsockname()[1] == port
        )
    except OSError:
        return False
