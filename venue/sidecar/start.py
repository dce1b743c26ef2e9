"""Where the sidecar's model begins: where the tables are, so that a long journal is not read again from its start."""

import logging
import time
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from venue.projections.database import READER, engine
from venue.projections.live import LiveModel, load
from venue.sequencer.link import NO_FEED, Link, LinkLost

log = logging.getLogger("venue.sidecar")

_NAME = "sidecar, at its start"
_RETRY_SECONDS = 0.1
# A journal of so many records is read from its beginning as soon as PostgreSQL, which starts too, would be there.
_SHORT_RECORDS = 20_000
_PATIENCE_SECONDS = 20


def first_model(engine_socket: Path, database: str | None) -> LiveModel:
    """Waits for the engine. database: its address, None where there is none. Raises WrongAddress."""
    last = _last_sequence(engine_socket)
    if database is None or not last:
        return LiveModel()
    deadline = time.monotonic() + (_PATIENCE_SECONDS if last > _SHORT_RECORDS else 0)
    while True:
        model = _loaded(database)
        if model is not None and model.position <= last:
            log.info("begins with the tables", extra={"sequence": model.position})
            return model
        if model is not None or time.monotonic() > deadline:
            # Tables that know more than the journal are another one's.
            log.info("begins with the journal", extra={"last_sequence": last})
            return LiveModel()
        time.sleep(_RETRY_SECONDS)


def _loaded(database: str) -> LiveModel | None:
    try:
        with engine(database, READER).connect() as connection:
            return load(connection)
    except DBAPIError as error:
        log.info("the tables cannot be read", extra={"error": type(error.orig).__name__})
        return None


def _last_sequence(engine_socket: Path) -> int:
    while True:
        try:
            link = Link(engine_socket, _NAME, NO_FEED)
        except LinkLost:
            time.sleep(_RETRY_SECONDS)
            continue
        link.close()
        return link.welcome.last_sequence
