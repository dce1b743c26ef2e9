"""Records to rows: what a record adds to the large tables, and the order states and balances that it leaves."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any, Final

from venue.domain.commands import PlaceOrder
from venue.domain.enums import Bucket, OrderStatus, OrderType, Side, TimeInForce
from venue.domain.events import (
    OPEN_STATUSES,
    CancelRejected,
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
from venue.domain.funds import Transfer
from venue.domain.funds_events import WithdrawalsBlocked
from venue.domain.limits import MAX_PRICE_TICKS, MAX_QUANTITY_LOTS
from venue.ledger import Ledger, post
from venue.projections.copying import NULL, day_of, escape, escape_name, terms_json
from venue.projections.listed import Change, changes
from venue.sequencer import codec

# How many reports an event gives rise to: ExecID(17) numbers those of a record, from 1. The FIX edge numbers them so.
REPORTS: Final[dict[type, int]] = {
    OrderMatched: 2,
    **dict.fromkeys((OrderPlaced, OrderCancelled, OrderReplaced, OrderTriggered, OrderRestated), 1),
    **dict.fromkeys((OrderRejected, CancelRejected, OrderStatusReported), 1),
    **dict.fromkeys((OrderDoneForDay, OrderExpired, OrdersCancelled), 1),
}
_HELD: Final = Bucket.HELD.value
_OPEN: Final = tuple(status.value for status in OPEN_STATUSES)
# Names as columns have them, by code: to look up a member, or to ask it for its name, takes longer than the rest.
_SIDE: Final = {member.value: member.name.lower() for member in Side}
_ORDER_TYPE: Final = {member.value: member.name.lower() for member in OrderType}
_TIME_IN_FORCE: Final = {member.value: member.name.lower() for member in TimeInForce}
_STATUS: Final = {member.value: member.name.lower() for member in OrderStatus}
_names: Final[dict[type, str]] = {}


class OrderRow:
    """An order as it stands. placed_at: 0 where it was placed before this batch."""

    __slots__ = ("at", "held", "placed_at", "reason", "sequence", "state")

    def __init__(self, state: OrderState, held: int, reason: str, placed_at: int, at: int, sequence: int) -> None:
        self.state = state
        self.held = held
        self.reason = reason
        self.placed_at = placed_at
        self.at = at
        self.sequence = sequence

    def line(self) -> str:
        o = self.state
        leaves = o.quantity - o.cum_quantity if o.status._value_ in _OPEN else 0
        price = NULL if o.price is None else o.price
        return (
            f"{o.order_id}\t{escape_name(o.session)}\t{escape(o.client_order_id)}\t{escape_name(o.account)}\t"
            f"{escape_name(o.symbol)}\t{_SIDE[o.side._value_]}\t{_ORDER_TYPE[o.order_type._value_]}\t{_TIME_IN_FORCE[o.time_in_force._value_]}\t{price}\t"
            f"{o.quantity}\t{o.cum_quantity}\t{leaves}\t{o.notional}\t{_STATUS[o.status._value_]}\t{self.held}\t"
            f"{escape(self.reason)}\t{terms_json(o.special)}\t{self.placed_at}\t{self.at}\t{self.sequence}\n"
        )


class Batch:
    """What consecutive records, after the one numbered after, add and change. at, hash, flags: of the last of them."""

    __slots__ = (
        *("after", "at", "balances", "bytes", "changed_orders", "changes", "days", "events", "executions"),
        *("hash", "ledger_open", "new_orders", "sequence", "touched", "transfers", "withdrawals_blocked"),
    )

    def __init__(self, after: int) -> None:
        self.after = after
        self.sequence = after
        self.at = 0
        self.hash = b""
        self.ledger_open = False
        self.withdrawals_blocked = False
        self.bytes = 0
        self.days: dict[date, None] = {}
        self.events: list[str] = []
        self.transfers: list[str] = []
        self.executions: list[str] = []
        self.new_orders: dict[int, OrderRow] = {}
        self.changed_orders: dict[int, OrderRow] = {}
        self.changes: list[Change] = []
        # (owner, asset, bucket) -> the record that moved it last; its lines are written when the batch is taken.
        self.touched: dict[tuple[str, str, str], int] = {}
        self.balances: list[str] = []


class Rows:
    """The state that rows are made from, as of the record numbered sequence, and the batch that grows from it.

    ledger: with rows=[]. held: of every order that holds something.
    """

    def __init__(self, sequence: int, last_hash: bytes, ledger: Ledger, held: dict[int, int], blocked: bool) -> None:
        assert ledger.rows is not None, "the transfers are wanted"
        self.sequence = sequence
        self.hash = last_hash
        self.ledger = ledger
        self.batch = Batch(sequence)
        self._transfers: list[Transfer] = ledger.rows
        self._held = held
        self._blocked = blocked
        self._at = 0
        self._writers: dict[type, Callable[[Any, Any, int], None]] = {
            OrderPlaced: self._placed,
            OrderMatched: self._matched,
            OrderRejected: self._rejected,
            OrderCancelled: self._ended,
            OrderDoneForDay: self._changed,
            OrderExpired: self._changed,
            OrderReplaced: self._changed,
            OrderTriggered: self._changed,
            OrderRestated: self._ended,
            WithdrawalsBlocked: self._set_blocked,
        }

    def add(self, payload: bytes) -> None:
        """The next record of the journal, as the feed has it."""
        record = codec.decode_record(payload)
        assert record.sequence == self.sequence + 1, f"record {record.sequence} came after {self.sequence}"
        batch, command = self.batch, record.command
        self.sequence, self._at = record.sequence, command.at
        self.hash = sha256(self.hash + payload).digest()
        report, transfer = 1, 0
        for event in record.events:
            post(self.ledger, command, event)
            if self._transfers:
                transfer = self._add_transfers(transfer)
            kind = type(event)
            writer = self._writers.get(kind)
            if writer is not None:
                writer(command, event, report)
            elif kind not in REPORTS:
                batch.changes += changes(event, self.sequence, self._at)
            report += REPORTS.get(kind, 0)
        self._add_event(command, record.events, payload)

    def take(self) -> Batch:
        """The batch, finished; the next one begins."""
        batch, ledger = self.batch, self.ledger
        batch.sequence, batch.hash, batch.at = self.sequence, self.hash, self._at
        batch.ledger_open, batch.withdrawals_blocked = ledger.is_open, self._blocked
        for (owner, asset, bucket), sequence in batch.touched.items():
            funds: Any = ledger.funds_of(owner, asset) if owner else ledger.venue_of(asset)
            balance = getattr(funds, bucket).balance
            name = f"{escape_name(owner)}\t{escape_name(asset)}\t{bucket}"
            batch.balances.append(f"{name}\t{balance}\t{sequence}\n")
        self.batch = Batch(self.sequence)
        return batch

    def _add_event(self, command: Any, events: list[Any], payload: bytes) -> None:
        batch, day = self.batch, day_of(self._at)
        batch.days[day] = None
        kinds = ",".join([_name_of(type(event)) for event in events])
        batch.events.append(
            f"{day}\t{self.sequence}\t{self._at}\t{_name_of(type(command))}\t{{{kinds}}}\t"
            f"\\\\x{payload.hex()}\t\\\\x{self.hash.hex()}\n"
        )
        batch.bytes += len(payload)

    def _add_transfers(self, number: int) -> int:
        """Those that the last event made. Returns the number of the next one."""
        sequence, at, held, touched = self.sequence, self._at, self._held, self.batch.touched
        add = self.batch.transfers.append
        for t in self._transfers:
            debit, credit, asset, order_id = t.debit_bucket._value_, t.credit_bucket._value_, t.asset, t.order_id
            touched[t.debit_owner, asset, debit] = sequence
            touched[t.credit_owner, asset, credit] = sequence
            if order_id:
                if credit == _HELD:
                    held[order_id] = held.get(order_id, 0) + t.amount
                elif debit == _HELD:
                    held[order_id] = held.get(order_id, 0) - t.amount
            add(
                f"{sequence}\t{number}\t{at}\t{t.kind._value_}\t{escape_name(asset)}\t{t.amount:d}\t"
                f"{escape_name(t.debit_owner)}\t{debit}\t{escape_name(t.credit_owner)}\t{credit}\t"
                f"{order_id}\t{escape(t.transfer_id)}\n"
            )
            number += 1
        self._transfers.clear()
        return number

    def _placed(self, command: PlaceOrder, event: OrderPlaced, report: int) -> None:
        order = placed_order(command, event)
        self._add_order(order, "")

    def _matched(self, command: Any, event: OrderMatched, report: int) -> None:
        taken, given = ("auction", "auction") if event.auction else ("taker", "maker")
        match = f"M{self.sequence}-{report}"
        self._add_execution(event, event.taker, event.taker_fee, taken, report, match)
        self._add_execution(event, event.maker, event.maker_fee, given, report + 1, match)
        self._add_order(event.maker, "")
        self._add_order(event.taker, "")

    def _add_execution(
        self, event: OrderMatched, order: OrderState, fee: int, liquidity: str, number: int, match: str
    ) -> None:
        self.batch.executions.append(
            f"{self.sequence}\t{number}\t{self.sequence}-{number}\t{match}\t{self._at}\t{order.order_id}\t"
            f"{escape(order.client_order_id)}\t{escape_name(order.account)}\t{escape_name(order.symbol)}\t"
            f"{_SIDE[order.side._value_]}\t{event.price}\t{event.quantity}\t{event.amount:d}\t{fee:d}\t{liquidity}\n"
        )

    def _rejected(self, command: Any, event: OrderRejected, report: int) -> None:
        """Not of a ClOrdID that was used before, nor where the numbers are none that an order can have."""
        order = event.order
        if order.order_id != self.sequence or type(command) is not PlaceOrder:
            return
        if 0 <= order.quantity <= MAX_QUANTITY_LOTS and abs(order.price or 0) <= MAX_PRICE_TICKS:
            self._add_order(order, event.text)

    def _ended(self, command: Any, event: OrderCancelled | OrderRestated, report: int) -> None:
        self._add_order(event.order, event.reason.name.lower())

    def _changed(self, command: Any, event: Any, report: int) -> None:
        self._add_order(event.order, "")

    def _set_blocked(self, command: Any, event: WithdrawalsBlocked, report: int) -> None:
        self._blocked = event.blocked

    def _add_order(self, order: OrderState, reason: str) -> None:
        order_id, batch = order.order_id, self.batch
        held = self._held.get(order_id, 0)
        if not held:
            self._held.pop(order_id, None)
        if order_id > batch.after:
            before = batch.new_orders.get(order_id)
            placed_at = self._at if before is None else before.placed_at
            batch.new_orders[order_id] = OrderRow(order, held, reason, placed_at, self._at, self.sequence)
        else:
            batch.changed_orders[order_id] = OrderRow(order, held, reason, 0, self._at, self.sequence)


def _name_of(kind: type) -> str:
    name = _names.get(kind)
    if name is None:
        name = _names[kind] = kind.__name__
    return name
