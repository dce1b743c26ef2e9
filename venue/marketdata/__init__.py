"""In-memory views of the market, built from the feed alone; FIX and WebSocket edges translate what they say.

``messages``     what is said: increments and snapshots of streams, as plain values
``views``        all instruments; a record of the feed in, increments out
``book_view``    one instrument: its levels, trades, statistics, phase and indicative price
``ladder``       one side's price levels, and what a record changed of them
``crossing``     the indicative price of a gathering book
``tape``         the last trades and the day's statistics
``numbers``      RptSeq of each stream
``streams``      increments narrowed to a stream: a depth of the book, trades, ticker, status; snapshots kept ready
``checksum``     the rule by which clients prove their book
``outbox``       what waits for one reader, bounded: increments, or a snapshot in the place of too many
``publisher``    subscriptions: from the views to the outboxes, each message made once for all readers of a stream
``line``         a published stream: its readers, and its last messages for those that come back
``client_book``  the client's side: snapshot, increments, gaps, checksums
``saved``        views as values, for a fast start

What is hidden of an order never leaves a view, but for an indicative quantity, in which it counts as it will in the
auction. Stops that wait for their price are not in the book, so nothing tells of them.

A record is one increment for each instrument that it changes, so numbers are the same in every process that reads the
feed, and after every restart. A client that has the snapshot with number N, and applies N+1, N+2 ..., holds the view.
"""

from venue.marketdata.client_book import ClientBook
from venue.marketdata.messages import EVERYTHING, FULL, Action, Channel, Increment, Level, LevelChange, Snapshot, Stream
from venue.marketdata.outbox import Outbox, Waiting
from venue.marketdata.publisher import Delivery, Form, Publisher, Reader, Refusal, Subscription
from venue.marketdata.streams import Streams, UnknownStream, check_stream
from venue.marketdata.views import Views

__all__ = [
    "EVERYTHING",
    "FULL",
    "Action",
    "Channel",
    "ClientBook",
    "Delivery",
    "Form",
    "Increment",
    "Level",
    "LevelChange",
    "Outbox",
    "Publisher",
    "Reader",
    "Refusal",
    "Snapshot",
    "Stream",
    "Streams",
    "Subscription",
    "UnknownStream",
    "Views",
    "Waiting",
    "check_stream",
]
