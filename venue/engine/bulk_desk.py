"""Does the tasks of ``bulk``, and what is due by the clock; begins those that commands ask for on many orders."""

from msgspec.structs import replace

from venue.domain.commands import CancelOrders, Continue, EndDay, PassTime, RequestMassStatus
from venue.domain.enums import CancelReason, Delivery, MassCancelScope, OrderStatus, RestatementReason, TimeInForce
from venue.domain.events import (
    DayEnded,
    Event,
    OrderDoneForDay,
    OrderExpired,
    OrderRestated,
    OrdersCancelled,
    OrderStatusReported,
)
from venue.domain.reject_reason import RejectReason
from venue.domain.terms import NO_TERMS
from venue.engine.answers import order_state, status_text
from venue.engine.bulk import Bulk, Task, TaskKind
from venue.engine.checks import is_client_order_id
from venue.engine.clock import Clock
from venue.engine.directory import Directory, TradingSession, rejected
from venue.engine.execution import Execution
from venue.engine.known_orders import KnownOrders, is_open
from venue.engine.phases import PhaseDesk
from venue.engine.treasury import Treasury
from venue.matching import Order, Special


class BulkDesk:
    """last_day: that ended, YYYYMMDD; "": none yet."""

    __slots__ = ("_bulk", "_clock", "_directory", "_execution", "_known", "_phases", "_treasury", "last_day")

    def __init__(
        self,
        directory: Directory,
        known: KnownOrders,
        clock: Clock,
        bulk: Bulk,
        execution: Execution,
        phases: PhaseDesk,
        treasury: Treasury,
    ) -> None:
        self._treasury = treasury
        self._directory = directory
        self._known = known
        self._clock = clock
        self._bulk = bulk
        self._execution = execution
        self._phases = phases
        self.last_day = ""

    def cancel_orders(self, command: CancelOrders, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        if session is None:
            return _refused(command, RejectReason.UNKNOWN_SESSION)
        if not self._known.claim(session, command.client_order_id):
            if command.delivery is Delivery.POSSIBLE_DUPLICATE:
                return []
            return _refused(command, RejectReason.DUPLICATE_CLIENT_ORDER_ID)
        if not is_client_order_id(command.client_order_id):
            self._known.forget(session, command.client_order_id)
            return _refused(command, RejectReason.MALFORMED_CLIENT_ORDER_ID)
        self._known.add_orderless(session, command.client_order_id)
        named = command.symbol or command.scope is MassCancelScope.SECURITY
        if named and command.symbol not in self._directory.markets:
            return _refused(command, RejectReason.UNKNOWN_SYMBOL)
        if command.account and command.account not in session.firm.accounts:
            return _refused(command, RejectReason.UNKNOWN_ACCOUNT)
        sessions = self._directory.sessions_of(session.firm) if command.whole_firm else [session]
        orders = [order for each in sessions for order in self._matching(each, command)]
        self._bulk.add_cancels(_in_order(orders), CancelReason.MASS_CANCEL, _answer(command))
        return []

    def report_all(self, command: RequestMassStatus, sequence: int) -> list[Event]:
        session = self._directory.heard(command.session, command.message_sequence)
        reason = RejectReason.UNKNOWN_ORDER
        if session is None:
            reason = RejectReason.UNKNOWN_SESSION
        elif command.symbol and command.symbol not in self._directory.markets:
            reason = RejectReason.UNKNOWN_SYMBOL
        elif command.account and command.account not in session.firm.accounts:
            reason = RejectReason.UNKNOWN_ACCOUNT
        ids = [] if session is None else _in_order(self._matching(session, command))
        if not ids:
            return [OrderStatusReported(command.session, "", None, reason.text, command.request_id, 0, True)]
        self._bulk.add(Task(TaskKind.MASS_STATUS, ids, name=command.request_id, session=command.session))
        return []

    def end_day(self, command: EndDay, sequence: int) -> list[Event]:
        day = command.day
        if not (day.isascii() and day.isdigit() and len(day) == 8) or day <= self.last_day:
            return rejected(RejectReason.MALFORMED_REFERENCE)
        self.last_day = day
        self._treasury.stakes.end_day()
        ids = _in_order([order for order in self._known.by_id.values() if is_open(order)])
        self._bulk.add(Task(TaskKind.END_DAY, ids, closing=DayEnded(day)))
        return []

    def nothing(self, command: PassTime | Continue, sequence: int) -> list[Event]:
        """What was due, or left to do, was done before any command's own work."""
        return []

    def run(self, events: list[Event]) -> None:
        """The tasks in hand, as far as the record has room."""
        bulk = self._bulk
        while bulk.pending:
            if not self._step(bulk.tasks[0], events):
                return
            bulk.done()

    def run_due(self, events: list[Event]) -> None:
        """What is due by now, as far as the record has room: expiries first, then halts that are over."""
        clock = self._clock
        while len(events) < self._bulk.max_events and not self._bulk.pending:
            expiry = clock.next_expiry()
            if expiry is not None:
                self._expire(*expiry, events)
                continue
            halt = clock.next_halt()
            if halt is None:
                break
            events.extend(self._phases.reopen(*halt))
            self.run(events)
        clock.wind()

    def _step(self, task: Task, events: list[Event]) -> bool:
        """Whether the task is done."""
        if task.kind is TaskKind.OPEN:
            return self._phases.open(task, events)
        if task.kind is TaskKind.CASCADE:
            return self._execution.run_cascade(self._directory.markets[task.name], events)
        while task.place < len(task.order_ids):
            if len(events) >= self._bulk.max_events:
                return False
            order = self._known.by_id.get(task.order_ids[task.place])
            task.place += 1
            if order is not None and is_open(order):
                task.count += 1
                self._deal_with(task, order, events)
        if isinstance(task.closing, OrdersCancelled):
            events.append(replace(task.closing, total=task.count))
        elif task.closing is not None:
            events.append(task.closing)
        return True

    def _deal_with(self, task: Task, order: Order, events: list[Event]) -> None:
        if task.kind is TaskKind.MASS_STATUS:
            total = len(task.order_ids)
            state, text, last = order_state(order), status_text(order), task.place == total
            events.append(OrderStatusReported(task.session, order.client_order_id, state, text, task.name, total, last))
        elif task.kind is TaskKind.CANCEL:
            assert task.reason is not None, "a cancel has a reason"
            self._execution.withdraw(self._directory.markets[order.symbol], order)
            self._execution.cancel(order, task.reason, events)
        elif order.time_in_force is TimeInForce.DAY:
            released = self._close(order, OrderStatus.DONE_FOR_DAY)
            events.append(OrderDoneForDay(order_state(order), released))
        else:
            special = order.special
            if special is None:
                special = order.special = Special(NO_TERMS)
            special.carried_quantity, special.carried_notional = order.cum_quantity, order.notional
            events.append(OrderRestated(order_state(order), RestatementReason.GOOD_TILL_RENEWAL))

    def _expire(self, expires_at: int, order_id: int, events: list[Event]) -> None:
        order = self._known.by_id.get(order_id)
        if order is None or not is_open(order) or order.special is None:
            return
        # A replace may have moved its time since.
        if order.special.terms.expires_at == expires_at:
            released = self._close(order, OrderStatus.EXPIRED)
            events.append(OrderExpired(order_state(order), released))

    def _close(self, order: Order, status: OrderStatus) -> int:
        """What it releases."""
        self._execution.withdraw(self._directory.markets[order.symbol], order)
        order.end(status)
        self._known.close(order)
        return self._treasury.ended(order)

    def _matching(self, session: TradingSession, command: CancelOrders | RequestMassStatus) -> list[Order]:
        return [
            order
            for order in self._known.open_orders(session)
            if (not command.symbol or order.symbol == command.symbol)
            and (command.side is None or order.side is command.side)
            and (not command.account or order.account == command.account)
        ]


def _in_order(orders: list[Order]) -> list[int]:
    return sorted([order.order_id for order in orders])


def _answer(command: CancelOrders) -> OrdersCancelled:
    return OrdersCancelled(
        command.session, command.client_order_id, command.scope, command.symbol, command.side, 0, None, ""
    )


def _refused(command: CancelOrders, reason: RejectReason) -> list[Event]:
    return [replace(_answer(command), reason=reason, text=reason.text)]
