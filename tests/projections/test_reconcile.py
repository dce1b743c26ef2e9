"""Faults planted in the tables, behind their triggers' back: each is found, and named."""

import logging
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from tests.projections.flow import Flow, Recorder, funding, opening, recorded
from tests.projections.test_rows import project
from venue.domain.enums import Bucket
from venue.projections import database
from venue.projections.checksums import checksums
from venue.projections.comparisons import ledger_balances
from venue.projections.reconcile import EngineBalances, Reconciliation
from venue.projections.tables import alarms
from venue.projections.watch import Watch
from venue.sequencer.journal import Journal

COMMANDS = 600


class Books:
    """A journal and the tables of it. engine: as of the journal's end."""

    def __init__(self, address: str, directory: Path) -> None:
        self.address = address
        self.directory = directory
        self.recorder = Recorder()
        self.flow = Flow(4)
        self.trade([*opening(), *funding(), *self.flow.commands(COMMANDS)])

    def trade(self, commands: list) -> None:
        payloads = self.recorder.apply(commands)
        with Journal.open(self.directory) as journal:
            journal.append(payloads)
            journal.commit()
        project(self.address, self.recorder.payloads, Random(1))

    def plant(self, *statements: str) -> None:
        """As a superuser who knows what is in the way."""
        with database.engine(self.address, database.OWNER).begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))

    def one(self, query: str):
        with database.engine(self.address, database.OWNER).connect() as connection:
            return connection.execute(text(query)).one()

    def engine_balances(self, after: int) -> EngineBalances | None:
        ledger = self.recorder.engine._money.treasury.ledger
        sequence = self.recorder.engine.sequence
        return EngineBalances(sequence, ledger_balances(ledger)) if sequence > after else None


@pytest.fixture
def books(address: str, tmp_path: Path) -> Books:
    return Books(address, tmp_path / "journal")


def whole(books: Books) -> list:
    return Reconciliation(books.address, books.directory, books.engine_balances).run_whole().differences


def test_nothing_is_found_where_all_is_well(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    reconciliation = Reconciliation(books.address, books.directory, books.engine_balances)
    watch = Watch(reconciliation, books.address, 3_600, None)
    for _ in range(5):
        result = reconciliation.run()
        assert result.differences == []
        assert result.verified == result.sequence == books.recorder.engine.sequence
        watch.look()
        books.trade(books.flow.commands(100))
    assert reconciliation.run_whole().differences == []
    assert [record.message for record in caplog.records if record.name.startswith("venue")] == []


ROW = "SELECT * FROM transfers WHERE kind = 'trade' ORDER BY sequence LIMIT 1"


def test_a_doubled_transfer(books: Books) -> None:
    row = books.one(ROW)
    books.plant(
        f"INSERT INTO transfers SELECT sequence, number + 1000, at, kind, asset, amount, debit_owner, debit_bucket, "
        f"credit_owner, credit_bucket, order_id, transfer_id FROM ({ROW}) t"
    )
    found = whole(books)
    kinds = {difference.kind for difference in found}
    assert {"transfers", "engine"} <= kinds
    (added,) = [difference for difference in found if "should not be there" in difference.text]
    assert (added.account, added.asset, added.amount, added.sequence) == (
        *(row.debit_owner, row.asset, row.amount),
        row.sequence,
    )
    owners = {
        (d.account, d.asset, d.amount) for d in found if "the sum of its transfers" in d.text and d.kind != "engine"
    }
    assert owners == {(row.debit_owner, row.asset, row.amount), (row.credit_owner, row.asset, -row.amount)}


def test_a_missing_transfer(books: Books) -> None:
    row = books.one(ROW)
    books.plant(f"DELETE FROM transfers WHERE sequence = {row.sequence} AND number = {row.number}")
    found = whole(books)
    (missing,) = [difference for difference in found if "is missing" in difference.text]
    assert (missing.kind, missing.account, missing.asset) == ("transfers", row.debit_owner, row.asset)
    assert (missing.amount, missing.sequence) == (row.amount, row.sequence)


@pytest.mark.parametrize("change", ["amount = amount + 1", "credit_owner = 'zz'", "asset = 'XX'", "transfer_id = 'x'"])
def test_a_changed_transfer(books: Books, change: str) -> None:
    row = books.one(ROW)
    books.plant(f"UPDATE transfers SET {change} WHERE sequence = {row.sequence} AND number = {row.number}")
    (changed,) = [difference for difference in whole(books) if "should be" in difference.text]
    assert (changed.kind, changed.sequence) == ("transfers", row.sequence)
    assert change.split()[0] in changed.text


def test_a_transfer_that_belongs_to_no_record(books: Books) -> None:
    rest = "'transfer', 'USD', {}, 'a1', 'available', 'b1', 'available', 0, 'x'"
    books.plant(
        f"INSERT INTO transfers VALUES (99999999, 0, 1, {rest.format(5)})",
        f"INSERT INTO transfers VALUES (-1, 0, 1, {rest.format(7)})",
    )
    found = whole(books)
    assert any(difference.sequence == 99999999 and "after" in difference.text for difference in found)
    assert any(difference.sequence == -1 and difference.amount == 7 for difference in found)
    assert ("b1", "USD", -12) in {(d.account, d.asset, d.amount) for d in found if d.kind == "transfers"}


def test_a_changed_balance(books: Books) -> None:
    row = books.one("SELECT * FROM balances WHERE owner = 'a1' AND asset = 'BIG' AND bucket = 'available'")
    books.plant(
        "UPDATE balances SET balance = balance + 1 WHERE owner = 'a1' AND asset = 'BIG' AND bucket = 'available'"
    )
    found = whole(books)
    assert {difference.kind for difference in found} == {"zero", "balances", "transfers"}
    for difference in found:
        assert (difference.asset, difference.amount) == ("BIG", 1)
        assert difference.kind == "zero" or (difference.account, difference.sequence) == ("a1", row.sequence)


def test_a_balance_moved_to_another_account(books: Books) -> None:
    """Nothing is out of balance, and still it is found."""
    books.plant(
        "UPDATE balances SET balance = balance - 1 WHERE owner = 'a1' AND asset = 'USD' AND bucket = 'available'",
        "UPDATE balances SET balance = balance + 1 WHERE owner = 'b1' AND asset = 'USD' AND bucket = 'available'",
    )
    found = {(d.kind, d.account, d.amount) for d in whole(books)}
    assert found == {(kind, *moved) for kind in ("balances", "transfers") for moved in (("a1", -1), ("b1", 1))}


def test_a_missing_balance(books: Books) -> None:
    row = books.one("SELECT * FROM balances WHERE owner = 'a2' AND asset = 'ETH' AND bucket = 'available'")
    books.plant("DELETE FROM balances WHERE owner = 'a2' AND asset = 'ETH' AND bucket = 'available'")
    found = {(d.kind, d.account, d.asset, d.amount) for d in whole(books)}
    assert ("balances", "a2", "ETH", -row.balance) in found
    assert ("zero", "", "ETH", -row.balance) in found


OPEN = "SELECT * FROM orders WHERE held > 0 ORDER BY order_id LIMIT 1"


def test_a_hold_that_no_order_has(books: Books) -> None:
    order = books.one(OPEN)
    books.plant(f"UPDATE orders SET held = held + 3 WHERE order_id = {order.order_id}")
    found = whole(books)
    assert {difference.kind for difference in found} == {"orders", "holds"}
    (hold,) = [difference for difference in found if difference.kind == "holds"]
    assert (hold.account, hold.amount) == (order.account, -3)


def test_a_missing_order(books: Books) -> None:
    order = books.one(OPEN)
    books.plant(f"DELETE FROM orders WHERE order_id = {order.order_id}")
    found = whole(books)
    assert {difference.kind for difference in found} == {"orders", "holds"}
    assert any(f"order {order.order_id} is missing" in difference.text for difference in found)


@pytest.mark.parametrize(
    "change", ["status = 'expired'", "sequence = sequence + 1", "price = 1", "terms = '{\"x\": 1}'"]
)
def test_a_changed_order(books: Books, change: str) -> None:
    order = books.one(OPEN)
    books.plant(f"UPDATE orders SET {change} WHERE order_id = {order.order_id}")
    (changed,) = whole(books)
    assert changed.kind == "orders"
    assert f"order {order.order_id}" in changed.text


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM {} WHERE sequence = {} AND number = {}",
        "UPDATE {} SET price = price + 1 WHERE sequence = {} AND number = {}",
        "UPDATE {} SET fee = fee + 1 WHERE sequence = {} AND number = {}",
        "UPDATE {} SET number = number + 9 WHERE sequence = {} AND number = {}",
    ],
)
def test_executions_that_events_do_not_tell(books: Books, change: str) -> None:
    row = books.one("SELECT * FROM executions ORDER BY sequence DESC LIMIT 1")
    books.plant(change.format("executions", row.sequence, row.number))
    found = whole(books)
    assert {(difference.kind, difference.sequence) for difference in found} == {("executions", row.sequence)}
    assert found[0].account == row.account


@pytest.mark.parametrize(
    "change",
    ["SET hash = sha256('x')", "SET payload = payload || '\\x00'", "SET at = at + 1", "SET kind = 'PlaceOrders'"],
)
def test_a_changed_event(books: Books, change: str) -> None:
    books.plant(f"UPDATE events {change} WHERE sequence = 300")
    (found,) = whole(books)
    assert (found.kind, found.sequence) == ("events", 300)


def test_a_fault_in_old_rows_is_found_in_rounds(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though they were good when they were new."""
    monkeypatch.setattr("venue.projections.reconcile.MAX_RECONCILED_AGAIN_PER_RUN", 100)
    reconciliation = Reconciliation(books.address, books.directory)
    assert reconciliation.run().differences == []
    books.plant("UPDATE executions SET price = price + 1 WHERE sequence = (SELECT min(sequence) FROM executions)")
    for _ in range(20):
        found = reconciliation.run().differences
        if found:
            break
    assert [difference.kind for difference in found] == ["executions", "executions"]


def test_the_engine_has_other_balances(books: Books) -> None:
    engine = books.engine_balances(0)
    assert engine is not None
    key = ("a1", "ETH", Bucket.AVAILABLE.value)
    wrong = EngineBalances(engine.sequence, {**engine.balances, key: engine.balances[key] + 1})
    (found,) = Reconciliation(books.address, books.directory, lambda after: wrong).run().differences
    assert (found.kind, found.account, found.asset, found.amount) == ("engine", "a1", "ETH", -1)
    assert found.sequence == engine.sequence


def test_an_alarm_is_raised_once_while_a_difference_stays(books: Books, caplog: pytest.LogCaptureFixture) -> None:
    reconciliation = Reconciliation(books.address, books.directory)
    watch = Watch(reconciliation, books.address, 3_600, None)
    watch.look()
    books.plant(
        "UPDATE balances SET balance = balance + 1 WHERE owner = 'a1' AND asset = 'BIG' AND bucket = 'available'"
    )
    for _ in range(3):
        watch.look()
    with database.engine(books.address, database.READER).connect() as connection:
        rows = connection.execute(select(alarms)).all()
    told = [(row.kind, row.account, row.asset, row.amount) for row in rows]
    # Sums of transfers are made only now and then.
    assert {("zero", "", "BIG", 1), ("balances", "a1", "BIG", 1)} <= set(told)
    assert len(told) == len(set(told)) == len(caplog.records)
    assert {record.levelname for record in caplog.records} == {"ERROR"}
    assert all(vars(record)["asset"] == "BIG" for record in caplog.records)


def test_reconciliation_changes_nothing(books: Books) -> None:
    with database.engine(books.address, database.READER).connect() as connection:
        before = checksums(connection)
    whole(books)
    with database.engine(books.address, database.READER).connect() as connection:
        assert checksums(connection) == before


def test_a_journal_that_is_another_is_told(address: str, tmp_path: Path) -> None:
    books = Books(address, tmp_path / "journal")
    with Journal.open(tmp_path / "other") as journal:
        journal.append(recorded(99, COMMANDS + 500).payloads)
        journal.commit()
    assert Reconciliation(address, tmp_path / "other").run_whole().differences != []
    assert books.recorder.payloads


def test_an_order_whose_row_tells_of_a_later_record(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may still come; in the end it did not."""
    monkeypatch.setattr("venue.projections.verifying._CHUNK_BYTES", 2_000)
    assert whole(books) == []
    order = books.one(OPEN)
    books.plant(f"UPDATE orders SET sequence = (SELECT sequence FROM position) WHERE order_id = {order.order_id}")
    (found,) = whole(books)
    assert found.kind == "orders"
    assert f"order {order.order_id}" in found.text
    assert "no such record" in found.text
