"""Orders, markets, and lists of all there is."""

from dataclasses import dataclass, field

from venue.domain.enums import (
    AccountState,
    Bucket,
    KillScope,
    LimitScope,
    OrderStatus,
    OrderType,
    Phase,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.events import Event, OrderState
from venue.domain.funds import FeeRates, RiskLimits
from venue.domain.reference import Account, Asset, Instrument
from venue.domain.rules import PRICE_TIME, InstrumentRules
from venue.domain.terms import NO_TERMS, SpecialState, Terms

OPEN = (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED)
STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)


@dataclass(eq=False)
class NaiveOrder:
    """charges: amount and rate of every execution since the ledger opened. held: what the events so far say.

    rates: None until it is accepted with the ledger open.
    """

    order_id: int
    session: str
    client_order_id: str
    account: str
    symbol: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    price: int | None
    quantity: int
    terms: Terms = NO_TERMS
    status: OrderStatus = OrderStatus.NEW
    fills: list[tuple[int, int]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    arrival: int = 0
    hidden: int = 0
    waiting: bool = False
    carried: tuple[int, int] | None = None
    rates: FeeRates | None = None
    charges: list[tuple[int, int]] = field(default_factory=list)
    held: int = 0

    @property
    def cum(self) -> int:
        return sum(quantity for _, quantity in self.fills)

    @property
    def notional(self) -> int:
        return sum(price * quantity for price, quantity in self.fills)

    @property
    def leaves(self) -> int:
        return self.quantity - self.cum

    @property
    def displayed(self) -> int:
        return self.leaves - self.hidden

    @property
    def is_market(self) -> bool:
        """Without a limit of its own. One that came to rest at its protection price has one since."""
        return self.order_type in (OrderType.MARKET, OrderType.STOP) and self.price is None

    def special(self) -> SpecialState | None:
        if self.terms == NO_TERMS and self.carried is None:
            return None
        return SpecialState(self.terms, self.hidden, self.waiting, *(self.carried or (0, 0)))

    def state(self) -> OrderState:
        return OrderState(
            self.order_id, self.session, self.client_order_id, self.account, self.symbol, self.side, self.order_type,
            self.time_in_force, self.price, self.quantity, self.cum, self.notional, self.status, self.special(),
        )  # fmt: skip


@dataclass
class NaiveMarket:
    """trades: time and price of every one; watched: those that its breaker has seen.

    until: when the breaker's halt is over; 0: no such halt.
    """

    instrument: Instrument
    rules: InstrumentRules = PRICE_TIME
    phase: Phase = Phase.OPEN
    until: int = 0
    trades: list[tuple[int, int]] = field(default_factory=list)
    watched: list[tuple[int, int]] = field(default_factory=list)
    top: dict[Side, NaiveOrder | None] = field(default_factory=lambda: dict.fromkeys(Side))

    @property
    def last_price(self) -> int | None:
        return self.trades[-1][1] if self.trades else None

    @property
    def reference_price(self) -> int:
        """0: unknown."""
        return self.last_price or self.rules.reference_price


@dataclass(frozen=True)
class NaiveExecution:
    """One side of a match since the ledger opened. day: how many days had ended."""

    firm: str
    account: str
    symbol: str
    side: Side
    quantity: int
    day: int


@dataclass
class NaiveCredit:
    """account: whose it is by now, "" for nobody's."""

    transfer_id: str
    account: str
    asset: str
    amount: int
    reversed: bool = False


@dataclass
class NaiveWithdrawal:
    transfer_id: str
    account: str
    asset: str
    amount: int
    done: bool = False


class NaiveState:
    """open: orders that rest or wait, in no particular order; closed: in order of closing.

    rates, risk_limits: as they were set. accepted: of the orders that a limit of orders per second counted, when they
    came and how long each takes to drain.
    transfers: of every request that moved funds, what it asked and its record, by id. done: ids of those not under way,
    in the order in which that came to be: withdrawals once settled or released, credits once they have an owner.
    """

    def __init__(
        self, *, max_closed: int, max_requests: int, max_orderless: int, max_matches: int, max_transfers: int = 100_000
    ) -> None:
        self.limits = (max_closed, max_requests, max_orderless)
        self.max_transfers = max_transfers
        self.max_matches = max_matches
        self.sequence = 0
        self.now = 0
        self.events: list[Event] = []
        self.assets: dict[str, Asset] = {}
        self.markets: dict[str, NaiveMarket] = {}
        self.firms: list[str] = []
        self.accounts: list[Account] = []
        self.firm_of: dict[str, str] = {}
        self.message_sequences: dict[str, int] = {}
        self.modes: dict[str, SelfTradeMode] = {}
        self.session_rules: dict[str, tuple[bool, bool]] = {}
        self.kills: list[tuple[KillScope, str]] = []
        self.last_day = ""
        self.open: list[NaiveOrder] = []
        self.closed: list[NaiveOrder] = []
        self.cascade: list[NaiveOrder] = []
        self.orderless: list[tuple[str, str]] = []
        self.used: set[tuple[str, str]] = set()
        self.arrivals = 0
        self.ledger_open = False
        self.blocked = False
        self.suspended: list[str] = []
        self.balances: dict[tuple[str, Bucket, str], int] = {}
        self.transfers: dict[str, tuple[object, int]] = {}
        self.done: list[str] = []
        self.credits: list[NaiveCredit] = []
        self.withdrawals: list[NaiveWithdrawal] = []
        self.rates: dict[tuple[str, str], FeeRates] = {}
        self.tiers: dict[str, str] = {}
        self.risk_limits: dict[tuple[LimitScope, str, str], RiskLimits] = {}
        self.accepted: dict[tuple[LimitScope, str, str], list[tuple[int, int]]] = {}
        self.executions: list[NaiveExecution] = []
        self.days = 0

    def emit(self, event: Event) -> None:
        self.events.append(event)

    # -- what orders there are

    def book(self, symbol: str, side: Side) -> list[NaiveOrder]:
        """The orders that rest on a side, best first."""
        orders = [o for o in self.open if o.symbol == symbol and o.side is side and not o.waiting]
        return sorted(orders, key=lambda o: (priority(side, o.price), o.arrival))

    def stops(self, symbol: str) -> list[NaiveOrder]:
        return [o for o in self.open if o.symbol == symbol and o.waiting]

    def by_id(self) -> list[NaiveOrder]:
        """All open orders, oldest first."""
        return sorted(self.open, key=lambda o: o.order_id)

    def owner(self, order: NaiveOrder) -> tuple[str, str]:
        return self.firm_of[order.session], order.terms.self_trade_group

    def mode(self, order: NaiveOrder) -> SelfTradeMode | None:
        return order.terms.self_trade_mode or self.modes.get(self.firm_of[order.session])

    def is_own(self, taker: NaiveOrder, maker: NaiveOrder) -> bool:
        """Whether the two may not trade with each other."""
        return self.mode(taker) is not None and self.owner(taker) == self.owner(maker)

    def accounts_of(self, session: str) -> list[str]:
        return [account.name for account in self.accounts if account.firm == self.firm_of[session]]

    # -- what they have

    def balance(self, owner: str, bucket: Bucket, asset: str) -> int:
        return self.balances.get((owner, bucket, asset), 0)

    def move(self, asset: str, amount: int, debit: tuple[str, Bucket], credit: tuple[str, Bucket]) -> None:
        """From one account to the other; below zero: the other way."""
        self.balances[*debit, asset] = self.balance(*debit, asset) - amount
        self.balances[*credit, asset] = self.balance(*credit, asset) + amount

    def state_of(self, account: str) -> AccountState:
        return AccountState.SUSPENDED if account in self.suspended else AccountState.ACTIVE

    # -- what becomes of them

    def take_place(self, order: NaiveOrder) -> None:
        """At the back of its queue."""
        self.arrivals += 1
        order.arrival = self.arrivals
        if order not in self.open:
            self.open.append(order)

    def lose_top(self, order: NaiveOrder) -> None:
        top = self.markets[order.symbol].top
        if top[order.side] is order:
            top[order.side] = None

    def take_out(self, order: NaiveOrder) -> None:
        if order in self.open:
            self.open.remove(order)
            self.lose_top(order)
        order.hidden = 0

    def close(self, order: NaiveOrder, status: OrderStatus) -> None:
        self.take_out(order)
        order.waiting = False
        order.status = status
        self.closed.append(order)
        if len(self.closed) > self.limits[0]:
            oldest = self.closed.pop(0)
            self.used.update((oldest.session, name) for name in (oldest.client_order_id, *oldest.requests))

    # -- which ClOrdIDs are known

    def known(self) -> list[NaiveOrder]:
        return self.open + self.closed

    def find(self, session: str, client_order_id: str) -> NaiveOrder | None:
        for order in self.known():
            if order.session == session and client_order_id in (order.client_order_id, *order.requests):
                return order
        return None

    def is_used(self, session: str, client_order_id: str) -> bool:
        key = (session, client_order_id)
        return self.find(*key) is not None or key in self.orderless or key in self.used

    def keep(self, order: NaiveOrder, client_order_id: str) -> None:
        order.requests.append(client_order_id)
        if len(order.requests) > self.limits[1]:
            self.used.add((order.session, order.requests.pop(0)))

    def keep_orderless(self, session: str, client_order_id: str) -> None:
        self.orderless.append((session, client_order_id))
        if len(self.orderless) > self.limits[2]:
            self.used.add(self.orderless.pop(0))


def priority(side: Side, price: int) -> int:
    """The smaller, the better."""
    return -price if side is Side.BUY else price


def other(side: Side) -> Side:
    return Side.SELL if side is Side.BUY else Side.BUY


def is_within(side: Side, limit: int | None, price: int) -> bool:
    """Whether an order of this side with this limit trades at this price."""
    return limit is None or (price <= limit if side is Side.BUY else price >= limit)


def is_good_id(text: str) -> bool:
    return 1 <= len(text) <= 36 and all(" " <= c <= "~" for c in text) and text.strip() == text
