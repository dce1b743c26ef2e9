"""What each process of the venue is made of: the wiring diagram.

front ── QuickFIX ports ── gateways ── Unix sockets ── engine ── journal
                          scheduler ── priority socket ──┤
                          replica ── snapshots ──────────┘
"""

import ctypes
import gc
import logging
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    Command,
    ListInstrument,
)
from venue.domain.funds_commands import CreditAccount, OpenLedger
from venue.domain.limits import SNAPSHOT_EVERY_RECORDS
from venue.domain.money import format_decimal
from venue.domain.reference import Reference
from venue.engine import Engine
from venue.fix.dialect import DIALECTS
from venue.ops.config import OPERATOR, Config, DataDirectory, dictionary_of
from venue.ops.errors import ConfigError
from venue.ops.fix_settings import GatewayConfig
from venue.ops.listing import tail_of, with_rules

if TYPE_CHECKING:
    from venue.sequencer.engine_process import EngineProcess

log = logging.getLogger("venue.ops")

Ready = Callable[[], None]
_PR_SET_PDEATHSIG = 1


class _Stoppable(Protocol):
    def stop(self) -> None: ...


def run_engine(config: Config, data: DataDirectory, ready: Ready, apply_rules: bool = False) -> None:
    """Recovers, journals what the configuration adds, serves. Raises what recovery and the journal raise.

    apply_rules: also the rules of what was listed before, which operators may have changed since.
    """
    from venue.sequencer.engine_process import EngineProcess
    from venue.sequencer.journal import Journal
    from venue.sequencer.recovery import recover
    from venue.sequencer.snapshots import Snapshots

    journal = Journal.open(data.journal)
    machine = recover(journal, Snapshots(data.snapshots), Engine)
    log.info("recovered", extra={"sequence": machine.sequence, "state_hash": machine.state_hash()})
    reference = machine.reference()
    accounts = [(AddAccount, account.name) for account in reference.accounts]
    config.check_named([*accounts, *((AddFirm, firm) for firm in reference.firms)])
    process = EngineProcess(journal, machine, data.engine_socket, data.priority_socket)
    listed, rules = additions(config.reference_commands(), reference), config.rule_commands()
    tail = tail_of(journal, len(rules) + 1)
    opened = _open_ledger(config, process, machine)
    if machine.reference().ledger_open:
        rules += config.funding_commands()
    following = with_rules(tail, listed, rules, opened)
    process.submit([*following, *filter(_may_change, rules)] if apply_rules else following)
    _stop_on_signals(process)
    # The engine makes no reference cycles (a removed order is unlinked), so reference counts free all that it drops;
    # looking through a large book for cycles would only stall trading. The memory test and bench watch over it.
    gc.collect()
    gc.disable()
    ready()
    process.run()


def _open_ledger(config: Config, process: "EngineProcess", machine: Engine) -> bool:
    """Whether it was opened just now: as the settings have it, before all else. It stays closed while orders are open;
    trading goes on all the same."""
    wanted = config.money.ledger.open
    if machine.reference().ledger_open or wanted is False:
        return False
    if wanted or machine.sequence == 0:
        process.submit([OpenLedger(0, OPERATOR, "the settings")])
    if machine.reference().ledger_open:
        return True
    why = "while orders are open the ledger does not open" if wanted else "the ledger of this journal is not open"
    log.warning("%s: orders are taken without balances and fees until `venue ledger open`", why)
    return False


def _may_change(rule: Command) -> bool:
    """Opening funds are given once."""
    return not isinstance(rule, CreditAccount)


def run_replica(config: Config, data: DataDirectory, ready: Ready) -> None:
    """Raises LinkLost when the engine goes away: the supervisor starts another.

    VENUE_SNAPSHOT_EVERY: a snapshot every so many records, other than limits.SNAPSHOT_EVERY_RECORDS.
    """
    from venue.sequencer.replica import Replica
    from venue.sequencer.snapshots import Snapshots

    every = int(os.environ.get("VENUE_SNAPSHOT_EVERY", SNAPSHOT_EVERY_RECORDS))
    replica = Replica(Snapshots(data.snapshots), Engine, every)
    _stop_on_signals(replica)
    ready()
    replica.follow(data.engine_socket)


def run_scheduler(config: Config, data: DataDirectory, ready: Ready) -> None:
    from venue.scheduler.process import SchedulerProcess

    # It would tell of every time that it wakes.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = SchedulerProcess(config.plan(), data.priority_socket, data.scheduler / "learned")
    _stop_on_signals(scheduler)
    scheduler.run(ready)


def run_gateway(name: str, config: Config, data: DataDirectory, ready: Ready) -> None:
    """One gateway, by its settings file's name."""
    from venue.fix.gateway import Gateway, GatewayPlan, SessionPlan

    settings = next((gateway for gateway in config.gateways if gateway.name == name), None)
    if settings is None:
        raise ConfigError(f"{config.directory}: there is no {name}.cfg")
    store = data.fix / name
    store.mkdir(parents=True, exist_ok=True)
    path = store / "settings.cfg"
    path.write_text(_for_quickfix(settings, str(store)), encoding="utf-8")
    gateway = Gateway(
        GatewayPlan(
            name=name,
            comp_id=settings.comp_id,
            settings=path,
            store=store,
            engine_socket=data.engine_socket,
            backend_port=settings.acceptor_port,
            drop_copy=settings.drop_copy,
            sessions=tuple(SessionPlan(s.comp_id, s.begin_string, s.sees_firms) for s in settings.sessions),
        )
    )
    _stop_on_signals(gateway)
    gateway.run(ready)
    # QuickFIX's thread does not survive the interpreter's own way of ending.
    logging.shutdown()
    os._exit(0)


def run_front(config: Config, data: DataDirectory, ready: Ready) -> None:
    from venue.fix.front import Door, Front

    front = Front(
        Door(
            gateway.listen_host,
            gateway.listen_port,
            gateway.acceptor_port,
            gateway.comp_id,
            {session.comp_id: session.begin_string for session in gateway.sessions},
            data.fix / gateway.name,
        )
        for gateway in config.gateways
    )
    _stop_on_signals(front)
    ready()
    front.run()


def end_with_parent(parent: int) -> bool:
    """A supervisor that is killed cannot stop its children: the kernel does. False when it is gone already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent


def additions(commands: list[Command], reference: Reference) -> list[Command]:
    """Those commands whose effect the venue does not have yet. Raises ConfigError for one that contradicts it."""
    known: dict[tuple[type, str], tuple[object, ...]] = {}
    for asset in reference.assets:
        known[AddAsset, asset.symbol] = (asset.decimals,)
    for i in reference.instruments:
        known[ListInstrument, i.symbol] = (i.base.symbol, i.quote.symbol, i.tick_size, i.lot_size)
    known.update({(AddFirm, firm): () for firm in reference.firms})
    known.update({(AddAccount, account.name): (account.firm,) for account in reference.accounts})
    known.update({(AddSession, session.name): (session.firm,) for session in reference.sessions})
    wanted: list[Command] = []
    for command in commands:
        name, *content = [getattr(command, field) for field in command.__struct_fields__[2:]]
        key = (type(command), name)
        if key not in known:
            known[key] = tuple(content)
            wanted.append(command)
        elif known[key] != tuple(content):
            raise ConfigError(_contradiction(command, known[key], reference))
    return wanted


def _contradiction(command: Command, journal: tuple[object, ...], reference: Reference) -> str:
    """journal: what it has for the command's fields after the name. Any: what they hold depends on the command."""
    _, _, name_field, *fields = command.__struct_fields__
    before = dict(zip(fields, journal, strict=True))
    now = {field: getattr(command, field) for field in fields}
    differences = [
        f"{field.replace('_', ' ')} is {_readable(field, before, reference)} in the journal, "
        f"{_readable(field, now, reference)} in the settings"
        for field in fields
        if before[field] != now[field]
    ]
    what = {AddAsset: "asset", ListInstrument: "instrument", AddAccount: "account", AddSession: "session"}
    return (
        f"{what[type(command)]} {getattr(command, name_field)}: {'; '.join(differences)}. "
        "What the journal has never changes: put the settings back, or start on another --data-dir"
    )


def _readable(field: str, content: dict[str, Any], reference: Reference) -> str:
    asset = {"tick_size": "quote", "lot_size": "base"}.get(field)
    decimals = {known.symbol: known.decimals for known in reference.assets}
    if asset is None or content[asset] not in decimals:
        return str(content[field])
    return format_decimal(content[field], decimals[content[asset]])


def _for_quickfix(settings: GatewayConfig, store: str) -> str:
    """The settings as people wrote them, with the paths, and what each session's version of FIX asks for."""
    sessions = iter(settings.sessions)
    lines = []
    for line in settings.text.splitlines():
        lines.append(line)
        if line.strip() == "[DEFAULT]":
            lines.append(f"FileStorePath={store}")
        elif line.strip() == "[SESSION]":
            begin_string = next(sessions).begin_string
            lines.append(f"DataDictionary={dictionary_of(begin_string)}")
            lines.append(f"TimestampPrecision={DIALECTS[begin_string].stamp_decimals}")
    return "\n".join(lines) + "\n"


def _stop_on_signals(process: _Stoppable) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.stop())
