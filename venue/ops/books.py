"""The venue's state as its journal has it: the newest good snapshot, and all records after it run again in this
process. Exact, and needs nothing of the venue, which may be running."""

from typing import NamedTuple

from venue.domain.enums import Bucket
from venue.domain.money import Amount
from venue.domain.reference import Asset, Instrument
from venue.engine import Engine
from venue.engine.money_snapshot import FundsState, MoneyState, TransferState, VenueFundsState
from venue.engine.snapshot import EngineState, decode_state
from venue.ops.config import DataDirectory
from venue.ops.operator import Refused
from venue.sequencer.frames import JournalDamaged
from venue.sequencer.recovery import MisplacedRecord, ReplayDiverged, replay_onto, restore
from venue.sequencer.segments import ChainWalk, SchemaTooNew, list_segments
from venue.sequencer.snapshots import Snapshots

_NO_AMOUNT = Amount(0)


class Line(NamedTuple):
    """One asset of the trial balance, smallest units: its sums over all accounts of each kind, which are 0 together."""

    asset: Asset
    accounts: int
    fees: int
    suspense: int
    settlement: int
    custody: int

    @property
    def debits(self) -> int:
        return sum(-balance for balance in self[1:] if balance < 0)

    @property
    def credits(self) -> int:
        return sum(balance for balance in self[1:] if balance > 0)


class Books:
    """sequence: of the last record that they know."""

    def __init__(self, state: EngineState) -> None:
        self.sequence = state.sequence
        self.state = state
        self.assets: dict[str, Asset] = {asset.symbol: asset for asset in state.reference.assets}
        self.instruments: dict[str, Instrument] = {i.symbol: i for i in state.reference.instruments}

    @property
    def money(self) -> MoneyState:
        return self.state.money

    def funds(self) -> list[FundsState]:
        """Of every account, as accounts and assets were listed; what is nothing is left out."""
        by_key = {(row.account, row.asset): row for row in self.money.funds}
        accounts = [account.name for account in self.state.reference.accounts]
        return [by_key[name, asset] for name in accounts for asset in self.assets if (name, asset) in by_key]

    def balance(self, account: str, asset: str, bucket: Bucket = Bucket.AVAILABLE) -> Amount:
        found = [row for row in self.money.funds if (row.account, row.asset) == (account, asset)]
        return getattr(found[0], bucket.value) if found else _NO_AMOUNT

    def trial_balance(self) -> list[Line]:
        venue = {row.asset: row for row in self.money.venue}
        lines = []
        for symbol, asset in self.assets.items():
            own = venue.get(symbol, VenueFundsState(symbol, *[_NO_AMOUNT] * 4))
            rows = [row for row in self.money.funds if row.asset == symbol]
            accounts = sum(row.available + row.held + row.pending for row in rows)
            lines.append(Line(asset, accounts, own.fees, own.suspense, own.settlement, own.custody))
        return lines

    def transfer(self, transfer_id: str) -> TransferState | None:
        """A request that moved funds, as far back as the engine knows them."""
        known = [row for row in self.money.transfers if getattr(row.command, "transfer_id", "") == transfer_id]
        return known[0] if known else None

    def under_way(self, kind: type) -> list[TransferState]:
        """Withdrawals neither settled nor released, or credits without account, oldest first."""
        return [row for row in self.money.transfers if row.under_way and isinstance(row.command, kind)]


def read_books(data: DataDirectory) -> Books:
    """Raises Refused where there is no journal, or it is not good."""
    if not any(data.journal.glob("*")):
        raise Refused(f"there is no journal at {data.journal}: give the venue's --data-dir")
    try:
        return Books(decode_state(_replayed(data).snapshot()))
    except (JournalDamaged, SchemaTooNew, ReplayDiverged, MisplacedRecord) as error:
        raise Refused(str(error)) from None


def _replayed(data: DataDirectory) -> Engine:
    for snapshot in Snapshots(data.snapshots).good():
        walk = ChainWalk(list_segments(data.journal), snapshot.sequence + 1)
        # Of another journal, or of one that lost its tail: the venue, when it starts, says so.
        machine = (
            restore(snapshot, Engine)
            if (walk.sequence, walk.hash) == (snapshot.sequence, snapshot.journal_hash)
            else None
        )
        if machine is not None:
            break
    else:
        walk, machine = ChainWalk(list_segments(data.journal)), Engine()
    replay_onto(machine, walk)
    return machine
