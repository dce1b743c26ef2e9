"""Seeded streams of session commands: mostly sensible, never only."""

from random import Random

from tests.engine.trading import SYMBOL
from venue.domain.commands import (
    CancelOrder,
    Command,
    LogOffSession,
    LogOnSession,
    PlaceOrder,
    RefuseChange,
    RefuseOrder,
    ReplaceOrder,
    RequestOrderStatus,
)
from venue.domain.enums import Delivery, OrderType, RequestType, Side, TimeInForce
from venue.domain.reject_reason import RejectReason

ODD_IDS = ["", " x", "x ", "a\tb", "é", "x" * 37, "a b"]
REASONS = [RejectReason.PRICE_OFF_TICK, RejectReason.UNKNOWN_SYMBOL, RejectReason.QUANTITY_OFF_LOT]


class RandomCommands:
    """ids: how many ClOrdIDs; the fewer, the more duplicates and references that hit."""

    def __init__(self, seed: int, ids: int) -> None:
        self.random = Random(seed)
        self.ids = ids
        self.number = 0

    def next(self) -> Command:
        self.number += 1
        session, number = self.pick(["A1", "A1", "A2", "B1", "B1", "??"], 0.01), self.random.randrange(1, 10_000)
        kinds = [self.place, self.cancel, self.replace, self.status, self.refuse_order, self.refuse_change, self.log]
        (kind,) = self.random.choices(kinds, [45, 15, 25, 5, 3, 3, 1])
        return kind(session, number)

    def place(self, session: str, number: int) -> PlaceOrder:
        order_type = self.pick([OrderType.LIMIT, OrderType.MARKET], 0.1)
        price = None if order_type is OrderType.MARKET else self.price()
        if self.random.random() < 0.02:
            price = None if price else 100
        time_in_force = self.pick([TimeInForce.DAY, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK], 0.2)
        account = self.pick(["acc-b1", "acc-b2"], 0.5) if session == "B1" else self.pick(["", "acc-a", "acc-b1"], 0.03)
        return PlaceOrder(
            1, session, number, self.fresh_id(), account, self.symbol(), self.side(), order_type, time_in_force,
            price, self.quantity(), self.delivery(),
        )  # fmt: skip

    def cancel(self, session: str, number: int) -> CancelOrder:
        return CancelOrder(
            1, session, number, self.fresh_id(), *self.reference(), self.symbol(), self.side(), self.delivery()
        )

    def replace(self, session: str, number: int) -> ReplaceOrder:
        time_in_force = self.pick([None, TimeInForce.DAY, TimeInForce.GTC], 0.1)
        order_type = self.pick([OrderType.LIMIT, OrderType.MARKET], 0.02)
        price = None if order_type is OrderType.MARKET else self.price()
        return ReplaceOrder(
            1, session, number, self.fresh_id(), *self.reference(), self.pick(["", "acc-a", "acc-b1"], 0.05),
            self.symbol(), self.side(), order_type, time_in_force, price, self.quantity(), self.delivery(),
        )  # fmt: skip

    def status(self, session: str, number: int) -> RequestOrderStatus:
        return RequestOrderStatus(1, session, number, *self.reference(), SYMBOL, self.side())

    def refuse_order(self, session: str, number: int) -> RefuseOrder:
        return RefuseOrder(
            1, session, number, self.fresh_id(), "acc", "X" * 30, self.pick(["1", "2", "5"], 0.9),
            self.pick(["1", "9"], 0.5), self.pick(["4", "7"], 0.5), "1.5x", "abc", self.random.choice(REASONS),
            "why not", self.delivery(),
        )  # fmt: skip

    def refuse_change(self, session: str, number: int) -> RefuseChange:
        return RefuseChange(
            1, session, number, self.random.choice(list(RequestType)), self.fresh_id(), *self.reference(),
            self.random.choice(REASONS), self.pick(["", "why not"], 0.5), self.delivery(),
        )  # fmt: skip

    def log(self, session: str, number: int) -> Command:
        if self.random.random() < 0.5:
            return LogOffSession(1, session)
        return LogOnSession(1, session, number, self.random.random() < 0.5)

    def pick(self, options: list, odd: float):
        """The first one but for odd of the time."""
        return self.random.choice(options[1:]) if self.random.random() < odd else options[0]

    def fresh_id(self) -> str:
        roll = self.random.random()
        if roll < 0.02:
            return self.random.choice(ODD_IDS)
        return self.any_id() if roll < 0.1 else f"n{self.number}"

    def any_id(self) -> str:
        return f"n{max(1, self.number - int(self.random.expovariate(1 / self.ids)))}"

    def reference(self) -> tuple[str, int]:
        roll = self.random.random()
        order_id = 13 + max(1, self.number - int(self.random.expovariate(1 / self.ids)))
        if roll < 0.85:
            return self.any_id(), 0
        return ("", order_id) if roll < 0.93 else (self.any_id(), order_id)

    def symbol(self) -> str:
        return self.pick([SYMBOL, "ETH/USD", "NO/SUCH"], 0.03)

    def side(self) -> Side:
        return self.random.choice([Side.BUY, Side.SELL])

    def price(self) -> int:
        return self.pick([self.random.randrange(95, 106), 0, -1, 1_000_000_001, 1_000_000_000], 0.02)

    def quantity(self) -> int:
        return self.pick([self.random.randrange(1, 50), 0, -5, 9_000_000_001, 9_000_000_000], 0.02)

    def delivery(self) -> Delivery:
        return self.pick([Delivery.FIRST, Delivery.POSSIBLE_DUPLICATE, Delivery.POSSIBLE_RESEND], 0.1)
