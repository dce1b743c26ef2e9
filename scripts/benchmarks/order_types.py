"""The engine under what orders can do to it: every check on, a large book, cascades, sharing, bulk cancels, floods.

CPU time of applying commands and encoding their events, a command or an event at a time; the unit is the normal flow's
cost of a command in the same run.
"""

import gc
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from scripts.benchmarks.order_flow import flow_of_firms, order_flow
from scripts.benchmarks.report import Row, in_turns, median, median_ratio
from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    CancelOrder,
    CancelOrders,
    Command,
    Continue,
    EngageKillSwitch,
    ListInstrument,
    PlaceOrder,
    SetInstrumentRules,
    SetSelfTradeMode,
    SetSessionRules,
)
from venue.domain.enums import (
    Algorithm,
    Delivery,
    KillScope,
    MassCancelScope,
    OrderType,
    SelfTradeMode,
    Side,
    TimeInForce,
)
from venue.domain.rules import AllocationRule, InstrumentRules
from venue.domain.terms import Terms
from venue.engine import Engine
from venue.ops.flow import FlowRow, measure, translate
from venue.sequencer import codec
from venue.sequencer.engine_process import EngineProcess
from venue.sequencer.journal import Journal

_SYMBOL = "X"
_FLOW_ROWS = 100_000
_MANY = 10_000
_LARGE_BOOK = 1_000_000
_MIDDLE = 1_000_000
# Everything that costs an order something, set so that nothing of it steps in.
_ALL_CHECKS = InstrumentRules(
    AllocationRule(),
    protection_ticks=1_000,
    band_basis_points=9_000,
    breaker_basis_points=9_000,
    breaker_window_ns=1_000,
    halt_ns=1,
)


class Desk:
    """A fresh engine with one instrument and a few firms F0, F1 ... whose sessions and accounts are named alike."""

    def __init__(self, firms: int = 2, rules: InstrumentRules | None = None) -> None:
        self.engine = Engine()
        self.number = 0
        setup: list[Command] = [
            AddAsset(0, "bench", "BASE", 0),
            AddAsset(0, "bench", "QUOTE", 0),
            ListInstrument(0, "bench", _SYMBOL, "BASE", "QUOTE", 1, 1),
        ]
        for firm in range(firms):
            name = f"F{firm}"
            setup += [AddFirm(0, "bench", name), AddAccount(0, "bench", name, name), AddSession(0, "bench", name, name)]
        if rules is not None:
            setup.append(SetInstrumentRules(0, "bench", _SYMBOL, rules))
        for command in setup:
            assert self.engine.apply(command)

    def order(
        self,
        side: Side,
        price: int | None,
        quantity: int = 1,
        *,
        firm: int = 0,
        time_in_force: TimeInForce = TimeInForce.GTC,
        order_type: OrderType | None = None,
        terms: Terms | None = None,
    ) -> PlaceOrder:
        """The next order; its ClOrdID is C and its number."""
        self.number += 1
        kind = order_type or (OrderType.MARKET if price is None else OrderType.LIMIT)
        name = f"F{firm}"
        return PlaceOrder(
            *(self.number, name, self.number, f"C{self.number:09}", name, _SYMBOL, side, kind, time_in_force),
            *(price, quantity, Delivery.FIRST, terms),
        )

    def cancel(self, order: PlaceOrder) -> CancelOrder:
        self.number += 1
        return CancelOrder(
            *(self.number, order.session, self.number, f"C{self.number:09}", order.client_order_id, 0),
            *(_SYMBOL, order.side),
        )

    def rest(self, orders: Iterable[Command]) -> None:
        for order in orders:
            self.engine.apply(order)

    def seconds(self, commands: list[Command]) -> float:
        """CPU, to apply all of them, with what they leave unfinished, and to encode their events."""
        payloads = [codec.encode(command) for command in commands]
        commands = [codec.decode_command(payload) for payload in payloads]
        gc.collect()
        gc.disable()
        apply, encode, engine = self.engine.apply, codec.encode, self.engine
        started = time.process_time()
        for command in commands:
            encode(apply(command))
            while engine.unfinished:
                encode(apply(Continue(command.at)))
        seconds = time.process_time() - started
        gc.enable()
        return seconds


def order_type_rows(rounds: int, directory: Path) -> list[Row]:
    """directory: for journals."""
    flow = [_flow_seconds() for _ in range(rounds)]
    unit = median(flow)
    return [
        _all_checks_row(rounds),
        _large_book_row(),
        *(_bulk_row(rounds, name, command, directory) for name, command in _BULK.items()),
        *(_flood_row(name, *flood, unit) for name, flood in _FLOODS.items()),
    ]


def _flow_seconds() -> float:
    """Of one command of the normal flow."""
    rows = order_flow(_FLOW_ROWS)
    commands, _ = translate(rows, Path("order_flow"))
    return measure(rows, commands) / len(commands)


def _all_checks_row(rounds: int) -> Row:
    """The flow of 200 firms, with every check on and without rules."""
    rows = flow_of_firms(_FLOW_ROWS)
    checks: list[Command] = [SetInstrumentRules(0, "bench", "BTC/USD", _ALL_CHECKS)]
    for account in dict.fromkeys(row.account for row in rows):
        checks.append(SetSelfTradeMode(0, "bench", account, SelfTradeMode.CANCEL_RESTING))
        checks.append(SetSessionRules(0, "bench", account, True, True))
    plain, checked = _flow(rows, []), _flow(rows, checks)
    with_checks, without = in_turns(rounds, checked, plain)
    return Row(
        "price-time with every check on (CPU)",
        f"{median(with_checks):,.0f} commands/s",
        f"no rules {median(without):,.0f}/s",
        median_ratio(with_checks, without),
        0.85,
    )


def _flow(rows: list[FlowRow], rules: list[Command]) -> Callable[[], float]:
    commands, _ = translate(rows, Path("order_flow"), rules)
    return lambda: len(rows) / measure(rows, commands, rules)


def _large_book_row() -> Row:
    """Orders and cancels on a book of a million resting orders, against one of a thousand."""
    costs = []
    for resting in (_LARGE_BOOK, 1_000):
        desk, chance = Desk(), random.Random(3)
        desk.rest(_resting(desk, chance) for _ in range(resting))
        commands: list[Command] = []
        for _ in range(_MANY):
            order = _resting(desk, chance)
            commands += [order, desk.cancel(order), desk.order(Side.BUY, _MIDDLE + 1, time_in_force=TimeInForce.IOC)]
        costs.append(desk.seconds(commands) / len(commands) * 1e6)
    large, small = costs
    return Row(
        "a book of 1M orders: cost of a command", f"{large:.2f} us", f"1k {small:.2f} us", large / small, 2, True
    )


def _resting(desk: Desk, chance: random.Random) -> PlaceOrder:
    away = chance.randrange(10, 1_500)
    side = chance.choice((Side.BUY, Side.SELL))
    return desk.order(side, _MIDDLE - away if side is Side.BUY else _MIDDLE + away, 10, firm=chance.randrange(2))


def _bulk_row(rounds: int, name: str, command: Command, directory: Path) -> Row:
    """From the command's receipt to its last cancel on disk, against cancelling the same orders one by one, without a
    disk, and one fsync."""
    bulk, single = [], []
    for _ in range(rounds):
        desk, orders = _desk_of_many()
        single.append(desk.seconds([desk.cancel(order) for order in orders]) + _fsync_seconds(directory))
        desk, _ = _desk_of_many()
        bulk.append(_durable_seconds(desk.engine, command, directory))
    ours, theirs = f"{median(bulk) * 1e3:.1f} ms", f"one by one, and an fsync {median(single) * 1e3:.1f} ms"
    return Row(name, ours, theirs, median_ratio(bulk, single), 3, True)


def _desk_of_many() -> tuple[Desk, list[PlaceOrder]]:
    """A book in which firm F0 has 10,000 orders, and firm F1 ten times as many."""
    desk = Desk()
    desk.rest(desk.order(Side.BUY, _MIDDLE - 1 - number % 500, firm=1) for number in range(10 * _MANY))
    orders = [desk.order(Side.SELL, _MIDDLE + number % 500) for number in range(_MANY)]
    desk.rest(orders)
    return desk, orders


def _durable_seconds(engine: Engine, command: Command, directory: Path) -> float:
    """Wall time of the engine process for one command."""
    place = Path(tempfile.mkdtemp(dir=directory))
    # The journal begins here, so the engine counts from here too.
    engine.sequence = 0
    process = EngineProcess(Journal.open(place / "journal"), engine, place / "e.sock", place / "p.sock")
    payload = codec.encode(command)
    gc.collect()
    gc.disable()
    started = time.perf_counter()
    process.process([payload])
    seconds = time.perf_counter() - started
    gc.enable()
    process.close()
    shutil.rmtree(place)
    return seconds


def _fsync_seconds(directory: Path) -> float:
    """Of the records of such cancels."""
    path = directory / "fsync"
    with path.open("wb") as file:
        file.write(bytes(_MANY * 100))
        file.flush()
        started = time.perf_counter()
        os.fdatasync(file.fileno())
        seconds = time.perf_counter() - started
    path.unlink()
    return seconds


def _flood_row(name: str, flood: "Callable[[], tuple[float, int]]", target: float, unit: float) -> Row:
    seconds, count = flood()
    cost = seconds / count
    return Row(name, f"{cost * 1e6:.2f} us", f"normal flow {unit * 1e6:.2f} us", cost / unit, target, True)


def _cancel_storm() -> tuple[float, int]:
    desk = Desk()
    orders = [desk.order(Side.BUY, _MIDDLE - number % 50) for number in range(_MANY)]
    desk.rest(orders)
    random.Random(1).shuffle(orders)
    return desk.seconds([desk.cancel(order) for order in orders]), _MANY


def _self_trade_attempts() -> tuple[float, int]:
    desk = Desk()
    desk.engine.apply(SetSelfTradeMode(0, "bench", "F0", SelfTradeMode.CANCEL_AGGRESSING))
    desk.rest([desk.order(Side.SELL, _MIDDLE)])
    return desk.seconds([desk.order(Side.BUY, _MIDDLE) for _ in range(_MANY)]), _MANY


def _one_lot_flood() -> tuple[float, int]:
    desk = Desk()
    orders: list[Command] = [desk.order(Side.SELL, _MIDDLE) for _ in range(_MANY)]
    orders += [desk.order(Side.BUY, _MIDDLE, firm=1) for _ in range(_MANY)]
    return desk.seconds(orders), 2 * _MANY


def _price_ladder() -> tuple[float, int]:
    desk, prices = Desk(), list(range(1, 100_001))
    random.Random(2).shuffle(prices)
    return desk.seconds([desk.order(Side.BUY, price) for price in prices]), len(prices)


def _ladder_swept() -> tuple[float, int]:
    """An event each: one order takes as many levels as it may, again and again."""
    desk = Desk()
    desk.rest(desk.order(Side.SELL, _MIDDLE + step) for step in range(100_000))
    sweeps = [desk.order(Side.BUY, None, 1_000, firm=1) for _ in range(100)]
    return desk.seconds(list(sweeps)), 100_000


def _unfillable_fok() -> tuple[float, int]:
    desk = Desk()
    desk.rest(desk.order(Side.SELL, _MIDDLE + step) for step in range(1_000))
    orders = [desk.order(Side.BUY, _MIDDLE, 10, firm=1, time_in_force=TimeInForce.FOK) for _ in range(_MANY)]
    return desk.seconds(list(orders)), _MANY


def _stop_cascade() -> tuple[float, int]:
    """10,000 stops, each triggered by the trade of the one before: by stop triggered."""
    desk = Desk()
    desk.rest(desk.order(Side.SELL, _MIDDLE + step, firm=1) for step in range(_MANY + 2))
    desk.rest(
        desk.order(Side.BUY, None, order_type=OrderType.STOP, terms=Terms(stop_price=_MIDDLE + step))
        for step in range(_MANY)
    )
    return desk.seconds([desk.order(Side.BUY, _MIDDLE)]), _MANY


def _iceberg_turns() -> tuple[float, int]:
    """Two icebergs of one lot shown: by match."""
    desk = Desk()
    desk.rest(desk.order(Side.SELL, _MIDDLE, _MANY, terms=Terms(display_quantity=1)) for _ in range(2))
    return desk.seconds([desk.order(Side.BUY, _MIDDLE, _MANY // 2, firm=1) for _ in range(2)]), _MANY


def _pro_rata_level() -> tuple[float, int]:
    """A level of 10,000 orders, shared 10 times: by order that is looked at."""
    desk = Desk(rules=InstrumentRules(AllocationRule(Algorithm.TOP_PRO_RATA)))
    desk.rest(desk.order(Side.SELL, _MIDDLE, 100) for _ in range(_MANY))
    return desk.seconds([desk.order(Side.BUY, _MIDDLE, 5_000, firm=1) for _ in range(10)]), 10 * _MANY


_BULK: dict[str, Command] = {
    "mass cancel of 10k orders, to disk": CancelOrders(0, "F0", 1, "ALL", MassCancelScope.ALL),
    "kill switch on 10k orders, to disk": EngageKillSwitch(0, "bench", KillScope.FIRM, "F0"),
}
# With the most that a command may cost, in commands of the normal flow; 0: no target. A stop is two: it is triggered,
# then it trades.
_FLOODS: dict[str, tuple[Callable[[], tuple[float, int]], float]] = {
    "cancel storm": (_cancel_storm, 3),
    "self-trade attempts": (_self_trade_attempts, 3),
    "one-lot orders on one level": (_one_lot_flood, 3),
    "a price ladder of 100k levels, built": (_price_ladder, 3),
    "the same, swept: by match": (_ladder_swept, 3),
    "fill-or-kill that cannot be filled": (_unfillable_fok, 3),
    "icebergs of one lot: by match": (_iceberg_turns, 3),
    "a cascade of 10k stops: by stop": (_stop_cascade, 0),
    "a level of 10k orders shared pro rata: by order": (_pro_rata_level, 0),
}
