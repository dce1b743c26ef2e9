"""From the views to their readers: an increment is narrowed and encoded once for each stream that has any."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

from venue.domain.limits import MAX_SUBSCRIPTIONS
from venue.marketdata.line import Line
from venue.marketdata.messages import Increment, Snapshot, Stream
from venue.marketdata.outbox import Outbox
from venue.marketdata.streams import Streams, UnknownStream, check_stream
from venue.marketdata.views import Views


class Subscription(NamedTuple):
    """request_id: the reader's own name of it, MDReqID(262) or ""; it may have a stream under several names."""

    symbol: str
    stream: Stream
    request_id: str = ""


class Refusal(StrEnum):
    """Why a subscription is not possible, by precedence: MDReqRejReason(281). NOT_YET, which has none: a reader cannot
    go on from a number that the stream did not reach."""

    UNKNOWN_SYMBOL = "0"
    UNSUPPORTED_DEPTH = "5"
    DUPLICATE = "1"
    TOO_MANY = "2"
    NOT_YET = ""


class Form(NamedTuple):
    """How messages are written; what differs between a form's readers is theirs to add."""

    increment: Callable[[Increment], bytes]
    snapshot: Callable[[Snapshot], bytes]


class Reader:
    """One connection's subscriptions, and what waits for it."""

    __slots__ = ("outbox", "subscriptions")

    def __init__(self, outbox: Outbox[Subscription] | None = None) -> None:
        self.outbox: Outbox[Subscription] = Outbox() if outbox is None else outbox
        self.subscriptions: dict[Subscription, None] = {}


class Delivery(NamedTuple):
    subscription: Subscription
    is_snapshot: bool
    message: bytes


class Publisher:
    """To all readers of one form. publish comes right after the record's apply, with what that returned; all else at
    any time between two records. Nothing here waits for anybody.
    """

    __slots__ = ("_form", "_lines", "_streams", "_views")

    def __init__(self, views: Views, form: Form) -> None:
        self._views = views
        self._form = form
        self._streams: dict[str, Streams] = {}
        self._lines: dict[str, dict[Stream, Line[tuple[Reader, Subscription]]]] = {}

    def subscribe(self, reader: Reader, subscription: Subscription) -> Refusal | None:
        """None: it is subscribed, and owed a snapshot."""
        refusal = self._refusal(reader, subscription)
        if refusal is None:
            self._join(reader, subscription)
            reader.outbox.owe(subscription)
        return refusal

    def resume(self, reader: Reader, subscription: Subscription, number: int) -> Refusal | None:
        """As subscribe, for a reader that has the stream up to this number: it gets what it missed, or a snapshot where
        that is not kept any more."""
        refusal = self._refusal(reader, subscription)
        if refusal is not None:
            return refusal
        if not 0 <= number <= self._streams_of(subscription.symbol).number(subscription.stream):
            return Refusal.NOT_YET
        missed = self._join(reader, subscription).since(number)
        if missed is None:
            reader.outbox.owe(subscription)
        else:
            for message in missed:
                reader.outbox.offer(subscription, message)
        return None

    def unsubscribe(self, reader: Reader, subscription: Subscription) -> bool:
        """False: it was not subscribed. Nothing of it comes any more."""
        if subscription not in reader.subscriptions:
            return False
        self._part(reader, subscription)
        del reader.subscriptions[subscription]
        reader.outbox.forget(subscription)
        return True

    def leave(self, reader: Reader) -> None:
        """The connection is gone."""
        for subscription in reader.subscriptions:
            self._part(reader, subscription)
        reader.subscriptions.clear()
        reader.outbox.clear()

    def publish(self, increments: Iterable[Increment]) -> None:
        for increment in increments:
            lines = self._lines.get(increment.symbol)
            if not lines:
                continue
            streams = self._streams_of(increment.symbol)
            for stream, line in list(lines.items()):
                narrowed = streams.narrow(increment, stream)
                if narrowed is None:
                    continue
                message = self._form.increment(narrowed)
                line.add(message)
                for reader, subscription in line.readers:
                    reader.outbox.offer(subscription, message)
                if line.useless:
                    del lines[stream]

    def take(self, reader: Reader, most: int) -> list[Delivery]:
        """What the reader is sent next, so many messages at most. Snapshots are of now."""
        return [
            Delivery(subscription, True, self._snapshot(subscription))
            if message is None
            else Delivery(subscription, False, message)
            for subscription, message in reader.outbox.take(most)
        ]

    def _refusal(self, reader: Reader, subscription: Subscription) -> Refusal | None:
        if subscription.symbol not in self._views.books:
            return Refusal.UNKNOWN_SYMBOL
        try:
            check_stream(subscription.stream)
        except UnknownStream:
            return Refusal.UNSUPPORTED_DEPTH
        if subscription in reader.subscriptions:
            return Refusal.DUPLICATE
        return Refusal.TOO_MANY if len(reader.subscriptions) >= MAX_SUBSCRIPTIONS else None

    def _join(self, reader: Reader, subscription: Subscription) -> Line[tuple[Reader, Subscription]]:
        symbol, stream, _ = subscription
        lines = self._lines.setdefault(symbol, {})
        line = lines.get(stream)
        if line is None:
            line = lines[stream] = Line(self._streams_of(symbol).number(stream))
        line.readers[reader, subscription] = None
        reader.subscriptions[subscription] = None
        return line

    def _part(self, reader: Reader, subscription: Subscription) -> None:
        del self._lines[subscription.symbol][subscription.stream].readers[reader, subscription]

    def _snapshot(self, subscription: Subscription) -> bytes:
        return self._streams_of(subscription.symbol).encoded(subscription.stream, self._form.snapshot)

    def _streams_of(self, symbol: str) -> Streams:
        streams = self._streams.get(symbol)
        if streams is None:
            streams = self._streams[symbol] = Streams(self._views.books[symbol])
        return streams
