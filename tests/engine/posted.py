"""Balances as any reader of the journal has them: a ledger of its own that posts the recorded events."""

from venue.domain.commands import Command
from venue.domain.enums import Bucket
from venue.domain.events import Event
from venue.domain.funds import Transfer
from venue.ledger import Ledger, post


def balances_of(ledger: Ledger) -> dict[tuple[str, Bucket, str], int]:
    """All that are not zero."""
    return {(a.owner, a.bucket, asset): a.balance for asset, a in ledger.accounts() if a.balance}


class Posted:
    """rows: of the last command."""

    def __init__(self) -> None:
        self.rows: list[Transfer] = []
        self.ledger = Ledger(self.rows)

    def post(self, command: Command, events: list[Event]) -> None:
        self.rows.clear()
        for event in events:
            post(self.ledger, command, event)

    def balances(self) -> dict[tuple[str, Bucket, str], int]:
        return balances_of(self.ledger)
