"""What one order costs at each stage, in microseconds of CPU: where the next bottleneck is."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import quickfix as fix

from venue.domain.events import OrderPlaced
from venue.domain.funds_commands import CreditAccount, OpenLedger
from venue.domain.money import Amount
from venue.engine import Engine
from venue.fix.application import send
from venue.fix.dialect import FIX44
from venue.fix.reports import Reporter
from venue.fix.requests import Requests
from venue.fix.wire import SOH
from venue.ops.config import DEFAULT_CONFIG, load
from venue.sequencer import codec
from venue.sequencer.frames import pack_frames

_ORDERS = 10_000
_ROUNDS = 5


class _Silent(fix.Application):
    def onCreate(self, session_id: Any) -> None: ...
    def onLogon(self, session_id: Any) -> None: ...
    def onLogout(self, session_id: Any) -> None: ...
    def toAdmin(self, message: Any, session_id: Any) -> None: ...
    def toApp(self, message: Any, session_id: Any) -> None: ...
    def fromAdmin(self, message: Any, session_id: Any) -> None: ...
    def fromApp(self, message: Any, session_id: Any) -> None: ...


def stages(directory: Path) -> list[tuple[str, str, float]]:
    """(process, stage, microseconds per order)."""
    engine, config = Engine(), load(DEFAULT_CONFIG)
    plenty = CreditAccount(0, "bench", "plenty", "A-1", "USD", Amount(10**30))
    for command in (*config.reference_commands(), OpenLedger(0, "bench"), *config.rule_commands(), plenty):
        engine.apply(command)
    reference = engine.reference()
    requests, reporter = Requests(reference, FIX44), Reporter(reference.instruments)
    found: list[tuple[str, str, float]] = []

    def stage(
        process: str, name: str, work: Callable[[Any], Any], items: Iterable[Any], rounds: int = _ROUNDS
    ) -> list[Any]:
        best, results, items = float("inf"), [], list(items)
        for _ in range(rounds):
            started = time.process_time()
            results = [work(item) for item in items]
            best = min(best, time.process_time() - started)
        found.append((process, name, best / len(items) * 1e6))
        return results

    messages = [fix.Message(_order(number), False) for number in range(_ORDERS)]
    texts = stage("gateway", "message to text (QuickFIX toString)", lambda m: m.toString(), messages)
    commands = stage("gateway", "text to command", lambda text: requests.read("BROKER_A", text), texts)
    payloads = stage("gateway", "encode command", codec.encode, commands)
    decoded = stage("engine", "decode command", codec.decode_command, payloads)
    events = stage("engine", "apply, with fees, holds and the settings' limits", engine.apply, decoded, rounds=1)
    assert all(isinstance(event, OrderPlaced) for (event,) in events), "an order of the bench was refused"
    pairs = list(zip(decoded, events, strict=True))
    records = stage("engine", "encode record", lambda p: codec.encode(codec.Record(1, *p)), pairs)
    batches = [records[start : start + 250] for start in range(0, len(records), 250)]
    stage("engine", "frame, CRC, hash chain", lambda batch: pack_frames([], batch, 0, bytes(32)), batches)
    found[-1] = (*found[-1][:2], found[-1][2] / 250)
    read = stage("gateway", "decode record", codec.decode_record, records)
    reports = stage("gateway", "record to report text", reporter.reports, read)
    session = _session(directory)
    bodies = [report[0].body for report in reports]
    name = "text to message, store, number (QuickFIX, FileStore)"
    stage("gateway", name, lambda body: send(body, session, "FIX.4.4"), bodies, rounds=1)
    return found


def _order(number: int) -> str:
    text = (
        f"8=FIX.4.4|9=150|35=D|34={number}|49=BROKER_A|52=20260101-00:00:00|56=VENUE|1=A-1|11=bench-{number}|38=1|40=2"
        f"|44={20000 + number % 500}|54=1|55=BTC-USD|59=1|60=20260101-00:00:00|10=000|"
    )
    return text.replace("|", SOH)


# What QuickFIX does not keep alive itself.
_kept: list[Any] = []


def _session(directory: Path) -> Any:
    settings = directory / "stages.cfg"
    settings.write_text(
        "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=VENUE\nSocketAcceptPort=1\n"
        f"NonStopSession=Y\nUseDataDictionary=N\nTimestampPrecision=6\nFileStorePath={directory}\n"
        "[SESSION]\nTargetCompID=BROKER_A\n"
    )
    loaded = fix.SessionSettings(str(settings))
    application, factory = _Silent(), fix.FileStoreFactory(loaded)
    _kept.extend((loaded, application, factory, fix.SocketAcceptor(application, factory, loaded)))
    return fix.Session.lookupSession(fix.SessionID("FIX.4.4", "VENUE", "BROKER_A"))
