"""How an order meets the book: matching, self-trade prevention, protection, the breaker, stops and their cascades."""

from typing import Final

from venue.domain.enums import CancelReason, OrderStatus, Phase, RestatementReason, SelfTradeMode, Side
from venue.domain.enums import TimeInForce as Tif
from venue.domain.events import Event, OrderCancelled, OrderRestated, OrderTriggered, PhaseChanged
from venue.domain.limits import MAX_MATCHES_PER_REQUEST
from venue.domain.terms import Terms
from venue.engine.answers import order_state
from venue.engine.bulk import Bulk
from venue.engine.clock import Clock
from venue.engine.directory import Directory
from venue.engine.known_orders import KnownOrders
from venue.engine.market import Market
from venue.engine.reach import bought_for, holds, protection_price
from venue.engine.treasury import Treasury
from venue.matching import WORST_KEY, BookSide, Level, Order, priority_key

_OrderCancelled: Final = OrderCancelled
_BUY: Final = Side.BUY
_OPEN: Final = Phase.OPEN
_IOC: Final = Tif.IOC
_FOK: Final = Tif.FOK
_FILLED: Final = OrderStatus.FILLED
_CANCELED: Final = OrderStatus.CANCELED
# A member read off its enum costs more than the rest of an event.
_FILL_OR_KILL: Final = CancelReason.FILL_OR_KILL
_IMMEDIATE_OR_CANCEL: Final = CancelReason.IMMEDIATE_OR_CANCEL
_INSUFFICIENT_BALANCE: Final = CancelReason.INSUFFICIENT_BALANCE
_MINIMUM_QUANTITY: Final = CancelReason.MINIMUM_QUANTITY
_NO_LIQUIDITY: Final = CancelReason.NO_LIQUIDITY
_PROTECTION_PRICE: Final = CancelReason.PROTECTION_PRICE
_SELF_TRADE: Final = CancelReason.SELF_TRADE
_TOO_MANY_MATCHES: Final = CancelReason.TOO_MANY_MATCHES
_TRADING_HALT: Final = CancelReason.TRADING_HALT
_CANCEL_RESTING: Final = SelfTradeMode.CANCEL_RESTING
_CANCEL_AGGRESSING: Final = SelfTradeMode.CANCEL_AGGRESSING
_DECREMENT: Final = SelfTradeMode.DECREMENT


class Execution:
    """An order is executed once when it is new, replaced out of its place, or triggered."""

    __slots__ = ("_bulk", "_clock", "_known", "_max_matches", "_modes", "_treasury")

    def __init__(self, directory: Directory, known: KnownOrders, clock: Clock, bulk: Bulk, treasury: Treasury) -> None:
        self._known = known
        self._treasury = treasury
        self._clock = clock
        self._bulk = bulk
        self._modes = directory.self_trade_modes
        self._max_matches = MAX_MATCHES_PER_REQUEST

    def execute(self, market: Market, order: Order, events: list[Event], minimum: int = 0) -> None:
        """Match an order that is not in the book, then rest it or cancel what may not rest; then the stops that its
        trades reached. minimum: lots that must trade at once; 0: none.
        """
        if market.phase is not _OPEN:
            self.rest(market, order)
            return
        self._execute(market, order, events, minimum)
        if market.stops.count:
            self.start_cascade(market, events)

    def bought_for(self, market: Market, terms: Terms, owner: str) -> int:
        """Whole lots that an order's cash buys now."""
        kept_off = terms.self_trade_mode is not None or owner.partition("\0")[0] in self._modes
        return bought_for(market, terms.cash, owner if kept_off else None)

    def rest(self, market: Market, order: Order) -> None:
        """Last at its price, as if it had come now."""
        side = market.book.own(order.side)
        if order.special is not None:
            order.hide()
        if market.allocation is not None:
            best = side.best_within(WORST_KEY)
            if best is None or order.key > best.key:
                may_be = market.phase is _OPEN and market.allocation.can_be_top(order.shown_quantity())
                side.top = order if may_be else None
        side.add(order)

    def wait(self, market: Market, order: Order, events: list[Event]) -> None:
        """A stop, new or with a new stop price: waits for its price, unless the last trade met it already."""
        special = order.special
        assert special is not None, "a stop order has terms"
        special.waiting = True
        if not market.stops.count:
            market.low = market.high = 0
        market.stops.add(order)
        if market.phase is _OPEN and market.last_price:
            market.cascade.extend(market.stops.reached(market.last_price, market.last_price))
            self.start_cascade(market, events)

    def run_cascade(self, market: Market, events: list[Event]) -> bool:
        """Triggers the stops that trades reached, in turn, and those that their trades reach; False where the record
        has no room for all of them."""
        cascade = market.cascade
        self._collect(market)
        while cascade:
            if len(events) >= self._bulk.max_events:
                return False
            order = cascade.popleft()
            special = order.special
            assert special is not None, "a stop order has terms"
            if not special.waiting:
                continue
            if market.phase is not _OPEN:
                market.stops.put_back(order)
                continue
            special.waiting = False
            more = self._treasury.trigger(market, order)
            events.append(OrderTriggered(order_state(order), more or 0))
            if more is None:
                self.cancel(order, _INSUFFICIENT_BALANCE, events)
                continue
            self._execute(market, order, events, special.terms.min_quantity)
            self._collect(market)
        return True

    def cancel(self, order: Order, reason: CancelReason, events: list[Event], other_order_id: int = 0) -> None:
        """An order that is nowhere in the book."""
        order.end(_CANCELED)
        released = self._treasury.ended(order)
        events.append(_OrderCancelled(order_state(order), reason, "", other_order_id, released))
        self._known.close(order)

    def mode_of(self, order: Order) -> SelfTradeMode | None:
        """What happens where the order would trade with one of its owner."""
        special = order.special
        if special is not None and special.terms.self_trade_mode is not None:
            return special.terms.self_trade_mode
        if not self._modes:
            return None
        # An owner without a group is just the firm.
        return self._modes.get(order.owner) or self._modes.get(order.owner.partition("\0")[0])

    def prevent(self, market: Market, maker: Order, taker: Order, mode: SelfTradeMode, events: list[Event]) -> None:
        """Two orders of one owner do not trade; either may rest or not. mode: the taker's."""
        if mode is _DECREMENT:
            quantity = min(maker.open_quantity(), taker.open_quantity())
            self._decrement(market, maker, quantity, taker.order_id, events)
            self._decrement(market, taker, quantity, maker.order_id, events)
            return
        if mode is not _CANCEL_AGGRESSING:
            self.withdraw(market, maker)
            self.cancel(maker, _SELF_TRADE, events, taker.order_id)
        if mode is not _CANCEL_RESTING:
            self.withdraw(market, taker)
            self.cancel(taker, _SELF_TRADE, events, maker.order_id)

    def withdraw(self, market: Market, order: Order) -> None:
        """Out of the book or of the waiting stops, if it is in one."""
        if order.level is not None:
            market.book.remove(order)
        elif order.special is not None and order.special.waiting:
            market.stops.discard(order)

    def start_cascade(self, market: Market, events: list[Event]) -> None:
        if not self.run_cascade(market, events):
            self._bulk.add_cascade(market.instrument.symbol)

    def _collect(self, market: Market) -> None:
        if market.high and market.stops.count:
            market.cascade.extend(market.stops.reached(market.low, market.high))
        market.low = market.high = 0

    def _execute(self, market: Market, order: Order, events: list[Event], minimum: int) -> None:
        book = market.book
        own, other = (book.bids, book.asks) if order.side is _BUY else (book.asks, book.bids)
        time_in_force = order.time_in_force
        protection = 0
        reach = -order.key
        if order.price is None and market.rules.protection_ticks:
            protection = protection_price(market, order.side)
            if protection:
                reach = -priority_key(order.side, protection)
        if time_in_force is _FOK or minimum:
            reason = self._unavailable(market, order, other, reach, minimum)
            if reason is not None:
                self.cancel(order, reason, events)
                return
        matches = self._match(market, order, other, reach, events) if other.best_key >= reach else 0
        if order.status is _FILLED:
            self._known.close(order)
        elif order.status is _CANCELED:
            return
        elif matches >= self._max_matches:
            self.cancel(order, _TOO_MANY_MATCHES, events)
        elif order.price is None:
            self._rest_of_market_order(market, order, protection, other, events)
        elif time_in_force is _IOC or time_in_force is _FOK:
            halted = market.phase is not _OPEN
            self.cancel(order, _TRADING_HALT if halted else _IMMEDIATE_OR_CANCEL, events)
        elif market.allocation is not None or order.special is not None:
            self.rest(market, order)
        else:
            own.add(order)
        if market.phase is not _OPEN:
            self.cancel_on_halt(market)

    def _rest_of_market_order(
        self, market: Market, order: Order, protection: int, other: BookSide, events: list[Event]
    ) -> None:
        if market.phase is not _OPEN:
            self.cancel(order, _TRADING_HALT, events)
        elif protection and market.rules.protection_rests and _may_rest(order):
            order.price = protection
            order.key = priority_key(order.side, protection)
            held = self._treasury.adjust(market, order)
            events.append(OrderRestated(order_state(order), RestatementReason.RESTS_AT_PROTECTION_PRICE, 0, held))
            self.rest(market, order)
        elif protection and other.best_within(WORST_KEY) is not None:
            self.cancel(order, _PROTECTION_PRICE, events)
        else:
            self.cancel(order, _NO_LIQUIDITY, events)

    def _match(self, market: Market, taker: Order, other: BookSide, reach: int, events: list[Event]) -> int:
        """How many matches there were, prevented self-trades among them; stops at the limit, and where the breaker
        trips, which then has halted the market."""
        book, at = market.book, self._clock.at
        window, allocation, mode = market.window, market.allocation, self.mode_of(taker)
        matches, limit = 0, self._max_matches
        while (level := other.best_within(reach)) is not None and matches < limit:
            if allocation is not None and taker.quantity - taker.cum_quantity < level.quantity:
                matches = self._share(market, level, taker, mode, matches, events)
                if taker.status is _FILLED or taker.status is _CANCELED or market.phase is not _OPEN:
                    break
                continue
            maker = level.first
            assert maker is not None, "the best level holds an order"
            if mode is not None and maker.owner == taker.owner:
                matches += 1
                self.prevent(market, maker, taker, mode, events)
                if taker.status is _CANCELED:
                    break
                continue
            if window is not None and not window.allows(level.price, at):
                self._trip(market, events)
                break
            matches += 1
            traded = book.trade(level, maker, taker)
            self._matched(market, level.price, traded, maker, taker, events)
            if taker.status is _FILLED:
                break
        return matches

    def _share(
        self, market: Market, level: Level, taker: Order, mode: SelfTradeMode | None, matches: int, events: list[Event]
    ) -> int:
        """One round of an allocation: orders of the taker's owner first, then shares to all others."""
        if mode is not None:
            for maker in list(level):
                if maker.owner == taker.owner:
                    if matches >= self._max_matches:
                        return matches
                    matches += 1
                    self.prevent(market, maker, taker, mode, events)
                    if taker.status is _CANCELED:
                        return matches
        wanted = taker.quantity - taker.cum_quantity
        if wanted >= level.quantity or matches >= self._max_matches:
            return matches
        if market.window is not None and not market.window.allows(level.price, self._clock.at):
            self._trip(market, events)
            return matches
        orders = list(level)
        top = market.book.own(orders[0].side).top
        place = next((index for index, order in enumerate(orders) if order is top), -1)
        assert market.allocation is not None, "a shared level has an allocation"
        shown = [order.shown_quantity() for order in orders]
        shares = market.allocation.allocate(shown, [order.account for order in orders], wanted, place)
        for maker, share, part in zip(orders, shares, shown, strict=True):
            if share:
                if matches >= self._max_matches:
                    return matches
                matches += 1
                market.book.fill(level, maker, taker, share, part)
                self._matched(market, level.price, share, maker, taker, events)
        return matches

    def _matched(
        self, market: Market, price: int, traded: int, maker: Order, taker: Order, events: list[Event]
    ) -> None:
        market.traded(price, self._clock.at)
        events.append(self._treasury.matched(market, price, traded, maker, taker, False))
        if maker.status is _FILLED:
            self._known.close(maker)

    def _decrement(self, market: Market, order: Order, quantity: int, other_order_id: int, events: list[Event]) -> None:
        if order.open_quantity() == quantity:
            self.withdraw(market, order)
            self.cancel(order, _SELF_TRADE, events, other_order_id)
            return
        if order.level is not None:
            market.book.reduce(order, order.quantity - quantity)
        else:
            order.reduce_to(order.quantity - quantity)
        held = self._treasury.adjust(market, order)
        events.append(OrderRestated(order_state(order), RestatementReason.DECREMENTED, other_order_id, held))

    def _trip(self, market: Market, events: list[Event]) -> None:
        market.phase = Phase.HALTED
        market.halted_until = self._clock.at + market.rules.halt_ns
        market.regate()
        self._clock.halted(market)
        symbol = market.instrument.symbol
        events.append(PhaseChanged(symbol, market.phase, market.halted_until, "circuit breaker"))

    def cancel_on_halt(self, market: Market) -> None:
        """Orders that asked for it are cancelled: bids by priority, asks, then waiting stops."""
        resting = [order for side in (market.book.bids, market.book.asks) for level in side for order in level]
        waiting = sorted((*market.stops.by_arrival(), *market.cascade), key=_order_id)
        ids = [
            order.order_id
            for order in (*resting, *waiting)
            if order.special is not None and order.special.terms.cancel_on_halt
        ]
        self._bulk.add_cancels(ids, _TRADING_HALT)

    def _unavailable(
        self, market: Market, taker: Order, other: BookSide, reach: int, minimum: int
    ) -> CancelReason | None:
        """Why an order that must trade at once cannot; None if it can."""
        mode, matches, at = self.mode_of(taker), self._max_matches, self._clock.at
        everything = taker.open_quantity()
        if taker.time_in_force is _FOK and not holds(market, taker, other, reach, everything, mode, matches, at):
            return _FILL_OR_KILL
        if minimum and not holds(market, taker, other, reach, minimum, mode, matches, at):
            return _MINIMUM_QUANTITY
        return None


def _may_rest(order: Order) -> bool:
    """Of a market order."""
    is_for_cash = order.special is not None and order.special.terms.cash != 0
    return order.time_in_force is not _IOC and order.time_in_force is not _FOK and not is_for_cash


def _order_id(order: Order) -> int:
    return order.order_id
