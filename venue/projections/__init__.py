"""Read models: the journal as tables in PostgreSQL, for whoever reads with SQL. Never asked by the engine.

``live``       balances, reference data and open orders, in memory
``tables``     the tables
``database``   where they are, who may do what with them, ``migrations`` that bring them up to date
``embedded``   the PostgreSQL that the venue brings along
``rows``       records to rows, amounts by the ledger's own posting function; ``listed``: those of the small tables,
               ``copying``: their form, ``state``: what they are made from, read back from the tables
``writing``    rows into the tables, and the position that they reach, in one transaction
``pipeline``   making rows while others are written
``projector``  the process: follows the feed
``rebuild``    all tables anew, from the journal, while the old ones are read
``checksums``  whether two sets of tables are the same
``reconcile``  the journal, the transfers, the balances, the orders and the engine compared, again and again:
               ``verifying`` row by row, ``comparisons`` by sums; ``watch``: beside the projector, with alarms

The tables are the journal's mirror and can be dropped at any moment: what they show is the state after the record that
``position`` names, exactly once, as both commit together.
"""
