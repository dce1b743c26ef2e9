"""Records of the feed to ExecutionReport (8) and OrderCancelReject (9). Everything a report says comes from the
record alone, so that it is the same whenever and wherever it is written.

OrderID(37) is the sequence of the record that placed the order, ExecID(17) is sequence-index: the index numbers
the reports of one record. Matrices: FIX 4.4 volume 4, order state changes.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from venue.domain.commands import PlaceOrder, RefuseChange, RefuseOrder
from venue.domain.enums import CancelReason, OrderStatus, RestatementReason
from venue.domain.events import (
    CancelRejected,
    Event,
    InstrumentListed,
    OrderCancelled,
    OrderDoneForDay,
    OrderExpired,
    OrderMatched,
    OrderPlaced,
    OrderRejected,
    OrderReplaced,
    OrderRestated,
    OrdersCancelled,
    OrderState,
    OrderStatusReported,
    OrderTriggered,
    placed_order,
)
from venue.domain.limits import MAX_AFFECTED_ORDERS
from venue.domain.money import format_decimal
from venue.domain.reference import Asset, Instrument
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import SpecialState, Terms
from venue.fix.dialect import FIX44
from venue.fix.wire import SOH
from venue.sequencer.codec import Record

AVERAGE_PRICE_EXTRA_DECIMALS = 8
_CACHED_TEXTS = 1 << 15


class Report(NamedTuple):
    """number: of the report within its record, from 1. body: fields from 35 on, without the session's own."""

    session: str
    number: int
    body: str


class Reporter:
    """Writes reports. It knows the instruments, which it learns from the welcome and the feed, and nothing else."""

    def __init__(self, instruments: tuple[Instrument, ...]) -> None:
        self._texts: dict[str, _Texts] = {}
        for instrument in instruments:
            self._texts[instrument.symbol] = _Texts(instrument)
        self._writers: dict[type, Callable[[Record, int, Event], list[Report]]] = {
            OrderPlaced: self._placed,
            OrderMatched: self._matched,
            OrderCancelled: self._cancelled,
            OrderReplaced: self._replaced,
            OrderRejected: self._rejected,
            CancelRejected: self._cancel_rejected,
            OrderStatusReported: self._status,
            OrderTriggered: self._triggered,
            OrderRestated: self._restated,
            OrderDoneForDay: self._done_for_day,
            OrderExpired: self._expired,
            OrdersCancelled: self._orders_cancelled,
        }

    def reports(self, record: Record) -> list[Report]:
        """All reports that the record gives rise to, whoever they are for, in order."""
        reports: list[Report] = []
        for event in record.events:
            if type(event) is InstrumentListed:
                self._texts[event.instrument.symbol] = _Texts(event.instrument)
                continue
            writer = self._writers.get(type(event))
            if writer is not None:
                reports.extend(writer(record, len(reports) + 1, event))
        return reports

    def _placed(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderPlaced
        assert type(record.command) is PlaceOrder
        return [self._execution(record, index, placed_order(record.command, event), "0")]

    def _matched(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderMatched
        texts = self._texts[event.maker.symbol]
        quote = texts.instrument.quote
        last = (
            f"31={texts.price(event.price)}{SOH}32={texts.quantity(event.quantity)}{SOH}"
            f"381={format_decimal(event.amount, quote.decimals)}{SOH}880=M{record.sequence}-{index}{SOH}"
        )
        if event.auction:
            # Both sides gathered before: neither added to what the other took.
            taken = given = last
        else:
            taken, given = f"{last}851=2{SOH}", f"{last}851=1{SOH}"
        return [
            self._execution(record, index, event.taker, "F", taken + _fee(event.taker_fee, quote)),
            self._execution(record, index + 1, event.maker, "F", given + _fee(event.maker_fee, quote)),
        ]

    def _cancelled(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderCancelled
        if event.reason is CancelReason.REQUESTED:
            ids = (event.client_order_id, event.order.client_order_id)
            return [self._execution(record, index, event.order, "4", "", ids)]
        why = _prevented(event.other_order_id) if event.reason is CancelReason.SELF_TRADE else event.reason.value
        extra = f"378={CANCEL_CODES.get(event.reason, OTHER_CANCEL)}{SOH}58={why}{SOH}"
        return [self._execution(record, index, event.order, "4", extra)]

    def _triggered(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderTriggered
        return [self._execution(record, index, event.order, "L", f"58=stop price reached{SOH}")]

    def _restated(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderRestated
        text = _RESTATEMENTS.get(event.reason) or _prevented(event.other_order_id)
        extra = f"378={event.reason.value}{SOH}58={text}{SOH}"
        return [self._execution(record, index, event.order, "D", extra)]

    def _done_for_day(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderDoneForDay
        return [self._execution(record, index, event.order, "3")]

    def _expired(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderExpired
        return [self._execution(record, index, event.order, "C", f"58=expired at its ExpireTime{SOH}")]

    def _replaced(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderReplaced
        ids = (event.order.client_order_id, event.original_client_order_id)
        return [self._execution(record, index, event.order, "5", "", ids)]

    def _rejected(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderRejected
        extra = f"103={event.reason.ordrej}{SOH}58={event.text}{SOH}"
        command, order = record.command, event.order
        if isinstance(command, RefuseOrder) and order.order_id == record.sequence:
            return [Report(order.session, index, self._refused(record, index, command, extra))]
        # Matrix F.1.a: the state is the first order's, the ClOrdID the one that was used twice.
        assert isinstance(command, PlaceOrder | RefuseOrder)
        order = msgspec.structs.replace(order, client_order_id=command.client_order_id)
        return [self._execution(record, index, order, "8", extra)]

    def _refused(self, record: Record, index: int, command: RefuseOrder, extra: str) -> str:
        """A refused order has no numbers of ours: the client's own text is echoed, where FIX 4.4 has the value."""
        order_type = f"40={command.order_type}{SOH}" if command.order_type in _ORDER_TYPES else ""
        price = f"44={command.price}{SOH}" if command.price else ""
        account = f"1={command.account}{SOH}" if command.account else ""
        return (
            f"35=8{SOH}37={record.sequence}{SOH}11={command.client_order_id}{SOH}"
            f"17={record.sequence}-{index}{SOH}150=8{SOH}39=8{SOH}{account}"
            f"55={command.symbol}{SOH}54={command.side}{SOH}38={command.quantity or 0}{SOH}"
            f"{order_type}{price}59={command.time_in_force}{SOH}"
            f"{''.join([f'{tag}={text}{SOH}' for tag, text in command.terms])}"
            f"151=0{SOH}14=0{SOH}6=0{SOH}60={transact_time(record.command.at)}{SOH}{extra}"
        )

    def _status(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrderStatusReported
        if event.mass_request_id:
            last = "Y" if event.last else "N"
            extra = f"584={event.mass_request_id}{SOH}911={event.total}{SOH}912={last}{SOH}"
        else:
            request_id = getattr(record.command, "status_request_id", "")
            extra = f"790={request_id}{SOH}" if request_id else ""
        order = event.order
        if order is not None:
            # Matrix G.1.c: an older ClOrdID of the chain is named back, with the current one as OrigClOrdID's pair.
            text = f"58={event.text}{SOH}" if event.text else ""
            ids = (order.client_order_id, event.client_order_id)
            same = not event.client_order_id or event.client_order_id == order.client_order_id
            return [self._execution(record, index, order, "I", extra + text, None if same else ids)]
        command = record.command
        if isinstance(command, RefuseChange) and command.mass_cancel:
            return [Report(event.session, index, _mass_cancel_refused(record, command, _OTHER, event.text))]
        client_order_id = f"11={event.client_order_id}{SOH}" if event.client_order_id else ""
        symbol, side = getattr(command, "symbol", ""), getattr(command, "side", None)
        body = (
            f"35=8{SOH}37=NONE{SOH}{client_order_id}17={record.sequence}-{index}{SOH}"
            f"150=I{SOH}39=8{SOH}55={symbol or _NO_SYMBOL}{SOH}54={side or _NO_SIDE}{SOH}38=0{SOH}"
            f"151=0{SOH}14=0{SOH}6=0{SOH}60={transact_time(command.at)}{SOH}"
            f"103=5{SOH}58={event.text or 'unknown order'}{SOH}{extra}"
        )
        return [Report(event.session, index, body)]

    def _orders_cancelled(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is OrdersCancelled
        symbol = f"55={event.symbol}{SOH}" if event.symbol else ""
        side = f"54={event.side.value}{SOH}" if event.side is not None else ""
        if event.reason is None:
            result = f"531={event.scope.value}{SOH}533={event.total}{SOH}{_affected(record, event)}"
        else:
            result = f"531=0{SOH}532={_MASS_CANCEL_CODES.get(event.reason, _OTHER)}{SOH}58={event.text}{SOH}"
        body = (
            f"35=r{SOH}11={event.client_order_id}{SOH}37={record.sequence}{SOH}530={event.scope.value}{SOH}"
            f"{symbol}{side}60={transact_time(record.command.at)}{SOH}{result}"
        )
        return [Report(event.session, index, body)]

    def _cancel_rejected(self, record: Record, index: int, event: Event) -> list[Report]:
        assert type(event) is CancelRejected
        command = record.command
        if isinstance(command, RefuseChange) and command.mass_cancel:
            body = _mass_cancel_refused(record, command, _MASS_CANCEL_CODES.get(event.reason, _OTHER), event.text)
            return [Report(event.session, index, body)]
        original = event.original_client_order_id or "NONE"
        body = (
            f"35=9{SOH}37={event.order_id or 'NONE'}{SOH}11={event.client_order_id}{SOH}41={original}{SOH}"
            f"39={event.status.value}{SOH}434={event.request.value}{SOH}102={event.reason.cxlrej}{SOH}"
            f"60={transact_time(record.command.at)}{SOH}58={event.text}{SOH}"
        )
        return [Report(event.session, index, body)]

    def _execution(
        self,
        record: Record,
        index: int,
        order: OrderState,
        exec_type: str,
        extra: str = "",
        ids: tuple[str, str] | None = None,
    ) -> Report:
        """ids: ClOrdID and OrigClOrdID where the report answers a request of its own."""
        texts = self._texts.get(order.symbol) or _UNKNOWN
        quantity, cum = texts.quantity, order.cum_quantity
        client_order_id = order.client_order_id if ids is None else f"{ids[0]}{SOH}41={ids[1]}"
        price = f"44={texts.price(order.price)}{SOH}" if order.price is not None else ""
        account = f"1={order.account}{SOH}" if order.account else ""
        average = texts.average(order.notional, cum) if cum else "0"
        status = order.status
        is_open = status is _NEW or status is _PARTIALLY_FILLED or status is _FILLED
        leaves = order.quantity - cum if is_open else 0
        special = "" if order.special is None else _special(texts, order, order.special, leaves)
        # _value_, not value: an Enum's property costs more than the rest of a field.
        body = (
            f"35=8{SOH}37={order.order_id}{SOH}11={client_order_id}{SOH}17={record.sequence}-{index}{SOH}"
            f"150={exec_type}{SOH}39={status._value_}{SOH}{account}55={order.symbol}{SOH}"
            f"54={order.side._value_}{SOH}38={quantity(order.quantity)}{SOH}40={order.order_type._value_}{SOH}{price}"
            f"59={order.time_in_force._value_}{SOH}{special}151={quantity(leaves)}{SOH}14={quantity(cum)}{SOH}"
            f"6={average}{SOH}60={transact_time(record.command.at)}{SOH}{extra}"
        )
        return Report(order.session, index, body)


_NEW: Final = OrderStatus.NEW
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_FILLED: Final = OrderStatus.FILLED
# ExecRestatementReason(378) of cancels that answer no request for the one order; Text(58) has the reason in words.
OTHER_CANCEL: Final = "99"
CANCEL_CODES = {CancelReason.TRADING_HALT: "6", CancelReason.KILL_SWITCH: "8"}
_RESTATEMENTS = {
    RestatementReason.GOOD_TILL_RENEWAL: "good till renewal",
    RestatementReason.RESTS_AT_PROTECTION_PRICE: "rests at its protection price",
}
# MassCancelRejectReason(532).
_OTHER: Final = "99"
_MASS_CANCEL_CODES = {RejectReason.UNSUPPORTED_CHARACTERISTIC: "0", RejectReason.UNKNOWN_SYMBOL: "1"}
# FIX wants both on every report, of no order too; 7: undisclosed.
_NO_SYMBOL: Final = "[N/A]"
_NO_SIDE: Final = "7"
# FIX 4.2 has others, that an order may be refused for.
_ORDER_TYPES = frozenset(FIX44.by_name()["OrdType"].values)


class _Texts:
    """An instrument's numbers as text; the same few thousand come again and again, so they are kept."""

    __slots__ = ("instrument", "price", "quantity")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.price: Callable[[int], str] = lru_cache(_CACHED_TEXTS)(instrument.format_price)
        self.quantity: Callable[[int], str] = lru_cache(_CACHED_TEXTS)(instrument.format_quantity)

    def average(self, notional: int, cum_quantity: int) -> str:
        """AvgPx(6): exact, but for a half-even rounding AVERAGE_PRICE_EXTRA_DECIMALS beyond the price's own."""
        scale = 10**AVERAGE_PRICE_EXTRA_DECIMALS
        whole, rest = divmod(notional * self.instrument.tick_size * scale, cum_quantity)
        twice = 2 * rest
        if twice > cum_quantity or (twice == cum_quantity and whole & 1):
            whole += 1
        return format_decimal(whole, self.instrument.quote.decimals + AVERAGE_PRICE_EXTRA_DECIMALS)


def _special(texts: _Texts, order: OrderState, special: SpecialState, leaves: int) -> str:
    """Fields of what an order has beyond an ordinary one."""
    return _of_terms(texts, special.terms) + _of_state(texts, order, special, leaves)


def _of_terms(texts: _Texts, terms: Terms) -> str:
    fields: list[tuple[int, str]] = []
    if terms.stop_price:
        fields.append((99, texts.price(terms.stop_price)))
    if terms.expires_at:
        # Without a fraction where there is none, as clients send it.
        fields.append((126, transact_time(terms.expires_at).removesuffix(".000000")))
    if terms.post_only or terms.cancel_on_halt:
        fields.append((18, " ".join(["6"] * terms.post_only + ["K"] * terms.cancel_on_halt)))
    if terms.display_quantity:
        fields.append((111, texts.quantity(terms.display_quantity)))
    if terms.min_quantity:
        fields.append((110, texts.quantity(terms.min_quantity)))
    if terms.cash:
        fields.append((152, format_decimal(terms.cash, texts.instrument.quote.decimals)))
    if terms.self_trade_group:
        fields.append((7928, terms.self_trade_group))
    if terms.self_trade_mode is not None:
        fields.append((2362, terms.self_trade_mode.value))
    return _written(fields)


def _of_state(texts: _Texts, order: OrderState, special: SpecialState, leaves: int) -> str:
    terms, fields = special.terms, []
    if terms.display_quantity:
        # Before it rests, nothing counts as hidden: what it will show then.
        shown = 0 if special.waiting else min(leaves - special.hidden_quantity, terms.display_quantity)
        fields.append((1138, texts.quantity(shown)))
    if terms.stop_price and leaves:
        fields.append((636, "N" if special.waiting else "Y"))
    if special.carried_quantity:
        # Matrix H: it traded on an earlier day.
        today = order.cum_quantity - special.carried_quantity
        average = texts.average(order.notional - special.carried_notional, today) if today else "0"
        fields.append((424, texts.quantity(order.quantity - special.carried_quantity)))
        fields += [(425, texts.quantity(today)), (426, average)]
    return _written(fields)


def _written(fields: list[tuple[int, str]]) -> str:
    return "".join([f"{tag}={text}{SOH}" for tag, text in fields])


def _fee(amount: int, quote: Asset) -> str:
    """amount: smallest units; below zero: a rebate."""
    if not amount:
        return ""
    return f"12={format_decimal(amount, quote.decimals)}{SOH}13=3{SOH}479={quote.symbol}{SOH}"


def _prevented(other_order_id: int) -> str:
    return f"self-trade with order {other_order_id} prevented"


def _affected(record: Record, event: OrdersCancelled) -> str:
    """NoAffectedOrders(534), where the record has all of them: they come just before the answer."""
    end = next(place for place, each in enumerate(record.events) if each is event)
    orders = [
        each.order
        for each in record.events[max(0, end - event.total) : end]
        if isinstance(each, OrderCancelled) and each.reason is CancelReason.MASS_CANCEL
    ]
    if not orders or len(orders) != event.total or len(orders) > MAX_AFFECTED_ORDERS:
        return ""
    entries = [f"41={order.client_order_id}{SOH}535={order.order_id}{SOH}" for order in orders]
    return f"534={len(orders)}{SOH}{''.join(entries)}"


def _mass_cancel_refused(record: Record, command: RefuseChange, code: str, text: str) -> str:
    return (
        f"35=r{SOH}11={command.client_order_id}{SOH}37={record.sequence}{SOH}530={command.mass_cancel}{SOH}"
        f"60={transact_time(command.at)}{SOH}531=0{SOH}532={code}{SOH}58={text}{SOH}"
    )


# For reports of orders on symbols that are not listed: plain numbers.
_NO_ASSET = Asset("", 0)
_UNKNOWN = _Texts(Instrument("", _NO_ASSET, _NO_ASSET, tick_size=1, lot_size=1))


def transact_time(at: int) -> str:
    """UTCTimestamp with microseconds. at: nanoseconds since 1970 UTC."""
    seconds, rest = divmod(at, 1_000_000_000)
    return f"{_second(seconds)}.{rest // 1000:06d}"


@lru_cache(4)
def _second(seconds: int) -> str:
    return time.strftime("%Y%m%d-%H:%M:%S", time.gmtime(seconds))
