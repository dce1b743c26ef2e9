"""What the engine did with a change, for the client. Made of the change's own record alone."""

from typing import Any, TypeVar

import msgspec

from venue.domain.enums import OrderStatus
from venue.domain.events import (
    CancelRejected,
    OperatorCommandRejected,
    OrderCancelled,
    OrderMatched,
    OrderPlaced,
    OrderRejected,
    OrderState,
    OrderStatusReported,
    placed_order,
)
from venue.domain.funds_events import TransferFound
from venue.domain.reject_reason import RejectReason
from venue.projections.live import LiveModel
from venue.sequencer.codec import Record
from venue.sidecar.changes import CREATED, DONE, Answer
from venue.sidecar.problems import Code, Problem
from venue.sidecar.views import One, order_view

T = TypeVar("T")
_HELD_NO_LONGER = "What became of the request is in the history of orders and executions."


def one(status: int, position: int, item: object) -> Answer:
    return Answer(status, position, msgspec.json.encode(One(position, item)))


def placed(record: Record, model: LiveModel) -> Answer:
    """The order as it was after all that its request brought about. Raises Problem."""
    state: OrderState | None = None
    for event in record.events:
        match event:
            case OrderRejected():
                raise Problem(event.reason, event.text)
            case OrderStatusReported():
                state = _known(event)
                if state.status is OrderStatus.REJECTED:
                    raise Problem(Code.ORDER_REJECTED, "Send it with another Idempotency-Key to learn the reason.")
            case OrderPlaced():
                # Any: only its own command places an order.
                command: Any = record.command
                state = placed_order(command, event)
            case OrderMatched():
                state = next((s for s in (event.taker, event.maker) if state and s.order_id == state.order_id), state)
            case _:
                other: OrderState | None = getattr(event, "order", None)
                if state is not None and other is not None and other.order_id == state.order_id:
                    state = other
    assert state is not None, "a new order is placed, refused or told about"
    return one(CREATED, record.sequence, _view(state, model, record))


def cancelled(record: Record, model: LiveModel) -> Answer:
    """Raises Problem."""
    for event in record.events:
        match event:
            case CancelRejected():
                raise Problem(event.reason, event.text)
            case OrderCancelled() if event.client_order_id:
                return one(DONE, record.sequence, _view(event.order, model, record))
            case OrderStatusReported():
                state = _known(event)
                if state.status is not OrderStatus.CANCELED:
                    raise Problem(RejectReason.TOO_LATE)
                return one(DONE, record.sequence, _view(state, model, record))
            case _:
                pass
    raise AssertionError("a cancel request is served, refused or told about")


def funds_position(record: Record) -> int:
    """Of a change of funds that was made, now or before. Raises Problem."""
    for event in record.events:
        match event:
            case OperatorCommandRejected():
                raise Problem(event.reason, event.text)
            case TransferFound():
                return event.sequence
            case _:
                pass
    return record.sequence


def made_at(record: Record) -> int:
    """When a change of funds was made, nanoseconds since 1970 UTC; 0: before, which the record does not tell."""
    return 0 if any(isinstance(event, TransferFound) for event in record.events) else record.command.at


def _known(event: OrderStatusReported) -> OrderState:
    if event.order is None:
        raise Problem(Code.ORDER_NO_LONGER_HELD, _HELD_NO_LONGER)
    return event.order


def _view(state: OrderState, model: LiveModel, record: Record) -> object:
    """placed_at is not told where the record is not that of the order."""
    at = record.command.at
    placed_at = at if state.order_id == record.sequence else 0
    return order_view(state, model.instruments[state.symbol], placed_at, at)
