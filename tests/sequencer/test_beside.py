"""Reading beside the replay gives the same batches, and tells the same damage, as reading here."""

from pathlib import Path

import pytest

from tests.sequencer.toy import Toy, run, write_journal
from venue.domain import limits
from venue.sequencer import beside
from venue.sequencer.frames import JournalDamaged
from venue.sequencer.recovery import replay
from venue.sequencer.segments import ChainWalk, list_segments


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(beside, "WORTH_A_PROCESS_BYTES", 0)
    monkeypatch.setattr(limits, "SEGMENT_BYTES", 20_000)
    machine = Toy()
    batches = [run(machine, [f"firm-{batch}-{number}" for number in range(40)]) for batch in range(20)]
    write_journal(tmp_path / "journal", batches)
    return tmp_path / "journal"


def test_the_batches_are_those_of_the_walk(journal: Path) -> None:
    segments = list_segments(journal)
    assert len(segments) > 1
    assert list(beside.beside(ChainWalk(segments))) == list(ChainWalk(segments))
    assert list(beside.beside(ChainWalk(segments, 333))) == list(ChainWalk(segments, 333))


def test_replay_through_a_process_gives_the_state_that_replay_here_gives(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed = replay(journal, Toy)
    assert replayed.sequence == 800
    monkeypatch.setattr(beside, "WORTH_A_PROCESS_BYTES", 1 << 40)
    assert replay(journal, Toy) == replayed


def test_damage_is_told_with_file_offset_and_sequence(journal: Path) -> None:
    path = sorted(journal.glob("*.journal"))[1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(JournalDamaged) as here:
        list(ChainWalk(list_segments(journal)))
    with pytest.raises(JournalDamaged) as there:
        replay(journal, Toy)
    assert str(there.value) == str(here.value)
    assert (there.value.file, there.value.offset) == (path, here.value.offset)


def test_a_reading_process_that_dies_is_told(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_read", lambda walk, sender: sender.close())
    with pytest.raises(OSError, match="died"):
        replay(journal, Toy)
