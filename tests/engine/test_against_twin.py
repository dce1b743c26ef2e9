"""The engine against its slow twin, over seeded streams of every kind of command; until the engine knows them all, the
twin alone against its laws.
"""

import gc
import os

import pytest
from hypothesis import seed as with_seed
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.engine.all_commands import MILLISECOND, MORE_SETUP, AllCommands
from tests.engine.chunks import Chunked
from tests.engine.pair import Pair, run_both, twin
from tests.engine.random_rules import random_rules
from tests.engine.trading import SETUP, SYMBOL
from venue.domain.commands import CancelOrder, EngageKillSwitch, PassTime, PlaceOrder, SetInstrumentRules, SetPhase
from venue.domain.enums import Delivery, KillScope, OrderType, Phase, SelfTradeMode, Side, TimeInForce
from venue.domain.terms import Terms
from venue.engine import Engine, execution, known_orders

SEED = int(os.environ.get("VENUE_TEST_SEED", "20240607"))
STEPS = int(os.environ.get("VENUE_TEST_STEPS", "800"))
# Where the engine reads how many events one command may give.
MAX_EVENTS = "venue.engine.bulk.MAX_EVENTS_PER_COMMAND"


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_orders, "MAX_CLOSED_ORDERS", 20)
    monkeypatch.setattr(execution, "MAX_MATCHES_PER_REQUEST", 3)
    monkeypatch.setattr(known_orders, "MAX_REQUEST_IDS_PER_ORDER", 3)
    monkeypatch.setattr(known_orders, "MAX_ORDERLESS_REQUESTS", 4)


def run(seed: int, *, restores: bool = False, conserved: bool = False) -> None:
    run_both(AllCommands(seed), STEPS, f"seed {seed}", restores=restores, conserved=conserved)


@pytest.mark.parametrize("seed", range(SEED, SEED + 6))
def test_same_events_and_orders_as_the_twin(seed: int) -> None:
    """Nothing leaves the windows: every rule but eviction."""
    run(seed, conserved=True)


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("seed", range(SEED, SEED + 4))
def test_same_events_as_the_twin_while_orders_are_forgotten(seed: int) -> None:
    run(seed)


@pytest.mark.parametrize("seed", range(SEED, SEED + 4))
def test_same_events_as_the_twin_after_every_restore(seed: int) -> None:
    run(seed, restores=True, conserved=True)


@pytest.mark.parametrize("max_events", [1, 2, 5])
@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
def test_work_in_chunks_gives_the_same_events(seed: int, max_events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restored, too, between commands."""
    monkeypatch.setattr(MAX_EVENTS, max_events)
    run(seed, restores=True, conserved=True)


@pytest.mark.parametrize("max_events", [1, 3])
def test_an_engine_restored_amid_unfinished_work_goes_on_with_it(
    max_events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MAX_EVENTS, max_events)
    engine, commands = Engine(), AllCommands(SEED)
    for command in [*SETUP, *MORE_SETUP]:
        engine.apply(command)
    amid = 0
    for step in range(STEPS):
        engine.apply(commands.next())
        if engine.unfinished:
            amid += 1
            restored = Engine.restore(engine.snapshot())
            assert restored.state_hash() == engine.state_hash(), f"seed {SEED}, step {step}"
            assert restored.unfinished
            command = commands.next()
            assert restored.apply(command) == engine.apply(command), f"seed {SEED}, step {step}: {command}"
            engine = restored
        Chunked(engine).apply(PassTime(commands.at, "clock"))
    assert amid > 20, "the test must meet unfinished work"


@pytest.mark.usefixtures("small_windows")
def test_nothing_is_left_of_closed_orders() -> None:
    """Once all orders are cancelled, no more of them can be reached than the window of closed orders holds."""
    engine, commands = Chunked(Engine()), AllCommands(SEED)
    for command in [*SETUP, *MORE_SETUP]:
        engine.apply(command)
    for _ in range(STEPS):
        engine.apply(commands.next())
    engine.apply(EngageKillSwitch(commands.at, "op", KillScope.VENUE, ""))
    assert len(reachable_orders(engine.engine)) <= 20


def reachable_orders(engine: Engine) -> list[object]:
    seen: dict[int, object] = {}
    found, pending = [], [engine]
    while pending:
        thing = pending.pop()
        if id(thing) in seen or isinstance(thing, type) or type(thing).__name__ in ("module", "function"):
            continue
        seen[id(thing)] = thing
        if type(thing).__name__ == "Order":
            found.append(thing)
        pending.extend(gc.get_referents(thing))
    return found


small = st.integers(1, 8)


class BothMachines(RuleBasedStateMachine):
    """Few prices and small quantities, so that what fails shrinks to a few commands."""

    def __init__(self) -> None:
        super().__init__()
        print(f"VENUE_TEST_SEED={SEED}")
        self.pair = Pair(twin(), f"seed {SEED}")
        self.at = 2
        self.names: list[PlaceOrder] = []
        self.others = AllCommands(SEED)

    @rule(
        side=st.sampled_from(Side), price=st.integers(97, 103), quantity=small, order_type=st.sampled_from(OrderType),
        time_in_force=st.sampled_from(TimeInForce), session=st.sampled_from(["A1", "A2", "B1"]),
        stop_price=st.integers(97, 103), display=st.integers(0, 3), minimum=st.sampled_from([0, 0, 0, 2]),
        post_only=st.booleans(), mode=st.sampled_from([None, None, *SelfTradeMode]), halt=st.booleans(),
    )  # fmt: skip
    def place(
        self, side: Side, price: int, quantity: int, order_type: OrderType, time_in_force: TimeInForce, session: str,
        stop_price: int, display: int, minimum: int, post_only: bool, mode: SelfTradeMode | None, halt: bool,
    ) -> None:  # fmt: skip
        priced = order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        terms = Terms(
            stop_price=stop_price if order_type in (OrderType.STOP, OrderType.STOP_LIMIT) else 0,
            expires_at=self.at + 20 * MILLISECOND if time_in_force is TimeInForce.GTD else 0,
            display_quantity=display if priced and time_in_force not in (TimeInForce.IOC, TimeInForce.FOK) else 0,
            min_quantity=0 if post_only else min(minimum, quantity),
            post_only=post_only and order_type is OrderType.LIMIT,
            cancel_on_halt=halt,
            self_trade_mode=mode,
        )
        account = "acc-b1" if session == "B1" else ""
        command = PlaceOrder(
            self.at, session, 1, f"n{len(self.names)}", account, SYMBOL, side, order_type, time_in_force,
            price if priced else None, quantity, Delivery.FIRST, terms,
        )  # fmt: skip
        self.names.append(command)
        self.others.placed.append(command)
        self.pair.apply(command)

    @rule(back=st.integers(1, 6))
    def cancel(self, back: int) -> None:
        if len(self.names) >= back:
            order = self.names[-back]
            name = f"c{self.pair.steps}"
            self.pair.apply(
                CancelOrder(self.at, order.session, 1, name, order.client_order_id, 0, order.symbol, order.side)
            )

    @rule(phase=st.sampled_from([Phase.OPEN, Phase.OPEN, *Phase]))
    def set_phase(self, phase: Phase) -> None:
        self.pair.apply(SetPhase(self.at, "op", SYMBOL, phase))

    @rule(number=st.integers(0, 10_000))
    def set_rules(self, number: int) -> None:
        self.others.random.seed(number)
        self.pair.apply(SetInstrumentRules(self.at, "op", SYMBOL, random_rules(self.others.random, 100)))

    @rule(milliseconds=st.integers(0, 40))
    def pass_time(self, milliseconds: int) -> None:
        self.at += milliseconds * MILLISECOND
        self.pair.apply(PassTime(self.at, "clock"))

    @rule(number=st.integers(0, 10_000), kind=st.sampled_from(["replace", "many", "operate", "clock", "ask", "refuse"]))
    def other(self, number: int, kind: str) -> None:
        self.others.random.seed(number)
        self.others.at, self.others.number = self.at, 1_000 + self.pair.steps
        self.pair.apply(getattr(self.others, kind)())
        self.at = self.others.at

    @invariant()
    def reference_is_the_same(self) -> None:
        self.pair.compare_reference()

    def teardown(self) -> None:
        self.pair.finish(self.at, conserved=True)


BothMachines.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None, database=None)
TestBothMachines = with_seed(SEED)(BothMachines.TestCase)
