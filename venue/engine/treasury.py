"""The money behind orders: what each holds, pays and releases, and whether its account may trade at all.

Only once the ledger is open; before, every function here says that there is nothing to hold. All amounts that orders
hold are in smallest units of what they pay with: quote to buy, base to sell.
"""

from typing import Final

from venue.domain.enums import OrderStatus, Side
from venue.domain.events import OrderMatched
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.engine.answers import order_state
from venue.engine.clock import Clock
from venue.engine.directory import Directory
from venue.engine.market import Market
from venue.engine.reach import protection_price, sweep_notional
from venue.engine.stake import Stake
from venue.engine.stakes import Stakes
from venue.ledger import Ledger
from venue.ledger.fees import buy_hold, whole_fee
from venue.ledger.posting import fee, hold, trade
from venue.matching import Order
from venue.risk.limits import limit_refusal

_OrderMatched: Final = OrderMatched
_Amount: Final = Amount
_BUY: Final = Side.BUY
_FILLED: Final = OrderStatus.FILLED
_INSUFFICIENT_BALANCE: Final = RejectReason.INSUFFICIENT_BALANCE
# What compiled code keeps in a machine word.
_WORD: Final = (1 << 62) - 1


class Treasury:
    __slots__ = ("_clock", "_modes", "ledger", "stakes")

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._clock = clock
        self._modes = directory.self_trade_modes
        self.ledger = Ledger()
        self.stakes = Stakes(directory, self.ledger)

    def admit(self, market: Market, order: Order) -> RejectReason | None:
        """Why a new order may not trade, or nothing: it then holds what it may cost. Its event is still to be made."""
        if not self.ledger.is_open:
            return None
        stake, quantity = self._join(market, order), order.quantity
        price = 0 if order.price is None else order.price
        notional = self._notional(market, order) if stake.levels or order.side is _BUY else 0
        need = self._hold_of(market, order, quantity, notional)
        reason = self._refusal(market, order, stake, quantity, quantity, notional, price, True, need)
        if reason is None:
            self._count(stake, order, quantity)
            self._set_hold(stake, order, need)
        return reason

    def admit_replace(
        self, market: Market, order: Order, price: int | None, quantity: int, stop_price: int
    ) -> RejectReason | None:
        """As admit, of what a replace would make of an order; nothing is held yet, see adjust. price, stop_price:
        ticks; quantity: the new total."""
        if not self.ledger.is_open or quantity <= order.cum_quantity:
            return None
        joins = order.stake is None
        reason = self._replace_refusal(market, order, price, quantity, stop_price)
        if reason is not None and joins:
            order.stake = None
        return reason

    def matched(
        self, market: Market, price: int, traded: int, maker: Order, taker: Order, auction: bool
    ) -> OrderMatched:
        """Settles a match that the book just made; its event."""
        amount = price * traded * market.unit
        if not self.ledger.is_open:
            return _OrderMatched(price, traded, as_units(amount), order_state(maker), order_state(taker), auction)
        buyer, seller = (maker, taker) if maker.side is _BUY else (taker, maker)
        bought, sold = buyer.stake, seller.stake
        assert isinstance(bought, Stake), "an order that trades has its money"
        assert isinstance(sold, Stake), "an order that trades has its money"
        ledger, quantity = self.ledger, traded * market.lot_size
        trade(ledger, bought.quote, sold.quote, amount, buyer.order_id)
        trade(ledger, sold.base, bought.base, quantity, seller.order_id)
        buyer.held -= amount
        seller.held -= quantity
        bought.position += traded
        bought.traded += traded
        sold.position -= traded
        sold.traded += traded
        maker_fee = self._charge(maker, amount, maker.taker_rate if auction else maker.maker_rate)
        maker_released = self._settle(market, maker)
        taker_fee = self._charge(taker, amount, taker.taker_rate)
        taker_released = self._settle(market, taker)
        return _OrderMatched(
            price, traded, as_units(amount), order_state(maker), order_state(taker), auction,
            as_units(maker_fee), as_units(taker_fee), as_units(maker_released), as_units(taker_released),
        )  # fmt: skip

    def ended(self, order: Order) -> int:
        """An order is done before it is filled: what it releases."""
        stake = order.stake
        if stake is None:
            return 0
        assert isinstance(stake, Stake), "an order that trades has its money"
        self._count(stake, order, 0)
        return as_units(-self._set_hold(stake, order, 0))

    def adjust(self, market: Market, order: Order) -> int:
        """An order was changed: what it holds more than before; below zero: what it releases."""
        stake = order.stake
        if stake is None:
            return 0
        assert isinstance(stake, Stake), "an order that trades has its money"
        leaves = order.quantity - order.cum_quantity
        self._count(stake, order, leaves)
        if order.price is None and leaves and order.side is _BUY and not _waits(order):
            # What a market order to buy holds is for the whole of its way through the book.
            return 0
        notional = leaves * _ticks(order) * market.unit
        return as_units(self._set_hold(stake, order, self._hold_of(market, order, leaves, notional)))

    def trigger(self, market: Market, order: Order) -> int | None:
        """A stop is triggered: as adjust; None: its account has not enough, and nothing is held."""
        stake = order.stake
        if stake is None or order.price is not None or order.side is not _BUY:
            return 0
        assert isinstance(stake, Stake), "an order that trades has its money"
        need = self._hold_of(market, order, order.counted, self._notional(market, order))
        if need - order.held > stake.quote.available.balance:
            return None
        return as_units(self._set_hold(stake, order, need))

    def resume(self, market: Market, order: Order, leaves: int) -> None:
        """An order of a snapshot, which has its rates and what it holds."""
        stake = self.stakes.of(market, order.account)
        order.stake = stake
        self._count(stake, order, leaves)

    def _replace_refusal(
        self, market: Market, order: Order, price: int | None, quantity: int, stop_price: int
    ) -> RejectReason | None:
        stake = self._join(market, order)
        leaves = quantity - order.cum_quantity
        cost = (stop_price if price is None else price) * market.unit
        more = self._hold_of(market, order, leaves, leaves * cost) - order.held
        moved = price if price is not None and price != order.price else 0
        added = leaves - order.counted
        return self._refusal(market, order, stake, quantity, added, quantity * cost, moved, False, more)

    def _refusal(
        self,
        market: Market,
        order: Order,
        stake: Stake,
        quantity: int,
        added: int,
        notional: int,
        price: int,
        is_new: bool,
        more: int,
    ) -> RejectReason | None:
        """By limits, as in limit_refusal, then by the balance. more: to hold than now."""
        levels, is_buy, at = stake.levels, order.side is _BUY, self._clock.at
        if levels:
            reference = market.reference_price()
            reason = limit_refusal(levels, is_buy, quantity, added, notional, price, reference, is_new, at)
            if reason is not None:
                return reason
        funds = stake.quote if is_buy else stake.base
        if more > funds.available.balance:
            return _INSUFFICIENT_BALANCE
        for level in levels:
            level.count(at)
        return None

    def _join(self, market: Market, order: Order) -> Stake:
        """The stake of an order's account; the order's from now on, with the rates of this moment."""
        known = order.stake
        if known is not None:
            assert isinstance(known, Stake), "an order that trades has its money"
            return known
        stake = self.stakes.of(market, order.account)
        order.stake = stake
        order.maker_rate = stake.maker_rate
        order.taker_rate = stake.taker_rate
        return stake

    def _notional(self, market: Market, order: Order) -> int:
        """The worst that all of an order that is not in the book may trade for, smallest units of quote."""
        leaves = order.quantity - order.cum_quantity
        special = order.special
        if order.price is None and not _waits(order):
            is_for_cash = special is not None and special.terms.cash != 0
            if is_for_cash or order.side is not _BUY or not market.rules.protection_ticks:
                return sweep_notional(market, order.side, leaves, self._kept_off(order))
            return leaves * protection_price(market, order.side) * market.unit
        return leaves * _ticks(order) * market.unit

    def _hold_of(self, market: Market, order: Order, leaves: int, notional: int) -> int:
        """notional: of the leaves, the worst."""
        if order.side is not _BUY:
            return leaves * market.lot_size
        rate = order.maker_rate if order.maker_rate > order.taker_rate else order.taker_rate
        if rate <= 0:
            return notional
        return buy_hold(notional, order.fee_parts, rate)

    def _kept_off(self, order: Order) -> str | None:
        """Whose orders it does not trade with, if there are any."""
        special = order.special
        asked = special is not None and special.terms.self_trade_mode is not None
        return order.owner if asked or order.owner.partition("\0")[0] in self._modes else None

    def _set_hold(self, stake: Stake, order: Order, need: int) -> int:
        """What the order holds more than before; below zero: what it releases."""
        more = need - order.held
        if more:
            order.held = need
            hold(self.ledger, stake.quote if order.side is _BUY else stake.base, more, order.order_id)
        return more

    def _charge(self, order: Order, amount: int, rate: int) -> int:
        """What a trade costs the order, smallest units of quote."""
        if not rate:
            return 0
        parts = order.fee_parts
        order.fee_parts = after = parts + amount * rate
        charged = whole_fee(after) - whole_fee(parts)
        if charged:
            stake = order.stake
            assert isinstance(stake, Stake), "an order that trades has its money"
            is_buy = order.side is _BUY
            fee(self.ledger, stake.quote, charged, is_buy, order.order_id)
            if is_buy and charged > 0:
                order.held -= charged
        return charged

    def _settle(self, market: Market, order: Order) -> int:
        """After a trade is paid: what the order no longer needs to hold."""
        stake = order.stake
        assert isinstance(stake, Stake), "an order that trades has its money"
        leaves = order.quantity - order.cum_quantity
        self._count(stake, order, leaves)
        if order.status is _FILLED:
            need = 0
        else:
            price = order.price
            if price is None or order.side is not _BUY:
                return 0
            need = self._hold_of(market, order, leaves, leaves * price * market.unit)
        return -self._set_hold(stake, order, need)

    def _count(self, stake: Stake, order: Order, leaves: int) -> None:
        """leaves: lots that the order has open from now on."""
        before = order.counted
        if order.side is _BUY:
            stake.open_buys += leaves - before
        else:
            stake.open_sells += leaves - before
        if before == 0:
            stake.open_orders += 1 if leaves else 0
        elif leaves == 0:
            stake.open_orders -= 1
        order.counted = leaves


def as_units(number: int) -> int:
    """A number of smallest units as an event's field of type Units holds it: plain, unless it may not fit 64 bits."""
    return number if -_WORD < number < _WORD else _Amount(number)


def _waits(order: Order) -> bool:
    special = order.special
    return special is not None and special.waiting


def _ticks(order: Order) -> int:
    """The price that an order with a limit, or a stop that waits, holds for."""
    if order.price is not None:
        return order.price
    special = order.special
    return 0 if special is None else special.terms.stop_price
