"""What the journal says that clients must have got, and whether they did."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from tests.recovery.persistent_client import PersistentClient, body_of
from tests.recovery.trader import Trader
from tests.support.fix_client import Received
from venue.domain.events import OrderPlaced, OrderRejected
from venue.engine import Engine
from venue.fix.reports import Reporter
from venue.fix.translation import translation
from venue.sequencer import codec
from venue.sequencer.codec import Record
from venue.sequencer.segments import ChainWalk, list_segments

Body = tuple[tuple[int, str], ...]


def records(journal: Path, first: int = 1) -> Iterator[Record]:
    """Of a copy, so that a journal in use can be read too."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "journal"
        shutil.copytree(journal, copy, ignore=shutil.ignore_patterns("*.unfinished"))
        for _, payloads in ChainWalk(list_segments(copy), first):
            yield from map(codec.decode_record, payloads)


class ReplayedHashes:
    """An engine of the test's own, run from the journal's first record on and never from a snapshot."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.engine = Engine()

    def hash_at(self, sequence: int) -> str:
        """Sequences must rise from call to call."""
        if sequence > self.engine.sequence:
            for record in records(self.journal, self.engine.sequence + 1):
                events = self.engine.apply(record.command)
                assert codec.encode(events) == codec.encode(record.events), f"record {record.sequence} differs"
                if self.engine.sequence == sequence:
                    break
        assert self.engine.sequence == sequence, f"asked for {sequence}, the journal has {self.engine.sequence}"
        return self.engine.state_hash()


def recoveries(log: Path) -> list[tuple[int, str]]:
    """(sequence, state hash) of every recovery that the engine's log tells."""
    lines = map(json.loads, log.read_text().splitlines())
    return [(line["sequence"], line["state_hash"]) for line in lines if line["message"] == "recovered"]


def reports_of(journal: Path, in_fix_42: Collection[str] = ()) -> dict[str, list[Body]]:
    """Every report that the journal gives rise to, by session, in order. in_fix_42: the sessions that speak it."""
    reporter = Reporter(())
    to_fix_42 = translation("FIX.4.2")
    assert to_fix_42 is not None
    found: dict[str, list[Body]] = {}
    for record in records(journal):
        for report in reporter.reports(record):
            body = to_fix_42(report.body) if report.session in in_fix_42 else report.body
            found.setdefault(report.session, []).append(_body(body))
    return found


def execution_reports_of(journal: Path) -> list[Body]:
    """What drop copy sees: the execution reports of all sessions, in order."""
    reporter = Reporter(())
    return [
        _body(report.body)
        for record in records(journal)
        for report in reporter.reports(record)
        if report.body.startswith("35=8")
    ]


def check_received(client: PersistentClient, expected: list[Body]) -> int:
    """Every report came, once, in order; again only where PossResend(97) said so. Returns how many came again."""
    assert client.faults == []
    reports = [message for message in client.messages if message[35] in "89"]
    once, again = split_repeats(reports)
    for position, (got, wanted) in enumerate(zip(once, expected, strict=False)):
        assert got == wanted, f"{client.comp_id}: report {position} of {len(expected)} is {got}, expected {wanted}"
    assert len(once) == len(expected), f"{client.comp_id} got {len(once)} reports of {len(expected)}"
    return again


def split_repeats(reports: Iterable[Received]) -> tuple[list[Body], int]:
    """The reports without repeats; the number of repeats, each of which must be flagged."""
    once: dict[Body, None] = {}
    again = 0
    for message in reports:
        body = body_of(message)
        if body in once:
            assert message.get(97) == "Y", f"a second time, and not flagged: {message!r}"
            again += 1
        once[body] = None
    executions = Counter(dict(body)[17] for body in once if dict(body)[35] == "8")
    assert all(count == 1 for count in executions.values()), "two reports with one ExecID(17)"
    return list(once), again


def check_outcomes(trader: Trader, journal: Path) -> None:
    """Every ClOrdID sent had exactly one command with effect, and every order one New or one Rejected."""
    effects: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for record in records(journal):
        if getattr(record.command, "session", None) != trader.client.comp_id:
            continue
        client_order_id = getattr(record.command, "client_order_id", None)
        if client_order_id is None:
            continue
        effects[client_order_id] += bool(record.events)
        for event in record.events:
            if isinstance(event, OrderPlaced | OrderRejected):
                outcomes[client_order_id] += 1
    refused = {m.get(379) for m in trader.client.messages if m[35] == "j"}
    sent = trader.requests.keys() - refused
    assert effects.keys() == sent
    assert {i: n for i, n in effects.items() if n != 1} == {}
    assert outcomes == Counter(i for i, kind in trader.requests.items() if kind == "D" and i not in refused)


def _body(text: str) -> Body:
    pairs = (part.partition("=") for part in text.split("\x01") if part)
    return tuple(sorted((int(tag), value) for tag, _, value in pairs))
