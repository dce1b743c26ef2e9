"""Rows against the twin, whatever the batches; and the state read back from the tables at any moment."""

from random import Random

import pytest
from sqlalchemy import func, select, text

from tests.projections.flow import DAY_NS, recorded
from tests.projections.twin import check_tables
from venue.fix.reports import Reporter
from venue.projections import database
from venue.projections.checksums import checksums
from venue.projections.rows import REPORTS
from venue.projections.state import load
from venue.projections.tables import events, executions, position, transfers
from venue.projections.writing import PositionMoved, Writer
from venue.sequencer import codec


def project(address: str, payloads: list[bytes], cuts: Random) -> None:
    """In batches of any size; now and then all is forgotten and read back from the tables."""
    database.migrate(address)
    with database.engine(address, database.READER).connect() as connection:
        done = connection.execute(select(position.c.sequence)).scalar_one()
    while done < len(payloads):
        with database.engine(address, database.PROJECTOR).connect() as connection:
            rows = load(connection)
            assert rows.sequence == done
            writer = Writer(connection, database.engine(address, database.OWNER))
            for _ in range(cuts.randrange(1, 6)):
                size = cuts.choice([1, 2, cuts.randrange(1, 400)])
                for payload in payloads[done : done + size]:
                    rows.add(payload)
                done = min(done + size, len(payloads))
                if rows.sequence > rows.batch.after:
                    writer.write(rows.take())


@pytest.mark.parametrize("seed", range(6))
def test_tables_say_what_the_twin_says_whatever_the_batches(address: str, seed: int) -> None:
    payloads = recorded(seed, 1_500).payloads
    project(address, payloads, Random(seed))
    with database.engine(address, database.READER).connect() as connection:
        check_tables(connection, payloads)


def test_tables_do_not_depend_on_the_batches(address: str) -> None:
    payloads = recorded(7, 1_000).payloads
    sums = []
    for seed in range(3):
        project(address, payloads, Random(seed))
        with database.engine(address, database.OWNER).begin() as connection:
            sums.append(checksums(connection))
            connection.execute(text("DROP SCHEMA venue CASCADE"))
    assert sums[0] == sums[1] == sums[2]


def test_amounts_beyond_64_bits_are_exact(address: str) -> None:
    payloads = recorded(3, 800).payloads
    project(address, payloads, Random(3))
    with database.engine(address, database.READER).connect() as connection:
        largest = connection.execute(select(func.max(transfers.c.amount))).scalar_one()
        traded = connection.execute(select(func.max(executions.c.amount))).scalar_one()
    assert largest == 10**32
    assert traded > 1 << 64


def test_a_batch_that_does_not_follow_is_refused_whole(address: str) -> None:
    payloads = recorded(1, 50).payloads
    project(address, payloads[:20], Random(1))
    with database.engine(address, database.PROJECTOR).connect() as connection:
        first, second = load(connection), load(connection)
        writer = Writer(connection, database.engine(address, database.OWNER))
        for payload in payloads[20:40]:
            first.add(payload)
            second.add(payload)
        writer.write(first.take())
        with pytest.raises(PositionMoved):
            writer.write(second.take())
        assert connection.execute(select(func.count()).select_from(events)).scalar_one() == 40
        assert connection.execute(select(position.c.sequence)).scalar_one() == 40


def test_events_lie_in_a_partition_for_each_day(address: str) -> None:
    payloads = recorded(2, 100, step_ns=DAY_NS // 20).payloads
    project(address, payloads, Random(2))
    days = {codec.decode_record(payload).command.at // DAY_NS for payload in payloads}
    with database.engine(address, database.OWNER).connect() as connection:
        query = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass"
        assert connection.execute(text(query)).scalar_one() == len(days) > 3
        told = connection.execute(text("SELECT DISTINCT tableoid::regclass::text, day FROM events")).all()
        assert {(name, f"events_{day:%Y%m%d}") for name, day in told} == {(name, name) for name, _ in told}


def test_executions_are_numbered_as_reports_are() -> None:
    """By every event of a long flow, and by the FIX edge's own numbers."""
    reporter = Reporter(())
    for payload in recorded(5, 3_000).payloads:
        record = codec.decode_record(payload)
        reports = reporter.reports(record)
        assert len(reports) == sum(REPORTS.get(type(event), 0) for event in record.events), record
        assert [report.number for report in reports] == list(range(1, len(reports) + 1))
