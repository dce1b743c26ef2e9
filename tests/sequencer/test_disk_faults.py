"""The disk refuses: the journal says so, takes nothing more, and what was acknowledged is there after recovery."""

import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sequencer.toy import payloads_of
from venue.domain import limits
from venue.sequencer.inspection import verify
from venue.sequencer.journal import Journal, JournalFailed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "venue-test", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def small_files() -> Iterator[None]:
    """The kernel lets no file grow beyond 100 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, handler)


def fill(journal: Journal, batch: int) -> list[bytes]:
    """Commits until the journal fails; what was acknowledged."""
    acknowledged: list[bytes] = []
    for number in range(100_000):
        payloads = [b"%d of %d" % (part, number) * 20 for part in range(batch)]
        try:
            journal.append(payloads)
            assert journal.commit() == len(acknowledged) + batch
        except JournalFailed:
            return acknowledged
        acknowledged += payloads
    raise AssertionError("the disk never filled")


def refuses(journal: Journal, match: str) -> None:
    before = journal.last_sequence
    with pytest.raises(JournalFailed, match=match):
        journal.append([b"more"])
    with pytest.raises(JournalFailed, match=match):
        journal.commit()
    assert journal.last_sequence == before
    assert match in journal.failure


@pytest.mark.parametrize("segment_bytes", [1 << 30, 50_000])
def test_a_full_disk(small_disk: Path, monkeypatch: pytest.MonkeyPatch, segment_bytes: int) -> None:
    monkeypatch.setattr(limits, "SEGMENT_BYTES", segment_bytes)
    with Journal.open(small_disk) as journal:
        acknowledged = fill(journal, 7)
        refuses(journal, "short write" if "short" in journal.failure else "No space left on device")
        assert journal.last_sequence == len(acknowledged)
        with journal.cursor(len(acknowledged)) as cursor:
            assert cursor.read(100_000) == acknowledged[-1:]
            assert not cursor.behind
    assert verify(small_disk).last_sequence >= len(acknowledged)
    recovered = payloads_of(small_disk)
    assert recovered[: len(acknowledged)] == acknowledged
    assert len(recovered) < len(acknowledged) + 7


def test_a_full_disk_that_has_room_again_takes_records_after_recovery(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    with Journal.open(small_disk) as journal:
        acknowledged = fill(journal, 7)
        ballast.unlink()
        refuses(journal, "cannot be written")
    with Journal.open(small_disk) as journal:
        kept = journal.last_sequence
        assert len(acknowledged) <= kept < len(acknowledged) + 7
        journal.append([b"after"])
        assert journal.commit() == kept + 1
    assert payloads_of(small_disk)[kept:] == [b"after"]


def test_a_short_write(tmp_path: Path, small_files: None) -> None:
    with Journal.open(tmp_path) as journal:
        acknowledged = fill(journal, 7)
        refuses(journal, "short write")
    assert next(tmp_path.glob("*.journal")).stat().st_size == 100_000
    recovered = payloads_of(tmp_path)
    assert recovered[: len(acknowledged)] == acknowledged
    assert len(recovered) < len(acknowledged) + 7


def _unmapped_memory() -> int:
    return os.open("/proc/self/mem", os.O_RDWR)  # Writing at address 0 fails with EIO.


def _full_device() -> int:
    return os.open("/dev/full", os.O_RDWR)


def _pipe() -> int:
    reader, writer = os.pipe()  # Takes the write, and cannot be synced.
    os.set_blocking(reader, False)
    return writer


def _read_only() -> int:
    return os.open("/dev/null", os.O_RDONLY)


@pytest.mark.parametrize(
    ("bad_file", "why"),
    [
        (_unmapped_memory, "Input/output error"),
        (_full_device, "No space left on device"),
        (_pipe, "Invalid argument"),
        (_read_only, "Bad file descriptor"),
    ],
    ids=["write fails with EIO", "write fails with ENOSPC", "fdatasync fails", "write fails with EBADF"],
)
def test_a_failing_file(tmp_path: Path, bad_file: Callable[[], int], why: str) -> None:
    """The journal's descriptor is turned to a file on which the kernel itself fails."""
    with Journal.open(tmp_path) as journal:
        journal.append([b"one"])
        journal.commit()
        good, bad = os.dup(journal._file), bad_file()
        os.dup2(bad, journal._file)
        journal.append([b"two", b"three"])
        with pytest.raises(JournalFailed, match=f"cannot be written: {why}"):
            journal.commit()
        os.dup2(good, journal._file)
        refuses(journal, why)
        assert journal.last_sequence == 1
        with journal.cursor(1) as cursor:
            assert cursor.read(1000) == [b"one"]
            assert not cursor.behind
        os.close(good)
        os.close(bad)
    assert payloads_of(tmp_path) == [b"one"]


def test_a_segment_that_cannot_be_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_files: None) -> None:
    monkeypatch.setattr(limits, "SEGMENT_BYTES", 100)
    with Journal.open(tmp_path) as journal:
        journal.append([b"one" * 30])
        journal.commit()
        (tmp_path / "00000000000000000002.unfinished").mkdir()
        journal.append([b"two"])
        with pytest.raises(JournalFailed, match="Is a directory"):
            journal.commit()
        (tmp_path / "00000000000000000002.unfinished").rmdir()
        refuses(journal, "Is a directory")
    assert payloads_of(tmp_path) == [b"one" * 30]


WRITER = """if True:
    import sys
    from pathlib import Path
    from venue.domain import limits
    from venue.sequencer.journal import Journal
    limits.SEGMENT_BYTES = 200_000
    with Journal.open(Path(sys.argv[1])) as journal:
        while True:
            start = journal.last_sequence
            journal.append([b"%d" % number * 40 for number in range(start + 1, start + 60)])
            print(journal.commit(), flush=True)
    """


def test_a_writer_killed_amid_its_work_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance, total = random.Random(seed), 0
    for _ in range(5):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randrange(5, 100)):
                told = int(writer.stdout.readline())
            writer.kill()
            told = max([told, *map(int, writer.stdout.read().split("\n")[:-1])])
        assert verify(tmp_path).last_sequence >= told > total
        recovered = payloads_of(tmp_path)
        total = len(recovered)
        assert total >= told
        assert recovered == [b"%d" % number * 40 for number in range(1, total + 1)]
