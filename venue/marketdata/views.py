"""All instruments as market data shows them: a reader of the feed that turns each record into increments."""

from collections.abc import Callable
from typing import Any, Final

from venue.domain.commands import PlaceOrder
from venue.domain.events import (
    DayEnded,
    InstrumentListed,
    InstrumentRulesSet,
    OrderCancelled,
    OrderDoneForDay,
    OrderExpired,
    OrderMatched,
    OrderPlaced,
    OrderReplaced,
    OrderRestated,
    OrderState,
    OrderTriggered,
    PhaseChanged,
    placed_order,
)
from venue.marketdata.book_view import BookView
from venue.marketdata.messages import Increment, Status
from venue.sequencer.codec import Record

# Events with an order that changed. Not OrderRejected and OrderStatusReported: the order in these is as it was.
_CHANGES: Final = (OrderCancelled, OrderReplaced, OrderTriggered, OrderRestated, OrderDoneForDay, OrderExpired)


class Views:
    """books: by symbol. sequence: of the last record applied; the next one is sequence + 1."""

    __slots__ = ("_rare", "books", "sequence")

    def __init__(self) -> None:
        self.sequence = 0
        self.books: dict[str, BookView] = {}
        # Any: each takes its own event type.
        self._rare: dict[type, Callable[[Any], list[BookView]]] = {
            InstrumentListed: self._list,
            InstrumentRulesSet: self._set_rules,
            PhaseChanged: self._change_phase,
            DayEnded: self._end_day,
        }

    def apply(self, record: Record) -> list[Increment]:
        """One increment for each instrument that the record changed anything of. Orders count as the record left them:
        what happened to one on the way shows only in the trades."""
        assert record.sequence == self.sequence + 1, "a record out of turn"
        self.sequence = record.sequence
        command, books = record.command, self.books
        at = command.at
        orders: dict[int, OrderState] = {}
        touched: dict[str, BookView] = {}
        for event in record.events:
            if isinstance(event, OrderPlaced):
                assert isinstance(command, PlaceOrder), "an order is placed by its own command"
                orders[event.order_id] = placed_order(command, event)
            elif isinstance(event, OrderMatched):
                maker, taker = event.maker, event.taker
                orders[maker.order_id] = maker
                orders[taker.order_id] = taker
                books[maker.symbol].tape.add(event, at)
            elif isinstance(event, _CHANGES):
                orders[event.order.order_id] = event.order
            elif (rare := self._rare.get(type(event))) is not None:
                touched.update({book.instrument.symbol: book for book in rare(event)})
        for order in orders.values():
            symbol = order.symbol
            book = touched[symbol] = books[symbol]
            book.settle(order)
        increments: list[Increment] = []
        for book in touched.values():
            increment = book.close(record.sequence, at)
            if increment is not None:
                increments.append(increment)
        return increments

    def _list(self, event: InstrumentListed) -> list[BookView]:
        book = self.books[event.instrument.symbol] = BookView(event.instrument)
        return [book]

    def _set_rules(self, event: InstrumentRulesSet) -> list[BookView]:
        book = self.books[event.symbol]
        book.reference_price = event.rules.reference_price
        return [book]

    def _change_phase(self, event: PhaseChanged) -> list[BookView]:
        book = self.books[event.symbol]
        book.set_status(Status(event.phase, event.until, event.reason))
        return [book]

    def _end_day(self, event: DayEnded) -> list[BookView]:
        for book in self.books.values():
            book.tape.end_day()
        return list(self.books.values())
