"""What a gateway keeps of each counterparty, and how a report gets into its session: once, whatever is killed."""

import logging
from collections import deque
from pathlib import Path
from typing import NamedTuple

import quickfix as fix

from venue.fix.application import send
from venue.fix.descriptors import connection_from, gathering
from venue.fix.positions import MessageStore, Position, identity
from venue.fix.progress import Progress
from venue.fix.translation import translation
from venue.fix.unconfirmed import Unconfirmed
from venue.fix.wire import SOH

log = logging.getLogger("venue.fix.gateway")
_POSSIBLE_RESEND = f"97=Y{SOH}"


class SessionPlan(NamedTuple):
    """One counterparty of a gateway. begin_string: the version of FIX that it speaks; firms: on drop copy, the firms
    whose reports it sees; else empty."""

    comp_id: str
    begin_string: str
    firms: frozenset[str] = frozenset()


class Waiting(NamedTuple):
    """A report that waits to be sent: the number-th one of the record sequence. body: in FIX 4.4."""

    sequence: int
    number: int
    body: str


class Session:
    """One counterparty's. quickfix: set once the acceptor has made its sessions; waiting: what the outbox holds for it;
    line: its connection, -1 for none that is known; catching_up: what it needs until it has caught up, then None."""

    __slots__ = (
        *(
            "begin_string",
            "catching_up",
            "firms",
            "id",
            "line",
            "name",
            "position",
            "progress",
            "quickfix",
            "translate",
        ),
        *("unconfirmed", "waiting"),
    )

    def __init__(self, store: Path, comp_id: str, plan: SessionPlan) -> None:
        self.name = plan.comp_id
        self.firms = plan.firms
        self.begin_string = plan.begin_string
        self.translate = translation(plan.begin_string)
        self.id = fix.SessionID(plan.begin_string, comp_id, plan.comp_id)
        self.quickfix: fix.Session = None
        self.line = -1
        self.waiting: deque[Waiting] = deque()
        self.position = Position(store / f"{plan.comp_id}.position")
        self.progress = Progress(store / f"{plan.comp_id}.progress")
        self.progress.restart()
        self.unconfirmed = Unconfirmed(self.position)
        messages = MessageStore(store, plan.begin_string, comp_id, plan.comp_id)
        messages.mend()
        stored = messages.recent_identities()
        if (
            self.position.unconfirmed
            and messages.next_target == 1
            and not any("35=8" in s or "35=9" in s for s in stored)
        ):
            # Killed between QuickFIX's reset and the news of it.
            self.position.reset_pending = True
        self.catching_up: _CatchingUp | None = _CatchingUp(stored, self.position.last == (0, 0))

    def report_waiting(self, count: int) -> None:
        """So many of those that wait, which go out as one."""
        with gathering(self.line if count > 1 else -1):
            for _ in range(count):
                self.report(self.waiting.popleft())

    def report(self, waiting: Waiting) -> None:
        """Stores the report in the session and sends it, unless the session has it."""
        sequence, number, body = waiting
        position = self.position
        if self.translate is not None:
            body = self.translate(body)
        if position.covers(sequence, number):
            if position.unconfirmed and sequence >= position.unconfirmed:
                self.unconfirmed.keep(sequence, number, body)
            return
        to_send = body
        if self.catching_up is not None:
            to_send = self.catching_up.body_of(body)
        elif position.reset_pending:
            # It may be journalled before the word of the reset: what was before the reset goes first.
            self.report_again()
        self.unconfirmed.keep(sequence, number, body)
        if to_send:
            self.send(to_send)
        position.advance(sequence, number)

    def logged_on(self) -> None:
        self.line = connection_from(self.progress.port)

    def logged_off(self) -> None:
        self.line = -1

    def report_again(self) -> None:
        """Once, before the reports that follow a reset: sends those that were not confirmed before it."""
        if not self.position.reset_pending:
            return
        bodies = self.unconfirmed.bodies()
        for body in bodies:
            self.send(body + _POSSIBLE_RESEND)
        self.position.reset_pending = False
        if bodies:
            log.info("reports sent again after a reset", extra={"session": self.name, "count": len(bodies)})

    def ask_what_came(self) -> None:
        question = self.unconfirmed.question()
        if question and self.quickfix.isLoggedOn():
            self.send(f"35=1{SOH}112={question}{SOH}")

    def send(self, body: str) -> None:
        if not send(body, self.quickfix, self.begin_string):
            log.error("not stored", extra={"session": self.name, "body": body})


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
