"""What damage looks like, and what only an unfinished write looks like: the first stops everything, always."""

import logging
import shutil
from pathlib import Path

import pytest

from tests.sequencer.toy import write_journal
from venue.domain import limits
from venue.sequencer.frames import FRAME_OVERHEAD_BYTES, HEADER_BYTES, JournalDamaged
from venue.sequencer.inspection import verify
from venue.sequencer.journal import Journal

PAYLOADS = [b"record %d" % number for number in range(1, 9)]


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight records of 8 bytes, two to a segment."""
    monkeypatch.setattr(limits, "SEGMENT_BYTES", HEADER_BYTES + 2 * (FRAME_OVERHEAD_BYTES + 8))
    write_journal(tmp_path / "journal", [[payload] for payload in PAYLOADS])
    assert len(segments(tmp_path / "journal")) == 4
    return tmp_path / "journal"


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.journal"))


def sequence_at(segment: int, offset: int) -> int:
    """The record that a byte belongs to; a header's bytes belong to the segment's first."""
    return 1 + 2 * segment + (offset >= HEADER_BYTES + FRAME_OVERHEAD_BYTES + 8)


def read_with_a_cursor(directory: Path) -> None:
    with Journal.open(directory) as journal, journal.cursor(1) as cursor:
        while cursor.behind:
            cursor.read(1000)


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF, None], ids=["low bit", "high bit", "all bits", "zeroed"])
def test_any_one_wrong_byte_is_found(directory: Path, flip: int | None) -> None:
    for place, path in enumerate(segments(directory)):
        good = path.read_bytes()
        for offset in range(len(good)):
            wrong = 0 if flip is None else good[offset] ^ flip
            if wrong == good[offset]:
                continue
            path.write_bytes(good[:offset] + bytes([wrong]) + good[offset + 1 :])
            with pytest.raises(JournalDamaged) as damage:
                verify(directory)
            found = damage.value
            assert (found.file, found.sequence) == (path, sequence_at(place, offset)), offset
            assert found.offset <= offset < found.offset + max(HEADER_BYTES, FRAME_OVERHEAD_BYTES + 8)
            if place == 3:
                with pytest.raises(JournalDamaged):
                    Journal.open(directory)
        path.write_bytes(good)
    assert verify(directory).last_sequence == 8


def test_damage_is_told_with_file_offset_and_sequence(directory: Path) -> None:
    path = segments(directory)[1]
    data = bytearray(path.read_bytes())
    data[HEADER_BYTES + 8] ^= 1
    path.write_bytes(data)
    with pytest.raises(JournalDamaged, match=rf"0003\.journal: offset {HEADER_BYTES}, sequence 3: the record fails"):
        verify(directory)


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_segment_is_found(directory: Path, missing: int) -> None:
    segments(directory)[missing].unlink()
    with pytest.raises(JournalDamaged) as damage:
        verify(directory)
    assert damage.value.file == segments(directory)[missing]
    with pytest.raises(JournalDamaged, match="is missing"):
        read_with_a_cursor(directory)


def test_swapped_segments_are_found(directory: Path) -> None:
    _, second, third, _ = segments(directory)
    second_bytes, third_bytes = second.read_bytes(), third.read_bytes()
    second.write_bytes(third_bytes)
    third.write_bytes(second_bytes)
    with pytest.raises(JournalDamaged, match="header says that it begins with 5"):
        verify(directory)


def test_a_segment_of_another_journal_is_found(directory: Path, tmp_path: Path) -> None:
    write_journal(tmp_path / "other", [[b"others %d" % number] for number in range(8)])
    shutil.copy(segments(tmp_path / "other")[2], segments(directory)[2])
    with pytest.raises(JournalDamaged, match="sequence 5: the segment does not follow from record 4"):
        verify(directory)


def test_swapped_records_are_found(directory: Path) -> None:
    path = segments(directory)[0]
    data, size = path.read_bytes(), FRAME_OVERHEAD_BYTES + 8
    path.write_bytes(data[:HEADER_BYTES] + data[HEADER_BYTES + size :] + data[HEADER_BYTES : HEADER_BYTES + size])
    with pytest.raises(JournalDamaged, match="sequence 1: the record's length and number"):
        verify(directory)


def test_a_record_rewritten_with_good_crcs_breaks_the_chain(directory: Path, tmp_path: Path) -> None:
    write_journal(tmp_path / "other", [[b"RECORD 1"], [b"record 2"]])
    size = FRAME_OVERHEAD_BYTES + 8
    path, other = segments(directory)[0], segments(tmp_path / "other")[0].read_bytes()
    path.write_bytes(other[: HEADER_BYTES + size] + path.read_bytes()[HEADER_BYTES + size :])
    with pytest.raises(JournalDamaged, match=r"sequence 2: .* the hash chain is broken"):
        verify(directory)


def test_a_segment_cut_short_is_found_wherever_it_was_cut(directory: Path) -> None:
    path = segments(directory)[1]
    good = path.read_bytes()
    for size in range(len(good)):
        path.write_bytes(good[:size])
        between_records = size in (HEADER_BYTES, HEADER_BYTES + FRAME_OVERHEAD_BYTES + 8)
        with pytest.raises(JournalDamaged) as damage:
            verify(directory)
        assert damage.value.file == segments(directory)[2 if between_records else 1]
        with pytest.raises(JournalDamaged), Journal.open(directory) as journal:
            list(journal.records())


@pytest.mark.parametrize("zeros", [0, 1, 7, 8, 52, 5000])
def test_a_torn_last_record_is_cut_off_with_a_warning(
    directory: Path, caplog: pytest.LogCaptureFixture, zeros: int
) -> None:
    """At every length of the last record; what is missing may be there as zeros."""
    path = segments(directory)[3]
    good, start = path.read_bytes(), HEADER_BYTES + FRAME_OVERHEAD_BYTES + 8
    for size in range(start, len(good)):
        if len(good[size:].replace(b"\0", b"")) < 2 and zeros:
            continue  # One byte short and zeros follow: that may as well be one damaged byte, see below.
        path.write_bytes(good[:size] + bytes(zeros))
        torn = size + zeros - start
        assert verify(directory)[1::2] == (7, torn)
        caplog.clear()
        with caplog.at_level(logging.WARNING), Journal.open(directory) as journal:
            assert [payload for _, payload in journal.records()] == PAYLOADS[:7]
            journal.append([PAYLOADS[7]])
            journal.commit()
        assert path.read_bytes() == good
        warnings = [record.getMessage() for record in caplog.records]
        assert warnings == (
            [f"{path}: offset {start}, sequence 8: cut off {torn} bytes of a write that never finished"] if torn else []
        )


def test_when_in_doubt_nothing_is_cut_off(directory: Path) -> None:
    path = segments(directory)[3]
    good = path.read_bytes()
    assert good[-1]
    path.write_bytes(good[:-1] + bytes(100))
    with pytest.raises(JournalDamaged):
        Journal.open(directory)
    assert path.read_bytes() == good[:-1] + bytes(100)


def test_a_torn_record_with_more_behind_it_is_damage(directory: Path) -> None:
    path = segments(directory)[3]
    good = path.read_bytes()
    for size in range(len(good) - FRAME_OVERHEAD_BYTES - 7, len(good) - 1):
        path.write_bytes(good[:size] + bytes(len(good) - size) + b"\0" * 20 + b"more")
        with pytest.raises(JournalDamaged):
            Journal.open(directory)


def test_zeros_after_the_last_record_are_cut_off(directory: Path) -> None:
    path = segments(directory)[3]
    good = path.read_bytes()
    for zeros in (1, 8, 100, 300_000):
        path.write_bytes(good + bytes(zeros))
        with Journal.open(directory) as journal:
            assert journal.last_sequence == 8
        assert path.read_bytes() == good
