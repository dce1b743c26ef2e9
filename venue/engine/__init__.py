"""The one state machine: ``Engine.apply(command) -> events``. Nothing else changes its state.

====================  ====================================================================================
``engine``            the engine: which handler takes which command; snapshot, restore, state hash
``directory``         reference data by operator command; sessions and their logons
``known_orders``      which ClOrdIDs and orders are known, which are only remembered as used
``used_ids``          the compact for-ever set behind it
``checks``            why a new order or a replace is refused, in order of precedence
``placing``           new orders, from the request to the book
``changing``          cancel and replace requests
``answers``           order states, and the answers that change nothing: duplicates, status, rejects
``snapshot``          the whole state as one value
====================  ====================================================================================

Decisions. An order's id is the sequence of the command that placed it, a refused order's too. A ClOrdID is
claimed before anything else is checked; what malformed ones leave is a fingerprint only, so that no client
can fill the memory with long ones. The checks of one request run in the order of the RejectReason enum.
"""

from venue.engine.engine import Engine

__all__ = ["Engine"]
