"""REST beside FIX: balances, orders, funds and their history, in a process of its own that follows the feed.

``keys``         who may ask for what
``signing``      what a signature says, and whether it is so
``gate``         what every request passes: size, signature, and the problem document of what goes wrong
``bodies``       what clients may send; ``requests`` makes commands of it
``changes``      a change, done once, by its Idempotency-Key; ``idempotency`` keeps the answers
``feed``         the link to the engine: records in, commands out
``views``        what is answered; ``answers`` makes it of a record
``history``      what PostgreSQL is asked
``cursors``      where a page ended
``problems``     what went wrong, with its code
``app``          the routes, in ``routes_*``; ``openapi`` what is told of them
``process``      all of it as a process
``client``       a client that signs

What is now is answered from memory, at the position of the feed; what was, from PostgreSQL. When PostgreSQL is away,
the history answers 503 and all else goes on. No read waits for the engine. A change is the same sequenced command as
over FIX, in a trading session of the firm's own, REST-FIRM.
"""
