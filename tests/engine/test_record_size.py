"""A record has a size: the most events that a command can leave in one, each of the largest kind, still fit."""

from venue.domain import limits
from venue.domain.enums import OrderStatus, OrderType, SelfTradeMode, Side, TimeInForce
from venue.domain.events import OrderMatched, OrderState
from venue.domain.money import Amount
from venue.domain.terms import SpecialState, Terms
from venue.sequencer import codec

LARGEST = (1 << 63) - 1
NAME = "N" * limits.MAX_NAME_LENGTH


def test_the_largest_events_of_a_command_fit_into_a_record() -> None:
    terms = Terms(
        *(limits.MAX_PRICE_TICKS, LARGEST, limits.MAX_QUANTITY_LOTS, limits.MAX_QUANTITY_LOTS, Amount(10**36)),
        *(True, True, NAME, SelfTradeMode.DECREMENT),
    )
    state = OrderState(
        *(LARGEST, NAME, "C" * limits.MAX_CLIENT_ORDER_ID_LENGTH, NAME, "S" * limits.MAX_SYMBOL_LENGTH),
        *(Side.SELL, OrderType.STOP_LIMIT, TimeInForce.GTD, limits.MAX_PRICE_TICKS, limits.MAX_QUANTITY_LOTS),
        *(limits.MAX_QUANTITY_LOTS, LARGEST, OrderStatus.PARTIALLY_FILLED),
        SpecialState(terms, limits.MAX_QUANTITY_LOTS, True, limits.MAX_QUANTITY_LOTS, LARGEST),
    )
    match = OrderMatched(
        *(limits.MAX_PRICE_TICKS, limits.MAX_QUANTITY_LOTS, Amount(10**36), state, state, True),
        *(Amount(limits.MAX_AMOUNT),) * 4,
    )
    events = limits.MAX_EVENTS_PER_COMMAND + limits.MAX_MATCHES_PER_REQUEST
    command = 4 * limits.MAX_BODY_BYTES
    assert events * len(codec.encode(match)) + command <= limits.MAX_RECORD_BYTES
