"""Random work, crashes at any byte of what was not synced, and recovery: the same records, the same hash."""

import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sequencer.toy import Toy, run
from venue.domain import limits
from venue.sequencer.frames import FRAME_OVERHEAD_BYTES, GENESIS
from venue.sequencer.inspection import verify
from venue.sequencer.journal import Journal
from venue.sequencer.recovery import recover, replay, take_snapshot
from venue.sequencer.snapshots import Snapshots

Firms = st.lists(st.text("abc", max_size=3), min_size=1, max_size=6)
# A life of a process: the batches it committed, whether it took a snapshot, the batch it died with,
# how much of that reached the disk (in thousandths), and how many zeros the file was longer by.
Life = st.tuples(st.lists(Firms, max_size=4), st.booleans(), Firms, st.integers(0, 1000), st.sampled_from([0, 3, 600]))


def crash(journal: Journal, payloads: list[bytes], thousandths: int, zeros: int) -> None:
    """Leaves the file as a power cut amid the batch's write does: a prefix of it, then perhaps zeros."""
    segment = journal._durable.segments[-1]
    size = segment.size
    journal.append(payloads)
    data = b"".join(journal._parts)
    journal.close()
    written = data[: len(data) * thousandths // 1001]
    end = 0
    for payload in payloads:
        end += len(payload) + FRAME_OVERHEAD_BYTES
        if end > len(written):
            break
    if len(data[len(written) : end].strip(b"\0")) < 2:
        zeros = 0  # Zeros in the place of a single byte are damage, not a torn write.
    with segment.path.open("r+b") as file:
        file.seek(size)
        file.write(written + bytes(zeros))


@settings(max_examples=60, deadline=None)
@given(st.lists(Life, min_size=1, max_size=5), st.sampled_from([250, 1000, 1 << 20]))
def test_a_crash_anywhere_leaves_what_was_committed(
    lives: list[tuple[list[list[str]], bool, list[str], int, int]], segment_bytes: int
) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SEGMENT_BYTES", segment_bytes)
        directory, snapshots = Path(place) / "journal", Snapshots(Path(place) / "snapshots")
        expected: list[bytes] = []
        for batches, with_snapshot, last_batch, thousandths, zeros in lives:
            with Journal.open(directory) as journal:
                machine = recover(journal, snapshots, Toy)
                recovered = [payload for _, payload in journal.records()]
                assert recovered == expected
                last_hash = GENESIS
                for payload in recovered:
                    last_hash = sha256(last_hash + payload).digest()
                assert (journal.last_sequence, journal.last_hash) == (len(recovered), last_hash)
                for batch in batches:
                    payloads = run(machine, batch)
                    journal.append(payloads)
                    journal.commit()
                    recovered += payloads
                if with_snapshot:
                    snapshots.write(take_snapshot(machine, journal.last_hash))
                assert replay(directory, Toy) == (machine.sequence, machine.state_hash())
                dying = run(machine, last_batch)
                crash(journal, dying, thousandths, zeros)
                expected = recovered
            kept = verify(directory).last_sequence
            assert len(expected) <= kept <= len(expected) + len(dying)
            expected += dying[: kept - len(expected)]
