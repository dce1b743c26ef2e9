"""A FIX-first institutional trading venue: the floor plan.

A package imports only what stands above it in this list; ``tests/test_architecture.py`` enforces it.

==============  ==========================================================================================
``domain``      what the venue talks about: numbers, enums with FIX codes, instruments, participants,
                commands, events, reject reasons by precedence, and every limit (``domain/limits.py``)
``matching``    order books: price-time and pro-rata, stops, icebergs, auctions
``risk``        bounds that trading keeps within: the circuit breaker, limits on orders and exposure
``ledger``      double entry: accounts, transfers, the one posting function, fees
``engine``      the one state machine: ``Engine.apply(command) -> events``; snapshots, state hash
``sequencer``   numbering, journal, codec, snapshot files, recovery, the feed and its Unix sockets
``projections`` read models: the journal as tables in PostgreSQL, rebuilt at will, reconciled all the time
``marketdata``  in-memory views built from the feed: books, trades, statistics; snapshots kept ready
``scheduler``   the clock: ends the trading day, begins phases, expires orders, on APScheduler
``fix``         the FIX edge: dialect, front door, order entry and drop copy on QuickFIX
``sidecar``     REST: balances, orders, funds and their history, signed requests, its OpenAPI
``ops``         assembly: configuration, supervision, the command line, the demo
==============  ==========================================================================================

The way of an order: broker -> front -> order entry gateway -> engine process (apply, append, fsync)
-> feed -> gateways -> execution report and drop copy. Nothing leaves before it is durable.
"""

__version__ = "0.1.0"
