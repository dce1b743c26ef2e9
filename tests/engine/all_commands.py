"""Seeded streams of every kind of command: mostly sensible, never only. random_commands: the first release's."""

from dataclasses import dataclass
from random import Random

from msgspec.structs import replace as with_fields

from tests.engine.random_rules import random_rules
from tests.engine.trading import SYMBOL
from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    CancelOrder,
    CancelOrders,
    Command,
    Continue,
    EndDay,
    EngageKillSwitch,
    ListInstrument,
    LogOffSession,
    LogOnSession,
    PassTime,
    PlaceOrder,
    RefuseChange,
    RefuseOrder,
    ReleaseKillSwitch,
    ReplaceOrder,
    RequestMassStatus,
    RequestOrderStatus,
    SetInstrumentRules,
    SetPhase,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import (
    Delivery,
    KillScope,
    MassCancelScope,
    OrderType,
    Phase,
    RequestType,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS, Terms

ODD_IDS = ["", " x", "x ", "a\tb", "é", "x" * 37, "a b"]
REASONS = [RejectReason.PRICE_OFF_TICK, RejectReason.UNKNOWN_SYMBOL, RejectReason.QUANTITY_OFF_LOT]
ACCOUNTS = {"A1": ["", "acc-a"], "A2": ["", "acc-a"], "B1": ["acc-b1", "acc-b2"], "C1": ["", "acc-c"], "??": [""]}
GOOD_TILL = [TimeInForce.DAY, TimeInForce.GTC, TimeInForce.GTD]
MILLISECOND = 1_000_000
FORGOTTEN_ABOVE = 4_000
# A third firm, and a second session of the second: more owners.
MORE_SETUP: list[Command] = [
    AddFirm(1, "op", "C"),
    AddAccount(1, "op", "acc-c", "C"),
    AddSession(1, "op", "C1", "C"),
    AddSession(1, "op", "B2", "B"),
]
ACCOUNTS["B2"] = ACCOUNTS["B1"]


@dataclass(frozen=True)
class Focus:
    """What a stream has more of than others; of seeds in a row each has another.

    kinds, operators: weights, in the order that next and operate have. types, terms, times: how often an order is other
    than LIMIT, has terms, has another time in force than DAY. rules: which of random_rules.
    """

    kinds: tuple[int, ...] = (120, 12, 34, 6, 3, 2, 8, 3)
    operators: tuple[int, ...] = (14, 7, 3, 2, 1, 4, 1)
    types: float = 0.3
    terms: float = 0.6
    times: float = 0.35
    rules: str = "any"


FOCUSES = [
    Focus(),
    Focus(
        kinds=(120, 10, 30, 4, 1, 1, 2, 1),
        operators=(3, 6, 2, 1, 0, 3, 0),
        types=0.1,
        terms=0.3,
        times=0.15,
        rules="shared",
    ),
    Focus(kinds=(120, 8, 20, 4, 1, 1, 3, 4), operators=(3, 6, 2, 1, 0, 3, 0), rules="breaker"),
    Focus(kinds=(120, 8, 30, 4, 1, 1, 4, 3), operators=(6, 6, 2, 1, 0, 3, 0), types=0.7),
    Focus(kinds=(120, 10, 30, 4, 1, 2, 20, 2), operators=(30, 3, 2, 1, 0, 3, 0), types=0.2),
]


class AllCommands:
    """Few prices around a wandering middle, so that orders meet. Needs MORE_SETUP. recent: how far back requests go.

    placed: every order that was asked for; after a replace once more, as it is if the replace is accepted.
    """

    def __init__(self, seed: int, recent: int = 40) -> None:
        self.random = Random(seed)
        self.recent = recent
        self.focus = FOCUSES[seed % len(FOCUSES)]
        self.number = 0
        self.at = 2
        self.middle = 100
        self.day = 20240100
        self.placed: list[PlaceOrder] = []

    def next(self) -> Command:
        self.number += 1
        if len(self.placed) > FORGOTTEN_ABOVE:
            del self.placed[: FORGOTTEN_ABOVE // 2]
        if self.random.random() < 0.3:
            self.at += self.pick([self.random.randrange(5), self.random.randrange(200)], 0.1) * MILLISECOND
        if self.random.random() < 0.03:
            self.middle = max(20, self.middle + self.random.choice([-3, -1, 1, 3]))
        if self.number == 1:
            return self.set_rules()
        kinds = [self.place, self.cancel, self.replace, self.ask, self.refuse, self.many, self.operate, self.clock]
        (kind,) = self.random.choices(kinds, self.focus.kinds)
        return kind()

    # -- requests of sessions

    def place(self) -> PlaceOrder:
        session, side = self.session(), self.side()
        order_type = self.pick(
            [OrderType.LIMIT, OrderType.MARKET, OrderType.STOP, OrderType.STOP_LIMIT], self.focus.types
        )
        time_in_force = self.pick(list(TimeInForce), self.focus.times)
        priced = order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        if self.random.random() < 0.01:
            priced = not priced
        quantity = self.quantity()
        terms = (
            self.terms(order_type, time_in_force, side, quantity) if self.random.random() < self.focus.terms else None
        )
        if order_type in (OrderType.STOP, OrderType.STOP_LIMIT) or time_in_force is TimeInForce.GTD:
            terms = self.needed(order_type, time_in_force, side, terms or NO_TERMS)
        if terms is not None and terms.cash and self.random.random() < 0.95:
            quantity = 0
        command = PlaceOrder(
            self.at, session, self.message_sequence(), self.fresh_id(), self.account(session), self.symbol(), side,
            order_type, time_in_force, self.price(side) if priced else None, quantity, self.delivery(), terms,
        )  # fmt: skip
        self.placed.append(command)
        return command

    def terms(self, order_type: OrderType, time_in_force: TimeInForce, side: Side, quantity: int) -> Terms:
        """Any few of them, mostly where they may be."""
        roll = self.random.random
        odd = roll() < 0.02
        rests = time_in_force in GOOD_TILL and order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        minimum = self.random.randrange(1, max(2, quantity if odd else 4)) if odd or roll() < 0.15 else 0
        post_only = odd or (order_type is OrderType.LIMIT and rests and not minimum and roll() < 0.2)
        cash = odd or (order_type is OrderType.MARKET and side is Side.BUY and roll() < 0.5)
        return Terms(
            stop_price=self.price(side) if odd else 0,
            expires_at=self.expiry() if odd else 0,
            display_quantity=self.random.randrange(1, max(2, quantity // 2)) if odd or (rests and roll() < 0.4) else 0,
            min_quantity=0 if cash and not odd else minimum,
            cash=Amount(self.pick([self.random.randrange(1, 6000), -5, 10, 10**20], 0.1) if cash else 0),
            post_only=post_only,
            cancel_on_halt=roll() < 0.15,
            self_trade_group=self.pick(["", "g1", "g2"], 0.2),
            self_trade_mode=self.pick([None, *SelfTradeMode], 0.3),
        )

    def needed(self, order_type: OrderType, time_in_force: TimeInForce, side: Side, terms: Terms) -> Terms:
        """With what a stop or a GTD order must have, but for once in a while."""
        if order_type in (OrderType.STOP, OrderType.STOP_LIMIT):
            away = self.random.choice([-2, 0, 1, 1, 2, 2, 3, 5]) * (1 if side is Side.BUY else -1)
            stop_price = self.pick([self.middle + away, 0, -4, 1_000_000_001, 1], 0.04)
            terms = with_fields(terms, stop_price=stop_price)
        if time_in_force is TimeInForce.GTD:
            terms = with_fields(terms, expires_at=self.pick([self.expiry(), 0, self.at, -1], 0.04))
        return terms

    def cancel(self) -> CancelOrder:
        order, by_id, order_id = self.reference()
        return CancelOrder(
            self.at, order.session, self.message_sequence(), self.fresh_id(), by_id, order_id,
            self.pick([order.symbol, "ETH/USD"], 0.01), self.pick([order.side, *Side], 0.02), self.delivery(),
        )  # fmt: skip

    def replace(self) -> ReplaceOrder:
        order, by_id, order_id = self.reference()
        order_type = self.pick([order.order_type, *OrderType], 0.02)
        quantity = self.pick([order.quantity, self.quantity()], 0.7)
        if self.random.random() < 0.3:
            quantity = max(1, order.quantity - self.random.randrange(4))
        moved = self.pick([order.price, self.price(order.side)], 0.5)
        price = moved if order.price is not None else self.pick([None, 100], 0.02)
        terms = self.changed_terms(order, quantity) if self.random.random() < 0.5 else None
        time_in_force = self.pick([None, order.time_in_force, TimeInForce.GTC], 0.2)
        command = ReplaceOrder(
            self.at, order.session, self.message_sequence(), self.fresh_id(), by_id, order_id,
            self.pick(["", order.account, "acc-a"], 0.1), self.pick([order.symbol, "ETH/USD"], 0.01),
            self.pick([order.side, *Side], 0.01), order_type, time_in_force, price, quantity, self.delivery(), terms,
        )  # fmt: skip
        if self.random.random() < 0.8:
            after = with_fields(order, client_order_id=command.client_order_id, price=price, quantity=quantity)
            self.placed.append(after)
        return command

    def changed_terms(self, order: PlaceOrder, quantity: int) -> Terms:
        has, roll = order.terms or NO_TERMS, self.random.random
        if roll() < 0.1:
            return self.terms(order.order_type, order.time_in_force, order.side, quantity)
        stop_price = self.middle + self.random.randrange(-4, 5) if has.stop_price and roll() < 0.6 else 0
        expires_at = self.expiry() if order.time_in_force is TimeInForce.GTD and roll() < 0.6 else 0
        display = self.random.randrange(1, max(2, quantity // 2)) if has.display_quantity or roll() < 0.3 else 0
        given = has if roll() < 0.3 else NO_TERMS
        return with_fields(given, stop_price=stop_price, expires_at=expires_at, display_quantity=display)

    def ask(self) -> RequestOrderStatus | RequestMassStatus:
        order, by_id, order_id = self.reference()
        if self.random.random() < 0.6:
            return RequestOrderStatus(
                self.at, order.session, self.message_sequence(), by_id, order_id, order.symbol, order.side
            )
        return RequestMassStatus(
            self.at, self.session(), self.message_sequence(), f"m{self.number}",
            self.pick(["", SYMBOL, "NO/SUCH"], 0.3), self.pick([None, *Side], 0.3),
            self.pick(["", "acc-a", "acc-b1", "??"], 0.3),
        )  # fmt: skip

    def refuse(self) -> RefuseOrder | RefuseChange:
        order, by_id, order_id = self.reference()
        reason, text = self.random.choice(REASONS), self.pick(["", "why not"], 0.5)
        if self.random.random() < 0.5:
            return RefuseOrder(
                self.at, order.session, self.message_sequence(), self.fresh_id(), "acc", "X" * 30,
                self.pick(["1", "2", "5"], 0.9), self.pick(["1", "3", "4", "9"], 0.7),
                self.pick(["4", "6", "7"], 0.7), "1.5x", "abc", reason, text, self.delivery(),
            )  # fmt: skip
        kind = self.random.choice(list(RequestType))
        return RefuseChange(
            self.at, order.session, self.message_sequence(), kind, self.fresh_id(), by_id, order_id, reason, text,
            self.delivery(),
        )  # fmt: skip

    def many(self) -> CancelOrders | LogOffSession | LogOnSession:
        session, kind = self.session(), self.random.randrange(4)
        if kind == 0:
            return LogOffSession(self.at, session)
        if kind == 1:
            return LogOnSession(self.at, session, self.message_sequence(), self.random.random() < 0.5)
        return CancelOrders(
            self.at, session, self.message_sequence(), self.fresh_id(), self.random.choice(list(MassCancelScope)),
            self.pick([SYMBOL, "", "ETH/USD", "NO/SUCH"], 0.5), self.pick([None, *Side], 0.5),
            self.pick(["", "acc-a", "acc-b1", "acc-c"], 0.3), self.random.random() < 0.2, self.delivery(),
        )  # fmt: skip

    # -- operators and the clock

    def operate(self) -> Command:
        kinds = [self.set_phase, self.set_rules, self.set_mode, self.set_session, self.kill, self.release, self.add]
        (kind,) = self.random.choices(kinds, self.focus.operators)
        return kind()

    def set_phase(self) -> SetPhase:
        phase = self.pick([Phase.OPEN, Phase.PRE_OPEN, Phase.HALTED, Phase.PRE_OPEN, Phase.HALTED, Phase.CLOSED], 0.35)
        return SetPhase(self.at, "op", self.symbol(), phase, self.pick(["", "news"], 0.5))

    def set_rules(self) -> SetInstrumentRules:
        return SetInstrumentRules(
            self.at, "op", self.symbol(), random_rules(self.random, self.middle, self.focus.rules)
        )

    def set_mode(self) -> SetSelfTradeMode:
        mode = self.pick([None, *SelfTradeMode], 0.7)
        return SetSelfTradeMode(self.at, "op", self.pick(["A", "B", "C", "??"], 0.6), mode)

    def set_session(self) -> SetSessionRules:
        cancels, keeps = self.random.random() < 0.6, self.random.random() < 0.5
        return SetSessionRules(self.at, "op", self.session(), cancels, keeps)

    def switch(self) -> tuple[KillScope, str]:
        scope = self.random.choice(list(KillScope))
        names = {
            KillScope.SESSION: "C1",
            KillScope.ACCOUNT: "acc-b1",
            KillScope.FIRM: "C",
            KillScope.INSTRUMENT: "ETH/USD",
            KillScope.VENUE: "",
        }
        return scope, self.pick([names[scope], "??"], 0.05)

    def kill(self) -> EngageKillSwitch:
        return EngageKillSwitch(self.at, "op", *self.switch(), "enough")

    def release(self) -> ReleaseKillSwitch:
        return ReleaseKillSwitch(self.at, "op", *self.switch())

    def add(self) -> Command:
        return self.random.choice(
            [
                AddAsset(self.at, "op", f"X{self.number}", 8),
                AddFirm(self.at, "op", f"F{self.number % 7}"),
                AddAccount(self.at, "op", f"acc-{self.number % 7}", "F1"),
                AddSession(self.at, "op", f"S{self.number % 7}", "F1"),
                ListInstrument(self.at, "op", f"I{self.number % 3}", "BTC", "USD", 10_000, 10_000),
            ]
        )

    def clock(self) -> PassTime | EndDay | Continue:
        kind = self.random.randrange(8)
        if kind == 0:
            self.day += self.pick([1, 0], 0.1)
            return EndDay(self.at, "clock", self.pick([str(self.day), "2024", "2024010x"], 0.05))
        if kind == 1:
            return Continue(self.at)
        self.at += self.random.randrange(100) * MILLISECOND
        return PassTime(self.at, "clock")

    # -- parts

    def pick(self, options: list, odd: float):
        """The first one but for odd of the time."""
        return self.random.choice(options[1:]) if self.random.random() < odd else options[0]

    def message_sequence(self) -> int:
        return self.random.randrange(1, 10_000)

    def session(self) -> str:
        (session,) = self.random.choices(["A1", "A2", "B1", "B2", "C1", "??"], [30, 15, 30, 10, 15, 1])
        return session

    def account(self, session: str) -> str:
        return self.pick([self.random.choice(ACCOUNTS[session]), "acc-b1", "", "??"], 0.02)

    def reference(self) -> tuple[PlaceOrder, str, int]:
        """An order placed before, and how a request names it. Its OrderID, which is not known here, is a guess."""
        back = int(self.random.expovariate(3 / self.recent)) + 1
        order = self.placed[-back] if back <= len(self.placed) else self.place()
        roll = self.random.random()
        if roll < 0.94:
            return order, order.client_order_id, 0
        guess = 20 + self.number - self.random.randrange(self.recent)
        return (order, "", guess) if roll < 0.97 else (order, order.client_order_id, guess)

    def fresh_id(self) -> str:
        roll = self.random.random()
        if roll < 0.01:
            return self.random.choice(ODD_IDS)
        if roll < 0.04 and self.placed:
            return self.random.choice(self.placed[-self.recent :]).client_order_id
        return f"n{self.number}"

    def symbol(self) -> str:
        return self.pick([SYMBOL, SYMBOL, *["ETH/USD"] * 6, "NO/SUCH"], 0.1)

    def side(self) -> Side:
        return self.random.choice(list(Side))

    def price(self, side: Side) -> int:
        near = self.middle + self.random.choice([-2, -1, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6]) * (
            -1 if side is Side.BUY else 1
        )
        return self.pick([near, 0, -1, 1_000_000_001, 1_000_000_000, 1], 0.01)

    def quantity(self) -> int:
        size = self.random.choice([5, 12, 40])
        return self.pick([self.random.randrange(1, size), 0, -5, 9_000_000_001, 9_000_000_000], 0.01)

    def expiry(self) -> int:
        return self.at + self.random.randrange(1, 400) * MILLISECOND

    def delivery(self) -> Delivery:
        return self.pick([Delivery.FIRST, Delivery.POSSIBLE_DUPLICATE, Delivery.POSSIBLE_RESEND], 0.05)
