"""Snapshot files: durable under their name, the newest good one counts."""

import logging
from pathlib import Path

import pytest

from venue.sequencer import codec, snapshots
from venue.sequencer.segments import SchemaTooNew
from venue.sequencer.snapshots import Snapshot, SnapshotDamaged, Snapshots


def snapshot(sequence: int) -> Snapshot:
    return Snapshot(sequence, b"j" * 32, "ab" * 32, b"state at %d" % sequence)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = Snapshots(tmp_path).write(snapshot(12))
    assert path.name == "00000000000000000012.snapshot"
    assert snapshots.read(path) == snapshot(12)
    assert list(tmp_path.iterdir()) == [path]


def test_the_newest_are_kept_and_come_first(tmp_path: Path) -> None:
    store = Snapshots(tmp_path, kept=3)
    for sequence in (1, 5, 20, 100, 300):
        store.write(snapshot(sequence))
    assert [found.sequence for found in store.good()] == [300, 100, 20]


def test_any_one_wrong_byte_is_found(tmp_path: Path) -> None:
    path = Snapshots(tmp_path).write(snapshot(7))
    good = path.read_bytes()
    for offset in range(len(good)):
        path.write_bytes(good[:offset] + bytes([good[offset] ^ 1]) + good[offset + 1 :])
        with pytest.raises(SnapshotDamaged):
            snapshots.read(path)
    for size in range(len(good)):
        path.write_bytes(good[:size])
        with pytest.raises(SnapshotDamaged):
            snapshots.read(path)


def test_a_damaged_one_is_passed_over_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Snapshots(tmp_path)
    store.write(snapshot(7))
    path = store.write(snapshot(9))
    path.write_bytes(path.read_bytes()[:-1])
    with caplog.at_level(logging.WARNING):
        assert [found.sequence for found in store.good()] == [7]
    assert caplog.messages == [f"{path}: the snapshot's body is damaged; an older one is used"]


def test_one_under_another_name_is_not_used(tmp_path: Path) -> None:
    path = Snapshots(tmp_path).write(snapshot(7))
    path.rename(tmp_path / "00000000000000000008.snapshot")
    assert list(Snapshots(tmp_path).good()) == []


def test_schema_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """An older one is passed over: the journal gives the state again. A newer one needs an upgrade."""
    store = Snapshots(tmp_path)
    for sequence, version in ((7, codec.SCHEMA_VERSION - 1), (9, codec.SCHEMA_VERSION + 1)):
        with monkeypatch.context() as patch:
            patch.setattr(codec, "SCHEMA_VERSION", version)
            store.write(snapshot(sequence))
    with pytest.raises(SchemaTooNew, match="upgrade the venue"):
        list(store.good())
    store.paths()[0].unlink()
    with caplog.at_level(logging.WARNING):
        assert list(store.good()) == []
    assert "older schema version 0" in caplog.text


def test_a_failed_write_leaves_the_others_alone(tmp_path: Path) -> None:
    store = Snapshots(tmp_path, kept=1)
    store.write(snapshot(7))
    (tmp_path / "00000000000000000009.snapshot").mkdir()
    with pytest.raises(IsADirectoryError):
        store.write(snapshot(9))
    assert not list(tmp_path.glob("*.unfinished"))
    assert [found.sequence for found in store.good()] == [7]
