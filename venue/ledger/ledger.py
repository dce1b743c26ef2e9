"""All ledger accounts, and the one way to move an amount between two of them."""

from collections.abc import Iterator

from venue.domain.enums import TransferKind
from venue.domain.funds import Transfer
from venue.domain.money import Amount
from venue.domain.reference import Instrument
from venue.ledger.accounts import Funds, LedgerAccount, VenueFunds


class Ledger:
    """is_open: trades move balances. rows: every transfer made is added here, where somebody wants to see them."""

    __slots__ = ("funds", "instruments", "is_open", "rows", "venue")

    def __init__(self, rows: list[Transfer] | None = None) -> None:
        self.funds: dict[str, dict[str, Funds]] = {}
        self.venue: dict[str, VenueFunds] = {}
        self.instruments: dict[str, Instrument] = {}
        self.is_open = False
        self.rows = rows

    def funds_of(self, owner: str, asset: str) -> Funds:
        by_asset = self.funds.get(owner)
        if by_asset is None:
            by_asset = self.funds[owner] = {}
        funds = by_asset.get(asset)
        if funds is None:
            funds = by_asset[asset] = Funds(owner, asset)
        return funds

    def venue_of(self, asset: str) -> VenueFunds:
        venue = self.venue.get(asset)
        if venue is None:
            venue = self.venue[asset] = VenueFunds(asset)
        return venue

    def move(
        self,
        kind: TransferKind,
        asset: str,
        amount: int,
        debit: LedgerAccount,
        credit: LedgerAccount,
        order_id: int,
        transfer_id: str,
    ) -> None:
        """amount: smallest units, above zero. Whether the debited account has so much is the caller's to know."""
        debit.balance -= amount
        credit.balance += amount
        rows = self.rows
        if rows is not None:
            assert amount > 0, "a transfer moves something"
            rows.append(
                Transfer(
                    *(kind, asset, Amount(amount), debit.owner, debit.bucket, credit.owner, credit.bucket),
                    *(order_id, transfer_id),
                )
            )

    def accounts(self) -> Iterator[tuple[str, LedgerAccount]]:
        """(asset, account) of all there are: firms' accounts as they were first used, then the venue's."""
        for by_asset in self.funds.values():
            for funds in by_asset.values():
                for account in (funds.available, funds.held, funds.pending):
                    yield funds.asset, account
        for venue in self.venue.values():
            for account in (venue.fees, venue.suspense, venue.settlement, venue.custody):
                yield venue.asset, account
