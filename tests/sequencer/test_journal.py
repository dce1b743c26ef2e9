"""Writing and reading: batches, segments, cursors, the lock."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.sequencer.toy import write_journal
from venue.domain import limits
from venue.sequencer.cursor import JournalCursor
from venue.sequencer.frames import GENESIS, JournalDamaged
from venue.sequencer.inspection import verify
from venue.sequencer.journal import Journal, JournalFailed, JournalLocked

PAYLOADS = [b"%d" % number * 5 for number in range(1, 31)]


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEGMENT_BYTES", 300)


@pytest.fixture
def journal(tmp_path: Path, small_segments: None) -> Iterator[Journal]:
    """Thirty records in batches of two, over many segments."""
    with Journal.open(tmp_path) as journal:
        for start in range(0, 30, 2):
            journal.append(PAYLOADS[start : start + 2])
            journal.commit()
        yield journal


def read_all(cursor: JournalCursor, max_bytes: int) -> list[bytes]:
    payloads = []
    while cursor.behind:
        payloads += cursor.read(max_bytes)
    return payloads


def test_an_empty_journal_begins_before_record_one(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        assert (journal.last_sequence, journal.last_hash, list(journal.records())) == (0, GENESIS, [])
    assert verify(tmp_path) == (1, 0, GENESIS, 0)


def test_what_was_appended_counts_only_once_committed(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        assert journal.append([b"one", b"two"]) == 2
        assert (journal.last_sequence, journal.last_hash, list(journal.records())) == (0, GENESIS, [])
        assert journal.commit() == 2
        journal.append([b"dropped"])
    with Journal.open(tmp_path) as journal:
        assert list(journal.records()) == [(1, b"one"), (2, b"two")]


def test_the_hash_chain_is_the_sha256_of_previous_hash_and_payload(tmp_path: Path) -> None:
    expected = sha256(sha256(GENESIS + b"one").digest() + b"two").digest()
    assert write_journal(tmp_path, [[b"one"], [b"two"]]) == expected


def test_reopening_goes_on_where_the_journal_ends(tmp_path: Path, small_segments: None) -> None:
    last_hash = b""
    for number in range(10):
        with Journal.open(tmp_path) as journal:
            assert (journal.last_sequence, journal.last_hash) == (number, last_hash or GENESIS)
            journal.append([PAYLOADS[number]])
            journal.commit()
            last_hash = journal.last_hash
    assert verify(tmp_path).last_hash == last_hash


def test_segments_are_named_by_their_first_sequence(journal: Journal) -> None:
    names = [path.name for path in sorted(journal.directory.glob("*.journal"))]
    assert names[:2] == ["00000000000000000001.journal", "00000000000000000005.journal"]
    assert verify(journal.directory) == (len(names), 30, journal.last_hash, 0)


def test_records_begin_anywhere(journal: Journal) -> None:
    for start in range(1, 32):
        assert [payload for _, payload in journal.records(start)] == PAYLOADS[start - 1 :]


def test_a_walk_knows_the_hash_before_its_first_record(journal: Journal) -> None:
    last_hash = GENESIS
    for start, payload in enumerate(PAYLOADS, 1):
        assert journal.walk(start).hash == last_hash
        last_hash = sha256(last_hash + payload).digest()
    assert journal.walk(31).hash == last_hash


@pytest.mark.parametrize("max_bytes", [1, 60, 200, 100_000])
def test_a_cursor_begins_anywhere_and_reads_in_chunks(journal: Journal, max_bytes: int) -> None:
    for start in range(1, 32):
        with journal.cursor(start) as cursor:
            assert read_all(cursor, max_bytes) == PAYLOADS[start - 1 :]
            assert cursor.next_sequence == 31


def test_a_cursor_stops_where_it_is_told(journal: Journal) -> None:
    with journal.cursor(3) as cursor:
        assert cursor.read(100_000, through=2) == []
        assert cursor.read(100_000, through=4) == PAYLOADS[2:4]
        assert cursor.next_sequence == 5


def test_a_cursor_sees_durable_records_only_and_follows_them(journal: Journal) -> None:
    with journal.cursor(31) as cursor:
        for number in range(31, 60):
            journal.append([b"new %d" % number])
            assert not cursor.behind
            assert cursor.read(1000) == []
            journal.commit()
            assert cursor.read(1000) == [b"new %d" % number]


def test_a_cursor_far_from_its_place_seeks_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_journal(tmp_path, [[b"x" * 1000] * 999 + [b"last"]])
    monkeypatch.setattr("venue.sequencer.cursor.SEEK_BYTES", 10_000)
    with Journal.open(tmp_path) as journal:
        journal._durable.segments[0]._sequences[1:] = journal._durable.segments[0]._sequences[:0]
        journal._durable.segments[0]._offsets[1:] = journal._durable.segments[0]._offsets[:0]
        with journal.cursor(1000) as cursor:
            reads = 1
            while not (payloads := cursor.read(100)):
                assert cursor.behind
                reads += 1
            assert payloads == [b"last"]
            assert reads > 50


def test_a_record_longer_than_the_chunk_is_read_whole(tmp_path: Path) -> None:
    payloads = [b"a", b"b" * 600_000, b"c"]
    write_journal(tmp_path, [payloads])
    with Journal.open(tmp_path) as journal, journal.cursor(1) as cursor:
        assert read_all(cursor, 10) == payloads
        assert [payload for _, payload in journal.records()] == payloads


def test_a_cursor_tells_damage(journal: Journal) -> None:
    path = journal.directory / "00000000000000000005.journal"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with journal.cursor(1) as cursor, pytest.raises(JournalDamaged) as damage:
        read_all(cursor, 100_000)
    assert (damage.value.file, damage.value.sequence) == (path, 8)


def test_a_record_above_the_limit_refuses_its_whole_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 10)
    with Journal.open(tmp_path) as journal:
        with pytest.raises(ValueError, match="above the limit of 10"):
            journal.append([b"short", b"much too long"])
        journal.append([b"short"])
        journal.commit()
        assert list(journal.records()) == [(1, b"short")]


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    journal.close()
    with pytest.raises(JournalFailed, match="closed"):
        journal.append([b"late"])


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    code = """if True:
        import sys
        from pathlib import Path
        from venue.sequencer.journal import Journal, JournalLocked
        try:
            Journal.open(Path(sys.argv[1])).close()
        except JournalLocked:
            sys.exit(7)
        """
    command = [sys.executable, "-c", code, str(tmp_path)]
    with Journal.open(tmp_path):
        assert subprocess.run(command, check=False).returncode == 7
        with pytest.raises(JournalLocked):
            Journal.open(tmp_path)
    assert subprocess.run(command, check=False).returncode == 0


def test_a_segment_that_never_got_its_name_is_dropped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_journal(tmp_path, [[b"one"]])
    (tmp_path / "00000000000000000002.unfinished").write_bytes(b"half a hea")
    with caplog.at_level(logging.WARNING), Journal.open(tmp_path) as journal:
        assert list(journal.records()) == [(1, b"one")]
    assert not list(tmp_path.glob("*.unfinished"))
