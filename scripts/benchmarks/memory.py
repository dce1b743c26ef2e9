"""Memory of the engine over many orders with a bounded book."""

import gc
from pathlib import Path

from venue.domain.commands import (
    AddAccount,
    AddAsset,
    AddFirm,
    AddSession,
    CancelOrder,
    Command,
    ListInstrument,
    PlaceOrder,
)
from venue.domain.enums import OrderType, Side, TimeInForce
from venue.domain.events import OrderPlaced
from venue.domain.funds_commands import CreditAccount, OpenLedger
from venue.domain.money import Amount
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


def memory_of_accounts(accounts: int = 20_000, orders: int = 200_000) -> list[tuple[str, float]]:
    """(what, bytes of resident memory for each), with the ledger open."""
    engine = Engine()
    for command in (
        *(AddAsset(0, "bench", "BASE", 0), AddAsset(0, "bench", "QUOTE", 0)),
        *(ListInstrument(0, "bench", "X", "BASE", "QUOTE", 1, 1), AddFirm(0, "bench", "F"), OpenLedger(0, "bench")),
        AddSession(0, "bench", "S", "F"),
    ):
        engine.apply(command)
    gc.collect()
    start = _resident_kb()
    for number in range(accounts):
        engine.apply(AddAccount(0, "bench", f"account-{number}", "F"))
        for asset in ("BASE", "QUOTE"):
            credit = CreditAccount(0, "bench", f"{number}-{asset}", f"account-{number}", asset, Amount(10**15))
            assert engine.apply(credit)
        order = _resting(f"first-{number}", f"account-{number}", number)
        engine.apply(order)
        engine.apply(CancelOrder(0, "S", 0, f"cancel-{number}", f"first-{number}", 0, "X", order.side))
    funded = _resident_kb()
    for number in range(orders):
        events = engine.apply(_resting(f"order-{number}", f"account-{number % accounts}", number))
        assert isinstance(events[0], OrderPlaced), events
    rests = _resident_kb()
    return [
        (
            "an account with two funded assets and one closed order",
            (funded - start) * 1024 / accounts,
        ),
        ("a resting order", (rests - funded) * 1024 / orders),
    ]


def _resting(client_order_id: str, account: str, number: int) -> PlaceOrder:
    side, price = (Side.BUY, 1_000) if number % 2 else (Side.SELL, 2_000)
    return PlaceOrder(
        *(0, "S", 0, client_order_id, account, "X", side, OrderType.LIMIT, TimeInForce.GTC, price + number % 500, 10)
    )


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
