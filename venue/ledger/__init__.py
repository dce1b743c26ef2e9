"""Double entry: who owns how much of what, and why.

``accounts``  the chart: available, held and pending of every firm's account, the venue's own accounts, by asset
``ledger``    all of them, and the one way to move an amount between two
``posting``   the one posting function: what an event moves; engine and projections both use it
``fees``      what a trade costs, and what an order must hold for it

Every transfer is one row, a debit and a credit of the same amount, so that all balances of an asset are zero together.
"""

from venue.ledger.accounts import Funds, LedgerAccount, VenueFunds
from venue.ledger.ledger import Ledger
from venue.ledger.posting import post

__all__ = ["Funds", "Ledger", "LedgerAccount", "VenueFunds", "post"]
