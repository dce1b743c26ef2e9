"""What QuickFIX calls back: the inbound side of a gateway. No exception ever leaves a callback: QuickFIX would hang
or end the process; whatever is wrong is answered with 3, j or a refused order."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import quickfix as fix

from venue.domain.commands import LogOffSession, LogOnSession
from venue.domain.events import InstrumentListed
from venue.domain.reference import Reference
from venue.fix.dialect import DIALECTS
from venue.fix.groups import message_of
from venue.fix.handover import Handover
from venue.fix.positions import Position
from venue.fix.progress import Progress
from venue.fix.requests import (
    APPLICATION_NOT_AVAILABLE,
    NOT_AUTHORIZED,
    BusinessReject,
    Requests,
    SessionReject,
)
from venue.fix.unconfirmed import Unconfirmed
from venue.fix.wire import SOH, fields_of
from venue.sequencer.codec import Record

log = logging.getLogger("venue.fix.gateway")
_REQUEST_TYPES = frozenset(("D", "F", "G", "H", "q", "AF"))


class SessionState(Protocol):
    """What the inbound side needs to know of a session, and tells it. translate: from FIX 4.4 to the session's version,
    None where that is FIX 4.4."""

    @property
    def begin_string(self) -> str: ...
    @property
    def translate(self) -> Callable[[str], str] | None: ...
    @property
    def position(self) -> Position: ...
    @property
    def progress(self) -> Progress: ...
    @property
    def unconfirmed(self) -> Unconfirmed: ...
    @property
    def id(self) -> fix.SessionID: ...
    @property
    def quickfix(self) -> fix.Session: ...
    def logged_on(self) -> None: ...
    def logged_off(self) -> None: ...


class Application(fix.Application):  # type: ignore[misc]  # quickfix has no types
    """Reads requests and hands them over. read_only: drop copy, where every request is refused."""

    def __init__(
        self,
        reference: Reference,
        sessions: Mapping[str, SessionState],
        handover: Handover,
        read_only: bool,
    ) -> None:
        super().__init__()
        spoken = {state.begin_string for state in sessions.values()}
        self._requests = {version: Requests(reference, DIALECTS[version]) for version in spoken}
        self._requests_of = {name: self._requests[state.begin_string] for name, state in sessions.items()}
        # Asked for by its text, which costs least.
        self._names = {state.id.toString(): name for name, state in sessions.items()}
        self._sessions = sessions
        self._handover = handover
        self._read_only = read_only
        # Why each session ends, by what was said last.
        self._endings: dict[str, str] = {}

    def learn(self, record: Record) -> None:
        """Takes note of what the feed says of reference data."""
        for event in record.events:
            if type(event) is InstrumentListed:
                for requests in self._requests.values():
                    requests.list_instrument(event.instrument)

    # QuickFIX's own names and argument order from here on. Any: quickfix has no types.

    def onCreate(self, session_id: Any) -> None:
        pass

    def onLogon(self, session_id: Any) -> None:
        session = self._names[session_id.toString()]
        self._endings.pop(session, None)
        self._sessions[session].logged_on()
        log.info("logged on", extra={"session": session})

    def onLogout(self, session_id: Any) -> None:
        session = self._names[session_id.toString()]
        self._sessions[session].logged_off()
        log.info("logged off", extra={"session": session, "reason": self._endings.pop(session, "the line was cut")})
        self._handover.hand_over(LogOffSession(0, session))

    def toAdmin(self, message: Any, session_id: Any) -> None:
        try:
            text = message.toString()
            if f"{SOH}35=5{SOH}" in text:
                said = fields_of(text.encode("ascii", "replace")).get(58, "no reason given")
                self._endings.setdefault(self._names[session_id.toString()], f"the venue logged it out: {said}")
        except Exception:
            log.exception("an admin message could not be read")

    def toApp(self, message: Any, session_id: Any) -> None:
        pass

    def fromAdmin(self, message: Any, session_id: Any) -> None:
        try:
            text = message.toString()
            if f"{SOH}35=A{SOH}" in text:
                self._logon(text, self._names[session_id.toString()])
            elif f"{SOH}35=0{SOH}" in text:
                answer = fields_of(text.encode("ascii", "replace")).get(112, "")
                self._sessions[self._names[session_id.toString()]].unconfirmed.heartbeat(answer)
            elif f"{SOH}35=5{SOH}" in text:
                session = self._names[session_id.toString()]
                self._endings.setdefault(session, "its Logout")
                self._sessions[session].unconfirmed.logged_off()
        except Exception:
            log.exception("an admin message could not be read")
        finally:
            self._sessions[self._names[session_id.toString()]].progress.took()

    def fromApp(self, message: Any, session_id: Any) -> None:
        session = self._names[session_id.toString()]
        text = ""
        try:
            text = message.toString()
            answer = self._refusal_of_all(session, text) or self._requests_of[session].read(session, text)
            if isinstance(answer, SessionReject | BusinessReject):
                self._answer(answer, text, session)
            else:
                self._handover.hand_over(answer)
        except Exception:
            log.exception("a request could not be read", extra={"session": session})
            self._answer(BusinessReject("", APPLICATION_NOT_AVAILABLE, "", "the request failed"), text, session)
        finally:
            self._sessions[session].progress.took()

    def _logon(self, text: str, session: str) -> None:
        fields = fields_of(text.encode("ascii", "replace"))
        reset = fields.get(141) == "Y"
        self._sessions[session].unconfirmed.logged_on()
        if reset:
            self._sessions[session].position.forget_refused()
            self._sessions[session].position.reset_pending = True
        self._handover.hand_over(LogOnSession(0, session, int(fields[34]), reset))

    def _refusal_of_all(self, session: str, text: str) -> BusinessReject | None:
        """Why no request is taken from this session now; None when they are."""
        start = text.index(f"{SOH}35=") + 4
        message_type = text[start : text.index(SOH, start)]
        if message_type not in _REQUEST_TYPES:
            return None
        if self._read_only:
            return BusinessReject(
                message_type, NOT_AUTHORIZED, "", "drop copy is read-only: send requests to order entry"
            )
        if self._handover.available and f"{SOH}43=Y{SOH}" not in text:
            return None
        number = int(fields_of(text.encode("ascii", "replace"))[34])
        position = self._sessions[session].position
        if self._handover.available:
            lowest, highest = position.refused
            if not lowest <= number <= highest or not lowest:
                return None
        else:
            position.refuse(number)
            self._sessions[session].progress.refuses()
        text = "the matching engine is not available; the request was not taken"
        return BusinessReject(message_type, APPLICATION_NOT_AVAILABLE, "", text)

    def _answer(self, answer: SessionReject | BusinessReject, text: str, session: str) -> None:
        fields = fields_of(text.encode("ascii", "replace"))
        message_type = answer.message_type or fields.get(35, "")
        about = f"45={fields.get(34, '0')}{SOH}372={message_type}{SOH}58={answer.text}{SOH}"
        if isinstance(answer, SessionReject):
            # No field has Tag 0: it stands for none that could be named.
            tag = f"371={answer.tag}{SOH}" if answer.tag != "0" else ""
            body = f"35=3{SOH}{about}{tag}373={answer.reason}{SOH}"
        else:
            reference = answer.reference or fields.get(11, "")
            body = f"35=j{SOH}{about}380={answer.reason}{SOH}" + (f"379={reference}{SOH}" if reference else "")
            if fields.get(43) == "Y":
                body += f"97=Y{SOH}"
        state = self._sessions[session]
        if state.translate is not None:
            body = state.translate(body)
        if not send(body, state.quickfix, state.begin_string):
            log.error("a reject could not be sent", extra={"session": session})


def send(body: str, session: fix.Session, begin_string: str) -> bool:
    """Stores a message in the session, with its next number, and sends it if the session is logged on.

    body: fields from 35 on; the session adds its own.
    """
    sent: bool = session.send(message_of(begin_string, body))
    return sent
