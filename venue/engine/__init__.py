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
``treasury``          the money behind orders: pre-trade limits, holds, fees, the settlement of matches
``stake``             what an account has in an instrument; ``stakes``: all of them, their fees and limits
``funds_desk``        credits, withdrawals, transfers; ``known_transfers``: that each is done once
``risk_desk``         the ledger's opening, fees, limits, account states
``snapshot``          the whole state as one value; ``money_snapshot``: of the money
====================  ====================================================================================

Decisions. An order's id is the sequence of the command that placed it, a refused order's too. A ClOrdID is
claimed before anything else is checked; what malformed ones leave is a fingerprint only, so that no client
can fill the memory with long ones. The checks of one request run in the order of the RejectReason enum.
An order's events say what it holds, pays and releases, so that the posting function of ``venue.ledger`` makes the same
transfers of them everywhere. Before OpenLedger nothing is held: journals from before it replay as they were.
A record has a size, so bulk work, auctions and cascades stop at a number of events and go on with Continue, which
the sequencer gives before any other command; no client can tell the difference. What time brings (expiries, the end
of a halt) happens in PassTime, which the sequencer gives as soon as it is due, or before the next command.
"""

from venue.engine.engine import Engine

__all__ = ["Engine"]
