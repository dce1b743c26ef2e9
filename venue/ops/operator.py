"""An operator's command to the running venue: sent in the priority lane, watched until it is journalled and done."""

import getpass
import os
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from venue.domain.commands import Command, Continue, OperatorCommand, PassTime, SetInstrumentRules
from venue.domain.events import Event, InstrumentRulesSet, OperatorCommandRejected
from venue.domain.reference import Asset, Instrument, Reference
from venue.domain.reject_reason import RejectReason
from venue.domain.rules import PRICE_TIME, InstrumentRules
from venue.ops.config import DataDirectory
from venue.sequencer import codec
from venue.sequencer.link import HEAD, Link, LinkLost
from venue.sequencer.segments import ChainWalk, list_segments

ANSWER_SECONDS = 30


class Refused(Exception):
    """The venue did not do it, or nobody knows whether it did; the text says why. reason: the venue's, if it said no.

    uncertain: it may be done, or still be.
    """

    def __init__(self, text: str, reason: RejectReason | None = None, uncertain: bool = False) -> None:
        super().__init__(text)
        self.reason = reason
        self.uncertain = uncertain


class Desk:
    """One operator at the running venue; leave it as a context."""

    def __init__(self, data: DataDirectory, operator: str = "") -> None:
        """operator: "": the user. Raises Refused where no venue is running."""
        self.data = data
        self.operator = operator or getpass.getuser()
        try:
            self._link = Link(data.priority_socket, f"{self.operator}, process {os.getpid()}", HEAD)
        except LinkLost:
            raise Refused(_not_running(data)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._link.close()

    @property
    def reference(self) -> Reference:
        return self._link.welcome.reference

    def instrument(self, symbol: str) -> Instrument:
        """Raises Refused."""
        known = {instrument.symbol: instrument for instrument in self.reference.instruments}
        self.check_known("instrument", symbol, known)
        return known[symbol]

    def asset(self, symbol: str) -> Asset:
        """Raises Refused."""
        known = {asset.symbol: asset for asset in self.reference.assets}
        self.check_known("asset", symbol, known)
        return known[symbol]

    def check_account(self, name: str) -> None:
        """Raises Refused."""
        self.check_known("account", name, [account.name for account in self.reference.accounts])

    def check_known(self, what: str, name: str, known: Iterable[str]) -> None:
        """Raises Refused."""
        names = list(known)
        if name not in names:
            raise Refused(f"there is no {what} {name}; the venue knows {', '.join(names) or 'none'}")

    def order(self, command: OperatorCommand) -> list[Event]:
        """Everything that the command brought about. Raises Refused."""
        # Whatever the command leaves unfinished is finished before the next one: its record tells that all is done.
        end = PassTime(0, self.operator)
        try:
            self._link.send_all([codec.encode(command), codec.encode(end)])
            events = self._events_until(command, end)
        except (LinkLost, OSError):
            text = "the venue went away, perhaps before it took the command: try again"
            raise Refused(text, uncertain=True) from None
        for event in events:
            if isinstance(event, OperatorCommandRejected):
                raise Refused(f"refused: {event.text}", event.reason)
        return events

    def _events_until(self, command: Command, end: Command) -> list[Event]:
        events: list[Event] = []
        mine = False
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            for payload in self._link.receive(1):
                record = codec.decode_record(payload)
                if mine and _same(record.command, end):
                    return events
                if _same(record.command, command):
                    mine = True
                if mine and (_same(record.command, command) or isinstance(record.command, Continue)):
                    events += record.events
        text = f"no answer in {ANSWER_SECONDS} seconds; `venue journal inspect` tells whether it was done"
        raise Refused(text, uncertain=True)


def rules_in_force(journal: Path, symbol: str) -> InstrumentRules:
    """As the journal has them. Raises JournalDamaged or SchemaTooNew."""
    for segment in reversed(list_segments(journal)):
        found = None
        for _, payloads in ChainWalk([segment], segment.first_sequence):
            for payload in payloads:
                record = codec.decode_raw_record(payload)
                if type(record.command) is SetInstrumentRules and record.command.symbol == symbol:
                    events = codec.decode_events(bytes(record.events))
                    found = next((e.rules for e in events if isinstance(e, InstrumentRulesSet)), found)
        if found is not None:
            return found
    return PRICE_TIME


def _same(journalled: Command, sent: Command) -> bool:
    return type(journalled) is type(sent) and msgspec.structs.replace(journalled, at=0) == sent


def _not_running(data: DataDirectory) -> str:
    demo = DataDirectory(data.root / "demo")
    hint = f", or give the demo's --data-dir {demo.root}" if demo.priority_socket.exists() else ""
    return f"no venue is running on {data.root}: start it with `venue run`, or give its --data-dir{hint}"
