"""The order state change matrices that a continuous matching engine can play, as whole lists of events.

Source: FIX 4.4 vol. 4. Pending states never show: every request is answered at once.
"""

from tests.engine.trading import (
    CANCELED,
    FILLED,
    FIRST_ORDER_ID,
    FOK,
    IOC,
    NEW,
    PARTIAL,
    REJECTED,
    SELL,
    cancel,
    place,
    replace,
    state,
    status,
    trading_engine,
)
from venue.domain.enums import CancelReason, Delivery, OrderStatus, RequestType
from venue.domain.events import (
    CancelRejected,
    Event,
    OrderCancelled,
    OrderMatched,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderState,
    OrderStatusReported,
)
from venue.domain.money import Amount
from venue.domain.reject_reason import RejectReason
from venue.engine import Engine

X = FIRST_ORDER_ID
REQUESTED = CancelReason.REQUESTED


def placed(order: OrderState) -> OrderPlaced:
    return OrderPlaced(order.order_id, order.account)


def with_order() -> Engine:
    """D(X): a buy of 10000 at 100."""
    engine = trading_engine()
    assert engine.apply(place("X")) == [placed(state("X", 10_000, 0, NEW))]
    return engine


def fill(engine: Engine, quantity: int) -> list[OrderState]:
    """Someone sells quantity at 100; the buyer's states after each match."""
    events = engine.apply(place(f"s{engine.sequence}", SELL, 100, quantity, session="B1", account="acc-b1"))
    matches = [event for event in events if isinstance(event, OrderMatched)]
    assert sum(match.quantity for match in matches) == quantity
    return [match.maker for match in matches]


def rejected(
    client_order_id: str,
    original: str,
    status: OrderStatus,
    reason: RejectReason,
    *,
    request: RequestType = RequestType.REPLACE,
    order_id: int = X,
) -> list[Event]:
    return [CancelRejected("A1", request, client_order_id, original, order_id, status, reason, reason.text)]


def replaced(client_order_id: str, original: str, quantity: int, cum: int, status: OrderStatus) -> list[Event]:
    return [OrderReplaced(state(client_order_id, quantity, cum, status), original)]


def test_a_1_a_filled_order() -> None:
    engine = with_order()
    assert fill(engine, 2_000) == [state("X", 10_000, 2_000, PARTIAL)]
    assert fill(engine, 1_000) == [state("X", 10_000, 3_000, PARTIAL)]
    assert fill(engine, 7_000) == [state("X", 10_000, 10_000, FILLED)]


def test_a_1_a_the_whole_list_of_a_match() -> None:
    engine = with_order()
    seller = {"side": SELL, "session": "B1", "account": "acc-b1", "order_id": X + 1}
    assert engine.apply(place("S", SELL, 99, 2_000, session="B1", account="acc-b1")) == [
        placed(state("S", 2_000, 0, NEW, price=99, **seller)),
        OrderMatched(
            100,
            2_000,
            Amount(200_000),
            state("X", 10_000, 2_000, PARTIAL),
            state("S", 2_000, 2_000, FILLED, price=99, notional=200_000, **seller),
        ),
    ]


def test_a_1_a_rejected_order() -> None:
    engine = trading_engine()
    reason = RejectReason.QUANTITY_NOT_POSITIVE
    events = engine.apply(place("X", quantity=0))
    assert events == [OrderRejected(state("X", 0, 0, REJECTED, account=""), reason, reason.text)]


def test_b_1_a_cancel_of_a_zero_filled_order() -> None:
    engine = with_order()
    assert engine.apply(cancel("Y", "X")) == [OrderCancelled(state("X", 10_000, 0, CANCELED), REQUESTED, "Y")]


def test_b_1_b_cancel_of_a_part_filled_order() -> None:
    engine = with_order()
    fill(engine, 6_000)
    (event,) = engine.apply(cancel("Y", "X"))
    assert event == OrderCancelled(state("X", 10_000, 6_000, CANCELED), REQUESTED, "Y")
    assert event.order.leaves_quantity == 0


def test_b_1_c_order_fills_before_the_cancel() -> None:
    engine = with_order()
    fill(engine, 10_000)
    expected = rejected("Y", "X", FILLED, RejectReason.TOO_LATE, request=RequestType.CANCEL)
    assert engine.apply(cancel("Y", "X")) == expected


def test_b_1_f_cancel_of_an_unknown_order_consumes_its_own_id_only() -> None:
    engine = trading_engine()
    unknown = rejected("Y", "X", REJECTED, RejectReason.UNKNOWN_ORDER, request=RequestType.CANCEL, order_id=0)
    assert engine.apply(cancel("Y", "X")) == unknown
    assert engine.apply(place("X")) == [placed(state("X", 10_000, 0, NEW, order_id=X + 1))]
    (again,) = engine.apply(place("Y"))
    assert isinstance(again, OrderRejected)
    assert again.reason is RejectReason.DUPLICATE_CLIENT_ORDER_ID


def test_c_1_a_increase_of_a_zero_filled_order() -> None:
    engine = with_order()
    assert engine.apply(replace("Y", "X", 11_000)) == replaced("Y", "X", 11_000, 0, NEW)
    assert fill(engine, 1_000) == [state("Y", 11_000, 1_000, PARTIAL)]
    assert fill(engine, 2_000) == [state("Y", 11_000, 3_000, PARTIAL)]


def test_c_1_b_increase_of_a_part_filled_order() -> None:
    engine = with_order()
    fill(engine, 1_100)
    assert engine.apply(replace("Y", "X", 12_000)) == replaced("Y", "X", 12_000, 1_100, PARTIAL)
    assert fill(engine, 10_900) == [state("Y", 12_000, 12_000, FILLED)]


def test_c_1_c_increase_of_a_filled_order_opens_it_again() -> None:
    engine = with_order()
    fill(engine, 10_000)
    assert engine.apply(replace("Y", "X", 12_000)) == replaced("Y", "X", 12_000, 10_000, PARTIAL)
    assert fill(engine, 2_000) == [state("Y", 12_000, 12_000, FILLED)]


def test_c_2_a_price_change_of_a_filled_order_is_too_late() -> None:
    engine = with_order()
    fill(engine, 10_000)
    expected = rejected("Y", "X", FILLED, RejectReason.TOO_LATE)
    assert engine.apply(replace("Y", "X", 10_000, price=101)) == expected


def test_c_3_a_decrease_above_what_is_executed() -> None:
    engine = with_order()
    fill(engine, 1_600)
    assert engine.apply(replace("Y", "X", 8_000)) == replaced("Y", "X", 8_000, 1_600, PARTIAL)
    assert fill(engine, 6_400) == [state("Y", 8_000, 8_000, FILLED)]


def test_c_3_b_decrease_to_what_is_executed_fills_the_order() -> None:
    engine = with_order()
    fill(engine, 7_000)
    assert engine.apply(replace("Y", "X", 7_000)) == replaced("Y", "X", 7_000, 7_000, FILLED)
    late = rejected("Z", "Y", FILLED, RejectReason.TOO_LATE, request=RequestType.CANCEL)
    assert engine.apply(cancel("Z", "Y")) == late


def test_c_3_c_decrease_below_what_is_executed_is_amended_to_it() -> None:
    engine = with_order()
    fill(engine, 8_000)
    assert engine.apply(replace("Y", "X", 7_000)) == replaced("Y", "X", 8_000, 8_000, FILLED)


def test_d_1_a_two_replaces() -> None:
    engine = with_order()
    fill(engine, 1_500)
    assert engine.apply(replace("Y", "X", 8_000)) == replaced("Y", "X", 8_000, 1_500, PARTIAL)
    assert fill(engine, 2_500) == [state("Y", 8_000, 4_000, PARTIAL)]
    assert engine.apply(replace("Z", "Y", 6_000)) == replaced("Z", "Y", 6_000, 4_000, PARTIAL)
    assert fill(engine, 2_000) == [state("Z", 6_000, 6_000, FILLED)]


def test_d_1_b_and_c_a_rejected_replace_is_no_link_of_the_chain() -> None:
    engine = with_order()
    fill(engine, 3_500)
    assert engine.apply(replace("Y", "X", 0)) == rejected("Y", "X", PARTIAL, RejectReason.QUANTITY_NOT_POSITIVE)
    assert engine.apply(replace("Z", "X", 6_000)) == replaced("Z", "X", 6_000, 3_500, PARTIAL)


def test_d_2_a_and_b_replaces_back_to_back() -> None:
    engine = with_order()
    fill(engine, 1_000)
    assert engine.apply(replace("Y", "X", 8_000)) == replaced("Y", "X", 8_000, 1_000, PARTIAL)
    assert engine.apply(replace("Z", "Y", 7_000)) == replaced("Z", "Y", 7_000, 1_000, PARTIAL)
    assert fill(engine, 6_000) == [state("Z", 7_000, 7_000, FILLED)]


def test_d_2_c_back_to_back_both_rejected_name_the_last_accepted_id() -> None:
    engine = with_order()
    fill(engine, 1_000)
    assert engine.apply(replace("Y", "X", 0)) == rejected("Y", "X", PARTIAL, RejectReason.QUANTITY_NOT_POSITIVE)
    not_last = rejected("Z", "X", PARTIAL, RejectReason.NOT_THE_LAST_ACCEPTED_ID)
    assert engine.apply(replace("Z", "Y", 7_000)) == not_last
    assert fill(engine, 6_000) == [state("X", 10_000, 7_000, PARTIAL)]


def test_d_an_older_link_of_the_chain_is_refused() -> None:
    engine = with_order()
    engine.apply(replace("Y", "X", 8_000))
    not_last = rejected("Z", "Y", NEW, RejectReason.NOT_THE_LAST_ACCEPTED_ID, request=RequestType.CANCEL)
    assert engine.apply(cancel("Z", "X")) == not_last


def test_f_1_a_duplicate_id_reports_the_first_order() -> None:
    engine = with_order()
    fill(engine, 1_000)
    reason = RejectReason.DUPLICATE_CLIENT_ORDER_ID
    first = state("X", 10_000, 1_000, PARTIAL)
    assert engine.apply(place("X", quantity=15_000)) == [OrderRejected(first, reason, reason.text)]


def test_f_1_b_possible_resend() -> None:
    engine = with_order()
    first = state("X", 10_000, 0, NEW)
    resent = engine.apply(place("X", delivery=Delivery.POSSIBLE_RESEND))
    assert resent == [OrderStatusReported("A1", "X", first, "Nothing done")]
    reason = RejectReason.DUPLICATE_CLIENT_ORDER_ID
    assert engine.apply(place("X", quantity=20_000)) == [OrderRejected(first, reason, reason.text)]
    never_seen = engine.apply(place("Y", quantity=15_000, delivery=Delivery.POSSIBLE_RESEND))
    assert never_seen == [placed(state("Y", 15_000, 0, NEW, order_id=X + 3))]


def test_a_possible_duplicate_seen_before_changes_nothing() -> None:
    engine = with_order()
    assert engine.apply(place("X", delivery=Delivery.POSSIBLE_DUPLICATE)) == []
    assert len(engine.apply(cancel("Y", "X"))) == 1
    assert engine.apply(cancel("Y", "X", delivery=Delivery.POSSIBLE_DUPLICATE)) == []
    assert engine.apply(place("Y", delivery=Delivery.POSSIBLE_DUPLICATE)) == []


def test_g_1_a_status_of_an_unknown_order() -> None:
    engine = with_order()
    text = RejectReason.UNKNOWN_ORDER.text
    assert engine.apply(status("Y")) == [OrderStatusReported("A1", "Y", None, text)]
    assert engine.apply(status("X", session="A2")) == [OrderStatusReported("A2", "X", None, text)]


def test_g_1_b_nothing_done() -> None:
    engine = with_order()
    expected = [OrderStatusReported("A1", "X", state("X", 10_000, 0, NEW), "Nothing done")]
    assert engine.apply(status("X")) == expected


def test_g_1_c_status_through_the_life_of_an_order() -> None:
    engine = with_order()
    fill(engine, 2_000)
    assert engine.apply(status("X")) == [OrderStatusReported("A1", "X", state("X", 10_000, 2_000, PARTIAL))]
    fill(engine, 8_000)
    assert engine.apply(status("X")) == [OrderStatusReported("A1", "X", state("X", 10_000, 10_000, FILLED))]
    engine.apply(replace("Y", "X", 12_000))
    after = state("Y", 12_000, 10_000, PARTIAL)
    assert engine.apply(status("X")) == [OrderStatusReported("A1", "X", after)]
    assert engine.apply(status("Y")) == [OrderStatusReported("A1", "Y", after)]
    assert engine.apply(status("", order_id=X)) == [OrderStatusReported("A1", "", after)]


def test_i_1_a_fok_that_cannot_be_filled() -> None:
    engine = trading_engine()
    engine.apply(place("S", SELL, 100, 9_999, session="B1", account="acc-b1"))
    mine = {"time_in_force": FOK, "order_id": X + 1}
    assert engine.apply(place("X", time_in_force=FOK)) == [
        placed(state("X", 10_000, 0, NEW, **mine)),
        OrderCancelled(state("X", 10_000, 0, CANCELED, **mine), CancelReason.FILL_OR_KILL, ""),
    ]


def test_i_1_b_ioc_remainder_is_cancelled() -> None:
    engine = trading_engine()
    seller = {"side": SELL, "session": "B1", "account": "acc-b1"}
    engine.apply(place("S", SELL, 100, 1_000, session="B1", account="acc-b1"))
    mine = {"time_in_force": IOC, "order_id": X + 1}
    assert engine.apply(place("X", time_in_force=IOC)) == [
        placed(state("X", 10_000, 0, NEW, **mine)),
        OrderMatched(
            100,
            1_000,
            Amount(100_000),
            state("S", 1_000, 1_000, FILLED, **seller),
            state("X", 10_000, 1_000, PARTIAL, **mine),
        ),
        OrderCancelled(state("X", 10_000, 1_000, CANCELED, **mine), CancelReason.IMMEDIATE_OR_CANCEL, ""),
    ]
