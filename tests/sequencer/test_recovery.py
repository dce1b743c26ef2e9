"""Recovery and replay: the same state from a snapshot and from the start, divergence found, old schemas lifted."""

import logging
import shutil
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.sequencer.toy import Toy, run, write_journal
from venue.domain import limits
from venue.domain.commands import AddFirm, PlaceOrder, SetInstrumentRules
from venue.domain.enums import Algorithm, OrderStatus, OrderType, Side, TimeInForce
from venue.domain.events import (
    FirmAdded,
    OperatorCommandRejected,
    OrderMatched,
    OrderPlaced,
    OrderState,
    OrderStatusReported,
)
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.domain.rules import AllocationRule, InstrumentRules, LeadMarketMaker
from venue.sequencer import codec
from venue.sequencer.frames import GENESIS, JournalDamaged
from venue.sequencer.inspection import inspect
from venue.sequencer.journal import Journal, SchemaTooNew
from venue.sequencer.recovery import (
    MisplacedRecord,
    ReplayDiverged,
    SnapshotRefused,
    recover,
    replay,
    take_snapshot,
)
from venue.sequencer.replica import Replica
from venue.sequencer.segments import list_segments
from venue.sequencer.snapshots import Snapshots

FIRMS = [f"firm {number % 17}" for number in range(40)]


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEGMENT_BYTES", 500)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Forty records over many segments; snapshots of sequences 0, 13, 26 and 39 beside it, of which three stay."""
    machine, snapshots = Toy(), Snapshots(tmp_path / "snapshots")
    with Journal.open(tmp_path / "journal") as journal:
        for number, firm in enumerate(FIRMS):
            if number % 13 == 0:
                snapshots.write(take_snapshot(machine, journal.last_hash))
            journal.append(run(machine, [firm]))
            journal.commit()
    return tmp_path


def recovered(directory: Path, machine_type: type[Toy] = Toy) -> Toy:
    with Journal.open(directory / "journal") as journal:
        return recover(journal, Snapshots(directory / "snapshots"), machine_type)


def live() -> Toy:
    machine = Toy()
    run(machine, FIRMS)
    return machine


class Rewritten(Toy):
    """Its refusals read otherwise."""

    def text(self, command: AddFirm) -> str:
        return f"{command.firm} exists"


def test_snapshot_and_tail_give_what_replay_from_the_start_gives(directory: Path) -> None:
    machine = recovered(directory)
    assert (machine.sequence, machine.state_hash()) == (40, live().state_hash())
    assert replay(directory / "journal", Toy) == (40, live().state_hash())


def test_without_snapshots_everything_is_replayed(directory: Path) -> None:
    shutil.rmtree(directory / "snapshots")
    assert recovered(directory).state_hash() == live().state_hash()


def test_an_empty_journal_gives_a_new_machine(tmp_path: Path) -> None:
    assert recovered(tmp_path).state_hash() == Toy().state_hash()
    assert replay(tmp_path / "nothing", Toy) == (0, Toy().state_hash())


def test_a_snapshot_saves_the_replay_before_it(directory: Path) -> None:
    """Only record 40 is run again: the machine whose code changed in between does not notice."""
    with pytest.raises(ReplayDiverged):
        replay(directory / "journal", Rewritten)
    calls: list[int] = []

    class Counting(Toy):
        def apply(self, command: Any) -> Any:
            calls.append(self.sequence)
            return super().apply(command)

    recovered(directory, Counting)
    assert calls == [39]


def test_a_damaged_snapshot_gives_way_to_an_older_one(directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    newest = Snapshots(directory / "snapshots").paths()[0]
    newest.write_bytes(newest.read_bytes()[:-3])
    with caplog.at_level(logging.WARNING):
        assert recovered(directory).state_hash() == live().state_hash()
    assert "body is damaged; an older one is used" in caplog.text


def test_a_snapshot_that_restores_to_another_state_is_not_used(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    snapshots, machine = Snapshots(directory / "snapshots"), live()
    with Journal.open(directory / "journal") as journal:
        good = take_snapshot(machine, journal.last_hash)
        for body, why in ((b"\xc1", "cannot be restored"), (Toy().snapshot(), "another state hash")):
            snapshots.write(type(good)(40, good.journal_hash, good.state_hash, body))
            with caplog.at_level(logging.WARNING):
                assert recover(journal, snapshots, Toy).state_hash() == machine.state_hash()
            assert why in caplog.text


def test_a_journal_that_lost_its_tail_is_refused(directory: Path) -> None:
    last = list_segments(directory / "journal")[-1]
    last.path.unlink()
    with pytest.raises(SnapshotRefused, match=f"of sequence 39, but .* ends with {last.first_sequence - 1}"):
        recovered(directory)


def test_a_swapped_journal_is_refused(directory: Path) -> None:
    shutil.rmtree(directory / "journal")
    write_journal(directory / "journal", [run(Toy(), [f"other {firm}" for firm in FIRMS])])
    with pytest.raises(SnapshotRefused, match="taken on another journal"):
        recovered(directory)


def test_divergence_is_told_with_both_versions(directory: Path) -> None:
    with pytest.raises(ReplayDiverged) as diverged:
        replay(directory / "journal", Rewritten)
    assert diverged.value.sequence == 18
    assert diverged.value.recorded == [OperatorCommandRejected(RejectReason.ALREADY_EXISTS, "firm 0 is firm 0")]
    assert diverged.value.replayed == [OperatorCommandRejected(RejectReason.ALREADY_EXISTS, "firm 0 exists")]


class OrderingToy(Toy):
    """Every command places an order; texts: what its reports say, one event each."""

    texts: tuple[str, ...] = ("", "")

    def apply(self, command: Any) -> Any:
        self.sequence += 1
        return [OrderPlaced(self.sequence, "a"), *(OrderStatusReported("s", "c", ORDER, text) for text in self.texts)]


class Refusing(OrderingToy):
    texts = ("", "no")


def older_release(payload: bytes) -> bytes:
    """The record as a release wrote it that knew of an order neither its special state nor mass status requests."""
    sequence, command, (placed, *reports) = msgspec.msgpack.decode(payload)
    return codec.encode([sequence, command, [placed[:3], *([*report[:3], report[3][:13]] for report in reports)]])


def test_a_release_with_more_fields_replays_the_records_of_one_with_fewer(tmp_path: Path) -> None:
    payloads = run(OrderingToy(), ["a", "b"])
    cut = [older_release(payload) for payload in payloads]
    assert len(cut[0]) < len(payloads[0])
    last_hash = write_journal(tmp_path / "journal", [cut])
    machine = recovered(tmp_path, OrderingToy)
    assert replay(tmp_path / "journal", OrderingToy) == (2, machine.state_hash())
    with Journal.open(tmp_path / "journal") as journal:
        assert [payload for _, payload in journal.records()] == cut
        assert journal.last_hash == last_hash


def test_a_difference_in_a_record_with_fewer_fields_is_divergence(tmp_path: Path) -> None:
    write_journal(tmp_path / "journal", [[older_release(payload) for payload in run(OrderingToy(), ["a", "b"])]])
    with pytest.raises(ReplayDiverged) as diverged:
        replay(tmp_path / "journal", Refusing)
    assert diverged.value.sequence == 1
    assert [event.text for event in diverged.value.recorded[1:]] == ["", ""]  # type: ignore[union-attr]
    assert [event.text for event in diverged.value.replayed[1:]] == ["", "no"]  # type: ignore[union-attr]


@pytest.mark.parametrize(("machine_type", "diverges"), [(OrderingToy, False), (Refusing, True)])
def test_a_replica_compares_as_recovery_does(tmp_path: Path, machine_type: type[Toy], diverges: bool) -> None:
    replica = Replica(Snapshots(tmp_path), machine_type, 1)
    payload = older_release(run(OrderingToy(), ["a"])[0])
    with pytest.raises(ReplayDiverged) if diverges else nullcontext():
        replica._apply(payload)
    assert (replica._hash == sha256(GENESIS + payload).digest()) is not diverges


def test_a_record_in_the_wrong_place_is_found(tmp_path: Path) -> None:
    payloads = run(Toy(), ["a", "b", "c"])
    write_journal(tmp_path, [[payloads[0], payloads[2]]])
    with pytest.raises(MisplacedRecord, match="record 2 says that it is record 3"):
        replay(tmp_path, Toy)


def test_damage_in_the_tail_stops_recovery(directory: Path) -> None:
    path = list_segments(directory / "journal")[-1].path
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    with pytest.raises(JournalDamaged):
        recovered(directory)


def test_replay_tells_its_progress(directory: Path) -> None:
    seen: list[int] = []
    replay(directory / "journal", Toy, seen.append)
    assert seen[-1] == 40
    assert seen == sorted(set(seen))


def test_inspect_shows_a_range_by_field_names(directory: Path) -> None:
    shown = list(inspect(directory / "journal", 17, 18))
    assert [record["sequence"] for record in shown] == [17, 18]
    assert shown[0]["command"] == {"type": "AddFirm", "at": 16, "operator": "operator", "firm": "firm 16"}
    assert shown[0]["events"] == [{"type": "FirmAdded", "firm": "firm 16"}]
    assert shown[1]["events"][0]["reason"] == "ALREADY_EXISTS"


ORDER = OrderState(
    1, "s", "c", "a", "BTC-USD", Side.BUY, OrderType.LIMIT, TimeInForce.DAY, 5, 7, 7, 35, OrderStatus.FILLED
)
MATCH = codec.Record(
    1,
    PlaceOrder(9, "s", 1, "c", "a", "BTC-USD", Side.BUY, OrderType.LIMIT, TimeInForce.DAY, 5, 7),
    [OrderMatched(5, 7, Amount(10**30), ORDER, ORDER)],
)


def test_inspect_shows_amounts_beyond_64_bits(tmp_path: Path) -> None:
    write_journal(tmp_path, [[codec.encode(MATCH)]])
    (event,) = next(inspect(tmp_path))["events"]
    assert (event["amount"], type(event["amount"]), event["maker"]["side"]) == (10**30, int, "BUY")


def test_inspect_shows_values_within_values(tmp_path: Path) -> None:
    rules = InstrumentRules(AllocationRule(Algorithm.CONFIGURABLE, lead_market_makers=(LeadMarketMaker("A-1", 10),)))
    write_journal(tmp_path, [[codec.encode(codec.Record(1, SetInstrumentRules(9, "op", "BTC-USD", rules), []))]])
    shown = next(inspect(tmp_path))["command"]["rules"]["allocation"]
    assert (shown["algorithm"], shown["lead_market_makers"]) == ("CONFIGURABLE", [{"account": "A-1", "percent": 10}])


def firm_before_operator(record: list[Any]) -> list[Any]:
    """A made-up older schema: its AddFirm had the firm before the operator, and FirmAdded said "old" as well."""
    sequence, (tag, at, firm, operator), events = record
    return [sequence, [tag, at, operator, firm], [event[:2] if event[0] == 3 else event for event in events]]


def older_payload(payload: bytes) -> bytes:
    record = codec.decode_record(payload)
    assert isinstance(record.command, AddFirm)
    command = [3, record.command.at, record.command.firm, record.command.operator]
    events = [[3, event.firm, "old"] for event in record.events if isinstance(event, FirmAdded)]
    return codec.encode([record.sequence, command, events])


@pytest.fixture
def older_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Firms 0 to 9 in the schema version before today's."""
    version = codec.SCHEMA_VERSION
    with monkeypatch.context() as patch:
        patch.setattr(codec, "SCHEMA_VERSION", version - 1)
        write_journal(tmp_path / "journal", [[older_payload(payload)] for payload in run(Toy(), FIRMS[:10])])
    monkeypatch.setitem(codec.UPCASTS, version - 1, firm_before_operator)
    return tmp_path


def test_an_older_journal_replays_and_goes_on_in_todays_schema(older_journal: Path) -> None:
    directory = older_journal / "journal"
    with Journal.open(directory) as journal:
        machine = recover(journal, Snapshots(older_journal / "snapshots"), Toy)
        assert machine.firms == FIRMS[:10]
        journal.append(run(machine, ["firm 3", "new"]))
        journal.commit()
        expected = run(Toy(), [*FIRMS[:10], "firm 3", "new"])
        assert [payload for _, payload in journal.records()] == expected
        fed: list[bytes] = []
        with journal.cursor(1) as cursor:
            while cursor.behind:
                fed += cursor.read(100)
        assert fed == expected
    assert replay(directory, Toy) == (12, machine.state_hash())
    versions = [segment.version for segment in list_segments(directory)]
    assert versions == sorted(versions)
    assert {codec.SCHEMA_VERSION - 1, codec.SCHEMA_VERSION} == set(versions)


def test_an_older_journal_without_records_goes_on_in_todays_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(codec, "SCHEMA_VERSION", codec.SCHEMA_VERSION - 1)
        write_journal(tmp_path, [])
    payloads = run(Toy(), ["a"])
    with Journal.open(tmp_path) as journal:
        journal.append(payloads)
        journal.commit()
        assert list(journal.records()) == [(1, payloads[0])]
    assert [segment.version for segment in list_segments(tmp_path)] == [codec.SCHEMA_VERSION]
    assert replay(tmp_path, Toy).sequence == 1


def test_an_upcast_lifts_amounts_and_one_version_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    version = codec.SCHEMA_VERSION
    monkeypatch.setitem(codec.UPCASTS, version - 1, lambda record: record[0])
    monkeypatch.setitem(codec.UPCASTS, version - 2, lambda record: [record])
    for older, stored in ((version - 2, MATCH), (version - 1, [MATCH]), (version, MATCH)):
        assert codec.decode_record_of(older, codec.encode(stored)) == MATCH
    with pytest.raises(codec.UnknownSchema, match=f"no upcast from schema version {version - 3}"):
        codec.decode_record_of(version - 3, codec.encode(MATCH))


def test_a_newer_journal_asks_for_an_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(codec, "SCHEMA_VERSION", codec.SCHEMA_VERSION + 1)
        write_journal(tmp_path, [[b"from the future"]])
    with pytest.raises(SchemaTooNew, match="upgrade the venue"):
        Journal.open(tmp_path)
    with pytest.raises(SchemaTooNew):
        replay(tmp_path, Toy)
