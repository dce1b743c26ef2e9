"""Phases of an instrument: gathering, auctions, halts; and the rules it trades by."""

from venue.domain.commands import SetInstrumentRules, SetPhase
from venue.domain.enums import OrderStatus, Phase
from venue.domain.events import AuctionPriced, Event, InstrumentRulesSet, PhaseChanged
from venue.domain.reject_reason import RejectReason
from venue.engine.bulk import Bulk, Task, TaskKind
from venue.engine.clock import Clock
from venue.engine.directory import Directory, rejected
from venue.engine.execution import Execution
from venue.engine.known_orders import KnownOrders
from venue.engine.market import Market
from venue.engine.treasury import Treasury
from venue.matching import Order, auction_price

_REOPENING = "circuit breaker: reopening auction"


class PhaseDesk:
    __slots__ = ("_bulk", "_clock", "_directory", "_execution", "_known", "_treasury")

    def __init__(
        self,
        directory: Directory,
        known: KnownOrders,
        clock: Clock,
        bulk: Bulk,
        execution: Execution,
        treasury: Treasury,
    ) -> None:
        self._treasury = treasury
        self._directory = directory
        self._known = known
        self._clock = clock
        self._bulk = bulk
        self._execution = execution

    def set_rules(self, command: SetInstrumentRules, sequence: int) -> list[Event]:
        market = self._directory.markets.get(command.symbol)
        if market is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if command.rules == market.rules:
            return []
        try:
            market.set_rules(command.rules)
        except ValueError:
            return rejected(RejectReason.INVALID_RULES)
        return [InstrumentRulesSet(command.symbol, command.rules)]

    def set_phase(self, command: SetPhase, sequence: int) -> list[Event]:
        market = self._directory.markets.get(command.symbol)
        if market is None:
            return rejected(RejectReason.UNKNOWN_REFERENCE)
        if command.phase is market.phase and not market.halted_until:
            return []
        return self._enter(market, command.phase, command.reason)

    def reopen(self, until: int, symbol: str) -> list[Event]:
        """A halt's time is over, if it is still that halt."""
        market = self._directory.markets[symbol]
        return self._enter(market, Phase.OPEN, _REOPENING) if market.halted_until == until else []

    def open(self, task: Task, events: list[Event]) -> bool:
        """The auction, then the phase itself, then the stops; False where the record has no room for all of it."""
        market = self._directory.markets[task.name]
        while True:
            if task.price and not self._trade_at(market, task.price, events):
                return False
            priced = auction_price(market.book, market.reference_price())
            if priced is None:
                break
            task.price, volume = priced
            events.append(AuctionPriced(task.name, task.price, volume))
        market.phase = Phase.OPEN
        market.regate()
        market.restart_window()
        if market.last_price and market.stops.count:
            market.low = min(market.low or market.last_price, market.last_price)
            market.high = max(market.high, market.last_price)
            self._execution.start_cascade(market, events)
        return True

    def _enter(self, market: Market, phase: Phase, reason: str) -> list[Event]:
        symbol = market.instrument.symbol
        market.halted_until = 0
        if phase is Phase.OPEN:
            # It opens when its auction is over.
            self._bulk.add(Task(TaskKind.OPEN, [], name=symbol))
        else:
            market.phase = phase
            market.regate()
            if phase is Phase.HALTED:
                self._execution.cancel_on_halt(market)
        return [PhaseChanged(symbol, phase, 0, reason)]

    def _trade_at(self, market: Market, price: int, events: list[Event]) -> bool:
        """All that trades at an auction's price; False where the record has no room for it."""
        bids, asks = market.book.bids, market.book.asks
        while True:
            bid, ask = bids.best_within(price), asks.best_within(-price)
            if bid is None or ask is None:
                return True
            if len(events) >= self._bulk.max_events:
                return False
            assert bid.first is not None, "the best level holds an order"
            assert ask.first is not None, "the best level holds an order"
            self._meet(market, price, bid.first, ask.first, events)

    def _meet(self, market: Market, price: int, bid: Order, ask: Order, events: list[Event]) -> None:
        """Two heads of the book in an auction; the older one counts as the maker."""
        maker, taker = (bid, ask) if bid.order_id < ask.order_id else (ask, bid)
        mode = self._execution.mode_of(taker)
        if mode is not None and maker.owner == taker.owner:
            self._execution.prevent(market, maker, taker, mode, events)
            return
        traded = market.book.cross(price, maker, taker)
        market.traded(price, self._clock.at)
        events.append(self._treasury.matched(market, price, traded, maker, taker, True))
        for order in (maker, taker):
            if order.status is OrderStatus.FILLED:
                self._known.close(order)
