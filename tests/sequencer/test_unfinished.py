"""Work that does not fit into one record: it is finished right after the command that left it, or at the next start."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.sequencer.toy import Toy, payloads_of, run, write_journal
from venue.domain import limits
from venue.domain.commands import AddFirm, Command, Continue
from venue.sequencer import codec
from venue.sequencer.engine_process import EngineProcess
from venue.sequencer.journal import Journal
from venue.sequencer.recovery import recover, replay, take_snapshot
from venue.sequencer.snapshots import Snapshots


def recovered(root: Path) -> EngineProcess:
    journal = Journal.open(root / "journal")
    machine = recover(journal, Snapshots(root / "snapshots"), Toy)
    return EngineProcess(journal, machine, root / "engine.sock", root / "priority.sock")


@contextmanager
def engine(root: Path) -> Iterator[EngineProcess]:
    """Recovered, and closed afterwards."""
    process = recovered(root)
    yield process
    process.close()


def add(*firms: str) -> list[bytes]:
    return [codec.encode(AddFirm(0, "test", firm)) for firm in firms]


def journalled(root: Path) -> list[codec.Record]:
    return [codec.decode_record(payload) for payload in payloads_of(root / "journal")]


def named(command: Command) -> str:
    return command.firm if isinstance(command, AddFirm) else type(command).__name__


def start_and_stop(root: Path) -> None:
    process = recovered(root)
    process.stop()
    process.run()


def test_unfinished_work_is_finished_before_the_next_command_of_the_batch(tmp_path: Path) -> None:
    with engine(tmp_path) as process:
        process.process(add("a", "b+c+d", "e"))
    records = journalled(tmp_path)
    assert [named(record.command) for record in records] == ["a", "b+c+d", "Continue", "Continue", "e"]
    assert [len(record.events) for record in records] == [1] * 5
    assert replay(tmp_path / "journal", Toy).sequence == 5


def test_what_is_due_is_done_before_the_next_command_in_records_of_its_own(tmp_path: Path) -> None:
    with engine(tmp_path) as process:
        process.process(add("a, then b+c", "d"))
        process.process(add("e"))
    records = journalled(tmp_path)
    assert [named(record.command) for record in records] == ["a, then b+c", "PassTime", "Continue", "d", "e"]
    assert records[1].command.at == records[2].command.at <= records[3].command.at
    assert replay(tmp_path / "journal", Toy).sequence == 5


def test_unfinished_work_goes_on_at_the_time_of_its_command(tmp_path: Path) -> None:
    with engine(tmp_path) as process:
        process.process(add("a+b+c"))
    assert len({record.command.at for record in journalled(tmp_path)}) == 1


def test_a_batch_is_one_commit_unless_its_unfinished_work_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[int] = []
    commit = Journal.commit

    def counted(journal: Journal) -> int:
        commits.append(journal.appended_sequence)
        return commit(journal)

    monkeypatch.setattr(Journal, "commit", counted)
    with engine(tmp_path) as process:
        process.process(add("a", "b+c", "d"))
        assert commits == [4]
        monkeypatch.setattr(limits, "MAX_BATCH_BYTES", 100)
        process.process(add("+".join(map(str, range(20)))))
    # A record of the toy's has more than 20 bytes.
    assert commits[-1] == 24
    assert max(later - earlier for earlier, later in pairwise(commits)) <= 6


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_a_start_finishes_what_the_journal_ends_with(tmp_path: Path, kept: int) -> None:
    """The crash came after so many of the three records were on the disk."""
    machine, command = Toy(), AddFirm(77, "test", "a+b+c")
    payloads = [codec.encode(codec.Record(1, command, machine.apply(command)))]
    while machine.unfinished:
        again = Continue(77)
        events = machine.apply(again)
        payloads.append(codec.encode(codec.Record(machine.sequence, again, events)))
    write_journal(tmp_path / "journal", [payloads[:kept]])
    start_and_stop(tmp_path)
    assert payloads_of(tmp_path / "journal") == payloads
    assert replay(tmp_path / "journal", Toy).state_hash == machine.state_hash()


def test_a_start_finishes_before_it_journals_commands_of_its_own(tmp_path: Path) -> None:
    write_journal(tmp_path / "journal", [run(Toy(), ["a+b"])])
    with engine(tmp_path) as process:
        process.submit([AddFirm(0, "test", "c")])
    assert [named(record.command) for record in journalled(tmp_path)] == ["a+b", "Continue", "c"]


def test_a_snapshot_taken_amid_the_work_is_as_good_as_any(tmp_path: Path) -> None:
    machine = Toy()
    payloads = run(machine, ["a+b+c"])
    last_hash = write_journal(tmp_path / "journal", [payloads])
    Snapshots(tmp_path / "snapshots").write(take_snapshot(machine, last_hash))
    start_and_stop(tmp_path)
    assert [named(record.command) for record in journalled(tmp_path)] == ["a+b+c", "Continue", "Continue"]
