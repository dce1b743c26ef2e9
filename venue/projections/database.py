"""The database: where it is, who one is in it, and its tables brought up to date.

Who connects owns the tables, but acts as a role that may do no more than it needs: the projector adds and cannot take
away, readers read. SCHEMA is what readers see; a rebuild works in another one and then gives it this name.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

SCHEMA = "venue"
PROJECTOR = "venue_projector"
READER = "venue_reader"
# Whoever connects, the owner.
OWNER = "none"

_CONNECT_SECONDS = 5
_SILENT_MS = 20_000
LOCK = 0x76656E75


class WrongAddress(ValueError):
    """The text is not the address of a PostgreSQL database."""


class TablesTooNew(Exception):
    """A newer version of the venue made the tables."""


def engine(address: str, role: str, schema: str = SCHEMA) -> Engine:
    """address: postgresql://user:password@host:port/database. No connection is made yet. Raises WrongAddress."""
    try:
        url = make_url(address)
    except ArgumentError:
        # Not told: it may have a password in it.
        raise WrongAddress("the address of the database is not of the form postgresql://user@host/database") from None
    if url.drivername.split("+")[0] not in ("postgresql", "postgres"):
        raise WrongAddress(f"the address of the database begins with {url.drivername}://, not postgresql://")
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={
            "options": f"-c search_path={schema} -c role={role} -c timezone=UTC",
            "connect_timeout": _CONNECT_SECONDS,
            # A server whose machine is gone says nothing: it is given up after so long.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": _SILENT_MS,
            "application_name": f"venue ({role})",
        },
    )


def migrate(address: str, schema: str = SCHEMA) -> None:
    """Makes the schema and brings its tables up to date. Raises TablesTooNew, sqlalchemy.exc.OperationalError."""
    owner = engine(address, OWNER, schema)
    with owner.begin() as connection:
        # One at a time, also where two venues start at once.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    # Only who makes tables pays for it: readers start without.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        newest = ScriptDirectory.from_config(config).get_current_head()
        raise TablesTooNew(
            f"the database's tables are newer than {newest}, the newest that this version of the venue knows: "
            "upgrade the venue, or make them anew with `venue rebuild`"
        ) from None
