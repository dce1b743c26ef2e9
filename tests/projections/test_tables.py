"""The tables as migrations make them, and what they refuse."""

from random import Random

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, text
from sqlalchemy.exc import DBAPIError

from tests.projections.flow import recorded
from tests.projections.test_rows import project
from venue.projections import database
from venue.projections.tables import APPEND_ONLY, metadata

CHECKS = [c.name for table in metadata.tables.values() for c in table.constraints if isinstance(c, CheckConstraint)]
ROLES = (database.PROJECTOR, database.READER, database.OWNER)


@pytest.fixture
def filled(address: str) -> str:
    project(address, recorded(1, 100).payloads, Random(1))
    return address


def execute(address: str, role: str, statement: str) -> None:
    with database.engine(address, role).begin() as connection:
        connection.execute(text(statement))


def test_migrations_from_nothing_make_the_tables(address: str) -> None:
    database.migrate(address)
    with database.engine(address, database.OWNER).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        query = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'venue'::regnamespace"
        assert set(connection.execute(text(query)).scalars()) == {str(name) for name in CHECKS}


def test_a_second_migration_changes_nothing(filled: str) -> None:
    database.migrate(filled)
    database.migrate(filled)
    with database.engine(filled, database.READER).connect() as connection:
        assert connection.execute(text("SELECT sequence FROM position")).scalar_one() > 100


def test_tables_of_a_newer_version_are_refused(address: str) -> None:
    database.migrate(address)
    execute(address, database.OWNER, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(database.TablesTooNew, match="upgrade the venue"):
        database.migrate(address)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET at = at",
        "UPDATE {} SET at = 0 WHERE false",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE sequence = -1",
        "TRUNCATE {}",
    ],
)
def test_events_and_transfers_are_append_only(filled: str, change: str, role: str) -> None:
    for table in APPEND_ONLY:
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            execute(filled, role, change.format(table.name))


@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_partition_of_events_is_append_only_too(filled: str, change: str) -> None:
    with database.engine(filled, database.OWNER).connect() as connection:
        part = connection.execute(text("SELECT inhrelid::regclass::text FROM pg_inherits LIMIT 1")).scalar_one()
    with pytest.raises(DBAPIError, match="append-only"):
        execute(filled, database.OWNER, change.format(part))


@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables])
def test_the_projector_takes_nothing_away(filled: str, table: str) -> None:
    for change in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}"):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            execute(filled, database.PROJECTOR, change)


@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables])
def test_a_reader_writes_nothing(filled: str, table: str) -> None:
    for change in (f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}", f"CREATE TABLE x{table} (x int)"):
        with pytest.raises(DBAPIError, match="permission denied"):
            execute(filled, database.READER, change)


@pytest.mark.parametrize(
    "row",
    [
        "('a1', 'USD', 'available', -1, 1)",
        "('a1', 'USD', 'held', -1, 1)",
        "('a1', 'USD', 'pending', -1, 1)",
        "('', 'USD', 'custody', 1, 1)",
        "('', 'USD', 'suspense', -1, 1)",
        "('', 'USD', 'available', 1, 1)",
        "('a1', 'USD', 'fees', 1, 1)",
        "('a1', 'USD', 'elsewhere', 1, 1)",
        "('a1', 'USD', 'available', 1e38, 1)",
    ],
)
def test_a_balance_that_cannot_be_is_refused(address: str, row: str) -> None:
    database.migrate(address)
    with pytest.raises(DBAPIError, match=r"violates check constraint|numeric field overflow"):
        execute(address, database.OWNER, f"INSERT INTO balances VALUES {row}")


@pytest.mark.parametrize("amount", ["0", "-1", "1e38", "NULL"])
def test_a_transfer_that_moves_nothing_is_refused(address: str, amount: str) -> None:
    database.migrate(address)
    row = f"(1, 0, 1, 'credit', 'USD', {amount}, '', 'custody', 'a1', 'available', 0, 'x')"
    with pytest.raises(DBAPIError, match=r"violates|numeric field overflow"):
        execute(address, database.OWNER, f"INSERT INTO transfers VALUES {row}")


@pytest.mark.parametrize(
    ("wrong", "text_of_it"),
    [
        ("mysql://venue:secret@host/venue", "mysql"),
        ("nonsense secret", "postgresql://user@host/database"),
        ("", "postgresql://user@host/database"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(wrong: str, text_of_it: str) -> None:
    with pytest.raises(database.WrongAddress, match=text_of_it) as refused:
        database.engine(wrong, database.OWNER)
    assert "secret" not in str(refused.value)
