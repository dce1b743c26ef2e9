"""The amount of a match is exact, whether it fits 64 bits or not, and the same for every reader."""

import pytest

from tests.engine.trading import SELL
from venue.domain.commands import AddAccount, AddAsset, AddFirm, AddSession, Command, ListInstrument, PlaceOrder
from venue.domain.enums import OrderType, Side, TimeInForce
from venue.domain.events import OrderMatched
from venue.engine import Engine
from venue.sequencer import codec


def order(number: int, side: Side, price: int, quantity: int) -> Command:
    return PlaceOrder(
        *(1, "S", number, f"o{number}", "a", "X-ETH", side, OrderType.LIMIT, TimeInForce.GTC, price, quantity)
    )


@pytest.mark.parametrize(
    ("price", "quantity"), [(1, 1), (9, 10**9), (9_223_372, 10**9), (9_223_373, 10**9), (10**9, 9 * 10**9)]
)
def test_amounts_around_and_beyond_64_bits(price: int, quantity: int) -> None:
    engine = Engine()
    for command in (
        *(AddAsset(1, "o", "X", 0), AddAsset(1, "o", "ETH", 18), ListInstrument(1, "o", "X-ETH", "X", "ETH", 1000, 1)),
        *(AddFirm(1, "o", "F"), AddAccount(1, "o", "a", "F"), AddSession(1, "o", "S", "F")),
        order(1, SELL, price, quantity),
    ):
        engine.apply(command)
    events = engine.apply(order(2, Side.BUY, price, quantity))
    for matched in (events[1], codec.decode_events(codec.encode(events))[1]):
        assert isinstance(matched, OrderMatched)
        assert matched.amount == price * quantity * 1000
    assert codec.encode(codec.decode_events(codec.encode(events))) == codec.encode(events), "encoding is canonical"
