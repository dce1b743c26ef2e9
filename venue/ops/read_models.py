"""The read models' assembly: which database, what reconciliation compares with what."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from venue.domain.limits import DATABASE_START_SECONDS
from venue.engine.snapshot import decode_state
from venue.ops.config import DATABASE_URL, NO_DATABASE, DataDirectory
from venue.ops.errors import ConfigError
from venue.projections import database
from venue.projections.embedded import EmbeddedServer, NoServer, address_of
from venue.projections.reconcile import EngineBalances, Reconciliation
from venue.sequencer.snapshots import Snapshots


def database_address(data: DataDirectory) -> str:
    """Of the server that VENUE_DATABASE_URL names, or of the one that the venue brings along."""
    return os.environ.get(DATABASE_URL, "") or address_of(data.postgres)


def embedded_server(data: DataDirectory) -> EmbeddedServer:
    return EmbeddedServer(data.postgres, data.logs / "postgresql.log")


def reconciliation(data: DataDirectory, address: str) -> Reconciliation:
    """Raises WrongAddress."""
    snapshots = Snapshots(data.snapshots)
    return Reconciliation(address, data.journal, lambda after: engine_balances(snapshots, after))


def engine_balances(snapshots: Snapshots, after: int) -> EngineBalances | None:
    """Of the newest good snapshot, if it is of a record after the given one. Another version's are passed over."""
    for snapshot in snapshots.good():
        if snapshot.sequence <= after:
            return None
        try:
            money = decode_state(snapshot.body).money
        except msgspec.MsgspecError:
            continue
        amounts = chain(
            *(
                (
                    ((row.account, row.asset, "available"), row.available),
                    ((row.account, row.asset, "held"), row.held),
                    ((row.account, row.asset, "pending"), row.pending),
                )
                for row in money.funds
            ),
            *(
                tuple((("", row.asset, name), getattr(row, name)) for name in row.__struct_fields__[1:])
                for row in money.venue
            ),
        )
        return EngineBalances(snapshot.sequence, {key: int(amount) for key, amount in amounts})
    return None


@contextmanager
def reachable_database(data: DataDirectory) -> Iterator[str]:
    """Its address. The venue's own server is started for as long, where the venue is not running.

    Raises ConfigError, NoServer, WrongAddress, OperationalError.
    """
    address = database_address(data)
    if address == NO_DATABASE:
        raise ConfigError(f"{DATABASE_URL} is {NO_DATABASE}: there is no database; name one, or leave it unset")
    owner = database.engine(address, database.OWNER)
    try:
        owner.connect().close()
    except OperationalError:
        if os.environ.get(DATABASE_URL, ""):
            raise
    else:
        yield address
        return
    server = embedded_server(data)
    failed: list[NoServer] = []
    thread = threading.Thread(target=_serve, args=(server, failed))
    thread.start()
    try:
        _wait_for(owner, failed)
        yield address
    finally:
        server.stop()
        thread.join()


def _serve(server: EmbeddedServer, failed: list[NoServer]) -> None:
    try:
        server.run(lambda: None)
    except NoServer as error:
        failed.append(error)


def _wait_for(owner: Engine, failed: list[NoServer]) -> None:
    deadline = time.monotonic() + DATABASE_START_SECONDS
    while True:
        if failed:
            raise failed[0]
        try:
            owner.connect().close()
            return
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
