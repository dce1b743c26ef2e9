"""The chart of accounts."""

from venue.domain.enums import Bucket


class LedgerAccount:
    """balance: its credits less its debits, smallest units of its asset. owner: a firm's account; "" for the venue."""

    __slots__ = ("balance", "bucket", "owner")

    def __init__(self, owner: str, bucket: Bucket) -> None:
        self.owner = owner
        self.bucket = bucket
        self.balance = 0


class Funds:
    """What a firm's account has of an asset; none of the three is ever below zero."""

    __slots__ = ("asset", "available", "held", "owner", "pending")

    def __init__(self, owner: str, asset: str) -> None:
        self.owner = owner
        self.asset = asset
        self.available = LedgerAccount(owner, Bucket.AVAILABLE)
        self.held = LedgerAccount(owner, Bucket.HELD)
        self.pending = LedgerAccount(owner, Bucket.PENDING)


class VenueFunds:
    """The venue's own accounts of an asset. custody is below zero by what all other accounts are above."""

    __slots__ = ("asset", "custody", "fees", "settlement", "suspense")

    def __init__(self, asset: str) -> None:
        self.asset = asset
        self.fees = LedgerAccount("", Bucket.FEES)
        self.suspense = LedgerAccount("", Bucket.SUSPENSE)
        self.settlement = LedgerAccount("", Bucket.SETTLEMENT)
        self.custody = LedgerAccount("", Bucket.CUSTODY)
