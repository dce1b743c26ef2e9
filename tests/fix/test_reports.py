"""What the venue writes of an event, without a venue: every reason has a report that both dictionaries allow; fees."""

from collections.abc import Callable
from typing import get_args

import pytest
import quickfix as fix

from tests.fix.test_dictionary import DICTIONARIES, quickfix_reads
from venue.domain.commands import CancelOrder, Continue, PlaceOrder
from venue.domain.enums import CancelReason, OrderStatus, OrderType, RequestType, RestatementReason, Side, TimeInForce
from venue.domain.events import (
    CancelRejected,
    Event,
    OrderCancelled,
    OrderMatched,
    OrderRejected,
    OrderRestated,
    OrderState,
    OrderTriggered,
)
from venue.domain.funds_events import FundsEvent
from venue.domain.money import Amount
from venue.domain.reference import Asset, Instrument
from venue.domain.reject_reason import RejectReason
from venue.fix.reports import Reporter
from venue.fix.translation import translation
from venue.sequencer.codec import Record

BTC_USD = Instrument("BTC-USD", Asset("BTC", 8), Asset("USD", 6), 10_000, 10_000)
PLACE = PlaceOrder(1, "S", 1, "X", "A-1", "BTC-USD", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 6_000_000, 5)
VALIDATORS = {
    "FIX.4.4": quickfix_reads(DICTIONARIES / "VENUE44.xml"),
    "FIX.4.2": quickfix_reads(DICTIONARIES / "VENUE42.xml"),
}
ORDERS_REASONS = [reason for reason in RejectReason if reason.value < 100]


def order(status: OrderStatus = OrderStatus.CANCELED, order_id: int = 7) -> OrderState:
    return OrderState(
        *(order_id, "S", "X", "A-1", "BTC-USD", Side.BUY, OrderType.LIMIT, TimeInForce.GTC, 6_000_000, 5, 0, 0, status)
    )


def written(event: Event, command: object = PLACE) -> list[dict[str, dict[str, str]]]:
    """Each report of the event, in each version, as fields by tag; the dictionaries allow all of them."""
    record = Record(7, command, [event])  # type: ignore[arg-type]  # a command
    return [in_every_version(report.body) for report in Reporter((BTC_USD,)).reports(record)]


def in_every_version(body: str) -> dict[str, dict[str, str]]:
    told = {}
    for begin_string, dictionary in VALIDATORS.items():
        text = (translation(begin_string) or str)(body)
        kind, _, rest = text.partition("\x01")
        inside = f"{kind}\x0149=V\x0156=S\x0134=1\x0152=20260101-00:00:00.000\x01{rest}"
        head = f"8={begin_string}\x019={len(inside)}\x01{inside}"
        dictionary.validate(fix.Message(f"{head}10={sum(head.encode()) % 256:03d}\x01", dictionary, True))
        told[begin_string] = dict(field.split("=", 1) for field in text[:-1].split("\x01"))
    return told


@pytest.mark.parametrize("reason", CancelReason)
def test_every_reason_of_a_cancel_is_told(reason: CancelReason) -> None:
    command = CancelOrder(1, "S", 1, "Y", "X", 0, "BTC-USD", Side.BUY) if reason is CancelReason.REQUESTED else PLACE
    (told,) = written(OrderCancelled(order(), reason, "Y", 5), command)
    for fields in told.values():
        assert (fields["150"], fields["39"], fields["151"]) == ("4", "4", "0")
        assert bool(fields.get("58")) == (reason is not CancelReason.REQUESTED)
    if reason is CancelReason.INSUFFICIENT_BALANCE:
        assert told["FIX.4.4"]["58"] == "balance does not cover a triggered stop"
        assert (told["FIX.4.4"]["378"], told["FIX.4.2"]["378"]) == ("99", "4")


@pytest.mark.parametrize("reason", RestatementReason)
def test_every_reason_of_a_restatement_is_told(reason: RestatementReason) -> None:
    (told,) = written(OrderRestated(order(OrderStatus.NEW), reason, 5, -1), Continue(1))
    assert all(fields["150"] == "D" and fields["58"] for fields in told.values())


@pytest.mark.parametrize("reason", ORDERS_REASONS)
def test_every_reason_of_a_refusal_is_told(reason: RejectReason) -> None:
    (told,) = written(OrderRejected(order(OrderStatus.REJECTED), reason, reason.text))
    assert [fields["58"] for fields in told.values()] == [reason.text] * 2
    assert told["FIX.4.4"]["103"] == str(reason.ordrej)
    event = CancelRejected("S", RequestType.REPLACE, "Y", "X", 7, OrderStatus.NEW, reason, reason.text)
    (told,) = written(event)
    assert told["FIX.4.4"]["102"] == str(reason.cxlrej)


def test_an_order_beyond_a_limit_or_the_balance_has_the_code_of_its_kind() -> None:
    kinds = {reason.name: reason.ordrej for reason in ORDERS_REASONS if 41 <= reason.value <= 49}
    assert kinds.pop("ACCOUNT_SUSPENDED") == 0
    assert kinds.pop("PRICE_COLLAR") == 99
    assert set(kinds.values()) == {3}
    assert {"INSUFFICIENT_BALANCE", "POSITION_LIMIT", "ORDER_RATE_LIMIT"} <= kinds.keys()


@pytest.mark.parametrize(
    ("maker_fee", "taker_fee", "told"),
    [
        (3_601, 9_001, ("0.003601", "0.009001")),
        (-1, 2_000_000, ("-0.000001", "2")),
        (0, 5, (None, "0.000005")),
        (Amount(10**20), 0, ("100000000000000", None)),
    ],
)
def test_a_trade_tells_each_side_its_fee(maker_fee: int, taker_fee: int, told: tuple[str | None, str | None]) -> None:
    maker, taker = order(OrderStatus.FILLED, 1), order(OrderStatus.FILLED, 7)
    reports = written(OrderMatched(6_000_000, 5, 30_000_000, maker, taker, False, maker_fee, taker_fee))
    assert [report["FIX.4.4"]["37"] for report in reports] == ["7", "1"]
    for report, fee in zip(reports, reversed(told), strict=True):
        in_44, in_42 = report["FIX.4.4"], report["FIX.4.2"]
        expected = (None, None, None) if fee is None else (fee, "3", "USD")
        assert (in_44.get("12"), in_44.get("13"), in_44.get("479")) == expected
        assert (in_42.get("12"), in_42.get("13"), in_42.get("479")) == (*expected[:2], None)


def test_what_an_order_holds_is_not_told() -> None:
    event = OrderTriggered(order(OrderStatus.NEW), 100)
    assert written(event) == written(OrderTriggered(event.order))


def test_events_about_funds_have_no_report() -> None:
    writers: dict[type, Callable[..., object]] = Reporter((BTC_USD,))._writers
    assert not writers.keys() & {*get_args(FundsEvent)}
