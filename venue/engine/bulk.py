"""Work on many orders, begun by one command and done in as many records as it takes: a record has a size.

A task is data, so that a snapshot between two records holds it. Tasks are done in the order in which they came.
"""

from collections import deque
from enum import StrEnum

from venue.domain.enums import CancelReason
from venue.domain.events import DayEnded, OrdersCancelled
from venue.domain.limits import MAX_EVENTS_PER_COMMAND


class TaskKind(StrEnum):
    CANCEL = "cancel"
    END_DAY = "end day"
    MASS_STATUS = "mass status"
    OPEN = "open"
    CASCADE = "cascade"


class Task:
    """order_ids: those to deal with, the next one at place; count: how many were. closing: the event that ends it.

    name: an instrument's symbol (OPEN, CASCADE) or a request's id (MASS_STATUS, whose session is beside it).
    price: of an auction under way (OPEN), ticks; 0: it has none yet.
    """

    __slots__ = ("closing", "count", "kind", "name", "order_ids", "place", "price", "reason", "session")

    def __init__(
        self,
        kind: TaskKind,
        order_ids: list[int],
        *,
        name: str = "",
        session: str = "",
        reason: CancelReason | None = None,
        closing: OrdersCancelled | DayEnded | None = None,
        count: int = 0,
        price: int = 0,
    ) -> None:
        self.kind = kind
        self.order_ids = order_ids
        self.name = name
        self.session = session
        self.reason = reason
        self.closing = closing
        self.count = count
        self.price = price
        self.place = 0


class Bulk:
    """The tasks in hand. pending: whether there are any. max_events: a record with so many has no room for more."""

    __slots__ = ("max_events", "pending", "tasks")

    def __init__(self) -> None:
        self.max_events = MAX_EVENTS_PER_COMMAND
        self.tasks: deque[Task] = deque()
        self.pending = False

    def add(self, task: Task) -> None:
        self.tasks.append(task)
        self.pending = True

    def add_cancels(self, order_ids: list[int], reason: CancelReason, closing: OrdersCancelled | None = None) -> None:
        if order_ids or closing is not None:
            self.add(Task(TaskKind.CANCEL, order_ids, reason=reason, closing=closing))

    def add_cascade(self, symbol: str) -> None:
        self.add(Task(TaskKind.CASCADE, [], name=symbol))

    def done(self) -> None:
        """The first one is."""
        self.tasks.popleft()
        self.pending = bool(self.tasks)
