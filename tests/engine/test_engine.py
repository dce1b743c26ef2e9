"""The engine as a state machine, and what a book does at its corners."""

import typing

import msgspec
import pytest

from tests.engine.trading import CANCELED, FIRST_ORDER_ID, FOK, IOC, SELL, SETUP, cancel, place, replace, trading_engine
from venue.domain.commands import Command, LogOffSession, LogOnSession
from venue.domain.enums import CancelReason, TimeInForce
from venue.domain.events import (
    CancelRejected,
    Event,
    OrderCancelled,
    OrderMatched,
    OrderPlaced,
    SessionLoggedOff,
    SessionLoggedOn,
)
from venue.domain.money import Amount
from venue.engine import Engine, execution
from venue.engine.snapshot import SNAPSHOT_VERSION, UnknownSnapshotVersion


def matches(events: list[Event]) -> list[tuple[int, int, str, str]]:
    """price, quantity, maker, taker"""
    return [
        (event.price, event.quantity, event.maker.client_order_id, event.taker.client_order_id)
        for event in events
        if isinstance(event, OrderMatched)
    ]


def engine_with(*commands: Command) -> Engine:
    engine = trading_engine()
    for command in commands:
        engine.apply(command)
    return engine


def test_every_command_has_a_handler() -> None:
    assert set(Engine()._handlers) == set(typing.get_args(Command))


def test_every_command_counts_and_identical_reference_data_is_no_event() -> None:
    engine = trading_engine()
    for command in SETUP:
        assert engine.apply(command) == []
    assert engine.sequence == 2 * len(SETUP)
    assert engine.apply(place("X"))[0].order_id == 2 * len(SETUP) + 1


def test_message_sequence_is_the_highest_since_the_last_reset() -> None:
    engine = trading_engine()

    def message_sequence() -> int:
        return engine.reference().sessions[0].message_sequence

    engine.apply(LogOnSession(1, "A1", 500_000, False))
    assert message_sequence() == 0
    engine.apply(LogOnSession(1, "A1", 500_000, True))
    engine.apply(cancel("c", "x"))
    assert message_sequence() == 500_000
    assert engine.apply(LogOnSession(1, "A1", 1, True)) == [SessionLoggedOn("A1")]
    assert message_sequence() == 1
    assert engine.apply(LogOffSession(1, "A1")) == [SessionLoggedOff("A1")]
    assert engine.apply(LogOffSession(1, "??")) == []


def test_cancel_from_the_middle_of_a_queue_then_sweep() -> None:
    engine = engine_with(*(place(name, SELL, 100, 5) for name in "abcde"))
    engine.apply(cancel("x1", "c", SELL))
    engine.apply(cancel("x2", "a", SELL))
    events = engine.apply(place("t", price=100, quantity=20))
    assert matches(events) == [(100, 5, "b", "t"), (100, 5, "d", "t"), (100, 5, "e", "t")]


def test_ioc_over_several_levels_and_cancels_the_rest() -> None:
    engine = engine_with(place("a", SELL, 100, 5), place("b", SELL, 101, 5), place("c", SELL, 103, 5))
    events = engine.apply(place("t", price=102, quantity=20, time_in_force=IOC))
    assert matches(events) == [(100, 5, "a", "t"), (101, 5, "b", "t")]
    assert isinstance(events[-1], OrderCancelled)
    assert events[-1].reason is CancelReason.IMMEDIATE_OR_CANCEL


@pytest.mark.parametrize(("side", "maker_price", "taker_price"), [("2", 100, 105), ("1", 105, 100)])
def test_the_taker_gets_the_makers_price(side: str, maker_price: int, taker_price: int) -> None:
    maker = SELL if side == "2" else type(SELL)("1")
    taker = type(SELL)("1") if side == "2" else SELL
    engine = engine_with(place("m", maker, maker_price, 5))
    assert matches(engine.apply(place("t", taker, taker_price, 5))) == [(maker_price, 5, "m", "t")]


def test_a_replace_into_the_cross_matches_after_it_is_replaced() -> None:
    engine = engine_with(place("s", SELL, 105, 5), place("b", price=100, quantity=8))
    events = engine.apply(replace("b2", "b", 8, price=106))
    assert [type(event).__name__ for event in events] == ["OrderReplaced", "OrderMatched"]
    assert matches(events) == [(105, 5, "s", "b2")]
    assert matches(engine.apply(place("s2", SELL, 106, 3))) == [(106, 3, "b2", "s2")]


@pytest.mark.parametrize(
    ("quantity", "price", "first"), [(4, 100, "a2"), (5, 100, "a2"), (6, 100, "b"), (4, 99, "b"), (4, 101, "a2")]
)
def test_only_less_quantity_at_the_same_price_keeps_its_place(quantity: int, price: int, first: str) -> None:
    engine = engine_with(place("a", quantity=5), place("b", quantity=5))
    engine.apply(replace("a2", "a", quantity, price))
    assert matches(engine.apply(place("t", SELL, 99, 1)))[0][2] == first


def test_a_stale_cancel_after_a_full_fill_and_an_id_used_again() -> None:
    engine = engine_with(place("a", quantity=5), place("t", SELL, 100, 5))
    (event,) = engine.apply(cancel("x", "a"))
    assert isinstance(event, CancelRejected)
    assert engine.apply(place("a"))[0].reason.name == "DUPLICATE_CLIENT_ORDER_ID"


def test_the_residue_of_a_sweep_becomes_the_best() -> None:
    engine = engine_with(place("a", SELL, 100, 5), place("b", price=98, quantity=5))
    assert matches(engine.apply(place("t", price=101, quantity=9))) == [(100, 5, "a", "t")]
    assert matches(engine.apply(place("s", SELL, 98, 9))) == [(101, 4, "t", "s"), (98, 5, "b", "s")]


@pytest.mark.parametrize(("quantity", "filled"), [(10, True), (11, False)])
def test_fok_at_the_exact_boundary_of_two_levels(quantity: int, filled: bool) -> None:
    engine = engine_with(place("a", SELL, 100, 4), place("b", SELL, 101, 6), place("c", SELL, 102, 9))
    events = engine.apply(place("t", price=101, quantity=quantity, time_in_force=FOK))
    assert matches(events) == ([(100, 4, "a", "t"), (101, 6, "b", "t")] if filled else [])


def test_a_market_order_never_rests() -> None:
    engine = engine_with(place("a", SELL, 100, 4))
    events = engine.apply(place("t", price=None, quantity=5))
    assert matches(events) == [(100, 4, "a", "t")]
    assert isinstance(events[-1], OrderCancelled)
    assert (events[-1].reason, events[-1].order.status) == (CancelReason.NO_LIQUIDITY, CANCELED)
    assert matches(engine.apply(place("s", SELL, 1, 1))) == []


def test_amounts_beyond_64_bits_are_exact() -> None:
    engine = engine_with(place("a", SELL, 10**9, 9 * 10**9, symbol="ETH/USD"))
    (match,) = engine.apply(place("b", price=10**9, quantity=9 * 10**9, symbol="ETH/USD"))[1:]
    assert match.amount == Amount(9 * 10**18)


def test_deep_queue_with_scattered_cancels() -> None:
    names = [f"o{number}" for number in range(300)]
    engine = engine_with(*(place(name, SELL, 100, 1) for name in names))
    gone = [name for number, name in enumerate(names) if number % 3 == 0 or 100 < number < 150]
    for name in gone:
        engine.apply(cancel(f"x{name}", name, SELL))
    left = [name for name in names if name not in gone]
    assert [match[2] for match in matches(engine.apply(place("t", quantity=300)))] == left


def test_a_snapshot_of_another_version_is_refused() -> None:
    version, *state = msgspec.msgpack.decode(Engine().snapshot())
    assert version == SNAPSHOT_VERSION
    with pytest.raises(UnknownSnapshotVersion, match="version 1"):
        Engine.restore(msgspec.msgpack.encode([1, *state]))


def test_two_engines_with_the_same_commands_have_the_same_hash() -> None:
    one, other = engine_with(place("a"), place("b", SELL)), engine_with(place("a"), place("b", SELL))
    one.apply(cancel("c", "a"))
    assert FIRST_ORDER_ID == 14
    assert one.state_hash() != other.state_hash()


def test_a_request_that_would_match_too_many_orders_has_its_remainder_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(execution, "MAX_MATCHES_PER_REQUEST", 2)
    engine = trading_engine()
    for number in range(3):
        engine.apply(place(f"s{number}", SELL, 100, 1, session="B1", account="acc-b1"))
    placed, first, second, cancelled = engine.apply(place("X", quantity=3))
    assert isinstance(placed, OrderPlaced)
    assert isinstance(first, OrderMatched)
    assert isinstance(second, OrderMatched)
    assert isinstance(cancelled, OrderCancelled)
    assert (cancelled.reason, cancelled.order.cum_quantity) == (CancelReason.TOO_MANY_MATCHES, 2)
    killed = engine.apply(place("Y", quantity=1, time_in_force=TimeInForce.FOK))
    assert len(killed) == 2, "one match is not too many"
