"""The engine and its slow twin, side by side: every command to both, every event of both compared."""

from tests.engine.all_commands import MORE_SETUP, AllCommands
from tests.engine.chunks import Chunked
from tests.engine.invariants import Queues, check_conservation, check_matches, check_state
from tests.engine.money_laws import check_money
from tests.engine.naive import NaiveEngine
from tests.engine.posted import Posted, balances_of
from tests.engine.short import Constants
from tests.engine.trading import SETUP
from venue.domain import commands as c
from venue.domain.enums import Bucket, LimitScope, OrderType, Phase, Side, TimeInForce
from venue.domain.events import Event, OrderPlaced
from venue.domain.funds import NO_LIMITS
from venue.domain.funds_commands import CreditAccount, SetLimits
from venue.domain.limits import MAX_AMOUNT
from venue.domain.money import Amount
from venue.domain.rules import PRICE_TIME
from venue.engine import Engine, execution, known_orders, known_transfers

# More than the largest order can cost in any of the instruments.
ENOUGH = 2 * 10**36
MOST_HIDDEN = 10_000


def twin() -> NaiveEngine:
    """With the windows that the engine has now."""
    return NaiveEngine(
        max_closed=known_orders.MAX_CLOSED_ORDERS,
        max_requests=known_orders.MAX_REQUEST_IDS_PER_ORDER,
        max_orderless=known_orders.MAX_ORDERLESS_REQUESTS,
        max_matches=execution.MAX_MATCHES_PER_REQUEST,
        max_transfers=known_transfers.MAX_KNOWN_TRANSFERS,
    )


def run_both(commands: AllCommands, steps: int, where: str, *, restores: bool, conserved: bool) -> None:
    """restores: the engine is now and then another one, of its snapshot. conserved: see Pair.finish."""
    pair = Pair(twin(), where)
    for step in range(steps):
        if restores and step % 25 == 0:
            pair.restore()
        pair.apply(commands.next())
        if step % 100 == 0:
            pair.compare_open_orders(commands.at)
    pair.finish(commands.at, conserved=conserved)


def difference(events: list[Event], expected: list[Event], where: str) -> str:
    """The first event that is not the twin's."""
    at = next((i for i, pair in enumerate(zip(events, expected, strict=False)) if pair[0] != pair[1]), -1)
    if at == -1:
        at = min(len(events), len(expected))
    return (
        f"{where}\n{len(events)} events, {len(expected)} expected; {at}: {events[at : at + 1]}, {expected[at : at + 1]}"
    )


class Pair:
    """where: told with every difference."""

    def __init__(self, twin: NaiveEngine, where: str) -> None:
        self.twin = twin
        self.chunked = Chunked(Engine())
        self.posted = Posted()
        self.where = where
        self.steps = 0
        self.constants = Constants()
        for command in [*SETUP, *MORE_SETUP]:
            self.apply(command)

    def apply(self, command: c.Command) -> list[Event]:
        """Returns the events, once they are the same from both, and the laws are kept. What is due comes first, in
        records of its own, as the sequencer has it."""
        if self.chunked.engine.due <= command.at and not isinstance(command, c.PassTime):
            self._apply(c.PassTime(command.at, "clock"))
        return self._apply(command)

    def _apply(self, command: c.Command) -> list[Event]:
        self.steps += 1
        queues = Queues(self.twin)
        expected = self.twin.apply(command)
        where = f"{self.where}, step {self.steps}: {command}"
        events = self.chunked.apply(command)
        assert events == expected, difference(events, expected, where)
        for _ in range(self.chunked.continued):
            assert self.twin.apply(c.Continue(command.at)) == []
        try:
            check_state(self.twin)
            check_matches(self.twin, expected)
            queues.check(expected)
            self.constants.check(command, expected)
            check_money(self.twin)
            self.check_balances(command, events)
        except AssertionError as broken:
            raise AssertionError(f"{where}: {broken}") from broken
        return expected

    def check_balances(self, command: c.Command, events: list[Event]) -> None:
        """Three ways to the same: the twin's, the engine's, and those of a reader who posts the events."""
        self.posted.post(command, events)
        expected = {key: amount for key, amount in self.twin.balances.items() if amount}
        assert self.posted.balances() == expected
        assert balances_of(self.chunked.engine._money.treasury.ledger) == expected

    def compare_open_orders(self, at: int) -> None:
        for session in list(self.twin.firm_of):
            self.apply(c.RequestMassStatus(at, session, 0, "all"))

    def compare_orders(self, at: int) -> None:
        """Every order that the twin knows, open or closed, as status requests tell it."""
        for order in self.twin.known():
            self.apply(c.RequestOrderStatus(at, order.session, 0, "", order.order_id, order.symbol, order.side))

    def compare_reference(self) -> None:
        reference = self.chunked.engine.reference()
        assert {s.name: s.message_sequence for s in reference.sessions} == self.twin.message_sequences
        assert list(reference.firms) == self.twin.firms
        assert [i.symbol for i in reference.instruments] == list(self.twin.markets)

    def restore(self) -> None:
        """Goes on with an engine made from the snapshot of the one before."""
        engine = self.chunked.engine
        restored = Engine.restore(engine.snapshot())
        assert restored.state_hash() == engine.state_hash(), f"{self.where}, step {self.steps}"
        self.chunked = Chunked(restored)

    def sweep(self, at: int) -> None:
        """Opens everything and takes whatever rests, order by order: what stood where in each queue shows."""
        for scope, name in list(self.twin.kills):
            self.apply(c.ReleaseKillSwitch(at, "op", scope, name))
        self.apply(c.AddFirm(at, "op", "sweeper"))
        self.apply(c.AddAccount(at, "op", "acc-sweeper", "sweeper"))
        self.apply(c.AddSession(at, "op", "SWEEP", "sweeper"))
        for asset in self.twin.assets if self.twin.ledger_open else []:
            room = MAX_AMOUNT + self.twin.balance("", Bucket.CUSTODY, asset)
            amount = Amount(min(ENOUGH, room))
            self.apply(CreditAccount(at, "op", f"sweep-{asset}", "acc-sweeper", asset, amount))
        # An iceberg of a great many parts would take as many matches.
        for order in [order for order in self.twin.open if order.hidden > MOST_HIDDEN]:
            name = f"melt{self.steps}"
            melt = c.CancelOrder(at, order.session, 0, name, "", order.order_id, order.symbol, order.side)
            self.apply(melt)
        for symbol in list(self.twin.markets):
            self.apply(c.SetInstrumentRules(at, "op", symbol, PRICE_TIME))
            self.apply(c.SetPhase(at, "op", symbol, Phase.OPEN))
            self.apply(SetLimits(at, "op", LimitScope.INSTRUMENT, symbol, "", NO_LIMITS))
            for side, price in ((Side.BUY, 1_000_000_000), (Side.SELL, 1)):
                while self.twin.book(symbol, Side.SELL if side is Side.BUY else Side.BUY):
                    name = f"sweep{self.steps}"
                    sweep = c.PlaceOrder(
                        at, "SWEEP", 0, name, "", symbol, side, OrderType.LIMIT, TimeInForce.IOC, price, 9_000_000_000
                    )
                    events = self.apply(sweep)
                    assert isinstance(events[0], OrderPlaced)
                    assert len(events) > 1, "it matches or is cancelled"

    def finish(self, at: int, *, conserved: bool) -> None:
        self.compare_orders(at)
        self.compare_reference()
        if conserved:
            check_conservation(self.twin)
        self.sweep(at)
