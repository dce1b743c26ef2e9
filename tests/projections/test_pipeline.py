"""Reading runs ahead of writing by no more than a batch, and tells its troubles after what was good."""

import time
from collections.abc import Iterator

import pytest

from tests.projections.flow import recorded
from venue.ledger import Ledger
from venue.projections import pipeline as module
from venue.projections.pipeline import Pipeline
from venue.projections.rows import Rows
from venue.sequencer.frames import GENESIS


def fresh() -> Rows:
    return Rows(0, GENESIS, Ledger(rows=[]), {}, False)


def test_reading_waits_for_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = recorded(1, 1_000).payloads
    size = 10_000
    monkeypatch.setattr(module, "MAX_PROJECTED_BATCH_BYTES", size)
    rows = fresh()
    pipeline = Pipeline(rows, ([payload] for payload in payloads))
    pipeline.start()
    sizes, after = [], 0
    while (batch := pipeline.take()) is not None:
        assert batch.after == after
        after = batch.sequence
        sizes.append(batch.bytes)
        time.sleep(0.005)
    assert after == len(payloads)
    assert max(sizes) < size + 2_000
    assert len(sizes) > 5


def test_what_was_good_is_taken_before_the_failure() -> None:
    payloads = recorded(1, 50).payloads

    def source() -> Iterator[list[bytes]]:
        yield payloads[:10]
        raise OSError("no more")

    pipeline = Pipeline(fresh(), source())
    pipeline.start()
    pipeline.join()
    batch = pipeline.take()
    assert batch is not None
    assert batch.sequence == 10
    with pytest.raises(OSError, match="no more"):
        pipeline.take()


def test_a_record_out_of_turn_is_not_taken_for_the_next() -> None:
    payloads = recorded(1, 50).payloads
    pipeline = Pipeline(fresh(), [payloads[:5] + payloads[6:8]])
    pipeline.start()
    pipeline.join()
    assert pipeline.take() is not None
    with pytest.raises(AssertionError, match="came after"):
        pipeline.take()
