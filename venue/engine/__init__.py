"""The one state machine: ``Engine.apply(command) -> events``. Nothing else changes its state.

====================  ====================================================================================
``engine``            the engine: which handler takes which command; snapshot, restore, state hash
``directory``         reference data by operator command; sessions and their logons
``known_orders``      which ClOrdIDs and orders are known, which are only remembered as used
``used_ids``          the compact for-ever set behind it
``checks``            why a new order or a replace is refused, in order of precedence
``placing``           new orders, from the request to the book
``changing``          cancel and replace requests
``execution``         how an order meets the book: matching, sharing, self-trades, the breaker, stops
``reach``             how far an order would get: protection, cash, fill-or-kill, minimum quantity
``market``            an instrument as it trades: book, stops, rules, phase
``phases``            gathering, auctions, halts; an instrument's rules
``switches``          kill switches, self-trade defaults, cancel on disconnect
``bulk``              work on many orders, begun by one command and done in as many records as it takes;
                      ``bulk_desk`` does it: mass cancels, the day's end, what the clock brings
``clock``             what is due when
``answers``           order states, and the answers that change nothing: duplicates, status, rejects
``snapshot``          the whole state as one value
====================  ====================================================================================

Decisions. An order's id is the sequence of the command that placed it, a refused order's too. A ClOrdID is
claimed before anything else is checked; what malformed ones leave is a fingerprint only, so that no client
can fill the memory with long ones. The checks of one request run in the order of the RejectReason enum.
A record has a size, so bulk work, auctions and cascades stop at a number of events and go on with Continue, which
the sequencer gives before any other command; no client can tell the difference. What time brings (expiries, the end
of a halt) happens in PassTime, which the sequencer gives as soon as it is due, or before the next command.
"""

from venue.engine.engine import Engine

__all__ = ["Engine"]
