"""The engine's slow twin: lists, linear searches, one rule after the other. Obvious rather than fast.

====================  ===================================================================================
``engine``            which command goes where; what is due comes before it, the cascade of stops after it
``state``             orders, markets, and lists of all there is; which ClOrdIDs are known
``reference``         reference data, rules and switches that operators set
``books``             what an order would meet
``checks``            why an order or a replace is refused, all reasons at once
``requests``          new orders, cancels, replaces, status requests
``execution``         one order against the book: limits, self-trades, sharing, what is left
``phases``            phases, auctions, the breaker's halt, stops, the clock
``bulk``              mass cancels and statuses, disconnects, kill switches, the end of a day
``money``             what orders hold, pay and release; fees
``risk``              limits of orders, balances among them
``settings``          the ledger's opening, fees, limits, suspensions
``funds``             credits, withdrawals, transfers
====================  ===================================================================================

Nothing is kept that can be counted again: an order is its fills, a book is a sorted list, a breaker's window is a look
through all trades, a limit counts all executions since the ledger opened.
"""

from tests.engine.naive.engine import NaiveEngine
from tests.engine.naive.state import NaiveMarket, NaiveOrder

__all__ = ["NaiveEngine", "NaiveMarket", "NaiveOrder"]
