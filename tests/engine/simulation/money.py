"""Laws of money that can be checked from the events alone, each order in constant time; now and then all balances."""

from tests.engine.posted import Posted, balances_of
from tests.engine.simulation.laws import ORDER_EVENTS
from venue.domain.commands import Command
from venue.domain.enums import Bucket, Side
from venue.domain.events import (
    AccountAdded,
    Event,
    OrderCancelled,
    OrderDoneForDay,
    OrderExpired,
    OrderMatched,
    OrderPlaced,
    OrderState,
    placed_order,
)
from venue.domain.funds import NO_FEES, FeeRates, Transfer
from venue.domain.funds_events import FeesSet, FirmTierSet
from venue.engine import Engine

FIRMS = (Bucket.AVAILABLE, Bucket.HELD, Bucket.PENDING)
ENDS = (OrderCancelled, OrderDoneForDay, OrderExpired)
MILLION = 1_000_000


class Held:
    """Of one order. parts: millionths of a unit that its trades cost so far."""

    __slots__ = ("amount", "parts", "rates")

    def __init__(self, rates: FeeRates) -> None:
        self.amount = 0
        self.parts = 0
        self.rates = rates


class MoneyLaws:
    """orders: all since the ledger opened; open: the last state of those that are open."""

    def __init__(self) -> None:
        self.posted = Posted()
        self.firm_of: dict[str, str] = {}
        self.tiers: dict[str, str] = {}
        self.rates: dict[tuple[str, str], FeeRates] = {}
        self.orders: dict[int, Held] = {}
        self.open: dict[int, OrderState] = {}

    def check(self, command: Command, events: list[Event]) -> int:
        """How many transfers there were."""
        self.posted.post(command, events)
        for event in events:
            if isinstance(event, AccountAdded):
                self.firm_of[event.account.name] = event.account.firm
            elif isinstance(event, FeesSet):
                self.rates[event.tier, event.symbol] = event.rates
            elif isinstance(event, FirmTierSet):
                self.tiers[event.firm] = event.tier
            elif self.posted.ledger.is_open:
                self.order_event(command, event)
        for row in self.posted.rows:
            self.not_below_zero(row)
        return len(self.posted.rows)

    def order_event(self, command: Command, event: Event) -> None:
        if isinstance(event, OrderPlaced):
            self.change(placed_order(command, event), event.held)
        elif isinstance(event, OrderMatched):
            maker, taker = self.of(event.maker), self.of(event.taker)
            rate = maker.rates.taker if event.auction else maker.rates.maker
            self.trade(event, event.maker, rate, event.maker_fee, event.maker_released)
            self.trade(event, event.taker, taker.rates.taker, event.taker_fee, event.taker_released)
        elif isinstance(event, ENDS):
            self.change(event.order, -event.released)
        elif isinstance(event, ORDER_EVENTS):
            self.change(event.order, event.held)

    def trade(self, event: OrderMatched, order: OrderState, rate: int, fee: int, released: int) -> None:
        held = self.of(order)
        after = held.parts + event.amount * rate
        assert fee == -(-after // MILLION) + (-held.parts // MILLION), "rounded up over all trades of the order"
        held.parts = after
        if order.side is Side.BUY:
            held.amount -= event.amount + max(fee, 0)
            assert released >= min(fee, 0), "a rebate raises a hold by no more than it is"
        else:
            held.amount -= event.quantity * self.posted.ledger.instruments[order.symbol].lot_size
        assert held.amount >= 0, "paid from what is held"
        self.change(order, -released)

    def change(self, order: OrderState, more: int) -> None:
        held = self.of(order)
        held.amount += more
        if order.leaves_quantity:
            self.open[order.order_id] = order
        else:
            self.open.pop(order.order_id, None)
        need = self.need(order, held)
        assert held.amount == need if need is not None else held.amount >= 0, f"holds {held.amount}, needs {need}"

    def need(self, order: OrderState, held: Held) -> int | None:
        """None: what a buy without a limit holds depends on the book that it met."""
        instrument, leaves = self.posted.ledger.instruments[order.symbol], order.leaves_quantity
        if leaves == 0 or order.side is Side.SELL:
            return leaves * instrument.lot_size
        price = order.price
        if price is None and order.special is not None and order.special.waiting:
            price = order.special.terms.stop_price
        if price is None:
            return None
        notional = instrument.amount(price, leaves)
        most = held.parts + notional * max(held.rates.maker, held.rates.taker, 0)
        return notional - (-most // MILLION) + (-held.parts // MILLION)

    def of(self, order: OrderState) -> Held:
        """With the rates of when it was placed, or reopened after the ledger was opened."""
        held = self.orders.get(order.order_id)
        if held is None:
            tier = self.tiers.get(self.firm_of[order.account], "")
            rates = self.rates.get((tier, order.symbol)) or self.rates.get(("", order.symbol)) or NO_FEES
            held = self.orders[order.order_id] = Held(rates)
        return held

    def not_below_zero(self, row: Transfer) -> None:
        if row.debit_owner:
            funds = self.posted.ledger.funds_of(row.debit_owner, row.asset)
            least = min(funds.available.balance, funds.held.balance, funds.pending.balance)
            assert least >= 0, f"{row.debit_owner} has {least} of {row.asset}"

    def check_all(self, engine: Engine) -> None:
        """Each asset's sum, and all that is held; the engine's balances are a reader's."""
        balances = self.posted.balances()
        assert balances_of(engine._money.treasury.ledger) == balances, "the engine has what its events say"
        totals: dict[str, int] = {}
        for (_, _, asset), amount in balances.items():
            totals[asset] = totals.get(asset, 0) + amount
        assert not any(totals.values()), "debits equal credits"
        if not self.posted.ledger.is_open:
            return
        held: dict[tuple[str, str], int] = {}
        for order in self.open.values():
            instrument = self.posted.ledger.instruments[order.symbol]
            asset = instrument.quote.symbol if order.side is Side.BUY else instrument.base.symbol
            amount = held.get((order.account, asset), 0) + self.orders[order.order_id].amount
            held[order.account, asset] = amount
        of_orders = {(owner, asset): amount for (owner, bucket, asset), amount in balances.items() if bucket == "held"}
        assert of_orders == held, "held for what is open, and for nothing else"
