"""Memory of the engine over many orders with a bounded book."""

import gc
from pathlib import Path

from venue.domain.commands import CancelOrder, Command, PlaceOrder
from venue.domain.enums import OrderType, Side, TimeInForce
from venue.engine import Engine
from venue.ops.config import DEFAULT_CONFIG, load
from venue.sequencer import codec

_OPEN = 1_000


def memory(orders: int, every: int) -> list[tuple[int, int]]:
    """(orders so far, resident kB), with the garbage collector off, as in the engine process."""
    engine = Engine()
    for command in load(DEFAULT_CONFIG).reference_commands():
        engine.apply(command)
    found = []
    gc.collect()
    gc.disable()
    try:
        for number in range(1, orders + 1):
            codec.encode(engine.apply(_place(number)))
            if number > _OPEN:
                codec.encode(engine.apply(_cancel(number)))
            if number % every == 0:
                found.append((number, _resident_kb()))
    finally:
        gc.enable()
    return found


def _place(number: int) -> Command:
    side, price = (Side.BUY, 1_000_000) if number % 2 else (Side.SELL, 2_000_000)
    price += number % 500
    return PlaceOrder(
        *(number, "BROKER_A", number, f"memory-{number}", "A-1", "BTC-USD"),
        *(side, OrderType.LIMIT, TimeInForce.GTC, price, 10),
    )


def _cancel(number: int) -> Command:
    old = number - _OPEN
    side = Side.BUY if old % 2 else Side.SELL
    return CancelOrder(number, "BROKER_A", number, f"cancel-{old}", f"memory-{old}", 0, "BTC-USD", side)


def _resident_kb() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS in /proc/self/status")
