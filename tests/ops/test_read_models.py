"""The engine's own balances, as reconciliation is given them: those of its newest snapshot."""

from pathlib import Path

from msgspec.structs import replace

from tests.projections.flow import Flow, Recorder, funding, opening
from venue.ops.read_models import engine_balances
from venue.projections.comparisons import ledger_balances
from venue.sequencer.frames import GENESIS
from venue.sequencer.recovery import take_snapshot
from venue.sequencer.snapshots import Snapshots


def test_balances_of_the_newest_snapshot(tmp_path: Path) -> None:
    snapshots, recorder, flow = Snapshots(tmp_path), Recorder(), Flow(1)
    assert engine_balances(snapshots, 0) is None
    recorder.apply([*opening(), *funding()])
    for _ in range(3):
        recorder.apply(flow.commands(300))
        snapshots.write(take_snapshot(recorder.engine, GENESIS))
        found = engine_balances(snapshots, 0)
        assert found is not None
        assert found.sequence == recorder.engine.sequence
        ledger = recorder.engine._money.treasury.ledger
        assert {key: amount for key, amount in found.balances.items() if amount} == {
            key: amount for key, amount in ledger_balances(ledger).items() if amount
        }
        assert max(found.balances.values()) > 1 << 64
    assert engine_balances(snapshots, recorder.engine.sequence - 1) is not None
    assert engine_balances(snapshots, recorder.engine.sequence) is None


def test_snapshots_of_another_version_are_passed_over(tmp_path: Path) -> None:
    snapshots, recorder = Snapshots(tmp_path), Recorder()
    recorder.apply([*opening(), *funding()])
    ours = take_snapshot(recorder.engine, GENESIS)
    snapshots.write(ours)
    snapshots.write(replace(ours, sequence=ours.sequence + 1, body=b"\x91\x02"))
    found = engine_balances(snapshots, 0)
    assert found is not None
    assert found.sequence == ours.sequence
